namespace Gdpr.Policies;

public static partial class FindingCodes
{
    /// <summary>An activity discloses data that it does not cover.</summary>
    public const string DisclosedBeyondActivity = "E-REC-02";

    /// <summary>A password or other secret is disclosed.</summary>
    public const string CredentialDisclosed = "E-REC-03";

    /// <summary>A disclosure names no data.</summary>
    public const string EmptyDisclosure = "W-REC-04";

    /// <summary>Data or notifications are sent to an address that does not encrypt.</summary>
    public const string EndpointNotEncrypted = "E-REC-05";

    /// <summary>Another controller or an authority receives data without agreement or law.</summary>
    public const string RecipientWithoutGround = "W-REC-06";

    /// <summary>A transfer outside the European Economic Area has no safeguard that holds.</summary>
    public const string NoSafeguard = "E-TRF-01";

    /// <summary>A recipient does not say in which country it is.</summary>
    public const string NoCountry = "W-TRF-02";

    /// <summary>A country has a decision on adequacy, and the recipient does not say that the transfer rests on it.</summary>
    public const string AdequacyUnstated = "W-TRF-03";

    /// <summary>A safeguard ends within 90 days of the policy's first day.</summary>
    public const string SafeguardEndsSoon = "W-TRF-04";

    /// <summary>A transfer rests on a derogation, which is for occasional transfers only.</summary>
    public const string TransferByDerogation = "W-TRF-05";

    /// <summary>A transfer is said to rest on a decision on adequacy for longer than the decision holds.</summary>
    public const string SafeguardOverstated = "W-TRF-06";

    /// <summary>A role may process for a purpose that no activity has.</summary>
    public const string PermissionWithoutActivity = "W-ROLE-05";

    /// <summary>A role may process a category that no activity of the purpose covers.</summary>
    public const string PermissionWithoutData = "W-ROLE-06";

    private static FindingCode[] Disclosures() =>
    [
        Entry(DisclosedBeyondActivity, "Disclosures", "A disclosure beyond its activity", "Cover the data by the activity, or do not disclose it.", "Art. 5(1)(b)"),
        Entry(CredentialDisclosed, "Disclosures", "A secret that is disclosed", "Name the other fields one by one, without the secret.", "Art. 32(1)"),
        Entry(EmptyDisclosure, "Disclosures", "A disclosure of nothing", "Name the data that is disclosed: nothing else is sent.", "Art. 5(1)(c)"),
        Entry(EndpointNotEncrypted, "Disclosures", "An address that does not encrypt", "Write an address that starts with https://.", "Art. 32(1)(a)"),
        Entry(RecipientWithoutGround, "Disclosures", "A recipient without agreement or law", "Name the agreement or the law under which it receives data.", "Art. 5(2), 6"),
        Entry(NoSafeguard, "Transfers", "A transfer without safeguard", "State in transfer a mechanism that holds: adequacy, standardClauses or bindingCorporateRules with an assessment of the transfer, codeOrCertification, or derogation.", "Art. 44–49"),
        Entry(NoCountry, "Transfers", "A recipient whose country is not stated", "State the country, or the one from which it has access.", "Art. 13(1)(f), 44"),
        Entry(AdequacyUnstated, "Transfers", "A decision on adequacy that is not stated", "State transfer with mechanism adequacy and the decision: notices name it.", "Art. 13(1)(f), 45"),
        Entry(SafeguardEndsSoon, "Transfers", "A safeguard that ends soon", "Arrange for the time after.", "Art. 44–46"),
        Entry(TransferByDerogation, "Transfers", "A transfer by derogation", "Use another mechanism where the transfer is more than occasional, and name the derogation in reference.", "Art. 49"),
        Entry(SafeguardOverstated, "Transfers", "A decision on adequacy said to hold longer than it does", "State the decision's own last day in validUntil, or leave it out.", "Art. 45"),
        Entry(PermissionWithoutActivity, "Roles", "A permission for a purpose that no activity has", "Remove it, or declare the activity.", "Art. 29, 32(4)"),
        Entry(PermissionWithoutData, "Roles", "A permission for data that the purpose does not cover", "Remove the category, or cover it by an activity with the purpose.", "Art. 29, 32(4)"),
    ];
}
