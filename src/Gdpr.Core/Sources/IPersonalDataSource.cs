using Gdpr.Journals;
using Gdpr.Retention;
using NodaTime;

namespace Gdpr.Sources;

/// <summary>Where personal data is: SQL tables, an EF Core model, files, another system. Says what it can do; decides nothing.</summary>
/// <remarks>What a source cannot do becomes a task for people with a due date, never silence. Sources are safe to use from several threads.</remarks>
public interface IPersonalDataSource
{
    /// <summary>The source's name, unique in the host, such as <c>crm</c>.</summary>
    string Name { get; }

    /// <summary>The data sets that it holds, by path, such as <c>crm.customers</c>. A data set is in one source.</summary>
    IReadOnlyList<string> DataSets { get; }

    /// <summary>What the source can do.</summary>
    SourceCapabilities Capabilities { get; }

    /// <summary>Checks the mapping against the policy and against what is really there, and creates what the source keeps beside the data. Idempotent.</summary>
    /// <exception cref="SourceMappingException">Something is mapped that does not exist, or not mapped that the policy declares: all findings at once.</exception>
    /// <exception cref="SourceUnavailableException">The source cannot be reached.</exception>
    ValueTask PrepareAsync(RetentionSchedule schedule, CancellationToken cancellationToken);
}

/// <summary>What a source can do.</summary>
[Flags]
public enum SourceCapabilities
{
    /// <summary>Nothing by itself: people do the work.</summary>
    None = 0,

    /// <summary>Finds a person's records.</summary>
    Find = 1,

    /// <summary>Gives out a person's records (Art. 15, 20).</summary>
    Export = 2,

    /// <summary>Changes what is wrong (Art. 16).</summary>
    Rectify = 4,

    /// <summary>Keeps records from use (Art. 18).</summary>
    Restrict = 8,

    /// <summary>Erases and anonymises: it is an <see cref="IDisposalSource"/>.</summary>
    Dispose = 16,

    /// <summary>Reads again what it disposed of.</summary>
    Verify = 32,

    /// <summary>Checks what forbids destruction in the transaction that destroys, and keeps evidence in it.</summary>
    GuardInTransaction = 64,

    /// <summary>Lets several workers dispose of one data set's records at the same time: no record is in two batches, and a batch is empty only where nothing due is
    /// left that another worker might give back.</summary>
    SharedRuns = 128,

    /// <summary>Disposes of one person's due records alone, where a batch names the person (<see cref="DisposalBatch.Subjects"/>).</summary>
    DisposesByPerson = 256,

    /// <summary>Looks for a batch's records while the batch before it is still being journalled, and changes nothing before it may
    /// (<see cref="DisposalBatch.MayChange"/>).</summary>
    LooksAhead = 512,
}

/// <summary>A source that disposes of records: in guarded batches, each with its evidence.</summary>
/// <remarks>Only the one executor of the library calls <see cref="DisposeAsync"/>.</remarks>
public interface IDisposalSource : IPersonalDataSource
{
    /// <summary>What identifies the mapping of a data set: it changes when the mapping does.</summary>
    /// <param name="dataSet">The data set's path.</param>
    Digest MappingOf(string dataSet);

    /// <summary>What identifies how the records of a data set and their people are named: it changes when a native key or a person's id may mean another. A source that
    /// does not say goes by the whole mapping.</summary>
    /// <param name="dataSet">The data set's path.</param>
    Digest NamingOf(string dataSet) => MappingOf(dataSet);

    /// <summary>Counts the records of a data set by fate, rule and reason, with a few examples of each. Streams: memory does not grow with the records.</summary>
    /// <param name="evaluator">The rules and the instant.</param>
    /// <param name="dataSet">The data set's path.</param>
    /// <param name="examples">How many examples of each to give at most. They are for the caller's eyes, never for logs.</param>
    /// <param name="cancellationToken">Cancels.</param>
    ValueTask<DataSetSurvey> SurveyAsync(RetentionEvaluator evaluator, string dataSet, int examples, CancellationToken cancellationToken);

