using System.Security.Cryptography;
using System.Text;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Queries;
using Gdpr.Relational.Tables;

namespace Gdpr.PostgreSql.Sources;

/// <summary>Triggers by which PostgreSQL itself refuses to delete or change a row under a hold, a restriction or an open request, whoever asks: raw SQL, another
/// program, somebody at a console. <see cref="PostgreSqlDatabase.GuardsTables"/> turns them on.</summary>
/// <remarks>
/// <para>The library's batches pass: they ask after blocks themselves, and dispose of what a restriction no longer keeps. Their transactions say so by the setting
/// <c>gdpr.own</c>. Whoever may run SQL can set it too, as whoever owns a table can drop its triggers: this guards against mistakes, not against intent. Against
/// that, give the application a role of its own that may not delete, and the sweep another.</para>
/// <para>A table's partitions are guarded with it, each against being emptied by itself too. One that is added later is so from the next time on that the source is
/// prepared, as it is whenever the host starts.</para>
/// <para>A role that changes rows needs no right to the library's tables: the triggers ask with the rights of the role that prepared the source.</para>
/// <para>A changed mapping changes the triggers; those of a data set that is mapped no longer are dropped by the host:
/// <c>DROP TRIGGER gdpr_guard_… ON …</c>.</para>
/// </remarks>
public static class PostgreSqlBlockTrigger
{
    /// <summary>What a transaction of the library's says of itself.</summary>
    internal const string OwnTransaction = "SET LOCAL gdpr.own = 'on'";

    /// <summary>The code of the error that a refused statement ends with: a restriction is violated.</summary>
    public const string SqlState = "23001";

    private const string WhenOthers = "WHEN (current_setting('gdpr.own', true) IS DISTINCT FROM 'on')";

    /// <summary>The trigger of a data set.</summary>
    /// <param name="dialect">How the database writes it.</param>
    /// <param name="dataSet">The data set.</param>
    /// <param name="schema">The schema of the library's own tables.</param>
    /// <param name="path">The schemas in which the tables were described, in their order; those of a session alone last.</param>
    internal static BlockTrigger Of(SqlDialect dialect, MappedDataSet dataSet, string schema, string path)
    {
        // Whoever changes a row need have no right to the library's tables, nor to those on the way to a person: they are asked with the rights of the role that created
        // the trigger, and found where that role finds them, whatever a caller has put in the way of a name. Nobody else puts the function on a table of his own, whose
        // types would run with those rights.
        var rights = $"SECURITY DEFINER SET search_path = {path}";
        var (quoted, named) = (PostgreSqlNames.Quote(schema), Literal(dataSet.Path));
        var row = new RecordQuery(dialect, dataSet);
        var about = string.Join(" OR ", row.IsOfRow(FactKinds.Blocks, dataSet.People).Select(condition => $"({condition})"));
        var (blocks, table) = (dialect.Beside(FactKinds.Blocks), row.Table);
        var body = $"""
            BEGIN
                IF TG_LEVEL = 'STATEMENT' THEN
                    IF EXISTS (SELECT 1 FROM {blocks} x WHERE x.data_set = {named}) THEN
                        RAISE EXCEPTION 'records of % are under a hold, a restriction or an open request', {named} USING ERRCODE = '{SqlState}';
                    END IF;
                ELSIF EXISTS (SELECT 1 FROM (SELECT OLD.*) AS r CROSS JOIN {blocks} x WHERE x.data_set = {named} AND ({about}) AND {row.IsRecord("r")}) THEN
                    RAISE EXCEPTION 'a record of % is under a hold, a restriction or an open request', {named} USING ERRCODE = '{SqlState}';
                END IF;
                IF TG_OP = 'UPDATE' THEN RETURN NEW; END IF;
                RETURN OLD;
            END
            """;
        var trigger = $"{LibraryTriggers.Prefix}{Hash(dataSet.Path)}";
        var function = $"{trigger}_{Hash(rights + WhenOthers + body)}";

        // PostgreSQL hands triggers of rows down to partitions, and those of whole statements not.
        var tables = $"SELECT to_regclass({Literal(table)}) UNION SELECT relid FROM pg_partition_tree(to_regclass({Literal(table)}))";
        var text = $"""
            CREATE OR REPLACE FUNCTION {quoted}.{function}() RETURNS trigger LANGUAGE plpgsql {rights} AS {Literal(body)};
            REVOKE ALL ON FUNCTION {quoted}.{function}() FROM PUBLIC;
            CREATE OR REPLACE TRIGGER {trigger} BEFORE DELETE OR UPDATE ON {table} FOR EACH ROW {WhenOthers} EXECUTE FUNCTION {quoted}.{function}();
            DO {Literal($"""
                DECLARE emptied regclass;
                BEGIN
                    EXECUTE format('GRANT EXECUTE ON FUNCTION %I.{function}() TO %s', {Literal(schema)},
                        (SELECT CAST(CAST(c.relowner AS regrole) AS text) FROM pg_class c WHERE c.oid = to_regclass({Literal(table)})));
                    FOR emptied IN {tables} LOOP
                        EXECUTE format('CREATE OR REPLACE TRIGGER {trigger}_all BEFORE TRUNCATE ON %s FOR EACH STATEMENT %s '
                            'EXECUTE FUNCTION %I.{function}()', emptied, {Literal(WhenOthers)}, {Literal(schema)});
                    END LOOP;
                END
                """)};
            """;
        var there = $"""
            SELECT count(*) = (SELECT 1 + count(*) FROM ({tables}) e) FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
            WHERE p.proname = {Literal(function)}
                AND (t.tgrelid = to_regclass({Literal(table)}) OR t.tgname = {Literal($"{trigger}_all")} AND t.tgrelid IN ({tables}))
            """;
        return new BlockTrigger(text, there);
    }

    private static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));
}

/// <summary>The triggers of a table.</summary>
/// <param name="Text">The statements that create them.</param>
/// <param name="IsThere">A query: whether they are there already, just so.</param>
internal sealed record BlockTrigger(string Text, string IsThere);
