using System.Text.Json.Serialization;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Processing;

/// <summary>A client for whom the organisation is the processor (Art. 4(8), 28), as far as the gate is concerned.</summary>
/// <param name="Id">The client's id: the controller of its data subjects.</param>
/// <param name="Agreement">The reference of the agreement on processing (Art. 28(3)).</param>
/// <param name="From">The first local date, inclusive, on which the agreement is in force.</param>
/// <param name="Until">The last local date, inclusive, on which it is in force, where it has an end.</param>
/// <param name="Zone">The IANA time zone in which the client's days are counted.</param>
/// <param name="Instruction">The instruction that counts; <see langword="null"/> where there is none yet, and nothing may be processed.</param>
public sealed record ProcessorClient(string Id, string Agreement, LocalDate From, LocalDate? Until, string Zone, ClientInstruction? Instruction)
{
    /// <summary>What the client has chosen for its data when the agreement ends (Art. 28(3)(g)); <see langword="null"/> while it has not.</summary>
    public ClientDataChoice? AfterEnd { get; init; }

    /// <summary>Within how long after the agreement's last day that is done, where it was agreed; otherwise <see cref="ProcessingOptions.ClientDataWithin"/>
    /// counts.</summary>
    public CalendarPeriod? DataWithin { get; init; }

    /// <summary>What the client has authorised of sub-processors (Art. 28(2)); <see langword="null"/> while it has authorised none.</summary>
    public SubProcessorAuthorisation? SubProcessors { get; init; }

    /// <summary>The last local date, inclusive, by which the agreement is reviewed, where one is set.</summary>
    public LocalDate? ReviewBy { get; init; }

    /// <summary>The function that reviewed it last.</summary>
    public string? ReviewedBy { get; init; }

    /// <summary>What became of the client's data after the agreement's end; <see langword="null"/> while that is to be done.</summary>
    public ClientDataEnd? DataEnd { get; init; }

    /// <summary>The version of the client's stream.</summary>
    [JsonInclude]
    internal long Version { get; init; }

    /// <summary>When the last thing about the client occurred.</summary>
    [JsonInclude]
    internal Instant OccurredAt { get; init; }

    /// <summary>The commitment to the payload with the client's name and contact, in hexadecimal.</summary>
    [JsonInclude]
    internal string? Details { get; init; }
}

/// <summary>What becomes of a client's data at the end: the client chooses (Art. 28(3)(g)).</summary>
public enum ClientDataChoice
{
    /// <summary>They are deleted, copies included.</summary>
    Delete,

    /// <summary>They are returned, and the copies deleted.</summary>
    Return,
}

/// <summary>What became of a client's data after its agreement's end.</summary>
/// <param name="Done">What was done: as the client chose.</param>
/// <param name="By">The function that did it: no person.</param>
public sealed record ClientDataEnd(ClientDataChoice Done, string By)
{
    /// <summary>The last local date, inclusive, on which something of it was done, copies included; <see langword="null"/> for today.</summary>
    public LocalDate? On { get; init; }

    /// <summary>Where the evidence is, such as the client's receipt: a reference. No personal data.</summary>
    public string? Evidence { get; init; }

    /// <summary>What the law of the Union or of a member state commands to store all the same, by the data set's path, with the law. None for nothing.</summary>
    public IReadOnlyDictionary<string, string> KeptByLaw { get; init; } = System.Collections.Frozen.FrozenDictionary<string, string>.Empty;
}

/// <summary>What a client has instructed in writing (Art. 28(3)(a), 29).</summary>
/// <param name="Version">The version of the instruction, unique for the client.</param>
/// <param name="From">The first local date, inclusive, on which it applies.</param>
public sealed record ClientInstruction(string Version, LocalDate From)
{
    /// <summary>The last local date, inclusive, on which it applies, where it has an end.</summary>
    public LocalDate? Until { get; init; }

    /// <summary>The processor activities of the policy that the client wants.</summary>
    public IReadOnlyList<string> Activities { get; init; } = [];

    /// <summary>The categories of data. None stated means those that the policy's agreement names; nothing where it names none.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>The kinds of people. None stated means those that the policy's agreement names; nobody where it names none.</summary>
    public IReadOnlyList<string> Subjects { get; init; } = [];
}

/// <summary>A time in which something is in force: from an instant, inclusive, until another, exclusive.</summary>
internal readonly record struct InForce(Instant From, Instant Until)
{
    public static InForce Always { get; } = new(Instant.MinValue, Instant.MaxValue);

    /// <summary>From the first instant of one local day to the last of another.</summary>
    public static InForce Days(LocalDate? from, LocalDate? until, DateTimeZone zone) => new(
        from is { } first ? LocalDays.StartOf(first, zone) : Instant.MinValue,
        until is { } last ? LocalDays.EndOf(last, zone) : Instant.MaxValue);

    public InForce And(InForce other) => new(Instant.Max(From, other.From), Instant.Min(Until, other.Until));

    public bool Contains(Instant now) => now >= From && now < Until;
}
