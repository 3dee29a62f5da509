using System.Text.Json.Nodes;
using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Rights;
using Gdpr.Subjects;

namespace Gdpr.Tool.Corpus;

/// <summary>Cases of what follows of a request: of some data under one purpose, or of a whole request.</summary>
internal static class RightsCases
{
    private static readonly string[] Members =
    [
        "basis", "capacity", "running", "lawKeeps", "consent", "explicitConsent", "objection", "contract", "directMarketing", "ground", "unlawful", "provenance",
        "credential", "automated", "solelyAutomated", "specialCategories", "specialLimb", "requires",
    ];

    /// <summary>What follows.</summary>
    public static JsonObject Decide(CorpusCase one)
    {
        var facts = CorpusFacts.Of(one, [.. Members, "right", "items"]);
        var right = facts.Word<DataSubjectRight>("right") ?? throw one.Bad("'given.right' is missing: state it");
        if (!facts.Has("items"))
        {
            var finding = Judge(right, facts, one);
            return new JsonObject { ["decision"] = CorpusWords.Of(finding.Verdict), ["reason"] = finding.Reason, ["article"] = finding.Article };
        }

        RightsFinding[] findings = [.. facts.Parts("items", Members).Select(item => Judge(right, item, one))];
        return new JsonObject
        {
            ["outcome"] = CorpusWords.Of(RightsMatrix.OutcomeOf(findings, isHeld: findings.Length > 0)),
            ["decisions"] = CorpusWords.List(findings.Select(finding => CorpusWords.Of(finding.Verdict))),
        };
    }

    private static RightsFinding Judge(DataSubjectRight right, CorpusFacts facts, CorpusCase one)
    {
        var capacity = facts.Word<ProcessingCapacity>("capacity") ?? ProcessingCapacity.Controller;
        var known = new RightsCase
        {
            Capacity = capacity,
            Basis = facts.Word<LawfulBasisKind>("basis")
                ?? (capacity == ProcessingCapacity.Processor ? null : throw facts.Bad("basis", "is missing: state it")),
            State = facts.Truth("running") switch { true => LimbState.Alive, false => LimbState.Past, null => LimbState.Unknown },
            IsObligation = facts.Flag("lawKeeps"),
            Consent = facts.Word<ConsentPhase>("consent"),
            IsConsentExplicit = facts.Flag("explicitConsent"),
            Objection = facts.Word<ObjectionPhase>("objection"),
            Contract = facts.Word<ContractState>("contract") ?? ContractState.Unknown,
            IsDirectMarketing = facts.Flag("directMarketing"),
            Ground = facts.Word<RestrictionGround>("ground"),
            IsUnlawful = facts.Flag("unlawful"),
            Provenance = facts.Word<FieldProvenance>("provenance") ?? FieldProvenance.Provided,
            IsCredential = facts.Flag("credential"),
            IsAutomated = facts.Flag("automated", missing: true),
            IsSolelyAutomated = facts.Flag("solelyAutomated"),
            UsesSpecialCategories = facts.Flag("specialCategories"),
            SpecialLimb = facts.Text("specialLimb"),
            Requirement = facts.Word<ProfilingRequirement>("requires"),
        };
        return right == DataSubjectRight.Restriction && known.Ground is null && capacity != ProcessingCapacity.Processor
            ? throw one.Bad("'given.ground' is missing: a request for restriction states one of Art. 18(1)")
            : RightsMatrix.Judge(right, known);
    }
}
