using Gdpr.Relational.Mapping;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Testing;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>A person's records in tables of SQLite: found by every way to the person, given out as they are stored.</summary>
public sealed class ExportTests
{
    private const string Columns = "subject_line TEXT, body TEXT, sender_name TEXT, recipient_name TEXT, clerk_note TEXT, closed TEXT";

    private static readonly ExportSourceContract InColumns = new(() => NewHost(
        $"CREATE TABLE messages (id INTEGER PRIMARY KEY, sender TEXT COLLATE NOCASE, recipient TEXT, clerk TEXT, {Columns})",
        record => [record.Number, record.Sender, record.Recipient, record.Clerk],
        "INSERT INTO messages VALUES (@0, @1, @2, @3, @4, @5, @6, @7, @8, NULL)",
        messages => messages.Owner("sender", "sender", "sender-name").Owner("recipient", "recipient", "recipient-name").Mentions("clerk", "clerk", "clerk-note")));

    private static readonly ExportSourceContract ThroughJoins = new(() => NewHost(
        "CREATE TABLE people (no INTEGER PRIMARY KEY, person TEXT UNIQUE); "
            + $"CREATE TABLE messages (id INTEGER PRIMARY KEY, sender INTEGER REFERENCES people(no), recipient INTEGER, clerk INTEGER, {Columns})",
        record => [record.Number, record.Sender, record.Recipient, record.Clerk],
        "INSERT OR IGNORE INTO people (person) SELECT value FROM json_each(json_array(@1, @2, @3)) WHERE value IS NOT NULL; "
            + "INSERT INTO messages VALUES (@0, (SELECT no FROM people WHERE person = @1), (SELECT no FROM people WHERE person = @2), (SELECT no FROM people WHERE person = @3), "
            + "@4, @5, @6, @7, @8, NULL)",
        messages => messages
            .Party("sender", Joined(PartyKind.Owner, "sender", "sender-name"))
            .Party("recipient", Joined(PartyKind.Owner, "recipient", "recipient-name"))
            .Party("clerk", Joined(PartyKind.Mentioned, "clerk", "clerk-note"))));

    public static TheoryData<string> Cases => [.. InColumns.Cases.Select(one => one.Name)];

    [Theory, MemberData(nameof(Cases))]
    public Task People_named_in_the_row_get_what_the_contract_says(string name) => InColumns.RunAsync(name, CancellationToken.None);

    [Theory, MemberData(nameof(Cases))]
    public Task People_found_through_another_table_get_what_the_contract_says(string name) => ThroughJoins.RunAsync(name, CancellationToken.None);

    [Fact]
    public async Task A_row_of_one_person_is_given_out_with_its_values_as_they_are_stored()
    {
        using var database = new Database(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, subject TEXT, name TEXT, first TEXT, photo BLOB, points, contract_ended TEXT)",
            "INSERT INTO customers VALUES (9007199254740993, 's1', 'A', NULL, x'00ff', 1.5, NULL), (2, 's1', NULL, 'B', NULL, 7, NULL), (3, 'S1', 'C', NULL, NULL, NULL, NULL)");
        var source = database.Source(map => map.DataSet(Shop.Customers, customers => customers.Field("name", "name", "first").Field("photo", "photo").Field("points", "points")));
        await source.PrepareAsync(
            Shop.Evaluator(""" "name": "identity.name", "photo": "identity.photo", "points": "free-text" """).Schedule, CancellationToken.None);

        var found = await source.ExportAsync(Shop.Customers, ["s1"], CancellationToken.None).ToListAsync();

        found.Select(record => $"{record.NativeKey} {string.Join(' ', record.Fields.Select(field => $"{field.Key}={field.Value.GetRawText()}"))}").ShouldBe(
        [
            """2 name={"name":null,"first":"B"} photo=null points=7""",
            """9007199254740993 name={"name":"A","first":null} photo={"base64":"AP8="} points=1.5""",
        ]);
        found.ShouldAllBe(record => record.Redactions.Count == 0 && record.Roles.Single().Role == "subject" && !record.IsRestricted);
    }

    [Fact]
    public async Task A_data_set_that_does_not_say_whose_a_row_is_gives_nothing_out_and_says_so()
    {
        using var database = new Database("CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, contract_ended TEXT)");
        var source = database.Source(map => map.DataSet(Shop.Customers));
        await source.PrepareAsync(Shop.Evaluator().Schedule, CancellationToken.None);

        source.Exports(Shop.Customers).ShouldBeFalse();
        new SourceInventory([source]).FindExporting(Shop.Customers).ShouldBeNull();
        (await Should.ThrowAsync<SourceMappingException>(async () => await source.ExportAsync(Shop.Customers, ["s1"], CancellationToken.None).ToListAsync()))
            .Message.ShouldContain("map the subject");
    }

    [Fact]
    public async Task What_the_database_says_of_a_failed_reading_is_not_passed_on()
    {
        using var database = new Database("CREATE TABLE customers (id INTEGER PRIMARY KEY, subject TEXT, name TEXT, contract_ended TEXT)");
        var source = database.Source(map => map.DataSet(Shop.Customers));
        await source.PrepareAsync(Shop.Evaluator().Schedule, CancellationToken.None);
        database.Run("DROP TABLE customers");

        var failure = await Should.ThrowAsync<SourceUnavailableException>(async () => await source.ExportAsync(Shop.Customers, ["s1"], CancellationToken.None).ToListAsync());

        failure.InnerException.ShouldBeNull();
        failure.ToString().ShouldNotContain("no such table");
    }

    private static PartyMapping Joined(PartyKind kind, string column, string field) => new()
    {
        Kind = kind,
        Subject = new ColumnPath { Column = "person", Through = [new JoinStep { Table = "people", On = new Dictionary<string, string> { ["no"] = column } }] },
        Fields = [field],
    };

    private static ContractHost<ExportSourceHandle> NewHost(
        string tables, Func<ExportSourceRecord, object?[]> people, string insert, Action<DataSetMappingBuilder> map)
    {
        var database = new Database(tables);
        return new ContractHost<ExportSourceHandle>(
            _ => ValueTask.FromResult(new ExportSourceHandle(
                database.Source(
                    mapping => mapping.DataSet(ExportSourceContract.DataSet, messages =>
                    {
                        messages.Field("topic", "subject_line").Shared("topic");
                        map(messages);
                    }),
                    "mail"),
                (added, _) =>
                {
                    using var connection = database.Open();
                    foreach (var record in added)
                    {
                        using var command = connection.CreateCommand();
                        command.CommandText = insert;
                        object?[] values = [.. people(record), record.Topic, record.Body, record.SenderName, record.RecipientName, record.ClerkNote];
                        foreach (var (index, value) in values.Index())
                        {
                            command.Parameters.AddWithValue($"@{index}", value ?? DBNull.Value);
                        }

                        command.ExecuteNonQuery();
                    }

                    return ValueTask.FromResult<IReadOnlyList<string>>([.. added.Select(record => $"{record.Number}")]);
                })),
            () =>
            {
                database.Dispose();
                return ValueTask.CompletedTask;
            });
    }
}
