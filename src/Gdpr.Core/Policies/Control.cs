using Gdpr.Time;

namespace Gdpr.Policies;

/// <summary>A technical or organisational measure (Art. 24, 25, 32): a claim, its owner, and how often evidence is due.</summary>
public sealed class Control
{
    /// <summary>What the measure is.</summary>
    [RequiredInPolicy]
    public LocalizedText? Title { get; init; }

    /// <summary>The family of measures that it belongs to.</summary>
    [RequiredInPolicy]
    public ControlFamily? Family { get; init; }

    /// <summary>The function that answers for it.</summary>
    [RequiredInPolicy]
    public string Owner { get => field ?? ""; init; }

    /// <summary>How often fresh evidence is due. Without one, the measure is declared and shown, and no evidence falls due.</summary>
    public CalendarPeriod? Cadence { get; init; }

    /// <summary>Who carries the measure out. The default is the organisation itself.</summary>
    public ControlResponsible Responsible { get; init; }

    /// <summary>Who may see it. The default keeps it out of public notices.</summary>
    public Audience Audience { get; init; }

    /// <summary>The systems that it covers. None stated means all.</summary>
    [RefersTo(PolicySection.Systems)]
    public IReadOnlyList<string> Systems { get => field ?? []; init; }

    /// <summary>The capacities in which it applies. None stated means all.</summary>
    public IReadOnlyList<ProcessingCapacity> Capacities { get => field ?? []; init; }

    /// <summary>Whether evidence is due for each member of staff rather than once.</summary>
    public bool PerPerson { get; init; }
}

/// <summary>Families of technical and organisational measures.</summary>
public enum ControlFamily
{
    /// <summary>Policies and rules.</summary>
    Policies,

    /// <summary>Procedures and routines.</summary>
    Procedures,

    /// <summary>Organisation and responsibilities.</summary>
    Organisation,

    /// <summary>Staff: confidentiality, training.</summary>
    Staff,

    /// <summary>Suppliers.</summary>
    Suppliers,

    /// <summary>Development, with data protection built in (Art. 25).</summary>
    Development,

    /// <summary>Assets and their register.</summary>
    Assets,

    /// <summary>Admission of systems into operation, and their removal.</summary>
    Operation,

    /// <summary>Threats, incidents and risk.</summary>
    Threats,

    /// <summary>Compliance with law.</summary>
    Compliance,

    /// <summary>Physical protection.</summary>
    Physical,

    /// <summary>Protection of transmission.</summary>
    Transmission,

    /// <summary>Protection of stored data.</summary>
    Storage,

    /// <summary>Protection from malicious code.</summary>
    Malware,

    /// <summary>Access control.</summary>
    Access,

    /// <summary>Backup and restoring.</summary>
    Backup,

    /// <summary>Logging.</summary>
    Logging,
}

/// <summary>Who carries a measure out.</summary>
public enum ControlResponsible
{
    /// <summary>The organisation itself.</summary>
    Organisation,

    /// <summary>The users of the customer's data or equipment.</summary>
    DataUser,

    /// <summary>A processor or sub-processor.</summary>
    Processor,
}

/// <summary>Who a declaration is rendered for.</summary>
public enum Audience
{
    /// <summary>The organisation's own record only.</summary>
    Internal,

    /// <summary>Public notices too.</summary>
    Public,
}
