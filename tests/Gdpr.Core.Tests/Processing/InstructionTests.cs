using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Processing;

/// <summary>What a client's instruction and agreement permit together (Art. 28(3)(a), 29).</summary>
public sealed class InstructionTests
{
    private static readonly Instant Now = Office.Now;
    private static readonly DataSubject Person = new("client", new SubjectKey("k1"));

    /// <summary>What is instructed and what is agreed, of names and addresses; <see langword="null"/> for an agreement that says nothing of what is processed.</summary>
    [Theory]
    [InlineData("", "name", false, true)]
    [InlineData("", "email", false, false)]
    [InlineData("", "", false, false)]
    [InlineData("", null, false, false)]
    [InlineData("name", "", false, true)]
    [InlineData("name", null, false, true)]
    [InlineData("name", "name email", false, true)]
    [InlineData("name", "email", false, false)]
    [InlineData("name", "email", true, true)]
    [InlineData("email", "name", true, false)]
    [InlineData("email", "name", false, false)]
    public void The_agreement_bounds_the_instruction_unless_it_lets_instructions_go_further(string instructed, string? agreed, bool isByInstruction, bool isAllowed)
    {
        var reasons = Ask(instructed, agreed, isByInstruction, "s.d.name");

        reasons.ShouldBe(isAllowed ? [] : [(ProcessingReasons.CategoryOutsideInstruction, "identity.name"), (ProcessingReasons.SubjectOutsideInstruction, "customer")]);
    }

    [Fact]
    public void Everything_beyond_the_instruction_is_told() =>
        Ask("other", null, false, "s.d").ShouldBe(
            [(ProcessingReasons.CategoryOutsideInstruction, "identity.name, contact.email"), (ProcessingReasons.SubjectOutsideInstruction, "customer")]);

    [Fact]
    public void The_days_of_an_agreement_are_those_of_the_controller_that_acts()
    {
        var activity = new Activity
        {
            Purpose = "p",
            Controller = "far",
            Capacity = ProcessingCapacity.JointController,
            Basis = new LawfulBasis { Contract = new ContractBasis() },
            Data = ["s.d"],
            Agreement = "agreement",
        };
        var policy = Policy(activity, null, ("own", "Europe/Stockholm"), ("far", "Pacific/Kiritimati"));
        var person = Person with { Controller = "far" };
        var program = ProcessingProgram.Compile(policy);
        var use = program.Prepare(new ProcessingRequest(person, "p") { Actor = ProcessingActor.Person("staff", "anna") });

        // Noon in Greenwich on the agreement's last day is the day after on Kiritimati.
        ProcessingProgram.Decide(new ProcessingQuestion(use), program.StandingOf(person, SubjectState.Empty, Now), Now).Reasons.Select(reason => reason.Code)
            .ShouldBe([ProcessingReasons.NoAgreement]);
        var before = Now - Duration.FromHours(12);
        ProcessingProgram.Decide(new ProcessingQuestion(use), program.StandingOf(person, SubjectState.Empty, before), before).IsAllowed.ShouldBeTrue();
    }

    /// <summary>Asks for an activity whose interest and impact are the client's to assess.</summary>
    private static IEnumerable<(string Code, string? About)> Ask(string instructed, string? agreed, bool isByInstruction, string data)
    {
        var activity = new Activity
        {
            Purpose = "p",
            Capacity = ProcessingCapacity.Processor,
            Basis = new LawfulBasis { LegitimateInterest = new LegitimateInterestBasis { Assessment = "tomorrow" } },
            ImpactAssessment = "nowhere",
            Data = ["s.d"],
            Agreement = "agreement",
        };
        var terms = agreed is null ? null : new ProcessingTerms { Categories = Categories(agreed), Subjects = Subjects(agreed), ByInstruction = isByInstruction };
        var instruction = new ClientInstruction("1", new LocalDate(2026, 1, 1))
        {
            Activities = ["a"],
            Categories = Categories(instructed),
            Subjects = Subjects(instructed),
        };
        var client = new ProcessorClient("client", "ref", new LocalDate(2026, 1, 1), null, "Europe/Helsinki", instruction);
        var program = ProcessingProgram.Compile(Policy(activity, terms, ("own", "Europe/Stockholm")));
        var use = program.Prepare(new ProcessingRequest(Person, "p") { Data = [data], Actor = ProcessingActor.Person("staff", "anna") }, client);
        return ProcessingProgram.Decide(new ProcessingQuestion(use), program.StandingOf(Person, SubjectState.Empty, Now), Now).Reasons
            .Select(reason => (reason.Code, reason.About));
    }

    private static string[] Categories(string words) => Of(words, "identity.name", "contact.email");

    private static string[] Subjects(string words) => Of(words, "customer", "child");

    private static string[] Of(string words, string name, string email) =>
        [.. words.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word switch { "name" => name, "email" => email, _ => word })];

    private static GdprPolicy Policy(Activity activity, ProcessingTerms? terms, params (string Id, string Zone)[] controllers) => new()
    {
        Controllers = controllers.ToDictionary(one => one.Id, one => new Controller { TimeZone = one.Zone }),
        Systems = new Dictionary<string, DataSystem>
        {
            ["s"] = new()
            {
                DataSets = new Dictionary<string, DataSet>
                {
                    ["d"] = new()
                    {
                        Subject = "customer",
                        Fields = new Dictionary<string, DataField> { ["name"] = new() { Category = "identity.name" }, ["email"] = new() { Category = "contact.email" } },
                    },
                },
            },
        },
        Activities = new Dictionary<string, Activity> { ["a"] = activity },
        Agreements = new Dictionary<string, Agreement>
        {
            ["agreement"] = new() { Kind = AgreementKind.WithController, Until = new LocalDate(2026, 11, 22), Terms = terms },
        },
        Assessments = new Dictionary<string, Assessment>
        {
            ["tomorrow"] = new()
            {
                Kind = AssessmentKind.LegitimateInterest,
                On = new LocalDate(2026, 11, 23),
                Necessity = new() { En = "N" },
                Balance = new() { En = "B" },
            },
        },
        Roles = new Dictionary<string, Role> { ["staff"] = new() { May = [new Permission { Purpose = "p" }] } },
    };
}
