using FsCheck;
using FsCheck.Fluent;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing;
using Gdpr.Retention;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Processing;

/// <summary>A policy, what is recorded of a person, and a question, made at random from few words, so that they meet.</summary>
internal sealed record GateWorld(GdprPolicy Policy, ProcessorClient? Client, DataSubject Whose, SubjectState State, ProcessingRequest Request, Instant Now)
{
    public override string ToString() => $"{System.Text.Json.JsonSerializer.Serialize(Request.Purpose)} {Request} data [{string.Join(", ", Request.Data)}] at {Now}\n{PolicyWriter.ToJson(Policy)}\n"
        + string.Join('\n', [.. State.Consents.Cast<object>(), .. State.Objections.Select(o => $"{o} {string.Join(',', o.Purposes)}"), .. State.Restrictions, .. State.Endings])
        + $"\n{Client} {Whose}";
}

/// <summary>Makes such worlds.</summary>
internal static class GateWorlds
{
    private static readonly Instant Start = Instant.FromUtc(2026, 11, 22, 12, 0);
    private static readonly string[] Purposes = ["p1", "p2"];
    private static readonly string[] Data = ["s.one", "s.two", "s.one.name", "s.one.email", "s.one.health", "s.two.crime", "s.two.number", "s.two.name"];

    public static Arbitrary<GateWorld> Arbitrary { get; } = Arb.From(
        from policy in Policy()
        from client in Client()
        from controller in Weighted((20, "own"), (8, "client"), (1, "other"))
        from whose in Weighted((30, controller), (1, "other"))
        from now in Gen.Choose(-2, 2)
        from state in State(Start + Duration.FromDays(now))
        from request in Request(policy, controller)
        select new GateWorld(
            policy, controller == "client" ? client : null, new DataSubject(whose, new SubjectKey("k1")), state, request, Start + Duration.FromDays(now)));

    private static Gen<T> Weighted<T>(params (int Weight, T Value)[] values) => Gen.Frequency(values.Select(value => (value.Weight, Gen.Constant(value.Value))).ToArray());

    private static Gen<bool> Often { get; } = Weighted((9, true), (1, false));

    private static Gen<bool> Seldom { get; } = Weighted((1, true), (9, false));

    private static Gen<IReadOnlyList<T>> Some<T>(IReadOnlyList<T> words, int least = 0) =>
        from count in Gen.Choose(least, Math.Max(least, 2))
        from values in Gen.Elements(words.AsEnumerable()).ArrayOf(count)
        select (IReadOnlyList<T>)values.Distinct().ToArray();

    private static Gen<T?> Maybe<T>(Gen<T> gen)
        where T : class => Gen.Frequency((1, Gen.Constant<T?>(null)), (15, gen.Select(value => (T?)value)));

    private static Gen<Instant> Around(Instant now) => Gen.Choose(-3, 3).Select(days => now + Duration.FromDays(days));

    private static Assessment Assessment(LocalDate? on) =>
        new() { Kind = AssessmentKind.LegitimateInterest, On = on, Necessity = new() { En = "N" }, Balance = new() { En = "B" } };

