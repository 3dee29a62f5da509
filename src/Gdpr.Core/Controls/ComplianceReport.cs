using Gdpr.Processing.Tasks;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Controls;

/// <summary>How the principles of Art. 5 are kept: each with the checks that it leads to, and what they found (Art. 5(2)).</summary>
/// <param name="Policy">The policy's id.</param>
/// <param name="Version">Its version.</param>
/// <param name="PolicyHash">Its hash.</param>
/// <param name="At">When it was looked at.</param>
/// <param name="Principles">Every principle, in the order of the article.</param>
public sealed record ComplianceReport(string Policy, string Version, string PolicyHash, Instant At, IReadOnlyList<PrincipleResult> Principles)
{
    /// <summary>The worst result.</summary>
    public CheckResult Result => Principles.Max(principle => principle.Result);
}

/// <summary>How a principle is kept.</summary>
/// <param name="Principle">The principle.</param>
/// <param name="Checks">The checks, at least one.</param>
public sealed record PrincipleResult(DataPrinciple Principle, IReadOnlyList<ComplianceCheck> Checks)
{
    /// <summary>The worst result of its checks.</summary>
    public CheckResult Result => Checks.Max(check => check.Result);
}

/// <summary>Something that was looked at.</summary>
/// <param name="Code">Its stable code.</param>
/// <param name="Title">What is checked.</param>
/// <param name="Result">What was found.</param>
/// <param name="Details">What is not as it should be, or not known: ids and codes, no personal data.</param>
public sealed record ComplianceCheck(string Code, DeadlineText Title, CheckResult Result, IReadOnlyList<string> Details);

/// <summary>What a check found, from the best to the worst. What nobody knows is never met.</summary>
public enum CheckResult
{
    /// <summary>It is as it should be.</summary>
    Met,

    /// <summary>It cannot be told: people have to look.</summary>
    Unknown,

    /// <summary>It is not as it should be.</summary>
    NotMet,
}

/// <summary>In one look: is there anything that somebody should act on?</summary>
/// <param name="At">When it was looked at.</param>
/// <param name="Overdue">How much is overdue, by kind (<see cref="DueKinds"/>); kinds of which nothing is are left out.</param>
/// <param name="Controls">How many measures are in each state; states in which none is are left out.</param>
/// <param name="OpenBreaches">How many breaches are open.</param>
/// <param name="IsJournalDamaged">Whether the last verification found the journal damaged, or it does not go together with its witness.</param>
public sealed record ComplianceHealth(
    Instant At, IReadOnlyDictionary<string, long> Overdue, IReadOnlyDictionary<ControlState, int> Controls, int OpenBreaches, bool IsJournalDamaged)
{
    /// <summary>Whether nothing is overdue, no measure is stale, missing or failed, and the journal is whole.</summary>
    public bool IsHealthy => Overdue.Count == 0 && !IsJournalDamaged && Controls.Keys.All(state => state is ControlState.Pass or ControlState.Declared);
}
