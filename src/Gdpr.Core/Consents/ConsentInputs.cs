using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Consents;

/// <summary>A consent that a person gives: to one purpose, by one act, after one text (Art. 7).</summary>
/// <param name="Subject">The person.</param>
/// <param name="Purpose">The purpose's id.</param>
/// <param name="Shown">The text that was shown.</param>
/// <param name="Act">How the person answered.</param>
public sealed record ConsentGrant(DataSubject Subject, string Purpose, ShownText Shown, ConsentAct Act)
{
    /// <summary>The path of an optional field (<c>system.dataSet.field</c>), for the consent to that field alone.</summary>
    public string? Field { get; init; }

    /// <summary>Whether the act said so expressly (Art. 9(2)(a), 22(2)(c), 49(1)(a)).</summary>
    public bool IsExplicit { get; init; }

    /// <summary>What is known of the person's age, where the service may be used by children (Art. 8).</summary>
    public AgeFacts? Age { get; init; }

    /// <summary>That a holder of parental responsibility consented for the child (Art. 8(1)).</summary>
    public GuardianConsent? Guardian { get; init; }

    /// <summary>When the person acted; <see langword="null"/> for now. Never long ago: older consents are imported.</summary>
    public Instant? OccurredAt { get; init; }

    /// <summary>The instant, exclusive, until which it shall hold, where the person or the question said so. The policy's own end may come before.</summary>
    public Instant? ValidUntil { get; init; }

    /// <summary>Anything else that proves it. It may be personal: the vault keeps it.</summary>
    public string? Evidence { get; init; }

    /// <summary>The purpose alone: evidence may be personal.</summary>
    public override string ToString() => $"{nameof(ConsentGrant)} ({Purpose})";
}

/// <summary>What may be said of a withdrawal. Nothing has to be (Art. 7(3): as easy to withdraw as to give).</summary>
public sealed record ConsentWithdrawal
{
    /// <summary>The path of an optional field, to withdraw that field alone; <see langword="null"/> for the purpose and all its fields.</summary>
    public string? Field { get; init; }

    /// <summary>Through which channel it came.</summary>
    public string? Channel { get; init; }

    /// <summary>When the person withdrew; <see langword="null"/> for now. It may be recorded late, and acts from when it is recorded.</summary>
    public Instant? OccurredAt { get; init; }
}

/// <summary>What may be said of a refusal.</summary>
public sealed record ConsentRefusal
{
    /// <summary>The path of an optional field, for the refusal of that field alone.</summary>
    public string? Field { get; init; }

    /// <summary>The text that was shown, where it is known.</summary>
    public ShownText? Shown { get; init; }

    /// <summary>Through which channel it came.</summary>
    public string? Channel { get; init; }

    /// <summary>When the person refused; <see langword="null"/> for now.</summary>
    public Instant? OccurredAt { get; init; }
}

/// <summary>That the text of a document has changed, and whether the change matters to those who consented to another version.</summary>
/// <param name="Document">The document's id. The version in force is the policy's.</param>
/// <param name="IsWeighty">Whether what is done, with what, by whom or for what has changed (Art. 4(11)): then those who consented are to be asked anew.</param>
/// <param name="By">The function in the organisation that decided it: no person.</param>
public sealed record ConsentTextChange(string Document, bool IsWeighty, string By);