    private static Gen<GdprPolicy> Policy() =>
        from activities in Activity().ListOf(4)
        from staff in Permissions()
        from machine in Permissions()
        from isWeighed in Often
        from weighedOn in Weighted<LocalDate?>((3, null), (2, new LocalDate(2020, 1, 1)), (1, new LocalDate(2099, 1, 1)))
        from agreement in Agreement()
        select new GdprPolicy
        {
            Policy = "p",
            Version = "1",
            Effective = new LocalDate(2020, 1, 1),
            Controllers = new Dictionary<string, Controller> { ["own"] = new() { Name = "Own", TimeZone = "Europe/Stockholm" } },
            Purposes = new Dictionary<string, Purpose> { ["p2"] = new() { DirectMarketing = true } },
            Systems = new Dictionary<string, DataSystem>
            {
                ["s"] = new()
                {
                    DataSets = new Dictionary<string, DataSet>
                    {
                        ["one"] = new() { Subject = "customer", Fields = Fields(("name", "identity.name"), ("email", "contact.email"), ("health", "special.health")) },
                        ["two"] = new() { Subject = new OneOrMany("customer", "child"), Fields = Fields(("name", "identity.name"), ("crime", "offence"), ("number", "identity.national-number")) },
                    },
                },
            },
            Activities = activities.Select((activity, index) => (activity, index)).ToDictionary(one => $"a{one.index}", one => one.activity),
            Assessments = isWeighed
                ? new Dictionary<string, Assessment> { ["weighed"] = Assessment(weighedOn) }
                : new Dictionary<string, Assessment>(),
            Agreements = new Dictionary<string, Agreement> { ["agreement"] = agreement },
            Roles = new Dictionary<string, Role>
            {
                ["staff"] = new() { May = staff },
                ["machine"] = new() { Service = true, May = machine },
                ["delegate"] = new() { Delegated = true, May = staff },
            },
        };

    private static Dictionary<string, DataField> Fields(params (string Id, string Category)[] fields) =>
        fields.ToDictionary(field => field.Id, field => new DataField { Category = field.Category });

    private static Gen<IReadOnlyList<Permission>> Permissions() =>
        (from purpose in Gen.Elements(Purposes)
         from categories in Gen.Frequency((9, Gen.Constant<IReadOnlyList<string>>([])), (1, Some<string>(["identity.name", "contact.email", "special.health"], 1)))
         select new Permission { Purpose = purpose, Categories = categories }).ListOf(4).Select(list => (IReadOnlyList<Permission>)list.ToArray());

    private static Gen<Agreement> Agreement() =>
        from begun in Often
        from ended in Seldom
        from categories in Some<string>(["identity.name", "contact.email", "special.health", "offence"])
        from subjects in Gen.Elements<string[]>([], ["customer"], ["customer", "child"])
        from further in Gen.Elements(true, false)
        select new Agreement
        {
            Kind = AgreementKind.WithController,
            From = begun ? new LocalDate(2026, 11, 22) : new LocalDate(2026, 11, 24),
            Until = ended ? new LocalDate(2026, 11, 22) : null,
            Terms = new ProcessingTerms { Categories = categories, Subjects = subjects, ByInstruction = further },
        };

    private static Gen<Activity> Activity() =>
        from purpose in Gen.Elements(Purposes)
        from capacity in Weighted((5, ProcessingCapacity.Controller), (2, ProcessingCapacity.Processor), (1, ProcessingCapacity.JointController))
        from basis in Maybe(Basis())
        from data in Some(Data, 1)
        from agreement in Weighted((12, "agreement"), (1, null), (1, "missing"))
        from limb in Gen.Elements("a", "b", "g", "g", "f", "f", "", null)
        from law in Weighted((6, "SFS 1"), (1, null))
        from offence in Weighted<OffenceGroundKind?>((4, OffenceGroundKind.LegalClaims), (2, OffenceGroundKind.LegalDuty), (1, null))
        from number in Weighted<IdentityNumberGround?>((4, IdentityNumberGround.Purpose), (1, IdentityNumberGround.Consent), (1, null))
        from profiling in Gen.Frequency((8, Gen.Constant<Profiling?>(null)), (2, Profiling().Select(one => (Profiling?)one)))
        from marketing in Weighted<ElectronicMarketingGround?>((1, ElectronicMarketingGround.PriorConsent), (1, ElectronicMarketingGround.ExistingCustomers), (5, null))
        select new Activity
        {
            Purpose = purpose,
            Capacity = capacity,
            Basis = basis,
            Data = data,
            Agreement = capacity == ProcessingCapacity.Controller ? null : agreement,
            SpecialCategories = limb is null ? null : new SpecialCategoryCondition { Limb = limb, Law = law },
            Offences = offence is null ? null : new OffenceGround { Ground = offence, Law = law },
            IdentityNumbers = number is null ? null : new IdentityNumberJustification { Ground = number, Because = "Because." },
            Profiling = profiling,
            ElectronicMarketing = marketing is null ? null : new ElectronicMarketingCondition { Ground = marketing, Because = "Because." },
        };

