using System.Globalization;
using System.Text;
using Gdpr.Journals;
using Gdpr.Testing;
using NodaTime;

namespace Gdpr.Core.Tests.Journals;

/// <summary>A journal with everything around it, in memory.</summary>
internal sealed class JournalFixture
{
    public SettableClock Clock { get; } = new(Instant.FromUtc(2026, 3, 1, 12, 0));

    public InMemoryJournalStore Store { get; } = new();

    public InMemorySubjectVault Vault { get; } = new();

    public InMemoryJournalWitness Witness { get; } = new();

    public InMemoryKeyRing Keys { get; } = InMemoryKeyRing.WithRandomKey();

    public Journal Journal => new(Store, Vault, Clock);

    public JournalCheckpoints Checkpoints => new(Store, Keys, Witness, Clock);

    public JournalVerifier Verifier => new(Store, Keys, Witness, Vault);

    /// <summary>Some streams, with a checkpoint after every few entries; the last entries are after the last checkpoint.</summary>
    public static async Task<JournalFixture> WithEntriesAsync(int checkpoints = 3, int entriesEach = 6, int after = 2)
    {
        var fixture = new JournalFixture();
        for (var i = 0; i < (checkpoints * entriesEach) + after; i++)
        {
            await fixture.RecordAsync($"hold/{i % 4}", i);
            if ((i + 1) % entriesEach == 0 && i < checkpoints * entriesEach)
            {
                await fixture.Checkpoints.MakeAsync(default);
            }
        }

        return fixture;
    }

    public async Task<JournalEntry> RecordAsync(string stream, int number)
    {
        Clock.Advance(Duration.FromMinutes(1));
        var entry = new NewJournalEntry(
            "hold-placed", Clock.GetCurrentInstant() - Duration.FromDays(1), $$"""{"number":{{number.ToString(CultureInfo.InvariantCulture)}}}""")
        {
            Controller = number % 2 == 0 ? "example" : null,
            Subject = number % 3 == 0 ? new SubjectKey($"s{number}") : null,
        };
        return number % 3 == 0
            ? await Journal.RecordAsync(stream, JournalStream.AnyVersion, entry, "holds", Encoding.UTF8.GetBytes($"personal {number}"), default)
            : await Journal.RecordAsync(stream, JournalStream.AnyVersion, entry, default);
    }

    public async Task<List<JournalEntry>> EntriesAsync() => await Store.ReadAllAsync(0, default).ToListAsync();

    /// <summary>The journal as somebody may have changed it who can write to the store.</summary>
    public async Task<TamperedJournal> TamperAsync() => new()
    {
        Entries = await EntriesAsync(),
        Checkpoints = await Store.ReadCheckpointsAsync(default).ToListAsync(),
        Base = await Store.ReadBaseAsync(default),
    };

    public ValueTask<JournalReport> VerifyAsync(IJournalStore store) => new JournalVerifier(store, Keys, Witness).VerifyAsync(default);
}
