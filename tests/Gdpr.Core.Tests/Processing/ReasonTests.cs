using System.Reflection;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Processing;

/// <summary>The reasons: each with its article and its mend, and what the policy and the law forbid whoever the person is.</summary>
public sealed class ReasonTests
{
    private static readonly DataSubject Person = new("own", new SubjectKey("k1"));
    private static readonly Instant Now = Office.Now;
    private static readonly LocalDate Today = new(2026, 11, 22);

    /// <summary>A member of an activity that makes it lawful or not, and the reason.</summary>
    public static TheoryData<string, Func<Activity>, string[], ProcessingAutomation, string> Cases { get; } = new()
    {
        { "no basis", () => A(null), ["s.d.name"], ProcessingAutomation.None, ProcessingReasons.NoBasis },
        { "an interest nobody weighed", () => A(Interest(null)), ["s.d.name"], ProcessingAutomation.None, ProcessingReasons.InterestNotAssessed },
        { "an interest weighed elsewhere", () => A(Interest("impact")), ["s.d.name"], ProcessingAutomation.None, ProcessingReasons.InterestNotAssessed },
        { "an interest weighed", () => A(Interest("weighed")), ["s.d.name"], ProcessingAutomation.None, "" },
        { "an interest weighed without its necessity", () => A(Interest("unneeded")), ["s.d.name"], ProcessingAutomation.None, ProcessingReasons.InterestNotAssessed },
        { "an interest weighed without its balance", () => A(Interest("unbalanced")), ["s.d.name"], ProcessingAutomation.None, ProcessingReasons.InterestNotAssessed },
        { "health without condition", () => A(Contract), ["s.d.health"], ProcessingAutomation.None, ProcessingReasons.SpecialCategories },
        { "an interest weighed today", () => A(Interest("weighed-today")), ["s.d.name"], ProcessingAutomation.None, "" },
        { "an interest that is to be weighed tomorrow", () => A(Interest("weighed-tomorrow")), ["s.d.name"], ProcessingAutomation.None, ProcessingReasons.InterestNotAssessed },
        { "health on an interest alone", () => A(Interest("weighed")), ["s.d.health"], ProcessingAutomation.None, ProcessingReasons.SpecialCategories },
        { "health by letter k", () => A(Contract, special: ("k", "SFS 1")), ["s.d.health"], ProcessingAutomation.None, ProcessingReasons.SpecialCategories },
        { "health by (a) without explicit consent", () => A(Contract, special: ("a", null)), ["s.d.health"], ProcessingAutomation.None, ProcessingReasons.SpecialCategories },
        { "health by (b) without law", () => A(Contract, special: ("b", null)), ["s.d.health"], ProcessingAutomation.None, ProcessingReasons.SpecialCategories },
        { "health by (a) with a consent that is not explicit", () => A(Consent(false), special: ("a", null)), ["s.d.health"], ProcessingAutomation.None, ProcessingReasons.SpecialCategories },
        { "health by (a) with explicit consent", () => A(Consent(true), special: ("a", null)), ["s.d.health"], ProcessingAutomation.None, "" },
        { "health by (g) without law", () => A(Contract, special: ("g", null)), ["s.d.health"], ProcessingAutomation.None, ProcessingReasons.SpecialCategories },
        { "health by (i) without law", () => A(Contract, special: ("i", null)), ["s.d.health"], ProcessingAutomation.None, ProcessingReasons.SpecialCategories },
        { "health by (j) without law", () => A(Contract, special: ("j", null)), ["s.d.health"], ProcessingAutomation.None, ProcessingReasons.SpecialCategories },
        { "health by (b) under law", () => A(Contract, special: ("b", "SFS 2018:218 3:2")), ["s.d.health"], ProcessingAutomation.None, "" },
        { "health by (f)", () => A(Contract, special: ("f", null)), ["s.d.health"], ProcessingAutomation.None, "" },
        { "the name beside it needs no condition", () => A(Contract), ["s.d.name"], ProcessingAutomation.None, "" },
        { "offences without ground", () => A(Contract), ["s.d.crime"], ProcessingAutomation.None, ProcessingReasons.Offences },
        { "offences by consent", () => A(Consent(true)), ["s.d.crime"], ProcessingAutomation.None, ProcessingReasons.Offences },
        { "offences by duty without law", () => A(Contract, offences: (OffenceGroundKind.LegalDuty, null)), ["s.d.crime"], ProcessingAutomation.None, ProcessingReasons.Offences },
        { "offences by duty under a law that is not named", () => A(Contract, offences: (OffenceGroundKind.LegalDuty, "")), ["s.d.crime"], ProcessingAutomation.None, ProcessingReasons.Offences },
        { "offences for claims", () => A(Contract, offences: (OffenceGroundKind.LegalClaims, null)), ["s.d.crime"], ProcessingAutomation.None, "" },
        { "an identity number without justification", () => A(Contract), ["s.d.number"], ProcessingAutomation.None, ProcessingReasons.IdentityNumber },
        { "an identity number by consent on a contract", () => A(Contract, number: IdentityNumberGround.Consent), ["s.d.number"], ProcessingAutomation.None, ProcessingReasons.IdentityNumber },
        { "an identity number for its purpose", () => A(Contract, number: IdentityNumberGround.Purpose), ["s.d.number"], ProcessingAutomation.None, "" },
        { "profiling undeclared", () => A(Contract), ["s.d.name"], ProcessingAutomation.Profiling, ProcessingReasons.ProfilingNotDeclared },
        { "profiling declared for a contract", () => A(Contract, profiling: P(ProfilingRequirement.ContractNecessity)), ["s.d.name"], ProcessingAutomation.Profiling, "" },
        { "profiling that requires nobody knows what", () => A(Contract, profiling: new Profiling()), ["s.d.name"], ProcessingAutomation.None, ProcessingReasons.ProfilingRequirement },
        { "profiling that requires consent on a contract", () => A(Contract, profiling: P(ProfilingRequirement.Consent)), ["s.d.name"], ProcessingAutomation.None, ProcessingReasons.ProfilingRequirement },
        { "a decision where only profiling is declared", () => A(Contract, profiling: P(ProfilingRequirement.Basis)), ["s.d.name"], ProcessingAutomation.SolelyAutomatedDecision, ProcessingReasons.AutomatedDecision },
        { "a decision on no more than an interest", () => A(Interest("weighed"), profiling: P(ProfilingRequirement.Basis, true, "R")), ["s.d.name"], ProcessingAutomation.None, ProcessingReasons.AutomatedDecision },
        { "a decision nobody reviews", () => A(Contract, profiling: P(ProfilingRequirement.ContractNecessity, true)), ["s.d.name"], ProcessingAutomation.None, ProcessingReasons.NoHumanReview },
        { "a decision that a contract needs, reviewed", () => A(Contract, profiling: P(ProfilingRequirement.ContractNecessity, true, "R")), ["s.d.name"], ProcessingAutomation.SolelyAutomatedDecision, "" },
        { "a decision that law authorises", () => A(new LawfulBasis { LegalObligation = new() { Law = "SFS 1 1:1" } }, profiling: P(ProfilingRequirement.Law, true)), ["s.d.name"], ProcessingAutomation.None, "" },
        { "a decision on health by (f)", () => A(Contract, special: ("f", null), profiling: P(ProfilingRequirement.ContractNecessity, true, "R")), ["s.d.health"], ProcessingAutomation.None, ProcessingReasons.AutomatedOnSpecialCategories },
        { "a decision on health by (g)", () => A(Contract, special: ("g", "SFS 1"), profiling: P(ProfilingRequirement.ContractNecessity, true, "R")), ["s.d.health"], ProcessingAutomation.None, "" },
        { "a decision on health by (a)", () => A(Consent(true), special: ("a", null), profiling: P(ProfilingRequirement.Consent, true, "R")), ["s.d.health"], ProcessingAutomation.None, "" },
        { "a decision about adults and children", () => A(Contract, data: "s.families", profiling: P(ProfilingRequirement.ContractNecessity, true, "R")), ["s.families.name"], ProcessingAutomation.None, ProcessingReasons.AutomatedAboutChildren },
        { "a decision about people who are children in the policy's words", () => A(Contract, data: "s.trainees", profiling: P(ProfilingRequirement.ContractNecessity, true, "R")), ["s.trainees.name"], ProcessingAutomation.None, ProcessingReasons.AutomatedAboutChildren },
        { "a decision about children", () => A(Contract, data: "s.children", profiling: P(ProfilingRequirement.ContractNecessity, true, "R")), ["s.children.name"], ProcessingAutomation.None, ProcessingReasons.AutomatedAboutChildren },
        { "a joint controller without arrangement", () => A(Contract, ProcessingCapacity.JointController, "missing"), ["s.d.name"], ProcessingAutomation.None, ProcessingReasons.NoAgreement },
        { "a joint controller before the arrangement", () => A(Contract, ProcessingCapacity.JointController, "tomorrow"), ["s.d.name"], ProcessingAutomation.None, ProcessingReasons.NoAgreement },
        { "a joint controller on its last day", () => A(Contract, ProcessingCapacity.JointController, "today"), ["s.d.name"], ProcessingAutomation.None, "" },
        { "a joint controller the day after", () => A(Contract, ProcessingCapacity.JointController, "yesterday"), ["s.d.name"], ProcessingAutomation.None, ProcessingReasons.NoAgreement },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_the_law_asks_more_of_some_data_and_some_processing_is_asked_whoever_the_person_is(
        string what, Func<Activity> activity, string[] data, ProcessingAutomation automation, string expected)
    {
        var program = ProcessingProgram.Compile(Policy(activity()));
        var use = program.Prepare(new ProcessingRequest(Person, "p") { Data = data, Actor = ProcessingActor.Person("staff", "anna"), Automation = automation });

        var decision = ProcessingProgram.Decide(
            new ProcessingQuestion(use), program.StandingOf(Person, new SubjectState { Consents = [new ConsentState("p", ConsentPhase.Given, Now, Now) { Text = "t", IsExplicit = true }] }, Now), Now);

        decision.Reasons.Select(reason => reason.Code).ShouldBe(expected.Length > 0 ? [expected] : [], what);
        decision.Outcome.ShouldBe(expected switch { "" => ProcessingOutcome.Allowed, ProcessingReasons.InterestNotAssessed => ProcessingOutcome.NeedsHuman, _ => ProcessingOutcome.Denied });
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("email", false)]
    [InlineData("sms", false)]
    [InlineData("post", true)]
    [InlineData("Phone", true)]
    public void Marketing_that_needs_a_consent_beside_its_basis_is_sent_without_one_by_post_and_manned_phone_only(string? channel, bool isAllowed)
    {
        var program = ProcessingProgram.Compile(Policy(A(Interest("weighed"), marketing: true)));
        var use = program.Prepare(new ProcessingRequest(Person, "p") { Data = ["s.d.name"], Actor = ProcessingActor.Person("staff", "anna") });
        ProcessingDecision Ask(SubjectState state) => ProcessingProgram.Decide(new ProcessingQuestion(use) { Channel = channel }, program.StandingOf(Person, state, Now), Now);

        Ask(SubjectState.Empty).Reasons.Select(reason => reason.Code).ShouldBe(isAllowed ? [] : [ProcessingReasons.MarketingConsentMissing]);
        Ask(new SubjectState { Consents = [new ConsentState("p", ConsentPhase.Given, Now, Now)] }).IsAllowed.ShouldBeTrue();
    }

    [Fact]
    public void Where_one_of_several_activities_carries_the_use_the_others_do_not_stand_in_its_way_and_the_record_names_it()
    {
        var policy = Policy(A(null), A(Contract), A(Interest(null)));
        var program = ProcessingProgram.Compile(policy);
        var use = program.Prepare(new ProcessingRequest(Person, "p") { Data = ["s.d.name"], Actor = ProcessingActor.Person("staff", "anna") });

        var decision = ProcessingProgram.Decide(new ProcessingQuestion(use), program.StandingOf(Person, SubjectState.Empty, Now), Now);

        decision.Bases.ShouldBe([new CarryingBasis("a1", "s.d", LawfulBasisKind.Contract)]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Where_a_human_can_open_one_way_what_stands_in_another_is_not_told(bool isHumanFirst)
    {
        var program = ProcessingProgram.Compile(isHumanFirst ? Policy(A(Interest(null)), A(null)) : Policy(A(null), A(Interest(null))));
        var use = program.Prepare(new ProcessingRequest(Person, "p") { Data = ["s.d.name"], Actor = ProcessingActor.Person("staff", "anna") });

        var decision = ProcessingProgram.Decide(new ProcessingQuestion(use), program.StandingOf(Person, SubjectState.Empty, Now), Now);

        decision.Outcome.ShouldBe(ProcessingOutcome.NeedsHuman);
        decision.Reasons.Select(reason => reason.Code).ShouldBe([ProcessingReasons.InterestNotAssessed]);
    }

    [Fact]
    public void Every_reason_has_its_code_an_article_and_a_mend_and_every_code_a_reason()
    {
        string[] codes = [.. typeof(ProcessingReasons).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!)];

        ProcessingReasons.All.Keys.ShouldBe(codes, ignoreOrder: true);
        ProcessingReasons.All.ShouldAllBe(pair => pair.Key == pair.Value.Code && pair.Value.Article.Length > 0 && pair.Value.Mend.EndsWith('.'));
        codes.ShouldAllBe(code => code.Split('-').All(word => word.Length > 0 && word.All(char.IsAsciiLetterLower)));
    }

    [Fact]
    public void A_person_whom_the_vault_has_forgotten_is_nobody()
    {
        var program = ProcessingProgram.Compile(Policy(A(Contract)));
        var use = program.Prepare(new ProcessingRequest(Person, "p") { Data = ["s.d.name"], Actor = ProcessingActor.Person("staff", "anna") });

        ProcessingProgram.Decide(new ProcessingQuestion(use), program.StandingOf(Person, new SubjectState { IsForgotten = true }, Now), Now).Reasons.Select(reason => reason.Code)
            .ShouldBe([ProcessingReasons.PersonUnknown]);
        Should.Throw<ArgumentException>(() => ProcessingProgram.Decide(default, program.StandingOf(Person, SubjectState.Empty, Now), Now));
    }

    private static LawfulBasis Contract => new() { Contract = new ContractBasis() };

    private static LawfulBasis Consent(bool isExplicit) => new() { Consent = new ConsentBasis { Text = "t", Explicit = isExplicit } };

    private static LawfulBasis Interest(string? assessment) => new() { LegitimateInterest = new LegitimateInterestBasis { Assessment = assessment } };

    private static Profiling P(ProfilingRequirement requires, bool solely = false, string? review = null) => new() { Requires = requires, SolelyAutomated = solely, HumanReview = review };

    [Theory]
    [InlineData("missing", false)]
    [InlineData("weighed", false)]
    [InlineData("impact", false)]
    [InlineData("impact-today", true)]
    [InlineData("impact-tomorrow", false)]
    [InlineData("impact-high", false)]
    [InlineData("impact-consulted", true)]
    [InlineData("impact-consulted-tomorrow", false)]
    public void Processing_whose_impact_is_to_be_assessed_does_not_start_before_the_result_nor_before_the_authoritys_advice(string assessment, bool isAllowed)
    {
        var program = ProcessingProgram.Compile(Policy(A(Contract, impact: assessment)));
        var use = program.Prepare(new ProcessingRequest(Person, "p") { Data = ["s.d.name"], Actor = ProcessingActor.Person("staff", "anna") });

        var decision = ProcessingProgram.Decide(new ProcessingQuestion(use), program.StandingOf(Person, SubjectState.Empty, Now), Now);

        decision.Reasons.Select(reason => reason.Code).ShouldBe(isAllowed ? [] : [ProcessingReasons.ImpactNotAssessed]);
    }

    private static Activity A(
        LawfulBasis? basis, ProcessingCapacity capacity = ProcessingCapacity.Controller, string? agreement = null, string data = "s.d", (string Limb, string? Law)? special = null,
        (OffenceGroundKind Ground, string? Law)? offences = null, IdentityNumberGround? number = null, Profiling? profiling = null, bool marketing = false, string? impact = null) => new()
        {
            Purpose = "p",
            Capacity = capacity,
            Basis = basis,
            Data = [data],
            Agreement = agreement,
            Profiling = profiling,
            ImpactAssessment = impact,
            SpecialCategories = special is { } limb ? new SpecialCategoryCondition { Limb = limb.Limb, Law = limb.Law } : null,
            Offences = offences is { } ground ? new OffenceGround { Ground = ground.Ground, Law = ground.Law } : null,
            IdentityNumbers = number is null ? null : new IdentityNumberJustification { Ground = number, Because = "Because." },
            ElectronicMarketing = marketing ? new ElectronicMarketingCondition { Ground = ElectronicMarketingGround.PriorConsent, Because = "Because." } : null,
        };

    private static Assessment Impact(int day, bool isHigh = false, int? consulted = null) => new()
    {
        Kind = AssessmentKind.Impact,
        On = new LocalDate(2026, 11, day),
        HighRiskRemains = isHigh,
        Consulted = consulted is { } on ? new LocalDate(2026, 11, on) : null,
    };

    private static GdprPolicy Policy(params Activity[] activities) => new()
    {
        Controllers = new Dictionary<string, Controller> { ["own"] = new() { TimeZone = "Europe/Stockholm" } },
        Systems = new Dictionary<string, DataSystem>
        {
            ["s"] = new()
            {
                DataSets = new Dictionary<string, DataSet>
                {
                    ["d"] = new()
                    {
                        Subject = "customer",
                        Fields = new[] { ("name", "identity.name"), ("health", "special.health"), ("crime", "offence"), ("number", "identity.national-number") }
                        .ToDictionary(field => field.Item1, field => new DataField { Category = field.Item2 })
                    },
                    ["families"] = new() { Subject = new OneOrMany("customer", "child"), Fields = new Dictionary<string, DataField> { ["name"] = new() { Category = "identity.name" } } },
                    ["trainees"] = new() { Subject = "employee", Fields = new Dictionary<string, DataField> { ["name"] = new() { Category = "identity.name" } } },
                    ["children"] = new() { Subject = "child", Fields = new Dictionary<string, DataField> { ["name"] = new() { Category = "identity.name" } } },
                },
            },
        },
        Subjects = new Dictionary<string, SubjectCategory> { ["employee"] = new() { Children = true } },
        Activities = activities.Select((activity, index) => (activity, index)).ToDictionary(one => $"a{one.index}", one => one.activity),
        Assessments = new Dictionary<string, Assessment>
        {
            ["weighed-today"] = new() { Kind = AssessmentKind.LegitimateInterest, On = Today, Necessity = new() { En = "N" }, Balance = new() { En = "B" } },
            ["weighed-tomorrow"] = new() { Kind = AssessmentKind.LegitimateInterest, On = Today.PlusDays(1), Necessity = new() { En = "N" }, Balance = new() { En = "B" } },
            ["unneeded"] = new() { Kind = AssessmentKind.LegitimateInterest, Necessity = new() { En = "" }, Balance = new() { En = "B" } },
            ["unbalanced"] = new() { Kind = AssessmentKind.LegitimateInterest, Necessity = new() { En = "N" }, Balance = new() { En = "" } },
            ["weighed"] = new() { Kind = AssessmentKind.LegitimateInterest, Necessity = new() { En = "N" }, Balance = new() { En = "B" } },
            ["impact-today"] = Impact(22),
            ["impact-tomorrow"] = Impact(23),
            ["impact-high"] = Impact(1, isHigh: true),
            ["impact-consulted"] = Impact(1, isHigh: true, consulted: 22),
            ["impact-consulted-tomorrow"] = Impact(1, isHigh: true, consulted: 23),
            ["impact"] = new() { Kind = AssessmentKind.Impact, Necessity = new() { En = "N" }, Balance = new() { En = "B" } },
        },
        Agreements = new Dictionary<string, Agreement>
        {
            ["tomorrow"] = new() { Kind = AgreementKind.JointControllers, From = new LocalDate(2026, 11, 23) },
            ["today"] = new() { Kind = AgreementKind.JointControllers, From = new LocalDate(2026, 11, 22), Until = new LocalDate(2026, 11, 22) },
            ["yesterday"] = new() { Kind = AgreementKind.JointControllers, Until = new LocalDate(2026, 11, 21) },
        },
        Roles = new Dictionary<string, Role> { ["staff"] = new() { May = [new Permission { Purpose = "p" }] } },
    };
}
