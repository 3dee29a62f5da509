using Gdpr.Disposal;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Subjects;

namespace Gdpr.Rights;

/// <summary>Asks every source for what it holds of a person. What cannot be asked is said, never passed over.</summary>
internal sealed class PersonInventory(
    Func<RetentionSchedule> schedule, SourceInventory sources, SourcePreparation preparation, SubjectDirectory directory)
{
    /// <summary>What there is of a person in each data set of the person's controller, in the policy's order.</summary>
    /// <param name="subject">The person.</param>
    /// <param name="dataSets">Only these data sets; none for all.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask<IReadOnlyList<PersonDataSet>> GatherAsync(DataSubject subject, IReadOnlyList<string> dataSets, CancellationToken cancellationToken)
    {
        var (rules, gathered) = (schedule(), new List<PersonDataSet>());
        foreach (var dataSet in rules.DataSets)
        {
            if (PolicyControllers.HoldersOf(rules.Policy, dataSet).Contains(subject.Controller, StringComparer.Ordinal)
                && (dataSets.Count == 0 || dataSets.Contains(dataSet.Path, StringComparer.Ordinal)))
            {
                gathered.Add(await GatherAsync(subject, rules, dataSet, int.MaxValue, cancellationToken).ConfigureAwait(false));
            }
        }

        return gathered;
    }

    /// <summary>Whether the policy in force has a data set.</summary>
    public bool IsDeclared(string dataSet) => schedule().Find(dataSet) is not null;

    /// <summary>The first data set that holds something of a person, or cannot say whether it does; <see langword="null"/> where nothing is held anywhere.</summary>
    /// <remarks>People of a controller that the policy does not declare, such as a client, may be in any data set. Where nobody has ever said under which id a source
    /// knows the person, nothing there can be told to be theirs.</remarks>
    /// <param name="subject">The person.</param>
    /// <param name="named">Data sets that are asked whoever holds them now: those in which the person has an id.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask<PersonDataSet?> FindFirstAsync(DataSubject subject, IEnumerable<string> named, CancellationToken cancellationToken)
    {
        var rules = schedule();
        var isDeclared = rules.Policy.Controllers.ContainsKey(subject.Controller);
        foreach (var dataSet in rules.DataSets)
        {
            if (!isDeclared || named.Contains(dataSet.Path, StringComparer.Ordinal)
                || PolicyControllers.HoldersOf(rules.Policy, dataSet).Contains(subject.Controller, StringComparer.Ordinal))
            {
                var there = await GatherAsync(subject, rules, dataSet, most: 1, cancellationToken).ConfigureAwait(false);
                if (there.Records.Count > 0 || there.Status is GatherStatus.Manual or GatherStatus.NotReached)
                {
                    return there;
                }
            }
        }

        return null;
    }

    /// <summary>The first data set in which a source finds something of a person, or cannot be asked at the moment; <see langword="null"/> where none does.</summary>
    /// <remarks>Whoever holds it now. Where no source finds people, or nobody has said under which id it knows the person, people look.</remarks>
    /// <param name="subject">The person.</param>
    /// <param name="except">Data sets that are not asked.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask<string?> FindHeldAsync(DataSubject subject, IReadOnlyCollection<string> except, CancellationToken cancellationToken)
    {
        var rules = schedule();
        foreach (var dataSet in rules.DataSets.Where(one => !except.Contains(one.Path, StringComparer.Ordinal)))
        {
            var there = await GatherAsync(subject, rules, dataSet, most: 1, cancellationToken).ConfigureAwait(false);
            if (there is { Records.Count: > 0 } or { Status: GatherStatus.NotReached })
            {
                return dataSet.Path;
            }
        }

        return null;
    }

    private async ValueTask<PersonDataSet> GatherAsync(
        DataSubject subject, RetentionSchedule rules, DataSetSchedule dataSet, int most, CancellationToken cancellationToken)
    {
        if (sources.Find(dataSet.Path) is not { } source)
        {
            return new PersonDataSet(dataSet, GatherStatus.Manual, []);
        }

        try
        {
            await preparation.PrepareAsync(source, rules, cancellationToken).ConfigureAwait(false);
            if (sources.FindExporting(dataSet.Path) is not { } exporting)
            {
                return new PersonDataSet(dataSet, GatherStatus.Manual, []);
            }

            var ids = await directory.NativeIdsAsync(subject, dataSet.Path, cancellationToken).ConfigureAwait(false);
            if (ids.Count == 0)
            {
                return new PersonDataSet(dataSet, GatherStatus.NoNativeId, []);
            }

            var records = new List<ExportedRecord>();
            await foreach (var record in exporting.ExportAsync(dataSet.Path, ids, cancellationToken).ConfigureAwait(false))
            {
                records.Add(record);
                if (records.Count == most)
                {
                    break;
                }
            }

            return new PersonDataSet(dataSet, GatherStatus.Read, records);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // One source that is down does not hide what the others hold; the answer names it.
            return new PersonDataSet(dataSet, GatherStatus.NotReached, []) { Reason = SweepReasons.Of(exception), Detail = ExceptionText.Of(exception) };
        }
    }
}

/// <summary>What there is of a person in a data set.</summary>
internal sealed record PersonDataSet(DataSetSchedule DataSet, GatherStatus Status, IReadOnlyList<ExportedRecord> Records)
{
    /// <summary>Why it was not read: a stable code.</summary>
    public string? Reason { get; init; }

    /// <summary>What was wrong, for people who can mend it.</summary>
    public string? Detail { get; init; }
}

/// <summary>Whether a data set could be asked for a person.</summary>
internal enum GatherStatus
{
    /// <summary>It was read; no records means that nothing is held.</summary>
    Read,

    /// <summary>No source gives its records out: people look.</summary>
    Manual,

    /// <summary>Nobody has said under which id the source knows the person: people look.</summary>
    NoNativeId,

    /// <summary>The source is down: it is asked again.</summary>
    NotReached,
}
