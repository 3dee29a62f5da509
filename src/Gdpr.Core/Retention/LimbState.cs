namespace Gdpr.Retention;

/// <summary>Whether a limb of a rule still runs. The order is the logic: all-of is the greatest of its limbs, any-of the least.</summary>
internal enum LimbState : byte
{
    Past,
    Unknown,
    Alive,
}
