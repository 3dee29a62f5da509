using Gdpr.Files.Sources;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Files.Tests.Sources;

/// <summary>A run that ends at any step is completed by the next: nothing is recorded twice, and nothing is missing.</summary>
public sealed class FileSourceCrashTests : IDisposable
{
    private const int Most = 40;

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("web.log")]
    [InlineData("web.backups")]
    public async Task Whatever_step_it_ends_at_every_erasure_has_one_row_of_evidence(string dataSet)
    {
        var crashes = 0;
        for (var step = 1; step <= Most; step++)
        {
            using var folder = new TemporaryFolder();
            Fill(folder);
            var expected = 5;
            var source = await Source(folder, CrashAt(step)).PreparedAsync();
            try
            {
                await source.DisposeAsync(Logs.Batch(1, dataSet), CancellationToken.None);
            }
            catch (CrashException)
            {
                crashes++;
            }

            var next = await Source(folder, static _ => { }).PreparedAsync();
            var interrupted = await next.EvidenceAsync();
            var rest = await next.DisposeAsync(Logs.Batch(1, dataSet, plan: "plan-2"), CancellationToken.None);

            (interrupted.Sum(batch => batch.Rows.Count) + rest.Rows.Count).ShouldBe(expected, $"step {step}");
            interrupted.SelectMany(batch => batch.Rows).Concat(rest.Rows).Select(row => row.Record).Distinct().Count().ShouldBe(expected, $"step {step}");
            (await next.DisposeAsync(Logs.Batch(2, dataSet, plan: "plan-2"), CancellationToken.None)).Rows.ShouldBeEmpty();
            (await next.EvidenceAsync("plan-2")).Sum(batch => batch.Rows.Count).ShouldBe(rest.Rows.Count);
            File.Exists(folder[".gdpr/web/intent.json"]).ShouldBeFalse();
            Directory.EnumerateFileSystemEntries(folder[".gdpr/web/removed"]).ShouldBeEmpty();
        }

        crashes.ShouldBeInRange(8, Most - 1, "every step was ended at, and the last one was none");
    }

    [Fact]
    public async Task Whatever_step_of_making_good_it_ends_at_every_erasure_has_one_row_of_evidence()
    {
        foreach (var end in new[] { "taken", "removed", "evidence", "settled" })
        {
            var crashes = 0;
            for (var step = 1; step <= Most; step++)
            {
                using var folder = new TemporaryFolder();
                Fill(folder);
                var source = await Source(folder, CrashAt(now => now == end)).PreparedAsync();
                await Should.ThrowAsync<CrashException>(async () => await source.DisposeAsync(Logs.Batch(), CancellationToken.None));
                try
                {
                    await Source(folder, CrashAt(step)).PreparedAsync();
                }
                catch (CrashException)
                {
                    crashes++;
                }

                var next = await Source(folder, static _ => { }).PreparedAsync();
                var interrupted = (await next.EvidenceAsync()).Sum(batch => batch.Rows.Count);
                interrupted.ShouldBe(end is "taken" or "removed" ? 0 : 5, $"{end}, step {step}");
                (await next.DisposeAsync(Logs.Batch(plan: "plan-2"), CancellationToken.None)).Rows.Count.ShouldBe(5 - interrupted, $"{end}, step {step}");
                (await next.DisposeAsync(Logs.Batch(2, plan: "plan-2"), CancellationToken.None)).Rows.ShouldBeEmpty();
                folder.Files().Count(file => file.EndsWith(".log", StringComparison.Ordinal)).ShouldBe(1);
                Directory.EnumerateFileSystemEntries(folder[".gdpr/web/removed"]).ShouldBeEmpty();
            }

            crashes.ShouldBeInRange(1, Most - 1, end);
        }
    }

    [Fact]
    public async Task A_hold_that_arrives_after_a_crash_meets_what_is_really_there()
    {
        for (var step = 1; step <= Most; step++)
        {
            using var folder = new TemporaryFolder();
            Fill(folder);
            var source = await Source(folder, CrashAt(step)).PreparedAsync();
            try
            {
                await source.DisposeAsync(Logs.Batch(), CancellationToken.None);
            }
            catch (CrashException)
            {
                // That is what the test is about.
            }

            var next = Source(folder, static _ => { });
            var there = new HashSet<string>(StringComparer.Ordinal) { Logs.NameOf(Logs.Fresh) };
            for (var day = 0; day < 5; day++)
            {
                var name = Logs.NameOf(Logs.Old.PlusDays(day));
                var change = new FactChange($"hold-{day}", "web.log", new FactTarget.Records([name]), RecordFact.Of(RecordFlags.Hold));
                var gone = await next.ChangeFactsAsync([change], day + 1, CancellationToken.None);
                File.Exists(folder[name]).ShouldBe(gone.Count == 0, $"step {step}");
                if (gone.Count == 0)
                {
                    there.Add(name);
                }
            }

            var late = await next.DisposeAsync(Logs.Batch(plan: "plan-2"), CancellationToken.None);
            ((await next.EvidenceAsync()).Sum(batch => batch.Rows.Count) + late.Rows.Count + there.Count).ShouldBe(6, $"step {step}");
            (await next.DisposeAsync(Logs.Batch(2, plan: "plan-2"), CancellationToken.None)).Rows.ShouldBeEmpty();
            folder.Files().Where(file => file.EndsWith(".log", StringComparison.Ordinal)).ShouldBe(there, ignoreOrder: true);
        }
    }

    [Fact]
    public async Task What_a_killed_batch_took_no_batch_of_another_data_set_erases()
    {
        Fill(_folder);
        await KilledAsync();
        var source = await Source(_folder, static _ => { }).PreparedAsync();

        (await source.DisposeAsync(Logs.Batch(dataSet: "web.backups", plan: "plan-2"), CancellationToken.None)).Rows.Count.ShouldBe(5);
        (await source.DisposeAsync(Logs.Batch(2, dataSet: "web.backups", plan: "plan-2"), CancellationToken.None)).Rows.ShouldBeEmpty("its own batches do it");

        Removed().Length.ShouldBe(5);
        (await source.DisposeAsync(Logs.Batch(plan: "plan-3"), CancellationToken.None)).Rows.Count.ShouldBe(5);
        Removed().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_killed_batch_took_of_a_data_set_that_is_mapped_no_more_is_told_until_it_is_mapped_again_or_erased_by_hand(bool isByHand)
    {
        Fill(_folder);
        await KilledAsync();
        var without = await new FileSource("web", _folder.Path, Logs.Backups).PreparedAsync();

        (await without.DisposeAsync(Logs.Batch(dataSet: "web.backups", plan: "plan-2"), CancellationToken.None)).Rows.Count.ShouldBe(5);
        for (var twice = 0; twice < 2; twice++)
        {
            (await Should.ThrowAsync<SourceUnavailableException>(
                async () => await without.DisposeAsync(Logs.Batch(2, dataSet: "web.backups", plan: "plan-2"), CancellationToken.None)))
                .Message.ShouldContain("5 files or folders of 'web.log', which this source maps no more, lie in the folder 'removed', beside the data");
        }

        Removed().Length.ShouldBe(5);
        if (isByHand)
        {
            Array.ForEach(Removed(), File.Delete);
            (await without.DisposeAsync(Logs.Batch(2, dataSet: "web.backups", plan: "plan-2"), CancellationToken.None)).Rows.ShouldBeEmpty();
        }

        var again = await Source(_folder, static _ => { }).PreparedAsync();
        (await again.DisposeAsync(Logs.Batch(plan: "plan-3"), CancellationToken.None)).Rows.Count.ShouldBe(5);
        (await again.EvidenceAsync("plan-3")).ShouldHaveSingleItem().Rows.Count.ShouldBe(5);
        Removed().ShouldBeEmpty();
        (await without.DisposeAsync(Logs.Batch(3, dataSet: "web.backups", plan: "plan-2"), CancellationToken.None)).Rows.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_change_of_facts_that_ends_before_it_is_written_has_not_happened()
    {
        Fill(_folder);
        var source = await Source(_folder, CrashAt(1)).PreparedAsync();
        var change = new FactChange("hold", "web.log", new FactTarget.Everything(), RecordFact.Of(RecordFlags.Hold));

        await Should.ThrowAsync<CrashException>(async () => await source.ChangeFactsAsync([change], 1, CancellationToken.None));

        (await source.ReadFactsPositionAsync(CancellationToken.None)).ShouldBe(0);
    }

    [Fact]
    public async Task A_line_of_evidence_that_was_cut_off_is_written_again()
    {
        Fill(_folder);
        var source = await Source(_folder, CrashAt(step => step == "settled")).PreparedAsync();
        await Should.ThrowAsync<CrashException>(async () => await source.DisposeAsync(Logs.Batch(), CancellationToken.None));
        var file = Directory.EnumerateFiles(_folder[".gdpr/web/evidence"]).ShouldHaveSingleItem();
        var bytes = await File.ReadAllBytesAsync(file);
        await File.WriteAllBytesAsync(file, bytes[..^30]);

        (await Source(_folder, static _ => { }).EvidenceAsync()).ShouldHaveSingleItem().Rows.Count.ShouldBe(5);

        (await File.ReadAllBytesAsync(file)).ShouldBe(bytes);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>A batch that was killed when five logs were out of the data, and on record as taken.</summary>
    private async Task KilledAsync()
    {
        var source = await Source(_folder, CrashAt(step => step == "removed")).PreparedAsync();
        await Should.ThrowAsync<CrashException>(async () => await source.DisposeAsync(Logs.Batch(), CancellationToken.None));
        Removed().Length.ShouldBe(5);
    }

    private string[] Removed() => Directory.GetFileSystemEntries(_folder[".gdpr/web/removed"]);

    private static void Fill(TemporaryFolder folder)
    {
        for (var day = 0; day < 5; day++)
        {
            folder.Add(Logs.NameOf(Logs.Old.PlusDays(day)));
            folder.Add($"backups/{day}/1.bak", Logs.Old);
            folder.Add($"backups/{day}/2.bak", Logs.Old);
        }

        folder.Add(Logs.NameOf(Logs.Fresh));
    }

    private static FileSource Source(TemporaryFolder folder, Action<string> step) => new("web", folder.Path, [Logs.ByName, Logs.Backups], step);

    private static Action<string> CrashAt(int step)
    {
        var taken = 0;
        return CrashAt(_ => ++taken == step);
    }

    private static Action<string> CrashAt(Func<string, bool> now) => step =>
    {
        if (now(step))
        {
            throw new CrashException();
        }
    };

    private sealed class CrashException() : Exception("The process ends here.");
}
