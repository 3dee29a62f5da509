using Gdpr.Time;
using NodaTime;

namespace Gdpr.Consents;

/// <summary>What the law, or a lawyer, lets an organisation set about consent. Times are at most 3,660 days.</summary>
public sealed class ConsentOptions
{
    /// <summary>How long after the act a consent may arrive: longer ago it is back-dated and must be imported. The default is ten minutes.</summary>
    public Duration LatestArrival { get; set; } = Duration.FromMinutes(10);

    /// <summary>The age in years from which a child consents itself to services of the information society, where its country has set none (Art. 8(1)):
    /// 16.</summary>
    public int AgeOfConsent { get; set; } = 16;

    /// <summary>The ages that countries have set, from 13 to 16, by two-letter code of ISO 3166 (Art. 8(1)). Sweden: 13 (SFS 2018:218 2:4); the law of the
    /// child's country of residence
    /// counts, wherever the controller is (1:5).</summary>
    public IDictionary<string, int> AgesOfConsent { get; } = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase) { ["SE"] = 13 };

    /// <summary>How long a guardian's consent holds where nobody knows when the child comes of age. The default is a year.</summary>
    public CalendarPeriod GuardianConsentFor { get; set; } = CalendarPeriod.FromYears(1);

    /// <summary>How long before a consent ends it is listed as one to ask for again. The default is a month.</summary>
    public CalendarPeriod AskAgainBefore { get; set; } = CalendarPeriod.FromMonths(1);

    /// <summary>How long work that could not be stopped waits until it is tried again. The default is five minutes.</summary>
    public Duration RetryAfter { get; set; } = Duration.FromMinutes(5);

    /// <summary>How often it is looked through whether consents have ended. They are not in force from the instant on at which they end, whenever that is found.
    /// The default is an hour.</summary>
    public Duration LookThroughEvery { get; set; } = Duration.FromHours(1);

    /// <summary>The function that is asked what people must decide about consent and suppression. The default is <c>data-protection</c>.</summary>
    public string Owner { get; set; } = "data-protection";

    /// <summary>How long such a task may take. The default is 14 days.</summary>
    public CalendarPeriod TaskFor { get; set; } = CalendarPeriod.FromDays(14);

    /// <summary>How often the list of suppressed addresses is reviewed. The default is a year.</summary>
    public CalendarPeriod SuppressionReviewEvery { get; set; } = CalendarPeriod.FromYears(1);

    /// <summary>For how long an unsubscribe link works; <see langword="null"/>, the default, for ever: messages are opened years later.</summary>
    public Duration? UnsubscribeLinksFor { get; set; }

    /// <summary>What is wrong with the options; empty where nothing is.</summary>
    internal IEnumerable<string> Problems() =>
    [
        .. AgesOfConsent.Values.Append(AgeOfConsent).All(age => age is >= 13 and <= 16) ? Array.Empty<string>()
            : ["A country sets the age of consent from 13 to 16 years (Art. 8(1)): correct the ages."],
        .. OptionTimes.Problems(nameof(LatestArrival), LatestArrival, mayBeZero: true),
        .. OptionTimes.Problems(nameof(GuardianConsentFor), GuardianConsentFor),
        .. OptionTimes.Problems(nameof(AskAgainBefore), AskAgainBefore),
        .. OptionTimes.Problems(nameof(RetryAfter), RetryAfter),
        .. OptionTimes.Problems(nameof(LookThroughEvery), LookThroughEvery),
        .. OptionTimes.Problems(nameof(Owner), Owner),
        .. OptionTimes.Problems(nameof(TaskFor), TaskFor),
        .. OptionTimes.Problems(nameof(SuppressionReviewEvery), SuppressionReviewEvery),
        .. UnsubscribeLinksFor is { } works ? OptionTimes.Problems(nameof(UnsubscribeLinksFor), works) : [],
    ];
}
