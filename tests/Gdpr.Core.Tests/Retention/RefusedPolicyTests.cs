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
        { "a rule of two forms", Example.Policy(Purpose("service", Keep("P1M", "end") + """, "allOf": [{ "keep": "P7Y", "after": "end" }, { "keep": "P9Y", "after": "end" }] """)) },
        { "evidence where nothing is held back by it", Example.Policy(Purpose("service", Keep("P1M", "end") + """, "unless": { "within": "P1Y", "of": "end" } """)) },
        { "an assessment of no relation", Example.Policy(Purpose("service", Keep("P1M", "end") + """, "assessment": { "keep": "P1Y", "after": "end" } """)) },
        { "a maximum that ends with evidence", Example.Policy(Purpose("service", Keep("P1M", "end"), more: """, "limit": { "within": "P2Y", "of": "end", "law": "x" } """)) },
        {
            "a maximum that ends with a state",
            Example.Policy(Purpose("service", Keep("P1M", "end"), more: """, "limit": { "while": { "started": "end", "ended": "end" }, "law": "x" } """))
        },
        { "an activity without a basis", WithActivity(basis: null) },
        { "an activity with a basis that says nothing", WithActivity(new LawfulBasis()) },
        { "an activity with two bases", WithActivity(new LawfulBasis { Contract = new ContractBasis(), Consent = new ConsentBasis { Text = "text" } }) },
        { "a processor's activity with two bases", WithActivity(new LawfulBasis { Contract = new ContractBasis(), VitalInterests = new VitalInterestsBasis() }, ProcessingCapacity.Processor) },
        { "two rules of one name", WithTwoRulesOfOneName() },
        { "a restriction without a period", WithDisposal(new() { Action = DisposalAction.Restrict, Then = Gdpr.Policies.Disposal.Erase }) },
        { "a restriction of no length", WithDisposal(new() { Action = DisposalAction.Restrict, For = default(CalendarPeriod), Then = Gdpr.Policies.Disposal.Erase }) },
        { "a restriction upon which nothing follows", WithDisposal(new() { Action = DisposalAction.Restrict, For = CalendarPeriod.FromYears(3) }) },
        {
            "a restriction upon which a restriction follows",
            WithDisposal(Gdpr.Policies.Disposal.Restrict(CalendarPeriod.FromYears(1), Gdpr.Policies.Disposal.Restrict(CalendarPeriod.FromYears(1), Gdpr.Policies.Disposal.Erase)))
        },
        { "an erasure with a strategy", WithDisposal(new() { Action = DisposalAction.Erase, Strategy = AnonymisationStrategy.Null }) },
        { "an erasure after no time", WithDisposal(new() { Action = DisposalAction.Erase, For = default(CalendarPeriod) }) },
        { "an erasure upon which something follows", WithDisposal(new() { Action = DisposalAction.Erase, Then = Gdpr.Policies.Disposal.Erase }) },
        {
            "anonymising after a time",
            WithDisposal(new() { Action = DisposalAction.Anonymise, Strategy = AnonymisationStrategy.Null, For = CalendarPeriod.FromYears(1) })
        },
        {
            "anonymising upon which something follows",
            WithDisposal(new() { Action = DisposalAction.Anonymise, Strategy = AnonymisationStrategy.Null, Then = Gdpr.Policies.Disposal.Erase })
        },
        { "a strategy without an action", WithDisposal(new() { Strategy = AnonymisationStrategy.Null }) },
        { "a disposal that says nothing", WithDisposal(new()) },
        { "anonymising without a strategy", WithDisposal(new() { Action = DisposalAction.Anonymise }) },
        { "a text in place that is not stated", WithDisposal(new() { Action = DisposalAction.Anonymise, Strategy = AnonymisationStrategy.FixedText }) },
        { "a text that no strategy asks for", WithDisposal(Gdpr.Policies.Disposal.Anonymise(AnonymisationStrategy.Null, "gone")) },
        { "a data set that is retired later", Retired("2020-01-02", "") },
        { "a data set that is retired on no date", Retired("", "") },
        { "a data set that is retired and in use", Retired("2020-01-01", Purpose("service", Keep("P1M", "end"))) },
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

    [Fact]
    public void A_relation_may_be_nested_as_deeply_as_any_other_rule() =>
        RetentionSchedule.Compile(WithRule(Nested(31, new RetentionRule { While = new RunningState { Started = "end", Ended = "end" } })))
            .DataSet("sys.set").FieldGroups.Single().Rules.Count.ShouldBe(1);

    private static GdprPolicy Retired(string on, string activities) => PolicyReader.Read($$"""
        { "policy": "example", "version": "1", "effective": "2020-01-01",
          "controllers": { "us": { "name": "Us", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@us.example" } },
          "systems": { "sys": { "dataSets": { "set": { "subject": "customer", "triggers": { "end": { "whenNull": "unknown" } },
            "retired": { {{(on.Length > 0 ? $"\"on\": \"{on}\"," : "")}} "reason": "replaced" }, "fields": { "name": "identity.name" } } } } },
          "activities": { {{activities}} } }
        """).Policy!;

    private static string Purposes(int count) => string.Join(",", Enumerable.Range(1, count).Select(number => Purpose($"service-{number}", Keep("P1Y", "end"))));

    private static GdprPolicy WithRule(RetentionRule rule)
    {
        var policy = Example.Policy(Purpose("service", Keep("P1Y", "end")));
        var (id, activity) = policy.Activities.Single();
        return policy.With(id, new Activity { Purpose = activity.Purpose, Basis = activity.Basis, Data = activity.Data, Retention = rule });
    }

    private static GdprPolicy WithActivity(LawfulBasis? basis, ProcessingCapacity capacity = ProcessingCapacity.Controller)
    {
        var policy = Example.Policy(Purpose("service", Keep("P1Y", "end")));
        var (id, activity) = policy.Activities.Single();
        return policy.With(id, new Activity { Purpose = activity.Purpose, Basis = basis, Capacity = capacity, Data = activity.Data, Retention = activity.Retention });
    }

    private static GdprPolicy WithTwoRulesOfOneName() => Example.Policy(
        Purpose("service", Keep("P1Y", "end"), more: Minimum("P2Y", "end", "SFS 1999:1078 7:2")) + "," + Purpose("service.minimum", Keep("P1Y", "end")));

    private static GdprPolicy WithoutFields(GdprPolicy policy) => WithFields(policy, new Dictionary<string, DataField>());

    private static GdprPolicy WithDisposal(Gdpr.Policies.Disposal disposal) => WithFields(
        Example.Policy(Purpose("service", Keep("P1Y", "end"))),
        new Dictionary<string, DataField> { ["name"] = new() { Category = "identity.name", Disposal = disposal } });

    private static GdprPolicy WithFields(GdprPolicy policy, IReadOnlyDictionary<string, DataField> fields) => new()
    {
        Policy = policy.Policy,
        Version = policy.Version,
        Effective = policy.Effective,
        Controllers = policy.Controllers,
        Systems = new Dictionary<string, DataSystem>
        {
            ["sys"] = new()
            {
                DataSets = new Dictionary<string, DataSet>
                {
                    ["set"] = new() { Subject = "customer", Triggers = policy.Systems["sys"].DataSets["set"].Triggers, Fields = fields },
                },
            },
        },
        Activities = policy.Activities,
    };

    /// <summary>A rule of so many limbs, each in the last place of the one before.</summary>
    private static RetentionRule Nested(int limbs, RetentionRule? innermost = null)
    {
        var rule = innermost ?? Limb("end");
        for (var i = 1; i < limbs; i++)
        {
            rule = i % 2 == 0 ? new RetentionRule { AllOf = [Limb("seen"), rule] } : new RetentionRule { AnyOf = [Limb("seen"), rule] };
        }

        return rule;
    }

    private static RetentionRule Limb(string trigger) => new() { Keep = CalendarPeriod.FromYears(1), After = PeriodStart.FromString(trigger) };
}
