namespace Gdpr.Policies;

public static partial class FindingCodes
{
    /// <summary>An activity states several lawful bases.</summary>
    public const string SeveralBases = "E-BASE-01";

    /// <summary>Two activities process the same field for one purpose on different bases.</summary>
    public const string PurposeOnTwoBases = "E-BASE-02";

    /// <summary>A public task names no law.</summary>
    public const string PublicTaskWithoutLaw = "E-BASE-03";

    /// <summary>A law is named without act or paragraph.</summary>
    public const string LawWithoutParagraph = "W-BASE-04";

    /// <summary>An activity rests on vital interests and does not say why.</summary>
    public const string VitalInterestsUnexplained = "W-BASE-05";

    /// <summary>An activity rests on a contract and does not say why it is necessary.</summary>
    public const string ContractWithoutNecessity = "I-BASE-06";

    /// <summary>A contract carries an activity about people whose employer is the party.</summary>
    public const string ContractWithEmployer = "W-BASE-07";

    /// <summary>A legitimate interest lacks its assessment, or the assessment a part.</summary>
    public const string NoBalancing = "E-LI-01";

    /// <summary>A consent names no text.</summary>
    public const string ConsentWithoutText = "E-CONS-01";

    /// <summary>A consent names a document that is no text of consent, such as terms.</summary>
    public const string ConsentByOtherText = "E-CONS-02";

    /// <summary>A text of consent has no version.</summary>
    public const string ConsentTextWithoutVersion = "W-CONS-03";

    /// <summary>A consent is asked once and never again.</summary>
    public const string ConsentNeverRenewed = "I-CONS-04";

    /// <summary>Consent may be asked of children.</summary>
    public const string ConsentOfChildren = "I-CONS-05";

    /// <summary>Consent is asked of people who depend on whoever asks.</summary>
    public const string ConsentOfDependents = "W-CONS-06";

    /// <summary>A purpose looks like direct marketing and is not declared as such.</summary>
    public const string UndeclaredMarketing = "W-MKT-01";

    /// <summary>Direct marketing rests on a basis that seldom carries it.</summary>
    public const string MarketingOnOtherBasis = "W-MKT-02";

    /// <summary>Marketing is sent without consent to e-mail addresses that were bought, found or given by somebody else.</summary>
    public const string MarketingToForeignAddresses = "W-MKT-03";

    /// <summary>What a person's equipment was read for asks for a consent, and there is none.</summary>
    public const string EquipmentWithoutConsent = "W-LEK-01";

    private static FindingCode[] Bases() =>
    [
        Entry(SeveralBases, "Lawful basis", "Several bases for one activity", "Keep the one that carries the purpose; another purpose is another activity.", "Art. 6(1)"),
        Entry(PurposeOnTwoBases, "Lawful basis", "One purpose on two bases", "Let one basis carry the purpose for this data, or name the other purpose.", "Art. 5(1)(a), 6(1)"),
        Entry(PublicTaskWithoutLaw, "Lawful basis", "A public task without law", "Name the act and paragraph that lays the task down.", "Art. 6(3); SFS 2018:218 2:2"),
        Entry(LawWithoutParagraph, "Lawful basis", "A law without act or paragraph", "Write the number of the act and the paragraph, such as SFS 1999:1078 7:2.", "Art. 6(3)"),
        Entry(VitalInterestsUnexplained, "Lawful basis", "Vital interests without explanation", "State in necessity whose life is at stake and why no other basis will do.", "Art. 6(1)(d)"),
        Entry(ContractWithoutNecessity, "Lawful basis", "A contract without note of necessity", "State in necessity why the contract cannot be performed without the data.", "Art. 6(1)(b)"),
        Entry(ContractWithEmployer, "Lawful basis", "A contract with somebody else than the person", "Rest the activity on a legitimate interest: the contract is with the person's employer.", "Art. 6(1)(b)"),
        Entry(NoBalancing, "Lawful basis", "A legitimate interest without its assessment", "Name the interest and an assessment of it that states necessity, balance, date and next review, at most 24 months apart.", "Art. 6(1)(f)"),
        Entry(ConsentWithoutText, "Consent", "A consent without text", "Name the document with the text that is shown when consent is asked for.", "Art. 4(11), 7(1)"),
        Entry(ConsentByOtherText, "Consent", "A consent given to something else than a consent text", "Ask separately, by a document of kind consentText: accepting terms is no consent.", "Art. 7(2)"),
        Entry(ConsentTextWithoutVersion, "Consent", "A text of consent without version", "State the version, which proof of consent names.", "Art. 7(1)"),
        Entry(ConsentNeverRenewed, "Consent", "A consent that is never asked again", "State askAgainAfter where a consent should not last for ever.", "Art. 7"),
        Entry(ConsentOfChildren, "Consent", "Consent that children may give", "Make sure that whoever holds parental responsibility consents for a child under the age limit, 13 in Sweden.", "Art. 8; SFS 2018:218 2:4"),
        Entry(ConsentOfDependents, "Consent", "Consent of people who depend on whoever asks", "Rest it on another basis: who depends on the organisation is seldom free to refuse.", "Art. 4(11), 7(4), rec. 43"),
        Entry(UndeclaredMarketing, "Direct marketing", "Direct marketing that is not declared as such", "State \"directMarketing\": true for the purpose, so that an objection stops it at once.", "Art. 21(2)–(3)"),
        Entry(MarketingOnOtherBasis, "Direct marketing", "Direct marketing on a basis that seldom carries it", "Rest it on consent or on a legitimate interest.", "Art. 6(1), 21(2)"),
        Entry(MarketingToForeignAddresses, "Direct marketing", "Marketing by e-mail to addresses that the person has not given", "Rest it on consent, take the addresses from the person, or state in electronicMarketing what permits it.", "SFS 2008:486 19 §"),
        Entry(EquipmentWithoutConsent, "Terminal equipment", "Equipment that is read without consent", "Rest the activity on consent: statistics, profiles and marketing are never strictly necessary for a service that was asked for.", "SFS 2022:482 9:28"),
    ];
}
