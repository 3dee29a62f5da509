using System.Text.Json.Serialization;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Processing.Tasks;

/// <summary>Something that a person in the organisation has to decide or do, with an owner and a date.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Kind">What kind of thing is to be done: a stable word, such as <c>assess-objection</c>.</param>
/// <param name="Owner">The function in the organisation that is to do it.</param>
/// <param name="DueBy">The instant, exclusive, by which it is to be done: before the legal limit, where there is one.</param>
/// <param name="OpenedAt">When it was opened.</param>
public sealed record HumanTask(string Id, string Kind, string Owner, Instant DueBy, Instant OpenedAt)
{
    /// <summary>The legal limit, exclusive, where there is one.</summary>
    public Instant? LegalLimit { get; init; }

    /// <summary>The controller that it concerns; empty for none in particular.</summary>
    public string Controller { get; init; } = "";

    /// <summary>The opaque key of the person that it concerns, where it is one.</summary>
    public string? Subject { get; init; }

    /// <summary>What it is about: the id of a request, a breach, a data set. No personal data.</summary>
    public string? About { get; init; }

    /// <summary>The stable code of the reason.</summary>
    public string? Reason { get; init; }

    /// <summary>What is to be answered or done, in plain words. No personal data.</summary>
    public string? Question { get; init; }

    /// <summary>How it ended, as a stable code; <see langword="null"/> while it is open.</summary>
    public string? Outcome { get; init; }

    /// <summary>The function that did it; <see langword="null"/> while it is open.</summary>
    public string? DoneBy { get; init; }

    /// <summary>When it was done; <see langword="null"/> while it is open.</summary>
    public Instant? DoneAt { get; init; }

    /// <summary>The version of its stream.</summary>
    [JsonInclude]
    internal long Version { get; init; }

    /// <summary>Whether it waits to be done.</summary>
    public bool IsOpen => Outcome is null;

    /// <summary>Whether it should have been done by an instant, and is not.</summary>
    /// <param name="now">The instant.</param>
    public bool IsOverdue(Instant now) => IsOpen && now >= DueBy;
}

/// <summary>How a task ended.</summary>
internal sealed record TaskDone(string Outcome, string By);

/// <summary>The generated code that reads and writes tasks.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(InstantJson), typeof(LocalDateJson)])]
[JsonSerializable(typeof(HumanTask))]
[JsonSerializable(typeof(TaskDone))]
internal sealed partial class TaskJson : JsonSerializerContext;
