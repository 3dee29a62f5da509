using Gdpr.Journals;
using NodaTime;

namespace Gdpr.Sqlite.Tests.Stores;

/// <summary>Entries to append, and whether those in a journal hang together.</summary>
internal static class Entries
{
    public static Instant Now { get; } = Instant.FromUtc(2026, 11, 22, 10, 0);

    public static NewJournalEntry[] New(int count = 1) =>
        [.. Enumerable.Range(0, count).Select(place => new NewJournalEntry("worked", Now, $$"""{"place":{{place}}}"""))];

    public static async Task<JournalEntry> AppendAsync(this IJournalStore journal, string stream, long expectedVersion = JournalStream.AnyVersion) =>
        (await journal.AppendAsync(stream, expectedVersion, Now, New(), null, CancellationToken.None))[0];

    public static async Task<List<JournalEntry>> AllAsync(this IJournalStore journal)
    {
        var entries = new List<JournalEntry>();
        await foreach (var entry in journal.ReadAllAsync(0, CancellationToken.None))
        {
            entries.Add(entry);
        }

        return entries;
    }

    /// <summary>Positions ascend, each stream counts from one, every entry has its hash and names the one before it.</summary>
    public static void ShouldHangTogether(this IReadOnlyList<JournalEntry> entries)
    {
        entries.Select(entry => entry.Position).ShouldBe(Enumerable.Range(1, entries.Count).Select(place => (long)place));
        foreach (var stream in entries.GroupBy(entry => entry.Stream))
        {
            var previous = default(Digest);
            var version = 0L;
            foreach (var entry in stream)
            {
                entry.Version.ShouldBe(++version);
                entry.Previous.ShouldBe(previous);
                entry.Hash.ShouldBe(JournalHash.Of(entry));
                previous = entry.Hash;
            }
        }
    }
}
