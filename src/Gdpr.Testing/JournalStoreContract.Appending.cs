using System.Data;
using System.Data.Common;
using Gdpr.Journals;
using NodaTime;
using static Gdpr.Testing.JournalSamples;

namespace Gdpr.Testing;

public sealed partial class JournalStoreContract
{
    private const string Stream = "hold/1";
    private const int LargeDataLength = 1 << 20;
    private const int LargeBatch = 2000;

    private static async Task<IJournalStore> OpenAsync(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        var store = await host.OpenAsync(ct).ConfigureAwait(false);
        await store.PrepareAsync(ct).ConfigureAwait(false);
        return store;
    }

    private static async Task An_empty_journal_has_nothing(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        Expect.Sequence([], await store.AllAsync(ct).ConfigureAwait(false), "The entries of an empty journal");
        Expect.Sequence([], await store.StreamAsync(Stream, ct).ConfigureAwait(false), "The entries of a stream that is not there");
        Expect.Equal(null, await store.ReadHeadAsync(Stream, ct).ConfigureAwait(false), "The head of a stream that is not there");
        Expect.Sequence([], await store.CheckpointsAsync(ct).ConfigureAwait(false), "The checkpoints of an empty journal");
    }

    private static async Task The_first_entry_of_a_stream_has_version_1_and_follows_zeros(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        var entry = (await store.AppendAsync(Stream, 0, Entries(1), ct).ConfigureAwait(false))[0];
        Expect.Equal(1, entry.Version, "The version of the first entry");
        Expect.Equal(default, entry.Previous, "The hash before the first entry");
        Expect.That(entry.Position >= 1, "positions begin at 1 or later, so that reading after 0 reads all.");
    }

    private static async Task Entries_are_sealed_as_the_journal_hash_says(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        await store.AppendAsync(Stream, 2, ct).ConfigureAwait(false);
        await store.AppendAsync("request/1", 1, ct).ConfigureAwait(false);
        await store.AppendAsync(Stream, 2, ct).ConfigureAwait(false);
        Digest previous = default;
        foreach (var entry in await store.StreamAsync(Stream, ct).ConfigureAwait(false))
        {
            Expect.Equal(previous, entry.Previous, $"The hash before version {entry.Version}");
            Expect.Equal(JournalHash.Of(entry), entry.Hash, $"The hash of version {entry.Version}");
            previous = entry.Hash;
        }
    }

    private static async Task What_was_appended_is_read_back_member_by_member(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        NewJournalEntry[] entries =
        [
            Entry(),
            Entry() with { Controller = "example" },
            Entry() with { Subject = new SubjectKey("abc-DEF_123") },
            Entry() with { Payload = Digest.Of("payload"u8) },
            Entry() with { Controller = "", Subject = new SubjectKey("x"), Payload = default(Digest), Data = "", Type = "t" },
        ];

        var appended = await store.AppendAsync(Stream, 0, entries, ct).ConfigureAwait(false);

        Expect.Sequence(entries, appended.Select(entry => entry.Content), "The contents that appending gives back");
        Expect.Sequence(appended, await store.StreamAsync(Stream, ct).ConfigureAwait(false), "The entries of the stream");
        Expect.Sequence(appended, await store.AllAsync(ct).ConfigureAwait(false), "The entries of the journal");
        Expect.Sequence([1L, 2, 3, 4, 5], appended.Select(entry => entry.Version), "The versions");
    }

    private static async Task The_expected_version_must_be_the_last(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        await store.AppendAsync(Stream, 0, Entries(2), ct).ConfigureAwait(false);
        foreach (var wrong in new long[] { 0, 1, 3, long.MaxValue })
        {
            var conflict = await Expect.ThrowsAsync<JournalConflictException>(
                () => store.AppendAsync(Stream, wrong, Entries(1), ct), $"Appending at version {wrong} to a stream at 2").ConfigureAwait(false);
            Expect.Equal((wrong, 2L), (conflict.Expected, conflict.Actual), "The versions that the conflict names");
        }

        var unborn = await Expect.ThrowsAsync<JournalConflictException>(
            () => store.AppendAsync("hold/2", 1, Entries(1), ct), "Appending at version 1 to a stream that is not there").ConfigureAwait(false);
        Expect.Equal((1L, 0L), (unborn.Expected, unborn.Actual), "The versions that the conflict names");
        Expect.Equal(2, (await store.AllAsync(ct).ConfigureAwait(false)).Count, "The number of entries after conflicts");
        Expect.Equal(3, (await store.AppendAsync(Stream, 2, Entries(1), ct).ConfigureAwait(false))[0].Version, "The version after 2");
    }

