using Gdpr.Journals;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Disposal;

/// <summary>Keeps the names of disposed records for as long as a backup may bring them back.</summary>
internal sealed class TombstoneKeeper(ISubjectVault vault, IJournalWitness? witness, Func<RetentionSchedule> schedule, IClock clock)
{
    /// <summary>Keeps a batch's tombstones in the vault and in the witness. Idempotent. Nothing for systems without backups.</summary>
    public async ValueTask AddAsync(BatchEvidence batch, CancellationToken cancellationToken)
    {
        var rules = schedule();
        if (rules.Find(batch.DataSet) is not { } dataSet || BackupOf(rules, batch.DataSet) is not { } keep)
        {
            return;
        }

        var zone = dataSet.Rules.Count > 0 ? dataSet.Rules[0].Zone : PolicyControllers.ZoneOf(rules.Policy);
        var until = keep.EndOf(LocalDays.TodayAt(clock.GetCurrentInstant(), zone));
        Tombstone[] tombstones = [.. batch.Rows.Select(row => new Tombstone(batch.DataSet, row.Record, until))];
        foreach (var controller in PolicyControllers.HoldersOf(rules.Policy, dataSet))
        {
            await vault.AddTombstonesAsync(controller, tombstones, cancellationToken).ConfigureAwait(false);
        }

        if (witness is not null)
        {
            await witness.AddTombstonesAsync(tombstones, cancellationToken).ConfigureAwait(false);
        }
    }

    private static CalendarPeriod? BackupOf(RetentionSchedule schedule, string dataSet) =>
        Policies.DataPath.TryParse(dataSet, out var path) && schedule.Policy.Systems.TryGetValue(path.System, out var system) ? system.Backup?.Keep : null;
}
