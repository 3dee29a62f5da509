using Gdpr.Journals;

namespace Gdpr.Consents;

/// <summary>Whether marketing may go to an address.</summary>
/// <param name="IsSuppressed">Whether it may not.</param>
/// <param name="Reason">Why: one of <see cref="SuppressionReasons"/>.</param>
/// <param name="Entry">What suppresses it, or would; <see langword="null"/> where there is no entry.</param>
public sealed record SuppressionVerdict(bool IsSuppressed, string Reason, SuppressionEntry? Entry);

/// <summary>Why an address is suppressed, or is not: stable codes.</summary>
public static class SuppressionReasons
{
    /// <summary>Nobody has objected under the address.</summary>
    public const string NotSuppressed = "not-suppressed";

    /// <summary>Somebody has objected under the address (Art. 21(3)).</summary>
    public const string Suppressed = "suppressed";

    /// <summary>The person whose address it is has objected (Art. 21(3)).</summary>
    public const string Objected = "objected";

    /// <summary>The person has objected, and has consented to the purpose anew since.</summary>
    public const string ConsentedSince = "consented-since";
}

/// <summary>An address that is not to be used for marketing any more.</summary>
/// <param name="Identifiers">The address, or several of the same person.</param>
/// <param name="Channel">The channel, such as <c>email</c>; empty for all.</param>
/// <param name="Source">Where the objection came from: a short word such as <c>link</c>, <c>mail</c>, <c>nix</c>.</param>
public sealed record SuppressionOrder(IReadOnlyList<SubjectIdentifier> Identifiers, string Channel, string Source)
{
    /// <summary>The purposes; none for all direct marketing.</summary>
    public IReadOnlyList<string> Purposes { get; init; } = [];

    /// <summary>The controller; with exactly one declared, it is the default.</summary>
    public string? Controller { get; init; }

    /// <summary>That an address is to be suppressed: nothing of which.</summary>
    public override string ToString() => nameof(SuppressionOrder);
}
