using Gdpr.Time;

namespace Gdpr.Processing;

/// <summary>How the gate works. Times are at most 3,660 days.</summary>
public sealed class ProcessingOptions
{
    /// <summary>Whether the gate only reports: what would have been denied is journalled, and allowed. For adoption, not for good. The default is
    /// <see langword="false"/>.</summary>
    public bool ReportOnly { get; set; }

    /// <summary>Whether every decision reads the tail of the person's stream, and not only the state store. The default is <see langword="false"/>.</summary>
    public bool Strict { get; set; }

    /// <summary>After how long at the latest something that another node has recorded counts here. On the node that recorded it, it counts at once. The default is
    /// five seconds.</summary>
    public TimeSpan StaleAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often the gate looks whether the journal is behind its witness, or damaged. The default is a minute.</summary>
    public TimeSpan CheckJournalEvery { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How many uses are counted at most before the sums are recorded, where an activity sums its uses. The default is 1,000.</summary>
    public int SumAtMost { get; set; } = 1000;

    /// <summary>How long uses are counted at most before the sums are recorded. The default is a minute.</summary>
    public TimeSpan SumFor { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The function that the gate's tasks are for, where a rule names no other. The default is <c>data-protection-officer</c>.</summary>
    public string TaskOwner { get; set; } = "data-protection-officer";

    /// <summary>After how long the gate's tasks are due. The default is 14 days.</summary>
    public TimeSpan TaskDueAfter { get; set; } = TimeSpan.FromDays(14);

    /// <summary>Within how long after the last day of a client's agreement its data are returned or deleted, where the client's registration says nothing else
    /// (Art. 28(3)(g)). The default is 30 days: the law sets no period, and each day more is processing that nothing carries.</summary>
    public CalendarPeriod ClientDataWithin { get; set; } = CalendarPeriod.FromDays(30);

    /// <summary>After how long the task for that is due, from the same day; always before the limit, unless that is
    /// one day. The default is 14 days.</summary>
    public CalendarPeriod ClientDataTarget { get; set; } = CalendarPeriod.FromDays(14);

    /// <summary>What is wrong with the options; empty where nothing is.</summary>
    internal IEnumerable<string> Problems() =>
    [
        .. OptionTimes.Problems(nameof(StaleAfter), StaleAfter, mayBeZero: true),
        .. OptionTimes.Problems(nameof(CheckJournalEvery), CheckJournalEvery, mayBeZero: true),
        .. SumAtMost is < 1 or > 1_000_000 ? [$"{nameof(SumAtMost)}: the gate counts from 1 to 1,000,000 uses before it records the sums."] : Array.Empty<string>(),
        .. OptionTimes.Problems(nameof(SumFor), SumFor, mayBeZero: true),
        .. OptionTimes.Problems(nameof(TaskOwner), TaskOwner),
        .. OptionTimes.Problems(nameof(TaskDueAfter), TaskDueAfter),
        .. OptionTimes.Problems(nameof(ClientDataWithin), ClientDataWithin),
        .. OptionTimes.Problems(nameof(ClientDataTarget), ClientDataTarget),
    ];
}
