namespace Gdpr.Consents;

/// <summary>The text that the person saw, exactly: document, version and language (Art. 7(1)).</summary>
/// <param name="Document">The id of the policy's document.</param>
/// <param name="Version">The document's version, as it was shown.</param>
/// <param name="Language">The language in which it was shown, as in BCP 47: <c>sv</c>, <c>en-GB</c>.</param>
public sealed record ShownText(string Document, string Version, string Language);

/// <summary>How the person answered, as the caller states it: what makes a consent valid cannot be seen from here (Art. 4(11), 7).</summary>
/// <param name="Kind">What the person did.</param>
/// <param name="Channel">Through which channel: a short word such as <c>web</c>. Withdrawal is accepted through the same.</param>
public sealed record ConsentAct(ConsentActKind Kind, string Channel)
{
    /// <summary>What else the same act answered: other purposes, terms of a contract. Anything here makes it no consent (Art. 7(2), rec. 43).</summary>
    public IReadOnlyList<string> AlsoAnswered { get; init; } = [];

    /// <summary>Whether something was made to depend on the consent that does not need it, or refusing cost the person anything else (Art. 7(4), rec. 42).</summary>
    public bool IsConditional { get; init; }

    /// <summary>What the person acted on, such as the id of a form and its box. It is kept with the proof.</summary>
    public string? Control { get; init; }

    /// <summary>The kind and the channel alone.</summary>
    public override string ToString() => $"{Kind} ({Channel})";
}

/// <summary>What a person did.</summary>
public enum ConsentActKind
{
    /// <summary>Nobody has said: it proves nothing.</summary>
    Unstated,

    /// <summary>Ticked a box that was empty.</summary>
    TickedBox,

    /// <summary>Pressed a button, or a switch, that says what it does.</summary>
    PressedButton,

    /// <summary>Signed.</summary>
    Signed,

    /// <summary>Said it, and it was noted.</summary>
    Spoken,

    /// <summary>Answered a message that asked.</summary>
    AnsweredMessage,

    /// <summary>Left a box ticked that was ticked beforehand: no consent (Planet49, C-673/17).</summary>
    LeftBoxTicked,

    /// <summary>Did nothing: no consent (rec. 32).</summary>
    KeptSilent,

    /// <summary>Went on to use a service: no consent (rec. 32).</summary>
    WentOn,

    /// <summary>Accepted terms: no consent to anything that they say besides (Art. 7(2)).</summary>
    AcceptedTerms,
}
