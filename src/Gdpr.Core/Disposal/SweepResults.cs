using Gdpr.Journals;
using Gdpr.Sources;
using NodaTime;

namespace Gdpr.Disposal;

/// <summary>What a run would do.</summary>
/// <param name="At">The instant at which records were judged.</param>
/// <param name="DataSets">Every data set of the policy, in its order.</param>
public sealed record SweepPreview(Instant At, IReadOnlyList<DataSetPreview> DataSets)
{
    /// <summary>The data sets whose rules or mapping wait for approval. One that could not be read (<see cref="DataSetPreview.Survey"/>) goes on waiting when the preview
    /// is approved.</summary>
    public IEnumerable<DataSetPreview> Unapproved => DataSets.Where(dataSet => dataSet.NeedsApproval);
}

/// <summary>What a run would do with a data set.</summary>
/// <param name="DataSet">The data set's path.</param>
/// <param name="Source">The source that disposes of it; <see langword="null"/> where people do.</param>
/// <param name="Rules">The fingerprint of its rules.</param>
/// <param name="Mapping">What identifies the source's mapping; <see langword="null"/> without a source.</param>
/// <param name="NeedsApproval">Whether rules and mapping wait for approval.</param>
/// <param name="Survey">Counts by fate, rule and reason; <see langword="null"/> where the data could not be read.</param>
/// <param name="Problem">Why the data could not be read: a stable code.</param>
public sealed record DataSetPreview(
    string DataSet, string? Source, Digest Rules, Digest? Mapping, bool NeedsApproval, DataSetSurvey? Survey, string? Problem)
{
    /// <summary>Whether holds, restrictions, objections and consents stand beside the data as the policy of today has them. Where they do not, because the policy has
    /// changed and whoever looks may not write, a run puts them there first, and may dispose of less, or of more, than is shown.</summary>
    public bool AreFactsOfToday { get; init; } = true;

    /// <summary>Why the data could not be read, in words.</summary>
    public string? Detail { get; init; }
}

/// <summary>What a run did.</summary>
/// <param name="Run">The run's id.</param>
/// <param name="At">The instant at which records were judged.</param>
/// <param name="DataSets">Every data set that was to be swept, in the policy's order.</param>
public sealed record SweepResult(string Run, Instant At, IReadOnlyList<DataSetOutcome> DataSets)
{
    /// <summary>Whether nothing that is due is left anywhere.</summary>
    public bool IsComplete => DataSets.All(dataSet => dataSet.Status == SweepStatus.Completed);
}

/// <summary>What a run did with a data set.</summary>
/// <param name="DataSet">The data set's path.</param>
/// <param name="Source">The source that disposes of it; <see langword="null"/> where people do.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Reason">Why it did not complete: a stable code of <see cref="SweepReasons"/> or of an exception; <see langword="null"/> where it did.</param>
public sealed record DataSetOutcome(string DataSet, string? Source, SweepStatus Status, string? Reason = null)
{
    /// <summary>What was wrong, for people who can mend it. Without personal data.</summary>
    public string? Detail { get; init; }

    /// <summary>The run that it was part of: another worker's, where that was joined; <see langword="null"/> where no plan was made.</summary>
    public string? Run { get; init; }

    /// <summary>The plan under which it was done; the last of them, where something became due meanwhile; <see langword="null"/> where none was made.</summary>
    public string? Plan { get; init; }

    /// <summary>What was done, as the journal holds it.</summary>
    public DisposalCounts Done { get; init; }

    /// <summary>What has become of the bytes of what was erased, as the entry of the journal that closes the plan holds it.</summary>
    public ErasedBytes Bytes { get; init; }

    /// <summary>What is undetermined afterwards, and what would have to be known; with <see cref="SweepOptions.CountKept"/> also what is kept, why and until when.
    /// <see langword="null"/> where it was not read again.</summary>
    public DataSetSurvey? Left { get; init; }
}

/// <summary>How many records were disposed of.</summary>
/// <param name="Batches">In how many batches.</param>
/// <param name="Erased">Records erased whole.</param>
/// <param name="FieldsErased">Records of which fields were erased.</param>
/// <param name="Anonymised">Records of which fields were anonymised.</param>
/// <remarks>The default value counts nothing.</remarks>
public readonly record struct DisposalCounts(int Batches, long Erased, long FieldsErased, long Anonymised)
{
    /// <summary>All records, whole or in part.</summary>
    public long Records => Erased + FieldsErased + Anonymised;

    internal DisposalCounts With(BatchData batch) => this + new DisposalCounts(1, batch.Erased, batch.FieldsErased, batch.Anonymised);

    /// <summary>Both together.</summary>
    public static DisposalCounts operator +(DisposalCounts first, DisposalCounts second) => new(
        first.Batches + second.Batches, first.Erased + second.Erased, first.FieldsErased + second.FieldsErased, first.Anonymised + second.Anonymised);
}

/// <summary>How far a run has come.</summary>
/// <param name="DataSet">The data set.</param>
/// <param name="Done">What has been done with it so far in this run.</param>
public sealed record SweepProgress(string DataSet, DisposalCounts Done);
