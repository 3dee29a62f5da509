using Gdpr.Journals;
using Gdpr.PostgreSql.Stores;
using Gdpr.PostgresServer;
using Gdpr.Testing;

namespace Gdpr.PostgreSql.Tests.Stores;

/// <summary>What somebody who can write to the tables does to the journal is found, and where.</summary>
public sealed class JournalTamperTests
{
    private const string Swap = """
        UPDATE gdpr.gdpr_journal SET position = -position WHERE position IN (2, 3);
        UPDATE gdpr.gdpr_journal SET position = 5 + position WHERE position < 0
        """;

    private readonly InMemoryKeyRing _keys = InMemoryKeyRing.WithRandomKey();
    private readonly InMemoryJournalWitness _witness = new();

    public static TheoryData<string, JournalFaultKind, long> Changes => new()
    {
        { "UPDATE gdpr.gdpr_journal SET data = '{\"place\":7}' WHERE position = 2", JournalFaultKind.EntryChanged, 2 },
        { "UPDATE gdpr.gdpr_journal SET type = 'slept' WHERE position = 3", JournalFaultKind.EntryChanged, 3 },
        { "UPDATE gdpr.gdpr_journal SET controller = 'other' WHERE position = 1", JournalFaultKind.EntryChanged, 1 },
        { "UPDATE gdpr.gdpr_journal SET subject = 'somebody' WHERE position = 1", JournalFaultKind.EntryChanged, 1 },
        { "UPDATE gdpr.gdpr_journal SET recorded_at = recorded_at - 1 WHERE position = 4", JournalFaultKind.EntryChanged, 4 },
        { "UPDATE gdpr.gdpr_journal SET occurred_at = occurred_at + 1 WHERE position = 4", JournalFaultKind.EntryChanged, 4 },
        { "UPDATE gdpr.gdpr_journal SET payload = sha256('x') WHERE position = 1", JournalFaultKind.EntryChanged, 1 },
        { "DELETE FROM gdpr.gdpr_journal WHERE position = 2", JournalFaultKind.EntriesMissing, 3 },
        { "DELETE FROM gdpr.gdpr_journal WHERE position = 6", JournalFaultKind.TailCut, 6 },
        { Swap, JournalFaultKind.EntryChanged, 2 },
        { "UPDATE gdpr.gdpr_journal SET hash = sha256('x') WHERE position = 3", JournalFaultKind.EntryChanged, 3 },
        { "UPDATE gdpr.gdpr_journal SET hash = '\\x00' WHERE position = 3", JournalFaultKind.Unreadable, 2 },
        { "UPDATE gdpr.gdpr_journal SET recorded_at = 9223372036854775807 WHERE position = 3", JournalFaultKind.Unreadable, 2 },
        { "UPDATE gdpr.gdpr_checkpoint SET position = 5", JournalFaultKind.CheckpointForged, 5 },
        { "UPDATE gdpr.gdpr_checkpoint SET at = at || 'x'", JournalFaultKind.Unreadable, 0 },
        { "DELETE FROM gdpr.gdpr_checkpoint", JournalFaultKind.BehindWitness, 6 },
        { "DELETE FROM gdpr.gdpr_journal; DELETE FROM gdpr.gdpr_checkpoint; DELETE FROM gdpr.gdpr_stream", JournalFaultKind.BehindWitness, 6 },
    };

    [PostgresTheory, MemberData(nameof(Changes))]
    public async Task A_change_made_by_SQL_is_found_and_located(string change, JournalFaultKind kind, long position)
    {
        await using var host = await StoreHost.CreateAsync();
        var stores = await FilledAsync(host);

        await host.RunAsync(change);

        var report = await VerifyAsync(stores);
        report.IsIntact.ShouldBeFalse();
        report.Faults.ShouldContain(fault => fault.Kind == kind && (fault.Position ?? 0) == position, string.Join('\n', report.Faults));
    }

