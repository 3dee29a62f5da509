using Gdpr.Schemas;
using Gdpr.Sqlite.Sources;
using Microsoft.Extensions.DependencyInjection;

namespace Gdpr.Sqlite.Tests.Sources;

public sealed class SchemaLifeTests
{
    public static TheoryData<string> Schemas => [.. SchemaLife.All.Select(life => life.Schema)];

    [Theory]
    [MemberData(nameof(Schemas))]
    public async Task Every_row_of_a_schema_goes_when_it_is_due_and_stays_while_it_is_held(string name)
    {
        var schema = new DatabaseSchema(name);
        using var database = new Database(schema.SqliteTables, schema.Rows);

        await SchemaLife.All.Single(life => life.Schema == name).LiveAsync(
            new SqliteDatabase(database.ConnectionString),
            (gdpr, mapping) => gdpr.UseSqlite(database.ConnectionString).AddSqlSource("data", database.ConnectionString, mapping),
            query => Task.FromResult(database.Rows(query)));
    }
}