    private static async Task Any_version_appends_after_whatever_is_there(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        foreach (var version in new long[] { 1, 2, 3 })
        {
            Expect.Equal(version, (await store.AppendAsync(Stream, 1, ct).ConfigureAwait(false))[0].Version, "The version appended");
        }
    }

    private static async Task A_batch_without_entries_is_refused(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        await Expect.ThrowsAsync<ArgumentException>(() => store.AppendAsync(Stream, 0, [], ct), "Appending nothing").ConfigureAwait(false);
    }

    private static async Task A_version_that_can_never_be_is_refused(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        await Expect.ThrowsAsync<ArgumentException>(() => store.AppendAsync(Stream, -2, Entries(1), ct), "Appending at version -2").ConfigureAwait(false);
    }

    private static async Task A_batch_with_an_entry_that_cannot_be_kept_leaves_nothing(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        await store.AppendAsync(Stream, 1, ct).ConfigureAwait(false);
        await Expect.ThrowsAsync<ArgumentException>(
            () => store.AppendAsync(Stream, 1, [Entry(), Entry(), Entry("\ud800")], ct), "Appending a batch whose last entry is not Unicode").ConfigureAwait(false);
        Expect.Equal(1, (await store.AllAsync(ct).ConfigureAwait(false)).Count, "The number of entries");

        var next = (await store.AppendAsync(Stream, 1, Entries(2), ct).ConfigureAwait(false))[1];
        Expect.Equal(3, next.Version, "The version after a batch that was refused");
        Expect.Equal(JournalHash.Of(next), next.Hash, "The hash after a batch that was refused");
    }

    private static async Task An_entry_with_half_a_surrogate_pair_is_refused(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        const string Half = "a\udc00b";
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        foreach (var entry in new[] { Entry(Half), Entry() with { Type = Half }, Entry() with { Controller = Half }, Entry() with { Subject = new SubjectKey(Half) } })
        {
            await Expect.ThrowsAsync<ArgumentException>(() => store.AppendAsync(Stream, 0, [entry], ct), "Appending a text that is not Unicode").ConfigureAwait(false);
        }

        await Expect.ThrowsAsync<ArgumentException>(
            () => store.AppendAsync(Half, 0, Entries(1), ct), "Appending to a stream whose name is not Unicode").ConfigureAwait(false);
    }

    private static async Task Instants_are_kept_to_100_nanoseconds(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        var fine = Now.PlusTicks(1) + Duration.FromNanoseconds(99);
        var early = Instant.FromUtc(1969, 12, 31, 23, 59) - Duration.FromNanoseconds(1);
        await store.AppendAsync(Stream, 0, fine, [Entry() with { OccurredAt = early }], null, ct).ConfigureAwait(false);

        var entry = (await store.StreamAsync(Stream, ct).ConfigureAwait(false))[0];

        Expect.Equal(Now.PlusTicks(1), entry.RecordedAt, "When it was recorded");
        Expect.Equal(Instant.FromUtc(1969, 12, 31, 23, 59).PlusTicks(-1), entry.Content.OccurredAt, "When it happened");
        Expect.Equal(JournalHash.Of(entry), entry.Hash, "The hash");
    }

