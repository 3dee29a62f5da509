using System.Data.Common;
using Gdpr.EntityFrameworkCore.Access;
using Gdpr.Relational;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Queries;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Gdpr.EntityFrameworkCore.Visibility;

/// <summary>The id of a person that <c>SaveChanges</c> writes into a record: what is known of the person by the id that the row has would be known of the record no
/// more. Which id that is only the database knows: an object that comes back from a form says nothing of it.</summary>
/// <remarks>People who stand in other tables are remembered with the record.</remarks>
/// <param name="Record">The record.</param>
/// <param name="Id">The property, of the record or of a part of it.</param>
/// <param name="IsKnown">Whether it is known what is written.</param>
/// <param name="Written">What is written; <see langword="null"/> for nobody.</param>
internal sealed record GivenId(EntityEntry Record, IProperty Id, bool IsKnown, object? Written)
{
    /// <summary>The ids that are written into records that are there already.</summary>
    public static IEnumerable<GivenId> In(TrackedOwners owners, ContextModel model, IReadOnlyList<EntityEntry> entries)
    {
        foreach (var entry in entries.Where(entry => model.IdsOf(entry.Metadata).Count > 0 && !OwnedRows.IsReplaced(entry)))
        {
            if (owners.Of(entry) is { State: EntityState.Modified or EntityState.Unchanged } record && model.Records.ContainsKey(record.Metadata))
            {
                foreach (var id in model.IdsOf(entry.Metadata).Where(id => SavedRecords.IsWritten(entry, id)))
                {
                    var (isKnown, written) = entry.State == EntityState.Deleted ? (true, null) : SavedRecords.ValueOf(entry, id);
                    yield return new GivenId(record, id, isKnown, written);
                }
            }
        }
    }

    /// <summary>A condition on the record's row: something is known of the person by the id that it has, and not by the one that is written.</summary>
    public string Lost(DbCommand command, RowConditions rows, VisibilitySql sql, string name) =>
        // An id of which nobody knows where the row has it may be anybody's of the row.
        Of(command, rows, name, sql.IsLost) ?? sql.Held();

    /// <summary>A condition on the record's row: it has the id of a person that is not the one that is written.</summary>
    public string Other(DbCommand command, RowConditions rows, VisibilitySql sql, string name) => Of(command, rows, name, sql.IsOther) ?? Condition.True;

    private string? Of(DbCommand command, RowConditions rows, string name, Func<ColumnPath, string?, string> what)
    {
        ColumnPath[] ways = [.. rows.DataSet.WaysToPeople.Where(path => IsAt(path, rows)).Distinct()];
        var written = IsKnown && ways.Length > 0 ? KeyParameters.Add(command, rows.Dialect, Id, Written, name) : null;
        return ways.Length > 0 ? Condition.Or(ways.Select(path => what(path, written))) : null;
    }

    private bool IsAt(ColumnPath path, RowConditions rows)
    {
        // As the database's text writes it, with a schema before it or without: a name may have dots of its own.
        var table = rows.Dialect.Table(path.Through is [.., var last] ? last.Table : rows.DataSet.Table.Name);
        return Id.GetTableColumnMappings().Any(mapping => string.Equals(mapping.Column.Name, path.Column, StringComparison.OrdinalIgnoreCase)
            && $".{table}".EndsWith($".{rows.Dialect.Quote(mapping.Column.Table.Name)}", StringComparison.OrdinalIgnoreCase));
    }
}