    [PostgresFact]
    public async Task An_entry_forged_with_right_hashes_is_found_by_the_checkpoint_over_it()
    {
        await using var host = await StoreHost.CreateAsync();
        var stores = await FilledAsync(host);
        var entries = await stores.Journal.AllAsync();
        var last = entries[^1];
        var forged = JournalHash.Seal(last.Stream, last.Version, last.Position, last.RecordedAt, last.Content with { Data = "{\"place\":9}" }, last.Previous);

        await host.RunAsync($$"""
            UPDATE gdpr.gdpr_journal SET data = '{"place":9}', hash = '\x{{forged.Hash}}' WHERE position = {{last.Position}};
            UPDATE gdpr.gdpr_stream SET hash = '\x{{forged.Hash}}' WHERE stream = '{{last.Stream}}'
            """);

        (await VerifyAsync(stores)).Faults.ShouldHaveSingleItem().Kind.ShouldBe(JournalFaultKind.CheckpointDiffers);
    }

    [PostgresTheory]
    [InlineData("UPDATE gdpr.gdpr_stream SET version = version - 1 WHERE stream = 'a'")]
    [InlineData("DELETE FROM gdpr.gdpr_stream WHERE stream = 'a'")]
    public async Task A_head_that_was_set_back_makes_nobody_overwrite_what_was_there(string change)
    {
        await using var host = await StoreHost.CreateAsync();
        var stores = await FilledAsync(host);
        var before = await stores.Journal.AllAsync();
        await host.RunAsync(change);

        (await Should.ThrowAsync<StoreException>(() => stores.Journal.AppendAsync("a"))).Failure.ShouldBe(StoreFailure.Corrupt);

        (await stores.Journal.AllAsync()).ShouldBe(before);
    }

    [PostgresFact]
    public async Task Positions_that_were_set_back_are_not_given_out_twice()
    {
        await using var host = await StoreHost.CreateAsync();
        var stores = await FilledAsync(host);
        await host.RunAsync("SELECT setval('gdpr.gdpr_journal_position', 3)");

        (await Should.ThrowAsync<StoreException>(() => stores.Journal.AppendAsync("new"))).Failure.ShouldBe(StoreFailure.Corrupt);
    }

    [PostgresFact]
    public async Task A_journal_that_nobody_has_touched_verifies_also_after_its_beginning_has_expired()
    {
        await using var host = await StoreHost.CreateAsync();
        var stores = await FilledAsync(host);
        (await VerifyAsync(stores)).Faults.ShouldBeEmpty();
        var clock = new SettableClock(Entries.Now + NodaTime.Duration.FromDays(900));

        var expired = await new JournalExpiry(stores.Journal, stores.Vault, _keys, _witness, [], clock).ExpireAsync(clock.GetCurrentInstant(), CancellationToken.None);

        expired!.Position.ShouldBe(6);
        (await stores.Journal.AllAsync()).ShouldHaveSingleItem().Content.Type.ShouldBe("journal-expired");
        (await VerifyAsync(stores)).Faults.ShouldBeEmpty();
        (await stores.Journal.AppendAsync("a")).Version.ShouldBe(4);
    }

    /// <summary>Two streams of three entries, a checkpoint over them.</summary>
    private async Task<PostgreSqlStores> FilledAsync(StoreHost host)
    {
        var stores = await host.OpenAsync();
        await stores.Journal.AppendAsync("a", count: 3);
        await stores.Journal.AppendAsync("b", count: 3);
        await new JournalCheckpoints(stores.Journal, _keys, _witness, new SettableClock(Entries.Now)).MakeAsync(CancellationToken.None);
        return stores;
    }

    private async Task<JournalReport> VerifyAsync(PostgreSqlStores stores) =>
        await new JournalVerifier(stores.Journal, _keys, _witness, stores.Vault).VerifyAsync(CancellationToken.None);
}
