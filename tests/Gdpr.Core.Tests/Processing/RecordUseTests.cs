using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing;
using Gdpr.Retention;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Processing;

/// <summary>The pure decision about one record: what it says of its contract, and what is recorded of the person beside it.</summary>
public sealed class RecordUseTests
{
    private static readonly Instant Now = Office.Now;
    private static readonly DataSubject Person = new("office", new SubjectKey("k1"));

    [Theory]
    [InlineData("whole", true)]
    [InlineData("run out", false)]
    [InlineData("none", false)]
    public void A_record_kept_while_consent_lasts_is_not_used_by_a_consent_to_one_field_alone(string whole, bool isAllowed)
    {
        var field = new ConsentState("direct-marketing", ConsentPhase.Given, Now - Duration.FromDays(2), Now)
        {
            Text = "newsletter-2026",
            Field = "crm.customers.interests",
        };
        var purpose = field with { Field = null, ValidUntil = whole == "run out" ? Now - Duration.FromDays(1) : null };
        var state = new SubjectState { Consents = whole == "none" ? [field] : [purpose, field] };

        var decision = Ask(Office.Policy(), "direct-marketing", "crm.customers.interests", state, default, TriggerValue.Missing);

        decision.Reasons.Select(reason => reason.Code).ShouldBe(isAllowed ? [] : [ProcessingReasons.PeriodOver]);
    }

    [Theory]
    [InlineData("service-provision")]
    [InlineData("direct-marketing")]
    [InlineData("service-improvement")]
    [InlineData("bookkeeping")]
    public void A_record_whose_purpose_is_objected_to_is_restricted_for_that_purpose_and_no_other(string objected)
    {
        var policy = Office.Policy();
        var index = RetentionSchedule.Compile(policy).DataSet("crm.customers").PurposeIndex(objected);
        var consent = new ConsentState("direct-marketing", ConsentPhase.Given, Now - Duration.FromDays(2), Now) { Text = "newsletter-2026" };
        var state = new SubjectState { Consents = [consent] };
        foreach (var (purpose, data) in new[]
        {
            ("service-provision", "name"), ("direct-marketing", "email"), ("service-improvement", "name"), ("bookkeeping", "name"),
        })
        {
            var facts = default(RecordFacts).With(PurposeFact.ObjectionPending, index);

            var decision = Ask(policy, purpose, $"crm.customers.{data}", state, facts, TriggerValue.On(new LocalDate(2026, 11, 1)));

            decision.Reasons.Select(reason => reason.Code).ShouldBe(purpose == objected ? [ProcessingReasons.Restricted] : [], purpose);
        }
    }

    /// <summary>Days before now of the last two events in the record; the erasure was granted ten days before now.</summary>
    [Theory]
    [InlineData(20, 5, true)]
    [InlineData(5, 20, true)]
    [InlineData(20, 0, true)]
    [InlineData(20, 10, false)]
    [InlineData(20, -1, false)]
    [InlineData(20, 20, false)]
    public void A_contract_outlasts_an_erasure_where_the_last_event_in_its_record_came_after_it(int created, int seen, bool isAllowed)
    {
        var json = Office.PolicyJson("""
            "service": { "purpose": "service-provision", "basis": { "contract": { "necessity": "The service." } }, "data": ["crm.customers"],
              "retention": { "keep": "P3M", "after": "ended", "fallback": { "keep": "P2Y", "after": "created", "unless": { "within": "P13M", "of": "seen" } } } },
            "visits": { "purpose": "web-analytics", "basis": { "legitimateInterest": { "interest": { "en": "To count" }, "assessment": "balance" } },
              "data": ["crm.visits"], "retention": { "keep": "P6M", "after": "at" } }
            """).Replace(
            "\"ended\": { \"whenNull\": \"unknown\" }",
            "\"ended\": { \"whenNull\": \"notHappened\" }, \"created\": { \"whenNull\": \"unknown\" }, \"seen\": { \"whenNull\": \"notHappened\" }",
            StringComparison.Ordinal);
        var state = new SubjectState
        {
            Endings =
            [
                new EndingState("e", [], [], IsErasure: true, Now - Duration.FromDays(10)) { IsDone = true },
                new EndingState("c", ["direct-marketing"], [], IsErasure: false, Now),
            ],
        };

        var decision = Ask(
            PolicyReader.Read(json).GetUsable(), "service-provision", "crm.customers.name", state, default, TriggerValue.Missing, Days(created), Days(seen));

        decision.Reasons.Select(reason => reason.Code).ShouldBe(isAllowed ? [] : [ProcessingReasons.PurposeEnded]);

        static TriggerValue Days(int before) => TriggerValue.At(Now - Duration.FromDays(before));
    }

    [Fact]
    public void A_purpose_rests_on_consent_where_any_activity_of_the_controllers_own_does()
    {
        static Activity Of(LawfulBasis basis, string? controller = null) => new() { Purpose = "p", Basis = basis, Controller = controller, Data = ["s.d"] };
        var (consent, contract) = (new LawfulBasis { Consent = new ConsentBasis { Text = "t" } }, new LawfulBasis { Contract = new ContractBasis() });
        static GdprPolicy With(params Activity[] activities) =>
            new() { Activities = activities.Select((activity, index) => (activity, index)).ToDictionary(one => $"a{one.index}", one => one.activity) };

        CompatibilityJudge.NeedsNewConsent(With(Of(contract), Of(consent)), "own", "p").ShouldBeTrue();
        CompatibilityJudge.NeedsNewConsent(With(Of(contract), Of(consent, "own")), "own", "p").ShouldBeTrue();
        CompatibilityJudge.NeedsNewConsent(With(Of(contract), Of(consent, "other")), "own", "p").ShouldBeFalse();
        CompatibilityJudge.NeedsNewConsent(With(Of(contract), Of(consent)), "own", "another").ShouldBeFalse();
    }

    [Fact]
    public void Data_collected_also_for_a_purpose_that_needs_no_new_consent_awaits_an_assessment()
    {
        var policy = Office.Policy();
        var activity = new ProgramActivity("improvement", 0, policy.Activities["improvement"], policy);

        CompatibilityJudge.Judge(activity, policy, "office", ["direct-marketing", "service-provision"], []).ShouldBe(ProcessingReasons.CompatibilityNotAssessed);
        CompatibilityJudge.Judge(activity, policy, "office", ["direct-marketing", "bookkeeping"], []).ShouldBe(ProcessingReasons.NewConsentNeeded);
    }

    private static ProcessingDecision Ask(GdprPolicy policy, string purpose, string data, SubjectState state, RecordFacts facts, params TriggerValue[] triggers)
    {
        var program = ProcessingProgram.Compile(policy);
        var use = program.Prepare(new ProcessingRequest(Person, purpose) { Data = [data], Actor = ProcessingActor.Person("staff", "anna") });
        var evaluator = RetentionSchedule.Compile(policy).At(Now);
        var record = new RetentionRecord(evaluator.Schedule.DataSet("crm.customers"), triggers, in facts);
        return ProcessingProgram.Decide(new ProcessingQuestion(use), program.StandingOf(Person, state, Now), evaluator, record);
    }
}
