using Gdpr.Policies;
using NodaTime;

namespace Gdpr.Processing;

/// <summary>What the law and the policy say of an activity that may carry some fields of a data set, whoever the person is. Pure.</summary>
internal sealed class CandidateJudge
{
    private static readonly string[] LimbsThatRestOnLaw = ["b", "g", "i", "j"];

    private readonly GdprPolicy _policy;
    private readonly ProcessingRequest _request;
    private readonly ProcessorClient? _client;
    private readonly CoveredDataSet _dataSet;
    private readonly HashSet<DataCategoryKind> _kinds;

    public CandidateJudge(GdprPolicy policy, ProcessingRequest request, ProcessorClient? client, CoveredDataSet dataSet, IEnumerable<string> fields)
    {
        (_policy, _request, _client, _dataSet) = (policy, request, client, dataSet);
        Categories = [.. fields.Select(field => dataSet.DataSet.Fields[field].Category).Distinct(StringComparer.Ordinal)];
        _kinds = [.. Categories.Select(policy.KindOf)];
    }

    /// <summary>The categories of the fields.</summary>
    public string[] Categories { get; }

    /// <summary>Judges an activity.</summary>
    /// <param name="activity">The activity.</param>
    /// <param name="compatibility">What forbids it data that was collected for other purposes.</param>
    public UseCandidate Judge(ProgramActivity activity, IEnumerable<ProcessingReason> compatibility)
    {
        List<ProcessingReason> reasons = [.. compatibility];
        var (agreement, instruction) = (InForce.Always, InForce.Always);
        if (_client is null)
        {
            reasons.AddRange(BasisReasons(activity).Concat(SpecialReasons(activity.Activity)).Concat(ProfilingReasons(activity)));
            agreement = activity.Activity.Agreement is { } named ? AgreementOf(named, ZoneOf(activity), reasons) : InForce.Always;
        }
        else
        {
            (agreement, instruction) = JudgeClient(_client, activity, reasons);
        }

        var carried = new CarryingBasis(activity.Id, _dataSet.Path.DataSetPath, activity.Basis, _client?.Instruction?.Version);
        return new UseCandidate(
            activity, [.. reasons.Select(reason => reason with { Activity = activity.Id, DataSet = _dataSet.Path.DataSetPath })], agreement, instruction,
            _client is null ? ImpactOf(activity) : InForce.Always, _client is null ? InterestOf(activity) : InForce.Always, carried);
    }

    /// <summary>From when the impact has been assessed, where the activity names an assessment: on the day of its result, or of the end of the authority's consultation
    /// where a high risk remains, nothing but preparing begins.</summary>
    private InForce ImpactOf(ProgramActivity activity)
    {
        if (activity.Activity.ImpactAssessment is not { } id)
        {
            return InForce.Always;
        }

        var assessment = _policy.Assessments.GetValueOrDefault(id);
        var from = assessment is not { Kind: AssessmentKind.Impact } ? null
            : assessment.HighRiskRemains ? assessment.Consulted is { } consulted && assessment.On is { } on ? LocalDate.Max(consulted, on) : null
            : assessment.On;
        return from is { } day ? InForce.Days(day, null, ZoneOf(activity)) : new InForce(Instant.MaxValue, Instant.MaxValue);
    }

    /// <summary>From when an interest has been weighed, where the activity rests on one: what is still to be weighed carries nothing.</summary>
    private InForce InterestOf(ProgramActivity activity) =>
        _policy.Assessments.GetValueOrDefault(activity.Activity.Basis?.LegitimateInterest?.Assessment ?? "")?.On is { } on
            ? InForce.Days(on, null, ZoneOf(activity)) : InForce.Always;

    private IEnumerable<ProcessingReason> BasisReasons(ProgramActivity activity)
    {
        if (activity.Basis is null)
        {
            yield return ProcessingReasons.Of(ProcessingReasons.NoBasis);
        }

        if (activity.Activity.Basis?.LegitimateInterest is { } interest && !IsWeighed(interest))
        {
            yield return ProcessingReasons.Of(ProcessingReasons.InterestNotAssessed);
        }
    }

    private bool IsWeighed(LegitimateInterestBasis interest) =>
        _policy.Assessments.GetValueOrDefault(interest.Assessment ?? "") is { Kind: AssessmentKind.LegitimateInterest } assessment
        && assessment.Necessity?.ToString() is { Length: > 0 } && assessment.Balance?.ToString() is { Length: > 0 };

    private IEnumerable<ProcessingReason> SpecialReasons(Activity activity)
    {
        if (_kinds.Contains(DataCategoryKind.SpecialCategory) && !IsConditionMet(activity))
        {
            yield return ProcessingReasons.Of(ProcessingReasons.SpecialCategories);
        }

        if (_kinds.Contains(DataCategoryKind.Offence) && activity.Offences is not ({ Ground: OffenceGroundKind.LegalClaims } or { Ground: not null, Law.Length: > 0 }))
        {
            yield return ProcessingReasons.Of(ProcessingReasons.Offences);
        }

        if (_kinds.Contains(DataCategoryKind.NationalIdentityNumber) && !IsIdentityNumberJustified(activity))
        {
            yield return ProcessingReasons.Of(ProcessingReasons.IdentityNumber);
        }
    }

    private static bool IsConditionMet(Activity activity) =>
        activity.SpecialCategories is { Limb: [>= 'a' and <= 'j'] limb } condition
        && (limb != "a" || activity.Basis?.Consent is { Explicit: true })
        && (!LimbsThatRestOnLaw.Contains(limb, StringComparer.Ordinal) || !string.IsNullOrWhiteSpace(condition.Law));

