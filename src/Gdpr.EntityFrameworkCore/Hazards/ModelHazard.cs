namespace Gdpr.EntityFrameworkCore.Hazards;

/// <summary>What in a model may keep what was erased, as far as a host may have a reason for it.</summary>
public enum ModelHazard
{
    /// <summary>A temporal table, which keeps every former version of its rows.</summary>
    TemporalTable,

    /// <summary>A property by which the application calls a row deleted that stays: a mark, a date or a status. None where a date of deletion is a trigger of the
    /// data set.</summary>
    SoftDelete,

    /// <summary>A key that is itself personal data: it stands wherever a row is referred to.</summary>
    PersonalKey,
}