    private static async Task Instants_long_ago_and_far_ahead_are_kept(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        Instant[] instants = [Instant.FromUtc(1, 1, 1, 0, 0), Instant.FromUtc(1582, 10, 15, 0, 0), Instant.FromUtc(9999, 12, 31, 23, 59, 59)];
        await store.AppendAsync(Stream, 0, [.. instants.Select(at => Entry() with { OccurredAt = at })], ct).ConfigureAwait(false);
        Expect.Sequence(instants, (await store.StreamAsync(Stream, ct).ConfigureAwait(false)).Select(entry => entry.Content.OccurredAt), "The instants");
    }

    private static async Task Unicode_is_kept_as_it_is(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        // Composed and decomposed letters are different texts, and so different hashes: a store must not make one of the other.
        string[] texts = ["{\"å\":\"a\u030a\"}", "\u00e5", "a\u030a", "𝔊𝔇𝔓ℜ", "\ufffd", "\ufeff", "\u202e\u200b", "'; --", "%_\\", "  x  ", "\r\n\t", "\u0001\u007f"];
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        var appended = await store.AppendAsync("hållö/𝔊", 0, [.. texts.Select(Entry), Entry() with { Type = "å'\"", Controller = "ö;%" }], ct).ConfigureAwait(false);
        Expect.Sequence(appended, await store.StreamAsync("hållö/𝔊", ct).ConfigureAwait(false), "The entries");
        Expect.Sequence(texts, appended.Take(texts.Length).Select(entry => entry.Content.Data), "The texts");
        Expect.Sequence(appended.Select(JournalHash.Of), appended.Select(entry => entry.Hash), "The hashes");
    }

    private static async Task Large_data_is_kept(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        var data = $"\"{new string('ö', LargeDataLength)}\"";
        await store.AppendAsync(Stream, 0, [Entry(data)], ct).ConfigureAwait(false);
        var entry = (await store.StreamAsync(Stream, ct).ConfigureAwait(false))[0];
        Expect.That(entry.Content.Data == data, "a million characters are read back as they were written.");
        Expect.Equal(JournalHash.Of(entry), entry.Hash, "The hash");
    }

    private static async Task A_large_batch_is_kept(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        var appended = await store.AppendAsync(Stream, LargeBatch, ct).ConfigureAwait(false);
        Expect.Sequence(appended, await store.AllAsync(ct).ConfigureAwait(false), "The entries");
        Expect.Equal(LargeBatch, appended.Count, "The number of entries");
    }

    private static async Task A_cancelled_append_writes_nothing(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        await Expect.ThrowsAsync<OperationCanceledException>(() => store.AppendAsync(Stream, 0, Entries(3), Cancelled), "Appending when cancelled").ConfigureAwait(false);
        await Expect.ThrowsAsync<OperationCanceledException>(
            () => store.AddCheckpointAsync(Checkpoint(1, 1), Cancelled).AsTask(), "Keeping a checkpoint when cancelled").ConfigureAwait(false);
        Expect.Sequence([], await store.AllAsync(ct).ConfigureAwait(false), "The entries");
        Expect.Sequence([], await store.CheckpointsAsync(ct).ConfigureAwait(false), "The checkpoints");
        Expect.Equal(1, (await store.AppendAsync(Stream, 0, Entries(1), ct).ConfigureAwait(false))[0].Version, "The version after an append that was cancelled");
    }

    private static async Task A_transaction_that_is_not_the_stores_is_refused(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        var foreign = new ForeignTransaction();
        await using (foreign.ConfigureAwait(false))
        {
            await Expect.ThrowsAsync<NotSupportedException>(
                () => store.AppendAsync(Stream, 0, Now, Entries(1), foreign, ct).AsTask(), "Appending in a transaction of no database").ConfigureAwait(false);
        }

        Expect.Sequence([], await store.AllAsync(ct).ConfigureAwait(false), "The entries");
    }

    /// <summary>A transaction of no database at all.</summary>
    private sealed class ForeignTransaction : DbTransaction
    {
        public override IsolationLevel IsolationLevel => IsolationLevel.Serializable;

        protected override DbConnection? DbConnection => null;

        public override void Commit() => throw new InvalidOperationException("There is nothing to commit.");

        public override void Rollback() => throw new InvalidOperationException("There is nothing to roll back.");
    }
}
