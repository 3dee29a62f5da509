using Gdpr.Subjects;

namespace Gdpr.Consents;

/// <summary>What a step of a consent led to.</summary>
/// <param name="Subject">The person.</param>
/// <param name="Purpose">The purpose's id.</param>
/// <param name="State">Where the consent stands now. A step that occurred before a later one is on record and changes nothing of it.</param>
public sealed record ConsentResult(DataSubject Subject, string Purpose, ConsentState? State)
{
    /// <summary>Whether this call recorded anything that counts: doing the same twice changes nothing, and neither does a step that occurred before a later
    /// one.</summary>
    public bool IsRecorded { get; init; }

    /// <summary>What the person is to be told that withdrawing or refusing leads to, in the language of the text shown; <see langword="null"/> where it leads
    /// to nothing.</summary>
    public string? Consequence { get; init; }

    /// <summary>What follows outside the journal, and what of it is not done yet.</summary>
    public ConsentEffects Effects { get; init; } = ConsentEffects.None;
}

/// <summary>What follows from a step: what is done, and what is not done yet. What is not is done by the pump, and never called done before.</summary>
public sealed record ConsentEffects
{
    /// <summary>The sources that do not show the step yet, by name.</summary>
    public IReadOnlyList<string> NotReached { get; init; } = [];

    /// <summary>The work that could not be stopped yet, by name.</summary>
    public IReadOnlyList<string> NotStopped { get; init; } = [];

    /// <summary>The data sets that are looked through next, because data there may have lost its last purpose.</summary>
    public IReadOnlyList<string> Due { get; init; } = [];

    /// <summary>Whether everything is done but the disposal of what is due.</summary>
    public bool IsComplete => NotReached.Count == 0 && NotStopped.Count == 0;

    /// <summary>Nothing follows.</summary>
    public static ConsentEffects None { get; } = new();
}
