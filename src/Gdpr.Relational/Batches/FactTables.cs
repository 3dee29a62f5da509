using System.Data.Common;
using System.Globalization;
using Gdpr.Journals;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Queries;
using Gdpr.Relational.Tables;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Relational.Batches;

/// <summary>The facts beside the data: <c>gdpr_block</c>, <c>gdpr_mark</c> and <c>gdpr_position</c>; <see cref="FactSums"/> says what they are in sum.</summary>
internal sealed class FactTables(SqlDialect dialect)
{
    /// <summary>The table of positions.</summary>
    public const string Position = "gdpr_position";

    private static readonly string[] Scopes = ["record", "subject", "all"];

    private const int Few = 2000;

    private static readonly string[] Tables = [FactKinds.Blocks, FactKinds.Marks];

    /// <summary>Takes away what was put under a change's id, and puts its fact.</summary>
    /// <remarks>A fact on people who are found through other tables is put on the records found as well: it stays when a row on the way goes. What forbids
    /// destruction of a row by its key does so for every data set of which it may become a record.</remarks>
    public async ValueTask ChangeAsync(
        DbConnection connection, DbTransaction transaction, FactChange change, MappedDataSet dataSet, FactSums sums, CancellationToken cancellationToken)
    {
        var records = new RecordQuery(dialect, dataSet);
        foreach (var table in Tables)
        {
            var rows = $"{dialect.Beside(table)}{dialect.By($"{table}_source")} WHERE data_set = {P("dataset")} AND source = {P("source")}";
            var delete = connection.Command(transaction, $"DELETE FROM {rows}{FactSums.Told(table)}").Add(dialect, "dataset", change.DataSet).Add(dialect, "source", change.Id);
            await sums.TakeAsync(delete, table, cancellationToken).ConfigureAwait(false);
        }

        if (change.Fact is not { } fact)
        {
            return;
        }

        var kind = fact.PurposeFact is { } purposeFact ? FactKinds.Of(purposeFact) : FactKinds.Of(fact.Flag);
        var (scope, keys) = change.Target switch
        {
            FactTarget.Records named => ("record", named.NativeKeys),
            FactTarget.Subjects subjects => ("subject", subjects.NativeIds),
            _ => ("all", [""]),
        };
        var sought = dialect.KeySet(P("keys"), [ColumnAffinity.Text]);
        var siblings = scope == "record" && kind.Table == FactKinds.Blocks ? dataSet.Siblings : [];
        foreach (var (path, id) in siblings.Select(sibling => (sibling.Path, StrayOf(change))).Prepend((change.DataSet, change.Id)))
        {
            await PutAsync(path, id, scope, $"SELECT k0 AS k FROM ({sought}) AS keys").ConfigureAwait(false);
        }

        foreach (var (found, path) in change.Target is FactTarget.Subjects ? records.SubjectsElsewhere : [])
        {
            await PutAsync(change.DataSet, change.Id, found, records.KeysOfSubjects(kind.Table, sought, path)).ConfigureAwait(false);
        }

        ValueTask PutAsync(string path, string id, string of, string found) => sums.PutAsync(
            connection.Command(
                    transaction,
                    $"INSERT INTO {dialect.Beside(kind.Table)} (data_set, scope, key, kind, purpose, unknown, source) "
                    + $"SELECT DISTINCT {P("dataset")}, {P("scope")}, k, {P("kind")}, {P("purpose")}, {P("unknown")}, {P("source")} FROM ({found}) AS found{FactSums.Told(kind.Table)}")
                .Add(dialect, "dataset", path)
                .Add(dialect, "scope", of)
                .Add(dialect, "kind", kind.Code)
                .Add(dialect, "purpose", fact.Purpose ?? "")
                .Add(dialect, "unknown", fact.IsUnknown ? 1 : 0)
                .Add(dialect, "source", id)
                .Add(dialect, "keys", KeyJson.Of(keys.Where(dialect.CanHold), isComposite: false)),
            kind.Table, cancellationToken);
    }

