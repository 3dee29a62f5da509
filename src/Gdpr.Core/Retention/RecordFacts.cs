namespace Gdpr.Retention;

/// <summary>What is known of a record and its person beside the triggers: holds, restrictions, requests, consents, objections, endings.</summary>
/// <remarks>
/// <para>A fact is three-valued: stated, unknown, or neither, which says that it is not so. A stated fact outweighs the same fact unknown.</para>
/// <para>Facts about a purpose are held by the purpose's index in the record's data set
/// (<see cref="DataSetSchedule.Purposes"/>). <see cref="DataSetSchedule.Facts(ReadOnlySpan{char})"/> reads them by name.</para>
/// <para>The default value states nothing: no hold, no restriction, no request, no ending, and no consent recorded, so that a consent purpose is
/// unknown. Equality compares every fact.</para>
/// </remarks>
public readonly record struct RecordFacts
{
    /// <summary>How many combinations of facts have a <see cref="Key"/>.</summary>
    internal const int Keys = 2 * FlagKeys;

    private const int FlagKeys = 32;

    /// <summary>The facts about the record that are stated.</summary>
    public RecordFlags Flags { get; private init; }

    /// <summary>The facts about the record that are unknown.</summary>
    public RecordFlags UnknownFlags { get; private init; }

    internal PurposeFacts Stated { get; private init; }

    internal PurposeFacts Unknown { get; private init; }

    /// <summary>All the facts as one number below <see cref="Keys"/>, where only flags are stated, and consent of none or of all purposes; otherwise -1.</summary>
    internal short Key { get; private init; }

    /// <summary>Whether any fact ends a purpose, or may.</summary>
    internal bool Endings => ((Flags | UnknownFlags) & RecordFlags.ErasureGranted) != 0 || (Stated.Ended | Unknown.Ended) != 0;

    /// <summary>These facts, and the flags given stated as well.</summary>
    /// <param name="flags">The facts.</param>
    public RecordFacts With(RecordFlags flags) =>
        (this with { Flags = Flags | flags }).Keyed();

    /// <summary>These facts without the flags given, stated or unknown.</summary>
    internal RecordFacts Without(RecordFlags flags) => (this with { Flags = Flags & ~flags, UnknownFlags = UnknownFlags & ~flags }).Keyed();

    /// <summary>These facts, and the flags given unknown.</summary>
    /// <param name="flags">The facts.</param>
    public RecordFacts WithUnknown(RecordFlags flags) =>
        (this with { UnknownFlags = UnknownFlags | flags }).Keyed();

    /// <summary>These facts, and one about a purpose stated as well.</summary>
    /// <param name="fact">The fact.</param>
    /// <param name="purpose">The purpose's index in the data set, from 0 to 63.</param>
    public RecordFacts With(PurposeFact fact, int purpose) =>
        (this with { Stated = Stated.With(fact, Bit(purpose)) }).Keyed();

    /// <summary>These facts, and one about a purpose unknown.</summary>
    /// <param name="fact">The fact.</param>
    /// <param name="purpose">The purpose's index in the data set, from 0 to 63.</param>
    public RecordFacts WithUnknown(PurposeFact fact, int purpose) =>
        (this with { Unknown = Unknown.With(fact, Bit(purpose)) }).Keyed();

    /// <summary>These facts, with consent taken as given for every purpose whose consent is not said to be unknown.</summary>
    /// <remarks>For data that holds only people who consented; withdrawals that the facts state still end their purposes.</remarks>
    public RecordFacts AssumingConsent() =>
        (this with { Stated = Stated.With(PurposeFact.ConsentGiven, ~Unknown.ConsentGiven) }).Keyed();

    /// <summary>These facts, and purposes ended as well, one bit each.</summary>
    internal RecordFacts WithEnded(ulong purposes) =>
        purposes == 0 ? this : (this with { Stated = Stated.With(PurposeFact.PurposeEnded, purposes) }).Keyed();

    /// <summary>The key of stated flags alone.</summary>
    /// <param name="flags">The flags; undefined ones decide nothing.</param>
    /// <param name="assumeConsent">Whether consent is given for all purposes.</param>
    internal static int KeyOf(RecordFlags flags, bool assumeConsent) =>
        ((int)flags & (FlagKeys - 1)) + (assumeConsent ? FlagKeys : 0);

    private RecordFacts Keyed()
    {
        var consented = Stated == default(PurposeFacts).With(PurposeFact.ConsentGiven, ulong.MaxValue);
        var keyed = UnknownFlags == RecordFlags.None && Unknown == default && (consented || Stated == default);
        return this with { Key = keyed ? (short)KeyOf(Flags, consented) : (short)-1 };
    }

    private static ulong Bit(int purpose)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(purpose);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(purpose, DataSetSchedule.MaximumRules);
        return 1UL << purpose;
    }
}

