using Gdpr.Relational.Mapping;
using Gdpr.Sources;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>Parties in a mapping: every way to write them is the same, and everything wrong with them is named at once.</summary>
public sealed class PartyMappingTests
{
    [Fact]
    public void Parties_in_json_are_those_built_in_code()
    {
        var read = SqlMapping.Parse(
            """
            { "dataSets": {
              "mail.messages": { "parties": {
                "sender": { "kind": "owner", "subject": "sender_id", "fields": ["sender-name"] },
                "recipient": { "subject": "recipient_id", "fields": ["recipient-name"] } } },
              "mail.tickets": { "parties": {
                "author": { "subject": "author_id" },
                "agent": { "kind": "mentioned", "subject": { "column": "person", "through": [{ "table": "agents", "on": { "no": "agent_no" } }] }, "fields": ["agent-note"] } },
                "shared": ["topic"] } } }
            """);

        read.ToJson().ShouldBe(MailHost.Mapping.ToJson());
        SqlMapping.Parse(read.ToJson()).ToJson().ShouldBe(read.ToJson());
    }

    [Fact]
    public void A_mapping_without_parties_is_written_as_before() => SqlMapping.Build(map => map.DataSet(Shop.Customers)).ToJson().ShouldNotContain("parties");

    [Fact]
    public async Task Every_problem_comes_at_once_with_its_mend()
    {
        using var database = new Database(
            "CREATE TABLE people (no INTEGER PRIMARY KEY, person TEXT)",
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b TEXT, name TEXT, contract_ended TEXT, twice TEXT GENERATED ALWAYS AS (b || b))");

        var problems = await ProblemsAsync(database, customers => customers
            .Subject("b")
            .Mentions("Agent", "a", "name", "size")
            .Mentions("clerk", "b", "name")
            .Mentions("computed", "twice")
            .Mentions("key", "id")
            .Mentions("misspelt", "bb")
            .Party("nobody", new PartyMapping { Kind = PartyKind.Mentioned })
            .Party("unexplained", new PartyMapping { Kind = PartyKind.Mentioned, Subject = new ColumnPath { Column = "a" }, Excused = " " })
            .Party("elsewhere", new PartyMapping
            {
                Kind = PartyKind.Mentioned,
                Subject = new ColumnPath { Column = "person", Through = [new JoinStep { Table = "people", On = new Dictionary<string, string> { ["no"] = "id" } }] },
            }));

        problems.Select(problem => problem[(Shop.Customers.Length + 2)..]).Order(StringComparer.Ordinal).ShouldBe(
        ((string[])
        [
            "field 'name' is named by several parties (Agent, clerk); leave it to one, or to none where it belongs to the owners together.",
            "it has a subject and parties; keep one of the two: the subject is the owner where there is one person.",
            "no party is an owner; say whose the record is.",
            "party 'misspelt' is mapped to column 'bb', which table 'customers' does not have; name a column that is there.",
            "party 'nobody' has no subject; name the column with the person's id.",
            "the link to party 'Agent' is in column 'a', which may not be NULL; say what stands there when the person's side has been erased: \"erased\", or excuse the link with a reason.",
            "the database computes column 'twice', which says whose the record is, and from what nobody says, while fields of the record are emptied; name the columns that it is computed from, as an expression where it is a trigger.",
            "the link to party 'computed' is in a column that the database computes ('twice'); name the column that it is computed from, or excuse the link with a reason.",
            "the link to party 'elsewhere' is in the key (column 'id'), which cannot be emptied while the row stays; give the table a key without people, or excuse the link with a reason.",
            "the link to party 'key' is in the key (column 'id'), which cannot be emptied while the row stays; give the table a key without people, or excuse the link with a reason.",
            "the link to party 'unexplained' is excused without a reason; say why it stays.",
            "the parties name a field 'size' that the policy does not have; declare it, or take it out of the parties.",
            "the role 'Agent' is no name; use lower-case letters, digits and hyphens, a letter first.",
        ]).Order(StringComparer.Ordinal), string.Join('\n', problems));
    }

    [Theory]
    [InlineData("b", "b", "name", "column 'b' holds several fields (@one, @other)")]
    [InlineData("a", "b", "a", "holds several fields (@one, name)")]
    [InlineData("a", "contract_ended", "name", "the link to the person ('@other') is in column 'contract_ended', which says when it is due")]
    public async Task A_link_shares_its_column_with_nothing(string one, string other, string name, string words)
    {
        using var database = new Database("CREATE TABLE customers (id INTEGER PRIMARY KEY, a TEXT, b TEXT, name TEXT, contract_ended TEXT)");

        (await ProblemsAsync(database, customers => customers.Owner("one", one).Owner("other", other).Field("name", name))).ShouldContain(
            problem => problem.Contains(words, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_rows_concern_several_people_every_field_must_be_able_to_go_alone()
    {
        using var database = new Database("CREATE TABLE customers (id INTEGER PRIMARY KEY, a TEXT, b TEXT, name TEXT NOT NULL, contract_ended TEXT)");

        (await ProblemsAsync(database, customers => customers.Owner("one", "a").Owner("other", "b", "name"))).ShouldHaveSingleItem()
            .ShouldContain("field 'name' is in column 'name', which may not be NULL");
    }

    [Fact]
    public async Task Fields_are_shared_only_with_somebody()
    {
        using var database = new Database("CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, contract_ended TEXT)");

        (await ProblemsAsync(database, customers => customers.Shared("name"))).ShouldHaveSingleItem().ShouldContain("nobody is named to share them with");
    }

    [Fact]
    public async Task Another_choice_of_parties_is_another_mapping()
    {
        using var database = new Database("CREATE TABLE customers (id INTEGER PRIMARY KEY, a TEXT, b TEXT, name TEXT, contract_ended TEXT)");
        var (digests, namings) = (new HashSet<string>(), new HashSet<string>());
        foreach (var map in new Action<DataSetMappingBuilder>[]
        {
            customers => customers.Subject("a"),
            customers => customers.Owner("one", "a"),
            customers => customers.Owner("one", "a").Owner("other", "b"),
            customers => customers.Owner("one", "a").Mentions("other", "b"),
            customers => customers.Owner("one", "a", "name").Mentions("other", "b"),
            customers => customers.Owner("one", "a").Mentions("other", "b").Shared("name"),
        })
        {
            var source = database.Source(mapping => mapping.DataSet(Shop.Customers, map));
            await source.PrepareAsync(Shop.Evaluator().Schedule, CancellationToken.None);
            digests.Add(source.MappingOf(Shop.Customers).ToString());
            namings.Add(source.NamingOf(Shop.Customers).ToString());
        }

        digests.Count.ShouldBe(6);
        namings.Count.ShouldBe(3, "whose a field is, and who may see it, names nobody otherwise");
    }

    private static async Task<IReadOnlyList<string>> ProblemsAsync(Database database, Action<DataSetMappingBuilder> map)
    {
        var source = database.Source(mapping => mapping.DataSet(Shop.Customers, map));
        return (await Should.ThrowAsync<SourceMappingException>(async () => await source.PrepareAsync(Shop.Evaluator().Schedule, CancellationToken.None))).Problems;
    }
}
