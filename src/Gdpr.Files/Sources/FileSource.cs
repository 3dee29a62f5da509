using System.Runtime.CompilerServices;
using Gdpr.Journals;
using Gdpr.Retention;
using Gdpr.Sources;
using NodaTime;

namespace Gdpr.Files.Sources;

/// <summary>Files or folders as records: logs, exports and backups that are erased as a whole, by a date in their name or by when they were last written.</summary>
/// <remarks>
/// <para>Never follows a link and never leaves its folder. Keeps facts and evidence in a folder of its name in <c>.gdpr</c> beside the data, in files that are
/// replaced as a whole or only grow, and are on the disk before a step counts as done. What is to be erased is written down before the first file is taken out
/// of the data, what was taken out before it is erased, and what was erased after the last is gone. Of a run that was killed in between, the next call puts back what was
/// not on record as taken, and the next batch of the same data set erases what was, which is evident by that batch: a preview erases nothing.</para>
/// <para>Sources over one folder take turns; their patterns exclude each other. A folder within another source's is refused when the source is prepared.</para>
/// <para>Files have no transaction, so <see cref="SourceCapabilities.GuardInTransaction"/> is not claimed. What stands for it is a lock that batches and
/// changes of facts take in turn, between threads and processes of one machine: no fact arrives while a batch runs. What other programs do to
/// the files is not kept out by it. A file that somebody has open, as far as the system tells, or that the application may not erase, stays; the others of the batch
/// go on, and a batch in which nothing but such files is left fails.</para>
/// <para>Nobody is found in a file. A fact about people is therefore unknown for every record of its data set: a hold on a person keeps them all.</para>
/// </remarks>
public sealed class FileSource : IDisposalSource, IClaimingSource
{
    private readonly Dictionary<string, MappedDataSet> _dataSets = new(StringComparer.Ordinal);
    private readonly List<string> _problems = [];
    private readonly IReadOnlyList<FileDataSetMapping> _mappings;
    private readonly BesideData _beside;
    private readonly FileBatches _batches;
    private readonly FolderAccess _access;
    private readonly FileTree? _tree;
    private readonly Action<string> _step;
    private volatile string? _realFolder;

    /// <summary>Describes a source; reads nothing yet.</summary>
    /// <param name="name">The source's name, unique in the host.</param>
    /// <param name="folder">The folder. A relative path is taken from the application's base directory. It has to exist when the source is prepared.</param>
    /// <param name="mappings">The data sets. Their patterns exclude each other.</param>
    public FileSource(string name, string folder, params IReadOnlyList<FileDataSetMapping> mappings)
        : this(name, folder, mappings, static _ => { })
    {
    }

    /// <summary>The same, telling of every step that changes something before it is taken.</summary>
    internal FileSource(string name, string folder, IReadOnlyList<FileDataSetMapping> mappings, Action<string> step)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        ArgumentNullException.ThrowIfNull(mappings);
        Name = name;
        Folder = Path.GetFullPath(folder, AppContext.BaseDirectory);
        _step = step;
        _mappings = mappings;
        _beside = new BesideData(Folder, name);
        foreach (var mapping in mappings)
        {
            if (!_dataSets.TryAdd(mapping.DataSet, MappedDataSet.Create(mapping, Folder, _problems)))
            {
                _problems.Add($"Data set '{mapping.DataSet}' is mapped twice: keep one mapping.");
            }
        }

