using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Rights;
using Gdpr.Subjects;

namespace Gdpr.Core.Tests.Rights;

/// <summary>Rights × bases, over every combination of what may be known.</summary>
public sealed class RightsMatrixTests
{
    private static readonly LawfulBasisKind[] Bases = Enum.GetValues<LawfulBasisKind>();

    [Theory]
    [InlineData(DataSubjectRight.Access)]
    [InlineData(DataSubjectRight.Rectification)]
    public void Access_and_rectification_reach_every_basis_whatever_else_is_known(DataSubjectRight right) =>
        Everything().ShouldAllBe(facts => RightsMatrix.Judge(right, facts).Verdict == RightsVerdict.Granted);

    [Fact]
    public void A_processor_answers_nothing_and_hands_everything_on()
    {
        foreach (var right in Enum.GetValues<DataSubjectRight>())
        {
            Everything().Select(facts => facts with { Capacity = ProcessingCapacity.Processor, Basis = null })
                .ShouldAllBe(facts => RightsMatrix.Judge(right, facts).Verdict == RightsVerdict.Forwarded);
        }
    }

    [Fact]
    public void Erasure_never_touches_what_a_law_commands_to_keep_until_it_is_over()
    {
        foreach (var facts in Everything().Where(facts => facts.Basis == LawfulBasisKind.LegalObligation || facts.IsObligation))
        {
            var finding = RightsMatrix.Judge(DataSubjectRight.Erasure, facts);
            if (facts.State == LimbState.Past)
            {
                var isLaterWord = facts is { IsConsentedSince: true, IsUnlawful: false } && (facts.IsDirectMarketing || facts.Basis == LawfulBasisKind.Consent);
                finding.Reason.ShouldNotBe(RightsReasons.LegalObligation);
                (finding.Verdict == RightsVerdict.Refused).ShouldBe(isLaterWord, facts.ToString());
            }
            else
            {
                (finding.Verdict, finding.Reason).ShouldBe((RightsVerdict.Refused, RightsReasons.LegalObligation));
            }
        }
    }

    [Fact]
    public void Erasure_under_each_basis_follows_what_is_known_of_it()
    {
        foreach (var facts in Everything().Where(facts => facts is { IsObligation: false, IsDirectMarketing: false, IsUnlawful: false }
            && facts.Basis != LawfulBasisKind.LegalObligation))
        {
            var expected = facts switch
            {
                { Basis: LawfulBasisKind.Consent } => facts.IsConsentedSince ? RightsVerdict.Refused : RightsVerdict.Granted,
                { State: LimbState.Past } => RightsVerdict.Granted,
                { Basis: LawfulBasisKind.Contract, Contract: ContractState.Ended } => RightsVerdict.Granted,
                { Basis: LawfulBasisKind.Contract, Contract: ContractState.InForce } => RightsVerdict.Deferred,
                { Basis: LawfulBasisKind.Contract } => facts.IsPutOff ? RightsVerdict.Deferred : RightsVerdict.NeedsHuman,
                { Basis: LawfulBasisKind.VitalInterests, State: LimbState.Alive } => RightsVerdict.Refused,
                { Basis: LawfulBasisKind.VitalInterests } => RightsVerdict.NeedsHuman,
                { Objection: ObjectionPhase.Upheld } => RightsVerdict.Granted,
                { Basis: LawfulBasisKind.LegitimateInterest, IsPutOff: true } => facts.Contract == ContractState.Ended ? RightsVerdict.Granted : RightsVerdict.Deferred,
                { Objection: ObjectionPhase.Pending } => RightsVerdict.NeedsHuman,
                { Basis: LawfulBasisKind.PublicTask, State: LimbState.Alive } => RightsVerdict.Refused,
                { Basis: LawfulBasisKind.PublicTask } => RightsVerdict.NeedsHuman,
                { Objection: ObjectionPhase.Overruled } => RightsVerdict.Refused,
                _ => RightsVerdict.NeedsHuman,
            };
            RightsMatrix.Judge(DataSubjectRight.Erasure, facts).Verdict.ShouldBe(expected, facts.ToString());
        }
    }

