using System.Collections.Frozen;
using Gdpr.Policies;
using NodaTime;

namespace Gdpr.Retention;

/// <summary>A policy's retention rules, compiled: at any instant each rule comes down to one cutoff per trigger.</summary>
/// <remarks>
/// <para>Immutable, and safe to share between threads. Knows no instant: <see cref="At(Instant)"/> gives the evaluator for one.</para>
/// <para>Cutoffs never move back over the versions of a policy: what an earlier version had let go, a later one does not take up again.</para>
/// </remarks>
public sealed class RetentionSchedule
{
    private readonly FrozenDictionary<string, DataSetSchedule> _byPath;

    internal RetentionSchedule(GdprPolicy policy, IReadOnlyList<DataSetSchedule> dataSets)
    {
        Policy = policy;
        DataSets = dataSets;
        _byPath = dataSets.ToFrozenDictionary(dataSet => dataSet.Path, StringComparer.Ordinal);
    }

    /// <summary>The policy that was compiled.</summary>
    public GdprPolicy Policy { get; }

    /// <summary>The data sets, in ordinal order of their systems' ids and their own: policies with the same hash have the same schedule.</summary>
    public IReadOnlyList<DataSetSchedule> DataSets { get; }

    /// <summary>Compiles the rules of a policy.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="earlier">The versions that came before it, in any order.</param>
    /// <exception cref="GdprPolicyException">A rule cannot be computed, a data set has a field that no rule covers, or it is in doubt on what basis an activity rests,
    /// what becomes of a field, or which of two rules has a name. The exception names every error of the policy, not only those.</exception>
    public static RetentionSchedule Compile(GdprPolicy policy, params IReadOnlyList<SupersededPolicy> earlier)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(earlier);
        return ScheduleCompiler.Compile(policy, EarlierLeaves.Of(earlier));
    }

    /// <summary>A data set by path, such as <c>crm.customers</c>.</summary>
    /// <param name="path">The path.</param>
    /// <exception cref="ArgumentException">The policy has no such data set.</exception>
    public DataSetSchedule DataSet(string path) =>
        Find(path) ?? throw new ArgumentException($"The policy {Policy.Policy} has no data set '{path}'.", nameof(path));

    /// <summary>A data set by path, or <see langword="null"/>.</summary>
    /// <param name="path">The path.</param>
    public DataSetSchedule? Find(string path) => _byPath.GetValueOrDefault(path);

    /// <summary>Whether a data set is one of this schedule, and not of another one with the same policy.</summary>
    internal bool Owns(DataSetSchedule? dataSet) =>
        dataSet is not null && dataSet.Index < DataSets.Count && ReferenceEquals(DataSets[dataSet.Index], dataSet);

    /// <summary>The evaluator for an instant.</summary>
    /// <param name="now">The instant at which records are judged.</param>
    public RetentionEvaluator At(Instant now) => new(this, now);

    /// <summary>The evaluator for an instant.</summary>
    /// <param name="now">The instant at which records are judged.</param>
    public RetentionEvaluator At(DateTimeOffset now) => At(Instant.FromDateTimeOffset(now));
}
