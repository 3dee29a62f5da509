using Gdpr.Policies;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Core.Tests.Policies;

public sealed class LintFindingTests
{
    /// <summary>Codes that the JSON reader gives, or that only a policy built in C# can have; their tests name them.</summary>
    private static readonly string[] TestedElsewhere =
    [
        FindingCodes.Unreadable, FindingCodes.UnknownMember, FindingCodes.DuplicateMember, FindingCodes.WrongKind, FindingCodes.UnreadableValue,
        FindingCodes.NullMember, FindingCodes.UnreadableFile, FindingCodes.VersionOvertaken, FindingCodes.EmptyEntry, FindingCodes.UnknownValue, FindingCodes.TooManyRules,
    ];

    public static TheoryData<string, string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string, string>();
            foreach (var (code, path, edits) in LintCases.All)
            {
                cases.Add(code, path, edits.Trim());
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_is_wrong_is_found_at_its_place(string code, string path, string edits)
    {
        var findings = LintPolicy.Check(edits);
        findings.ShouldContain(finding => finding.Code == code && finding.Path == path, string.Join(Environment.NewLine, findings));
        findings.Count(finding => finding.Code == code && finding.Path == path).ShouldBe(findings.Where(finding => finding.Code == code && finding.Path == path).Distinct().Count());
    }

    [Fact]
    public void Every_code_has_a_case() =>
        FindingCodes.All.Select(entry => entry.Code).Except(LintCases.All.Select(row => row.Code)).ShouldBe(TestedElsewhere, ignoreOrder: true);

    [Fact]
    public void Nothing_where_something_is_declared_is_found()
    {
        var policy = new GdprPolicy
        {
            Systems = new Dictionary<string, DataSystem>(StringComparer.Ordinal) { ["crm"] = null! },
            Activities = new Dictionary<string, Activity>(StringComparer.Ordinal) { ["service"] = new() { Data = [null!], Retention = RetentionRule.Any(null!, null!) } },
        };
        PolicyLint.Check(policy).Where(finding => finding.Code == FindingCodes.EmptyEntry).Select(finding => finding.Path)
            .ShouldBe(["/systems/crm", "/activities/service/data/0", "/activities/service/retention/anyOf/0", "/activities/service/retention/anyOf/1"], ignoreOrder: true);
    }

    [Fact]
    public void A_value_that_does_not_exist_is_found()
    {
        var policy = new GdprPolicy { Activities = new Dictionary<string, Activity>(StringComparer.Ordinal) { ["service"] = new() { Capacity = (ProcessingCapacity)9 } } };
        PolicyLint.Check(policy).ShouldContain(finding => finding.Code == FindingCodes.UnknownValue && finding.Path == "/activities/service/capacity");
    }

    [Theory]
    [InlineData(64, false)]
    [InlineData(65, true)]
    public void More_rules_for_a_data_set_than_can_be_decided_on_are_found(int rules, bool found)
    {
        var policy = new GdprPolicy
        {
            Systems = OneSystem(),
            Activities = Enumerable.Range(0, rules).ToDictionary(
                index => $"a{index}", index => new Activity { Purpose = $"p{index}", Data = ["crm.customers"], Retention = RetentionRule.KeepFor("P1M", "created") }, StringComparer.Ordinal),
        };
        PolicyLint.Check(policy).Where(finding => finding.Code == FindingCodes.TooManyRules).Select(finding => finding.Path).Distinct(StringComparer.Ordinal)
            .ShouldBe(found ? ["/systems/crm/dataSets/customers"] : []);
    }

    [Fact]
    public void Rules_nested_too_deep_are_refused()
    {
        var rule = Enumerable.Range(0, 5000).Aggregate(RetentionRule.KeepFor("P1M", "created"), (inner, _) => RetentionRule.Any(inner, RetentionRule.KeepFor("P1M", "created")));
        var policy = new GdprPolicy { Systems = OneSystem(), Activities = new Dictionary<string, Activity>(StringComparer.Ordinal) { ["a"] = new() { Data = ["crm.customers"], Retention = rule } } };
        PolicyLint.Check(policy).ShouldContain(finding => finding.Code == FindingCodes.IllFormedRule && finding.Message.Contains("deep", StringComparison.Ordinal));
    }

    [Fact]
    public void Errors_come_first_and_then_the_order_of_the_document()
    {
        var findings = LintPolicy.Check("""
            - /assessments/balance/by
            - /activities/books/basis
            - /controllers/example/contact
            - /systems/crm/location
            """);
        findings.Select(finding => finding.Code).ShouldBe(["E-JSON-06", "E-DECL-02", "W-DECL-08", "W-ASM-04"]);
    }

    [Fact]
    public void The_same_policy_gives_the_same_findings_in_the_same_order()
    {
        var policy = PolicyReader.Read(LintPolicy.Spoilt(string.Join('\n', LintCases.All.Where(row => row.Code.StartsWith("E-DPA", StringComparison.Ordinal)).Take(8).Select(row => row.Edits)))).Policy!;
        PolicyLint.Check(policy).ShouldBe(PolicyLint.Check(policy));
    }

    [Theory]
    [InlineData("""/activities/service/retention/after = "contract-end" """, "Did you mean \"contract-ended\"?")]
    [InlineData("""/controllers/example/timeZone = "Europe/Stokholm" """, "Did you mean \"Europe/Stockholm\"?")]
    [InlineData("""/recipients/accountant/country = "UK" """, "Did you mean \"GB\"?")]
    [InlineData("""- /controllers/example/contact""", "State it: a string.")]
    public void The_mend_is_as_exact_as_it_can_be(string edits, string mend) =>
        LintPolicy.Check(edits)[0].Mend.ShouldStartWith(mend);

    [Fact]
    public void A_misspelt_member_is_not_also_missing() =>
        LintPolicy.Check("""
            - /activities/books/basis
            /activities/books/bases = { "legalObligation": { "law": "SFS 1999:1078 7:2" } }
            """).Select(finding => finding.Code).ShouldBe(["E-JSON-02"]);

    [Fact]
    public void A_small_honest_policy_has_no_errors() =>
        PolicyReader.Read("""
            {
              "policy": "small", "version": "1", "effective": "2026-01-01",
              "controllers": { "small": { "name": "Small AB", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "hello@small.example" } },
              "systems": { "crm": { "dataSets": { "customers": {
                "subject": "customer", "triggers": { "last-order": { "whenNull": "unknown" } }, "fields": { "name": "identity.name" } } } } },
              "activities": { "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers"], "retention": { "keep": "P2Y", "after": "last-order" } } }
            }
            """).Findings.Where(finding => finding.Severity == FindingSeverity.Error).ShouldBeEmpty();

    private static Dictionary<string, DataSystem> OneSystem() => new(StringComparer.Ordinal)
    {
        ["crm"] = new()
        {
            DataSets = new Dictionary<string, DataSet>(StringComparer.Ordinal)
            {
                ["customers"] = new()
                {
                    Subject = "customer",
                    Triggers = new Dictionary<string, Trigger>(StringComparer.Ordinal) { ["created"] = new() { WhenNull = WhenNull.Unknown } },
                    Fields = new Dictionary<string, DataField>(StringComparer.Ordinal) { ["name"] = new() { Category = "identity.name" } },
                },
            },
        },
    };
}
