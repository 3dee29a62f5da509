using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Samples.Data;
using Gdpr.Samples.Decisions;
using Gdpr.Samples.Generation;
using Gdpr.Samples.Organisations;
using NodaTime;

namespace Gdpr.Samples.Tests;

public sealed class DataTests
{
    public static TheoryData<string> Organisations => [.. Organisation.All.Select(organisation => organisation.Id)];

    [Theory]
    [MemberData(nameof(Organisations))]
    public void Every_record_is_read_back_and_counted_once_today_and_once_in_a_year(string id)
    {
        using var folder = DatabaseFolder.Open(null);
        var (policy, database) = Fill(id, folder, 1500);
        using var owned = database;
        var schedule = RetentionSchedule.Compile(policy);

        var forecast = Forecast.Of(
            database, schedule.At(SampleRun.Now), schedule.At(SampleRun.Now + Duration.FromDays(365)), new LocalDate(2026, 10, 1), Highlight.Usual, CancellationToken.None);

        foreach (var dataSet in forecast.DataSets)
        {
            var (rows, people) = database.Count(dataSet.Table);
            rows.ShouldBeGreaterThan(0, dataSet.Table.Path);
            people.ShouldBeInRange(1, rows);
            dataSet.Lines.Sum(line => (long)line.Counts.Today).ShouldBe(rows);
            dataSet.Lines.Sum(line => (long)line.Counts.InAYear).ShouldBe(rows);
        }
    }

    [Theory]
    [MemberData(nameof(Organisations))]
    public void No_event_lies_in_the_future(string id)
    {
        using var folder = DatabaseFolder.Open(null);
        var (_, database) = Fill(id, folder, 1500);
        using var owned = database;

        var late = from table in database.Tables
                   from row in database.Read(table)
                   from trigger in table.Triggers
                   where row.DateOf(trigger) > new LocalDate(2026, 10, 1)
                   select $"{table.Path} {row.Id} {trigger}";

        late.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Organisations))]
    public void A_record_explained_has_the_fate_that_it_was_counted_with(string id)
    {
        using var folder = DatabaseFolder.Open(null);
        var (policy, database) = Fill(id, folder, 400);
        using var owned = database;
        var schedule = RetentionSchedule.Compile(policy);

        foreach (var row in database.Tables.SelectMany(database.Read))
        {
            var answer = Questions.Ask(schedule, row, SampleRun.Now);
            answer.Explanation.Decision.ShouldBe(answer.Decision);
            Elsewhere.Of(database, schedule.At(SampleRun.Now), row.Subject)
                .ShouldContain(there => there.DataSet == row.Table.Path && there.Fate == answer.Decision.Fate);
        }
    }

    [Fact]
    public void What_is_stored_is_read_as_what_it_says()
    {
        StoredDate.Read(null).ShouldBe(TriggerValue.Missing);
        StoredDate.Read("2026-02-28").ShouldBe(TriggerValue.On(new LocalDate(2026, 2, 28)));
        StoredDate.Read("2026-02-28T22:59:59Z").ShouldBe(TriggerValue.At(Instant.FromUtc(2026, 2, 28, 22, 59, 59)));
        StoredDate.Read(StoredDate.Write(SampleRun.Now)).ShouldBe(TriggerValue.At(SampleRun.Now));
    }

    [Theory]
    [InlineData("")]
    [InlineData("okänt")]
    [InlineData("0000-00-00")]
    [InlineData("2019-02-30")]
    [InlineData("2019-02-28 10:00")]
    public void What_cannot_be_read_is_unknown_and_not_missing(string stored) => StoredDate.Read(stored).ShouldBe(TriggerValue.Unknown);

    [Fact]
    public void The_lines_shown_are_lines_of_the_source_without_its_marks_and_indentation()
    {
        var lines = SourceLines.OfQuestions();

        lines[0].ShouldStartWith("DataSetSchedule dataSet =");
        lines.ShouldContain(line => line.Contains("evaluator.Evaluate(record)", StringComparison.Ordinal));
        lines.ShouldAllBe(line => !line.Contains("<lines>", StringComparison.Ordinal) && !line.StartsWith(' '));
    }

    private static (GdprPolicy Policy, SampleDatabase Database) Fill(string id, DatabaseFolder folder, int rows)
    {
        var policy = PolicyFiles.Read(id).GetUsable();
        var database = SampleDatabase.Create(folder.FileOf(id), policy);
        new Generator(policy, Organisation.All.Single(one => one.Id == id), new LocalDate(2026, 10, 1), Tour.ZoneOf(policy))
            .Fill(database, rows, CancellationToken.None);
        return (policy, database);
    }
}
