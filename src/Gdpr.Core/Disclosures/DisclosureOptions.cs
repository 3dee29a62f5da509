using Gdpr.Policies;
using Gdpr.Time;

namespace Gdpr.Disclosures;

/// <summary>How disclosures are decided and recipients told. Times are at most 3,660 days.</summary>
public sealed class DisclosureOptions
{
    /// <summary>The decisions on adequacy that transfers rest on. The default are those known when the library was made.</summary>
    public AdequacyList Adequacy { get; set; } = AdequacyList.BuiltIn;

    /// <summary>How many days before a transfer's safeguard ends it is remarked. The default is 90.</summary>
    public int WarnOfTransferDays { get; set; } = 90;

    /// <summary>How many days before an agreement ends it is remarked. The default is 90.</summary>
    public int WarnOfAgreementDays { get; set; } = 90;

    /// <summary>The function in the organisation that answers for what a human has to do. The default is <c>data-protection-officer</c>.</summary>
    public string Owner { get; set; } = "data-protection-officer";

    /// <summary>After how long a human has to have decided on a disclosure. The default is 14 days.</summary>
    public TimeSpan DecideWithin { get; set; } = TimeSpan.FromDays(14);

    /// <summary>How long after a notification that was not delivered it is tried again at first; each time twice as long. The default is one minute.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The longest time between two attempts. The default is six hours.</summary>
    public TimeSpan RetryAtMost { get; set; } = TimeSpan.FromHours(6);

    /// <summary>How long after a notification was delivered, and not acknowledged, it is sent again. The default is 24 hours.</summary>
    public TimeSpan AskAgainAfter { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How many people are recorded in one entry of the journal. The default is 500.</summary>
    internal int SubjectsPerEntry { get; set; } = 500;

    /// <summary>What is wrong with the options; empty where nothing is.</summary>
    internal IEnumerable<string> Problems() =>
    [
        .. OptionTimes.Problems(nameof(WarnOfTransferDays), WarnOfTransferDays, 0, OptionTimes.MostDays),
        .. OptionTimes.Problems(nameof(WarnOfAgreementDays), WarnOfAgreementDays, 0, OptionTimes.MostDays),
        .. OptionTimes.Problems(nameof(Owner), Owner),
        .. OptionTimes.Problems(nameof(DecideWithin), DecideWithin),
        .. OptionTimes.Problems(nameof(RetryAfter), RetryAfter),
        .. OptionTimes.Problems(nameof(RetryAtMost), RetryAtMost),
        .. RetryAtMost < RetryAfter ? [$"{nameof(RetryAtMost)} is {RetryAtMost}, shorter than {nameof(RetryAfter)}: state the same or more."] : Array.Empty<string>(),
        .. OptionTimes.Problems(nameof(AskAgainAfter), AskAgainAfter),
    ];
}
