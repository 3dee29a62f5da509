using System.Collections.Frozen;
using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Processing;

/// <summary>A policy compiled for the gate: everything that does not depend on the person is worked out once.</summary>
/// <remarks>Immutable. Pure: neither a program nor what it makes reads a clock or a store.</remarks>
public sealed class ProcessingProgram
{
    private readonly FrozenDictionary<string, int> _dataSets;
    private readonly FrozenDictionary<string, ProgramActivity[]> _byPurpose;

    private ProcessingProgram(GdprPolicy policy, IReadOnlyList<SupersededPolicy> earlier)
    {
        (Policy, History) = (policy, new CollectionHistory(earlier));
        Coverage = PolicyCoverage.Of(policy);
        Activities = [.. policy.Activities.Select((entry, index) => new ProgramActivity(entry.Key, index, entry.Value, policy))];
        _byPurpose = Activities.GroupBy(activity => activity.Purpose, StringComparer.Ordinal)
            .ToFrozenDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);
        _dataSets = Coverage.DataSets.Select((set, index) => (set.Path.DataSetPath, index))
            .ToFrozenDictionary(set => set.DataSetPath, set => set.index, StringComparer.Ordinal);
    }

    /// <summary>The policy.</summary>
    public GdprPolicy Policy { get; }

    internal CollectionHistory History { get; }

    internal PolicyCoverage Coverage { get; }

    internal ProgramActivity[] Activities { get; }

    internal int DataSetCount => _dataSets.Count;

    /// <summary>Compiles a policy.</summary>
    /// <param name="policy">The policy, validated.</param>
    /// <param name="earlier">The versions before it: what was collected under them was collected for their purposes (Art. 6(4)).</param>
    public static ProcessingProgram Compile(GdprPolicy policy, params IReadOnlyList<SupersededPolicy> earlier)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(earlier);
        return new ProcessingProgram(policy, earlier);
    }

    /// <summary>Works out what does not depend on the person.</summary>
    /// <param name="request">What is to be done. Of the person only the controller counts.</param>
    /// <param name="client">The client whose data it is, where the controller is one.</param>
    /// <param name="assessed">What is on record of new purposes (Art. 6(4)).</param>
    public ProcessingUse Prepare(ProcessingRequest request, ProcessorClient? client = null, params IReadOnlyList<CompatibilityState> assessed)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(assessed);
        return new UseCompiler(this, request, client, assessed).Compile();
    }

    /// <summary>Where a person stands, in the form that the gate decides from.</summary>
    /// <param name="subject">The person.</param>
    /// <param name="state">What is recorded of the person.</param>
    /// <param name="now">The instant. The standing holds until something in it changes by time alone; asked about another instant it is made anew.</param>
    public SubjectStanding StandingOf(DataSubject subject, SubjectState state, Instant now)
    {
        ArgumentNullException.ThrowIfNull(state);
        return new SubjectStanding(this, subject, state, now);
    }

    /// <summary>Decides: pure, and without allocating where it is allowed.</summary>
    /// <param name="question">The question.</param>
    /// <param name="standing">Where the person stands.</param>
    /// <param name="now">The instant.</param>
    /// <returns>The answer. It says that the period was not checked: see the overload with a record.</returns>
    public static ProcessingDecision Decide(in ProcessingQuestion question, SubjectStanding standing, Instant now) =>
        ProcessingJudge.Decide(question, standing, now, isPeriodChecked: false);

    /// <summary>Decides, and whether a record may still be used for the purpose too.</summary>
    /// <param name="question">The question.</param>
    /// <param name="standing">Where the person stands.</param>
    /// <param name="evaluator">The evaluator of the policy's schedule; its instant is the one that is decided at.</param>
    /// <param name="record">The record, of the use's data set.</param>
    public static ProcessingDecision Decide(in ProcessingQuestion question, SubjectStanding standing, RetentionEvaluator evaluator, in RetentionRecord record)
    {
        ArgumentNullException.ThrowIfNull(standing);
        ArgumentNullException.ThrowIfNull(evaluator);
        var path = record.DataSet?.Path;
        var isChecked = question.Use is { } use && Array.TrueForAll(use.Parts, part => part.DataSet == path);
        var asked = ContractJudge.Show(question, standing, evaluator, record);
        var decision = ProcessingJudge.Decide(asked, standing, evaluator.Now, isChecked);
        return decision.IsAllowed ? PeriodJudge.Judge(decision, asked, standing, evaluator, record) : decision;
    }

    /// <summary>The activities with a purpose, in policy order.</summary>
    internal ProgramActivity[] WithPurpose(string purpose) => _byPurpose.GetValueOrDefault(purpose) ?? [];

    /// <summary>The place of a data set, or -1.</summary>
    internal int IndexOf(string dataSet) => _dataSets.GetValueOrDefault(dataSet, -1);
}
