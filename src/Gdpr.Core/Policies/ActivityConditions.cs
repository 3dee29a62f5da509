namespace Gdpr.Policies;

/// <summary>The condition of Art. 9(2) under which special categories are processed.</summary>
public sealed class SpecialCategoryCondition
{
    /// <summary>The letter of Art. 9(2), <c>a</c> to <c>j</c>.</summary>
    [RequiredInPolicy]
    public string Limb { get => field ?? ""; init; }

    /// <summary>The law that the condition rests on, where the letter asks for one.</summary>
    public string? Law { get; init; }
}

/// <summary>The ground for processing data on offences (Art. 10). Consent is not one.</summary>
public sealed class OffenceGround
{
    /// <summary>The ground.</summary>
    [RequiredInPolicy]
    public OffenceGroundKind? Ground { get; init; }

    /// <summary>The act or decision that it rests on.</summary>
    public string? Law { get; init; }
}

/// <summary>Grounds for processing data on offences.</summary>
public enum OffenceGroundKind
{
    /// <summary>Establishing, exercising or defending legal claims (Swedish ordinance 2018:219 5 §).</summary>
    LegalClaims,

    /// <summary>A duty in law or ordinance (Swedish ordinance 2018:219 5 §).</summary>
    LegalDuty,

    /// <summary>A permit of the supervisory authority.</summary>
    Permit,
}

/// <summary>Why a national identity number is needed (Swedish Data Protection Act 3:10).</summary>
public sealed class IdentityNumberJustification
{
    /// <summary>The limb of the provision.</summary>
    [RequiredInPolicy]
    public IdentityNumberGround? Ground { get; init; }

    /// <summary>Why a weaker identifier, such as a customer number or a birth date, is not enough.</summary>
    [RequiredInPolicy]
    public string Because { get => field ?? ""; init; }
}

/// <summary>The limbs of the Swedish Data Protection Act 3:10.</summary>
public enum IdentityNumberGround
{
    /// <summary>The person has consented.</summary>
    Consent,

    /// <summary>The purpose clearly calls for it.</summary>
    Purpose,

    /// <summary>Secure identification matters.</summary>
    SecureIdentification,

    /// <summary>Another reason worth respect.</summary>
    OtherReason,
}

/// <summary>What permits marketing by e-mail beside the lawful basis of the processing (Directive 2002/58/EC Art. 13; Swedish Marketing Act,
/// SFS 2008:486, 19 §).</summary>
public sealed class ElectronicMarketingCondition
{
    /// <summary>The condition.</summary>
    [RequiredInPolicy]
    public ElectronicMarketingGround? Ground { get; init; }

    /// <summary>How the activity makes sure that it is met before anything is sent.</summary>
    [RequiredInPolicy]
    public string Because { get => field ?? ""; init; }
}

/// <summary>The conditions on which marketing may be sent by e-mail.</summary>
public enum ElectronicMarketingGround
{
    /// <summary>The person has consented before anything is sent, whatever the processing itself rests on.</summary>
    PriorConsent,

    /// <summary>The person gave the address at a sale, is told of the sender's own similar products, and may object at each message. Addresses that
    /// were bought or found never qualify.</summary>
    ExistingCustomers,

    /// <summary>The address is a legal person's, such as one for information, and names nobody.</summary>
    LegalPersons,
}
