using Gdpr.EntityFrameworkCore.Sources;
using Gdpr.EntityFrameworkCore.Tests.Sources;
using Gdpr.Retention;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.EntityFrameworkCore.Tests.Guarded;

/// <summary>Records of a model that concern several people: each gets a copy of their own side, and erasing one side keeps the other's.</summary>
public sealed class SharedRecordTests
{
    private const string Fields = """ "body": "free-text", "sender-name": "identity.name", "recipient-name": "identity.name", "agent-note": "free-text" """;

    public static TheoryData<bool> Databases => [false, true];

    [Theory, MemberData(nameof(Databases))]
    public async Task A_copy_holds_ones_own_side_and_says_what_is_withheld_and_why(bool isPostgres)
    {
        await using var host = await FilledAsync(isPostgres);

        var anna = await host.ExportAsync("crm.customers", "anna");
        anna.Select(record => $"{record.NativeKey}: {string.Join(" ", record.Roles.Select(role => role.Role))}").ShouldBe(["1: sender", "2: recipient", "3: recipient sender"]);
        Text(anna[0]).ShouldBe("body=hello sender-name=Anna; agent-note other-person 1, recipient-name other-person 1");
        Text(anna[1]).ShouldBe("body=dear recipient-name=Anna; sender-name other-person 1");
        Text(anna[2]).ShouldBe("body=note recipient-name=Me sender-name=Myself; ");

        var agent = await host.ExportAsync("crm.customers", "agent 7");
        Text(agent.ShouldHaveSingleItem()).ShouldBe("agent-note=rude; body other-person 1, recipient-name other-person 1, sender-name other-person 1");
        (await host.ExportAsync("crm.customers", "nobody")).ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Erasing_one_side_keeps_the_others_and_a_hold_on_anybody_keeps_the_row(bool isPostgres)
    {
        await using var host = await FilledAsync(isPostgres);
        await host.FactAsync("crm.customers", "anna", RecordFact.Of(RecordFlags.ErasureGranted));
        await host.FactAsync("crm.customers", "agent 7", RecordFact.Of(RecordFlags.Hold));

        await host.Source.SweepAsync(host.Evaluator);

        await using (var context = host.Open())
        {
            var left = await context.Set<Message>().OrderBy(message => message.Id).Include(message => message.Agent).ToListAsync();
            left.Select(message => $"{message.Id} {message.Sender ?? "-"} {message.SenderName ?? "-"} {message.Recipient ?? "-"} {message.RecipientName ?? "-"} {message.Body ?? "-"}")
                .ShouldBe(["1 - - bo Bo hello", "2 bo Bo - - dear"]);
            left[0].AgentNote.ShouldBe("rude");
            left[0].Agent!.Number.ShouldBe("agent 7");
        }

        (await host.ExportAsync("crm.customers", "anna")).ShouldBeEmpty("nothing names her any more");
        await host.FactAsync("crm.customers", "bo", RecordFact.Of(RecordFlags.ErasureGranted));
        host.Clock.Set(NodaTime.Instant.FromUtc(2030, 1, 1, 0, 0));
        await SweepAgainAsync(host);
        (await host.CountAsync("Message")).ShouldBe(1, "the agent's hold keeps one");
    }

    private static async Task SweepAgainAsync(GuardedHost<Context> host)
    {
        for (var number = 1; ; number++)
        {
            if ((await host.Source.DisposeAsync(host.Evaluator.Batch("crm.customers", number, plan: "another plan"), CancellationToken.None)).Rows.Count == 0)
            {
                return;
            }
        }
    }

    private static async Task<GuardedHost<Context>> FilledAsync(bool isPostgres)
    {
        var host = await GuardedHost<Context>.CreateAsync(GuardedPolicies.Of(Fields), isPostgres, options => options.Map<Message>("crm.customers", map => map
            .Owner("sender", message => message.Sender, "sender-name")
            .Owner("recipient", message => message.Recipient, "recipient-name")
            .Mentions("agent", message => message.Agent!.Number, "agent-note")
            .Trigger("last-contact", message => message.Sent)).Excuse<Agent>("Staff, in a system of their own."));
        await host.AddAsync(
            new Message { Id = 1, Sender = "anna", SenderName = "Anna", Recipient = "bo", RecipientName = "Bo", Body = "hello", Agent = new Agent { Id = 7, Number = "agent 7" }, AgentNote = "rude" },
            new Message { Id = 2, Sender = "bo", SenderName = "Bo", Recipient = "anna", RecipientName = "Anna", Body = "dear" },
            new Message { Id = 3, Sender = "anna", SenderName = "Myself", Recipient = "anna", RecipientName = "Me", Body = "note" });
        return host;
    }

    private static string Text(ExportedRecord record) =>
        string.Join(" ", record.Fields.Where(field => field.Value.ValueKind != System.Text.Json.JsonValueKind.Null).Select(field => $"{field.Key}={field.Value}"))
        + "; " + string.Join(", ", record.Redactions.Select(redaction => $"{redaction.Path["crm.customers.".Length..]} {redaction.Reason} {redaction.Count}"));

    internal sealed class Context(DbContextOptions<Context> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Message>().ToTable("Message").HasOne(message => message.Agent).WithMany().OnDelete(DeleteBehavior.SetNull);
            modelBuilder.Entity<Message>().Property(message => message.Id).ValueGeneratedNever();
            modelBuilder.Entity<Agent>().Property(agent => agent.Id).ValueGeneratedNever();
        }
    }

    internal sealed class Message
    {
        public int Id { get; set; }

        public string? Sender { get; set; }

        public string? SenderName { get; set; }

        public string? Recipient { get; set; }

        public string? RecipientName { get; set; }

        public Agent? Agent { get; set; }

        public string? AgentNote { get; set; }

        public string? Body { get; set; }

        public DateOnly Sent { get; set; } = new(2026, 6, 1);
    }

    internal sealed class Agent
    {
        public int Id { get; set; }

        public string Number { get; set; } = "";
    }
}
