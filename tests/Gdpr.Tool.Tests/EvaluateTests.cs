using System.Text.Json;
using Gdpr.Tool.Terminals;
using Gdpr.Tool.Tests.Support;

namespace Gdpr.Tool.Tests;

public sealed class EvaluateTests : IDisposable
{
    private const string At = "2026-05-10T12:00:00+02:00";

    private readonly TemporaryFiles _files = new();

    [Fact]
    public async Task Csv_has_a_line_for_each_record_in_input_order()
    {
        var run = await EvaluateAsync();
        run.ExitCode.ShouldBe(ExitCode.Done);
        run.Lines[0].ShouldBe("record,fate,due,rule,reason");
        Golden.Matches("evaluate.csv", run.Output);
    }

    [Fact]
    public async Task By_field_there_is_a_line_for_each_field_group()
    {
        var run = await EvaluateAsync("--by-field");
        run.Lines[0].ShouldBe("record,fate,due,rule,reason,fields");
        Golden.Matches("evaluate-by-field.csv", run.Output);
    }

    [Theory]
    [InlineData("evaluate.json")]
    [InlineData("evaluate-by-field.json", "--by-field")]
    public async Task Json_is_one_array_with_the_same_decisions(string golden, params string[] options)
    {
        var run = await EvaluateAsync(["--output", "json", .. options]);
        JsonDocument.Parse(run.Output).RootElement.GetArrayLength().ShouldBe((await EvaluateAsync(options)).Lines.Length - 1);
        Golden.Matches(golden, run.Output);
    }

    [Fact]
    public async Task A_table_has_aligned_columns() => Golden.Matches("evaluate.txt", (await EvaluateAsync("--output", "table")).Output);

    [Fact]
    public async Task A_table_goes_on_after_the_rows_that_set_its_widths()
    {
        var records = _files.Write("many.csv", "record,dataset,subject\n" + string.Concat(Enumerable.Range(0, 1000).Select(i => $"customer-{i},crm.customers,s\n")));
        var run = await ToolRun.OfAsync("evaluate", Golden.PathOf("policy.json"), records, "--at", At, "--output", "table");
        run.Lines.Length.ShouldBe(1001);
        run.Lines[1000].ShouldStartWith("customer-999  keep");
    }

    [Fact]
    public async Task No_records_give_the_header_alone()
    {
        var records = _files.Write("none.csv", "record,dataset,subject\n");
        (await ToolRun.OfAsync("evaluate", Golden.PathOf("policy.json"), records, "--at", At)).Output.ShouldBe("record,fate,due,rule,reason\n");
        (await ToolRun.OfAsync("evaluate", Golden.PathOf("policy.json"), records, "--at", At, "-o", "json")).Output.ShouldBe("[\n]\n");
        (await ToolRun.OfAsync("evaluate", Golden.PathOf("policy.json"), records, "--at", At, "-o", "table")).Output.ShouldBe("RECORD  FATE  DUE  RULE  REASON\n");
    }

    [Fact]
    public async Task Records_may_come_through_a_pipe()
    {
        var run = await ToolRun.OfAsync(
            TerminalTraits.Redirected, "record,dataset,subject,last-contact\nr1,crm.customers,s,2026-01-01\n", "evaluate", Golden.PathOf("policy.json"), "-", "--at", At);
        run.Lines[1].ShouldBe("r1,keep,,newsletter,purpose-alive");
    }

    [Fact]
    public async Task Findings_are_mentioned_beside_the_output()
    {
        var run = await EvaluateAsync();
        run.Error.ShouldContain("10 warnings");
        run.Error.ShouldContain("gdpr lint");
    }

    [Fact]
    public async Task A_policy_with_a_missing_contact_still_judges()
    {
        var policy = _files.Write("policy.json", File.ReadAllText(Golden.PathOf("policy.json")).Replace(", \"contact\": \"privacy@example.se\"", "", StringComparison.Ordinal));
        var run = await ToolRun.OfAsync("evaluate", policy, Golden.PathOf("records.csv"), "--at", At);
        run.Error.ShouldContain("1 error");
        run.Output.ShouldBe((await EvaluateAsync()).Output);
    }

