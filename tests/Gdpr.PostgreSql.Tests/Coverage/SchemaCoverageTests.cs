using Gdpr.Policies;
using Gdpr.PostgreSql.Sources;
using Gdpr.PostgreSql.Stores;
using Gdpr.PostgresServer;
using Gdpr.Relational.Coverage;
using Gdpr.Relational.Mapping;
using Gdpr.Retention;
using Gdpr.Schemas;
using Gdpr.Sources;

namespace Gdpr.PostgreSql.Tests.Coverage;

public sealed class SchemaCoverageTests
{
    public static TheoryData<string> Schemas => [.. DatabaseSchema.All.Select(schema => schema.Name)];

    [PostgresTheory]
    [MemberData(nameof(Schemas))]
    public async Task The_same_is_found_as_in_SQLite(string name)
    {
        var schema = new DatabaseSchema(name);
        await using var database = await CreateAsync(schema);

        Places(await CheckAsync(database, schema, SqlMapping.Parse(schema.Mapping))).ShouldBeEmpty();
        Places(await CheckAsync(database, schema, new SqlMapping())).ShouldBe(schema.FoundUnmapped);
        Places(await CheckAsync(database, schema, SqlMapping.Parse(schema.BareMapping))).ShouldBe(schema.FoundBare);
    }

    [PostgresFact]
    public async Task Tables_of_other_schemas_and_views_that_store_rows_are_looked_through_and_other_views_are_not()
    {
        await using var database = await CreateAsync(
            DatabaseSchema.Nasty,
            """
            create schema archive;
            create table archive.letters (id integer primary key, person integer references people (id), words text);
            create table archive.gdpr_journal (id integer primary key, email text);
            create materialized view reachable as select id, "e-post" as email from people;
            """);

        Places(await CheckAsync(database, DatabaseSchema.Nasty, SqlMapping.Parse(DatabaseSchema.Nasty.Mapping)))
            .ShouldBe(
                ["C-COV-01 archive.letters", "C-COV-01 archive.gdpr_journal", "C-COV-04 archive.gdpr_journal.email", "C-COV-01 reachable", "C-COV-04 reachable.email"], ignoreOrder: true);
    }

    [PostgresFact]
    public async Task The_librarys_own_tables_are_passed_over_in_the_schemas_that_it_keeps_them_in_and_nowhere_else()
    {
        await using var database = await CreateAsync(
            DatabaseSchema.Nasty,
            """
            create schema crm;
            create table crm.gdpr_suppression (id integer primary key, email text);
            create table crm.gdpr_block (id integer primary key, phone text);
            """ + PostgreSqlSourceSchema.Script("beside"));
        await database.ExecuteAsync(PostgreSqlStoreMigrations.Script("own"));

        Places(await CheckAsync(database, DatabaseSchema.Nasty, SqlMapping.Parse(DatabaseSchema.Nasty.Mapping))).ShouldBe(
            ["C-COV-01 crm.gdpr_block", "C-COV-04 crm.gdpr_block.phone", "C-COV-01 crm.gdpr_suppression", "C-COV-04 crm.gdpr_suppression.email"], ignoreOrder: true);
    }

    private static async Task<PostgresDatabase> CreateAsync(DatabaseSchema schema, string more = "")
    {
        var database = await PostgresDatabase.CreateAsync();
        await database.ExecuteAsync(schema.PostgresTables);
        await database.ExecuteAsync(schema.Rows + more);
        return database;
    }

    private static IEnumerable<string> Places(IEnumerable<CoverageFinding> findings) => findings.Select(finding => $"{finding.Code} {finding.Place}");

    private static async Task<IReadOnlyList<CoverageFinding>> CheckAsync(PostgresDatabase database, DatabaseSchema schema, SqlMapping mapping)
    {
        var schedule = RetentionSchedule.Compile(PolicyReader.Read(schema.Policy).GetUsable(), []);
        return await SqlCoverage.CheckAsync(schedule, new PostgreSqlDatabase(database.ConnectionString), mapping);
    }
}
