using Gdpr.Journals;
using static Gdpr.Testing.JournalSamples;

namespace Gdpr.Testing;

public sealed partial class JournalStoreContract
{
    private static async Task Streams_are_apart_whatever_their_names(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        string[] names = ["hold/1", "hold/10", "Hold/1", "hold/1 ", "hold/_", "hold/%", "hold", "håll/1", "ha\u030all/1", "hold/1'--"];
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        foreach (var name in names)
        {
            await store.AppendAsync(name, 0, [Entry($"\"{name}\"")], ct).ConfigureAwait(false);
        }

        foreach (var name in names)
        {
            Expect.Sequence([$"\"{name}\""], (await store.StreamAsync(name, ct).ConfigureAwait(false)).Select(entry => entry.Content.Data), "The entries of a stream");
            Expect.Equal(1, (await store.ReadHeadAsync(name, ct).ConfigureAwait(false))?.Version, "The version of a stream's head");
        }
    }

    private static async Task A_stream_is_read_after_a_version(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        await store.AppendAsync(Stream, 3, ct).ConfigureAwait(false);
        foreach (var (after, expected) in new (long, long[])[] { (0, [1, 2, 3]), (1, [2, 3]), (2, [3]), (3, []), (99, []) })
        {
            var read = await Expect.ListAsync(store.ReadStreamAsync(Stream, after, ct), ct).ConfigureAwait(false);
            Expect.Sequence(expected, read.Select(entry => entry.Version), $"The versions after {after}");
        }
    }

    private static async Task The_journal_is_read_after_a_position(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        await store.AppendAsync(Stream, 2, ct).ConfigureAwait(false);
        await store.AppendAsync("hold/2", 2, ct).ConfigureAwait(false);
        var all = await store.AllAsync(ct).ConfigureAwait(false);
        for (var i = 0; i < all.Count; i++)
        {
            Expect.Sequence(all[(i + 1)..], await Expect.ListAsync(store.ReadAllAsync(all[i].Position, ct), ct).ConfigureAwait(false), "The entries after a position");
        }
    }

    private static async Task Positions_ascend_over_all_streams(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        var appended = new List<JournalEntry>();
        for (var i = 0; i < 9; i++)
        {
            appended.AddRange(await store.AppendAsync($"hold/{i % 3}", 2, ct).ConfigureAwait(false));
        }

        Expect.That(appended.Zip(appended.Skip(1)).All(pair => pair.First.Position < pair.Second.Position), "later commits have higher positions.");
        Expect.Sequence(appended, await store.AllAsync(ct).ConfigureAwait(false), "The entries in the order of their positions");
    }

    private static async Task The_head_is_the_last_entry(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        var last = (await store.AppendAsync(Stream, 3, ct).ConfigureAwait(false))[^1];
        await store.AppendAsync("hold/2", 1, ct).ConfigureAwait(false);
        Expect.Equal(new StreamHead(Stream, 3, last.Hash), await store.ReadHeadAsync(Stream, ct).ConfigureAwait(false), "The head");
    }

    private static async Task A_reading_that_is_broken_off_harms_nothing(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        await store.AppendAsync(Stream, 50, ct).ConfigureAwait(false);
        for (var round = 0; round < 20; round++)
        {
            await foreach (var entry in store.ReadAllAsync(0, ct).ConfigureAwait(false))
            {
                if (entry.Version == 2)
                {
                    break;
                }
            }
        }

        await store.AppendAsync(Stream, 1, ct).ConfigureAwait(false);
        Expect.Equal(51, (await store.AllAsync(ct).ConfigureAwait(false)).Count, "The number of entries");
    }

    private static async Task Whoever_reads_may_append_meanwhile(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        await store.AppendAsync(Stream, 3, ct).ConfigureAwait(false);
        var before = new List<long>();
        await foreach (var entry in store.ReadAllAsync(0, ct).ConfigureAwait(false))
        {
            if (entry.Stream == Stream)
            {
                before.Add(entry.Version);
                await store.AppendAsync("hold/2", 1, ct).ConfigureAwait(false);
            }
        }

        Expect.Sequence([1L, 2, 3], before, "The versions read while others were appended");
        Expect.Equal(6, (await store.AllAsync(ct).ConfigureAwait(false)).Count, "The number of entries");
    }

    private static async Task A_cancelled_reading_throws(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        await store.AppendAsync(Stream, 3, ct).ConfigureAwait(false);
        await Expect.ThrowsAsync<OperationCanceledException>(() => Expect.ListAsync(store.ReadAllAsync(0, Cancelled), ct), "Reading all").ConfigureAwait(false);
        await Expect.ThrowsAsync<OperationCanceledException>(
            () => Expect.ListAsync(store.ReadStreamAsync(Stream, 0, Cancelled), ct), "Reading a stream").ConfigureAwait(false);
    }

    private static async Task Preparing_again_changes_nothing(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        await store.AppendAsync(Stream, 2, ct).ConfigureAwait(false);
        await store.AddCheckpointAsync(Checkpoint(1, 2), ct).ConfigureAwait(false);
        await store.PrepareAsync(ct).ConfigureAwait(false);
        Expect.Equal(2, (await store.AllAsync(ct).ConfigureAwait(false)).Count, "The number of entries");
        Expect.Equal(1, (await store.CheckpointsAsync(ct).ConfigureAwait(false)).Count, "The number of checkpoints");
    }

    private static async Task Another_handle_sees_everything(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        var appended = await store.AppendAsync(Stream, 3, ct).ConfigureAwait(false);
        var checkpoint = Checkpoint(1, appended[^1].Position);
        await store.AddCheckpointAsync(checkpoint, ct).ConfigureAwait(false);

        var other = await OpenAsync(host, ct).ConfigureAwait(false);

        Expect.Sequence(appended, await other.AllAsync(ct).ConfigureAwait(false), "The entries that another handle reads");
        Expect.Sequence([checkpoint], await other.CheckpointsAsync(ct).ConfigureAwait(false), "The checkpoints that another handle reads");
        await Expect.ThrowsAsync<JournalConflictException>(() => other.AppendAsync(Stream, 2, Entries(1), ct), "Appending behind another handle").ConfigureAwait(false);
        await other.AppendAsync(Stream, 3, Entries(1), ct).ConfigureAwait(false);
        Expect.Equal(4, (await store.ReadHeadAsync(Stream, ct).ConfigureAwait(false))?.Version, "The version that the first handle sees then");
    }
}
