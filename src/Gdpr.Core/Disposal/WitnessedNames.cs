using Gdpr.Journals;
using Gdpr.Retention;
using Gdpr.Sources;
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
        var erased = new ErasedRecords(await ReadAsync(dataSet, cancellationToken).ConfigureAwait(false), keys);
        var returned = new List<string>();
        await foreach (var key in source.FindReturnedAsync(dataSet, key => erased.Has(dataSet, key), cancellationToken).ConfigureAwait(false))
        {
            returned.Add(key);
        }

        return returned;
    }

    /// <summary>Remembers the names as those of records that were granted to be erased again: where the data is restored once more, they are sought once more, though
    /// the vault has them by then.</summary>
    public async ValueTask RememberAsync(string dataSet, CancellationToken cancellationToken)
    {
        Tombstone[] names = [.. (await ReadAsync(dataSet, cancellationToken).ConfigureAwait(false)).Select(name => name with { DataSet = Granted + dataSet })];
        foreach (var controller in HoldersOf(dataSet))
        {
            await vault.AddTombstonesAsync(controller, names, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Puts the names in the vault: they have been gone through.</summary>
    public async ValueTask KeepAsync(string dataSet, CancellationToken cancellationToken)
    {
        var names = await ReadAsync(dataSet, cancellationToken).ConfigureAwait(false);
        foreach (var controller in HoldersOf(dataSet))
        {
            await vault.AddTombstonesAsync(controller, names, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The tombstones of a data set that stand and that the witness alone has, and those whose records were granted to be erased again.</summary>
    private async ValueTask<IReadOnlyList<Tombstone>> ReadAsync(string dataSet, CancellationToken cancellationToken)
    {
        var (kept, today) = (await KeptAsync(dataSet, cancellationToken).ConfigureAwait(false), Today(dataSet));
        var granted = await KeptAsync(Granted + dataSet, cancellationToken).ConfigureAwait(false);
        List<Tombstone> names = [.. granted.Select(name => name with { DataSet = dataSet })];
        await foreach (var tombstone in WitnessedAsync(cancellationToken).ConfigureAwait(false))
        {
            if (tombstone.DataSet == dataSet && tombstone.Until >= today && !kept.Contains(tombstone))
            {
                names.Add(tombstone);
            }
        }

        return names;
    }

    private async ValueTask<HashSet<Tombstone>> KeptAsync(string dataSet, CancellationToken cancellationToken)
    {
        var kept = new HashSet<Tombstone>();
        foreach (var controller in HoldersOf(dataSet))
        {
            await foreach (var tombstone in vault.ReadTombstonesAsync(controller, Today(dataSet), cancellationToken).ConfigureAwait(false))
            {
                if (tombstone.DataSet == dataSet)
                {
                    kept.Add(tombstone);
                }
            }
        }

        return kept;
    }

    private IAsyncEnumerable<Tombstone> WitnessedAsync(CancellationToken cancellationToken) =>
        witness?.ReadTombstonesAsync(cancellationToken) ?? AsyncEnumerable.Empty<Tombstone>();

    private IReadOnlyList<string> HoldersOf(string dataSet)
    {
        var rules = schedule();
        return rules.Find(PathOf(dataSet)) is { } found ? PolicyControllers.HoldersOf(rules.Policy, found) : [];
    }

    private LocalDate Today(string dataSet) => TombstoneKeeper.Today(schedule(), PathOf(dataSet), clock);

    private static string PathOf(string dataSet) => dataSet.StartsWith(Granted, StringComparison.Ordinal) ? dataSet[Granted.Length..] : dataSet;
}
