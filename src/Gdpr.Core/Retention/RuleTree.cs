using Gdpr.Time;

namespace Gdpr.Retention;

/// <summary>A rule as a tree of all-of and any-of over leaves, each leaf numbered within its data set.</summary>
internal abstract record RuleTree
{
    private RuleTree()
    {
    }

    /// <summary>A limb that is decided by one trigger, or by the consent to the rule's purpose.</summary>
    public sealed record Leaf(int Index, LeafTerms Terms) : RuleTree;

    /// <summary>Ends with the last of its limbs.</summary>
    public sealed record All(RuleTree First, RuleTree Second) : RuleTree;

    /// <summary>Ends with the first of its limbs.</summary>
    public sealed record Any(RuleTree First, RuleTree Second) : RuleTree;

    /// <summary>The leaves, from left to right.</summary>
    public IEnumerable<Leaf> Leaves() => this switch
    {
        Leaf leaf => [leaf],
        All all => all.First.Leaves().Concat(all.Second.Leaves()),
        Any any => any.First.Leaves().Concat(any.Second.Leaves()),
        _ => throw new InvalidOperationException("A rule tree has three cases."),
    };

    /// <summary>Whether it may be past though no period is over and nothing is known of the person: because something has never happened.</summary>
    public bool MayLapse() => this switch
    {
        Leaf leaf => leaf.Terms.Kind is LeafKind.Evidence or LeafKind.Happened,
        All all => all.First.MayLapse() && all.Second.MayLapse(),
        Any any => any.First.MayLapse() || any.Second.MayLapse(),
        _ => throw new InvalidOperationException("A rule tree has three cases."),
    };
}

/// <summary>What a leaf asks.</summary>
/// <param name="Kind">How the trigger decides.</param>
/// <param name="Trigger">The trigger's index in the data set; -1 for consent.</param>
/// <param name="Anchor">The date that the period runs from, given the trigger's date.</param>
/// <param name="Period">The period; empty where the trigger's own day is the last.</param>
internal sealed record LeafTerms(LeafKind Kind, int Trigger, LeafAnchor Anchor = LeafAnchor.Date, CalendarPeriod Period = default);

/// <summary>How a leaf is decided.</summary>
internal enum LeafKind : byte
{
    /// <summary>Alive through the period's last day; alive while the event has not happened.</summary>
    Period,

    /// <summary>Alive through the period's last day; past while the event has not happened.</summary>
    Evidence,

    /// <summary>Alive once the event has happened, or is known to be about to; past while it has not.</summary>
    Happened,

    /// <summary>Alive while the consent to the rule's purpose is in force.</summary>
    Consent,
}

/// <summary>What a leaf's period runs from.</summary>
internal enum LeafAnchor : byte
{
    /// <summary>The trigger's local date.</summary>
    Date,

    /// <summary>31 December of the year in which the trigger's fiscal year closed.</summary>
    FiscalYear,

    /// <summary>31 December of the trigger's year.</summary>
    CalendarYear,
}
