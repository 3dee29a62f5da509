using System.Globalization;
using System.Text;

namespace Gdpr.PostgreSql.Stores;

/// <summary>How the tables of the stores come about, for hosts whose application may not create any.</summary>
public static class PostgreSqlStoreMigrations
{
    /// <summary>The version of the tables that this version of the library reads and writes.</summary>
    public static int Version => StoreSchema.Version;

    /// <summary>The statements that bring a schema up to <see cref="Version"/> from whatever version it has, or from nothing. They can be run again. They refuse
    /// tables of a newer version.</summary>
    /// <param name="schema">The schema, as it is called in <c>UsePostgreSql</c>.</param>
    /// <returns>SQL, to be run in one transaction, such as by <c>psql -1</c> or a migration of the host's own.</returns>
    /// <exception cref="ArgumentException">The name is none that PostgreSQL keeps as it is.</exception>
    public static string Script(string schema = "gdpr")
    {
        var tables = new StoreTables(schema);
        var script = new StringBuilder();
        Add($"SELECT pg_advisory_xact_lock({StoreLocks.Migration}, {tables.Lock})");
        Add($"{StoreSchema.CreateSchema(tables)}");
        Add($"{StoreSchema.CreateVersions(tables)}");
        Add($"""
            DO $gdpr$
            BEGIN
                IF (SELECT max(version) FROM {tables.Versions}) > {Version} THEN
                    RAISE EXCEPTION 'The tables of the stores are newer than version {Version}: update the library.';
                END IF;
            END
            $gdpr$
            """);
        for (var version = 1; version <= Version; version++)
        {
            foreach (var statement in StoreSchema.Statements(tables, version))
            {
                Add($"{statement}");
            }

            Add($"{StoreSchema.Applied(tables, version)}");
        }

        return script.ToString();

        void Add(FormattableString statement) => script.Append(statement.ToString(CultureInfo.InvariantCulture)).Append(";\n");
    }
}