    private static Gen<LawfulBasis> Basis() => Gen.Frequency(
        (4, from text in Gen.Elements("t1", "t1", "t1", "t2") from isExplicit in Gen.Elements(true, false) select new LawfulBasis { Consent = new ConsentBasis { Text = text, Explicit = isExplicit } }),
        (2, Gen.Constant(new LawfulBasis { Contract = new ContractBasis() })),
        (2, Gen.Constant(new LawfulBasis { LegalObligation = new LegalObligationBasis { Law = "SFS 1 1:1" } })),
        (1, Gen.Constant(new LawfulBasis { VitalInterests = new VitalInterestsBasis() })),
        (1, Gen.Constant(new LawfulBasis { PublicTask = new PublicTaskBasis { Law = "SFS 1 1:1" } })),
        (3, Weighted((5, "weighed"), (1, "missing"), (1, null)).Select(assessment => new LawfulBasis { LegitimateInterest = new LegitimateInterestBasis { Assessment = assessment } })));

    private static Gen<Profiling> Profiling() =>
        from requires in Gen.Elements(Enum.GetValues<ProfilingRequirement>())
        from solely in Gen.Elements(true, false)
        from review in Gen.Elements("Reviewer", null)
        select new Profiling { Requires = requires, SolelyAutomated = solely, HumanReview = review };

    private static Gen<ProcessorClient> Client() =>
        from ended in Seldom
        from activities in Weighted<string[]>((6, ["a0", "a1", "a2", "a3"]), (1, ["a0", "a1"]), (1, ["a2"]))
        from categories in Weighted<string[]>((4, ["identity.name", "contact.email", "special.health", "offence", "identity.national-number"]), (1, ["identity.name"]), (1, []))
        from subjects in Gen.Elements<string[]>([], ["customer"], ["customer", "child"], ["customer", "child"])
        from has in Often
        from day in Gen.Choose(20, 23)
        select new ProcessorClient("client", "ref", new LocalDate(2026, 11, 20), ended ? new LocalDate(2026, 11, 22) : null, "Europe/Helsinki",
            has ? new ClientInstruction("1", new LocalDate(2026, 11, day)) { Activities = activities, Categories = categories, Subjects = subjects } : null);

    private static Gen<SubjectState> State(Instant now) =>
        from consents in Consent(now).ListOf(3)
        from objections in Gen.Frequency((5, Gen.Constant<IList<ObjectionState>>([])), (1, Objection(now).ListOf(2).Select(list => (IList<ObjectionState>)list)))
        from restrictions in Gen.Frequency((5, Gen.Constant<IList<RestrictionState>>([])), (1, Restriction(now).ListOf(2).Select(list => (IList<RestrictionState>)list)))
        from endings in Gen.Frequency((8, Gen.Constant<IList<EndingState>>([])), (1, Ending(now).ListOf(2).Select(list => (IList<EndingState>)list)))
        from forgotten in Weighted((20, false), (1, true))
        select new SubjectState
        {
            Version = 1,
            IsForgotten = forgotten,
            Consents = [.. consents.DistinctBy(one => (one.Purpose, one.Field))],
            Objections = [.. objections],
            Restrictions = [.. restrictions],
            Endings = [.. endings],
        };