    private static bool IsIdentityNumberJustified(Activity activity) =>
        activity.IdentityNumbers is { Ground: { } ground } justification && !string.IsNullOrWhiteSpace(justification.Because)
        && (ground != IdentityNumberGround.Consent || activity.Basis?.Consent is not null);

    private IEnumerable<ProcessingReason> ProfilingReasons(ProgramActivity activity)
    {
        var (automation, profiling) = (_request.Automation, activity.Activity.Profiling);
        if (profiling is null)
        {
            return automation == ProcessingAutomation.None ? [] : [ProcessingReasons.Of(ProcessingReasons.ProfilingNotDeclared)];
        }

        var reasons = new List<ProcessingReason>();
        var isMet = profiling.Requires switch
        {
            Policies.ProfilingRequirement.ContractNecessity => activity.Basis == LawfulBasisKind.Contract,
            Policies.ProfilingRequirement.Consent => activity.Basis == LawfulBasisKind.Consent,
            Policies.ProfilingRequirement.Law => activity.Basis is LawfulBasisKind.LegalObligation or LawfulBasisKind.PublicTask,
            Policies.ProfilingRequirement.Basis => true,
            _ => false,
        };
        if (!isMet)
        {
            reasons.Add(ProcessingReasons.Of(ProcessingReasons.ProfilingRequirement));
        }

        if (profiling.SolelyAutomated)
        {
            reasons.AddRange(AutomatedReasons(activity.Activity, profiling));
        }
        else if (automation == ProcessingAutomation.SolelyAutomatedDecision)
        {
            reasons.Add(ProcessingReasons.Of(ProcessingReasons.AutomatedDecision));
        }

        return reasons;
    }

    private IEnumerable<ProcessingReason> AutomatedReasons(Activity activity, Profiling profiling)
    {
        if (profiling.Requires is null or Policies.ProfilingRequirement.Basis)
        {
            yield return ProcessingReasons.Of(ProcessingReasons.AutomatedDecision);
        }

        // Where law authorises the decision, the law lays the safeguards down (Art. 22(2)(b)).
        if (profiling.Requires != Policies.ProfilingRequirement.Law && string.IsNullOrWhiteSpace(profiling.HumanReview))
        {
            yield return ProcessingReasons.Of(ProcessingReasons.NoHumanReview);
        }

        if (_kinds.Contains(DataCategoryKind.SpecialCategory) && activity.SpecialCategories?.Limb is not ("a" or "g"))
        {
            yield return ProcessingReasons.Of(ProcessingReasons.AutomatedOnSpecialCategories);
        }

        if (_dataSet.DataSet.Subject.Any(subject => (_policy.Subjects.GetValueOrDefault(subject) ?? Vocabulary.Subjects.GetValueOrDefault(subject))?.Children == true))
        {
            yield return ProcessingReasons.Of(ProcessingReasons.AutomatedAboutChildren);
        }
    }

    /// <summary>A processor's grounds are the client's to state: what counts is the agreement and the instruction (Art. 28(3)(a), 29).</summary>
    private (InForce Agreement, InForce Instruction) JudgeClient(ProcessorClient client, ProgramActivity activity, List<ProcessingReason> reasons)
    {
        var zone = DateTimeZoneProviders.Tzdb[client.Zone];
        var agreement = AgreementOf(activity.Activity.Agreement, ZoneOf(activity), reasons).And(InForce.Days(client.From, client.Until, zone));
        if (client.Instruction is not { } instruction || !instruction.Activities.Contains(activity.Id, StringComparer.Ordinal))
        {
            reasons.Add(ProcessingReasons.Of(ProcessingReasons.OutsideInstruction));
            return (agreement, InForce.Always);
        }

        var terms = _policy.Agreements.GetValueOrDefault(activity.Activity.Agreement ?? "")?.Terms;
        var isByInstruction = terms?.ByInstruction == true;
        AddBeyond(reasons, ProcessingReasons.CategoryOutsideInstruction, Categories, instruction.Categories, terms?.Categories ?? [], isByInstruction);
        AddBeyond(reasons, ProcessingReasons.SubjectOutsideInstruction, _dataSet.DataSet.Subject, instruction.Subjects, terms?.Subjects ?? [], isByInstruction);
        return (agreement, InForce.Days(instruction.From, instruction.Until, zone));
    }

    /// <summary>What is neither instructed nor agreed. The agreement bounds the instruction, unless it lets instructions go further.</summary>
    private static void AddBeyond(
        List<ProcessingReason> reasons, string code, IEnumerable<string> wanted, IReadOnlyList<string> instructed, IReadOnlyList<string> agreed, bool isByInstruction)
    {
        IEnumerable<string> permitted = instructed.Count == 0 ? agreed
            : agreed.Count == 0 || isByInstruction ? instructed : instructed.Intersect(agreed, StringComparer.Ordinal);
        string[] beyond = [.. wanted.Except(permitted, StringComparer.Ordinal)];
        if (beyond.Length > 0)
        {
            reasons.Add(ProcessingReasons.Of(code) with { About = string.Join(", ", beyond) });
        }
    }

    private InForce AgreementOf(string? id, DateTimeZone zone, List<ProcessingReason> reasons)
    {
        if (_policy.Agreements.GetValueOrDefault(id ?? "") is { } agreement)
        {
            return InForce.Days(agreement.From, agreement.Until, zone);
        }

        reasons.Add(ProcessingReasons.Of(ProcessingReasons.NoAgreement));
        return InForce.Always;
    }

    private DateTimeZone ZoneOf(ProgramActivity activity) =>
        DateTimeZoneProviders.Tzdb[(_policy.Controllers.GetValueOrDefault(activity.Controller ?? "") ?? _policy.Controllers.Values.First()).TimeZone];
}
