using System.Globalization;
using System.Security.Cryptography;
using Gdpr.Journals;
using NodaTime;

namespace Gdpr.Testing;

/// <summary>Entries, checkpoints and bases that the suites write.</summary>
internal static class JournalSamples
{
    public static Instant Now { get; } = Instant.FromUtc(2026, 3, 29, 0, 59, 59).PlusTicks(1234567);

    public static NewJournalEntry Entry(string data = "{}") => new("something-happened", Now - Duration.FromDays(3), data);

    public static NewJournalEntry Entry(int number) => Entry($$"""{"number":{{number.ToString(CultureInfo.InvariantCulture)}}}""");

    public static IReadOnlyList<NewJournalEntry> Entries(int count) => [.. Enumerable.Range(1, count).Select(Entry)];

    public static Task<IReadOnlyList<JournalEntry>> AppendAsync(
        this IJournalStore store, string stream, long expectedVersion, IReadOnlyList<NewJournalEntry> entries, CancellationToken cancellationToken) =>
        store.AppendAsync(stream, expectedVersion, Now, entries, transaction: null, cancellationToken).AsTask();

    public static Task<IReadOnlyList<JournalEntry>> AppendAsync(this IJournalStore store, string stream, int count, CancellationToken cancellationToken) =>
        store.AppendAsync(stream, JournalStream.AnyVersion, Entries(count), cancellationToken);

    public static Task<List<JournalEntry>> AllAsync(this IJournalStore store, CancellationToken cancellationToken) =>
        Expect.ListAsync(store.ReadAllAsync(0, cancellationToken), cancellationToken);

    public static Task<List<JournalEntry>> StreamAsync(this IJournalStore store, string stream, CancellationToken cancellationToken) =>
        Expect.ListAsync(store.ReadStreamAsync(stream, 0, cancellationToken), cancellationToken);

    public static Task<List<JournalCheckpoint>> CheckpointsAsync(this IJournalStore store, CancellationToken cancellationToken) =>
        Expect.ListAsync(store.ReadCheckpointsAsync(cancellationToken), cancellationToken);

    public static JournalCheckpoint Checkpoint(long number, long position) => new(
        number, position, Digest.Of("history"u8), Now.PlusTicks(number), "k1", Digest.Of("mac"u8));

    /// <summary>A base over what the store holds up to a position.</summary>
    public static JournalBase Base(JournalCheckpoint checkpoint, IEnumerable<JournalEntry> entries) => new(
        checkpoint,
        [.. entries.Where(entry => entry.Position <= checkpoint.Position).GroupBy(entry => entry.Stream, StringComparer.Ordinal)
            .Select(stream => new StreamHead(stream.Key, stream.Last().Version, stream.Last().Hash)).OrderBy(head => head.Stream, StringComparer.Ordinal)]);

    /// <summary>An identifier, made up, under some keys.</summary>
    public static HashedIdentifier Identifier(IdentifierKind kind, string name, params string[] keyIds) => new(
        kind, [.. keyIds.Select(id => new KeyedDigest(id, Digest.Of(System.Text.Encoding.UTF8.GetBytes($"{kind}/{id}/{name}"))))]);

    public static Task SuppressAsync(this ISubjectVault vault, string controller, HashedIdentifier identifier, string channel, CancellationToken cancellationToken) =>
        vault.SuppressAsync(controller, identifier, new SuppressionEntry(channel, "news", Now, "link"), cancellationToken).AsTask();

    public static async Task<bool> IsSuppressedAsync(
        this ISubjectVault vault, string controller, HashedIdentifier identifier, string channel, CancellationToken cancellationToken) =>
        (await vault.ReadSuppressionsAsync(controller, identifier, cancellationToken).ConfigureAwait(false)).Any(entry => entry.Channel == channel);

    public static byte[] RandomBytes(int count) => RandomNumberGenerator.GetBytes(count);

    public static CancellationToken Cancelled { get; } = new(canceled: true);
}
