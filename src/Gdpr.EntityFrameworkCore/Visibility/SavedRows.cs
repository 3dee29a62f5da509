using System.Data.Common;
using Gdpr.EntityFrameworkCore.Access;
using Gdpr.Relational;
using Gdpr.Relational.Queries;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace Gdpr.EntityFrameworkCore.Visibility;

/// <summary>Asks of the records that <c>SaveChanges</c> deletes, and that the database deletes with what it deletes, whether something forbids it; and of those that it
/// gives to another person, or that the database takes from theirs, whether anything is said of the person whose they are.</summary>
/// <param name="context">The context that saves.</param>
/// <param name="extension">How it uses the library.</param>
/// <param name="saving">The first command: it is asked over its connection, in its transaction.</param>
/// <param name="entries">What is saved.</param>
internal sealed class SavedRows(DbContext context, GdprOptionsExtension extension, DbCommand saving, IReadOnlyList<EntityEntry> entries)
{
    private const int RowsPerQuestion = 100;

    private readonly ContextVisibility _visibility = extension.Visibility;
    private readonly ContextModel _model = extension.Visibility.ModelOf(context);

    /// <summary>Whether there is anything to ask.</summary>
    public static bool Concern(DbContext context, ContextVisibility visibility, IReadOnlyList<EntityEntry> entries)
    {
        var (owners, model) = (new TrackedOwners(context), visibility.ModelOf(context));
        return Delete(owners, model, entries) || GivenId.In(owners, model, entries).Any();
    }

    /// <summary>Whether records, or rows with which the database may delete some, are deleted.</summary>
    public static bool Delete(DbContext context, ContextVisibility visibility, IReadOnlyList<EntityEntry> entries) =>
        Delete(new TrackedOwners(context), visibility.ModelOf(context), entries);

    private static bool Delete(TrackedOwners owners, ContextModel model, IReadOnlyList<EntityEntry> entries) =>
        entries.Any(entry => entry.State == EntityState.Deleted && (RecordOf(owners, model, entry) is not null || model.Cascades.From(entry.Metadata).Any()));

