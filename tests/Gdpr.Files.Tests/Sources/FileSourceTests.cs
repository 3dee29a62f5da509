using System.Diagnostics;
using Gdpr.Files.Sources;
using Gdpr.Journals;
using Gdpr.Retention;
using Gdpr.Sources;
using NodaTime;

namespace Gdpr.Files.Tests.Sources;

public sealed class FileSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Old_files_go_and_fresh_ones_stay()
    {
        _folder.Add(Logs.NameOf(Logs.Old));
        _folder.Add($"2025/{Logs.NameOf(Logs.Old)}");
        _folder.Add(Logs.NameOf(Logs.Fresh));
        _folder.Add("notes.txt", Logs.Old);
        var source = await Source().PreparedAsync();

        var evidence = await source.DisposeAsync(Logs.Batch(), CancellationToken.None);

        _folder.Files().ShouldBe([Logs.NameOf(Logs.Fresh), "notes.txt"]);
        evidence.NativeKeys.Order(StringComparer.Ordinal).ShouldBe([$"2025/{Logs.NameOf(Logs.Old)}", Logs.NameOf(Logs.Old)]);
        evidence.Rows.ShouldAllBe(row => row.Action == DisposalKind.Erased && row.Rule == "service" && row.Reason == "all-ended" && row.Fields.Count == 0);
        evidence.Rows.Select(row => row.Record).ShouldBe(evidence.NativeKeys.Select(RecordNames.Of(Logs.Keys, "web.log").Of));
        (await source.CountUndisposedAsync(evidence, CancellationToken.None)).ShouldBe(0);
    }

    [Theory]
    [InlineData(2026, 10, 22, true)]
    [InlineData(2026, 10, 23, false)]
    public async Task The_day_beside_the_cutoff_decides(int year, int month, int day, bool goes)
    {
        _folder.Add(Logs.NameOf(new LocalDate(year, month, day)));

        var evidence = await (await Source().PreparedAsync()).DisposeAsync(Logs.Batch(), CancellationToken.None);

        evidence.Rows.Count.ShouldBe(goes ? 1 : 0);
    }

    [Fact]
    public async Task A_batch_takes_no_more_than_its_limit_and_the_last_one_is_empty()
    {
        for (var day = 0; day < 5; day++)
        {
            _folder.Add(Logs.NameOf(Logs.Old.PlusDays(day)));
        }

        var source = await Source().PreparedAsync();
        var counts = new List<int>();
        for (var number = 1; number <= 4; number++)
        {
            counts.Add((await source.DisposeAsync(Logs.Batch(number, limit: 2), CancellationToken.None)).Rows.Count);
        }

        counts.ShouldBe([2, 2, 1, 0]);
        (await source.EvidenceAsync()).Select(batch => (batch.Number, batch.Rows.Count)).ShouldBe([(1, 2), (2, 2), (3, 1)]);
    }

    [Fact]
    public async Task A_name_without_a_date_that_exists_is_kept_and_listed_with_what_is_missing()
    {
        _folder.Add("access-2026-02-30.log", Logs.Old);
        _folder.Add("error.log", Logs.Old);
        var source = await Source().PreparedAsync();

        var survey = await source.SurveyAsync(Logs.Evaluator, "web.log", 5, CancellationToken.None);

        var line = survey.Lines.ShouldHaveSingleItem();
        (line.Fate, line.Records, line.Due).ShouldBe((Fate.Undetermined, 2, 0));
        line.Missing.ShouldBe(["written"]);
        line.Examples.Select(example => example.NativeKey).Order(StringComparer.Ordinal).ShouldBe(["access-2026-02-30.log", "error.log"]);
        (await source.DisposeAsync(Logs.Batch(), CancellationToken.None)).Rows.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_folder_as_a_record_goes_with_everything_in_it_by_its_last_file()
    {
        _folder.Add("backups/old/a/1.bak", Logs.Old);
        _folder.Add("backups/old/2.bak", Logs.Old);
        _folder.Add("backups/mixed/1.bak", Logs.Old);
        _folder.Add("backups/mixed/a/2.bak", Logs.Fresh);
        var source = await Source().PreparedAsync();

        var evidence = await source.DisposeAsync(Logs.Batch(dataSet: "web.backups"), CancellationToken.None);

        evidence.NativeKeys.ShouldBe(["backups/old"]);
        _folder.Files().ShouldBe(["backups/mixed/1.bak", "backups/mixed/a/2.bak"]);
        Directory.Exists(_folder["backups/old"]).ShouldBeFalse();
        Directory.EnumerateFileSystemEntries(_folder[".gdpr/web/removed"]).ShouldBeEmpty();
    }

    [Fact]
    public async Task Files_inside_a_folder_that_is_a_record_are_no_records()
    {
        _folder.Add($"backups/fresh/{Logs.NameOf(Logs.Old)}", Logs.Fresh);

        var source = await Source().PreparedAsync();

        (await source.DisposeAsync(Logs.Batch(), CancellationToken.None)).Rows.ShouldBeEmpty();
        (await source.ChangeFactsAsync([Hold(new FactTarget.Records([$"backups/fresh/{Logs.NameOf(Logs.Old)}"]))], 1, CancellationToken.None)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Links_are_never_followed_and_what_they_lead_to_stays()
    {
        using var outside = new TemporaryFolder();
        var secret = outside.Add(Logs.NameOf(Logs.Old));
        outside.Add($"inner/{Logs.NameOf(Logs.Old)}");
        outside.Add("old/1.bak", Logs.Old);
        File.CreateSymbolicLink(_folder[Logs.NameOf(Logs.Old)], secret);
        Directory.CreateSymbolicLink(_folder["linked"], outside["inner"]);
        Directory.CreateDirectory(_folder["backups"]);
        Directory.CreateSymbolicLink(_folder["backups/linked"], outside["old"]);
        _folder.Add("backups/real/1.bak", Logs.Old);
        Directory.CreateSymbolicLink(_folder["backups/real/link"], outside["old"]);
        var source = await Source().PreparedAsync();

        (await source.DisposeAsync(Logs.Batch(), CancellationToken.None)).Rows.ShouldBeEmpty();
        (await source.DisposeAsync(Logs.Batch(2, "web.backups"), CancellationToken.None)).NativeKeys.ShouldBe(["backups/real"]);

        outside.Files().ShouldBe([Logs.NameOf(Logs.Old), $"inner/{Logs.NameOf(Logs.Old)}", "old/1.bak"]);
        (await source.ChangeFactsAsync([Hold(new FactTarget.Records([$"linked/{Logs.NameOf(Logs.Old)}"]))], 1, CancellationToken.None)).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("../outside.log")]
    [InlineData("a/../../outside.log")]
    [InlineData("/etc/outside.log")]
    [InlineData(".gdpr/facts.log")]
    [InlineData("")]
    [InlineData("a//b.log")]
    public async Task A_key_that_leads_elsewhere_names_no_record(string key)
    {
        _folder.Add("a/b.log");
        var source = await Source().PreparedAsync();

        (await source.ChangeFactsAsync([Hold(new FactTarget.Records([key]))], 1, CancellationToken.None)).ShouldBe([key]);
        (await source.ReadFactsPositionAsync(CancellationToken.None)).ShouldBe(0);
    }

    [Fact]
    public async Task A_file_that_is_open_stays_and_the_others_go_and_a_batch_of_nothing_else_fails()
    {
        _folder.Add(Logs.NameOf(Logs.Old));
        var open = Logs.NameOf(Logs.Old.PlusDays(1));
        _folder.Add(open);
        var source = await Source().PreparedAsync();
        using (new FileStream(_folder[open], FileMode.Open, FileAccess.Read, FileShare.Read))
        {
            (await source.DisposeAsync(Logs.Batch(1), CancellationToken.None)).NativeKeys.ShouldBe([Logs.NameOf(Logs.Old)]);

            var failure = await Should.ThrowAsync<SourceUnavailableException>(async () => await source.DisposeAsync(Logs.Batch(2), CancellationToken.None));
            failure.Message.ShouldContain("1 due files");
            failure.ToString().ShouldNotContain(open, customMessage: "a name may be personal data");
            _folder.Files().ShouldBe([open]);
        }

        (await source.DisposeAsync(Logs.Batch(2), CancellationToken.None)).NativeKeys.ShouldBe([open]);
        (await source.EvidenceAsync()).Sum(batch => batch.Rows.Count).ShouldBe(2);
    }

    [Fact]
    public async Task A_folder_with_an_open_file_stays_whole()
    {
        _folder.Add("backups/old/1.bak", Logs.Old);
        var open = _folder.Add("backups/old/2.bak", Logs.Old);
        var source = await Source().PreparedAsync();
        using (new FileStream(open, FileMode.Open, FileAccess.Read, FileShare.Read))
        {
            await Should.ThrowAsync<SourceUnavailableException>(async () => await source.DisposeAsync(Logs.Batch(dataSet: "web.backups"), CancellationToken.None));
        }

        _folder.Files().ShouldBe(["backups/old/1.bak", "backups/old/2.bak"]);
    }

    [Fact]
    public async Task A_file_that_comes_back_counts_as_undisposed_unless_it_was_written_since()
    {
        var name = Logs.NameOf(Logs.Old);
        _folder.Add(name, Logs.Old);
        var source = await Source().PreparedAsync();
        var evidence = await source.DisposeAsync(Logs.Batch(), CancellationToken.None);

        _folder.Add(name, Logs.Fresh);
        (await source.CountUndisposedAsync(evidence, CancellationToken.None)).ShouldBe(0);
        _folder.Add(name, Logs.Old);
        (await source.CountUndisposedAsync(evidence, CancellationToken.None)).ShouldBe(1);
    }

    [Fact]
    public async Task Evidence_is_read_back_with_the_same_root_and_without_the_names()
    {
        _folder.Add(Logs.NameOf(Logs.Old));
        var evidence = await (await Source().PreparedAsync()).DisposeAsync(Logs.Batch(), CancellationToken.None);

        var read = (await (await Source().PreparedAsync()).EvidenceAsync()).ShouldHaveSingleItem();

        read.Root.ShouldBe(evidence.Root);
        read.NativeKeys.ShouldBeEmpty();
        foreach (var file in Directory.EnumerateFiles(_folder[".gdpr"], "*", SearchOption.AllDirectories))
        {
            (await File.ReadAllTextAsync(file)).ShouldNotContain("access-");
        }
    }

    [Fact]
    public async Task A_number_of_which_there_is_evidence_is_refused()
    {
        _folder.Add(Logs.NameOf(Logs.Old));
        var source = await Source().PreparedAsync();
        await source.DisposeAsync(Logs.Batch(), CancellationToken.None);
        _folder.Add(Logs.NameOf(Logs.Old));

        await Should.ThrowAsync<SourceUnavailableException>(async () => await source.DisposeAsync(Logs.Batch(), CancellationToken.None));

        _folder.Files().Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_hold_keeps_what_it_names_until_it_is_released()
    {
        var (held, free) = (Logs.NameOf(Logs.Old), Logs.NameOf(Logs.Old.PlusDays(1)));
        _folder.Add(held);
        _folder.Add(free);
        var source = await Source().PreparedAsync();
        (await source.ChangeFactsAsync([Hold(new FactTarget.Records([held]))], 5, CancellationToken.None)).ShouldBeEmpty();

        (await source.DisposeAsync(Logs.Batch(1, factsPosition: 5), CancellationToken.None)).NativeKeys.ShouldBe([free]);
        await source.ChangeFactsAsync([Hold(new FactTarget.Records([held])) with { Fact = null }], 6, CancellationToken.None);
        (await source.DisposeAsync(Logs.Batch(2, factsPosition: 6), CancellationToken.None)).NativeKeys.ShouldBe([held]);
    }

    [Fact]
    public async Task A_hold_on_a_person_keeps_every_file_because_nobody_knows_whom_it_is_about()
    {
        _folder.Add(Logs.NameOf(Logs.Old));
        var source = await Source().PreparedAsync();
        await source.ChangeFactsAsync([Hold(new FactTarget.Subjects(["17"]))], 5, CancellationToken.None);

        (await source.DisposeAsync(Logs.Batch(), CancellationToken.None)).Rows.ShouldBeEmpty();

        var line = (await source.SurveyAsync(Logs.Evaluator, "web.log", 0, CancellationToken.None)).Lines.ShouldHaveSingleItem();
        line.Fate.ShouldBe(Fate.Undetermined);
        line.Missing.ShouldBe(["hold"]);
    }

    [Fact]
    public async Task A_change_that_names_a_record_that_is_gone_changes_nothing()
    {
        _folder.Add(Logs.NameOf(Logs.Old));
        var source = await Source().PreparedAsync();

        var gone = await source.ChangeFactsAsync(
            [Hold(new FactTarget.Everything()), Hold(new FactTarget.Records([Logs.NameOf(Logs.Old), "gone.log"])) with { Id = "other" }], 5, CancellationToken.None);

        gone.ShouldBe(["gone.log"]);
        (await source.ReadFactsPositionAsync(CancellationToken.None)).ShouldBe(0);
        (await source.DisposeAsync(Logs.Batch(), CancellationToken.None)).Rows.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Facts_that_are_behind_stop_the_batch()
    {
        _folder.Add(Logs.NameOf(Logs.Old));
        var source = await Source().PreparedAsync();

        var behind = await Should.ThrowAsync<FactsBehindException>(async () => await source.DisposeAsync(Logs.Batch(factsPosition: 7), CancellationToken.None));

        (behind.Demanded, behind.Found).ShouldBe((7, 0));
        _folder.Files().Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_name_of_a_record_that_went_is_forgotten_with_its_facts()
    {
        var name = Logs.NameOf(Logs.Old);
        _folder.Add(name);
        var source = await Source().PreparedAsync();
        await source.ChangeFactsAsync(
            [new FactChange("f1", "web.log", new FactTarget.Records([name]), RecordFact.Of(PurposeFact.PurposeEnded, "service-provision"))], 3, CancellationToken.None);
        (await File.ReadAllTextAsync(_folder[".gdpr/web/facts.json"])).ShouldContain(name);

        await source.DisposeAsync(Logs.Batch(), CancellationToken.None);

        (await File.ReadAllTextAsync(_folder[".gdpr/web/facts.json"])).ShouldNotContain(name);
        (await source.ReadFactsPositionAsync(CancellationToken.None)).ShouldBe(3);
    }

    [Fact]
    public async Task Damaged_facts_destroy_nothing()
    {
        _folder.Add(Logs.NameOf(Logs.Old));
        var source = await Source().PreparedAsync();
        await File.WriteAllTextAsync(_folder[".gdpr/web/facts.json"], """{"position":9,"facts":[{}]}""");

        await Should.ThrowAsync<SourceUnavailableException>(async () => await source.DisposeAsync(Logs.Batch(), CancellationToken.None));

        _folder.Files().Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("hold-1", "", "taken out")]
    [InlineData("hold-1", "hold-2", "exchanged")]
    [InlineData("\"flag\":\"Hold\"", "\"flag\":\"ErasureGranted\"", "edited")]
    public async Task Facts_that_somebody_else_has_changed_let_nothing_go_until_all_have_been_put_again(string written, string edited, string how)
    {
        var name = Logs.NameOf(Logs.Old);
        _folder.Add(name);
        var source = await Source().PreparedAsync();
        var hold = new FactChange("hold-1", "web.log", new FactTarget.Records([name]), RecordFact.Of(RecordFlags.Hold));
        await source.ChangeFactsAsync([hold], 7, CancellationToken.None);
        var file = _folder[".gdpr/web/facts.json"];
        var text = await File.ReadAllTextAsync(file);
        text.ShouldContain(written);
        var at = text.IndexOf('[', StringComparison.Ordinal);
        await File.WriteAllTextAsync(
            file, how == "taken out" ? text[..(at + 1)] + text[text.LastIndexOf(']')..] : text.Replace(written, edited, StringComparison.Ordinal));

        (await source.ReadFactsPositionAsync(CancellationToken.None)).ShouldBe(0, how);
        (await ((IDisposalSource)source).ReadStatedPositionAsync(CancellationToken.None)).ShouldBe(7);
        await Should.ThrowAsync<FactsBehindException>(async () => await source.DisposeAsync(Logs.Batch(factsPosition: 7), CancellationToken.None));
        await source.ChangeFactsAsync([], 8, CancellationToken.None);
        (await source.ReadFactsPositionAsync(CancellationToken.None)).ShouldBe(0, "something else has been put, and what was changed has not");
        (await ((IDisposalSource)source).ReadStatedPositionAsync(CancellationToken.None)).ShouldBe(8);

        await source.ChangeFactsAsync([], JournalPosition.None, CancellationToken.None);
        await source.ChangeFactsAsync([hold], 8, CancellationToken.None);
        (await source.ReadFactsPositionAsync(CancellationToken.None)).ShouldBe(8);
        (await source.DisposeAsync(Logs.Batch(factsPosition: 8), CancellationToken.None)).Rows.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_of_two_data_sets_stops_the_batch()
    {
        _folder.Add(Logs.NameOf(Logs.Old));
        var overlapping = new FileDataSetMapping { DataSet = "web.backups", Pattern = "*.log", Triggers = Logs.Backups.Triggers };
        var source = await new FileSource("web", _folder.Path, Logs.ByName, overlapping).PreparedAsync();

        var refused = await Should.ThrowAsync<SourceUnavailableException>(async () => await source.DisposeAsync(Logs.Batch(), CancellationToken.None));

        refused.Message.ShouldContain("exclude each other");
        _folder.Files().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Batches_and_holds_take_turns()
    {
        for (var day = 0; day < 60; day++)
        {
            _folder.Add(Logs.NameOf(Logs.Old.PlusDays(day)));
        }

        var (sweeping, holding) = (await Source().PreparedAsync(), await Source().PreparedAsync());
        var sweep = Task.Run(async () =>
        {
            for (var number = 1; (await sweeping.DisposeAsync(Logs.Batch(number, limit: 3), CancellationToken.None)).Rows.Count > 0; number++)
            {
            }
        });
        var granted = new List<string>();
        for (var day = 59; day >= 0; day -= 4)
        {
            var name = Logs.NameOf(Logs.Old.PlusDays(day));
            var gone = await holding.ChangeFactsAsync([Hold(new FactTarget.Records([name])) with { Id = $"hold-{day}" }], 60 - day, CancellationToken.None);
            if (gone.Count == 0)
            {
                granted.Add(name);
            }
        }

        await sweep;
        _folder.Files().ShouldBe(granted.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_missing_folder_is_named() => (await Should.ThrowAsync<SourceUnavailableException>(
        () => new FileSource("web", _folder["none"], Logs.ByName).PreparedAsync())).Message.ShouldContain("none");

    [Fact]
    public async Task A_survey_of_many_files_is_read_file_by_file()
    {
        for (var i = 0; i < 300; i++)
        {
            _folder.Add($"{i % 10}/{i}-access-{(i % 3 == 0 ? Logs.Fresh : Logs.Old):uuuu-MM-dd}.log");
        }

        var survey = await (await Source().PreparedAsync()).SurveyAsync(Logs.Evaluator, "web.log", 2, CancellationToken.None);

        survey.Records.ShouldBe(300);
        survey.Lines.Select(line => (line.Fate, line.Records, line.Due, line.Examples.Count)).ShouldBe([(Fate.Erase, 200, 200, 2), (Fate.Keep, 100, 0, 2)]);
    }

    public void Dispose() => _folder.Dispose();

    private static FactChange Hold(FactTarget target) => new("hold-1", "web.log", target, RecordFact.Of(RecordFlags.Hold));

    private FileSource Source() => new("web", _folder.Path, Logs.ByName, Logs.Backups);
}
