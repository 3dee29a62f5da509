using Gdpr.Relational.Mapping;
using Gdpr.Retention;
using Gdpr.Sources;
using static Gdpr.Sqlite.Tests.Sources.MailHost;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>Rows that concern several people, through the whole life: facts, sweeps, what is left, what each gets a copy of.</summary>
public sealed class SharedRowTests
{
    private const string OpenMessage = $"INSERT INTO messages VALUES (1, 'anna', 'bo', 'Anna A', 'Bo B', 'Hello', {Open})";
    private const string ClosedMessage = $"INSERT INTO messages VALUES (1, 'anna', 'bo', 'Anna A', 'Bo B', 'Hello', {Closed})";
    private const string OpenTicket = $"INSERT INTO tickets VALUES (1, 'anna', 7, 'Lamps', 'It flickers', 'Calls often', {Open})";
    private const string ClosedTicket = $"INSERT INTO tickets VALUES (1, 'anna', 7, 'Lamps', 'It flickers', 'Calls often', {Closed})";

    [Fact]
    public async Task Erasing_the_sender_leaves_the_recipient_the_message()
    {
        await using var host = await StartAsync(OpenMessage);
        await host.GrantErasureAsync(Messages, "anna");

        (await host.SweepAsync(Messages)).FieldsErased.ShouldBe(1);

        host.Rows("messages").ShouldBe([$"1|NULL|bo|NULL|Bo B|Hello|{Open.Trim('\'')}"]);
        host.EvidenceOf(Messages).ShouldBe(["""2|["@sender","sender-name"]|service|all-ended"""]);
        (await host.ExportAsync(Messages, "anna")).ShouldBeEmpty();
        var left = (await host.ExportAsync(Messages, "bo")).Single();
        left.Fields.Keys.ShouldBe(["body", "recipient-name"]);
        left.Redactions.ShouldBeEmpty();
        (await host.SweepAsync(Messages)).Records.ShouldBe(0);
    }