/// <summary>Facts about a record as a whole.</summary>
[Flags]
public enum RecordFlags : byte
{
    /// <summary>None of them.</summary>
    None = 0,

    /// <summary>A legal hold covers the record (Art. 17(3)(e)).</summary>
    Hold = 1,

    /// <summary>Restricted while accuracy or an objection is examined (Art. 18(1)(a), (d)). Ends at expiry.</summary>
    Restricted = 2,

    /// <summary>Restricted because the person wants it kept, or needs it for claims (Art. 18(1)(b), (c)). Outlasts expiry.</summary>
    RestrictedForClaims = 4,

    /// <summary>A request under Art. 15, 16, 18 or 20 is open.</summary>
    RequestOpen = 8,

    /// <summary>Erasure has been granted for all purposes (Art. 17).</summary>
    ErasureGranted = 16,
}

/// <summary>Facts about one purpose of a record.</summary>
public enum PurposeFact : byte
{
    /// <summary>The person has consented (Art. 7).</summary>
    ConsentGiven,

    /// <summary>The person has withdrawn the consent (Art. 7(3)). Outweighs that it was given.</summary>
    ConsentWithdrawn,

    /// <summary>An objection awaits its assessment (Art. 21(1)).</summary>
    ObjectionPending,

    /// <summary>An objection has been upheld (Art. 21).</summary>
    ObjectionUpheld,

    /// <summary>Erasure has been granted for the purpose (Art. 17).</summary>
    ErasureGranted,

    /// <summary>The purpose has ended for this person.</summary>
    PurposeEnded,
}

/// <summary>One bit per purpose and fact.</summary>
internal readonly record struct PurposeFacts
{
    public ulong ConsentGiven { get; private init; }

    public ulong ConsentWithdrawn { get; private init; }

    public ulong ObjectionPending { get; private init; }

    public ulong ObjectionUpheld { get; private init; }

    public ulong ErasureGranted { get; private init; }

    public ulong PurposeEnded { get; private init; }

    /// <summary>The purposes that some fact ends at once.</summary>
    public ulong Ended => ConsentWithdrawn | ObjectionUpheld | ErasureGranted | PurposeEnded;

    /// <summary>Whether some fact is stated here and in the other for the same purpose.</summary>
    public bool HasAny(PurposeFacts other) =>
        ((ConsentGiven & other.ConsentGiven) | (ConsentWithdrawn & other.ConsentWithdrawn) | (ObjectionPending & other.ObjectionPending)
            | (ObjectionUpheld & other.ObjectionUpheld) | (ErasureGranted & other.ErasureGranted) | (PurposeEnded & other.PurposeEnded)) != 0;

    public PurposeFacts With(PurposeFact fact, ulong purposes) => fact switch
    {
        PurposeFact.ConsentGiven => this with { ConsentGiven = ConsentGiven | purposes },
        PurposeFact.ConsentWithdrawn => this with { ConsentWithdrawn = ConsentWithdrawn | purposes },
        PurposeFact.ObjectionPending => this with { ObjectionPending = ObjectionPending | purposes },
        PurposeFact.ObjectionUpheld => this with { ObjectionUpheld = ObjectionUpheld | purposes },
        PurposeFact.ErasureGranted => this with { ErasureGranted = ErasureGranted | purposes },
        PurposeFact.PurposeEnded => this with { PurposeEnded = PurposeEnded | purposes },
        _ => throw new ArgumentOutOfRangeException(nameof(fact)),
    };
}
