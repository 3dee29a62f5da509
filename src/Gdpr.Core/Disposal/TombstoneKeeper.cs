using Gdpr.Journals;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Disposal;

/// <summary>Keeps the names of disposed records for as long as a backup may bring them back.</summary>
/// <remarks>Of whole records only: one that lost some of its fields is still there, and its name does not say which.</remarks>
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

        var until = keep.EndOf(Today(rules, batch.DataSet, clock));
        Tombstone[] tombstones = [.. batch.Rows.Where(row => row.Fields.Count == 0).Select(row => new Tombstone(batch.DataSet, row.Record, until))];
        foreach (var controller in PolicyControllers.HoldersOf(rules.Policy, dataSet))
        {
            await vault.AddTombstonesAsync(controller, tombstones, cancellationToken).ConfigureAwait(false);
        }

        if (witness is not null)
        {
            await witness.AddTombstonesAsync(tombstones, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The date by which a data set's tombstones stand or have ended.</summary>
    public static LocalDate Today(RetentionSchedule schedule, string dataSet, IClock clock) => LocalDays.TodayAt(
        clock.GetCurrentInstant(), schedule.Find(dataSet) is { Rules: [var rule, ..] } ? rule.Zone : PolicyControllers.ZoneOf(schedule.Policy));

    private static CalendarPeriod? BackupOf(RetentionSchedule schedule, string dataSet) =>
        Policies.DataPath.TryParse(dataSet, out var path) && schedule.Policy.Systems.TryGetValue(path.System, out var system) ? system.Backup?.Keep : null;
}
