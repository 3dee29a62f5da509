using System.Text;
using Gdpr.Journals;
using Gdpr.Testing;
using NodaTime;

namespace Gdpr.Core.Tests.Journals;

public sealed class JournalTests
{
    private static readonly NewJournalEntry Entry = new("hold-placed", Instant.FromUtc(2026, 2, 1, 0, 0), """{"hold":"1"}""");

    [Fact]
    public async Task An_entry_is_recorded_at_the_present()
    {
        var fixture = new JournalFixture();

        var entry = await fixture.Journal.RecordAsync("hold/1", 0, Entry, default);

        entry.RecordedAt.ShouldBe(fixture.Clock.GetCurrentInstant());
        entry.Content.ShouldBe(Entry);
        (await fixture.EntriesAsync()).ShouldBe([entry]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("\"text\"")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("{}{}")]
    [InlineData("{} x")]
    [InlineData("{'a':1}")]
    [InlineData("{\"a\":1,}")]
    public async Task Data_that_are_no_JSON_object_are_refused(string data)
    {
        var fixture = new JournalFixture();

        var refused = await Should.ThrowAsync<ArgumentException>(() => fixture.Journal.RecordAsync("hold/1", 0, Entry with { Data = data }, default).AsTask());

        refused.Message.ShouldStartWith("The data of an entry 'hold-placed' are not a JSON object: write them with a serializer.");
        (await fixture.EntriesAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("somebody@exempel.se")]
    [InlineData("19900101 1239")]
    [InlineData("å")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task A_subject_that_is_no_key_is_refused_and_not_shown(string key)
    {
        var fixture = new JournalFixture();

        var refused = await Should.ThrowAsync<ArgumentException>(
            () => fixture.Journal.RecordAsync("hold/1", 0, Entry with { Subject = new SubjectKey(key) }, default).AsTask());

        refused.Message.ShouldStartWith("The subject of an entry 'hold-placed' is not a key of the vault's");
        if (key.Length > 1)
        {
            refused.Message.ShouldNotContain(key);
        }
    }

    [Fact]
    public async Task Entries_without_a_type_or_a_stream_are_refused()
    {
        var journal = new JournalFixture().Journal;

        await Should.ThrowAsync<ArgumentException>(() => journal.RecordAsync("hold/1", 0, Entry with { Type = " " }, default).AsTask());
        await Should.ThrowAsync<ArgumentException>(() => journal.RecordAsync(" ", 0, Entry, default).AsTask());
    }

    [Fact]
    public async Task A_payload_is_in_the_vault_and_the_entry_commits_to_it()
    {
        var fixture = new JournalFixture();

        var entry = await RecordPersonalAsync(fixture, expectedVersion: 0);

        var payload = await fixture.Vault.ReadPayloadAsync("example", entry.Content.Payload!.Value, default);
        Encoding.UTF8.GetString(payload!.Content.Span).ShouldBe("personal");
        entry.Content.Data.ShouldNotContain("personal");
    }

    [Fact]
    public async Task The_same_content_is_committed_to_differently_each_time()
    {
        var fixture = new JournalFixture();

        (await RecordPersonalAsync(fixture, 0)).Content.Payload.ShouldNotBe((await RecordPersonalAsync(fixture, 1)).Content.Payload);
    }

    [Fact]
    public async Task A_payload_whose_entry_is_refused_is_erased_again()
    {
        var fixture = new JournalFixture();
        await fixture.Journal.RecordAsync("hold/1", 0, Entry, default);

        await Should.ThrowAsync<JournalConflictException>(() => RecordPersonalAsync(fixture, expectedVersion: 0));

        (await fixture.Vault.ErasePayloadsAsync("example", new SubjectKey("s1"), null, default)).ShouldBe(0);
    }

    [Fact]
    public async Task After_a_crash_around_the_append_no_entry_lacks_its_payload()
    {
        foreach (var moment in Enum.GetValues<FaultMoment>())
        {
            var fixture = new JournalFixture();
            var faults = new FaultPoints();
            var journal = new Journal(faults.Around(fixture.Store), faults.Around(fixture.Vault), fixture.Clock);
            faults.FailAt(2, moment, staysDown: true);

            await Should.ThrowAsync<InjectedFaultException>(() => journal.RecordAsync(
                "hold/1", 0, Entry with { Controller = "example" }, "holds", "personal"u8.ToArray(), default).AsTask());

            faults.Calls.ShouldBe(["ISubjectVault.PutPayloadAsync", "IJournalStore.AppendAsync"]);
            var report = await fixture.Verifier.VerifyAsync(default);
            (report.Entries, report.PayloadsErased).ShouldBe((moment == FaultMoment.After ? 1 : 0, 0));
        }
    }

    private static Task<JournalEntry> RecordPersonalAsync(JournalFixture fixture, long expectedVersion) => fixture.Journal.RecordAsync(
        "hold/1", expectedVersion, Entry with { Controller = "example", Subject = new SubjectKey("s1") }, "holds", "personal"u8.ToArray(), default).AsTask();
}
