using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Gdpr.Journals;
using Gdpr.Sqlite.Stores;
using NodaTime;

namespace Gdpr.Benchmarks;

/// <summary>Appending to the journal, and verifying it against plain SHA-256 over the same bytes.</summary>
internal static class JournalComparison
{
    private const int Entries = 100_000;
    private const int Streams = 1_000;
    private const int PerAppend = 10;
    private const int Rounds = 31;
    private const string Data =
        """{"plan":"01JDA0000000000000000000AA","dataSet":"crm.customers","policy":"5b2c","number":17,"erased":480,"fieldsErased":20,"anonymised":0,"root":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}""";

    private static readonly Instant At = Instant.FromUtc(2026, 6, 15, 12, 0);

    public static async Task RunAsync()
    {
        await CompareAsync("in memory", new InMemoryJournalStore());
        var folder = Directory.CreateTempSubdirectory("gdpr-benchmark-").FullName;
        try
        {
            using var stores = new SqliteStores($"Data Source={Path.Combine(folder, "gdpr.db")}");
            await CompareAsync("SQLite", stores.Journal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task CompareAsync(string name, IJournalStore store)
    {
        await store.PrepareAsync(CancellationToken.None);
        var start = Stopwatch.GetTimestamp();
        for (var first = 0; first < Entries; first += PerAppend)
        {
            NewJournalEntry[] entries = [.. Enumerable.Range(0, PerAppend).Select(_ => new NewJournalEntry("disposal-batch", At, Data))];
            await store.AppendAsync($"disposal/{first / PerAppend % Streams}", JournalStream.AnyVersion, At, entries, null, CancellationToken.None);
        }

        var appending = Stopwatch.GetElapsedTime(start);
        var verifier = new JournalVerifier(store, InMemoryKeyRing.WithRandomKey());
        var report = await verifier.VerifyAsync(CancellationToken.None);
        if (!report.IsIntact || report.Entries != Entries)
        {
            throw new InvalidOperationException("The journal does not verify.");
        }

        // The same bytes, entry by entry: a hash per entry, with nothing else to do.
        var bytes = new byte[report.Bytes / Entries];
        var (plain, whole, own) = (new double[Rounds], new double[Rounds], new double[Rounds]);
        var all = new byte[report.Bytes];
        for (var round = 0; round < Rounds; round++)
        {
            plain[round] = Time(() =>
            {
                Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
                for (var entry = 0; entry < Entries; entry++)
                {
                    SHA256.HashData(bytes, digest);
                }
            });
            whole[round] = Time(() => SHA256.HashData(all));
            start = Stopwatch.GetTimestamp();
            await verifier.VerifyAsync(CancellationToken.None);
            own[round] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        Array.Sort(plain);
        Array.Sort(whole);
        Array.Sort(own);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"journal {name}: append {Entries / appending.TotalSeconds:F0} entries/s by {PerAppend}; {report.Bytes / Entries} bytes an entry; verify {Tenth(own):F1} ms (median {Median(own):F1}), "
            + $"SHA-256 at once {Tenth(whole):F1} ms ({Median(whole):F1}), entry by entry {Tenth(plain):F1} ms ({Median(plain):F1}); "
            + $"ratio to at once {Tenth(whole) / Tenth(own):F2} ({Median(whole) / Median(own):F2}), to entry by entry {Tenth(plain) / Tenth(own):F2} ({Median(plain) / Median(own):F2})"));

        static double Tenth(double[] sorted) => sorted[Rounds / 10];
        static double Median(double[] sorted) => sorted[Rounds / 2];
    }

    private static double Time(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
