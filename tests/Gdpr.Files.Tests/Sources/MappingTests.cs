using Gdpr.Files.Sources;
using Gdpr.Retention;
using Gdpr.Sources;
using NodaTime;

namespace Gdpr.Files.Tests.Sources;

public sealed class MappingTests : IDisposable
{
    private static readonly Instant Now = Instant.FromUtc(2026, 11, 22, 12, 0);

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("*.log", "a.log", true)]
    [InlineData("*.log", "a/b.log", false)]
    [InlineData("*.log", "a.log.gz", false)]
    [InlineData("*.log", "a.LOG", false)]
    [InlineData("**/*.log", "a.log", true)]
    [InlineData("**/*.log", "a/b/c.log", true)]
    [InlineData("logs/**", "logs/a/b", true)]
    [InlineData("logs/**", "logs", false)]
    [InlineData("logs/**/x?.log", "logs/a/x1.log", true)]
    [InlineData("logs/**/x?.log", "logs/x.log", false)]
    [InlineData("a.log", "aXlog", false)]
    [InlineData("a(b)+.log", "a(b)+.log", true)]
    [InlineData("*.log", "a.log\n", false)]
    public void A_pattern_matches_names_and_folders(string pattern, string key, bool matches) => NamePattern.Of(pattern).Matches(key).ShouldBe(matches);

    [Theory]
    [InlineData("2026-03-31", "uuuu-MM-dd", null, "2026-03-31T23:59:59.9999999")]
    [InlineData("2026-02", "uuuu-MM", null, "2026-02-28T23:59:59.9999999")]
    [InlineData("2026", "uuuu", null, "2026-12-31T23:59:59.9999999")]
    [InlineData("20260331", "uuuuMMdd", "UTC", "2026-04-01T01:59:59.9999999")]
    [InlineData("2026-03-31T14", "uuuu-MM-dd'T'HH", "UTC", "2026-03-31T16:59:59.9999999")]
    [InlineData("2026-03-31_1405", "uuuu-MM-dd_HHmm", "Europe/Stockholm", "2026-03-31T14:05:59.9999999")]
    [InlineData("2026-10-25_0230", "uuuu-MM-dd_HHmm", "Europe/Stockholm", "2026-10-25T02:30:59.9999999")]
    public void The_end_of_what_a_name_says_counts(string name, string form, string? zone, string local)
    {
        var date = NameDate.Create(new FileTrigger.InName("(?<date>.+)", form, zone), out _)!;
        var stockholm = DateTimeZoneProviders.Tzdb["Europe/Stockholm"];
        var end = NodaTime.Text.LocalDateTimePattern.ExtendedIso.Parse(local).Value;

        var expected = zone is null ? TriggerValue.On(end.Date) : TriggerValue.At(stockholm.MapLocal(end).Last().ToInstant());

        date.Read(name, Now).ShouldBe(expected);
    }

    [Theory]
    [InlineData("2026-02-30", "uuuu-MM-dd")]
    [InlineData("x", "uuuu-MM-dd")]
    [InlineData("9999-12-31", "uuuu-MM-dd")]
    [InlineData("1969-12-31", "uuuu-MM-dd")]
    [InlineData("0001-01-01", "uuuu-MM-dd")]
    [InlineData("-2026-01-01", "uuuu-MM-dd")]
    [InlineData("2027-11-23", "uuuu-MM-dd")]
    [InlineData("2028", "uuuu")]
    public void A_date_that_cannot_be_is_unknown(string name, string form) =>
        NameDate.Create(new FileTrigger.InName("(?<date>.+)", form), out _)!.Read(name, Now).ShouldBe(TriggerValue.Unknown);

    [Theory]
    [InlineData("1970-01-01", "uuuu-MM-dd")]
    [InlineData("2027-11-22", "uuuu-MM-dd")]
    [InlineData("Jan 5 2026", "MMM d yyyy")]
    public void A_date_that_can_be_is_read(string name, string form) =>
        NameDate.Create(new FileTrigger.InName("(?<date>.+)", form), out _)!.Read(name, Now).ShouldNotBe(TriggerValue.Unknown);

    [Theory]
    [InlineData(@"(?<date>\d{4}-\d{2}-\d{2})", "2025-01-01/access-2026-11-20.log", 2026, 11, 20)]
    [InlineData(@"^(?<date>\d{4}-\d{2}-\d{2})", "x/2026-11-20.log", 2026, 11, 20)]
    [InlineData(@"^(?<date>\d{4}-\d{2}-\d{2})/", "2025-01-01/access-2026-11-20.log", 2025, 1, 1)]
    public void The_date_is_that_of_the_own_name_unless_the_expression_has_a_slash(string expression, string key, int year, int month, int day) =>
        NameDate.Create(new FileTrigger.InName(expression, "uuuu-MM-dd"), out _)!.Read(key, Now).ShouldBe(TriggerValue.On(new LocalDate(year, month, day)));

    [Fact]
    public void A_date_in_a_folder_name_is_not_that_of_a_file_without_one() => NameDate.Create(
        new FileTrigger.InName(@"(?<date>\d{4}-\d{2}-\d{2})", "uuuu-MM-dd"), out _)!.Read("2025-01-01/access.log", Now).ShouldBe(TriggerValue.Unknown);

    [Theory]
    [InlineData("(?<date>.+)", "uuuu-mm-dd", "UTC", "month")]
    [InlineData("(?<date>.+)", "uuuu-MM-dd_mm", "UTC", "hour")]
    [InlineData("(?<date>.+)", "uuuu-MM-dd_HHss", "UTC", "minute")]
    [InlineData("(?<date>.+)", "uuuu-dd", null, "month")]
    [InlineData("(?<date>.+)", "uuuuMMHH", "UTC", "day")]
    [InlineData("(?<date>.+)", "MM-dd", null, "year")]
    [InlineData("(?<date>.+)", "yyMMdd", null, "'yy'")]
    [InlineData("(?<date>.+)", "uu-MM-dd", null, "'uu'")]
    [InlineData("(?<date>.+)", "uuuu-MM-ddd", null, "'ddd'")]
    [InlineData("(?<date>.+)", "uuuu-'w'ww", null, "'ww'")]
    [InlineData("(?<date>.+)", "uuuu-'W'MM", null, "weeks")]
    [InlineData("(?<date>.+)", "uuuu'-W-'MM", null, "weeks")]
    [InlineData("(?<date>.+)", "uuuu\\WMM", null, "weeks")]
    [InlineData("(?<date>.+)", "uuuu-MM'w'dd", null, "weeks")]
    [InlineData("(?<date>.+)", "uuuu' vecka 'M", null, "weeks")]
    [InlineData("(?<date>.+)", "uuuu'Q'M", null, "quarters")]
    [InlineData("(?<date>.+)", "xxxx-'W'ww", null, "'xxxx'")]
    [InlineData("(?<date>.+)", "d", null, "year")]
    [InlineData("(?<date>.+)", "D", null, "'D'")]
    [InlineData("(?<date>.+)", "-", null, "year")]
    [InlineData("(?<date>.+)", "uuuu-MM-dd'T'HH", null, "zone")]
    [InlineData("(?<date>.+)", "uuuu-MM-dd", "Mars/Olympus", "Mars/Olympus")]
    [InlineData("(.+)", "uuuu-MM-dd", null, "named 'date'")]
    [InlineData("(?<date>.+", "uuuu-MM-dd", null, "cannot be used")]
    [InlineData("(?<date>.+)(?=x)", "uuuu-MM-dd", null, "cannot be used")]
    [InlineData("(?<date>.+)", "dd", null, "cannot be used")]
    [InlineData("(?<date>.+)", "uuuu-MM-dd hh tt", "UTC", "HH")]
    public async Task A_date_that_cannot_be_read_is_reported_before_anything_is_done(string expression, string form, string? zone, string word)
    {
        var mapping = new FileDataSetMapping
        {
            DataSet = "web.log",
            Pattern = "*",
            Triggers = new Dictionary<string, FileTrigger> { ["written"] = new FileTrigger.InName(expression, form, zone) },
        };

        (await ProblemsAsync(Logs.Schedule, mapping)).ShouldContain(problem => problem.Contains(word, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Everything_that_does_not_fit_is_reported_at_once()
    {
        var problems = await ProblemsAsync(
            Logs.Schedule,
            new FileDataSetMapping { DataSet = "web.log", Pattern = "../*.log" },
            new FileDataSetMapping { DataSet = "web.backups", Pattern = "b", Triggers = new Dictionary<string, FileTrigger> { ["made"] = new FileTrigger.LastWritten() } },
            new FileDataSetMapping { DataSet = "web.other", Pattern = "c" });

        problems.ShouldContain(problem => problem.Contains("stay below", StringComparison.Ordinal));
        problems.ShouldContain(problem => problem.Contains("'written' of 'web.log' is not mapped", StringComparison.Ordinal));
        problems.ShouldContain(problem => problem.Contains("no trigger 'made'", StringComparison.Ordinal));
        problems.ShouldContain(problem => problem.Contains("no data set 'web.other'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_cannot_be_anonymised()
    {
        var schedule = Logs.Compile(
            """
            { "line": { "category": "free-text", "disposal": { "action": "anonymise", "strategy": "null" } },
              "ip": { "category": "free-text", "disposal": { "action": "anonymise", "strategy": "sever" } } }
            """);

        (await ProblemsAsync(schedule, Logs.ByName)).ShouldContain(problem => problem.Contains("can only be erased", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Fields_with_different_rules_do_not_go_into_one_file()
    {
        var schedule = Logs.Compile(
            activity: "web.log.line",
            more: """, "other": { "purpose": "support", "basis": { "contract": {} }, "data": ["web.log.ip"], "retention": { "keep": "P60D", "after": "written" } }""");

        (await ProblemsAsync(schedule, Logs.ByName)).ShouldHaveSingleItem().ShouldContain("as a whole");
    }

    [Fact]
    public void The_digest_of_a_mapping_changes_with_it()
    {
        var other = new FileDataSetMapping { DataSet = "web.log", Pattern = "*.log", Triggers = Logs.ByName.Triggers };
        var digests = new[] { Source(Logs.ByName), Source(Logs.ByName), Source(other), new FileSource("web", _folder["sub"], Logs.ByName) }
            .Select(source => source.MappingOf("web.log")).ToArray();

        digests[1].ShouldBe(digests[0]);
        digests.Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public void Records_are_named_by_their_paths_whatever_the_pattern()
    {
        var other = new FileDataSetMapping { DataSet = "web.log", Pattern = "*.log", Triggers = Logs.ByName.Triggers };

        Source(other).NamingOf("web.log").ShouldBe(Source(Logs.ByName).NamingOf("web.log"));
        new FileSource("web", _folder["sub"], Logs.ByName).NamingOf("web.log").ShouldNotBe(Source(Logs.ByName).NamingOf("web.log"));
    }

    [Fact]
    public void No_guard_in_a_transaction_is_claimed() => Source(Logs.ByName).Capabilities.ShouldBe(SourceCapabilities.Dispose | SourceCapabilities.Verify);

    public void Dispose() => _folder.Dispose();

    private async Task<IReadOnlyList<string>> ProblemsAsync(RetentionSchedule schedule, params FileDataSetMapping[] mappings) =>
        (await Should.ThrowAsync<SourceMappingException>(async () => await Source(mappings).PrepareAsync(schedule, CancellationToken.None))).Problems;

    private FileSource Source(params FileDataSetMapping[] mappings) => new("web", _folder.Path, mappings);
}
