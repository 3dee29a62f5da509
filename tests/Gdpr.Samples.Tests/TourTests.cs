using Gdpr.Samples.Organisations;

namespace Gdpr.Samples.Tests;

public sealed class TourTests
{
    [Fact]
    public async Task Every_organisation_is_shown_from_its_findings_to_three_records_explained()
    {
        var run = await SampleRun.OfAsync("--rows", "600");

        run.Errors.ShouldBeEmpty();
        run.ExitCode.ShouldBe(ExitCode.Done);
        foreach (var organisation in Organisation.All)
        {
            var part = run.Output.Split("\n=== ").Single(text => text.Contains($"({organisation.Id}, version", StringComparison.Ordinal));
            part.ShouldContain("-- What validation says of the policy");
            part.ShouldContain("For instance, without /");
            part.ShouldContain("-- What there is");
            part.ShouldContain("-- What each rule says of the data");
            part[part.IndexOf("-- Three records, explained", StringComparison.Ordinal)..].Split("\n  all about the person: ").Length.ShouldBe(4, organisation.Id);
        }
    }

    [Fact]
    public async Task Plain_text_has_no_markup_and_no_stray_spaces_and_fits_a_hundred_columns()
    {
        var lines = (await SampleRun.OfAsync("--rows", "300", "--language", "sv")).Output.Split('\n');

        lines.Where(line => line.Length > 100 || line.EndsWith(' ') || line.Contains('\u001b') || line.Contains("[/]", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_same_instant_gives_the_same_text()
    {
        var first = await SampleRun.OfAsync("--organisation", "gignos", "--rows", "400", "--at", "2027-03-01T08:00:00+01:00");
        var second = await SampleRun.OfAsync("--organisation", "gignos", "--rows", "400", "--at", "2027-03-01T07:00:00Z");

        second.Output.ShouldBe(first.Output);
    }

    [Theory]
    [InlineData("2028-02-29T23:59:59Z")]
    [InlineData("2200-12-31T23:59:59+01:00")]
    public async Task The_data_stays_interesting_whenever_it_is_looked_at(string at)
    {
        var run = await SampleRun.OfAsync("--organisation", "gignos", "--rows", "4000", "--at", at);

        run.ExitCode.ShouldBe(ExitCode.Done);
        run.Output.ShouldContain("A prospect whom nobody has judged anew for a year");
        foreach (var fate in new[] { "keep", "undetermined", "restrict", "erase" })
        {
            run.Output.ShouldContain($"| {fate} ");
        }
    }

    [Fact]
    public async Task With_the_usual_amount_of_data_each_organisation_has_the_stories_that_it_is_known_for()
    {
        var run = await SampleRun.OfAsync("--rows", "6000");

        var words = string.Join(' ', run.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Organisation.All.SelectMany(organisation => organisation.Highlights).Select(highlight => highlight.Title.En!)
            .Where(title => !words.Contains(title, StringComparison.Ordinal)).ShouldBeEmpty();
    }
}
