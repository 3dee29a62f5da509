using Gdpr.Policies;
using Gdpr.Relational.Coverage;
using Gdpr.Relational.Mapping;
using Gdpr.Retention;
using Gdpr.Schemas;
using Gdpr.Sources;
using Gdpr.Sqlite.Sources;
using Gdpr.Sqlite.Tests.Sources;

namespace Gdpr.Sqlite.Tests.Coverage;

public sealed class SchemaCoverageTests
{
    public static TheoryData<string> Schemas => [.. DatabaseSchema.All.Select(schema => schema.Name)];

    [Theory]
    [MemberData(nameof(Schemas))]
    public async Task A_complete_mapping_leaves_no_finding(string name)
    {
        var schema = new DatabaseSchema(name);

        (await CheckAsync(schema, SqlMapping.Parse(schema.Mapping))).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Schemas))]
    public async Task Where_nothing_is_mapped_names_alone_give_tables_and_columns_away(string name)
    {
        var schema = new DatabaseSchema(name);

        Places(await CheckAsync(schema, new SqlMapping())).ShouldBe(schema.FoundUnmapped);
    }

    [Theory]
    [MemberData(nameof(Schemas))]
    public async Task Where_people_alone_are_mapped_everything_that_reaches_them_is_found(string name)
    {
        var schema = new DatabaseSchema(name);

        Places(await CheckAsync(schema, SqlMapping.Parse(schema.BareMapping))).ShouldBe(schema.FoundBare);
    }

    private static IEnumerable<string> Places(IEnumerable<CoverageFinding> findings) => findings.Select(finding => $"{finding.Code} {finding.Place}");

    private static async Task<IReadOnlyList<CoverageFinding>> CheckAsync(DatabaseSchema schema, SqlMapping mapping)
    {
        using var database = new Database(schema.SqliteTables, schema.Rows);
        var schedule = RetentionSchedule.Compile(PolicyReader.Read(schema.Policy).GetUsable(), []);
        return await SqlCoverage.CheckAsync(schedule, new SqliteDatabase(database.ConnectionString), mapping);
    }
}