    /// <summary>Takes away what changes have put on rows as records of other data sets of their table, whichever those are by now.</summary>
    public async ValueTask TakeStraysAsync(
        DbConnection connection, DbTransaction transaction, IEnumerable<FactChange> changes, IEnumerable<string> dataSets, FactSums sums,
        CancellationToken cancellationToken)
    {
        var list = KeyJson.Of(dataSets, isComposite: false);
        var places = $"{dialect.Beside(FactKinds.Blocks)} WHERE data_set IN ({dialect.KeySet(P("list"), [ColumnAffinity.Text])})";
        var any = connection.Command(transaction, $"SELECT count(*) FROM {places} AND source LIKE '%@%'").Add(dialect, "list", list);
        if (await NumberAsync(any, cancellationToken).ConfigureAwait(false) > 0)
        {
            var delete = connection.Command(
                    transaction, $"DELETE FROM {places} AND source IN ({dialect.KeySet(P("strays"), [ColumnAffinity.Text])}){FactSums.Told(FactKinds.Blocks)}")
                .Add(dialect, "list", list).Add(dialect, "strays", KeyJson.Of(changes.Select(StrayOf), isComposite: false));
            await sums.TakeAsync(delete, FactKinds.Blocks, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Under what a change puts its fact on rows of its table as records of another data set.</summary>
    private static string StrayOf(FactChange change) => $"{change.Id}@{change.DataSet}";

    /// <summary>Takes away everything but what forbids destruction.</summary>
    public async ValueTask StartAnewAsync(DbConnection connection, DbTransaction transaction, IEnumerable<string> dataSets, CancellationToken cancellationToken)
    {
        var command = connection.Command(
                transaction, $"DELETE FROM {dialect.Beside(FactKinds.Marks)} WHERE data_set IN ({dialect.KeySet(P("list"), [ColumnAffinity.Text])})")
            .Add(dialect, "list", KeyJson.Of(dataSets, isComposite: false));
        await RunAsync(command, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What facts have been put beside the records of a data set.</summary>
    public async ValueTask<FactsBeside> BesideAsync(DbConnection connection, DbTransaction transaction, MappedDataSet dataSet, CancellationToken cancellationToken)
    {
        var (marks, blocks, of) = (dialect.Beside(FactKinds.Marks), dialect.Beside(FactKinds.Blocks), $"WHERE data_set = {P("dataset")}");
        var scopes = dialect.LocksRows ? Tables.SelectMany(table => Scopes.Select(scope => (Table: table, Scope: scope))).ToArray() : [];
        string[] linked = [.. dataSet.Linked.Select(linked => linked.DataSet.Path).Distinct(StringComparer.Ordinal)];
        string[] questions =
        [
            $"EXISTS (SELECT 1 FROM {marks} {of} AND kind <> '{FactKinds.Of(PurposeFact.ConsentGiven).Code}')",
            $"EXISTS (SELECT 1 FROM {marks} {of}) OR EXISTS (SELECT 1 FROM {blocks} {of})",
            .. scopes.Select(scope => $"(SELECT count(*) FROM (SELECT 1 FROM {dialect.Beside(scope.Table)} {of} AND scope = '{scope.Scope}' LIMIT {Few + 1}) AS few)"),
            .. linked.Select((_, i) => $"EXISTS (SELECT 1 FROM {blocks} WHERE data_set = {P($"linked{i}")})"),
            $"EXISTS (SELECT 1 FROM {marks} {of} AND unknown = 1) OR EXISTS (SELECT 1 FROM {blocks} {of} AND unknown = 1)",
        ];
        var command = connection.Command(transaction, $"SELECT {string.Join(", ", questions)}").Add(dialect, "dataset", dataSet.Path);
        foreach (var (i, path) in linked.Index())
        {
            command.Add(dialect, $"linked{i}", path);
        }

        await using (command.ConfigureAwait(false))
        {
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                var isLinked = linked.Index().Any(one => Is(2 + scopes.Length + one.Index));
                return new FactsBeside(Is(1) || isLinked, Is(0))
                {
                    Unknowns = Is(questions.Length - 1),
                    Linked = isLinked,
                    Scopes = [.. scopes.Select((scope, i) => (scope.Table, scope.Scope, Count: reader.GetInt64(2 + i))).Where(scope => scope.Count > 0)
                        .Select(scope => new FactScope(scope.Table, scope.Scope, scope.Count <= Few))],
                };
            }

            bool Is(int question) => Convert.ToBoolean(reader.GetValue(question), CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Takes away what was said of records that are gone.</summary>
    public async ValueTask ForgetAsync(
        DbConnection connection, DbTransaction transaction, string source, MappedDataSet mapped, IEnumerable<string> keys, CancellationToken cancellationToken)
    {
        string? json = null;
        var sums = new FactSums(dialect);
        foreach (var (dataSet, table, scope) in mapped.Siblings.Prepend(mapped)
            .SelectMany(set => Tables.SelectMany(table => set.RecordScopes.Select(scope => (set.Path, table, scope)))))
        {
            // A role is letters, digits and hyphens.
            var rows = $"FROM {dialect.Beside(table)} WHERE data_set = {P("dataset")} AND scope = '{scope}'";
            var any = connection.Command(transaction, $"SELECT EXISTS (SELECT 1 {rows})").Add(dialect, "dataset", dataSet);
            if (await NumberAsync(any, cancellationToken).ConfigureAwait(false) == 0)
            {
                continue;
            }

            json ??= KeyJson.Of(keys, isComposite: false);
            var delete = connection.Command(transaction, $"DELETE {rows} AND key IN ({dialect.KeySet(P("keys"), [ColumnAffinity.Text])}){FactSums.Told(table)}")
                .Add(dialect, "dataset", dataSet).Add(dialect, "keys", json);
            await sums.TakeAsync(delete, table, cancellationToken).ConfigureAwait(false);
        }

        await sums.WriteAsync(connection, transaction, source, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The position in the journal that a source's facts reflect, unless somebody else has changed them.</summary>
    public async ValueTask<JournalPosition?> ReadPositionAsync(
        DbConnection connection, DbTransaction transaction, string source, CancellationToken cancellationToken)
    {
        var command = connection.Command(transaction, $"SELECT position, entry FROM {dialect.Beside(Position)} WHERE source = {P("source")}").Add(dialect, "source", source);
        await using (command.ConfigureAwait(false))
        {
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                return await reader.ReadAsync(cancellationToken).ConfigureAwait(false)
                    ? new JournalPosition(reader.GetInt64(0), Digest.Parse(reader.GetString(1))) : null;
            }
        }
    }

    /// <summary>Says which position in the journal a source's facts reflect.</summary>
    public async ValueTask WritePositionAsync(
        DbConnection connection, DbTransaction transaction, string source, JournalPosition position, CancellationToken cancellationToken) => await RunAsync(
        connection.Command(
                transaction,
                $"INSERT INTO {dialect.Beside(Position)} (source, position, entry) VALUES ({P("source")}, {P("position")}, {P("entry")}) "
                + $"ON CONFLICT (source) DO UPDATE SET position = excluded.position, entry = excluded.entry")
            .Add(dialect, "source", source).Add(dialect, "position", position.Position).Add(dialect, "entry", position.Entry.ToString()),
        cancellationToken).ConfigureAwait(false);

    private string P(string name) => dialect.Parameter(name);

    /// <summary>The number that a query gives.</summary>
    internal static async ValueTask<long> NumberAsync(DbCommand command, CancellationToken cancellationToken)
    {
        await using (command.ConfigureAwait(false))
        {
            return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false), null);
        }
    }

    /// <summary>Runs a statement.</summary>
    /// <returns>How many rows it changed.</returns>
    internal static async ValueTask<int> RunAsync(DbCommand command, CancellationToken cancellationToken)
    {
        await using (command.ConfigureAwait(false))
        {
            return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
