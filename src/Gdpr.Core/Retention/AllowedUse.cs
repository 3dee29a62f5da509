namespace Gdpr.Retention;

/// <summary>What restricted data may be used for beside being stored (Art. 18(2)).</summary>
public enum AllowedUse
{
    /// <summary>The person has consented to this use of the restricted data.</summary>
    Consent,

    /// <summary>Legal claims are established, exercised or defended. Data under a legal hold is kept for this use too.</summary>
    LegalClaims,

    /// <summary>The rights of another natural or legal person are protected.</summary>
    RightsOfOthers,

    /// <summary>Important public interest of the Union or of a Member State.</summary>
    PublicInterest,
}
