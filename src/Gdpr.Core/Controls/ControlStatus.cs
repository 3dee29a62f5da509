using Gdpr.Policies;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Controls;

/// <summary>Where a measure stands: what the policy claims, and what evidence there is.</summary>
/// <param name="Id">Its id among the policy's controls.</param>
/// <param name="Family">The family that it belongs to.</param>
/// <param name="Owner">The function that answers for it.</param>
/// <param name="Lines">Where it stands for each system and capacity, or for each member of staff.</param>
public sealed record ControlStatus(string Id, ControlFamily Family, string Owner, IReadOnlyList<ControlLine> Lines)
{
    /// <summary>Who carries it out: the organisation itself, the users of the data, or a processor.</summary>
    public ControlResponsible Responsible { get; init; }

    /// <summary>The worst of its lines.</summary>
    public ControlState State => Lines.Max(line => line.State);

    /// <summary>The earliest date, inclusive, by which evidence is due; <see langword="null"/> where none falls due.</summary>
    public LocalDate? NextDue => Lines.Min(line => line.NextDue);

    /// <summary>Whether evidence is overdue in any line.</summary>
    public bool IsOverdue => Lines.Any(line => line.IsOverdue);
}

/// <summary>Where a measure stands for a system, a capacity, a person or a recipient.</summary>
/// <param name="State">Where it stands.</param>
public sealed record ControlLine(ControlState State)
{
    /// <summary>The system; <see langword="null"/> where the measure covers none in particular.</summary>
    public string? System { get; init; }

    /// <summary>The capacity; <see langword="null"/> where it does not matter.</summary>
    public ProcessingCapacity? Capacity { get; init; }

    /// <summary>The member of staff, where it is shown for each.</summary>
    public DataSubject? Person { get; init; }

    /// <summary>When it was last looked at.</summary>
    public Instant? Latest { get; init; }

    /// <summary>When it last passed.</summary>
    public Instant? LastPassed { get; init; }

    /// <summary>The function that looked last.</summary>
    public string? By { get; init; }

    /// <summary>Where the proof of the last look is.</summary>
    public string? Reference { get; init; }

    /// <summary>The last local date, inclusive, by which evidence is due; <see langword="null"/> where none falls due.</summary>
    public LocalDate? NextDue { get; init; }

    /// <summary>Whether that date is over, or the last look failed.</summary>
    public bool IsOverdue { get; init; }
}

/// <summary>Where a measure stands, from the best to the worst. Only <see cref="Pass"/> is evidence that it works.</summary>
public enum ControlState
{
    /// <summary>The last look passed, and the next is not due yet.</summary>
    Pass,

    /// <summary>It is declared without a cadence, and nobody has looked: a claim.</summary>
    Declared,

    /// <summary>It passed once, and the next look is overdue: never a pass.</summary>
    Stale,

    /// <summary>Nobody has ever shown evidence.</summary>
    Missing,

    /// <summary>The last look failed.</summary>
    Failed,
}

/// <summary>Evidence of a measure that a recipient is required to take (Art. 28(1), 28(3)(h)).</summary>
/// <param name="Recipient">The recipient's id in the policy.</param>
/// <param name="Control">The measure's id.</param>
/// <param name="Line">Where it stands.</param>
public sealed record RecipientControl(string Recipient, string Control, ControlLine Line);
