using Gdpr.Journals;
using static Gdpr.Testing.JournalSamples;

namespace Gdpr.Testing;

public sealed partial class JournalStoreContract
{
    private const int Appenders = 8;
    private const int BatchesEach = 12;
    private const int BatchSize = 3;

    private static async Task Parallel_appenders_to_one_stream_lose_and_double_nothing(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        var appended = await AppendInParallelAsync(host, _ => Stream, ct).ConfigureAwait(false);

        var stream = await store.StreamAsync(Stream, ct).ConfigureAwait(false);

        await CheckWholeAsync(store, appended, ct).ConfigureAwait(false);
        Expect.Sequence(Enumerable.Range(1, Appenders * BatchesEach * BatchSize).Select(version => (long)version), stream.Select(entry => entry.Version), "The versions");
        Expect.That(
            appended.All(batch => batch.Zip(batch.Skip(1)).All(pair => pair.Second.Version == pair.First.Version + 1)), "the entries of a batch stand together.");
    }

    private static async Task Of_parallel_appenders_that_expect_the_same_version_one_wins(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        const int Rounds = 10;
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        for (var version = 0L; version < Rounds; version++)
        {
            var expected = version;
            var won = await Task.WhenAll(Enumerable.Range(0, Appenders).Select(appender => Task.Run(
                async () =>
                {
                    var own = await OpenAsync(host, ct).ConfigureAwait(false);
                    try
                    {
                        await own.AppendAsync(Stream, expected, [Entry(appender)], ct).ConfigureAwait(false);
                        return 1;
                    }
                    catch (JournalConflictException)
                    {
                        return 0;
                    }
                },
                ct))).ConfigureAwait(false);
            Expect.Equal(1, won.Sum(), $"How many of {Appenders} appended at version {expected}");
        }

        Expect.Sequence(
            Enumerable.Range(
                1, Rounds).Select(version => (long)version), (await store.StreamAsync(Stream, ct).ConfigureAwait(false)).Select(entry => entry.Version), "The versions");
    }

    private static async Task Parallel_appenders_to_many_streams_lose_and_double_nothing(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        var appended = await AppendInParallelAsync(host, number => $"hold/{number % 5}", ct).ConfigureAwait(false);
        await CheckWholeAsync(store, appended, ct).ConfigureAwait(false);
        foreach (var stream in appended.SelectMany(batch => batch).GroupBy(entry => entry.Stream, StringComparer.Ordinal))
        {
            var versions = (await store.StreamAsync(stream.Key, ct).ConfigureAwait(false)).Select(entry => entry.Version);
            Expect.Sequence(Enumerable.Range(1, stream.Count()).Select(version => (long)version), versions, $"The versions of {stream.Key}");
        }
    }

    private static async Task A_reader_that_follows_misses_nothing(ContractHost<IJournalStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        var writing = AppendInParallelAsync(host, number => $"hold/{number % 5}", ct);
        var seen = new List<JournalEntry>();
        bool isLast;
        do
        {
            // One more round after the writers are done.
            isLast = writing.IsCompleted;
            await foreach (var entry in store.ReadAllAsync(seen.Count == 0 ? 0 : seen[^1].Position, ct).ConfigureAwait(false))
            {
                seen.Add(entry);
            }

            await Task.Yield();
        }
        while (!isLast);

        var appended = await writing.ConfigureAwait(false);
        Expect.Sequence(
            appended.SelectMany(batch => batch).OrderBy(entry => entry.Position), seen, "The entries seen by a reader that goes on from the last position it saw");
    }

    /// <summary>Appends from several threads, each with its own handle, and gives every batch that was appended.</summary>
    private static async Task<List<IReadOnlyList<JournalEntry>>> AppendInParallelAsync(
        ContractHost<IJournalStore> host, Func<int, string> streamOf, CancellationToken ct)
    {
        var appenders = Enumerable.Range(0, Appenders).Select(appender => Task.Run(
            async () =>
            {
                var own = await OpenAsync(host, ct).ConfigureAwait(false);
                var batches = new List<IReadOnlyList<JournalEntry>>();
                for (var i = 0; i < BatchesEach; i++)
                {
                    batches.Add(await own.AppendAsync(streamOf(appender + i), BatchSize, ct).ConfigureAwait(false));
                }

                return batches;
            },
            ct));
        return [.. (await Task.WhenAll(appenders).ConfigureAwait(false)).SelectMany(batches => batches)];
    }

    private static async Task CheckWholeAsync(IJournalStore store, List<IReadOnlyList<JournalEntry>> appended, CancellationToken ct)
    {
        var all = await store.AllAsync(ct).ConfigureAwait(false);
        Expect.Sequence(appended.SelectMany(batch => batch).OrderBy(entry => entry.Position), all, "The entries in the order of their positions");
        Expect.That(all.Zip(all.Skip(1)).All(pair => pair.First.Position < pair.Second.Position), "no two entries have the same position.");
        var heads = new Dictionary<string, Digest>(StringComparer.Ordinal);
        foreach (var entry in all)
        {
            Expect.Equal(heads.GetValueOrDefault(entry.Stream), entry.Previous, $"The hash before version {entry.Version} of {entry.Stream}");
            Expect.Equal(JournalHash.Of(entry), entry.Hash, $"The hash of version {entry.Version} of {entry.Stream}");
            heads[entry.Stream] = entry.Hash;
        }
    }
}
