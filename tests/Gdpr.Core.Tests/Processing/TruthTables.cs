using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing;
using Gdpr.Retention;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Processing;

/// <summary>Every way in which the facts about a person can be yes, no or unknown, exhaustively: only a yes allows.</summary>
public sealed class TruthTables
{
    private static readonly Instant Now = Office.Now;
    private static readonly DataSubject Person = new("office", new SubjectKey("k1"));
    private static readonly ProcessingProgram Program = ProcessingProgram.Compile(Office.Policy());

    /// <summary>One row for each step, each end and each text.</summary>
    public static TheoryData<string?, int?, int, string?, string?> Consents { get; } = AllConsents();

    [Theory]
    [MemberData(nameof(Consents))]
    public void A_consent_allows_only_where_it_is_given_in_force_and_to_the_text(string? phase, int? end, int given, string? text, string? expected)
    {
        var state = phase is null ? SubjectState.Empty : new SubjectState { Consents = [Consent(Enum.Parse<ConsentPhase>(phase), end, given, text)] };

        Codes(Ask("direct-marketing", "crm.customers.email", state)).ShouldBe(expected is null ? [] : [expected]);
    }

    [Theory]
    [InlineData(true, "newsletter-2026", null)]
    [InlineData(true, null, ProcessingReasons.ConsentNotExplicit)]
    [InlineData(false, "newsletter-2026", ProcessingReasons.ConsentNotExplicit)]
    [InlineData(false, null, ProcessingReasons.ConsentNotExplicit)]
    public void Where_consent_has_to_be_explicit_one_whose_text_nobody_knows_never_is(bool isExplicit, string? text, string? expected)
    {
        var program = ProcessingProgram.Compile(Office.Policy(Office.Activities.Replace("{ \"text\": \"newsletter-2026\" }", "{ \"text\": \"newsletter-2026\", \"explicit\": true }", StringComparison.Ordinal)));
        var state = new SubjectState { Consents = [Consent(ConsentPhase.Given, null, -1, text) with { IsExplicit = isExplicit }] };

        Codes(Ask("direct-marketing", "crm.customers.email", state, program: program)).ShouldBe(expected is null ? [] : [expected]);
    }

    /// <summary>Every phase, by purpose and marketing, with every channel and end.</summary>
    public static TheoryData<ObjectionPhase, bool, string?, string?, int?> Objections { get; } = AllObjections();

    [Theory]
    [MemberData(nameof(Objections))]
    public void An_objection_stops_its_purpose_while_it_stands_over_its_channel_and_an_unknown_channel_is_not_another(
        ObjectionPhase phase, bool isMarketing, string? channel, string? asked, int? until)
    {
        var objection = new ObjectionState("o", ["service-improvement"], phase, Now, Now)
        {
            IsMarketing = isMarketing,
            Channel = channel,
            Until = until is { } days ? Now + Duration.FromDays(days) : null,
        };
        var stands = phase is ObjectionPhase.Pending or ObjectionPhase.Upheld && until is not (<= 0);

        var decision = Ask("service-improvement", "crm.customers.name", new SubjectState { Objections = [objection] }, channel: asked);
        var other = Ask("service-provision", "crm.customers.name", new SubjectState { Objections = [objection] }, channel: asked);

        Codes(decision).ShouldBe((stands, channel, asked) switch
        {
            (false, _, _) => [],
            (true, null, _) => [Reason(objection)],
            (true, _, null) => [ProcessingReasons.ChannelUnknown],
            _ => string.Equals(channel, asked, StringComparison.OrdinalIgnoreCase) ? [Reason(objection)] : [],
        });
        other.IsAllowed.ShouldBeTrue("an objection is to its purpose");
    }

