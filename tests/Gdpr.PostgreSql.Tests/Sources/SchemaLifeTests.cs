using Gdpr.PostgreSql.Sources;
using Gdpr.PostgresServer;
using Gdpr.Schemas;
using Gdpr.Sqlite.Tests.Sources;
using Microsoft.Extensions.DependencyInjection;

namespace Gdpr.PostgreSql.Tests.Sources;

public sealed class SchemaLifeTests
{
    public static TheoryData<string> Schemas => [.. SchemaLife.All.Select(life => life.Schema)];

    [PostgresTheory]
    [MemberData(nameof(Schemas))]
    public async Task Every_row_of_a_schema_goes_when_it_is_due_and_stays_while_it_is_held(string name)
    {
        var schema = new DatabaseSchema(name);
        await using var database = await SourceDatabase.CreateAsync(schema.PostgresTables, schema.Rows);

        await SchemaLife.All.Single(life => life.Schema == name).LiveAsync(
            new PostgreSqlDatabase(database.ConnectionString),
            (gdpr, mapping) => gdpr.UsePostgreSql(database.ConnectionString).AddPostgreSqlSource("data", database.ConnectionString, mapping),
            query => database.RowsAsync(query));
    }
}
