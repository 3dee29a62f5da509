using System.Text.Json;
using Gdpr.Relational;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>What is wrong in tables of SQLite is corrected where one column holds it, and nowhere by guessing.</summary>
public sealed class RectificationTests
{
    private const string Fields =
        """ "name": "identity.name", "nick": "free-text", "points": "free-text", "ratio": "free-text", "photo": "identity.photo", "code": "free-text", "made": "free-text" """;

    [Theory]
    [InlineData("nick", true)]
    [InlineData("points", true)]
    [InlineData("ratio", true)]
    [InlineData("name", false)]
    [InlineData("photo", false)]
    [InlineData("code", false)]
    [InlineData("made", false)]
    [InlineData("nothing", false)]
    public async Task A_field_is_corrected_that_one_ordinary_column_holds(string field, bool isCorrected)
    {
        using var database = NewDatabase();
        var source = await SourceAsync(database);

        source.Rectifies(Shop.Customers, field).ShouldBe(isCorrected);
    }

    [Fact]
    public async Task Values_are_written_together_and_a_restricted_row_is_corrected_too()
    {
        using var database = NewDatabase();
        var source = await SourceAsync(database);
        await source.ChangeFactsAsync(
            [new FactChange("f", Shop.Customers, new FactTarget.Subjects(["s1"]), RecordFact.Of(RecordFlags.Restricted))], 1, CancellationToken.None);

        (await RectifyAsync(source, """{ "nick": "it's \"right\"", "points": 7, "ratio": 1.5 }""")).ShouldBeTrue();

        database.Rows("SELECT id, nick, typeof(points), points, ratio FROM customers ORDER BY id").ShouldBe(["k1|it's \"right\"|integer|7|1.5", "k2|old|integer|1|0.5"]);
        (await RectifyAsync(source, """{ "nick": null }""")).ShouldBeTrue();
        database.Rows("SELECT id FROM customers WHERE nick IS NULL").ShouldBe(["k1"]);
    }

    [Theory]
    [InlineData("""{ "points": "seven" }""")]
    [InlineData("""{ "points": 1.5 }""")]
    [InlineData("""{ "nick": 7 }""")]
    [InlineData("""{ "nick": ["a"] }""")]
    [InlineData("""{ "nick": "right", "points": null }""")]
    public async Task What_a_column_cannot_hold_is_refused_and_nothing_is_written(string values)
    {
        using var database = NewDatabase();
        var source = await SourceAsync(database);

        (await Should.ThrowAsync<ArgumentException>(() => RectifyAsync(source, values))).Message.ShouldNotContain("seven");

        database.Rows("SELECT nick, points FROM customers").ShouldBe(["old|1", "old|1"]);
    }

    private static Database NewDatabase() => new(
        "CREATE TABLE customers (id TEXT PRIMARY KEY, subject TEXT, first TEXT, last TEXT, nick TEXT, points INTEGER NOT NULL, ratio REAL, photo BLOB, "
        + "made TEXT GENERATED ALWAYS AS (nick) VIRTUAL, contract_ended TEXT)",
        "INSERT INTO customers (id, subject, first, last, nick, points, ratio) VALUES ('k1', 's1', 'A', 'B', 'old', 1, 0.5), ('k2', 's2', 'A', 'B', 'old', 1, 0.5)");

    private static async Task<SqlSource> SourceAsync(Database database)
    {
        var source = database.Source(map => map.DataSet(Shop.Customers, customers => customers.Field("name", "first", "last").Field("code", "id")));
        await source.PrepareAsync(Shop.Evaluator(Fields).Schedule, CancellationToken.None);
        return source;
    }

    private static async Task<bool> RectifyAsync(SqlSource source, string values) => await source.RectifyAsync(
        new Rectification(Shop.Customers, "k1", ["s1"], JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(values)!), CancellationToken.None);
}
