using NodaTime;

namespace Gdpr.Tool.Tests.Oracle;

internal enum Tri
{
    Past,
    Unknown,
    Alive,
}

/// <summary>A rule of one record: a tree whose leaves are last days.</summary>
internal abstract record NaiveLimb
{
    /// <summary>Stands for a last day that never comes.</summary>
    public static readonly LocalDate Never = LocalDate.MaxIsoValue;

    /// <summary>Stands for a last day before all others.</summary>
    public static readonly LocalDate Always = LocalDate.MinIsoValue;

    /// <param name="LastDay">The last day; none when unknown.</param>
    public sealed record Leaf(LocalDate? LastDay) : NaiveLimb;

    public sealed record All(IReadOnlyList<NaiveLimb> Limbs) : NaiveLimb;

    public sealed record Any(IReadOnlyList<NaiveLimb> Limbs) : NaiveLimb;

    public Tri On(LocalDate day) => this switch
    {
        Leaf { LastDay: null } => Tri.Unknown,
        Leaf leaf => leaf.LastDay < day ? Tri.Past : Tri.Alive,
        All all => all.Limbs.Max(limb => limb.On(day)),
        Any any => any.Limbs.Min(limb => limb.On(day)),
        _ => throw new InvalidOperationException(),
    };

    /// <summary>The last day of a rule in which nothing is unknown.</summary>
    public LocalDate LastDayOfAll() => this switch
    {
        Leaf leaf => leaf.LastDay!.Value,
        All all => all.Limbs.Max(limb => limb.LastDayOfAll()),
        Any any => any.Limbs.Min(limb => limb.LastDayOfAll()),
        _ => throw new InvalidOperationException(),
    };

    /// <summary>The same, every last day put off.</summary>
    public NaiveLimb PutOff(Period grace) => this switch
    {
        Leaf { LastDay: { } day } => day == Never || day == Always ? this : new Leaf(day + grace),
        All all => new All([.. all.Limbs.Select(limb => limb.PutOff(grace))]),
        Any any => new Any([.. any.Limbs.Select(limb => limb.PutOff(grace))]),
        _ => this,
    };

    public IEnumerable<LocalDate?> Leaves() => this switch
    {
        Leaf leaf => [leaf.LastDay],
        All all => all.Limbs.SelectMany(limb => limb.Leaves()),
        Any any => any.Limbs.SelectMany(limb => limb.Leaves()),
        _ => [],
    };
}
