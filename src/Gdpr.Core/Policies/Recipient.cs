namespace Gdpr.Policies;

/// <summary>A body to which personal data may be disclosed (Art. 4(9)), processors included.</summary>
public sealed class Recipient
{
    /// <summary>The recipient's name, or the kind of recipient where it is not one body.</summary>
    [RequiredInPolicy]
    public LocalizedText? Name { get; init; }

    /// <summary>What the recipient is to the controller.</summary>
    [RequiredInPolicy]
    public RecipientKind? Kind { get; init; }

    /// <summary>The country of the recipient, or from which it has access, as a two-letter ISO 3166 code.</summary>
    public string? Country { get; init; }

    /// <summary>The agreement with the recipient. Processors always need one; an authority that acts under law needs none.</summary>
    [RefersTo(PolicySection.Agreements)]
    public string? Agreement { get; init; }

    /// <summary>The recipient through which this one is engaged, where it is a sub-processor (Art. 28(2), (4)).</summary>
    [RefersTo(PolicySection.Recipients)]
    public string? EngagedBy { get; init; }

    /// <summary>The safeguard of a transfer outside the European Economic Area (Art. 44–49).</summary>
    public TransferSafeguard? Transfer { get; init; }

    /// <summary>Measures that the recipient must show evidence of.</summary>
    [RefersTo(PolicySection.Controls)]
    public IReadOnlyList<string> RequiredControls { get => field ?? []; init; }

    /// <summary>The address to which data or notifications are sent. It is https, except on the machine itself.</summary>
    public string? Endpoint { get; init; }

    /// <summary>The law under which an authority or another controller receives data without an agreement.</summary>
    public string? Law { get; init; }
}

/// <summary>What a recipient is to the controller.</summary>
public enum RecipientKind
{
    /// <summary>A processor of the controller (Art. 28).</summary>
    Processor,

    /// <summary>A processor engaged by a processor (Art. 28(4)).</summary>
    SubProcessor,

    /// <summary>A controller of its own.</summary>
    Controller,

    /// <summary>A joint controller (Art. 26).</summary>
    JointController,

    /// <summary>An authority, on law or by decision.</summary>
    Authority,

    /// <summary>The person's own employer or organisation.</summary>
    OwnOrganisation,

    /// <summary>Anybody: the controller makes the data public, as on a website (Art. 17(2)).</summary>
    Public,
}
