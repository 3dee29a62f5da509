using System.Text.Json;
using Gdpr.Tool.Tests.Support;

namespace Gdpr.Tool.Tests;

public sealed class DeadlineTests
{
    [Theory]
    [InlineData("2026-01-31T10:00:00+01:00", "2026-02-28", "2026-03-02")]
    [InlineData("2024-02-29T10:00:00+01:00", "2024-03-29", "2024-04-02")]
    [InlineData("2026-04-14T10:00:00+02:00", "2026-05-14", "2026-05-15")]
    [InlineData("2026-06-30T22:15:00Z", "2026-08-01", "2026-08-03")]
    [InlineData("2026-10-24T22:30:00Z", "2026-11-25", "2026-11-25")]
    public async Task A_month_from_receipt_has_two_last_days(string received, string conservative, string latest)
    {
        var report = await JsonAsync("--received", received, "--months", "1");
        report.GetProperty("conservative").GetProperty("lastDay").GetString().ShouldBe(conservative);
        report.GetProperty("legalLatest").GetProperty("lastDay").GetString().ShouldBe(latest);
    }

    [Fact]
    public async Task A_day_ends_when_the_next_begins_in_the_zone()
    {
        var report = await JsonAsync("--received", "2026-10-24T22:30:00Z");
        report.GetProperty("legalLatest").GetProperty("end").GetString().ShouldBe("2026-11-25T23:00:00Z");
        (await JsonAsync("--received", "2026-10-24T22:30:00Z", "--zone", "UTC")).GetProperty("receivedOn").GetString().ShouldBe("2026-10-24");
    }