    private static Gen<ConsentState> Consent(Instant now) =>
        from purpose in Gen.Elements(Purposes)
        from phase in Weighted((6, ConsentPhase.Given), (1, ConsentPhase.Requested), (1, ConsentPhase.Refused), (1, ConsentPhase.Withdrawn), (1, ConsentPhase.Expired), (1, ConsentPhase.Superseded))
        from at in Around(now - Duration.FromDays(2))
        from end in Gen.Frequency((3, Gen.Constant<Instant?>(null)), (1, Around(now).Select(instant => (Instant?)instant)))
        from field in Gen.Frequency((2, Gen.Constant<string?>(null)), (1, Gen.Elements<string?>("s.one.name", "s.one.health", "s.two.crime")))
        from text in Gen.Elements("t1", "t1", "t2", null)
        from isExplicit in Often
        select new ConsentState(purpose, phase, at, at) { Field = field, Text = text, IsExplicit = isExplicit, ValidUntil = end };

    private static Gen<ObjectionState> Objection(Instant now) =>
        from purposes in Some(Purposes)
        from phase in Gen.Elements(Enum.GetValues<ObjectionPhase>())
        from marketing in Gen.Elements(true, false)
        from channel in Gen.Elements("email", "post", null, null)
        from until in Gen.Frequency((3, Gen.Constant<Instant?>(null)), (1, Around(now).Select(instant => (Instant?)instant)))
        from at in Around(now - Duration.FromDays(3))
        select new ObjectionState("o", purposes, phase, at, at) { IsMarketing = marketing, Channel = channel, Until = until };

    private static Gen<RestrictionState> Restriction(Instant now) =>
        from ground in Gen.Elements(Enum.GetValues<RestrictionGround>())
        from sets in Some<string>(["s.one", "s.two", "gone.set"])
        from phase in Gen.Elements(Enum.GetValues<RestrictionPhase>())
        from at in Around(now - Duration.FromDays(3))
        select new RestrictionState("r", ground, sets, phase, at, at);

    private static Gen<EndingState> Ending(Instant now) =>
        from purposes in Some(Purposes)
        from sets in Some<string>(["s.one", "s.two"])
        from erasure in Gen.Elements(true, false)
        select new EndingState("e", purposes, sets, erasure, now);

    private static Gen<ProcessingRequest> Request(GdprPolicy policy, string controller) =>
        from purpose in Weighted((30, "p1"), (30, "p2"), (1, "p3"))
        from activity in Weighted((1, "a0"), (12, null))
        from data in Gen.Frequency(
            (6, Some([.. policy.Activities.Values.Where(one => one.Purpose == purpose).SelectMany(one => one.Data).DefaultIfEmpty("s.one")], 1)),
            (4, Gen.Constant<IReadOnlyList<string>>([])), (3, Some(Data, 1)), (1, Gen.Elements<IReadOnlyList<string>>(["s.none"], ["s.one.none"], ["what"])))
        from actor in Weighted<ProcessingActor?>(
            (20, ProcessingActor.Person("staff", "anna")), (4, ProcessingActor.Service("machine", "m")), (4, ProcessingActor.Person("delegate", "bo", "org")),
            (1, ProcessingActor.Person("machine", "eve")), (1, null), (1, ProcessingActor.Person("nobody", "x")))
        from automation in Weighted((16, ProcessingAutomation.None), (2, ProcessingAutomation.Profiling), (1, ProcessingAutomation.SolelyAutomatedDecision))
        from channel in Gen.Elements("email", "post", null)
        from use in Gen.Frequency((3, Gen.Constant<AllowedUse?>(null)), (2, Gen.Elements(Enum.GetValues<AllowedUse>()).Select(one => (AllowedUse?)one)))
        from organisation in Gen.Elements("org", "org", null)
        select new ProcessingRequest(new DataSubject(controller, new SubjectKey("k1")), purpose)
        {
            Activity = activity,
            Data = data,
            Actor = actor,
            Automation = automation,
            Channel = channel,
            RestrictedUse = use,
            SubjectOrganisation = organisation,
        };
}