    [Fact]
    public void What_was_unlawful_or_is_direct_marketing_is_erased_unless_a_law_keeps_it_or_the_person_has_consented_since()
    {
        foreach (var facts in Everything().Where(facts => facts.IsDirectMarketing || facts.IsUnlawful))
        {
            var isKept = (facts.IsObligation || facts.Basis == LawfulBasisKind.LegalObligation) && facts.State != LimbState.Past;

            // A consent makes marketing wanted again; it makes nothing lawful that was not.
            var isWanted = facts is { IsConsentedSince: true, IsUnlawful: false };
            RightsMatrix.Judge(DataSubjectRight.Erasure, facts).Verdict.ShouldBe(isKept || isWanted ? RightsVerdict.Refused : RightsVerdict.Granted, facts.ToString());
        }
    }

    [Fact]
    public void Restriction_for_accuracy_unlawfulness_and_claims_reaches_every_basis()
    {
        foreach (var ground in new[] { RestrictionGround.AccuracyContested, RestrictionGround.Unlawful, RestrictionGround.Claims })
        {
            Everything().Select(facts => facts with { Ground = ground })
                .ShouldAllBe(facts => RightsMatrix.Judge(DataSubjectRight.Restriction, facts).Verdict == RightsVerdict.Granted);
        }
    }

    [Fact]
    public void Restriction_while_an_objection_is_assessed_reaches_public_task_and_legitimate_interest_alone()
    {
        foreach (var facts in Everything().Select(facts => facts with { Ground = RestrictionGround.ObjectionPending }))
        {
            var expected = facts.Basis is not (LawfulBasisKind.PublicTask or LawfulBasisKind.LegitimateInterest) ? RightsVerdict.NotApplicable
                : facts.Objection == ObjectionPhase.Pending ? RightsVerdict.Granted : RightsVerdict.Refused;
            RightsMatrix.Judge(DataSubjectRight.Restriction, facts).Verdict.ShouldBe(expected);
        }
    }

    [Fact]
    public void Restriction_without_a_ground_is_not_judged() =>
        Should.Throw<ArgumentException>(() => RightsMatrix.Judge(DataSubjectRight.Restriction, new RightsCase { Basis = LawfulBasisKind.Consent }));

    [Fact]
    public void Portability_reaches_what_the_person_provided_on_consent_or_contract_by_automated_means()
    {
        var all = from facts in Everything()
                  from provenance in Enum.GetValues<FieldProvenance>()
                  from isAutomated in new[] { true, false }
                  from isCredential in new[] { true, false }
                  select facts with { Provenance = provenance, IsAutomated = isAutomated, IsCredential = isCredential };
        foreach (var facts in all)
        {
            var isPortable = !facts.IsObligation && facts is { IsAutomated: true, IsCredential: false }
                && facts.Provenance is FieldProvenance.Provided or FieldProvenance.Observed
                && (facts.Basis == LawfulBasisKind.Contract || facts is { Basis: LawfulBasisKind.Consent, Consent: ConsentPhase.Given })
                && facts.IsAutomated && !facts.IsCredential && !facts.IsObligation && facts.State != LimbState.Past;
            RightsMatrix.Judge(DataSubjectRight.Portability, facts).Verdict.ShouldBe(isPortable ? RightsVerdict.Granted : RightsVerdict.NotApplicable, facts.ToString());
        }
    }

    [Fact]
    public void Objection_to_direct_marketing_is_absolute_and_to_the_rest_weighed_where_the_right_reaches()
    {
        foreach (var facts in Everything())
        {
            var reaches = facts.Basis is not (LawfulBasisKind.LegalObligation or LawfulBasisKind.VitalInterests) && !facts.IsObligation;
            var expected = !reaches ? RightsVerdict.Refused
                : facts.IsDirectMarketing || facts.Basis == LawfulBasisKind.Consent ? RightsVerdict.Granted
                : facts.Basis == LawfulBasisKind.Contract ? RightsVerdict.Refused : RightsVerdict.NeedsHuman;
            RightsMatrix.Judge(DataSubjectRight.Objection, facts).Verdict.ShouldBe(expected);
        }
    }