    [Theory]
    [InlineData("\"data\": [\"erp.invoices\"]", "\"data\": [\"erp.invoice\"]", "E-REF-")]
    [InlineData("\"fallback\"", "\"falback\"", "E-JSON-02")]
    [InlineData("\"keep\": \"P7Y\"", "\"keep\": \"7 years\"", "E-JSON-05")]
    [InlineData("\"whenNull\": \"notHappened\"", "\"title\": \"x\"", "E-RET-11")]
    [InlineData("{\n  \"policy\"", "{\n  \"policy\" \"policy\"", "E-JSON-01")]
    [InlineData("\"basis\": { \"contract\": {} }, ", "", "E-DECL-02")]
    [InlineData("\"basis\": { \"contract\": {} }", "\"basis\": {}", "E-DECL-02")]
    [InlineData("\"basis\": { \"contract\": {} }", "\"basis\": { \"contract\": null }", "E-DECL-02")]
    [InlineData("\"basis\": { \"contract\": {} }", "\"basis\": { \"contract\": {}, \"consent\": { \"text\": \"newsletter-2026\" } }", "E-BASE-01")]
    [InlineData("\"for\": \"P1M\", \"then\": \"erase\"", "\"for\": \"P1M\"", "E-DISP-01")]
    [InlineData("\"for\": \"P1M\", \"then\": \"erase\"", "\"then\": \"erase\"", "E-DISP-01")]
    [InlineData("\"action\": \"restrict\", \"for\": \"P1M\", \"then\": \"erase\"", "\"strategy\": \"null\"", "E-DISP-01")]
    [InlineData("\"action\": \"restrict\", \"for\": \"P1M\", \"then\": \"erase\"", "", "E-DISP-01")]
    [InlineData("\"retention\": { \"while\": \"consent\" }\n    },\n    \"books\"", "\"retention\": { \"while\": \"consent\" }, \"minimum\": { \"keep\": \"P1Y\", \"after\": \"last-contact\", \"law\": \"SFS 1 1 \u00a7\" }\n    },\n    \"newsletter.minimum\"", "E-ID-01")]
    public async Task A_policy_whose_rules_are_in_doubt_judges_nothing(string right, string wrong, string code)
    {
        var text = File.ReadAllText(Golden.PathOf("policy.json")).Replace(right, wrong, StringComparison.Ordinal);
        var run = await ToolRun.OfAsync("evaluate", _files.Write("policy.json", text), Golden.PathOf("records.csv"), "--at", At);
        run.ExitCode.ShouldBe(ExitCode.BadInput);
        run.Output.ShouldBeEmpty();
        run.Error.ShouldContain(code);
    }

    /// <summary>An id may be any word, also that of a member on which nothing rests.</summary>
    [Theory]
    [InlineData("\"profiling\": []", "E-JSON-")]
    [InlineData("\"profiling\": { \"purpose\": \"newsletter\" }, \"profiling\": { \"purpose\": \"newsletter\" }", "E-JSON-")]
    [InlineData("\"title\": 7", "E-JSON-")]
    public async Task An_activity_that_could_not_be_read_judges_nothing_whatever_it_is_called(string activity, string code)
    {
        var text = File.ReadAllText(Golden.PathOf("policy.json")).Replace("\"activities\": {", "\"activities\": { " + activity + ",", StringComparison.Ordinal);
        var run = await ToolRun.OfAsync("evaluate", _files.Write("policy.json", text), Golden.PathOf("records.csv"), "--at", At);
        run.ExitCode.ShouldBe(ExitCode.BadInput);
        run.Output.ShouldBeEmpty();
        run.Error.ShouldContain(code);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{ \"reason\": \"unused\" }")]
    [InlineData("{ \"on\": \"soon\", \"reason\": \"unused\" }")]
    [InlineData("{ \"on\": \"2062-01-01\", \"reason\": \"unused\" }")]
    public async Task A_retirement_whose_day_is_in_doubt_judges_nothing(string retired)
    {
        var text = File.ReadAllText(Golden.PathOf("policy.json")).Replace(
            "\"dataSets\": {", "\"dataSets\": { \"faxes\": { \"retired\": " + retired + ", \"fields\": { \"name\": \"identity.name\" } },", StringComparison.Ordinal);
        var run = await ToolRun.OfAsync("evaluate", _files.Write("policy.json", text), Golden.PathOf("records.csv"), "--at", At);
        run.ExitCode.ShouldBe(ExitCode.BadInput);
        run.Output.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("2026-05-10", "not a whole day")]
    [InlineData("2026-05-10T12:00", "no offset")]
    [InlineData("2026-05-10T12:00:00", "no offset")]
    [InlineData("2026-02-30T12:00:00Z", "not a date-time that exists")]
    [InlineData("yesterday", "not a date-time that exists")]
    [InlineData("9999-01-01T00:00:00Z", "lies outside the years 1 to 9998")]
    public async Task The_instant_needs_an_offset(string at, string problem)
    {
        var run = await ToolRun.OfAsync("evaluate", Golden.PathOf("policy.json"), Golden.PathOf("records.csv"), "--at", at);
        run.ExitCode.ShouldBe(ExitCode.BadInput);
        run.Error.ShouldContain("--at");
        run.Error.ShouldContain(problem);
    }

