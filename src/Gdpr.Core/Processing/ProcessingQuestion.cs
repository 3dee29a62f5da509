using Gdpr.Retention;
using NodaTime;

namespace Gdpr.Processing;

/// <summary>A question to the gate: a prepared use, and what differs from one person or message to the next.</summary>
/// <remarks>The default value asks nothing and is refused. Equality compares the members.</remarks>
/// <param name="Use">What is to be done, prepared by <see cref="IProcessingGate.PrepareAsync"/>.</param>
public readonly record struct ProcessingQuestion(ProcessingUse Use)
{
    /// <summary>The channel of a message, where there is one.</summary>
    public string? Channel { get; init; }

    /// <summary>What restricted data is used for, where Art. 18(2) allows it.</summary>
    public AllowedUse? RestrictedUse { get; init; }

    /// <summary>The organisation of the person whom the data is about, which a delegated role is bound to.</summary>
    public string? SubjectOrganisation { get; init; }

    /// <summary>When something last happened in the records that show a contract with the person to be in force, by activity and data set;
    /// <see langword="null"/> where one of them shows none.</summary>
    internal IReadOnlyDictionary<(string Activity, string DataSet), Instant?>? Contracts { get; init; }
}