    [Fact]
    public void Only_a_consent_in_force_is_withdrawn()
    {
        foreach (var facts in Everything())
        {
            var isWithdrawn = facts is { Basis: LawfulBasisKind.Consent, Consent: ConsentPhase.Given, IsObligation: false };
            RightsMatrix.Judge(DataSubjectRight.Withdrawal, facts).Verdict.ShouldBe(isWithdrawn ? RightsVerdict.Granted : RightsVerdict.NotApplicable);
        }
    }

    [Fact]
    public void An_automated_decision_stands_only_on_an_exception_and_then_a_human_looks_at_it_anew()
    {
        var all = from basis in Bases
                  from requirement in Enum.GetValues<ProfilingRequirement>()
                  from consent in new ConsentPhase?[] { null, ConsentPhase.Given, ConsentPhase.Withdrawn }
                  from isExplicit in new[] { true, false }
                  from special in new[] { true, false }
                  from limb in new[] { null, "a", "g", "h" }
                  select new RightsCase
                  {
                      Basis = basis,
                      Requirement = requirement,
                      Consent = consent,
                      IsConsentExplicit = isExplicit,
                      IsSolelyAutomated = true,
                      UsesSpecialCategories = special,
                      SpecialLimb = limb,
                  };
        foreach (var facts in all)
        {
            var isCarried = (facts.Basis, facts.Requirement) switch
            {
                (LawfulBasisKind.Consent, ProfilingRequirement.Consent) => facts is { Consent: ConsentPhase.Given, IsConsentExplicit: true },
                (LawfulBasisKind.Contract, ProfilingRequirement.ContractNecessity) => true,
                (LawfulBasisKind.LegalObligation or LawfulBasisKind.PublicTask, ProfilingRequirement.Law) => true,
                _ => false,
            };
            isCarried &= !facts.UsesSpecialCategories || facts.SpecialLimb is "a" or "g";
            RightsMatrix.Judge(DataSubjectRight.AutomatedDecision, facts).Verdict.ShouldBe(isCarried ? RightsVerdict.NeedsHuman : RightsVerdict.Granted);
            RightsMatrix.Judge(DataSubjectRight.AutomatedDecision, facts with { IsSolelyAutomated = false }).Verdict.ShouldBe(RightsVerdict.NotApplicable);
        }
    }

    [Fact]
    public void Whatever_is_refused_or_put_off_names_its_reason_and_its_article()
    {
        foreach (var right in Enum.GetValues<DataSubjectRight>())
        {
            foreach (var facts in Everything().Select(facts => facts with { Ground = RestrictionGround.ObjectionPending }))
            {
                var finding = RightsMatrix.Judge(right, facts);
                finding.Reason.ShouldNotBeEmpty();
                finding.Article.ShouldStartWith("Art. ");
            }
        }
    }

    private static IEnumerable<RightsCase> Everything() =>
        from basis in Bases
        from state in Enum.GetValues<LimbState>()
        from obligation in new[] { false, true }
        from consent in Enum.GetValues<ConsentPhase>().Cast<ConsentPhase?>().Append(null)
        from objection in new ObjectionPhase?[] { null, ObjectionPhase.Pending, ObjectionPhase.Upheld, ObjectionPhase.Overruled }
        from contract in Enum.GetValues<ContractState>()
        from marketing in new[] { false, true }
        from unlawful in new[] { false, true }
        from since in new[] { false, true }
        from putOff in new[] { false, true }
        select new RightsCase
        {
            Basis = basis,
            State = state,
            IsObligation = obligation,
            Consent = consent,
            Objection = objection,
            Contract = contract,
            IsDirectMarketing = marketing,
            IsUnlawful = unlawful,
            IsConsentedSince = since,
            IsPutOff = putOff,
        };
}
