using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Sources;
using NodaTime;

namespace Gdpr.Core.Tests.Sources;

/// <summary>Records in memory that concern several people are judged part by part.</summary>
public sealed class PartyDisposalTests
{
    private const string Mail = "mail.messages";

    private static readonly RetentionSchedule Schedule = RetentionSchedule.Compile(PolicyReader.Parse(
        """
        { "policy": "mail", "version": "1", "effective": "2020-01-01",
          "controllers": { "us": { "name": "Us", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@us.example" } },
          "systems": { "mail": { "dataSets": { "messages": { "subject": "customer", "triggers": { "closed": { "whenNull": "unknown" } },
            "fields": { "body": "free-text", "sender-name": "identity.name", "recipient-name": "identity.name", "receipt": "free-text" } } } } },
          "activities": {
            "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["mail.messages"], "retention": { "keep": "P3M", "after": "closed" } },
            "books": { "purpose": "bookkeeping", "basis": { "legalObligation": { "law": "SFS 1999:1078 7:2" } }, "data": ["mail.messages.receipt"],
                       "retention": { "keep": "P7Y", "after": "closed" } } } }
        """));

    private static readonly RetentionEvaluator Evaluator = Schedule.At(Instant.FromUtc(2026, 6, 15, 12, 0));
    private static readonly Message Open = new("1", "anna", "bo", "Anna A", "Bo B", "Hello", null, new LocalDate(2026, 6, 1));
    private static readonly Message Closed = Open with { Closed = new LocalDate(2018, 1, 1) };

    private readonly InMemorySource _source = new("mail");
    private readonly InMemoryRecords<Message> _messages;
    private int _batch;

    public PartyDisposalTests()
    {
        _messages = _source.Add<Message>(Mail, message => message.Id, map => map
            .Party("sender", PartyKind.Owner, message => message.Sender, message => message with { Sender = null }, "sender-name")
            .Party("recipient", PartyKind.Owner, message => message.Recipient, message => message with { Recipient = null }, "recipient-name", "receipt")
            .Party("clerk", PartyKind.Mentioned, message => message.Clerk, message => message with { Clerk = null })
            .Trigger("closed", message => TriggerValue.On(message.Closed))
            .Field("body", message => message with { Body = null })
            .Field("sender-name", message => message with { SenderName = null })
            .Field("recipient-name", message => message with { RecipientName = null })
            .Field("receipt", message => message with { Receipt = null }));
    }

    [Fact]
    public async Task Erasing_one_side_leaves_the_other()
    {
        _messages.Put(Open);

        var rows = await SweepAsync(("anna", RecordFact.Of(RecordFlags.ErasureGranted)));

        _messages.Find("1").ShouldBe(Open with { Sender = null, SenderName = null });
        rows.Single().Action.ShouldBe(DisposalKind.FieldsErased);
        rows.Single().Fields.ShouldBe(["@sender", "sender-name"]);
    }

    [Theory]
    [InlineData("12.50")]
    [InlineData(null)]
    public async Task An_obligation_on_a_side_keeps_its_link_and_what_is_kept_by_law(string? receipt)
    {
        _messages.Put(Open with { Receipt = receipt });

        await SweepAsync(("bo", RecordFact.Of(RecordFlags.ErasureGranted)));

        _messages.Find("1").ShouldBe(Open with { Receipt = receipt, RecipientName = null });
    }

    [Fact]
    public async Task A_record_goes_once_each_side_has_been_erased()
    {
        _messages.Put(Open with { Closed = new LocalDate(2019, 6, 1) });
        await SweepAsync(("bo", RecordFact.Of(RecordFlags.Hold)));
        _messages.Find("1")!.Sender.ShouldBeNull();

        await SweepAsync(("bo", null));
        _messages.Count.ShouldBe(0);
    }

    [Fact]
    public async Task What_a_law_binds_is_kept_although_it_is_empty_and_nobodys()
    {
        // Without a recipient the receipt is nobody's; that none was written does not end the seven years.
        _messages.Put(Open with { Recipient = null, RecipientName = null });

        await SweepAsync(("anna", RecordFact.Of(RecordFlags.ErasureGranted)));

        _messages.Find("1").ShouldBe(Open with { Recipient = null, RecipientName = null, Sender = null, SenderName = null, Body = null });
    }

    [Theory]
    [InlineData(RecordFlags.Hold)]
    [InlineData(RecordFlags.RequestOpen)]
    [InlineData(RecordFlags.RestrictedForClaims)]
    public async Task What_forbids_destruction_on_one_side_keeps_the_record_with_that_side(RecordFlags block)
    {
        _messages.Put(Closed);

        await SweepAsync(("bo", RecordFact.Of(block)));

        _messages.Find("1").ShouldBe(Closed with { Sender = null, SenderName = null });
    }

    [Fact]
    public async Task A_hold_on_a_person_without_a_field_keeps_the_record_and_the_link()
    {
        _messages.Put(Closed with { Clerk = "cleo" });

        await SweepAsync(("cleo", RecordFact.Of(RecordFlags.Hold)));
        _messages.Find("1").ShouldBe(Closed with { Clerk = "cleo", Sender = null, SenderName = null, Recipient = null, RecipientName = null, Body = null });

        await SweepAsync(("cleo", null));
        _messages.Count.ShouldBe(0);
    }

    [Fact]
    public async Task A_preview_counts_the_parts_that_are_due_and_names_what_is_missing()
    {
        _messages.Put(Closed);
        await PutAsync(("bo", RecordFact.Of(RecordFlags.Hold, isUnknown: true)));

        var line = (await _source.SurveyAsync(Evaluator, Mail, 1, CancellationToken.None)).Lines.ShouldHaveSingleItem();

        (line.Fate, line.Due, line.Records).ShouldBe((Fate.Undetermined, 1L, 1L));
        line.Missing.ShouldBe(["hold"]);
    }

    private async Task<IReadOnlyList<EvidenceRow>> SweepAsync(params IReadOnlyList<(string Person, RecordFact? Fact)> facts)
    {
        await PutAsync(facts);
        var rows = new List<EvidenceRow>();
        while (true)
        {
            var batch = await _source.DisposeAsync(
                new DisposalBatch("plan", ++_batch, Evaluator, Mail, 10, 0, InMemoryKeyRing.WithRandomKey()), CancellationToken.None);
            (await _source.CountUndisposedAsync(batch, CancellationToken.None)).ShouldBe(0);
            if (batch.Rows.Count == 0)
            {
                return rows;
            }

            rows.AddRange(batch.Rows);
        }
    }

    private async Task PutAsync(params IReadOnlyList<(string Person, RecordFact? Fact)> facts)
    {
        await _source.PrepareAsync(Schedule, CancellationToken.None);
        FactChange[] changes = [.. facts.Select(fact => new FactChange(fact.Person, Mail, new FactTarget.Subjects([fact.Person]), fact.Fact))];
        (await _source.ChangeFactsAsync(changes, 1, CancellationToken.None)).ShouldBeEmpty();
    }

    private sealed record Message(
        string Id, string? Sender, string? Recipient, string? SenderName, string? RecipientName, string? Body, string? Receipt, LocalDate Closed, string? Clerk = null);
}
