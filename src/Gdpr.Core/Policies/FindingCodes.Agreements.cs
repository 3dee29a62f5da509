namespace Gdpr.Policies;

public static partial class FindingCodes
{
    /// <summary>Several controllers are declared, and an activity does not say for which it is.</summary>
    public const string RoleUndefined = "E-ROLE-01";

    /// <summary>A processor decides for itself what is the controller's to decide.</summary>
    public const string ProcessorDecides = "E-ROLE-02";

    /// <summary>A processor works without a contract under Art. 28(3).</summary>
    public const string ProcessorWithoutContract = "E-ROLE-03";

    /// <summary>Joint controllers have no arrangement.</summary>
    public const string JointWithoutArrangement = "E-JOINT-01";

    /// <summary>An arrangement of joint controllers does not say what people are told of it.</summary>
    public const string JointWithoutEssence = "W-JOINT-02";

    /// <summary>An arrangement of joint controllers stands where there are none, or names somebody else as one.</summary>
    public const string JointWithoutJoint = "E-JOINT-03";

    /// <summary>An agreement has no clause on documented instructions.</summary>
    public const string NoInstructionsClause = "E-DPA-01";

    /// <summary>An agreement has no clause on confidentiality.</summary>
    public const string NoConfidentialityClause = "E-DPA-02";

    /// <summary>An agreement has no clause on security.</summary>
    public const string NoSecurityClause = "E-DPA-03";

    /// <summary>An agreement has no clause on sub-processors.</summary>
    public const string NoSubProcessorsClause = "E-DPA-04";

    /// <summary>An agreement has no clause on help with requests.</summary>
    public const string NoRequestsClause = "E-DPA-05";

    /// <summary>An agreement has no clause on help with Art. 32–36.</summary>
    public const string NoAssistanceClause = "E-DPA-06";

    /// <summary>An agreement has no clause on deletion or return.</summary>
    public const string NoEndClause = "E-DPA-07";

    /// <summary>An agreement has no clause on audits.</summary>
    public const string NoAuditsClause = "E-DPA-08";

    /// <summary>An agreement does not say what is processed, how long and why.</summary>
    public const string NoProcessingTerms = "E-DPA-09";

    /// <summary>More is disclosed than the agreement with the recipient covers.</summary>
    public const string DisclosedBeyondAgreement = "W-DPA-10";

    /// <summary>A sub-processor is engaged by nobody who processes.</summary>
    public const string SubProcessorOfNobody = "E-SUB-01";

    /// <summary>An agreement of another kind than its place asks for.</summary>
    public const string OtherKindOfAgreement = "E-AGR-01";

    /// <summary>An agreement has ended before the policy takes effect.</summary>
    public const string AgreementEnded = "E-AGR-02";

    /// <summary>An agreement begins after the policy takes effect.</summary>
    public const string AgreementNotBegun = "W-AGR-03";

    /// <summary>An agreement ends before it begins.</summary>
    public const string AgreementEndsBeforeItBegins = "E-AGR-04";

    /// <summary>A service with processing on behalf of customers has no agreement on it.</summary>
    public const string ServiceWithoutAgreement = "E-SVC-01";

    private static FindingCode[] Agreements() =>
    [
        Entry(RoleUndefined, "Capacity", "An activity of nobody in particular", "Name the controller.", "Art. 4(7), 5(2)"),
        Entry(ProcessorDecides, "Capacity", "A processor that decides for itself", "Leave it to the controller's instruction, or declare the activity as the organisation's own.", "Art. 28(3)(a), 28(10)"),
        Entry(ProcessorWithoutContract, "Capacity", "A processor without contract", "Declare the agreement, and name it in agreement.", "Art. 28(3)"),
        Entry(JointWithoutArrangement, "Capacity", "Joint controllers without arrangement", "Declare the arrangement as an agreement of kind jointControllers, and name it in agreement.", "Art. 26(1)"),
        Entry(JointWithoutEssence, "Capacity", "An arrangement of joint controllers whose essence is not stated", "State in arrangement/essence what people are told of who does what.", "Art. 26(2)"),
        Entry(JointWithoutJoint, "Capacity", "An arrangement of joint controllers with somebody who is none", "Declare arrangement in agreements of kind jointControllers alone, and name in answeredBy a recipient of kind jointController under the same agreement.", "Art. 26(1)"),
        Entry(NoInstructionsClause, "Agreements", "No clause on documented instructions", "Name the clause in instructions.", "Art. 28(3)(a)"),
        Entry(NoConfidentialityClause, "Agreements", "No clause on confidentiality", "Name the clause in confidentiality.", "Art. 28(3)(b)"),
        Entry(NoSecurityClause, "Agreements", "No clause on security", "Name the clause in security.", "Art. 28(3)(c)"),
        Entry(NoSubProcessorsClause, "Agreements", "No clause on sub-processors", "Name the clause in subProcessors.", "Art. 28(3)(d)"),
        Entry(NoRequestsClause, "Agreements", "No clause on help with requests", "Name the clause in requests.", "Art. 28(3)(e)"),
        Entry(NoAssistanceClause, "Agreements", "No clause on help with security, breaches and assessments", "Name the clause in assistance.", "Art. 28(3)(f)"),
        Entry(NoEndClause, "Agreements", "No clause on deletion or return", "Name the clause in end.", "Art. 28(3)(g)"),
        Entry(NoAuditsClause, "Agreements", "No clause on audits", "Name the clause in audits.", "Art. 28(3)(h)"),
        Entry(NoProcessingTerms, "Agreements", "An agreement that does not say what is processed", "State in terms the subject, the duration, the categories of data and the kinds of people.", "Art. 28(3)"),
        Entry(DisclosedBeyondAgreement, "Agreements", "A disclosure beyond the agreement", "Add the category to the agreement's terms, or do not disclose the field.", "Art. 28(3)"),
        Entry(SubProcessorOfNobody, "Agreements", "A sub-processor that no processor engages", "Name in engagedBy the processor that engages it.", "Art. 28(2), 28(4)"),
        Entry(OtherKindOfAgreement, "Agreements", "An agreement of the wrong kind", "Name an agreement of the kind that the place asks for.", "Art. 26, 28(3)"),
        Entry(AgreementEnded, "Agreements", "An agreement that has ended", "Renew it, or stop the processing under it.", "Art. 28(3)"),
        Entry(AgreementNotBegun, "Agreements", "An agreement that has not begun", "Until then nothing may be processed under it: let the policy take effect later, or the agreement earlier.", "Art. 28(3)"),
        Entry(AgreementEndsBeforeItBegins, "Agreements", "An agreement that ends before it begins", "Correct one of the two dates.", "Art. 28(3)"),
        Entry(ServiceWithoutAgreement, "Agreements", "A service without agreement on its processing", "Name the agreement that is annexed to the service's own.", "Art. 28(3)"),
    ];
}
