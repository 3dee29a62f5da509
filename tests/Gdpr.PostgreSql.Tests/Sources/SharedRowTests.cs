using Gdpr.PostgresServer;
using Gdpr.Relational.Mapping;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Sqlite.Tests.Sources;
using Gdpr.Testing;

namespace Gdpr.PostgreSql.Tests.Sources;

/// <summary>Rows of PostgreSQL that concern several people: copies for each, erasure of one side.</summary>
public sealed class SharedRowTests
{
    private const string People = "CREATE TABLE people (no integer PRIMARY KEY, person text UNIQUE); INSERT INTO people VALUES (1, 'anna'), (2, 'bo'), (7, 'agent')";

    private static readonly ExportSourceContract Contract = new(NewHost);

    public static TheoryData<string> Cases => [.. Contract.Cases.Select(one => one.Name)];

    [PostgresTheory, MemberData(nameof(Cases))]
    public Task People_get_what_the_contract_says(string name) => Contract.RunAsync(name, CancellationToken.None);

    [PostgresFact]
    public async Task Values_of_every_type_are_given_out_as_they_are_stored()
    {
        await using var database = await SourceDatabase.CreateAsync(
            "CREATE TABLE customers (id bigint PRIMARY KEY, subject uuid, name text, birth date, seen timestamptz, price numeric, photo bytea, vip boolean, more jsonb, contract_ended date)",
            "SET TIME ZONE 'UTC'; INSERT INTO customers VALUES (1, '00000000-0000-0000-0000-000000000001', 'Å', '1990-01-31', '2026-01-31 10:00+01', 12.50, '\\x00ff', true, '{\"a\": 1}', NULL)");
        string[] fields = ["name", "birth", "seen", "price", "photo", "vip", "more"];
        var source = database.Source(map => map.DataSet(Shop.Customers, customers =>
        {
            foreach (var name in fields)
            {
                customers.Field(name, name);
            }
        }));
        await source.PrepareAsync(Shop.Evaluator(string.Join(", ", fields.Select(name => $"\"{name}\": \"free-text\""))).Schedule, CancellationToken.None);

        var record = (await source.ExportAsync(Shop.Customers, ["00000000-0000-0000-0000-000000000001", "no uuid"], CancellationToken.None).ToListAsync()).ShouldHaveSingleItem();

        record.Fields["seen"].GetDateTimeOffset().ToUniversalTime().ToString("O").ShouldStartWith("2026-01-31T09:00:00");
        string.Join(' ', record.Fields.Where(field => field.Key is not "seen" and not "name").Select(field => $"{field.Key}={field.Value.GetRawText()}"))
            .ShouldBe("""birth="1990-01-31" more="{\u0022a\u0022: 1}" photo={"base64":"AP8="} price="12.50" vip=true""");
        record.Fields["name"].GetString().ShouldBe("Å");
    }

    [PostgresTheory]
    [InlineData("anna", RecordFlags.ErasureGranted, "2026-06-01", "1|NULL|2|7|NULL|note", null)]
    [InlineData("agent", RecordFlags.ErasureGranted, "2026-06-01", "1|1|2|NULL|A|NULL", null)]
    [InlineData("anna", RecordFlags.Hold, "2020-01-01", "1|1|NULL|NULL|A|NULL", "")]
    [InlineData("AGENT", RecordFlags.Hold, "2020-01-01", "1|NULL|NULL|7|NULL|note", "")]
    [InlineData("anna bo agent", RecordFlags.ErasureGranted, "2026-06-01", "", null)]
    [InlineData("nobody", RecordFlags.Hold, "2020-01-01", "", null)]
    public async Task What_is_due_for_one_side_leaves_what_is_not_for_another(string people, RecordFlags flag, string ended, string left, string? afterRelease)
    {
        await using var database = await SourceDatabase.CreateAsync(
            People,
            "CREATE TABLE customers (id bigint PRIMARY KEY, one integer, other integer, agent integer, name text, note text, contract_ended date)",
            $"INSERT INTO customers VALUES (1, 1, 2, 7, 'A', 'note', '{ended}')");
        var evaluator = Shop.Evaluator(""" "name": "identity.name", "note": "free-text" """);
        var source = database.Source(map => map.DataSet(Shop.Customers, customers => customers
            .Party("one", Joined(PartyKind.Owner, "one", "name"))
            .Party("other", Joined(PartyKind.Owner, "other"))
            .Party("agent", Joined(PartyKind.Mentioned, "agent", "note"))));
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
        await PutAsync(RecordFact.Of(flag));

        await source.SweepAsync(evaluator, Shop.Customers);
        string.Join(' ', await database.RowsAsync("SELECT id, one, other, agent, name, note FROM customers")).ShouldBe(left);
        (await source.SweepAsync(evaluator, Shop.Customers, plan: "again")).ShouldBeEmpty();

        if (afterRelease is not null)
        {
            await PutAsync(null);
            await source.SweepAsync(evaluator, Shop.Customers, plan: "released");
            string.Join(' ', await database.RowsAsync("SELECT id FROM customers")).ShouldBe(afterRelease);
        }

        async Task PutAsync(RecordFact? fact) => (await source.ChangeFactsAsync(
            [new FactChange("f1", Shop.Customers, new FactTarget.Subjects(people.Split(' ')), fact)], 1, CancellationToken.None)).ShouldBeEmpty();
    }

    private static PartyMapping Joined(PartyKind kind, string column, params IReadOnlyList<string> fields) => new()
    {
        Kind = kind,
        Subject = new ColumnPath { Column = "person", Through = [new JoinStep { Table = "people", On = new Dictionary<string, string> { ["no"] = column } }] },
        Fields = fields,
    };

    private static ContractHost<ExportSourceHandle> NewHost()
    {
        var creating = new Lazy<Task<SourceDatabase>>(() => SourceDatabase.CreateAsync(
            "CREATE TABLE messages (id bigint PRIMARY KEY, sender text, recipient varchar(40), clerk text, topic text, body text, sender_name text, recipient_name text, "
            + "clerk_note text, closed timestamptz)"));
        return new ContractHost<ExportSourceHandle>(
            async _ =>
            {
                var database = await creating.Value;
                return new ExportSourceHandle(
                    database.Source(
                        mapping => mapping.DataSet(ExportSourceContract.DataSet, messages => messages
                            .Owner("sender", "sender", "sender-name").Owner("recipient", "recipient", "recipient-name").Mentions("clerk", "clerk", "clerk-note").Shared("topic")),
                        "mail"),
                    async (added, ct) =>
                    {
                        await using var connection = await database.OpenAsync();
                        foreach (var record in added)
                        {
                            await using var command = connection.CreateCommand();
                            command.CommandText = "INSERT INTO messages VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL)";
                            command.Parameters.Add(new() { Value = (long)record.Number });
                            foreach (var text in new[]
                            {
                                record.Sender, record.Recipient, record.Clerk, record.Topic, record.Body, record.SenderName, record.RecipientName, record.ClerkNote,
                            })
                            {
                                command.Parameters.Add(new() { Value = (object?)text ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
                            }

                            await command.ExecuteNonQueryAsync(ct);
                        }

                        return [.. added.Select(record => $"{record.Number}")];
                    });
            },
            async () =>
            {
                if (creating.IsValueCreated)
                {
                    await (await creating.Value).DisposeAsync();
                }
            });
    }
}
