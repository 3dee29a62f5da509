using Gdpr.Journals;

namespace Gdpr.Subjects;

/// <summary>What a registration led to.</summary>
/// <param name="Subject">The person.</param>
public sealed record RegistrationReport(DataSubject Subject)
{
    /// <summary>What keeps the person from marketing, of what is suppressed under the identifiers of the registration (Art. 21(3)): over which channel, for what and
    /// since when. Empty where nothing does, or the person has consented anew since.</summary>
    public IReadOnlyList<SuppressionEntry> Suppressed { get; init; } = [];

    /// <summary>The purposes of the policy in force that are stopped by it, ordinally: an objection to them stands in the person's state.</summary>
    public IReadOnlyList<string> StoppedPurposes { get; init; } = [];

    /// <summary>Whether anything keeps the person from marketing: nothing of who.</summary>
    public override string ToString() => $"{nameof(RegistrationReport)} {(Suppressed.Count > 0 ? "suppressed" : "not suppressed")}";
}