        _tree = _problems.Count == 0 ? new FileTree(Folder, mappings) : null;
        _batches = new FileBatches(name, _beside, () => Tree, step);
        _access = new FolderAccess(name, Folder, _beside, _batches);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>The full path of the folder.</summary>
    public string Folder { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> DataSets => [.. _dataSets.Keys];

    /// <inheritdoc/>
    public SourceCapabilities Capabilities => SourceCapabilities.Dispose | SourceCapabilities.Verify;

    /// <inheritdoc/>
    public IReadOnlyList<string> Claims => [.. _mappings.Select(mapping => ClaimOf(mapping))];

    private FileTree Tree => _tree ?? throw new SourceMappingException(Name, _problems);

    /// <inheritdoc/>
    public async ValueTask PrepareAsync(RetentionSchedule schedule, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        cancellationToken.ThrowIfCancellationRequested();
        string[] problems = [.. _problems, .. _dataSets.Values.SelectMany(dataSet => dataSet.Problems(schedule))];
        if (problems.Length > 0)
        {
            throw new SourceMappingException(Name, problems);
        }

        var nested = _access.Guarded(() =>
        {
            if (!Directory.Exists(Folder))
            {
                throw new SourceUnavailableException(Name, $"its folder '{Folder}' is missing: create or mount it.");
            }

            _realFolder = FolderNesting.RealPath(Folder);
            return FolderNesting.ProblemsOf(Folder).ToArray();
        });
        if (nested.Length > 0)
        {
            throw new SourceMappingException(Name, nested);
        }

        _access.Guarded(() =>
        {
            _beside.Create();
            return true;
        });
        await _access.LockedAsync(static () => true, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <remarks>Of another source over the same folder: whatever fits patterns of both.</remarks>
    public IEnumerable<string> ClaimsSharedWith(IClaimingSource other) => other is not FileSource files || files._realFolder != _realFolder ? [] :
        from mapping in _mappings
        where files._mappings.Any(theirs => PatternOverlap.Of(mapping, theirs))
        select $"what fits {ClaimOf(mapping)}";

    /// <inheritdoc/>
    public Digest MappingOf(string dataSet) => Find(dataSet).Mapping;

    /// <inheritdoc/>
    public Digest NamingOf(string dataSet) => Find(dataSet).Naming;

    /// <inheritdoc/>
    public ValueTask<DataSetSurvey> SurveyAsync(RetentionEvaluator evaluator, string dataSet, int examples, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(evaluator);
        return ValueTask.FromResult(_access.Guarded(() =>
        {
            var tally = new SurveyTally(evaluator, dataSet, examples);
            var judge = new FileJudge(Find(dataSet), evaluator, _beside.ReadFacts());
            foreach (var record in Tree.Records(dataSet))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var facts = judge.FactsOf(record);
                var judged = new RetentionRecord(judge.Schedule, judge.TriggersOf(record), facts);
                tally.Add(judged, evaluator.FateOf(judged) == Fate.Erase, () => record.Key);
            }

            return tally.ToSurvey();
        }));
    }

    /// <inheritdoc/>
    public async ValueTask<BatchEvidence> DisposeAsync(DisposalBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return await _access.LockedAsync(
            () =>
            {
                var facts = _beside.ReadFacts();
                var position = facts.ReflectsFor(batch.DataSet);
                if (!position.Meets(batch.FactsPosition))
                {
                    throw new FactsBehindException(Name, batch.FactsPosition, position);
                }

                return _batches.Dispose(batch, new FileJudge(Find(batch.DataSet), batch.Evaluator, facts), cancellationToken);
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<int> CountUndisposedAsync(BatchEvidence batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_access.Guarded(() => _batches.CountUndisposed(batch)));
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BatchEvidence> ReadEvidenceAsync(string plan, int afterBatch, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var batches = await _access.LockedAsync(() => _batches.ReadEvidence(plan, afterBatch), cancellationToken).ConfigureAwait(false);
        foreach (var batch in batches)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return batch;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> ReadPlansAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var plan in await _access.LockedAsync(_batches.ReadPlans, cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return plan;
        }
    }

    /// <inheritdoc/>
    public async ValueTask EndPlanAsync(string plan, string dataSet, Instant at, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(dataSet);
        await _access.LockedAsync(
            () =>
            {
                _batches.EndPlan(plan, dataSet);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> ChangeFactsAsync(IReadOnlyList<FactChange> changes, JournalPosition position, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(changes);
        return _access.LockedAsync<IReadOnlyList<string>>(
            () =>
            {
                string[] gone =
                [
                    .. from change in changes
                       where Find(change.DataSet) is not null
                       from key in change.Required
                       where Tree.Find(change.DataSet, key) is null
                       select key,
                ];
                if (gone.Length > 0)
                {
                    return gone;
                }

                var facts = _beside.ReadFacts();
                SourceUnavailableException.ThrowIfOlder(Name, position, facts.Stated);
                var lines = facts.Facts.Where(line => position != JournalPosition.None || line.ToFact().ForbidsDestruction).ToDictionary(line => (line.Id, line.DataSet));
                foreach (var change in changes)
                {
                    lines.Remove((change.Id, change.DataSet));
                    if (change.Fact is not null)
                    {
                        lines.Add((change.Id, change.DataSet), FactLine.Of(change));
                    }
                }

                _step("facts");
                var put = facts.With(lines.Values) with { Position = position.Position, Entry = position.Entry.ToString(), DataSets = DataSets };
                _beside.WriteFacts(position == JournalPosition.None ? put.AsPut() : put);
                return [];
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<JournalPosition> ReadFactsPositionAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_access.Guarded(() => _beside.ReadFacts().Reflects));
    }

    /// <inheritdoc/>
    public ValueTask<JournalPosition?> ReadStatedPositionAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult<JournalPosition?>(_access.Guarded(() => _beside.ReadFacts().Stated));
    }

    private string ClaimOf(FileDataSetMapping mapping) => $"pattern '{mapping.Pattern}' in '{Folder}'";

    private MappedDataSet Find(string dataSet) => _dataSets.GetValueOrDefault(dataSet) ?? throw new SourceUnavailableException(Name, $"it has no data set '{dataSet}'.");
}
