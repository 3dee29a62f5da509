using Gdpr.Time;

namespace Gdpr.Rights;

/// <summary>How requests are handled, where the law leaves it to the organisation or lawyers to settle. Times are at most 3,660 days.</summary>
public sealed class RightsOptions
{
    /// <summary>The function that assesses requests and is asked to weigh. The default is <c>data-protection-officer</c>.</summary>
    public string Owner { get; set; } = "data-protection-officer";

    /// <summary>The function that collects and removes by hand where no source can. The default is <c>data-protection-coordinator</c>.</summary>
    public string ManualOwner { get; set; } = "data-protection-coordinator";

    /// <summary>The internal target for an answer. The default is 14 days.</summary>
    public CalendarPeriod Target { get; set; } = CalendarPeriod.FromDays(14);

    /// <summary>How long before the conservative day it is warned. The default is 7 days.</summary>
    public CalendarPeriod WarnBefore { get; set; } = CalendarPeriod.FromDays(7);

    /// <summary>Within how many days of receipt proof of identity must have been asked for, so that the clock stands still while it is awaited. The default is 3
    /// days.</summary>
    public CalendarPeriod IdentityAskedWithin { get; set; } = CalendarPeriod.FromDays(3);

    /// <summary>Within how many days a request is handed to the controller whose data it concerns. The default is 2 days.</summary>
    public CalendarPeriod ForwardWithin { get; set; } = CalendarPeriod.FromDays(2);

    /// <summary>For how long after the person was told, data whose time is over stays under a restriction of Art. 18(1)(a) or (d), so that the person can say that it is
    /// needed for claims. The default is 14 days.</summary>
    public CalendarPeriod ClaimsNotice { get; set; } = CalendarPeriod.FromDays(14);

    /// <summary>How often what waits for the end of something is looked at: as the local day begins to which the time comes, where it is as long as that.
    /// The default is every day.</summary>
    public TimeSpan LookEvery { get; set; } = TimeSpan.FromHours(24);

    /// <summary>What is wrong with the options; empty where nothing is.</summary>
    internal IEnumerable<string> Problems() =>
    [
        .. OptionTimes.Problems(nameof(Owner), Owner),
        .. OptionTimes.Problems(nameof(ManualOwner), ManualOwner),
        .. OptionTimes.Problems(nameof(Target), Target),
        .. OptionTimes.Problems(nameof(WarnBefore), WarnBefore),
        .. OptionTimes.Problems(nameof(IdentityAskedWithin), IdentityAskedWithin),
        .. OptionTimes.Problems(nameof(ForwardWithin), ForwardWithin),
        .. OptionTimes.Problems(nameof(ClaimsNotice), ClaimsNotice),
        .. OptionTimes.Problems(nameof(LookEvery), LookEvery),
    ];
}
