namespace Gdpr.Policies;

/// <summary>What an activity discloses to one recipient. JSON may write a bare string for the recipient.</summary>
[Shorthand("recipient")]
public sealed class Disclosure
{
    /// <summary>The recipient.</summary>
    [RequiredInPolicy]
    [RefersTo(PolicySection.Recipients)]
    public string Recipient { get => field ?? ""; init; }

    /// <summary>The data that may be disclosed: no field beyond these is sent. None stated means none.</summary>
    [RefersTo(PolicySection.Data)]
    public IReadOnlyList<string> Data { get => field ?? []; init; }

    /// <summary>When and why data is disclosed.</summary>
    public LocalizedText? Occasion { get; init; }
}
