namespace Gdpr.Retention;

/// <summary>Whether a rule, or a limb of one, still runs.</summary>
/// <remarks>The order is the logic: all-of is the greatest of its limbs, any-of the least. The default value is past.</remarks>
public enum LimbState : byte
{
    /// <summary>It has ended.</summary>
    Past,

    /// <summary>Whether it has ended is unknown.</summary>
    Unknown,

    /// <summary>It still runs.</summary>
    Alive,
}
