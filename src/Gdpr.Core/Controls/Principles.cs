using Gdpr.Policies;

namespace Gdpr.Controls;

/// <summary>The principles of Art. 5.</summary>
public enum DataPrinciple
{
    /// <summary>(1)(a): lawfulness, fairness, transparency.</summary>
    Lawfulness,

    /// <summary>(1)(b): purpose limitation.</summary>
    PurposeLimitation,

    /// <summary>(1)(c): data minimisation.</summary>
    Minimisation,

    /// <summary>(1)(d): accuracy.</summary>
    Accuracy,

    /// <summary>(1)(e): storage limitation.</summary>
    StorageLimitation,

    /// <summary>(1)(f): integrity and confidentiality.</summary>
    Security,

    /// <summary>(2): accountability.</summary>
    Accountability,
}

/// <summary>Which principle each finding of validation is about.</summary>
public static class DataPrinciples
{
    /// <summary>The provision.</summary>
    /// <param name="principle">The principle.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is no principle.</exception>
    public static string Article(this DataPrinciple principle) => principle switch
    {
        DataPrinciple.Lawfulness => "Art. 5(1)(a)",
        DataPrinciple.PurposeLimitation => "Art. 5(1)(b)",
        DataPrinciple.Minimisation => "Art. 5(1)(c)",
        DataPrinciple.Accuracy => "Art. 5(1)(d)",
        DataPrinciple.StorageLimitation => "Art. 5(1)(e)",
        DataPrinciple.Security => "Art. 5(1)(f)",
        DataPrinciple.Accountability => "Art. 5(2)",
        _ => throw new ArgumentOutOfRangeException(nameof(principle)),
    };

    /// <summary>The principle that a finding is about: the first that its code leads to; accountability where it is about the policy's own form.</summary>
    /// <param name="code">The code of the finding, such as <c>E-RET-03</c>.</param>
    public static DataPrinciple Of(string code)
    {
        ArgumentNullException.ThrowIfNull(code);
        return code switch
        {
            FindingCodes.NoPurpose or FindingCodes.DataSetWithoutRule or FindingCodes.RetiredDataSetInUse or FindingCodes.RetiredLater
                or FindingCodes.DisclosedBeyondActivity => DataPrinciple.PurposeLimitation,
            FindingCodes.NoData or FindingCodes.FieldWithoutRule or FindingCodes.EmptyDisclosure or FindingCodes.DisclosedBeyondAgreement
                or FindingCodes.FreeTextWithoutAge => DataPrinciple.Minimisation,
            FindingCodes.NoOrigin or FindingCodes.TriggerWithoutNull => DataPrinciple.Accuracy,
            FindingCodes.NoBackupPlan => DataPrinciple.StorageLimitation,
            FindingCodes.NoRole or FindingCodes.CredentialDisclosed or FindingCodes.EndpointNotEncrypted or FindingCodes.SystemWithoutRiskAssessment
                or FindingCodes.PermissionWithoutActivity or FindingCodes.PermissionWithoutData => DataPrinciple.Security,
            FindingCodes.NoBasis or FindingCodes.PurposeWithoutTitle or FindingCodes.OtherAuthority or FindingCodes.RecipientWithoutGround => DataPrinciple.Lawfulness,
            _ => OfFamily(code.Split('-') is [_, var family, ..] ? family : ""),
        };
    }

    private static DataPrinciple OfFamily(string family) => family switch
    {
        "BASE" or "LI" or "CONS" or "MKT" or "SPEC" or "OFF" or "PNR" or "PROF" or "TRF" or "LEK" => DataPrinciple.Lawfulness,
        "RET" or "BFL" or "DISP" or "ANON" => DataPrinciple.StorageLimitation,
        "CTL" or "PWD" or "DPIA" => DataPrinciple.Security,
        _ => DataPrinciple.Accountability,
    };
}