    [Fact]
    public async Task An_extension_has_its_own_last_day_for_telling()
    {
        var report = await JsonAsync("--received", "2026-01-31T10:00:00+01:00", "--extended");
        report.GetProperty("legalLatest").GetProperty("lastDay").GetString().ShouldBe("2026-04-30");
        report.GetProperty("conservative").GetProperty("lastDay").GetString().ShouldBe("2026-04-28");
        report.GetProperty("noticeLegalLatest").GetProperty("lastDay").GetString().ShouldBe("2026-03-02");
        (await JsonAsync("--received", "2026-01-31T10:00:00+01:00")).GetProperty("noticeLegalLatest").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    /// <summary>Prior consultation (Art. 36(2)): eight weeks, and six more.</summary>
    [Theory]
    [InlineData("2026-06-29", null)]
    [InlineData("2026-08-10", "2026-06-04", "--extended")]
    public async Task Weeks_end_on_the_same_weekday_and_are_extended_by_six(string latest, string? notice, params string[] more)
    {
        var report = await JsonAsync(["--received", "2026-05-04T10:00:00+02:00", "--weeks", "8", .. more]);
        report.GetProperty("legalLatest").GetProperty("lastDay").GetString().ShouldBe(latest);
        report.GetProperty("conservative").GetProperty("lastDay").GetString().ShouldBe(latest);
        (report.GetProperty("noticeLegalLatest") is { ValueKind: JsonValueKind.Object } told ? told.GetProperty("lastDay").GetString() : null).ShouldBe(notice);
    }

    /// <summary>A claim lapses ten years after it arose, or three (SFS 1981:130 2 §): kept through that day, which never moves.</summary>
    [Theory]
    [InlineData("120", "2034-02-28")]
    [InlineData("36", "2027-02-28")]
    public async Task A_limitation_period_ends_on_the_last_day_of_a_shorter_month(string months, string day) =>
        (await JsonAsync("--received", "2024-02-29T10:00:00+01:00", "--months", months, "--calendar", "se-1930"))
            .GetProperty("conservative").GetProperty("lastDay").GetString().ShouldBe(day);

    [Fact]
    public async Task Paused_days_move_the_legal_day_only()
    {
        var report = await JsonAsync("--received", "2026-03-05T10:00:00+01:00", "--paused-days", "10");
        report.GetProperty("conservative").GetProperty("lastDay").GetString().ShouldBe("2026-04-05");
        report.GetProperty("legalLatest").GetProperty("lastDay").GetString().ShouldBe("2026-04-15");
    }

    [Theory]
    [InlineData("se-1182", "2026-06-19")]
    [InlineData("se-1930", "2026-06-22")]
    public async Task Eves_count_in_one_calendar_only(string calendar, string latest) =>
        (await JsonAsync("--received", "2026-05-19T10:00:00+02:00", "--calendar", calendar)).GetProperty("legalLatest").GetProperty("lastDay").GetString().ShouldBe(latest);

    [Theory]
    [InlineData("2026-03-27T14:20:00+01:00", "2026-03-30T13:20:00Z", "2026-03-30T14:00:00Z")]
    [InlineData("2026-12-24T10:00:00+01:00", "2026-12-27T09:00:00Z", "2026-12-27T10:00:00Z")]
    public async Task Seventy_two_hours_are_elapsed_hours(string aware, string conservative, string latest)
    {
        var report = await JsonAsync("--aware", aware, "--hours", "72");
        report.GetProperty("conservative").GetString().ShouldBe(conservative);
        report.GetProperty("legalLatest").GetString().ShouldBe(latest);
    }

    [Theory]
    [InlineData("2024-06-30", "2031-12-31", "2032-01-01")]
    [InlineData("2025-04-30", "2032-12-31", "2033-01-01")]
    public async Task Bookkeeping_is_kept_through_the_seventh_year(string yearEnd, string lastDay, string from)
    {
        var report = await JsonAsync("--fiscal-year-end", yearEnd, "--years", "7");
        report.GetProperty("lastDay").GetString().ShouldBe(lastDay);
        report.GetProperty("erasableFrom").GetString().ShouldBe(from);
    }

    [Theory]
    [InlineData("deadline-months", "--received", "2026-01-31T10:00:00+01:00", "--months", "1", "--extended", "--paused-days", "3")]
    [InlineData("deadline-hours", "--aware", "2026-10-23T14:20:00+02:00", "--hours", "72")]
    [InlineData("deadline-years", "--fiscal-year-end", "2025-06-30", "--years", "7")]
    public async Task Every_step_is_explained_in_both_languages(string golden, params string[] args)
    {
        foreach (var language in (string[])["en", "sv"])
        {
            var run = await ToolRun.OfAsync(["deadline", .. args, "--language", language]);
            run.ExitCode.ShouldBe(ExitCode.Done, run.Error);
            Golden.Matches($"{golden}.{language}.txt", run.Output);
            var report = await JsonAsync([.. args, "--language", language]);
            report.GetProperty("steps").EnumerateArray().ShouldAllBe(step => run.Output.Contains(step.GetProperty("text").GetString()!, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("Give exactly one of --received, --aware, --fiscal-year-end.")]
    [InlineData("Give exactly one of", "--received", "2026-01-31T10:00:00Z", "--aware", "2026-01-31T10:00:00Z")]
    [InlineData("--hours does not go with --received", "--received", "2026-01-31T10:00:00Z", "--hours", "72")]
    [InlineData("--extended does not go with --aware", "--aware", "2026-01-31T10:00:00Z", "--extended")]
    [InlineData("--zone does not go with --fiscal-year-end", "--fiscal-year-end", "2026-01-31", "--zone", "UTC")]
    [InlineData("--received has no offset", "--received", "2026-01-31T10:00:00")]
    [InlineData("--received is not a date-time that exists", "--received", "now")]
    [InlineData("--fiscal-year-end is not a date that exists", "--fiscal-year-end", "2026-02-29")]
    [InlineData("--months is a whole number from 1", "--received", "2026-01-31T10:00:00Z", "--months", "0")]
    [InlineData("--paused-days is a whole number from 0", "--received", "2026-01-31T10:00:00Z", "--paused-days", "-1")]
    [InlineData("either --months or --weeks", "--received", "2026-01-31T10:00:00Z", "--months", "1", "--weeks", "8")]
    [InlineData("--weeks does not go with --aware", "--aware", "2026-01-31T10:00:00Z", "--weeks", "8")]
    [InlineData("--weeks is a whole number from 1", "--received", "2026-01-31T10:00:00Z", "--weeks", "0")]
    [InlineData("--hours is a whole number from 1", "--aware", "2026-01-31T10:00:00Z", "--hours", "90000")]
    [InlineData("--years is a whole number from 1", "--fiscal-year-end", "2026-01-31", "--years", "0")]
    [InlineData("--months is a whole number from 1", "--received", "2026-01-31T10:00:00Z", "--months", "one")]
    [InlineData("--zone is not the id of a time zone", "--received", "2026-01-31T10:00:00Z", "--zone", "Stockholm")]
    [InlineData("'dk' not recognized", "--received", "2026-01-31T10:00:00Z", "--calendar", "dk")]
    [InlineData("--received lies outside the years 1583 to 9000", "--received", "1200-01-31T10:00:00Z")]
    [InlineData("--aware lies outside the years 1583 to 9000", "--aware", "9998-01-31T10:00:00Z")]
    [InlineData("--fiscal-year-end lies outside the years 1583 to 9000", "--fiscal-year-end", "9998-12-31")]
    public async Task What_does_not_go_together_is_refused(string problem, params string[] args)
    {
        var run = await ToolRun.OfAsync(["deadline", .. args]);
        run.ExitCode.ShouldBe(ExitCode.BadInput);
        run.Output.ShouldBeEmpty();
        run.Error.ShouldContain(problem);
        run.Error.ShouldNotContain("   at ");
    }

    private static async Task<JsonElement> JsonAsync(params string[] args)
    {
        var run = await ToolRun.OfAsync(["deadline", .. args, "--output", "json"]);
        run.ExitCode.ShouldBe(ExitCode.Done, run.Error);
        return JsonDocument.Parse(run.Output).RootElement;
    }
}
