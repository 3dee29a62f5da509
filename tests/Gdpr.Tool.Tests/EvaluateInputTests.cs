using System.Text;
using Gdpr.Tool.Records;
using Gdpr.Tool.Terminals;
using Gdpr.Tool.Tests.Support;

namespace Gdpr.Tool.Tests;

/// <summary>What a file of records may hold, and what becomes of lines that cannot be read.</summary>
public sealed class EvaluateInputTests : IDisposable
{
    private const string Header = "record,dataset,subject,contract-ended,last-contact,last-invoice,booked,facts\n";

    private readonly TemporaryFiles _files = new();

    [Theory]
    [InlineData("r1,crm.customers,s,,2026-01-01,,,\r\nr2,crm.customers,s,,2026-01-01,,,\r\n")]
    [InlineData("r1,crm.customers,s,,2026-01-01,,,\rr2,crm.customers,s,,2026-01-01,,,")]
    [InlineData("\n\nr1,crm.customers,s,,2026-01-01,,,\n\n\r\nr2,crm.customers,s,,2026-01-01,,,\n\n")]
    [InlineData("\"r1\",\"crm.customers\",\"s, \"\"the\"\"\n second\",,\"2026-01-01\",,,\"\"\nr2,crm.customers,s,,2026-01-01,,,")]
    public async Task Line_ends_empty_lines_and_quotes_are_as_the_writer_likes(string lines)
    {
        var run = await EvaluateAsync(Header + lines);
        run.ExitCode.ShouldBe(ExitCode.Done, run.Error);
        run.Lines.ShouldBe(["record,fate,due,rule,reason", "r1,keep,,newsletter,purpose-alive", "r2,keep,,newsletter,purpose-alive"]);
    }