    /// <summary>Asks whether records are given to another person than the row in the database says.</summary>
    public async ValueTask<bool> GiveAwayAsync(CancellationToken cancellationToken)
    {
        foreach (var some in GivenByDataSet(new TrackedOwners(context)))
        {
            if (await IsAnyAsync(some.Key, some, id => RowKey.Of(id.Record), (command, rows, sql, id, name) => id.Other(command, rows, sql, name), cancellationToken)
                .ConfigureAwait(false))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Asks.</summary>
    /// <exception cref="Gdpr.Sources.RecordBlockedException">Something forbids it.</exception>
    public async ValueTask AskAsync(CancellationToken cancellationToken)
    {
        EntityEntry[] deleted = [.. entries.Where(entry => entry.State == EntityState.Deleted)];
        var owners = new TrackedOwners(context);
        var records = deleted.Select(entry => (Record: RecordOf(owners, _model, entry), Entry: entry)).Where(found => found.Record is not null)
            .GroupBy(found => found.Record!.Entity, ReferenceEqualityComparer.Instance)
            .Select(some => (Record: some.First().Record!, IsWhole: some.Any(IsWhole)))
            .ToLookup(found => _model.Records[found.Record.Metadata].DataSet!, StringComparer.Ordinal);
        var given = GivenByDataSet(owners);
        var principals = deleted.Where(entry => _model.Cascades.From(entry.Metadata).Any()).ToArray();
        string[] reached = [.. principals.Select(entry => entry.Metadata).Distinct().SelectMany(_model.Cascades.DataSetsFrom).Distinct(StringComparer.Ordinal)];

        // Whoever waits for facts of several data sets waits in one order.
        foreach (var dataSet in records.Select(some => some.Key).Union(given.Select(some => some.Key)).Union(reached).Order(StringComparer.Ordinal))
        {
            if (saving.Transaction is { } transaction)
            {
                await _visibility.KeepFactsAsync(context, dataSet, transaction, cancellationToken).ConfigureAwait(false);
            }
        }

        foreach (var some in records)
        {
            // What the law demands is that the record stays: it is edited meanwhile, as its columns are.
            foreach (var kind in some.GroupBy(found => found.IsWhole, found => RowKey.Of(found.Record)))
            {
                await AskAsync(some.Key, kind, sql => kind.Key ? sql.Blocked() : sql.Held(), cancellationToken).ConfigureAwait(false);
            }
        }

        foreach (var some in given)
        {
            await AskAsync(some.Key, some, id => RowKey.Of(id.Record), (command, rows, sql, id, name) => id.Lost(command, rows, sql, name), cancellationToken)
                .ConfigureAwait(false);
        }

        if (reached.Length > 0)
        {
            var (rows, _) = await _visibility.RowsAsync(context, reached[0], saving.Connection!, cancellationToken).ConfigureAwait(false);
            await foreach (var (step, keys) in new CascadedRows(_model.Cascades, rows.Dialect, saving).FindAsync(principals, cancellationToken).ConfigureAwait(false))
            {
                foreach (var dataSet in _model.Cascades.DataSetsOf(step.To))
                {
                    await AskAsync(dataSet, keys, sql => step.Effect == CascadeEffect.Severs ? sql.Held() : sql.Blocked(), cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    private ILookup<string, GivenId> GivenByDataSet(TrackedOwners owners) =>
        GivenId.In(owners, _model, entries).ToLookup(id => _model.Records[id.Record.Metadata].DataSet!, StringComparer.Ordinal);

    /// <summary>Whether the record goes with an object, and not a part of it alone.</summary>
    private bool IsWhole((EntityEntry? Record, EntityEntry Entry) found) =>
        ReferenceEquals(found.Entry.Entity, found.Record!.Entity) && !_model.IsPartOfRow(found.Entry.Metadata);

    /// <summary>The record that an object is, or of which it is a part by itself, in a table of its own or of a type of its own: a part whose place another takes is
    /// changed, and not deleted.</summary>
    private static EntityEntry? RecordOf(TrackedOwners owners, ContextModel model, EntityEntry deleted)
    {
        var record = model.Records.ContainsKey(deleted.Metadata) ? (model.IsPartOfRow(deleted.Metadata) && OwnedRows.IsReplaced(deleted) ? null : deleted)
            : OwnedRows.IsOwnRow(deleted) && !OwnedRows.IsReplaced(deleted) ? owners.Of(deleted)
            : null;
        return record is not null && record.State != EntityState.Added && model.Records.ContainsKey(record.Metadata) ? record : null;
    }

    private async ValueTask AskAsync(string dataSet, IEnumerable<RowKey> keys, Func<VisibilitySql, string> what, CancellationToken cancellationToken)
    {
        // In one question the condition is the same for each row.
        (VisibilitySql? Sql, string Condition) known = default;
        await AskAsync(dataSet, keys, key => key, (_, _, sql, _, _) => (known = known.Sql == sql ? known : (sql, what(sql))).Condition, cancellationToken)
            .ConfigureAwait(false);
    }

    private async ValueTask AskAsync<T>(
        string dataSet, IEnumerable<T> asked, Func<T, RowKey> keyOf, Func<DbCommand, RowConditions, VisibilitySql, T, string, string> what,
        CancellationToken cancellationToken)
    {
        if (await IsAnyAsync(dataSet, asked, keyOf, what, cancellationToken).ConfigureAwait(false))
        {
            _visibility.Bypasses.ReportBlocked(extension.Options, dataSet);
        }
    }

    private async ValueTask<bool> IsAnyAsync<T>(
        string dataSet, IEnumerable<T> asked, Func<T, RowKey> keyOf, Func<DbCommand, RowConditions, VisibilitySql, T, string, string> what,
        CancellationToken cancellationToken)
    {
        var (rows, evaluator) = await _visibility.RowsAsync(context, dataSet, saving.Connection!, cancellationToken).ConfigureAwait(false);
        foreach (var some in asked.Chunk(RowsPerQuestion))
        {
            var command = saving.Connection!.CreateCommand();
            await using (command.ConfigureAwait(false))
            {
                command.Transaction = saving.Transaction;
                var values = new SqlValues(rows.Dialect);
                var sql = new VisibilitySql(rows.Dialect, rows.DataSet, evaluator, values);
                var conditions = some.Select((one, i) => sql.OfKey(
                    [.. keyOf(one).AddTo(command, rows.Dialect, $"k{i}_").Select(part => part.Value)], what(command, rows, sql, one, $"n{i}_")));
                command.CommandText = $"SELECT CASE WHEN {string.Join(" OR ", conditions)} THEN 1 ELSE 0 END";
                values.AddTo(command);
                if (Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false), null) != 0)
                {
                    return true;
                }
            }
        }

        return false;
    }
}
