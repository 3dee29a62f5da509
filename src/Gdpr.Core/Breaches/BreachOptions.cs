using Gdpr.Time;

namespace Gdpr.Breaches;

/// <summary>What an organisation may set about breaches. The defaults are the law's, or the cautious ones. Times are at most 3,660 days.</summary>
public sealed class BreachOptions
{
    /// <summary>The function that the duties of a breach fall to. The default is <c>data-protection-officer</c>.</summary>
    public string Owner { get; set; } = "data-protection-officer";

    /// <summary>The deadlines, in the versions that apply to an event: those of Art. 33 and 34 (<c>D-33.1</c>, <c>D-33.2</c>, <c>D-33.4</c>, <c>D-34</c>), of other
    /// laws (<c>D-NIS2</c>), and of contracts. A change of the law, such as from 72 to 96 hours, is a new version of a rule with its first date.</summary>
    public DeadlineRegistry Deadlines { get; set; } = DeadlineRegistry.Sweden;

    /// <summary>Within how many hours a suspicion is looked into: a short time, after which nobody may call himself unaware. The default is 24.</summary>
    public int InvestigateWithinHours { get; set; } = 24;

    /// <summary>Within how many hours of awareness the risk is assessed. The default is 24; never later than the notification is due.</summary>
    public int AssessWithinHours { get; set; } = 24;

    /// <summary>How long the record of a breach may wait for its effects and measures (Art. 33(5)). The default is four weeks.</summary>
    public CalendarPeriod DescribeWithin { get; set; } = CalendarPeriod.FromWeeks(4);

    /// <summary>What is wrong with the options; empty where nothing is.</summary>
    internal IEnumerable<string> Problems() =>
    [
        .. OptionTimes.Problems(nameof(Owner), Owner),
        .. OptionTimes.Problems(nameof(InvestigateWithinHours), InvestigateWithinHours, 1, OptionTimes.MostDays * 24),
        .. OptionTimes.Problems(nameof(AssessWithinHours), AssessWithinHours, 1, OptionTimes.MostDays * 24),
        .. OptionTimes.Problems(nameof(DescribeWithin), DescribeWithin),
    ];
}
