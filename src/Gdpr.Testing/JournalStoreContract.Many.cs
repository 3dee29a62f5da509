using Gdpr.Journals;
using static Gdpr.Testing.JournalSamples;

namespace Gdpr.Testing;

public sealed partial class JournalStoreContract
{
    private static async Task Many_streams_are_appended_to_each_at_its_own_version(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        const int Streams = 300;
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        await store.AppendAsync("s/1", 2, ct).ConfigureAwait(false);
        StreamAppend[] appends = [.. Enumerable.Range(1, Streams).Select(i => new StreamAppend($"s/{i}", i == 1 ? 2 : 0, Entries((i % 3) + 1)))];

        var appended = await store.AppendEachAsync(Now, appends, ct).ConfigureAwait(false);

        Expect.Equal(Streams, appended.Count, "How many streams are answered for");
        var all = await store.AllAsync(ct).ConfigureAwait(false);
        Expect.Sequence(appended.SelectMany(entries => entries!), all.Skip(2), "The entries in the order of their positions");
        for (var i = 1; i <= Streams; i++)
        {
            var stream = await store.StreamAsync($"s/{i}", ct).ConfigureAwait(false);
            Expect.Equal((i % 3) + 1 + (i == 1 ? 2 : 0), stream.Count, "How many entries the stream has");
            Digest previous = default;
            foreach (var entry in stream)
            {
                Expect.Equal(previous, entry.Previous, "The hash before an entry");
                Expect.Equal(JournalHash.Of(entry), entry.Hash, "The hash of an entry");
                previous = entry.Hash;
            }
        }
    }

    private static async Task Of_many_streams_one_in_conflict_is_left_out_and_nothing_else(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        await store.AppendAsync("s/2", 1, ct).ConfigureAwait(false);

        var appended = await store.AppendEachAsync(
            Now, [new StreamAppend("s/1", 0, Entries(1)), new StreamAppend("s/2", 0, Entries(1)), new StreamAppend("s/3", 4, Entries(1)), new StreamAppend("s/4", 0, Entries(2))], ct)
            .ConfigureAwait(false);

        Expect.Sequence([1, 0, 0, 2], appended.Select(entries => entries?.Count ?? 0), "How many entries were appended to each stream");
        Expect.Equal(1, (await store.StreamAsync("s/2", ct).ConfigureAwait(false)).Count, "How many entries the stream in conflict has");
        Expect.Equal(null, await store.ReadHeadAsync("s/3", ct).ConfigureAwait(false), "The head of a stream that was never begun");
        Expect.Equal(4, (await store.AllAsync(ct).ConfigureAwait(false)).Count, "How many entries there are in all");
    }

    private static async Task Of_many_streams_nothing_is_written_where_it_is_cancelled(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        await Expect.ThrowsAsync<OperationCanceledException>(
            () => store.AppendEachAsync(Now, [new StreamAppend("s/1", 0, Entries(1)), new StreamAppend("s/2", 0, Entries(1))], Cancelled).AsTask(),
            "Appending to many streams that was cancelled before it began").ConfigureAwait(false);
        Expect.Sequence([], await store.AllAsync(ct).ConfigureAwait(false), "The entries");
    }
}