    [Fact]
    public async Task A_byte_order_mark_is_passed_over()
    {
        var run = await EvaluateAsync([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Header + "å,crm.customers,s,,2026-01-01,,,\n")]);
        run.Lines[1].ShouldBe("å,keep,,newsletter,purpose-alive");
    }

    [Fact]
    public async Task Columns_come_in_any_order_and_those_left_out_are_named_and_empty()
    {
        var run = await EvaluateAsync("facts,dataset,record\nconsent-withdrawn:direct-marketing,crm.customers,r1\n");
        run.ExitCode.ShouldBe(ExitCode.Done);
        run.Error.ShouldContain("records.csv: taken as empty in every record, for the file has no such column: contract-ended, last-contact, last-invoice, booked.\n");
        (await EvaluateAsync(Header + "r1,crm.customers,,,,,,consent-withdrawn:direct-marketing\n")).Output.ShouldBe(run.Output);
        (await EvaluateAsync(Header)).Error.ShouldNotContain("taken as empty");
    }

    [Fact]
    public async Task The_columns_left_out_are_named_for_an_explanation_too()
    {
        var records = _files.Write("records.csv", "record,dataset,contract-ended,last-contact,last-invoice,booked\nr1,crm.customers,,2026-01-01,,\n");
        var run = await ToolRun.OfAsync("explain", Golden.PathOf("policy.json"), records, "--record", "r1", "--at", "2026-05-10T12:00:00+02:00");
        run.ExitCode.ShouldBe(ExitCode.Done);
        run.Error.ShouldContain("taken as empty in every record, for the file has no such column: facts.\n");
    }

    /// <summary>What the page about the command says of a column left out: safe for some triggers, and not for evidence and facts.</summary>
    [Theory]
    [InlineData("last-contact", "2020-01-01,2020-01-01,,", "erase", "erase")]
    [InlineData("last-contact", ",2026-01-01,,", "keep", "undetermined")]
    [InlineData("contract-ended", "2026-05-01,2026-01-01,,", "keep", "keep")]
    [InlineData("contract-ended", "2020-01-01,2026-01-01,,", "erase", "keep")]
    [InlineData("last-invoice", ",2020-01-01,2026-01-01,", "keep", "erase")]
    [InlineData("facts", "2020-01-01,2020-01-01,,", "restrict", "erase", "hold;")]
    public async Task A_column_left_out_is_as_safe_as_the_page_about_it_says(string column, string triggers, string whole, string without, string facts = "")
    {
        const string Withdrawn = "consent-withdrawn:direct-marketing";
        var policy = _files.Write("policy.json", File.ReadAllText(Golden.PathOf("policy.json"))
            .Replace("\"while\": \"consent\"", "\"anyOf\": [{ \"while\": \"consent\" }, { \"within\": \"P1D\", \"of\": \"last-contact\" }]", StringComparison.Ordinal));
        string[] names = Header.TrimEnd('\n').Split(',');
        string[] values = ["r1", "crm.customers", "s", .. triggers.Split(','), facts + Withdrawn];
        var kept = Enumerable.Range(0, names.Length).Where(index => names[index] != column).ToArray();

        (await FateAsync(Enumerable.Range(0, names.Length))).ShouldBe(whole);
        (await FateAsync(kept)).ShouldBe(without);

        async Task<string> FateAsync(IEnumerable<int> columns)
        {
            int[] some = [.. columns];
            var records = _files.Write("records.csv", $"{string.Join(',', some.Select(index => names[index]))}\n{string.Join(',', some.Select(index => values[index]))}\n");
            var run = await ToolRun.OfAsync("evaluate", policy, records, "--at", "2026-05-10T12:00:00+02:00");
            run.ExitCode.ShouldBe(ExitCode.Done, run.Error);
            return run.Lines[1].Split(',')[1];
        }
    }

    [Fact]
    public async Task The_same_record_may_stand_on_several_lines()
    {
        var run = await EvaluateAsync(Header + "r1,crm.customers,s,,2026-01-01,,,\nr1,crm.customers,s,,2026-01-01,,,\n");
        run.Lines.Length.ShouldBe(3);
    }

    [Theory]
    [InlineData("record,dataset,subject,last_contact\n", "Column 4", "Did you mean 'last-contact'?")]
    [InlineData("record,dataset,subject,Anna Andersson\n", "Column 4", "leave it out")]
    [InlineData("record,dataset,dataset\n", "'dataset' twice", "Keep one")]
    [InlineData("record,subject\n", "no column 'dataset'", "Start the file with")]
    [InlineData("dataset,subject\n", "no column 'record'", "Start the file with")]
    [InlineData("record;dataset;subject\n", "one column only", "commas")]
    [InlineData("", "empty", "Start it with")]
    [InlineData("record,\"dataset\n", "cannot be read", "mend its quotes")]
    public async Task A_header_that_would_be_misread_is_refused(string header, string problem, string mend)
    {
        var run = await EvaluateAsync(header + "r1,crm.customers,s,2026-01-01\n"[..(header.Length == 0 ? 0 : 30)]);
        run.ExitCode.ShouldBe(ExitCode.BadInput);
        run.Output.ShouldBeEmpty();
        run.Error.ShouldContain(problem);
        run.Error.ShouldContain(mend);
        run.Error.ShouldNotContain("Anna");
    }

    [Fact]
    public async Task A_file_in_utf_16_is_refused()
    {
        var run = await EvaluateAsync([.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Header)]);
        run.ExitCode.ShouldBe(ExitCode.BadInput);
        run.Error.ShouldContain("Save it as UTF-8");
    }

    [Theory]
    [InlineData("r,crm.customer,s,,,,,", 3, "Did you mean 'crm.customers'?")]
    [InlineData("r,Anna,s,,,,,", 3, "Write system.dataSet")]
    [InlineData(",crm.customers,s,,,,,", 1, "no name")]
    [InlineData("r,crm.customers,Anna,2026-13-01,,,,", 22, "'contract-ended' is neither a date")]
    [InlineData("r,crm.customers,s,,2026-02-29,,,", 20, "'last-contact' is neither a date")]
    [InlineData("r,crm.customers,s,,2026-02-28T10:00,,,", 20, "'last-contact' is a date-time without an offset")]
    [InlineData("r,crm.customers,s,,Anna,,,", 20, "'last-contact' is neither a date")]
    [InlineData("r,crm.customers,s,,??,,,", 20, "'last-contact' is neither a date")]
    [InlineData("r,crm.customers,s,, 2026-02-28,,,", 20, "'last-contact' is neither a date")]
    [InlineData("r,crm.customers,s,,,,2026-01-01,", 22, "crm.customers has no trigger 'booked'")]
    [InlineData("r,crm.customers,s,,,,,held", 23, "a fact is not known (did you mean 'hold'?)")]
    [InlineData("r,crm.customers,s,,,,,Anna", 23, "a fact is not known: use one of hold")]
    [InlineData("r,crm.customers,s,,,,,consent-given", 23, "names a purpose: write consent-given:<purpose>")]
    [InlineData("r,crm.customers,s,,,,,consent-given:Anna", 23, "a purpose that the policy does not have")]
    [InlineData("r,crm.customers,s,,,,", 1, "7 fields and the header 8")]
    [InlineData("r,crm.customers,s,,,,,,", 1, "9 fields and the header 8")]
    [InlineData("r,crm.customers,s\"s,,,,,", 17, "A quote stands inside a field")]
    [InlineData("r,crm.customers,\"s\"s,,,,,", 17, "Text follows a closing quote")]
    [InlineData("\"å, ö\",crm.customers,\"s, s\",,yesterday,,,", 30, "'last-contact' is neither a date")]
    public async Task A_bad_line_is_reported_with_its_place_and_without_its_values(string line, int column, string problem)
    {
        var run = await EvaluateAsync(Header + "r1,crm.customers,s,,2026-01-01,,,\n" + line + "\nr2,crm.customers,s,,2026-01-01,,,\n");
        run.ExitCode.ShouldBe(ExitCode.BadInput);
        run.Lines.ShouldBe(["record,fate,due,rule,reason", "r1,keep,,newsletter,purpose-alive", "r2,keep,,newsletter,purpose-alive"]);
        var report = run.Error.Split('\n').Single(reported => reported.Contains("records.csv(", StringComparison.Ordinal));
        report.ShouldContain($"records.csv(3,{column}): ");
        report.ShouldContain(problem);
        report.ShouldNotContain("Anna");
        run.Error.ShouldContain("1 bad line was left out; all others were judged.");
    }

    [Fact]
    public async Task Lines_within_quotes_are_counted()
    {
        var run = await EvaluateAsync(Header + "r1,crm.customers,\"a\nb\r\nc\",,2026-01-01,,,\nr2,crm.customers,\"a\n\nb\",,never,,,\nr3,crm.customers,s,,never,,,\n");
        run.Error.ShouldContain("records.csv(7,5): The trigger 'last-contact'");
        run.Error.ShouldContain("records.csv(8,21): The trigger 'last-contact'");
    }

    [Fact]
    public async Task Bytes_that_are_not_utf_8_make_their_line_bad()
    {
        var run = await EvaluateAsync([.. Encoding.UTF8.GetBytes(Header), .. Encoding.Latin1.GetBytes("å,crm.customers,s,,,,,\nr2,crm.customers,s,,2026-01-01,,,\n")]);
        run.Lines.Length.ShouldBe(2);
        run.Error.ShouldContain("records.csv(2,1): The line is not UTF-8.");
    }

    [Theory]
    [InlineData("r1,crm.customers,\"s,,2026-01-01,,,")]
    [InlineData("r1,crm.customers,\"s,,2026-01-01,,,\nrx,crm.customers,s,,2026-01-01,,,\nr1,crm.customers,\"s\",,2026-01-01,,,")]
    public async Task A_quote_that_is_never_closed_costs_its_own_line_only(string lines)
    {
        var run = await EvaluateAsync(Header + lines + "\nr2,crm.customers,s,,2026-01-01,,,\nr3,crm.customers,s,,never,,,\n");
        run.ExitCode.ShouldBe(ExitCode.BadInput);
        run.Lines.ShouldContain("r2,keep,,newsletter,purpose-alive");
        run.Error.ShouldContain("records.csv(2,18): ");
        run.Error.ShouldContain($"records.csv({2 + lines.Split('\n').Length + 1},21): The trigger 'last-contact'");
        run.Error.ShouldContain("2 bad lines were left out");
    }

    [Fact]
    public async Task In_a_pipe_too_a_quote_never_closed_and_a_line_too_long_cost_their_own_lines_only()
    {
        var huge = new string('x', 3 * CsvLines.LongestLine);
        var run = await ToolRun.OfAsync(
            TerminalTraits.Redirected,
            Header + $"r1,crm.customers,s,,2026-01-01,,,\nr2,crm.customers,{huge},,,,,\nr3,crm.customers,s,,2026-01-01,,,\nr4,crm.customers,\"s,,,,,\nr5,crm.customers,s,,2026-01-01,,,\n",
            "evaluate", Golden.PathOf("policy.json"), "-", "--at", "2026-05-10T12:00:00+02:00");
        run.ExitCode.ShouldBe(ExitCode.BadInput);
        run.Lines.Skip(1).Select(line => line[..2]).ShouldBe(["r1", "r3", "r5"]);
        run.Error.ShouldContain("-(3,1): The line is longer than");
        run.Error.ShouldContain("-(5,18): A quote is never closed. Close it.");
        run.Error.ShouldContain("2 bad lines were left out; all others were judged.");
    }

    [Theory]
    [InlineData("\"s")]
    [InlineData("long")]
    public async Task Where_lines_end_with_a_carriage_return_alone_a_bad_one_costs_itself_only(string subject)
    {
        var bad = subject == "long" ? new string('x', 3 * CsvLines.LongestLine) : subject;
        var run = await EvaluateAsync((Header + $"r1,crm.customers,{bad},,,,,\nr2,crm.customers,s,,2026-01-01,,,\nr3,crm.customers,s,,2026-01-01,,,\n").Replace('\n', '\r'));
        run.Lines.Skip(1).Select(line => line[..2]).ShouldBe(["r2", "r3"]);
    }

    [Fact]
    public async Task A_field_longer_than_any_honest_one_costs_its_own_line_only()
    {
        var huge = new string('x', 3 * CsvLines.LongestLine);
        var run = await EvaluateAsync(Header + $"r1,crm.customers,\"{huge}\",,2026-01-01,,,\nr2,crm.customers,s,,2026-01-01,,,\nr3,crm.customers,{huge},,2026-01-01,,,\nr4,crm.customers,s,,never,,,\n");
        run.Lines.ShouldBe(["record,fate,due,rule,reason", "r2,keep,,newsletter,purpose-alive"]);
        run.Error.ShouldContain("records.csv(2,1): The line is longer than");
        run.Error.ShouldContain("records.csv(4,1): The line is longer than");
        run.Error.ShouldContain("records.csv(5,21): ");
    }

    [Fact]
    public async Task A_field_may_be_long_as_long_as_the_line_is_shorter_than_the_longest()
    {
        var run = await EvaluateAsync(Header + $"r1,crm.customers,\"{new string('\n', 900_000)}\",,2026-01-01,,,\nr2,crm.customers,s,,never,,,\n");
        run.Lines[1].ShouldStartWith("r1,keep");
        run.Error.ShouldContain("records.csv(900003,21): ");
    }

    [Fact]
    public async Task The_first_hundred_bad_lines_are_reported_and_the_rest_counted()
    {
        var lines = Enumerable.Range(0, 250).Select(i => i % 2 == 0 ? "r,none,s,,,,,\n" : "r,crm.customers,s,,2026-01-01,,,\n");
        var run = await EvaluateAsync(Header + string.Concat(lines));
        run.ExitCode.ShouldBe(ExitCode.BadInput);
        run.Lines.Length.ShouldBe(126);
        run.Error.Split('\n').Count(line => line.Contains("records.csv(", StringComparison.Ordinal)).ShouldBe(100);
        run.Error.ShouldContain("records.csv(200,3): ");
        run.Error.ShouldNotContain("records.csv(202,3): ");
        run.Error.ShouldContain("25 more bad lines are not shown.");
        run.Error.ShouldContain("125 bad lines were left out");
    }

    [Fact]
    public async Task A_trigger_that_no_file_can_name_is_no_silent_null()
    {
        var policy = _files.Write("policy.json", File.ReadAllText(Golden.PathOf("policy.json")).Replace("\"booked\"", "\"facts\"", StringComparison.Ordinal));
        var records = _files.Write("records.csv", "record,dataset,facts\nr1,erp.invoices,2019-01-01\n");
        var run = await ToolRun.OfAsync("evaluate", policy, records, "--at", "2026-05-10T12:00:00+02:00");
        run.ExitCode.ShouldBe(ExitCode.BadInput);
        run.Error.ShouldContain("a trigger named 'facts'");
    }

    [Fact]
    public async Task Dates_at_both_ends_of_the_calendar_are_dates()
    {
        var run = await EvaluateAsync(
            Header + "a,crm.customers,s,9999-12-31,,,,\nb,crm.customers,s,9999-12-31T23:59:59Z,0001-01-01,,,\nc,crm.customers,s,9999-12-31T23:59:59.9999999-12:00,,,,\n"
            + "d,crm.customers,s,0001-01-01T00:00:00+14:00,,,,consent-withdrawn:direct-marketing\n"
            + "e,erp.invoices,s,,,,9999-12-31,\nf,erp.invoices,s,,,,9999-12-31T23:59:59Z,\ng,erp.invoices,s,,,,0001-01-01,\n");
        run.ExitCode.ShouldBe(ExitCode.Done, run.Error);
        run.Lines.Skip(1).ShouldBe(
        [
            "a,keep,,newsletter,purpose-alive", "b,keep,,newsletter,purpose-alive", "c,keep,,newsletter,purpose-alive", "d,erase,,service,all-ended",
            "e,restrict,,books,obligation-alive", "f,restrict,,books,obligation-alive", "g,undetermined,,books,fiscal-year-unknown",
        ]);
    }

    public void Dispose() => _files.Dispose();

    private Task<ToolRun> EvaluateAsync(string records) => EvaluateAsync(Encoding.UTF8.GetBytes(records));

    private Task<ToolRun> EvaluateAsync(byte[] records) =>
        ToolRun.OfAsync("evaluate", Golden.PathOf("policy.json"), _files.Write("records.csv", records), "--at", "2026-05-10T12:00:00+02:00");
}
