using Gdpr.Journals;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Subjects;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Disposal;

/// <summary>Names of disposed records that the witness alone remembers: journal and vault come from a backup, and know nothing of what was done after it.</summary>
/// <remarks>What the vault has as well was disposed of before the backup. A record that is there all the same came back by itself, and is left alone.</remarks>
internal sealed class WitnessedNames(ISubjectVault vault, IJournalWitness? witness, IKeyRing keys, Func<RetentionSchedule> schedule, IClock clock)
{
    /// <summary>Before a data set's path: the names of its records that were granted to be erased again.</summary>
    private const string Granted = "returned/";

    /// <summary>The data sets of which the witness alone remembers names, in the order of their paths.</summary>
    public async ValueTask<IReadOnlyList<string>> DataSetsAsync(CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, (HashSet<Tombstone> Kept, LocalDate Today)>(StringComparer.Ordinal);
        var found = new SortedSet<string>(StringComparer.Ordinal);
        await foreach (var tombstone in WitnessedAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!known.TryGetValue(tombstone.DataSet, out var one))
            {
                known.Add(tombstone.DataSet, one = (await KeptAsync(tombstone.DataSet, cancellationToken).ConfigureAwait(false), Today(tombstone.DataSet)));
            }

            if (tombstone.Until >= one.Today && !one.Kept.Contains(tombstone))
            {
                found.Add(tombstone.DataSet);
            }
        }

        return [.. found];
    }

    /// <summary>The native keys of a data set's records that have come back: to be shown to whoever decides, and to nobody else.</summary>
    public async ValueTask<IReadOnlyList<string>> FindAsync(IRecallingSource source, string dataSet, CancellationToken cancellationToken)
    {
        var erased = new ErasedRecords(await ReadOwnAsync(dataSet, cancellationToken).ConfigureAwait(false), keys);
        var returned = new List<string>();
        await foreach (var key in source.FindReturnedAsync(dataSet, key => erased.Has(dataSet, key), cancellationToken).ConfigureAwait(false))
        {
            returned.Add(key);
        }

        return returned;
    }

    /// <summary>How many names there are of records of data sets that the policy does not know any more, and that may have been this one. They find nothing: a key of the
    /// one data set is as good as any other's of the same number.</summary>
    public async ValueTask<int> CountUnknownAsync(string dataSet, CancellationToken cancellationToken) =>
        (await ReadAsync(dataSet, cancellationToken).ConfigureAwait(false)).Count(name => name.DataSet != dataSet);

    /// <summary>Remembers the names as those of records that were granted to be erased again: where the data is restored once more, they are sought once more, though
    /// the vault has them by then.</summary>
    public async ValueTask RememberAsync(string dataSet, CancellationToken cancellationToken)
    {
        Tombstone[] names = [.. (await ReadOwnAsync(dataSet, cancellationToken).ConfigureAwait(false)).Select(name => name with { DataSet = Granted + name.DataSet })];
        await AddAsync(dataSet, names, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Puts the names in the vault: they have been gone through.</summary>
    public async ValueTask KeepAsync(string dataSet, CancellationToken cancellationToken) =>
        await AddAsync(dataSet, await ReadAsync(dataSet, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    /// <summary>Whether a data set may be meant by a name: its own, or one that the policy does not know, as when the data set was called otherwise.</summary>
    public bool MayMean(string named, string dataSet) => NamedDataSets.Reach([named], dataSet, schedule().Policy);

    private async ValueTask<IReadOnlyList<Tombstone>> ReadOwnAsync(string dataSet, CancellationToken cancellationToken) =>
        [.. (await ReadAsync(dataSet, cancellationToken).ConfigureAwait(false)).Where(name => name.DataSet == dataSet)];

    /// <summary>The tombstones of a data set that stand and that the witness alone has, and those whose records were granted to be erased again.</summary>
    private async ValueTask<IReadOnlyList<Tombstone>> ReadAsync(string dataSet, CancellationToken cancellationToken)
    {
        var (kept, today) = (await KeptAsync(dataSet, cancellationToken).ConfigureAwait(false), Today(dataSet));
        List<Tombstone> names = [.. await KeptAsync(dataSet, cancellationToken, Granted).ConfigureAwait(false)];
        await foreach (var tombstone in WitnessedAsync(cancellationToken).ConfigureAwait(false))
        {
            if (MayMean(tombstone.DataSet, dataSet) && tombstone.Until >= today && !kept.Contains(tombstone))
            {
                names.Add(tombstone);
            }
        }

        return names;
    }

    /// <summary>What the vault has of the names of a data set, those after a prefix without it.</summary>
    private async ValueTask<HashSet<Tombstone>> KeptAsync(string dataSet, CancellationToken cancellationToken, string prefix = "")
    {
        var kept = new HashSet<Tombstone>();
        foreach (var controller in HoldersOf(dataSet))
        {
            await foreach (var tombstone in vault.ReadTombstonesAsync(controller, Today(dataSet), cancellationToken).ConfigureAwait(false))
            {
                var isGranted = tombstone.DataSet.StartsWith(Granted, StringComparison.Ordinal);
                if (isGranted == (prefix == Granted) && tombstone.DataSet[prefix.Length..] is var named && MayMean(named, dataSet))
                {
                    kept.Add(tombstone with { DataSet = named });
                }
            }
        }

        return kept;
    }

    private async ValueTask AddAsync(string dataSet, IReadOnlyList<Tombstone> names, CancellationToken cancellationToken)
    {
        foreach (var controller in HoldersOf(dataSet))
        {
            await vault.AddTombstonesAsync(controller, names, cancellationToken).ConfigureAwait(false);
        }
    }

    private IAsyncEnumerable<Tombstone> WitnessedAsync(CancellationToken cancellationToken) =>
        witness?.ReadTombstonesAsync(cancellationToken) ?? AsyncEnumerable.Empty<Tombstone>();

    /// <summary>Whoever holds a data set; of one that the policy does not know, anybody.</summary>
    private IReadOnlyList<string> HoldersOf(string dataSet)
    {
        var rules = schedule();
        return rules.Find(dataSet) is { } found ? PolicyControllers.HoldersOf(rules.Policy, found) : [.. rules.Policy.Controllers.Keys];
    }

    private LocalDate Today(string dataSet) => TombstoneKeeper.Today(schedule(), dataSet, clock);
}
