using System.Text.Json;
using Gdpr.Tool.Tests.Support;

namespace Gdpr.Tool.Tests;

public sealed class ExplainTests
{
    private const string At = "2026-05-10T12:00:00+02:00";

    [Theory]
    [InlineData("en")]
    [InlineData("sv")]
    public async Task A_record_of_a_file_is_explained(string language)
    {
        var run = await FromFileAsync("customer-2", "--language", language);
        run.ExitCode.ShouldBe(ExitCode.Done, run.Error);
        Golden.Matches($"explain.{language}.txt", run.Output);
    }

    [Fact]
    public async Task Json_has_the_whole_trace()
    {
        var run = await FromFileAsync("customer-2", "--output", "json");
        Golden.Matches("explain.json", run.Output);
    }

    [Fact]
    public async Task A_record_described_on_the_command_line_is_explained_as_one_in_a_file()
    {
        var described = await DescribedAsync(
            "--dataset", "crm.customers", "--trigger", "contract-ended=2026-03-31", "--trigger", "last-contact=2026-02-01",
            "--trigger", "last-invoice=2026-03-15T23:30:00+01:00", "--facts", "consent-withdrawn:direct-marketing");
        described.ExitCode.ShouldBe(ExitCode.Done, described.Error);
        (await FromFileAsync("customer-2")).Output.ShouldBe("customer-2\n" + described.Output);
    }

    [Theory]
    [InlineData("customer-1")]
    [InlineData("customer-4")]
    [InlineData("customer-5")]
    [InlineData("invoice \"6\", copy")]
    public async Task The_explanation_and_the_evaluation_agree(string record)
    {
        var explained = JsonDocument.Parse((await FromFileAsync(record, "--output", "json")).Output).RootElement[0].GetProperty("decision");
        var evaluated = JsonDocument.Parse((await ToolRun.OfAsync(
            "evaluate", Golden.PathOf("policy.json"), Golden.PathOf("records.csv"), "--at", At, "--output", "json")).Output)
            .RootElement.EnumerateArray().Single(line => line.GetProperty("record").GetString() == record);
        foreach (var member in (string[])["fate", "due", "rule", "reason"])
        {
            explained.GetProperty(member).GetString().ShouldBe(evaluated.GetProperty(member).GetString());
        }
    }

    [Theory]
    [InlineData("Give either a file of records with --record, or --dataset")]
    [InlineData("Give either a file", "--record", "r1")]
    [InlineData("Give either a file", "records.csv")]
    [InlineData("Give either a file", "records.csv", "--record", "r1", "--dataset", "crm.customers")]
    [InlineData("--trigger and --facts describe a record that is in no file", "records.csv", "--record", "r1", "--facts", "hold")]
    [InlineData("--dataset: the policy has no such data set. Use one of crm.customers, erp.invoices.", "--dataset", "crm.customer")]
    [InlineData("--trigger: 'last-contact' is given twice", "--dataset", "crm.customers", "--trigger", "last-contact=2026-01-01", "--trigger", "last-contact=2026-02-01")]
    [InlineData("--trigger is name=value", "--dataset", "crm.customers", "--trigger", "last-contact")]
    [InlineData("it has contract-ended, last-contact, last-invoice", "--dataset", "crm.customers", "--trigger", "last=2026-01-01")]
    [InlineData("--trigger: 'last-contact' is a date-time without an offset", "--dataset", "crm.customers", "--trigger", "last-contact=2026-01-01T10:00")]
    [InlineData("--facts: a fact is not known", "--dataset", "crm.customers", "--facts", "held")]
    public async Task What_is_incomplete_is_refused(string problem, params string[] args)
    {
        var run = await DescribedAsync(args);
        run.ExitCode.ShouldBe(ExitCode.BadInput);
        run.Output.ShouldBeEmpty();
        run.Error.ShouldContain(problem);
    }

    [Fact]
    public async Task A_record_that_is_not_in_the_file_is_not_repeated()
    {
        var run = await FromFileAsync("Anna Andersson");
        run.ExitCode.ShouldBe(ExitCode.BadInput);
        run.Error.ShouldContain("no line that can be read has that name");
        run.Error.ShouldNotContain("Anna");
    }

    [Fact]
    public async Task All_lines_with_the_name_are_explained()
    {
        using var files = new TemporaryFiles();
        var records = files.Write("records.csv", "record,dataset,subject\n17,crm.customers,s\n18,crm.customers,s\n17,erp.invoices,s\n");
        var run = await ToolRun.OfAsync("explain", Golden.PathOf("policy.json"), records, "--record", "17", "--at", At, "-o", "json");
        JsonDocument.Parse(run.Output).RootElement.EnumerateArray().Select(one => one.GetProperty("dataset").GetString()).ShouldBe(["crm.customers", "erp.invoices"]);
    }

    private static Task<ToolRun> FromFileAsync(string record, params string[] options) =>
        ToolRun.OfAsync(["explain", Golden.PathOf("policy.json"), Golden.PathOf("records.csv"), "--record", record, "--at", At, .. options]);

    private static Task<ToolRun> DescribedAsync(params string[] options) =>
        ToolRun.OfAsync(["explain", Golden.PathOf("policy.json"), .. options, "--at", At]);
}
