using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing;
using Gdpr.Retention;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Processing;

/// <summary>The pure decision where several things are recorded of one person, or several activities may carry a use.</summary>
public sealed class CloserLookTests
{
    private static readonly Instant Now = Office.Now;
    private static readonly DataSubject Person = new("office", new SubjectKey("k1"));
    private static readonly ProcessingProgram Program = ProcessingProgram.Compile(Office.Policy());

    /// <summary>What comes an hour after the consent, and whether the restricted data is used all the same.</summary>
    public static TheoryData<string, SubjectState, bool> Since { get; } = new()
    {
        { "nothing", SubjectState.Empty, true },
        { "a second restriction", Restricted(RestrictionPhase.Placed), false },
        { "a restriction that was lifted", Restricted(RestrictionPhase.Lifted), true },
        { "a restriction of other data", Restricted(RestrictionPhase.Placed, "crm.visits"), true },
        { "a pending objection", Objected("service-provision", ObjectionPhase.Pending), false },
        { "an objection that was overruled", Objected("service-provision", ObjectionPhase.Overruled), true },
        { "an objection to another purpose", Objected("web-analytics", ObjectionPhase.Pending), true },
    };

    [Theory]
    [MemberData(nameof(Since))]
    public void Consent_opens_restricted_data_only_where_it_came_after_everything_that_still_restricts_it(string what, SubjectState since, bool isAllowed)
    {
        var restricted = new RestrictionState("r-0", RestrictionGround.Claims, [], RestrictionPhase.Placed, At(-3), At(-3));
        var state = since with
        {
            Restrictions = [restricted, .. since.Restrictions],
            Consents = [new ConsentState("service-provision", ConsentPhase.Given, At(-2), At(-2))],
        };

        Ask("service-provision", "crm.customers.name", state, AllowedUse.Consent).IsAllowed.ShouldBe(isAllowed, what);
    }

    [Fact]
    public void Two_of_the_same_are_no_fewer_than_one()
    {
        var objected = Objected("service-improvement", ObjectionPhase.Upheld).Objections[0];
        var ended = new EndingState("e-1", ["service-improvement"], [], IsErasure: false, At(-1));
        var restricted = Restricted(RestrictionPhase.Placed).Restrictions[0];

        Codes(Ask("service-improvement", "crm.customers.name", new SubjectState { Objections = [objected, objected with { Id = "o-2" }] }))
            .ShouldBe([ProcessingReasons.ObjectionUpheld]);
        Codes(Ask("service-improvement", "crm.customers.name", new SubjectState { Endings = [ended, ended with { Id = "e-2" }] }))
            .ShouldBe([ProcessingReasons.PurposeEnded]);
        Codes(Ask("service-improvement", "crm.customers.name", new SubjectState { Restrictions = [restricted, restricted with { Id = "r-2" }] }))
            .ShouldBe([ProcessingReasons.Restricted]);
    }

    [Theory]
    [InlineData(null, "email", true)]
    [InlineData("email", "email", true)]
    [InlineData("email", null, true)]
    [InlineData("email", "post", false)]
    public void A_use_is_said_to_be_of_restricted_data_where_a_pending_objection_is_looked_past_and_not_where_none_concerns_it(
        string? channel, string? asked, bool isRestricted)
    {
        var pending = Objected("service-improvement", ObjectionPhase.Pending);
        var state = pending with { Objections = [pending.Objections[0] with { Channel = channel }] };

        var decision = Ask("service-improvement", "crm.customers.name", state, AllowedUse.LegalClaims, asked);

        decision.IsAllowed.ShouldBeTrue();
        decision.RestrictedUse.ShouldBe(isRestricted ? AllowedUse.LegalClaims : null);
    }

    [Fact]
    public void A_use_that_takes_a_closer_look_at_something_else_is_not_said_to_be_of_restricted_data()
    {
        var state = new SubjectState
        {
            Consents = [new ConsentState("service-improvement", ConsentPhase.Given, At(-1), At(-1)) { Field = "crm.customers.email" }],
            Objections = Objected("web-analytics", ObjectionPhase.Pending).Objections,
        };

        var decision = Ask("service-improvement", "crm.customers.name", state, AllowedUse.LegalClaims);

        (decision.IsAllowed, decision.RestrictedUse).ShouldBe((true, null));
    }

    [Fact]
    public void A_duty_in_law_outlives_an_erasure_also_where_something_was_said_of_a_single_field()
    {
        var state = new SubjectState
        {
            Consents = [new ConsentState("bookkeeping", ConsentPhase.Given, At(-1), At(-1)) { Field = "crm.customers.email" }],
            Endings = [new EndingState("e", [], [], IsErasure: true, Now)],
        };

        Ask("bookkeeping", "crm.customers.name", state).IsAllowed.ShouldBeTrue();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(70)]
    public void However_many_fields_are_asked_for_the_answer_names_the_activity_that_carries_them(int more)
    {
        var fields = string.Concat(Enumerable.Range(0, more).Select(i => $", \"f{i}\": \"identity.name\""));
        const string Activities = """
            "one": { "purpose": "service-provision", "basis": { "consent": { "text": "newsletter-2026" } }, "data": ["crm.customers"],
              "retention": { "while": "consent" } },
            "two": { "purpose": "service-provision", "basis": { "contract": { "necessity": "The service." } }, "data": ["crm.customers"],
              "retention": { "keep": "P3M", "after": "ended" } },
            "visits": { "purpose": "web-analytics", "basis": { "legitimateInterest": { "interest": { "en": "To count" }, "assessment": "balance" } },
              "data": ["crm.visits"], "retention": { "keep": "P6M", "after": "at" } }
            """;
        var program = ProcessingProgram.Compile(Office.Policy(Activities, fields: fields));

        Ask("service-provision", "crm.customers", SubjectState.Empty, program: program).Bases
            .ShouldBe([new CarryingBasis("two", "crm.customers", LawfulBasisKind.Contract)]);
    }

