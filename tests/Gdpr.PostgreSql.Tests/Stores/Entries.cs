using System.Data.Common;
using Gdpr.Journals;
using NodaTime;

namespace Gdpr.PostgreSql.Tests.Stores;

/// <summary>Entries to append, and whether those in a journal hang together.</summary>
internal static class Entries
{
    public static Instant Now { get; } = Instant.FromUtc(2026, 11, 22, 10, 0);

    public static NewJournalEntry[] New(int count = 1) =>
        [.. Enumerable.Range(0, count).Select(place => new NewJournalEntry("worked", Now, $$"""{"place":{{place}}}"""))];

    public static async Task<JournalEntry> AppendAsync(
        this IJournalStore journal, string stream, long expectedVersion = JournalStream.AnyVersion, DbTransaction? transaction = null, int count = 1) =>
        (await journal.AppendAsync(stream, expectedVersion, Now, New(count), transaction, CancellationToken.None))[^1];

    public static async Task<List<JournalEntry>> AllAsync(this IJournalStore journal, long after = 0) =>
        await journal.ReadAllAsync(after, CancellationToken.None).ToListAsync();

    /// <summary>Positions ascend, each stream counts from one, every entry has its hash and names the one before it.</summary>
    public static void ShouldHangTogether(this IReadOnlyList<JournalEntry> entries)
    {
        entries.Zip(entries.Skip(1)).ShouldAllBe(pair => pair.First.Position < pair.Second.Position);
        foreach (var stream in entries.GroupBy(entry => entry.Stream))
        {
            var (version, previous) = (0L, default(Digest));
            foreach (var entry in stream)
            {
                (entry.Version, entry.Previous, entry.Hash).ShouldBe((++version, previous, JournalHash.Of(entry)));
                previous = entry.Hash;
            }
        }
    }
}
