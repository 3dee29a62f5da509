namespace Gdpr.Policies;

public static partial class FindingCodes
{
    /// <summary>A measure has no owner.</summary>
    public const string ControlWithoutOwner = "E-CTL-01";

    /// <summary>A measure says not how often evidence is due.</summary>
    public const string ControlWithoutCadence = "I-CTL-02";

    /// <summary>No measure protects an activity.</summary>
    public const string ActivityWithoutControl = "W-CTL-03";

    /// <summary>An activity names no routine.</summary>
    public const string ActivityWithoutRoutine = "I-CTL-04";

    /// <summary>A recipient must show evidence of no measure.</summary>
    public const string RecipientWithoutControls = "I-CTL-05";

    /// <summary>A rule for passwords accepts the empty one.</summary>
    public const string PasswordRuleWithoutLength = "E-PWD-01";

    /// <summary>The review of a document is overdue when the policy takes effect.</summary>
    public const string DocumentOverdue = "W-DOC-01";

    /// <summary>A document says not how often it is reviewed.</summary>
    public const string DocumentWithoutReview = "I-DOC-02";

    /// <summary>A document of another kind than its place asks for.</summary>
    public const string OtherKindOfDocument = "W-DOC-03";

    /// <summary>An assessment of another kind than its place asks for.</summary>
    public const string OtherKindOfAssessment = "E-ASM-01";

    /// <summary>The next review of an assessment comes before the assessment.</summary>
    public const string ReviewBeforeAssessment = "E-ASM-02";

    /// <summary>The review of an assessment is overdue when the policy takes effect.</summary>
    public const string AssessmentOverdue = "W-ASM-03";

    /// <summary>Nobody has signed an assessment.</summary>
    public const string AssessmentUnsigned = "W-ASM-04";

    /// <summary>A system has no risk assessment.</summary>
    public const string SystemWithoutRiskAssessment = "I-ASM-05";

    private static FindingCode[] Measures() =>
    [
        Entry(ControlWithoutOwner, "Measures", "A measure without owner", "Name the function that answers for it.", "Art. 24(1), 32"),
        Entry(ControlWithoutCadence, "Measures", "A measure without cadence", "State in cadence how often evidence is due; without one it is only declared.", "Art. 32(1)(d)"),
        Entry(ActivityWithoutControl, "Measures", "An activity that no measure protects", "Name measures in controls, or declare one that covers its systems.", "Art. 30(1)(g), 32"),
        Entry(ActivityWithoutRoutine, "Measures", "An activity without routine", "Name the document that says how it is carried out.", "Art. 24(2)"),
        Entry(RecipientWithoutControls, "Measures", "A processor of whom no evidence is asked", "Name in requiredControls the measures that it must show evidence of.", "Art. 28(1), 28(3)(h)"),
        Entry(PasswordRuleWithoutLength, "Measures", "A rule that accepts an empty password", "State a least length of 1 or more.", "Art. 32(1)"),
        Entry(DocumentOverdue, "Documents", "A document whose review is overdue", "Review it, and state the date in reviewed.", "Art. 24(1)"),
        Entry(DocumentWithoutReview, "Documents", "A document that is never reviewed", "State in reviewEvery how often it is reviewed.", "Art. 24(1)"),
        Entry(OtherKindOfDocument, "Documents", "A document of the wrong kind", "Name a document of the kind that the place asks for.", "Art. 5(2), 24(2)"),
        Entry(OtherKindOfAssessment, "Assessments", "An assessment of the wrong kind", "Name an assessment of the kind that the place asks for.", "Art. 5(2), 6(1)(f), 6(4), 32(2), 35, 46"),
        Entry(ReviewBeforeAssessment, "Assessments", "A next review before the assessment", "Correct one of the two dates.", "Art. 24(1), 35(11)"),
        Entry(AssessmentOverdue, "Assessments", "An assessment whose review is overdue", "Review it, and state its new dates.", "Art. 24(1), 35(11)"),
        Entry(AssessmentUnsigned, "Assessments", "An assessment that nobody has signed", "Name in by the function that signed it.", "Art. 5(2)"),
        Entry(SystemWithoutRiskAssessment, "Assessments", "A system without risk assessment", "Assess the risks of the system, and name the assessment in riskAssessment.", "Art. 32(2)"),
    ];
}