    [Fact]
    public async Task The_same_instant_in_another_offset_gives_the_same()
    {
        var run = await ToolRun.OfAsync("evaluate", Golden.PathOf("policy.json"), Golden.PathOf("records.csv"), "--at", "2026-05-10T10:00:00.0000000Z");
        run.Output.ShouldBe((await EvaluateAsync()).Output);
    }

    [Fact]
    public async Task Names_are_repeated_as_they_are_unless_a_spreadsheet_is_to_open_them()
    {
        string[] names = ["=1+2", "+46701234567", "-5", "-x", "@me", "\ttab", "1-2", "å", "\"\"quoted\"\"", "plain"];
        var records = _files.Write("live.csv", "record,dataset,subject\n" + string.Concat(names.Select(name => $"\"{name}\",crm.customers,s\n")));

        var faithful = await ToolRun.OfAsync("evaluate", Golden.PathOf("policy.json"), records, "--at", At);
        faithful.Lines.Skip(1).Select(NameOf).ShouldBe(["=1+2", "+46701234567", "-5", "-x", "@me", "\ttab", "1-2", "å", "\"\"\"quoted\"\"\"", "plain"]);
        faithful.Error.ShouldContain("4 names of records begin as a formula does: add --spreadsheet");

        var spreadsheet = await ToolRun.OfAsync("evaluate", Golden.PathOf("policy.json"), records, "--at", At, "--spreadsheet");
        spreadsheet.Output[0].ShouldBe('\uFEFF');
        spreadsheet.Lines.Skip(1).Select(NameOf).ShouldBe(["'=1+2", "+46701234567", "-5", "'-x", "'@me", "'\ttab", "1-2", "å", "\"\"\"quoted\"\"\"", "plain"]);
        spreadsheet.Error.ShouldNotContain("--spreadsheet");

        static string NameOf(string line) => line[..line.IndexOf(",keep,", StringComparison.Ordinal)];
    }

    [Fact]
    public async Task Control_characters_of_a_name_do_not_reach_a_table()
    {
        var records = _files.Write("escape.csv", "record,dataset,subject\n\"a\u001b[2Jb\",crm.customers,s\n");
        var run = await ToolRun.OfAsync("evaluate", Golden.PathOf("policy.json"), records, "--at", At, "--output", "table");
        run.Output.ShouldNotContain('\u001b');
        run.Lines[1].ShouldStartWith("a\uFFFD[2Jb");
    }

    [Fact]
    public async Task On_a_terminal_fates_are_coloured_and_without_colours_they_are_not()
    {
        var watched = new TerminalTraits(OutputIsTerminal: true, ErrorIsTerminal: true, HasColour: true, Width: 120, HasAnsi: true);
        string[] args = ["evaluate", Golden.PathOf("policy.json"), Golden.PathOf("records.csv"), "--at", At, "--output", "table"];
        (await ToolRun.OfAsync(watched, "", args)).Output.ShouldContain("\u001b[");
        (await ToolRun.OfAsync(watched with { HasColour = false }, "", args)).Output.ShouldNotContain("\u001b[");
    }

    [Fact]
    public async Task Progress_is_shown_where_a_person_waits_and_never_among_the_results()
    {
        var waiting = new TerminalTraits(OutputIsTerminal: false, ErrorIsTerminal: true, HasColour: false, Width: 120, HasAnsi: true);
        var run = await ToolRun.OfAsync(waiting, "", "evaluate", Golden.PathOf("policy.json"), Golden.PathOf("records.csv"), "--at", At);
        run.Error.ShouldContain("Judging records");
        run.Output.ShouldBe((await EvaluateAsync()).Output);
        (await EvaluateAsync()).Error.ShouldNotContain("Judging records");
    }

    public void Dispose() => _files.Dispose();

    private static Task<ToolRun> EvaluateAsync(params string[] options) =>
        ToolRun.OfAsync(["evaluate", Golden.PathOf("policy.json"), Golden.PathOf("records.csv"), "--at", At, .. options]);
}
