namespace Gdpr.Policies;

/// <summary>A processing activity (Art. 30): one purpose, its lawful basis, the data it covers, how long, and who receives it.</summary>
public sealed class Activity
{
    /// <summary>What the activity is called in records and notices.</summary>
    public LocalizedText? Title { get; init; }

    /// <summary>The purpose (Art. 5(1)(b)): an id of the policy's purposes, of the built-in vocabulary, or a new one declared here by naming it.</summary>
    [RequiredInPolicy]
    public string Purpose { get => field ?? ""; init; }

    /// <summary>In which capacity the organisation acts (Art. 4(7)–(8), 26). The default is as controller.</summary>
    public ProcessingCapacity Capacity { get; init; }

    /// <summary>The declared organisation that acts. With exactly one declared, it is the default.</summary>
    [RefersTo(PolicySection.Controllers)]
    public string? Controller { get; init; }

    /// <summary>The lawful basis (Art. 6). A processor states none: it is the controller's.</summary>
    public LawfulBasis? Basis { get; init; }

    /// <summary>The data covered: data sets (<c>system.dataSet</c>) or fields (<c>system.dataSet.field</c>).</summary>
    [RequiredInPolicy]
    [RefersTo(PolicySection.Data)]
    public IReadOnlyList<string> Data { get => field ?? []; init; }

    /// <summary>When the purpose ends; with a legal obligation as basis, when the duty to keep ends.</summary>
    [RequiredInPolicy]
    public RetentionRule? Retention { get; init; }

    /// <summary>A statutory minimum: the data must be kept at least so long, whatever becomes of the purpose.</summary>
    public RetentionRule? Minimum { get; init; }

    /// <summary>A statutory maximum: the data must not be kept beyond it, whatever other purposes there are.</summary>
    public RetentionRule? Limit { get; init; }

    /// <summary>Those to whom the activity discloses data, and what.</summary>
    public IReadOnlyList<Disclosure> Recipients { get => field ?? []; init; }

    /// <summary>As processor: the agreement under which the activity is carried out (Art. 28(3)).</summary>
    [RefersTo(PolicySection.Agreements)]
    public string? Agreement { get; init; }

    /// <summary>Measures that protect this activity in particular.</summary>
    [RefersTo(PolicySection.Controls)]
    public IReadOnlyList<string> Controls { get => field ?? []; init; }

    /// <summary>The routine that says how the activity is carried out.</summary>
    [RefersTo(PolicySection.Documents)]
    public string? Routine { get; init; }

    /// <summary>The condition for special categories of data (Art. 9(2)), where the activity covers any.</summary>
    public SpecialCategoryCondition? SpecialCategories { get; init; }

    /// <summary>The ground for data on offences (Art. 10), where the activity covers any.</summary>
    public OffenceGround? Offences { get; init; }

    /// <summary>Why national identity numbers are needed (Art. 87), where the activity covers any.</summary>
    public IdentityNumberJustification? IdentityNumbers { get; init; }

    /// <summary>What permits marketing by e-mail to addresses that the person has not given (Swedish Marketing Act 19 §), where the activity sends any.</summary>
    public ElectronicMarketingCondition? ElectronicMarketing { get; init; }

    /// <summary>That the activity evaluates people by automated means, and what that requires (Art. 4(4), 22).</summary>
    public Profiling? Profiling { get; init; }

    /// <summary>The impact assessment, where one is required (Art. 35).</summary>
    [RefersTo(PolicySection.Assessments)]
    public string? ImpactAssessment { get; init; }

    /// <summary>What a person loses when this activity ends for that person.</summary>
    public LocalizedText? Consequence { get; init; }

    /// <summary>Whether denials are recorded one by one and uses summed up per day, instead of each use by itself.</summary>
    public bool AggregateUses { get; init; }
}

/// <summary>In which capacity an organisation processes data.</summary>
public enum ProcessingCapacity
{
    /// <summary>It decides why and how (Art. 4(7)).</summary>
    Controller,

    /// <summary>It acts on a controller's instructions (Art. 4(8), 28).</summary>
    Processor,

    /// <summary>It decides together with others (Art. 26).</summary>
    JointController,
}
