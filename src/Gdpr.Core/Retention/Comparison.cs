using System.Runtime.CompilerServices;

namespace Gdpr.Retention;

/// <summary>A question whose answer is one bit: does the value of a trigger lie at or after a bound? What has not happened lies after every bound.</summary>
/// <param name="Trigger">The trigger's index in the data set.</param>
/// <param name="Kind">Where the bound lies.</param>
/// <param name="Cutoff">The place of the leaf's cutoff among those of the data set, horizon by horizon; unused for an event that happened at all.</param>
internal readonly record struct Comparison(int Trigger, BoundKind Kind, int Cutoff)
{
    /// <summary>The most comparisons of a data set by which fates are remembered.</summary>
    public const int Most = 8;

    /// <summary>The comparisons whose answers, with the facts, decide the states of all rules of a data set, whatever the instant; none where they
    /// would be too many, or there is no trigger.</summary>
    /// <param name="leaves">The data set's leaves.</param>
    /// <param name="horizons">How many horizons it has.</param>
    /// <param name="triggers">How many triggers it has.</param>
    public static Comparison[] Of(LeafCode[] leaves, int horizons, int triggers)
    {
        var comparisons = Enumerable.Range(0, leaves.Length * horizons)
            .SelectMany(cutoff => Of(leaves[cutoff % leaves.Length], cutoff))
            .Distinct()
            .ToArray();
        if (comparisons.Length > Most || triggers == 0)
        {
            return [];
        }

        // Facts alone decide: any question will do.
        return comparisons.Length > 0 ? comparisons : [new Comparison(0, BoundKind.NotHappened, 0)];
    }

    private static IEnumerable<Comparison> Of(LeafCode leaf, int cutoff)
    {
        if (leaf.Trigger < 0)
        {
            yield break;
        }

        if (leaf.Kind != LeafKind.Happened)
        {
            yield return new Comparison(leaf.Trigger, BoundKind.Cutoff, cutoff);
            if (leaf.Fiscal is not null)
            {
                yield return new Comparison(leaf.Trigger, BoundKind.KnownYears, cutoff);
            }
        }

        if (LeafLogic.NotHappened(leaf.Kind) != LimbState.Alive)
        {
            yield return new Comparison(leaf.Trigger, BoundKind.NotHappened, 0);
        }
    }
}

/// <summary>Where the bound of a comparison lies.</summary>
internal enum BoundKind : byte
{
    /// <summary>At the leaf's cutoff.</summary>
    Cutoff,

    /// <summary>Where the known fiscal years begin to leave nothing open; what lies before is for the rules to decide.</summary>
    KnownYears,

    /// <summary>After every event.</summary>
    NotHappened,
}

/// <summary>The bounds of a data set's comparisons at an instant, as four.</summary>
[InlineArray(Count)]
internal struct FourBounds
{
    public const int Count = 4;

    private long _first;

    /// <summary>Up to four bounds as four; where there are fewer, nothing lies before those that come first.</summary>
    public static FourBounds Of(ReadOnlySpan<long> bounds)
    {
        var four = default(FourBounds);
        Span<long> all = four;
        all.Fill(long.MinValue);
        bounds.CopyTo(all[(Count - bounds.Length)..]);
        return four;
    }
}

/// <summary>The triggers of a data set's comparisons, as four.</summary>
[InlineArray(FourBounds.Count)]
internal struct FourTriggers
{
    private int _first;

    /// <summary>Up to four triggers as four; where there are fewer, those that come first repeat the first.</summary>
    public static FourTriggers Of(ReadOnlySpan<Comparison> comparisons)
    {
        var four = default(FourTriggers);
        for (var i = 0; i < FourBounds.Count && !comparisons.IsEmpty; i++)
        {
            four[i] = comparisons[Math.Max(0, i - FourBounds.Count + comparisons.Length)].Trigger;
        }

        return four;
    }
}