    /// <summary>Counts what a sweep leaves for somebody to see to: records whose fate is undetermined, and any that are still due. A source that finds them without
    /// reading the records that are kept does so; another reads all. Examples come in no particular order.</summary>
    /// <param name="evaluator">The rules and the instant.</param>
    /// <param name="dataSet">The data set's path.</param>
    /// <param name="examples">How many examples of each to give at most. They are for the caller's eyes, never for logs.</param>
    /// <param name="cancellationToken">Cancels.</param>
    async ValueTask<DataSetSurvey> SurveyUnsettledAsync(RetentionEvaluator evaluator, string dataSet, int examples, CancellationToken cancellationToken) =>
        (await SurveyAsync(evaluator, dataSet, examples, cancellationToken).ConfigureAwait(false)).Unsettled();

    /// <summary>Disposes of at most so many due records, or of however many a place holds that goes with them: checks what forbids it, changes the data and
    /// writes the evidence in one transaction, or changes nothing.</summary>
    /// <returns>What was done. No rows, where nothing is due any more of what was when the plan's first batch was done; of one person, nothing at all.</returns>
    /// <exception cref="SourceUnavailableException">There is evidence of the batch already, or the plan has been ended: nothing was changed.</exception>
    /// <exception cref="FactsBehindException">The facts beside the data do not reflect the journal as far as the batch demands: nothing was changed.</exception>
    ValueTask<BatchEvidence> DisposeAsync(DisposalBatch batch, CancellationToken cancellationToken);

    /// <summary>Reads the data again: how many of the records of a batch that has just been disposed of still are as they were.</summary>
    ValueTask<int> CountUndisposedAsync(BatchEvidence batch, CancellationToken cancellationToken);

    /// <summary>The evidence of a plan's batches as the source holds it, in their order.</summary>
    /// <param name="plan">The plan's id.</param>
    /// <param name="afterBatch">Only batches of a higher number.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    IAsyncEnumerable<BatchEvidence> ReadEvidenceAsync(string plan, int afterBatch, CancellationToken cancellationToken);

    /// <summary>The plans that the source has evidence of batches of, each once, in no particular order; none where a source cannot list them.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="SourceUnavailableException">The source cannot be read.</exception>
    IAsyncEnumerable<string> ReadPlansAsync(CancellationToken cancellationToken) => AsyncEnumerable.Empty<string>();

    /// <summary>Sees to it that no further batch of a plan is done: whoever closes a plan that is not his own does not know whether the worker is gone or has only
    /// been away. What was done before stands, and its evidence is complete from then on. Idempotent; of a plan that the source does not know, too.</summary>
    /// <param name="plan">The plan's id.</param>
    /// <param name="dataSet">The data set's path.</param>
    /// <param name="at">When.</param>
    /// <param name="cancellationToken">Cancels before anything is written, never half-way.</param>
    ValueTask EndPlanAsync(string plan, string dataSet, Instant at, CancellationToken cancellationToken);

    /// <summary>Puts facts beside the data, so that the transaction that destroys sees them. Idempotent by the changes' ids.</summary>
    /// <param name="changes">The facts to put or to take away; all or none.</param>
    /// <param name="position">The position in the journal that the facts reflect afterwards, kept with its entry. Never lower than the one stated last, but for
    /// <see cref="JournalPosition.None"/>: the journal is another, or was restored, and everything is put again. With it what ends, carries or grants something is taken away first:
    /// the journal may know it no longer. What forbids destruction stays until it is put anew or taken away.</param>
    /// <param name="cancellationToken">Cancels before anything is written, never half-way.</param>
    /// <returns>The native keys of records named that are not there. Facts on them have not been put, nor on any other record of the same change.</returns>
    /// <exception cref="SourceUnavailableException">The position is lower than the one stated last: nothing was changed.</exception>
    ValueTask<IReadOnlyList<string>> ChangeFactsAsync(IReadOnlyList<FactChange> changes, JournalPosition position, CancellationToken cancellationToken);

    /// <summary>The position in the journal that the facts beside the data reflect, as it was stated last; 0 where none have been put, or somebody else has
    /// changed them.</summary>
    ValueTask<JournalPosition> ReadFactsPositionAsync(CancellationToken cancellationToken);

    /// <summary>The position that was stated last, also where somebody else has changed the facts since: the data was not restored to before it.
    /// <see langword="null"/> where none was ever stated beside this data: it is new, was moved here, or comes from before the library. A source that
    /// cannot tell these apart gives what <see cref="ReadFactsPositionAsync"/> does.</summary>
    async ValueTask<JournalPosition?> ReadStatedPositionAsync(CancellationToken cancellationToken) =>
        await ReadFactsPositionAsync(cancellationToken).ConfigureAwait(false);
}
