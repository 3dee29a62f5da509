using System.Text.Json;
using Gdpr.Tool.Tests.Support;

namespace Gdpr.Tool.Tests;

/// <summary><c>gdpr consent import</c>.</summary>
public sealed class ConsentTests : IDisposable
{
    private readonly Shop _shop = new Shop().WithCustomers().WithConsent();

    [Fact]
    public async Task Consents_are_imported_once_however_often_the_file_is_read()
    {
        var file = _shop.Write("consents.csv", [ConsentPolicy.Header, .. Enumerable.Range(1, 1200).Select(ConsentPolicy.Line)]);

        var first = await ImportAsync(file);
        first.ExitCode.ShouldBe(ExitCode.Done, first.Error);
        first.Lines[0].ShouldBe("1200 imported, 0 on record already, 0 refused, 0 not readable.");
        var journal = await _shop.JournalAsync("list");

        (await ImportAsync(file)).Lines[0].ShouldBe("0 imported, 1200 on record already, 0 refused, 0 not readable.");
        (await _shop.JournalAsync("list")).Output.ShouldBe(journal.Output);
        (await _shop.JournalAsync("verify")).ExitCode.ShouldBe(ExitCode.Done);
        journal.Output.ShouldNotContain("person.example");
        journal.Output.ShouldNotContain("form 17");
    }

    [Fact]
    public async Task Lines_that_cannot_be_read_are_reported_by_number_and_the_others_are_imported()
    {
        var file = _shop.Write("consents.csv",
        [
            ConsentPolicy.Header, ConsentPolicy.Line(1), "c2,marker no address,direct-marketing,2025-06-01T10:00:00+02:00,news,1,sv,web,old-crm,marker",
            "c3,,direct-marketing,2025-06-01,news,1,sv,web,old-crm,marker", "too,few", ",,direct-marketing,2025-06-01T10:00:00+02:00,news,1,sv,web,old-crm,marker",
            "c4,,direct-marketing,2025-06-01T10:00:00+02:00,news,1,sv,web,old-crm,", "\"c5,never closed", ConsentPolicy.Line(6),
        ]);

        var run = await ImportAsync(file);

        run.ExitCode.ShouldBe(ExitCode.BadInput);
        run.Lines[0].ShouldBe("2 imported, 0 on record already, 0 refused, 6 not readable.");
        foreach (var line in new[] { 3, 4, 5, 6, 7, 8 })
        {
            run.Error.ShouldContain($"({line},");
        }

        run.Error.ShouldNotContain("marker");
    }

    [Fact]
    public async Task Json_lines_are_read_as_well()
    {
        var file = _shop.Write("consents.jsonl",
        [
            """{"email":"a@person.example","purpose":"direct-marketing","occurredAt":"2025-06-01T10:00:00Z","evidence":"form 1"}""", "",
            """{"email":"b@person.example","purpose":"direct-marketing","occurredAt":"2025-06-01T10:00:00Z","evidence":"form 2","explicit":false}""",
            "marker", "[]", """{"marker":1}""", """{"email":"b@person.example","email":"marker"}""",
        ]);

        var run = await ImportAsync(file, "--source", "old-crm", "--output", "json");

        run.ExitCode.ShouldBe(ExitCode.BadInput);
        using var report = JsonDocument.Parse(run.Output);
        report.RootElement.GetProperty("imported").GetInt64().ShouldBe(2);
        report.RootElement.GetProperty("unreadable").GetInt64().ShouldBe(4);
        run.Error.ShouldContain("(4,1)");
        run.Error.ShouldNotContain("marker");
    }

    [Fact]
    public async Task What_is_refused_is_listed_with_line_and_reason()
    {
        var file = _shop.Write("consents.csv",
            [ConsentPolicy.Header, ConsentPolicy.Line(1), "c2,,service-provision,2025-06-01T10:00:00+02:00,,,,,old-crm,x", "c3,,direct-marketing,2125-06-01T10:00:00+02:00,,,,,old-crm,x"]);

        var run = await ImportAsync(file);

        run.ExitCode.ShouldBe(ExitCode.Findings);
        run.Lines.ShouldContain("  import-unknown-consent: 1");
        run.Error.ShouldContain("consents.csv(3): import-unknown-consent");
        run.Error.ShouldContain("consents.csv(4): import-in-the-future");
    }

    [Theory]
    [InlineData("id,purpose,occurredAt,source,evidense", "Did you mean 'evidence'?")]
    [InlineData("purpose,occurredAt,source,evidence", "says who")]
    [InlineData("id,purpose,occurredAt,evidence", "--source")]
    [InlineData("id,id,purpose,occurredAt,source,evidence", "2 times")]
    public async Task A_header_that_is_wrong_is_refused_before_anything_is_imported(string header, string expected)
    {
        var run = await ImportAsync(_shop.Write("consents.csv", header, ConsentPolicy.Line(1)));
        run.ExitCode.ShouldBe(ExitCode.BadInput);
        run.Error.ShouldContain(expected);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_refused()
    {
        var run = await ImportAsync(_shop.PathOf("none.csv"));
        run.ExitCode.ShouldBe(ExitCode.BadInput);
        run.Error.ShouldContain("there is no such file");
    }

    public void Dispose() => _shop.Dispose();

    private Task<ToolRun> ImportAsync(string file, params string[] args) => _shop.RunAsync("consent import", ["--file", file, .. args]);
}