    /// <summary>Hours around an objection's and a consent's first and last instant.</summary>
    [Theory]
    [InlineData(-4, true, false)]
    [InlineData(-3, true, true)]
    [InlineData(-1, true, true)]
    [InlineData(0, true, false)]
    [InlineData(2, false, false)]
    [InlineData(4, false, false)]
    public void Where_a_person_stood_at_one_instant_decides_nothing_at_another_at_which_something_has_begun_or_ended(int hour, bool isObjected, bool isConsented)
    {
        var state = new SubjectState
        {
            Consents = [new ConsentState("direct-marketing", ConsentPhase.Given, At(-3), At(-3)) { Text = "newsletter-2026", ValidUntil = At(0) }],
            Objections = [Objected("service-improvement", ObjectionPhase.Upheld).Objections[0] with { Until = At(2) }],
        };
        foreach (var made in Enumerable.Range(-5, 11))
        {
            var standing = Program.StandingOf(Person, state, At(made));

            Decide(standing, "service-improvement", "crm.customers.name", At(hour)).IsAllowed.ShouldBe(!isObjected, $"made at {made}");
            Decide(standing, "direct-marketing", "crm.customers.email", At(hour)).IsAllowed.ShouldBe(isConsented, $"made at {made}");
        }
    }

    [Fact]
    public void A_question_without_a_use_and_a_person_without_a_standing_are_refused_by_name()
    {
        var use = Prepare(Program, "service-provision", "crm.customers.name");

        Should.Throw<ArgumentNullException>(() => ProcessingProgram.Decide(new ProcessingQuestion(use), null!, Now)).ParamName.ShouldBe("standing");
        Should.Throw<ArgumentNullException>(() => SubjectStanding.Unreadable(null!, Person)).ParamName.ShouldBe("program");
        Should.Throw<ArgumentException>(() => ProcessingProgram.Decide(default, Program.StandingOf(Person, SubjectState.Empty, Now), Now))
            .Message.ShouldContain("prepare one");
    }

    [Fact]
    public void A_person_without_a_key_is_nobody()
    {
        var standing = Program.StandingOf(new DataSubject("office", new SubjectKey("")), SubjectState.Empty, Now);

        Codes(Decide(standing, "service-provision", "crm.customers.name", Now)).ShouldBe([ProcessingReasons.PersonUnknown]);
    }

    [Fact]
    public void A_role_is_told_each_category_that_it_may_not_process()
    {
        var request = new ProcessingRequest(Person, "direct-marketing") { Data = ["crm.customers"], Actor = ProcessingActor.Service("sender", "letters") };

        Program.Prepare(request).StaticReasons.Single(reason => reason.Code == ProcessingReasons.RoleWithoutCategory).About.ShouldBe("sender: online.profile");
        Program.Prepare(request with { Purpose = "service-provision" }).StaticReasons.ShouldContain(reason => reason.Code == ProcessingReasons.RoleWithoutPurpose);
        var both = ProcessingProgram.Compile(Office.Policy(
            Office.Activities.Replace("\"crm.customers.email\", \"crm.customers.interests\"", "\"crm.customers\"", StringComparison.Ordinal)));
        both.Prepare(request).StaticReasons.ShouldContain(reason => reason.About == "sender: identity.name, online.profile");
    }

    private static Instant At(int hour) => Now + Duration.FromHours(hour);

    private static SubjectState Restricted(RestrictionPhase phase, params string[] dataSets) =>
        new() { Restrictions = [new RestrictionState("r-1", RestrictionGround.Claims, dataSets, phase, At(-1), At(-1))] };

    private static SubjectState Objected(string purpose, ObjectionPhase phase) => new() { Objections = [new ObjectionState("o-1", [purpose], phase, At(-1), At(-1))] };

    private static ProcessingUse Prepare(ProcessingProgram program, string purpose, string data) =>
        program.Prepare(new ProcessingRequest(Person, purpose) { Data = [data], Actor = ProcessingActor.Person("staff", "anna") });

    private static ProcessingDecision Ask(
        string purpose, string data, SubjectState state, AllowedUse? use = null, string? channel = null, ProcessingProgram? program = null)
    {
        program ??= Program;
        var question = new ProcessingQuestion(Prepare(program, purpose, data)) { RestrictedUse = use, Channel = channel };
        return ProcessingProgram.Decide(question, program.StandingOf(Person, state, Now), Now);
    }

    private static ProcessingDecision Decide(SubjectStanding standing, string purpose, string data, Instant now) =>
        ProcessingProgram.Decide(new ProcessingQuestion(Prepare(Program, purpose, data)), standing, now);

    private static IEnumerable<string> Codes(ProcessingDecision decision) => decision.Reasons.Select(reason => reason.Code).Distinct();
}
