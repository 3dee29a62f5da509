using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Time;
using static Gdpr.Core.Tests.Retention.Example;

namespace Gdpr.Core.Tests.Retention;

/// <summary>A policy with errors is never compiled in part: what it meant to keep would be due.</summary>
public sealed class RefusedPolicyTests
{
    public static TheoryData<string, GdprPolicy> Refused => new()
    {
        { "data that nothing declares", Example.Policy(Purpose("service", Keep("P1Y", "end"), data: "sys.set, sys.other")) },
        { "a data set without fields", WithoutFields(Example.Policy(Purpose("service", Keep("P1Y", "end")))) },
        {
            "a field that no activity covers",
            Example.Policy(Purpose("service", Keep("P1Y", "end"), data: "sys.set.name"), fields: """ "name": "identity.name", "email": "contact.email" """)
        },
        { "a rule on a trigger that is not declared", Example.Policy(Purpose("service", Keep("P1Y", "other"))) },
        { "a rule with a limb that is malformed", Example.Policy(Purpose("service", """ "allOf": [{ "keep": "P1Y", "after": "end" }, { "keep": "P1Y" }] """)) },
        { "a fallback that is malformed", Example.Policy(Purpose("service", Keep("P1Y", "end") + """, "fallback": { "keep": "P1Y" } """)) },
        { "a fiscal year without fiscal years", Example.Policy(Purpose("service", KeepFromFiscalYearEnd("P7Y", "end"))) },
        { "a zone that does not exist", Example.Policy(Purpose("service", Keep("P1Y", "end")), zone: "Europe/Atlantis") },
        {
            "fiscal years that overlap",
            Example.Policy(Purpose("service", Keep("P1Y", "end")), fiscalYears: """{ "from": "2020-01-01", "yearly": true }, { "from": "2020-01-01" }""")
        },
        { "more rules than a data set can have", Example.Policy(Purposes(65)) },
        { "a rule that is nested too deeply", WithRule(Nested(33)) },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_policy_with_an_error_in_its_rules_is_refused_with_its_findings(string error, GdprPolicy policy) =>
        Should.Throw<GdprPolicyException>(() => RetentionSchedule.Compile(policy), error)
            .Findings.ShouldContain(finding => finding.Severity == FindingSeverity.Error, error);

    [Fact]
    public void A_data_set_may_have_as_many_rules_as_there_are_bits_and_a_rule_may_be_nested_as_deeply_as_its_stack()
    {
        RetentionSchedule.Compile(Example.Policy(Purposes(64))).DataSet("sys.set").FieldGroups.Single().Rules.Count.ShouldBe(64);
        RetentionSchedule.Compile(WithRule(Nested(32))).DataSet("sys.set").FieldGroups.Single().Rules.Count.ShouldBe(1);
    }

    private static string Purposes(int count) => string.Join(",", Enumerable.Range(1, count).Select(number => Purpose($"service-{number}", Keep("P1Y", "end"))));

    private static GdprPolicy WithRule(RetentionRule rule)
    {
        var policy = Example.Policy(Purpose("service", Keep("P1Y", "end")));
        var (id, activity) = policy.Activities.Single();
        return policy.With(id, new Activity { Purpose = activity.Purpose, Basis = activity.Basis, Data = activity.Data, Retention = rule });
    }

    private static GdprPolicy WithoutFields(GdprPolicy policy) => new()
    {
        Policy = policy.Policy,
        Version = policy.Version,
        Effective = policy.Effective,
        Controllers = policy.Controllers,
        Systems = new Dictionary<string, DataSystem>
        {
            ["sys"] = new()
            {
                DataSets = new Dictionary<string, DataSet> { ["set"] = new() { Subject = "customer", Triggers = policy.Systems["sys"].DataSets["set"].Triggers } },
            },
        },
        Activities = policy.Activities,
    };

    /// <summary>A rule of so many limbs, each in the last place of the one before.</summary>
    private static RetentionRule Nested(int limbs)
    {
        var rule = Limb("end");
        for (var i = 1; i < limbs; i++)
        {
            rule = i % 2 == 0 ? new RetentionRule { AllOf = [Limb("seen"), rule] } : new RetentionRule { AnyOf = [Limb("seen"), rule] };
        }

        return rule;
    }

    private static RetentionRule Limb(string trigger) => new() { Keep = CalendarPeriod.FromYears(1), After = PeriodStart.FromString(trigger) };
}