    [Theory]
    [InlineData("service-provision", LawfulBasisKind.Contract)]
    [InlineData("service-improvement", LawfulBasisKind.LegitimateInterest)]
    public void A_duty_in_law_is_neither_objected_to_nor_ended_and_everything_else_is(string purpose, LawfulBasisKind basis)
    {
        var objected = new SubjectState { Objections = [new ObjectionState("o", [], ObjectionPhase.Upheld, Now, Now)] };
        var erased = new SubjectState { Endings = [new EndingState("e", [], [], IsErasure: true, Now)] };

        Codes(Ask(purpose, "crm.customers.name", objected)).ShouldBe([ProcessingReasons.ObjectionUpheld]);
        Codes(Ask(purpose, "crm.customers.name", erased)).ShouldBe([ProcessingReasons.PurposeEnded]);
        Ask("bookkeeping", "crm.customers.name", objected).IsAllowed.ShouldBeTrue();
        Ask("bookkeeping", "crm.customers.name", erased).Bases.ShouldHaveSingleItem().Basis.ShouldBe(LawfulBasisKind.LegalObligation);
        Ask(purpose, "crm.customers.name", SubjectState.Empty).Bases.ShouldHaveSingleItem().Basis.ShouldBe(basis);
    }

    /// <summary>Every ground, phase and scope, with every use of Art. 18(2) and none.</summary>
    public static TheoryData<RestrictionGround, RestrictionPhase, string?, AllowedUse?> Restrictions { get; } = AllRestrictions();

