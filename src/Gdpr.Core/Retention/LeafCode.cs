namespace Gdpr.Retention;

/// <summary>What the hot path needs of a leaf, side by side in memory.</summary>
internal readonly struct LeafCode(CompiledLeaf leaf)
{
    public readonly short Trigger = (short)leaf.Terms.Trigger;
    public readonly byte Purpose = (byte)leaf.Purpose;
    public readonly LeafKind Kind = leaf.Terms.Kind;

    /// <summary>Where the known fiscal years lie, for a leaf that counts from one; otherwise nothing.</summary>
    public readonly FiscalSpans? Fiscal = leaf.Terms.Anchor == LeafAnchor.FiscalYear ? new FiscalSpans(leaf.Time) : null;
}
