using Gdpr.Policies;
using Gdpr.Retention;

namespace Gdpr.Processing;

/// <summary>Whether personal data may be used, and why.</summary>
public sealed class ProcessingDecision
{
    internal ProcessingDecision(
        ProcessingOutcome outcome, IReadOnlyList<ProcessingReason> reasons, IReadOnlyList<CarryingBasis> bases, bool isPeriodChecked = false,
        AllowedUse? restrictedUse = null)
    {
        Outcome = outcome;
        Reasons = reasons;
        Bases = bases;
        IsPeriodChecked = isPeriodChecked;
        RestrictedUse = restrictedUse;
    }

    /// <summary>The answer.</summary>
    public ProcessingOutcome Outcome { get; }

    /// <summary>Whether the data may be used.</summary>
    public bool IsAllowed => Outcome == ProcessingOutcome.Allowed;

    /// <summary>Why not, or what a human has to decide; empty where it is allowed. In report-only mode also what would have been denied.</summary>
    public IReadOnlyList<ProcessingReason> Reasons { get; }

    /// <summary>The activities that carry the use, and what each rests on (Art. 5(2), 6(1)): one per data set and group of fields. Empty unless it is allowed.</summary>
    public IReadOnlyList<CarryingBasis> Bases { get; }

    /// <summary>Whether the records' periods were checked: only where the caller gave the triggers of a record of each data set.</summary>
    public bool IsPeriodChecked { get; }

    /// <summary>What restricted data is used for, where it is restricted and allowed all the same (Art. 18(2)).</summary>
    public AllowedUse? RestrictedUse { get; }

    /// <summary>Whether it is allowed only because the gate reports and does not deny yet.</summary>
    public bool IsReportOnly { get; init; }

    /// <summary>The client whose data it is: what people ask about it is handed to that client, who is the controller (Art. 28(3)(e)).</summary>
    public string? ForwardToController { get; init; }

    /// <summary>The tasks that were opened for a human, by id.</summary>
    public IReadOnlyList<string> Tasks { get; init; } = [];

    internal static ProcessingDecision Refused(IReadOnlyList<ProcessingReason> reasons, string? forwardTo) => new(
        reasons.All(reason => reason.NeedsHuman) ? ProcessingOutcome.NeedsHuman : ProcessingOutcome.Denied, reasons, [])
    {
        ForwardToController = forwardTo,
    };

    /// <summary>The same answer, with what restricted data is used for: one record is restricted, where the person's other data is not.</summary>
    internal ProcessingDecision ForRestrictedUse(AllowedUse? use) => RestrictedUse == use ? this : new(Outcome, Reasons, Bases, IsPeriodChecked, use)
    {
        ForwardToController = ForwardToController,
    };

    /// <summary>The outcome and the codes of its reasons.</summary>
    public override string ToString() => Reasons.Count == 0 ? Outcome.ToString() : $"{Outcome}: {string.Join(", ", Reasons.Select(reason => reason.Code))}";
}

/// <summary>The answers of the gate. The default is no.</summary>
public enum ProcessingOutcome
{
    /// <summary>It may not be done.</summary>
    Denied,

    /// <summary>It may not be done unless a human decides that it may.</summary>
    NeedsHuman,

    /// <summary>It may be done.</summary>
    Allowed,
}

/// <summary>What carries a use of data.</summary>
/// <param name="Activity">The activity.</param>
/// <param name="DataSet">The data set's path.</param>
/// <param name="Basis">The lawful basis; <see langword="null"/> where a client's instruction carries it, whose basis it is (Art. 28(3)(a)).</param>
/// <param name="Instruction">The version of the client's instruction, where one carries it.</param>
public sealed record CarryingBasis(string Activity, string DataSet, LawfulBasisKind? Basis, string? Instruction = null);