    [Theory]
    [MemberData(nameof(Restrictions))]
    public void Restricted_data_is_used_for_nothing_but_what_the_law_names(RestrictionGround ground, RestrictionPhase phase, string? dataSet, AllowedUse? use)
    {
        var restriction = new RestrictionState("r", ground, dataSet is null ? [] : [dataSet], phase, Now, Now);
        var isRestricted = phase != RestrictionPhase.Lifted && dataSet is null or "crm.customers";

        var decision = Ask("service-provision", "crm.customers.name", new SubjectState { Restrictions = [restriction] }, use);

        Codes(decision).ShouldBe((isRestricted && phase != RestrictionPhase.Lifted, use) switch
        {
            (false, _) => [],
            (true, null) => [ProcessingReasons.Restricted],
            (true, AllowedUse.Consent) => [ProcessingReasons.NoConsentSinceRestriction],
            _ => [],
        });
        decision.RestrictedUse.ShouldBe(decision.IsAllowed && isRestricted && phase != RestrictionPhase.Lifted ? use : null);
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void Consent_opens_restricted_data_only_where_it_was_given_after_the_restriction(int minutesAfter, bool isAllowed)
    {
        var at = Now - Duration.FromHours(1);
        var state = new SubjectState
        {
            Restrictions = [new RestrictionState("r", RestrictionGround.Claims, [], RestrictionPhase.Placed, at, at)],
            Consents = [new ConsentState("service-provision", ConsentPhase.Given, at + Duration.FromMinutes(minutesAfter), at)],
        };

        Ask("service-provision", "crm.customers.name", state, AllowedUse.Consent).IsAllowed.ShouldBe(isAllowed);
    }

    [Fact]
    public void A_pending_objection_is_looked_past_for_claims_which_is_said_and_one_to_marketing_never_is()
    {
        var pending = new SubjectState { Objections = [new ObjectionState("o", ["service-improvement"], ObjectionPhase.Pending, Now, Now)] };
        var marketing = new SubjectState { Objections = [new ObjectionState("o", ["service-improvement"], ObjectionPhase.Upheld, Now, Now) { IsMarketing = true }] };

        Ask("service-improvement", "crm.customers.name", pending, AllowedUse.LegalClaims).RestrictedUse.ShouldBe(AllowedUse.LegalClaims);
        Codes(Ask("service-improvement", "crm.customers.name", marketing, AllowedUse.LegalClaims)).ShouldBe([ProcessingReasons.MarketingObjection]);
    }

    /// <summary>Which purposes, which data sets, and whether the use is ended by it.</summary>
    [Theory]
    [InlineData("", "", true)]
    [InlineData("service-provision", "", true)]
    [InlineData("", "crm.customers", true)]
    [InlineData("service-provision", "crm.customers", true)]
    [InlineData("direct-marketing", "", false)]
    [InlineData("", "crm.visits", false)]
    [InlineData("service-provision", "crm.visits", false)]
    public void An_ending_ends_the_purposes_and_data_sets_that_it_names(string purpose, string dataSet, bool isEnded)
    {
        var ending = new EndingState("e", purpose.Length > 0 ? [purpose] : [], dataSet.Length > 0 ? [dataSet] : [], IsErasure: false, Now);

        Codes(Ask("service-provision", "crm.customers.name", new SubjectState { Endings = [ending] })).ShouldBe(isEnded ? [ProcessingReasons.PurposeEnded] : []);
    }

    [Theory]
    [InlineData("Given", "Given", "", "")]
    [InlineData("Given", "Withdrawn", "", "field-taken-back")]
    [InlineData("Given", "Refused", "", "field-taken-back")]
    [InlineData("Given", "Requested", "", "consent-not-answered")]
    [InlineData("Withdrawn", "Given", "consent-withdrawn", "")]
    [InlineData(null, "Given", "consent-missing", "")]
    [InlineData("Given", null, "", "")]
    [InlineData(null, null, "consent-missing", "consent-missing")]
    public void What_was_said_of_one_optional_field_counts_for_that_field_and_no_other(string? whole, string? field, string email, string interests)
    {
        var state = new SubjectState
        {
            Consents =
            [
                .. whole is null ? [] : new[] { Consent(Enum.Parse<ConsentPhase>(whole), null, -2, "newsletter-2026") },
                .. field is null ? [] : new[] { Consent(Enum.Parse<ConsentPhase>(field), null, -1, "newsletter-2026") with { Field = "crm.customers.interests" } },
            ],
        };

        Codes(Ask("direct-marketing", "crm.customers.email", state)).ShouldBe(email.Length > 0 ? [email] : []);
        Codes(Ask("direct-marketing", "crm.customers.interests", state)).ShouldBe(interests.Length > 0 ? [interests] : []);
    }

    [Theory]
    [InlineData(ConsentPhase.Requested, null)]
    [InlineData(ConsentPhase.Given, null)]
    [InlineData(ConsentPhase.Superseded, null)]
    [InlineData(ConsentPhase.Refused, ProcessingReasons.ConsentRefused)]
    [InlineData(ConsentPhase.Withdrawn, ProcessingReasons.ConsentWithdrawn)]
    [InlineData(ConsentPhase.Expired, ProcessingReasons.ConsentExpired)]
    public void What_somebody_takes_back_ends_a_purpose_whatever_it_rests_on_except_a_duty_in_law(ConsentPhase phase, string? expected)
    {
        SubjectState Said(string purpose) => new() { Consents = [new ConsentState(purpose, phase, Now, Now)] };

        Codes(Ask("service-provision", "crm.customers.name", Said("service-provision"))).ShouldBe(expected is null ? [] : [expected]);
        Ask("bookkeeping", "crm.customers.name", Said("bookkeeping")).IsAllowed.ShouldBeTrue();
    }

    [Fact]
    public void An_optional_field_that_was_taken_back_is_left_out_whatever_the_basis()
    {
        var state = new SubjectState { Consents = [new ConsentState("service-provision", ConsentPhase.Withdrawn, Now, Now) { Field = "crm.customers.email" }] };

        Codes(Ask("service-provision", "crm.customers.email", state)).ShouldBe([ProcessingReasons.FieldTakenBack]);
        Ask("service-provision", "crm.customers.name", state).IsAllowed.ShouldBeTrue();
    }

    private static TheoryData<string?, int?, int, string?, string?> AllConsents()
    {
        var rows = new TheoryData<string?, int?, int, string?, string?> { { null, null, 0, null, ProcessingReasons.ConsentMissing } };
        foreach (var phase in Enum.GetValues<ConsentPhase>())
        {
            foreach (var end in new int?[] { null, -1, 0, 1 })
            {
                foreach (var given in new[] { -2, 0, 1 })
                {
                    foreach (var text in new[] { "newsletter-2026", "newsletter-2025", null })
                    {
                        rows.Add(phase.ToString(), end, given, text, (phase, end, given, text) switch
                        {
                            (ConsentPhase.Requested, _, _, _) => ProcessingReasons.ConsentNotAnswered,
                            (ConsentPhase.Refused, _, _, _) => ProcessingReasons.ConsentRefused,
                            (ConsentPhase.Withdrawn, _, _, _) => ProcessingReasons.ConsentWithdrawn,
                            (ConsentPhase.Expired, _, _, _) => ProcessingReasons.ConsentExpired,
                            (ConsentPhase.Superseded, _, _, _) => ProcessingReasons.ConsentSuperseded,
                            (_, _, 1, _) => ProcessingReasons.ConsentMissing,
                            (_, -1 or 0, _, _) => ProcessingReasons.ConsentExpired,
                            (_, _, _, "newsletter-2025") => ProcessingReasons.ConsentToOtherText,
                            _ => null,
                        });
                    }
                }
            }
        }

        return rows;
    }

    private static TheoryData<ObjectionPhase, bool, string?, string?, int?> AllObjections()
    {
        var rows = new TheoryData<ObjectionPhase, bool, string?, string?, int?>();
        foreach (var (phase, isMarketing) in from phase in Enum.GetValues<ObjectionPhase>() from isMarketing in new[] { true, false } select (phase, isMarketing))
        {
            foreach (var (channel, asked) in from channel in new[] { null, "email" } from asked in new[] { null, "email", "EMAIL", "post" } select (channel, asked))
            {
                foreach (var until in new int?[] { null, -1, 0, 1 })
                {
                    rows.Add(phase, isMarketing, channel, asked, until);
                }
            }
        }

        return rows;
    }

    private static TheoryData<RestrictionGround, RestrictionPhase, string?, AllowedUse?> AllRestrictions()
    {
        var rows = new TheoryData<RestrictionGround, RestrictionPhase, string?, AllowedUse?>();
        foreach (var (ground, phase) in from ground in Enum.GetValues<RestrictionGround>() from phase in Enum.GetValues<RestrictionPhase>() select (ground, phase))
        {
            foreach (var use in Enum.GetValues<AllowedUse>().Select(one => (AllowedUse?)one).Append(null))
            {
                rows.Add(ground, phase, null, use);
                rows.Add(ground, phase, "crm.customers", use);
                rows.Add(ground, phase, "crm.visits", use);
            }
        }

        return rows;
    }

    private static ConsentState Consent(ConsentPhase phase, int? end, int given, string? text) => new("direct-marketing", phase, Now + Duration.FromDays(given), Now)
    {
        Text = text,
        ValidUntil = end is { } days ? Now + Duration.FromDays(days) : null,
    };

    private static string Reason(ObjectionState objection) => objection.IsMarketing ? ProcessingReasons.MarketingObjection
        : objection.Phase == ObjectionPhase.Upheld ? ProcessingReasons.ObjectionUpheld : ProcessingReasons.ObjectionPending;

    private static ProcessingDecision Ask(
        string purpose, string data, SubjectState state, AllowedUse? use = null, string? channel = null, ProcessingProgram? program = null)
    {
        program ??= Program;
        var prepared = program.Prepare(new ProcessingRequest(Person, purpose) { Data = [data], Actor = ProcessingActor.Person("staff", "anna") });
        return ProcessingProgram.Decide(
            new ProcessingQuestion(prepared) { RestrictedUse = use, Channel = channel }, program.StandingOf(Person, state, Now), Now);
    }

    private static IEnumerable<string> Codes(ProcessingDecision decision) => decision.Reasons.Select(reason => reason.Code).Distinct();
}
