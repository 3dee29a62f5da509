using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using Gdpr.EntityFrameworkCore.Access;
using Gdpr.EntityFrameworkCore.Mapping;
using Gdpr.Relational.Queries;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Gdpr.EntityFrameworkCore.Visibility;

/// <summary>Follows, row by row, what the database deletes or changes with the rows of deleted objects.</summary>
/// <param name="cascades">How it goes on.</param>
/// <param name="dialect">How the database writes it.</param>
/// <param name="saving">A command of the call that deletes: what is asked goes over its connection, in its transaction.</param>
internal sealed class CascadedRows(EfCascades cascades, SqlDialect dialect, DbCommand saving)
{
    private const int KeysPerQuestion = 100;

    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    /// <summary>The rows that are reached, of tables that hold records, and how, as they are found: each table's own in parts of at most a hundred.</summary>
    /// <param name="deleted">The objects that are deleted.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async IAsyncEnumerable<(CascadeStep Step, IReadOnlyList<RowKey> Rows)> FindAsync(
        IEnumerable<EntityEntry> deleted, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var open = new Queue<(ITable Table, bool IsDeleted, RowKey[] Rows)>(deleted
            .SelectMany(entry => cascades.From(entry.Metadata).Select(table => (Table: table, Row: RowKey.Of(entry, table))))
            .GroupBy(found => found.Table, found => found.Row).SelectMany(some => some.Chunk(KeysPerQuestion).Select(rows => (some.Key, true, rows))));
        while (open.TryDequeue(out var next))
        {
            foreach (var step in cascades.StepsFrom(next.Table, next.IsDeleted))
            {
                foreach (var rows in (await ReadAsync(step, next.Rows, cancellationToken).ConfigureAwait(false)).Chunk(KeysPerQuestion))
                {
                    if (cascades.DataSetsOf(step.To).Count > 0)
                    {
                        yield return (step, rows);
                    }

                    if (step.Effect != CascadeEffect.Severs)
                    {
                        open.Enqueue((step.To, step.Effect == CascadeEffect.Deletes, rows));
                    }
                }
            }
        }
    }

    private async ValueTask<List<RowKey>> ReadAsync(CascadeStep step, RowKey[] rows, CancellationToken cancellationToken)
    {
        var (found, key) = (new List<RowKey>(), cascades.KeyOf(step.To));
        if (key.Count == 0)
        {
            return found;
        }

        var command = saving.Connection!.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            command.Transaction = saving.Transaction;
            var on = step.On.Select(pair => $"c1.{dialect.Quote(pair.To)} = c0.{dialect.Quote(pair.From)}");
            var isRow = rows.Select((row, i) => string.Join(
                " AND ", row.AddTo(command, dialect, $"k{i}_").Select(part => $"c0.{dialect.Quote(part.Column)} = {part.Value}")));
            command.CommandText =
                $"SELECT DISTINCT {string.Join(", ", key.Select(column => $"c1.{dialect.Quote(column.Name)}"))} FROM {dialect.Table(EfTables.NameOf(step.From))} c0 "
                + $"JOIN {dialect.Table(EfTables.NameOf(step.To))} c1 ON {string.Join(" AND ", on)} WHERE ({string.Join(") OR (", isRow)})";
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    var values = new object[key.Count];
                    reader.GetValues(values);
                    if (_seen.Add($"{EfTables.NameOf(step.To)} {step.Effect} {string.Join(' ', values.Select(Text))}"))
                    {
                        found.Add(RowKey.Of(key, values));
                    }
                }
            }
        }

        return found;
    }

    private static string Text(object value)
    {
        var text = value switch
        {
            byte[] bytes => Convert.ToHexString(bytes),

            // As they are written otherwise, two times within one second are one.
            DateTime or DateTimeOffset or TimeOnly => ((IFormattable)value).ToString("O", CultureInfo.InvariantCulture),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
        };
        return $"{text.Length}:{text}";
    }
}

/// <summary>What tells a row of a table, as parameters of commands.</summary>
internal sealed class RowKey
{
    private readonly (string Column, Func<DbCommand, SqlDialect, string, string> Add)[] _parts;

    private RowKey(IEnumerable<(string Column, Func<DbCommand, SqlDialect, string, string> Add)> parts) => _parts = [.. parts];

    /// <summary>The row of an object in its table, or in one of several, by the object's key.</summary>
    public static RowKey Of(EntityEntry entry, ITable? table = null) => new(entry.Metadata.FindPrimaryKey()!.Properties.Select(part =>
        (EfCascades.ColumnOf(part, table ?? entry.Metadata.GetTableMappings().First().Table).Name,
            Writer((command, dialect, name) => KeyParameters.Add(command, dialect, part, entry.Property(part).OriginalValue, name)))));

    /// <summary>A row of which the database has given the key.</summary>
    public static RowKey Of(IReadOnlyList<IColumn> key, object[] values) =>
        new(key.Zip(values, (column, value) => (column.Name, Writer((command, dialect, name) => KeyParameters.Add(command, dialect, column, value, name)))));

    /// <summary>Adds the values to a command.</summary>
    /// <returns>The columns, and how the text refers to their values.</returns>
    public IReadOnlyList<(string Column, string Value)> AddTo(DbCommand command, SqlDialect dialect, string prefix) =>
        [.. _parts.Select((part, i) => (part.Column, part.Add(command, dialect, $"{prefix}{i}")))];

    private static Func<DbCommand, SqlDialect, string, string> Writer(Func<DbCommand, SqlDialect, string, string> add) => add;
}
