namespace Gdpr.Policies;

public static partial class FindingCodes
{
    /// <summary>An activity covers special categories of data without a condition of Art. 9(2).</summary>
    public const string NoSpecialCondition = "E-SPEC-01";

    /// <summary>A condition names no letter of Art. 9(2).</summary>
    public const string UnknownLimb = "E-SPEC-02";

    /// <summary>The condition of explicit consent does not rest on explicit consent.</summary>
    public const string ConsentNotExplicit = "E-SPEC-03";

    /// <summary>A condition that rests on law names none.</summary>
    public const string LimbWithoutLaw = "E-SPEC-04";

    /// <summary>A condition is stated for data that the activity does not cover.</summary>
    public const string NeedlessCondition = "I-SPEC-05";

    /// <summary>An activity covers data on offences without a ground.</summary>
    public const string NoOffenceGround = "E-OFF-01";

    /// <summary>The ground for data on offences names no act or decision.</summary>
    public const string OffenceGroundWithoutLaw = "E-OFF-02";

    /// <summary>An activity covers identity numbers without saying why they are needed.</summary>
    public const string NoIdentityNumberJustification = "E-PNR-01";

    /// <summary>Identity numbers rest on a consent that the activity does not ask for.</summary>
    public const string IdentityNumberConsent = "W-PNR-02";

    /// <summary>A solely automated decision has none of the grounds of Art. 22(2).</summary>
    public const string AutomatedWithoutGround = "E-PROF-01";

    /// <summary>Nobody reviews a solely automated decision.</summary>
    public const string NoHumanReview = "E-PROF-02";

    /// <summary>Profiling requires something that the activity's basis does not give.</summary>
    public const string ProfilingOnOtherBasis = "E-PROF-03";

    /// <summary>A solely automated decision rests on a consent that is not explicit.</summary>
    public const string AutomatedConsentNotExplicit = "E-PROF-04";

    /// <summary>A solely automated decision uses special categories of data on another condition than the two that permit it.</summary>
    public const string AutomatedOnSpecialCategories = "E-PROF-05";

    /// <summary>A solely automated decision may concern children.</summary>
    public const string AutomatedAboutChildren = "W-PROF-06";

    /// <summary>A solely automated decision has no impact assessment.</summary>
    public const string NoImpactAssessment = "W-PROF-07";

    /// <summary>The disposal of a field is not well formed.</summary>
    public const string IllFormedDisposal = "E-DISP-01";

    /// <summary>An anonymised record would still point at a person.</summary>
    public const string NotAnonymous = "E-ANON-01";

    /// <summary>A field is to be anonymised in a way that does not suit what it holds.</summary>
    public const string UnfitStrategy = "E-ANON-02";

    /// <summary>Several signs of a high risk, and no impact assessment.</summary>
    public const string RiskWithoutImpactAssessment = "W-DPIA-01";

    /// <summary>An impact is assessed after the processing was to begin.</summary>
    public const string BeginsBeforeAssessment = "W-DPIA-02";

    /// <summary>A high risk remains, and the authority has not been consulted to the end.</summary>
    public const string NoConsultation = "W-DPIA-03";

    /// <summary>People are not told what a decision by automated means alone leads to.</summary>
    public const string NoConsequences = "W-PROF-08";

    private static FindingCode[] Conditions() =>
    [
        Entry(NoSpecialCondition, "Special data", "Special categories without condition", "State specialCategories with the letter of Art. 9(2), or leave the data out.", "Art. 9"),
        Entry(UnknownLimb, "Special data", "A condition without letter of Art. 9(2)", "Write one of the letters a to j.", "Art. 9(2)"),
        Entry(ConsentNotExplicit, "Special data", "Explicit consent that is not asked for", "Rest the activity on consent with \"explicit\": true, or name another letter.", "Art. 9(2)(a)"),
        Entry(LimbWithoutLaw, "Special data", "A condition without the law that it rests on", "Name the act and paragraph.", "Art. 9(2)(b), (g), (i), (j)"),
        Entry(NeedlessCondition, "Special data", "A condition for data that is not there", "Remove it, or cover the data that it is for.", "Art. 9(2), 10, 87"),
        Entry(NoOffenceGround, "Special data", "Data on offences without ground", "State offences with its ground (consent is none), or leave the data out.", "Art. 10; SFS 2018:219 5 §"),
        Entry(OffenceGroundWithoutLaw, "Special data", "A ground for data on offences without law", "Name the act, or the decision of the authority.", "Art. 10; SFS 2018:219 5 §"),
        Entry(NoIdentityNumberJustification, "Special data", "Identity numbers without justification", "State identityNumbers with its ground and why a weaker identifier is not enough.", "Art. 87; SFS 2018:218 3:10"),
        Entry(IdentityNumberConsent, "Special data", "Identity numbers by a consent that is not asked for", "Rest the activity on consent, or name another ground.", "SFS 2018:218 3:10"),
        Entry(AutomatedWithoutGround, "Profiling", "A solely automated decision without ground", "Require contractNecessity, law or consent: the activity's basis alone is never enough.", "Art. 22(2)"),
        Entry(NoHumanReview, "Profiling", "A solely automated decision that nobody reviews", "Name the function that reviews it when the person asks.", "Art. 22(3)"),
        Entry(ProfilingOnOtherBasis, "Profiling", "Profiling that requires another basis", "Let the basis be the one that profiling requires.", "Art. 6(1), 22(2)"),
        Entry(AutomatedConsentNotExplicit, "Profiling", "An automated decision by a consent that is not explicit", "State \"explicit\": true for the consent.", "Art. 22(2)(c)"),
        Entry(AutomatedOnSpecialCategories, "Profiling", "An automated decision on special categories", "Leave the data out, or rest it on explicit consent (a) or important public interest (g).", "Art. 22(4)"),
        Entry(AutomatedAboutChildren, "Profiling", "An automated decision about children", "Leave children out.", "rec. 71"),
        Entry(NoImpactAssessment, "Profiling", "An automated decision without impact assessment", "Make an impact assessment, and name it in impactAssessment.", "Art. 35(3)(a)"),
        Entry(NoConsequences, "Profiling", "An automated decision whose consequences are not stated", "State in consequences what the decision means for the person, and may lead to.", "Art. 13(2)(f), 15(1)(h)"),
        Entry(BeginsBeforeAssessment, "Impact assessments", "Processing that begins before its impact is assessed", "Date the assessment before the policy takes effect, or let the policy take effect later.", "Art. 35(1)"),
        Entry(NoConsultation, "Impact assessments", "A high risk that remains, without the authority's advice", "Consult the authority, and state in consulted when that ended.", "Art. 36(1)"),
        Entry(RiskWithoutImpactAssessment, "Impact assessments", "Several signs of a high risk without impact assessment", "Make an impact assessment, and name it in impactAssessment.", "Art. 35(1), (4)"),
        Entry(IllFormedDisposal, "Disposal", "A disposal that is not well formed", "State a strategy exactly with anonymise, a text exactly with fixed-text, for and then exactly with restrict.", "Art. 5(1)(e)"),
        Entry(NotAnonymous, "Disposal", "An anonymised record that points at a person", "Sever the record's link to its person by a field with strategy sever, and erase or empty every identifier.", "Art. 4(1), rec. 26"),
        Entry(UnfitStrategy, "Disposal", "A way to anonymise that does not suit the field", "Use null, or erase the field.", "Art. 4(1), rec. 26"),
    ];
}
