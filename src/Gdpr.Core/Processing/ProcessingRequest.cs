using Gdpr.Retention;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Processing;

/// <summary>What somebody is about to do with personal data.</summary>
/// <param name="Subject">Whom the data is about, and with which controller.</param>
/// <param name="Purpose">The purpose's id.</param>
public sealed record ProcessingRequest(DataSubject Subject, string Purpose)
{
    /// <summary>The activity, where one of several with the purpose is meant.</summary>
    public string? Activity { get; init; }

    /// <summary>The data: data sets (<c>system.dataSet</c>) or fields (<c>system.dataSet.field</c>). None stated means everything that the purpose covers.</summary>
    public IReadOnlyList<string> Data { get; init; } = [];

    /// <summary>Who does it. Not stated, the host's <see cref="IProcessingActorSource"/> is asked.</summary>
    public ProcessingActor? Actor { get; init; }

    /// <summary>Whether people are evaluated, or decided about, by automated means.</summary>
    public ProcessingAutomation Automation { get; init; }

    /// <summary>The channel of a message, such as <c>email</c>, <c>sms</c>, <c>phone</c> or <c>post</c>: the very word with which objections to it are recorded,
    /// since every host names its channels as it likes.</summary>
    public string? Channel { get; init; }

    /// <summary>What restricted data is used for, where Art. 18(2) allows it. <see langword="null"/>: restricted data is not used.</summary>
    public AllowedUse? RestrictedUse { get; init; }

    /// <summary>The organisation of the person whom the data is about, which a delegated role is bound to: the host's id of it.</summary>
    public string? SubjectOrganisation { get; init; }

    /// <summary>The purpose that the data was collected for, where it is another (Art. 6(4)).</summary>
    public string? CollectedFor { get; init; }

    /// <summary>When the data was collected, where it is known: what was collected after the purpose was declared was collected for it too.</summary>
    public Instant? CollectedAt { get; init; }

    /// <summary>Whether the tail of the person's stream is read too: then also what another process has recorded at this instant counts.</summary>
    public bool IsStrict { get; init; }

    /// <summary>The host's id of the command or request that this is a part of: the same use within it is recorded once. At most 64
    /// letters, digits, hyphens, points, colons and underscores; no personal data.</summary>
    public string? RequestId { get; init; }

    /// <summary>The records concerned, as far as the caller has their triggers. Without, the answer says that the period was not checked.</summary>
    public IReadOnlyList<ProcessingRecord> Records { get; init; } = [];
}

/// <summary>A record that is about to be used, as far as retention is concerned.</summary>
/// <param name="DataSet">The data set's path.</param>
/// <param name="Triggers">One value per trigger, in the order of the data set's declaration.</param>
public sealed record ProcessingRecord(string DataSet, IReadOnlyList<TriggerValue> Triggers)
{
    /// <summary>What is known of the record beside its triggers. What is recorded of the person is added.</summary>
    public RecordFacts Facts { get; init; }
}

/// <summary>How far a use of data is automated.</summary>
public enum ProcessingAutomation
{
    /// <summary>Nobody is evaluated by automated means, or the activity's declaration says all.</summary>
    None,

    /// <summary>People are profiled (Art. 4(4)).</summary>
    Profiling,

    /// <summary>A decision with legal or similarly significant effect is taken by automated means alone (Art. 22(1)).</summary>
    SolelyAutomatedDecision,
}
