using Gdpr.Disposal;
using Gdpr.Retention;
using Gdpr.Samples.Acting;
using Gdpr.Samples.Data;
using Gdpr.Samples.Decisions;
using Gdpr.Samples.Generation;
using Gdpr.Samples.Organisations;
using Gdpr.Samples.Views;
using NodaTime;
using Spectre.Console;

namespace Gdpr.Samples.Tests;

public sealed class ActingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gdpr-sample-test-").FullName;

    public static TheoryData<string> Organisations => [.. Organisation.All.Select(organisation => organisation.Id)];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Organisations))]
    public async Task The_database_finds_due_what_the_sample_judges_due_and_a_sweep_leaves_exactly_the_rest(string id)
    {
        var policy = PolicyFiles.Read(id).GetUsable();
        using var folder = DatabaseFolder.Open(null);
        using var database = SampleDatabase.Create(folder.FileOf(id), policy);
        new Generator(policy, Organisation.All.Single(one => one.Id == id), new LocalDate(2026, 10, 1), Tour.ZoneOf(policy)).Fill(database, 1500, CancellationToken.None);
        var evaluator = RetentionSchedule.Compile(policy).At(SampleRun.Now);
        var before = Judged(database, evaluator);
        await using var host = await Host.OpenAsync(database, policy, SampleRun.Now, CancellationToken.None);

        var preview = await host.Sweep.PreviewAsync();
        Surveyed(preview.DataSets.Select(dataSet => dataSet.Survey!)).ShouldBe(Counted(before));

        await host.Sweep.ApproveAsync(preview, "tests");
        var result = await host.Sweep.RunAsync();
        result.IsComplete.ShouldBeTrue(string.Join(", ", result.DataSets.Select(dataSet => $"{dataSet.DataSet} {dataSet.Status} {dataSet.Reason} {dataSet.Detail}")));
        result.DataSets.Sum(dataSet => dataSet.Done.Erased).ShouldBe(before.Count(row => row.Fate == Fate.Erase));
        Judged(database, evaluator).Where(row => row.Fate is not (Fate.Erase or Fate.Anonymise)).Select(row => row.Row)
            .ShouldBe(before.Where(row => row.Fate is not (Fate.Erase or Fate.Anonymise)).Select(row => row.Row));
    }

    [Fact]
    public async Task The_first_organisation_is_disposed_of_in_full_and_the_byte_changed_is_found()
    {
        var run = await SampleRun.OfAsync("--organisation", "gignos", "--rows", "600");

        var words = string.Join(' ', run.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        words.ShouldContain("8 data sets wait, 0 records gone.");
        words.ShouldContain("nothing that is due is left");
        var kept = words[words.IndexOf("What was kept, and why:", StringComparison.Ordinal)..words.IndexOf(": still there.", StringComparison.Ordinal)];
        foreach (var reason in new[] { "hold", "purpose-alive", "trigger-unknown" })
        {
            kept.ShouldContain(reason);
        }

        var journal = words[words.IndexOf("The journal proves it", StringComparison.Ordinal)..words.IndexOf("Verified:", StringComparison.Ordinal)];
        foreach (var entry in new[] { "sweep-approved", "hold-placed", "disposal-planned", "disposal-batch", "disposal-completed", "hold-releasing" })
        {
            journal.ShouldContain(entry);
        }

        words.ShouldContain(": still there. The hold is released, and the next sweep finds the record due: gone.");
        words.ShouldContain("known to a witness: intact.");
        words.ShouldContain("has been changed: its hash is not that of its members.");
    }

    [Fact]
    public async Task A_sweep_shows_how_far_it_has_come()
    {
        var policy = PolicyFiles.Read("gignos").GetUsable();
        using var folder = DatabaseFolder.Open(null);
        using var database = SampleDatabase.Create(folder.FileOf("gignos"), policy);
        new Generator(policy, Organisation.All.Single(one => one.Id == "gignos"), new LocalDate(2026, 10, 1), Tour.ZoneOf(policy)).Fill(database, 600, CancellationToken.None);
        await using var host = await Host.OpenAsync(database, policy, SampleRun.Now, CancellationToken.None);
        await host.Sweep.ApproveAsync(await host.Sweep.PreviewAsync(), "tests");
        var output = new Output();
        var screen = Screen.Rich(
            new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(output) }, "en");
        var reported = new List<string>();

        var result = await SweepView.WithProgressAsync(screen, async progress =>
        {
            var done = await host.Sweep.RunAsync(new Both(progress.ShouldNotBeNull(), value => reported.Add($"{value.DataSet}: {Screen.Number(value.Done.Records)} records")));

            // The screen shows a few times a second where it has come to.
            for (var i = 0; i < 100 && !output.ToString().Contains(reported[^1], StringComparison.Ordinal); i++)
            {
                await Task.Delay(100);
            }

            return done;
        });

        output.ToString().ShouldContain(reported[^1]);
        var last = result.DataSets.Last(dataSet => dataSet.Done.Records > 0);
        reported[^1].ShouldBe($"{last.DataSet}: {Screen.Number(last.Done.Records)} records");
        reported.Count.ShouldBe(result.DataSets.Sum(dataSet => dataSet.Done.Batches));
    }

    [Fact]
    public async Task A_folder_that_is_named_keeps_what_the_command_needs_and_is_made_anew_the_next_time()
    {
        string[] arguments = ["--organisation", "insignis", "--rows", "300", "--database-folder", _folder];
        var first = await SampleRun.OfAsync(arguments);
        var mine = Path.Combine(_folder, "insignis.db.notes");
        await File.WriteAllTextAsync(mine, "mine");
        var second = await SampleRun.OfAsync(arguments);

        first.ExitCode.ShouldBe(ExitCode.Done, first.Errors);
        second.ExitCode.ShouldBe(ExitCode.Done, second.Errors);
        second.Output.ShouldBe(first.Output);
        new[] { "", ".mapping.json", ".gdpr.db", ".keys.json", ".witness.json" }.Where(ending => !File.Exists(Path.Combine(_folder, "insignis.db" + ending))).ShouldBeEmpty();
        File.Exists(mine).ShouldBeTrue();
    }

    private static List<(string Row, Fate Fate, FateReason Reason, string Rule)> Judged(SampleDatabase database, RetentionEvaluator evaluator) =>
    [
        .. from table in database.Tables
           let dataSet = evaluator.Schedule.DataSet(table.Path)
           from row in database.Read(table)
           let decision = evaluator.Evaluate(new RetentionRecord(dataSet, row.Triggers, dataSet.Facts(row.Facts)))
           select ($"{table.Path} {row.Id}", decision.Fate, decision.Reason, decision.Rule?.Id ?? ""),
    ];

    private static IEnumerable<string> Counted(IEnumerable<(string Row, Fate Fate, FateReason Reason, string Rule)> rows) => rows
        .GroupBy(row => $"{row.Row.Split(' ')[0]} {row.Fate} {row.Reason} {row.Rule}", StringComparer.Ordinal)
        .Select(group => $"{group.Key}: {group.Count()}").Order(StringComparer.Ordinal);

    private static IEnumerable<string> Surveyed(IEnumerable<Sources.DataSetSurvey> surveys) => surveys
        .SelectMany(survey => survey.Lines.Select(line => (survey.DataSet, Line: line)))
        .GroupBy(row => $"{row.DataSet} {row.Line.Fate} {row.Line.Reason} {row.Line.Rule}", StringComparer.Ordinal)
        .Select(group => $"{group.Key}: {group.Sum(row => row.Line.Records)}").Order(StringComparer.Ordinal);

    private sealed class Both(IProgress<SweepProgress> first, Action<SweepProgress> then) : IProgress<SweepProgress>
    {
        public void Report(SweepProgress value)
        {
            then(value);
            first.Report(value);
        }
    }

    /// <summary>A screen's text, read while the screen still writes.</summary>
    private sealed class Output : StringWriter
    {
        private readonly Lock _lock = new();

        public override void Write(char value)
        {
            lock (_lock)
            {
                base.Write(value);
            }
        }

        public override void Write(char[] buffer, int index, int count)
        {
            lock (_lock)
            {
                base.Write(buffer, index, count);
            }
        }

        public override void Write(string? value)
        {
            lock (_lock)
            {
                base.Write(value);
            }
        }

        public override string ToString()
        {
            lock (_lock)
            {
                return base.ToString();
            }
        }
    }
}
