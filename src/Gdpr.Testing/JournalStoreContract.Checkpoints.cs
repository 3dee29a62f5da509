using Gdpr.Journals;
using static Gdpr.Testing.JournalSamples;

namespace Gdpr.Testing;

public sealed partial class JournalStoreContract
{
    private static async Task Checkpoints_are_kept_in_order(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        JournalCheckpoint[] checkpoints = [.. Enumerable.Range(1, 12).Select(number => Checkpoint(number, number * 10) with { KeyId = $"nyckel-å-{number}" })];
        foreach (var checkpoint in checkpoints)
        {
            await store.AddCheckpointAsync(checkpoint, ct).ConfigureAwait(false);
        }

        Expect.Sequence(checkpoints, await store.CheckpointsAsync(ct).ConfigureAwait(false), "The checkpoints");
    }

    private static async Task A_checkpoint_that_does_not_follow_the_last_is_refused(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        await RefuseAsync(0).ConfigureAwait(false);
        await store.AddCheckpointAsync(Checkpoint(1, 1), ct).ConfigureAwait(false);
        await store.AddCheckpointAsync(Checkpoint(2, 2), ct).ConfigureAwait(false);
        foreach (var wrong in new long[] { 0, 1, 2 })
        {
            await RefuseAsync(wrong).ConfigureAwait(false);
        }

        // Numbers that a restore has lost are left out.
        await store.AddCheckpointAsync(Checkpoint(5, 3), ct).ConfigureAwait(false);
        await RefuseAsync(4).ConfigureAwait(false);
        Expect.Sequence([Checkpoint(1, 1), Checkpoint(2, 2), Checkpoint(5, 3)], await store.CheckpointsAsync(ct).ConfigureAwait(false), "The checkpoints");

        Task RefuseAsync(long number) => Expect.ThrowsAsync<JournalConflictException>(
            () => store.AddCheckpointAsync(Checkpoint(number, 9), ct).AsTask(), $"Keeping a checkpoint {number} that does not follow the last");
    }

    private static async Task Of_parallel_checkpoints_of_one_number_one_wins(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        var won = await Task.WhenAll(Enumerable.Range(1, Appenders).Select(appender => Task.Run(
            async () =>
            {
                var own = await OpenAsync(host, ct).ConfigureAwait(false);
                try
                {
                    await own.AddCheckpointAsync(Checkpoint(1, appender), ct).ConfigureAwait(false);
                    return 1;
                }
                catch (JournalConflictException)
                {
                    return 0;
                }
            },
            ct))).ConfigureAwait(false);
        Expect.Equal(1, won.Sum(), $"How many of {Appenders} kept checkpoint 1");
        Expect.Equal(1, (await store.CheckpointsAsync(ct).ConfigureAwait(false)).Count, "The number of checkpoints");
    }

    private static async Task Nothing_has_expired_at_first(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        await CheckBaseAsync(JournalBase.Empty, store, ct).ConfigureAwait(false);
    }

    private static async Task Expiry_removes_the_prefix_and_keeps_its_base(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        await store.AppendAsync(Stream, 2, ct).ConfigureAwait(false);
        await store.AddCheckpointAsync(Checkpoint(1, 1), ct).ConfigureAwait(false);
        await store.AppendAsync("hold/å", 1, ct).ConfigureAwait(false);
        var before = await store.AllAsync(ct).ConfigureAwait(false);
        var checkpoint = Checkpoint(2, before[^1].Position);
        await store.AddCheckpointAsync(checkpoint, ct).ConfigureAwait(false);
        var rest = await store.AppendAsync(Stream, 2, ct).ConfigureAwait(false);
        var later = Checkpoint(3, rest[^1].Position);
        await store.AddCheckpointAsync(later, ct).ConfigureAwait(false);
        var expired = Base(checkpoint, before);

        await store.ExpireAsync(expired, ct).ConfigureAwait(false);

        foreach (var handle in new[] { store, await OpenAsync(host, ct).ConfigureAwait(false) })
        {
            Expect.Sequence(rest, await handle.AllAsync(ct).ConfigureAwait(false), "The entries that remain");
            Expect.Sequence(rest, await handle.StreamAsync(Stream, ct).ConfigureAwait(false), "The entries of the stream that remain");
            Expect.Sequence([], await handle.StreamAsync("hold/å", ct).ConfigureAwait(false), "The entries of the stream that has expired");
            Expect.Sequence([checkpoint, later], await handle.CheckpointsAsync(ct).ConfigureAwait(false), "The checkpoints that remain");
            await CheckBaseAsync(expired, handle, ct).ConfigureAwait(false);
        }
    }