    [Fact]
    public async Task A_message_goes_when_one_side_after_the_other_has_been_erased()
    {
        await using var host = await StartAsync(OpenMessage);
        await host.GrantErasureAsync(Messages, "bo");
        await host.SweepAsync(Messages);
        host.Rows("messages").ShouldBe([$"1|anna|NULL|Anna A|NULL|Hello|{Open.Trim('\'')}"]);

        await host.GrantErasureAsync(Messages, "anna");
        (await host.SweepAsync(Messages)).Erased.ShouldBe(1);

        host.Rows("messages").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_message_to_oneself_goes_whole_with_its_one_person()
    {
        await using var host = await StartAsync($"INSERT INTO messages VALUES (1, 'anna', 'anna', 'Anna A', 'Anna A', 'Note', {Open})");
        var copy = (await host.ExportAsync(Messages, "anna")).Single();
        copy.Roles.Select(role => role.Role).ShouldBe(["recipient", "sender"]);
        copy.Redactions.ShouldBeEmpty();
        await host.GrantErasureAsync(Messages, "anna");

        (await host.SweepAsync(Messages)).Erased.ShouldBe(1);
    }

    [Fact]
    public async Task A_name_typed_where_nobody_is_linked_is_kept_as_long_as_the_message_and_withheld_from_others()
    {
        await using var host = await StartAsync($"INSERT INTO messages VALUES (1, NULL, 'bo', 'A guest', 'Bo B', 'Hello', {Open})");
        (await host.ExportAsync(Messages, "bo")).Single().Redactions.ShouldBe([new ExportRedaction("mail.messages.sender-name", "other-person", 1)]);
        await host.GrantErasureAsync(Messages, "bo");

        await host.SweepAsync(Messages);

        host.Rows("messages").ShouldBe([$"1|NULL|NULL|A guest|NULL|NULL|{Open.Trim('\'')}"]);
    }

    [Fact]
    public async Task A_hold_on_the_recipient_keeps_the_message_while_what_is_the_senders_alone_goes()
    {
        await using var host = await StartAsync(ClosedMessage);
        var hold = await host.HoldAsync("bo");

        await host.SweepAsync(Messages);
        host.Rows("messages").ShouldBe([$"1|NULL|bo|NULL|Bo B|Hello|{Closed.Trim('\'')}"]);
        (await host.ExportAsync(Messages, "bo")).Count.ShouldBe(1);

        await host.ReleaseAsync(hold);
        (await host.SweepAsync(Messages)).Erased.ShouldBe(1);
        host.Rows("messages").ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_facts_a_message_goes_whole_when_it_is_due()
    {
        await using var host = await StartAsync(ClosedMessage, OpenMessage.Replace("(1,", "(2,", StringComparison.Ordinal));

        (await host.SweepAsync(Messages)).ShouldBe(new Gdpr.Disposal.DisposalCounts(1, 1, 0, 0));

        host.Rows("messages").Single().ShouldStartWith("2|");
    }

    [Fact]
    public async Task Erasing_the_agent_leaves_the_author_the_ticket()
    {
        await using var host = await StartAsync(OpenTicket);
        await host.GrantErasureAsync(Tickets, "agent");

        await host.SweepAsync(Tickets);

        host.Rows("tickets").ShouldBe([$"1|anna|NULL|Lamps|It flickers|NULL|{Open.Trim('\'')}"]);
        (await host.ExportAsync(Tickets, "agent")).ShouldBeEmpty();
        (await host.ExportAsync(Tickets, "anna")).Single().Fields.Keys.ShouldBe(["question", "topic"]);
    }

    [Fact]
    public async Task Erasing_the_author_leaves_what_is_the_agents()
    {
        await using var host = await StartAsync(OpenTicket);
        await host.GrantErasureAsync(Tickets, "anna");

        await host.SweepAsync(Tickets);

        host.Rows("tickets").ShouldBe([$"1|NULL|7|NULL|NULL|Calls often|{Open.Trim('\'')}"]);
    }

    [Fact]
    public async Task The_author_and_the_agent_each_get_what_is_theirs_and_are_told_what_is_withheld()
    {
        await using var host = await StartAsync(OpenTicket, OpenTicket.Replace("(1, 'anna', 7", "(2, 'bo', 8", StringComparison.Ordinal));

        var agent = (await host.ExportAsync(Tickets, "agent")).Single();
        agent.NativeKey.ShouldBe("1");
        agent.Fields.Select(field => $"{field.Key}={field.Value}").ShouldBe(["agent-note=Calls often", "topic=Lamps"]);
        agent.Redactions.ShouldBe([new ExportRedaction("mail.tickets.question", ExportRedaction.OtherPerson, 1)]);

        // Anna wrote one ticket and answers the other.
        var anna = await host.ExportAsync(Tickets, "anna");
        anna.Select(record => $"{record.NativeKey} {record.Roles.Single().Role}: {string.Join(' ', record.Fields.Keys)} -{string.Join(' ', record.Redactions.Select(one => one.Path))}")
            .ShouldBe(["1 author: question topic -mail.tickets.agent-note", "2 agent: agent-note topic -mail.tickets.question"]);
    }

    [Fact]
    public async Task A_hold_on_the_agent_keeps_the_ticket_even_when_the_agents_own_row_has_gone()
    {
        await using var host = await StartAsync(ClosedTicket);
        var hold = await host.HoldAsync("AGENT");
        host.Run("DELETE FROM agents");

        await host.SweepAsync(Tickets);
        host.Rows("tickets").ShouldBe([$"1|NULL|7|NULL|NULL|Calls often|{Closed.Trim('\'')}"]);

        await host.ReleaseAsync(hold);
        await host.SweepAsync(Tickets);
        host.Rows("tickets").ShouldBeEmpty();
    }

    [Fact]
    public async Task An_erasure_of_the_agent_found_through_another_table_ends_nothing_of_the_authors()
    {
        await using var host = await StartAsync(OpenTicket);
        await host.GrantErasureAsync(Tickets, "agent");
        host.Run("DELETE FROM agents");

        await host.SweepAsync(Tickets);

        host.Rows("tickets").ShouldBe([$"1|anna|NULL|Lamps|It flickers|NULL|{Open.Trim('\'')}"]);
    }

    [Fact]
    public async Task A_restriction_of_one_side_keeps_its_side_says_so_to_its_person_and_stops_nothing_of_the_others()
    {
        await using var host = await StartAsync(ClosedMessage);
        await host.PutAsync(Messages, "anna", RecordFact.Of(RecordFlags.RestrictedForClaims));

        await host.SweepAsync(Messages);

        host.Rows("messages").ShouldBe([$"1|anna|NULL|Anna A|NULL|Hello|{Closed.Trim('\'')}"]);
        (await host.ExportAsync(Messages, "anna")).Single().Restrictions.ShouldBe(["restricted-claims"]);
    }

    [Fact]
    public async Task A_purpose_that_has_ended_for_one_side_runs_on_for_the_other()
    {
        await using var host = await StartAsync(OpenMessage);
        await host.PutAsync(Messages, "bo", RecordFact.Of(PurposeFact.PurposeEnded, "service-provision"));

        await host.SweepAsync(Messages);

        host.Rows("messages").ShouldBe([$"1|anna|NULL|Anna A|NULL|Hello|{Open.Trim('\'')}"]);
    }

    [Fact]
    public async Task A_person_who_is_only_mentioned_keeps_no_row_but_by_a_hold()
    {
        using var database = new Database(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, owner TEXT, witness TEXT, name TEXT, contract_ended TEXT)",
            "INSERT INTO customers VALUES (1, 'anna', 'bo', 'A', '2020-01-01'), (2, 'anna', 'cleo', 'A', '2020-01-01'), (3, 'anna', 'bo', 'A', '2026-06-01')");
        var source = database.Source(map => map.DataSet(Shop.Customers, customers => customers.Owner("customer", "owner").Mentions("witness", "witness")));
        await source.PrepareAsync(Shop.Evaluator().Schedule, CancellationToken.None);
        await source.ChangeFactsAsync(
        [
            new FactChange("h1", Shop.Customers, new FactTarget.Subjects(["bo"]), RecordFact.Of(RecordFlags.Hold)),
            new FactChange("e1", Shop.Customers, new FactTarget.Subjects(["cleo"]), RecordFact.Of(RecordFlags.ErasureGranted)),
        ], 1, CancellationToken.None);

        await source.SweepAsync(Shop.Evaluator(), Shop.Customers);

        database.Rows("SELECT * FROM customers ORDER BY id").ShouldBe(["1|NULL|bo|NULL|2020-01-01", "3|anna|bo|A|2026-06-01"]);
    }

    [Fact]
    public async Task A_link_that_may_not_be_null_is_given_the_value_stated_whose_person_is_nobody()
    {
        using var database = new Database(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b TEXT NOT NULL, name TEXT, contract_ended TEXT)",
            "INSERT INTO customers VALUES (1, 'anna', 'bo', 'A', '2026-06-01')");
        var source = database.Source(map => map.DataSet(Shop.Customers, customers => customers
            .Party("one", new PartyMapping { Subject = new ColumnPath { Column = "a" }, Erased = "-" })
            .Party("other", new PartyMapping { Subject = new ColumnPath { Column = "b" }, Erased = "-" })));
        await source.PrepareAsync(Shop.Evaluator().Schedule, CancellationToken.None);
        await EraseAsync("anna");
        database.Rows("SELECT * FROM customers").ShouldBe(["1|-|bo|A|2026-06-01"]);

        await EraseAsync("bo");
        database.Rows("SELECT * FROM customers").ShouldBeEmpty();

        async Task EraseAsync(string person)
        {
            await source.ChangeFactsAsync([new FactChange(person, Shop.Customers, new FactTarget.Subjects([person]), RecordFact.Of(RecordFlags.ErasureGranted))], 1, CancellationToken.None);
            await source.SweepAsync(Shop.Evaluator(), Shop.Customers, plan: person);
        }
    }

    [Fact]
    public async Task A_preview_names_what_is_missing_for_the_side_that_keeps_a_row_undetermined()
    {
        await using var host = await StartAsync(ClosedMessage);
        await host.PutAsync(Messages, "bo", RecordFact.Of(RecordFlags.Hold, isUnknown: true));

        var survey = await host.Source.SurveyAsync(RetentionSchedule.Compile(Policy).At(Shop.Now), Messages, 1, CancellationToken.None);

        var line = survey.Lines.ShouldHaveSingleItem();
        (line.Fate, line.Due).ShouldBe((Fate.Undetermined, 1L));
        line.Missing.ShouldBe(["hold"]);
    }
}
