using Gdpr.Retention;

namespace Gdpr.Relational.Queries;

/// <summary>What is asked of limbs as a whole.</summary>
internal static class CutoffLimbs
{
    /// <summary>The limbs that a trigger decides, from left to right.</summary>
    public static IEnumerable<CutoffLimb.Event> Events(this CutoffLimb limb) => limb switch
    {
        CutoffLimb.All all => all.First.Events().Concat(all.Second.Events()),
        CutoffLimb.Any any => any.First.Events().Concat(any.Second.Events()),
        CutoffLimb.Event happening => [happening],
        _ => [],
    };
}