    private static async Task An_expired_stream_goes_on_where_it_was(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        var last = (await store.AppendAsync(Stream, 3, ct).ConfigureAwait(false))[^1];
        var checkpoint = Checkpoint(1, last.Position);
        await store.AddCheckpointAsync(checkpoint, ct).ConfigureAwait(false);
        await store.ExpireAsync(Base(checkpoint, await store.AllAsync(ct).ConfigureAwait(false)), ct).ConfigureAwait(false);

        var other = await OpenAsync(host, ct).ConfigureAwait(false);
        Expect.Equal(new StreamHead(Stream, 3, last.Hash), await other.ReadHeadAsync(Stream, ct).ConfigureAwait(false), "The head of a stream that has expired");
        await Expect.ThrowsAsync<JournalConflictException>(
            () => other.AppendAsync(Stream, 0, Entries(1), ct), "Appending at version 0 to a stream that has expired at 3").ConfigureAwait(false);
        var next = (await other.AppendAsync(Stream, 3, Entries(1), ct).ConfigureAwait(false))[0];

        Expect.Equal((4L, last.Hash), (next.Version, next.Previous), "The version and the hash before it of the entry after those expired");
        Expect.That(next.Position > last.Position, "positions go on ascending after everything has expired.");
        Expect.Sequence([next], await store.AllAsync(ct).ConfigureAwait(false), "The entries");
    }

    private static async Task Expiry_up_to_an_unknown_checkpoint_is_refused(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        var appended = await store.AppendAsync(Stream, 3, ct).ConfigureAwait(false);
        var kept = Checkpoint(1, appended[0].Position);
        await store.AddCheckpointAsync(kept, ct).ConfigureAwait(false);
        foreach (var unknown in new[] { Checkpoint(2, appended[^1].Position), Checkpoint(1, appended[^1].Position), kept with { Mac = default } })
        {
            await Expect.ThrowsAsync<JournalConflictException>(
                () => store.ExpireAsync(Base(unknown, appended), ct).AsTask(), "Expiring up to a checkpoint that the store does not keep").ConfigureAwait(false);
        }

        Expect.Sequence(appended, await store.AllAsync(ct).ConfigureAwait(false), "The entries");
        await CheckBaseAsync(JournalBase.Empty, store, ct).ConfigureAwait(false);
    }

    private static async Task Expiry_without_a_checkpoint_is_refused(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        await store.AppendAsync(Stream, 1, ct).ConfigureAwait(false);
        await Expect.ThrowsAsync<ArgumentException>(() => store.ExpireAsync(JournalBase.Empty, ct).AsTask(), "Expiring up to nothing").ConfigureAwait(false);
        Expect.Equal(1, (await store.AllAsync(ct).ConfigureAwait(false)).Count, "The number of entries");
    }

    private static async Task A_prefix_expires_after_another(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        var all = new List<JournalEntry>();
        for (var number = 1; number <= 3; number++)
        {
            all.AddRange(await store.AppendAsync($"hold/{number}", 2, ct).ConfigureAwait(false));
            await store.AddCheckpointAsync(Checkpoint(number, all[^1].Position), ct).ConfigureAwait(false);
        }

        await store.ExpireAsync(Base(Checkpoint(1, all[1].Position), all), ct).ConfigureAwait(false);
        var second = Base(Checkpoint(2, all[3].Position), all);
        await store.ExpireAsync(second, ct).ConfigureAwait(false);

        Expect.Sequence(all[4..], await store.AllAsync(ct).ConfigureAwait(false), "The entries that remain");
        await CheckBaseAsync(second, store, ct).ConfigureAwait(false);
        Expect.Equal(2, (await store.ReadHeadAsync("hold/1", ct).ConfigureAwait(false))?.Version, "The version of a stream of the first base");
    }

    private static async Task A_cancelled_expiry_removes_nothing(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        var appended = await store.AppendAsync(Stream, 2, ct).ConfigureAwait(false);
        var checkpoint = Checkpoint(1, appended[^1].Position);
        await store.AddCheckpointAsync(checkpoint, ct).ConfigureAwait(false);
        await Expect.ThrowsAsync<OperationCanceledException>(
            () => store.ExpireAsync(Base(checkpoint, appended), Cancelled).AsTask(), "Expiring when cancelled").ConfigureAwait(false);
        Expect.Sequence(appended, await store.AllAsync(ct).ConfigureAwait(false), "The entries");
        await CheckBaseAsync(JournalBase.Empty, store, ct).ConfigureAwait(false);
    }

    private static async Task CheckBaseAsync(JournalBase expected, IJournalStore store, CancellationToken ct)
    {
        var found = await store.ReadBaseAsync(ct).ConfigureAwait(false);
        Expect.Equal(expected.Checkpoint, found.Checkpoint, "The base's checkpoint");
        Expect.Sequence(expected.Heads, found.Heads, "The base's heads");
    }
}
