using Gdpr.Retention;
using NodaTime;

namespace Gdpr.Processing;

/// <summary>What is to be done, worked out once: which activities may carry it, what the law and the policy say of them, and whether the role may.</summary>
/// <remarks>Immutable but for the answers that it keeps, and safe to use from several threads. Holds nothing of any person.</remarks>
public sealed class ProcessingUse
{
    private const int MaximumKept = 256;
    private const int Variants = 10;

    private readonly ProcessingDecision?[] _allowed;

    internal ProcessingUse(ProcessingProgram program, UsePlan plan, IReadOnlyList<ProcessingReason> denials, UsePart[] parts)
    {
        Program = program;
        Plan = plan;
        Denials = [.. denials];
        Parts = parts;
        var picks = parts.Aggregate(1L, (product, part) => Math.Min(product * part.Candidates.Length, MaximumKept));
        _allowed = new ProcessingDecision?[picks * Variants];
        IsNumbered = parts.Aggregate((UInt128)1, (product, part) => UInt128.Min(product * (uint)part.Candidates.Length, long.MaxValue)) < long.MaxValue / Variants;
    }

    /// <summary>The controller whose data it is.</summary>
    public string Controller => Plan.Controller;

    /// <summary>The purpose.</summary>
    public string Purpose => Plan.Purpose;

    /// <summary>What forbids it whoever the person is: the policy, the law, the role. Empty where only the person's own standing decides.</summary>
    public IReadOnlyList<ProcessingReason> StaticReasons => Denials;

    internal ProcessingProgram Program { get; }

    internal UsePlan Plan { get; }

    internal ProcessingReason[] Denials { get; }

    internal UsePart[] Parts { get; }

    /// <summary>Whether the candidates' places of all parts together are one number.</summary>
    internal bool IsNumbered { get; }

    /// <summary>The answer that it is allowed, by the candidate that carries each part; kept, so that the same answer costs nothing.</summary>
    /// <param name="picks">The candidates' places as one number, the first part's counting least.</param>
    /// <param name="isPeriodChecked">Whether periods were checked.</param>
    /// <param name="use">What restricted data is used for.</param>
    internal ProcessingDecision Allowed(long picks, bool isPeriodChecked, AllowedUse? use)
    {
        var index = (picks * Variants) + (isPeriodChecked ? 5 : 0) + (use is { } one ? 1 + (int)one : 0);
        var isKept = (ulong)index < (ulong)_allowed.Length;
        if (isKept && _allowed[index] is { } known)
        {
            return known;
        }

        var places = new List<int>(Parts.Length);
        foreach (var part in Parts)
        {
            places.Add((int)(picks % part.Candidates.Length));
            picks /= part.Candidates.Length;
        }

        var decision = Allowed(places, isPeriodChecked, use);
        if (isKept)
        {
            _allowed[index] = decision;
        }

        return decision;
    }

    /// <summary>The answer that it is allowed, by the place of the candidate that carries each part.</summary>
    internal ProcessingDecision Allowed(List<int> places, bool isPeriodChecked, AllowedUse? use) =>
        new(ProcessingOutcome.Allowed, [], [.. Parts.Select((part, index) => part.Candidates[places[index]].Carried).Distinct()], isPeriodChecked, use)
        {
            ForwardToController = Plan.Client?.Id,
        };
}

/// <summary>What a use was asked as, the person aside.</summary>
internal sealed record UsePlan(string Controller, string Purpose)
{
    public string? Activity { get; init; }

    public IReadOnlyList<string> Data { get; init; } = [];

    /// <summary>The actor's role. Of the actor nothing else is kept.</summary>
    public string? Role { get; init; }

    public ProcessingAutomation Automation { get; init; }

    /// <summary>The client whose data it is, where it is one's.</summary>
    public ProcessorClient? Client { get; init; }

    /// <summary>The other purposes that the data was collected for (Art. 6(4)).</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];

    /// <summary>The organisation that the role is bound to, where it is delegated.</summary>
    public string? BoundTo { get; init; }
}

/// <summary>Fields of a data set that the same activities may carry.</summary>
/// <param name="DataSet">The data set's path.</param>
/// <param name="Index">The data set's place in the program.</param>
/// <param name="Fields">The fields' ids.</param>
/// <param name="Categories">The categories of the fields.</param>
/// <param name="Candidates">The activities, at least one.</param>
internal sealed record UsePart(string DataSet, int Index, string[] Fields, string[] Categories, UseCandidate[] Candidates);

/// <summary>An activity that may carry a part, and what is settled of it.</summary>
/// <param name="Activity">The activity.</param>
/// <param name="Reasons">What forbids it whoever the person is.</param>
/// <param name="Agreement">When the agreement that it needs is in force.</param>
/// <param name="Instruction">When the instruction that it needs is in force.</param>
/// <param name="Impact">When its impact has been assessed, where it needs that: nothing begins before.</param>
/// <param name="Interest">When the interest that it rests on has been weighed, where it rests on one.</param>
/// <param name="Carried">What it rests on.</param>
internal sealed record UseCandidate(
    ProgramActivity Activity, ProcessingReason[] Reasons, InForce Agreement, InForce Instruction, InForce Impact, InForce Interest, CarryingBasis Carried)
{
    private readonly InForce _all = Agreement.And(Instruction).And(Impact).And(Interest);
    private readonly bool _mayCarry = Reasons.Length == 0;

    /// <summary>Whether nothing forbids it at an instant, whoever the person is.</summary>
    public bool MayCarryAt(Instant now) => _mayCarry && _all.Contains(now);
}
