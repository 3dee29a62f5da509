using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Gdpr.Journals;

namespace Gdpr.Core.Tests.Journals;

/// <summary>What docs/journal.md lays down, written a second time: whoever follows the page can verify a journal without this library.</summary>
public sealed class JournalHashTests
{
    [Fact]
    public async Task Entries_are_hashed_as_documented()
    {
        var fixture = await JournalFixture.WithEntriesAsync();
        await fixture.Journal.RecordAsync("hållö", 0, new NewJournalEntry("x", fixture.Clock.GetCurrentInstant(), "{\"å\":\"𝔊\"}") { Controller = "" }, default);

        foreach (var entry in await fixture.EntriesAsync())
        {
            var content = entry.Content;
            byte[] bytes =
            [
                .. "gdpr-journal-1"u8, .. entry.Previous.ToArray(), .. Number(entry.Version), .. Number(entry.Position),
                .. Number(entry.RecordedAt.ToUnixTimeTicks()), .. Number(content.OccurredAt.ToUnixTimeTicks()),
                .. Text(entry.Stream), .. Text(content.Type), .. Text(content.Controller), .. Text(content.Subject?.Value), .. Text(content.Data),
                .. content.Payload is { } payload ? [1, .. payload.ToArray()] : new byte[33],
            ];

            entry.Hash.ToString().ShouldBe(Convert.ToHexStringLower(SHA256.HashData(bytes)));
        }
    }

    [Fact]
    public async Task Checkpoints_are_made_as_documented()
    {
        var fixture = await JournalFixture.WithEntriesAsync();
        var entries = await fixture.EntriesAsync();
        var (history, position) = (new byte[32], 0L);
        await foreach (var checkpoint in fixture.Store.ReadCheckpointsAsync(default))
        {
            var covered = entries.Where(entry => entry.Position > position && entry.Position <= checkpoint.Position);
            history = SHA256.HashData([.. history, .. covered.SelectMany(entry => entry.Hash.ToArray())]);
            position = checkpoint.Position;
            checkpoint.History.ToArray().ShouldBe(history);

            byte[] signed =
            [
                .. "gdpr-checkpoint-1"u8, .. Number(checkpoint.Number), .. Number(checkpoint.Position), .. Number(checkpoint.At.ToUnixTimeTicks()), .. history,
                .. Text(checkpoint.KeyId),
            ];
            checkpoint.Mac.ShouldBe(fixture.Keys.Authenticate(checkpoint.KeyId, signed));
        }
    }

    [Fact]
    public void Texts_do_not_run_into_each_other()
    {
        var now = NodaTime.Instant.FromUtc(2026, 1, 1, 0, 0);
        var hashes = new (string Stream, string Type, string? Controller)[] { ("ab", "c", ""), ("a", "bc", ""), ("a", "b", "c"), ("abc", "", ""), ("abc", "", null) }
            .Select(texts => JournalHash.Seal(texts.Stream, 1, 1, now, new NewJournalEntry(texts.Type, now, "") { Controller = texts.Controller }, default).Hash);

        hashes.Distinct().Count().ShouldBe(5);
    }

    [Fact]
    public void Half_a_surrogate_pair_is_refused_and_not_replaced() => Should.Throw<ArgumentException>(
        () => JournalHash.Seal("a", 1, 1, default, new NewJournalEntry("b", default, "\udc00"), default));

    private static byte[] Number(long number)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        return bytes;
    }

    private static byte[] Text(string? text)
    {
        var bytes = text is null ? [] : Encoding.UTF8.GetBytes(text);
        var length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, text is null ? -1 : bytes.Length);
        return [.. length, .. bytes];
    }
}
