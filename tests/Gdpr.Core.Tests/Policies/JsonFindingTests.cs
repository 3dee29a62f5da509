using System.Text;
using Gdpr.Policies;

namespace Gdpr.Core.Tests.Policies;

/// <summary>What is wrong in the shape of a document: its code, its place, what the finding says.</summary>
public sealed class JsonFindingTests
{
    /// <summary>Replaces a part of the example, and tells what is then found and where, the place given by the text that starts there.</summary>
    public static TheoryData<string, string, string, string, string, string> Mistakes => new()
    {
        // Unknown members.
        { "\"basis\": { \"contract\": {} }", "\"bases\": { \"contract\": {} }", "E-JSON-02", "/activities/service/bases", "\"bases\"", "Did you mean \"basis\"?" },
        { "\"purpose\": \"bookkeeping\"", "\"Purpose\": \"bookkeeping\"", "E-JSON-02", "/activities/books/Purpose", "\"Purpose\"", "Did you mean \"purpose\"?" },
        { "\"purpose\": \"bookkeeping\"", "\"purpsoe\": \"bookkeeping\"", "E-JSON-02", "/activities/books/purpsoe", "\"purpsoe\"", "Did you mean \"purpose\"?" },
        { "\"optional\": true", "\"voluntary\": true", "E-JSON-02", "/systems/crm/dataSets/customers/fields/notes/voluntary", "\"voluntary\"", "use one of category, optional" },
        { "\"contract\": {}", "\"contract\": { \"a/b~c\": 1 }", "E-JSON-02", "/activities/service/basis/contract/a~1b~0c", "\"a/b~c\"", "use one of necessity, beforeContract" },
        { "\"assumptions\": []", "\"assumption\": []", "E-JSON-02", "/assumption", "\"assumption\"", "Did you mean \"assumptions\"?" },

        // Twice the same.
        { "\"version\": \"3\"", "\"version\": \"3\", \"version\" : \"4\"", "E-JSON-03", "/version", "\"version\" :", "Keep one" },
        { "\"books\": {", "\"service\" : {", "E-JSON-03", "/activities/service", "\"service\" :", "another id" },
        { "\"name\": \"identity.name\",", "\"name\": \"identity.name\", \"name\" : \"x\",", "E-JSON-03", "/systems/crm/dataSets/customers/fields/name", "\"name\" :", "another id" },

        // Another kind of value.
        { "\"data\": [\"erp.invoices\"]", "\"data\": \"erp.invoices\"", "E-JSON-04", "/activities/books/data", "\"erp.invoices\"", "Write an array." },
        { "\"subject\": [\"customer\"]", "\"subject\": { \"is\": 1 }", "E-JSON-04", "/systems/erp/dataSets/invoices/subject", "{ \"is\"", "Write a string or an array of strings." },
        { "\"subject\": [\"customer\"]", "\"subject\": [\"customer\", 17]", "E-JSON-04", "/systems/erp/dataSets/invoices/subject/1", "17", "Write a string." },
        { "\"payer\": \"identity.name\"", "\"payer\": 17", "E-JSON-04", "/systems/erp/dataSets/invoices/fields/payer", "17", "Write an object, or a string for its \"category\"." },
        { "\"optional\": true", "\"optional\": \"yes\"", "E-JSON-04", "/systems/crm/dataSets/customers/fields/notes/optional", "\"yes\"", "Write true or false." },
        { "\"basis\": { \"contract\": {} }", "\"basis\": \"contract\"", "E-JSON-04", "/activities/service/basis", "\"contract\"", "Write an object." },
        { "\"triggers\": { \"booked\": { \"whenNull\": \"unknown\" } }", "\"triggers\": [\"booked\"]", "E-JSON-04", "/systems/erp/dataSets/invoices/triggers", "[\"booked\"]", "Write an object of ids." },
        { "\"payer\": \"identity.name\"", "\"payer\": null", "E-JSON-04", "/systems/erp/dataSets/invoices/fields/payer", "null", "Write an object" },

        // Values that cannot be read.
        { "\"P7Y\"", "\"7 years\"", "E-JSON-05", "/activities/books/retention/keep", "\"7 years\"", "P3M or P7Y" },
        { "\"P7Y\"", "\"P0D\"", "E-JSON-05", "/activities/books/retention/keep", "\"P0D\"", "P3M or P7Y" },
        { "\"2026-01-01\"", "\"2026-02-30\"", "E-JSON-05", "/effective", "\"2026-02-30\"", "such as 2026-01-31" },
        { "\"2026-01-01\"", "\"2026-01-01T00:00:00Z\"", "E-JSON-05", "/effective", "\"2026-01-01T", "such as 2026-01-31" },
        { "\"consentText\"", "\"consenttext\"", "E-JSON-05", "/documents/newsletter-2026/kind", "\"consenttext\"", "Did you mean \"consentText\"? Write one of policy, routine" },
        { "\"while\": \"consent\"", "\"while\": \"forever\"", "E-JSON-05", "/activities/newsletter/retention/while", "\"forever\"", "Write one of consent." },
        { "\"optional\": true", "\"disposal\": \"hash\"", "E-JSON-05", "/systems/crm/dataSets/customers/fields/notes/disposal", "\"hash\"", "Write one of erase, anonymise, restrict." },
        { "\"assumptions\": []", "\"passwordRules\": { \"p\": { \"minimumLength\": 1.5, \"systems\": [] } }", "E-JSON-05", "/passwordRules/p/minimumLength", "1.5", "Write a whole number." },
        { "\"assumptions\": []", "\"passwordRules\": { \"p\": { \"minimumLength\": 9999999999, \"systems\": [] } }", "E-JSON-05", "/passwordRules/p/minimumLength", "9999999999", "Write a whole number." },

        // What is missing, at the object that lacks it.
        { "\"purpose\": \"bookkeeping\", ", "", "E-DECL-01", "/activities/books", "{\n      \"basis\": { \"legalObligation\"", "State what the data is processed for." },
        { "\"purpose\": \"bookkeeping\"", "\"purpose\": \" \"", "E-DECL-01", "/activities/books", "{\n      \"purpose\": \" \"", "State what the data is processed for." },
        { "\"purpose\": \"bookkeeping\"", "\"purpose\": null", "E-DECL-01", "/activities/books", "{\n      \"purpose\": null", "State what the data is processed for." },
        { "{ \"law\": \"SFS 1999:1078 7:2\" }", "{ }", "E-RET-05", "/activities/books/basis/legalObligation", "{ }", "Name the act and paragraph" },
        { "\"booked\": { \"whenNull\": \"unknown\" }", "\"booked\": {}", "E-RET-11", "/systems/erp/dataSets/invoices/triggers/booked", "{}", "notHappened or unknown" },
        { "\"payer\": \"identity.name\"", "\"payer\": \"\"", "E-JSON-06", "/systems/erp/dataSets/invoices/fields/payer", "\"\"", "State it: a string." },
        { "\"assumptions\": []", "\"controllers\" : null, \"assumptions\": [{ \"at\": \"/x\", \"gap\": \"E-X\" }]", "E-JSON-06", "/assumptions/0", "{ \"at\"", "State it: a string." },
        { "\"country\": \"SE\",", "\"country\": \"SE\", \"fiscalYears\": [{ \"yearly\": true }],", "E-JSON-06", "/controllers/example/fiscalYears/0", "{ \"yearly\"", "State it: a date" },

        // Ids.
        { "\"books\": {", "\"the books\": {", "E-JSON-07", "/activities/the books", "\"the books\"", "letters a to z, digits, dots, hyphens and underscores" },
        { "\"books\": {", "\"böcker\": {", "E-JSON-07", "/activities/böcker", "\"böcker\"", "letters a to z" },
        { "\"books\": {", "\"\": {", "E-JSON-07", "/activities/", "\"\": {", "letters a to z" },
        { "\"books\": {", "\"books\\n\": {", "E-JSON-07", "/activities/books\n", "\"books\\n\"", "letters a to z" },
        { "\"erp\": {", "\"erp.2\": {", "E-JSON-07", "/systems/erp.2", "\"erp.2\"", "without dots" },
        { "\"payer\":", "\"payer.name\":", "E-JSON-07", "/systems/erp/dataSets/invoices/fields/payer.name", "\"payer.name\"", "without dots" },
        { "\"booked\": {", "\"booked.at\": {", "E-JSON-07", "/systems/erp/dataSets/invoices/triggers/booked.at", "\"booked.at\"", "without dots" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_found_at_its_place_with_its_mend(string written, string mistake, string code, string path, string at, string mend)
    {
        JsonSamples.Example.ShouldContain(written, Case.Sensitive);
        var json = JsonSamples.Example.Replace(written, mistake, StringComparison.Ordinal);

        var result = PolicyReader.Read(json);

        var finding = result.Findings.Where(found => found.Path == path && found.Code == code).ShouldHaveSingleItem();
        finding.Severity.ShouldBe(FindingSeverity.Error);
        (finding.Line, finding.Column).ShouldBe(PlaceOf(json, at));
        finding.Mend.ShouldContain(mend, Case.Sensitive);
        result.IsUsable.ShouldBeFalse();
        result.Policy.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("\"optional\": true", "\"optional\": null", "/systems/crm/dataSets/customers/fields/notes/optional")]
    [InlineData("\"assumptions\": []", "\"assumptions\": null", "/assumptions")]
    [InlineData("\"retention\": { \"keep\": \"P7Y\"", "\"limit\": null, \"retention\": { \"keep\": \"P7Y\"", "/activities/books/limit")]
    public void A_null_counts_as_left_out_and_is_warned_of(string written, string mistake, string path)
    {
        JsonSamples.Example.ShouldContain(written, Case.Sensitive);
        var json = JsonSamples.Example.Replace(written, mistake, StringComparison.Ordinal);

        var result = PolicyReader.Read(json);

        var finding = result.Findings.Where(found => found.Path == path).ShouldHaveSingleItem();
        finding.Code.ShouldBe(FindingCodes.NullMember);
        finding.Severity.ShouldBe(FindingSeverity.Warning);
        (finding.Line, finding.Column).ShouldBe(PlaceOf(json, "null"));
        result.Findings.Where(found => found.Severity == FindingSeverity.Error).Select(found => found.Code)
            .ShouldBe(PolicyReader.Read(JsonSamples.Example).Findings.Where(found => found.Severity == FindingSeverity.Error).Select(found => found.Code));
    }

    [Fact]
    public void Columns_count_characters()
    {
        var finding = OfShape(PolicyReader.Read("{ \"policy\": \"åäö\", \"x\": 1 }")).First(found => found.Path == "/x");

        (finding.Line, finding.Column).ShouldBe((1, 20));
    }

    [Fact]
    public void Columns_are_right_wherever_on_a_long_line_and_after_it()
    {
        var result = PolicyReader.Read("{ \"policy\": \"åäö😀\", \"x\": { \"å\": 1 },\n \"ö\": \"ö\", \"y\": 1 }");

        result.Findings.Where(found => found.Code == FindingCodes.UnknownMember).Select(found => $"{found.Path} {found.Line},{found.Column}")
            .ShouldBe(["/x 1,22", "/ö 2,2", "/y 2,12"]);
    }

    [Theory]
    [InlineData("\"triggers\": { \"booked\": { \"whenNull\": \"unknown\" } }", "\"triggers\": [\"booked\"]")]
    [InlineData("\"booked\": { \"whenNull\": \"unknown\" }", "\"booked\": \"unknown\"")]
    [InlineData("\"erp\": {", "\"erp\": 7, \"erp-2\": {")]
    [InlineData("\"invoices\": {", "\"invoices\": 7, \"invoices-2\": {")]
    public void What_is_declared_where_nothing_could_be_read_is_not_said_to_be_missing(string written, string mistake)
    {
        JsonSamples.Example.ShouldContain(written, Case.Sensitive);

        var result = PolicyReader.Read(JsonSamples.Example.Replace(written, mistake, StringComparison.Ordinal));

        result.Findings.ShouldContain(finding => finding.Code == FindingCodes.WrongKind);
        result.Findings.ShouldNotContain(finding => finding.Code == FindingCodes.UnknownReference);
    }

    [Fact]
    public void All_mistakes_are_reported_at_once_in_the_order_of_the_document()
    {
        var result = PolicyReader.Read("""
            {
              "policy": 1,
              "verison": "3",
              "effective": "soon",
              "controllers": { "c": { "name": "C", "name": "D" } },
              "systems": [],
            }
            """);

        OfShape(result).Select(finding => $"({finding.Line},{finding.Column}) {finding.Code} {finding.Path}").ShouldBe(
        [
            "(1,1) E-JSON-06 ",
            "(2,13) E-JSON-04 /policy",
            "(3,3) E-JSON-02 /verison",
            "(4,16) E-JSON-05 /effective",
            "(5,25) E-JSON-06 /controllers/c",
            "(5,25) E-JSON-06 /controllers/c",
            "(5,25) E-JSON-06 /controllers/c",
            "(5,25) E-JSON-06 /controllers/c",
            "(5,40) E-JSON-03 /controllers/c/name",
            "(6,14) E-JSON-04 /systems",
        ]);
    }

    [Fact]
    public void What_follows_only_from_a_mistake_is_not_reported_too()
    {
        var before = PolicyReader.Read(JsonSamples.Example).Findings;
        var after = PolicyReader.Read(JsonSamples.Example.Replace("\"P7Y\"", "\"7Y\"", StringComparison.Ordinal)).Findings;

        after.Where(finding => finding.Severity == FindingSeverity.Error && finding.Path.StartsWith("/activities/books/retention/keep", StringComparison.Ordinal))
            .ShouldHaveSingleItem().Code.ShouldBe(FindingCodes.UnreadableValue);
        after.Count.ShouldBeGreaterThan(0);
        before.ShouldAllBe(finding => finding.Path != "/activities/books/retention/keep");
    }

    [Theory]
    [InlineData("", 1, 1, "empty")]
    [InlineData(" \n ", 1, 1, "empty")]
    [InlineData("// nothing", 1, 11, "not JSON")]
    [InlineData("{ \"policy\": }", 1, 13, "not JSON")]
    [InlineData("{\n  \"policy\": \"p\"\n  \"version\": \"1\"\n}", 3, 3, "not JSON")]
    [InlineData("{ \"policy\": \"p\" ", 1, 17, "not JSON")]
    [InlineData("{ } { }", 1, 5, "not JSON")]
    [InlineData("{ \"policy\": 'p' }", 1, 13, "not JSON")]
    [InlineData("{ \"policy\": \"\\ud800\" }", 1, 13, "half of a pair")]
    [InlineData("{ \"\\udc00\": 1 }", 1, 3, "half of a pair")]
    public void A_text_that_is_not_JSON_gives_one_finding(string json, int line, int column, string message)
    {
        var result = PolicyReader.Read(json);

        var finding = result.Findings.ShouldHaveSingleItem();
        (finding.Code, finding.Line, finding.Column, finding.Path).ShouldBe((FindingCodes.Unreadable, line, column, ""));
        finding.Message.ShouldContain(message);
        finding.Message.ShouldNotContain("LineNumber");
        result.Policy.ShouldBeNull();
        result.IsUsable.ShouldBeFalse();
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"policy\"")]
    [InlineData("17")]
    public void A_value_that_is_no_object_gives_one_finding(string json)
    {
        var result = PolicyReader.Read(json);

        result.Findings.ShouldHaveSingleItem().Code.ShouldBe(FindingCodes.WrongKind);
        result.Policy.ShouldBeNull();
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_give_one_finding_at_the_first_of_them()
    {
        byte[] bytes = [.. "{\n  \"policy\": \""u8, .. Encoding.UTF8.GetBytes(new string('å', 400)), 0xE5, .. "\" }"u8];

        var finding = PolicyReader.Read(bytes).Findings.ShouldHaveSingleItem();

        (finding.Code, finding.Line, finding.Column).ShouldBe((FindingCodes.Unreadable, 2, 414));
        PolicyReader.Read([0xFF, 0xFE, (byte)'{', 0]).Findings.ShouldHaveSingleItem().Code.ShouldBe(FindingCodes.Unreadable);
        PolicyReader.Read([(byte)'"', 0xC3]).Findings.ShouldHaveSingleItem().Code.ShouldBe(FindingCodes.Unreadable);
    }

    [Fact]
    public void A_byte_order_mark_is_passed_over()
    {
        byte[] bytes = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(JsonSamples.Example)];

        PolicyReader.Read(bytes).Policy.ShouldBe(PolicyReader.Read(JsonSamples.Example).Policy);
        PolicyReader.Read("\uFEFF{ ] }").Findings.ShouldHaveSingleItem().Column.ShouldBe(3);
    }

    [Theory]
    [InlineData(64, false)]
    [InlineData(65, true)]
    [InlineData(100_000, true)]
    public void Nesting_ends_at_64_levels(int levels, bool refused)
    {
        var json = $"{{ \"x\": {new string('[', levels - 1)}{new string(']', levels - 1)} }}";

        var findings = PolicyReader.Read(json).Findings;

        findings.Any(finding => finding.Code == FindingCodes.Unreadable && finding.Message.Contains("64 levels", StringComparison.Ordinal)).ShouldBe(refused);
    }

    [Fact]
    public void A_text_of_more_than_16_MiB_is_refused()
    {
        var finding = PolicyReader.Read(new byte[(16 * 1024 * 1024) + 1]).Findings.ShouldHaveSingleItem();

        finding.Code.ShouldBe(FindingCodes.Unreadable);
        finding.Message.ShouldContain("16,777,216");
    }

    [Fact]
    public void Null_is_the_only_text_that_throws() => Should.Throw<ArgumentNullException>(() => PolicyReader.Read((string)null!));

    [Fact]
    public void Parsing_a_policy_with_errors_throws_all_of_them()
    {
        var json = JsonSamples.Example.Replace("\"P7Y\"", "\"7Y\"", StringComparison.Ordinal).Replace("\"optional\"", "\"opt\"", StringComparison.Ordinal);

        var exception = Should.Throw<GdprPolicyException>(() => PolicyReader.Parse(json));

        exception.Findings.ShouldBe(PolicyReader.Read(json).Findings);
        exception.Message.ShouldContain("/activities/books/retention/keep");
    }

    private static IEnumerable<PolicyFinding> OfShape(PolicyReadResult result) =>
        result.Findings.Where(finding => finding.Code.StartsWith("E-JSON", StringComparison.Ordinal));

    private static (int Line, int Column) PlaceOf(string json, string text)
    {
        var index = json.IndexOf(text, StringComparison.Ordinal);
        index.ShouldBeGreaterThanOrEqualTo(0);
        var lineStart = json.LastIndexOf('\n', index) + 1;
        return (json.AsSpan(0, index).Count('\n') + 1, Encoding.UTF8.GetByteCount(json.AsSpan(lineStart, index - lineStart)) + 1);
    }
}
