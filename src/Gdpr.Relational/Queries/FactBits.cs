using System.Numerics;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Relational.Queries;

/// <summary>The facts about a record as bits of whole numbers: two per fact, the first where it is stated, the second where it is unknown.</summary>
internal sealed class FactBits
{
    private const int FactsPerNumber = 31;

    private static readonly RecordFlags[] Flags =
        [RecordFlags.Hold, RecordFlags.Restricted, RecordFlags.RestrictedForClaims, RecordFlags.RequestOpen, RecordFlags.ErasureGranted];

    private static readonly PurposeFact[] PurposeFacts = Enum.GetValues<PurposeFact>();

    private readonly DataSetSchedule _dataSet;
    private readonly int? _party;
    private readonly bool _ofNobody;

    /// <summary>The facts of a data set.</summary>
    /// <param name="dataSet">The data set.</param>
    /// <param name="any">Whether any fact has been put beside its records.</param>
    public FactBits(DataSetSchedule dataSet, bool any)
    {
        _dataSet = dataSet;
        Facts =
        [
            .. Flags.Select(flag => new KnownFact(FactKinds.Of(flag), "")),
            .. dataSet.Purposes.SelectMany(purpose => PurposeFacts.Select(fact => new KnownFact(FactKinds.Of(fact), purpose))),
        ];
        Numbers = any ? ((Facts.Count - 1) / FactsPerNumber) + 1 : 0;
    }

    private FactBits(FactBits facts, int? party)
    {
        (_dataSet, Facts, Numbers, _party, _ofNobody) = (facts._dataSet, facts.Facts, facts.Numbers, party, party is null);
    }

    /// <summary>The facts, in the order of their bits.</summary>
    public IReadOnlyList<KnownFact> Facts { get; }

    /// <summary>How many whole numbers hold them; none where no fact has been put.</summary>
    public int Numbers { get; }

    /// <summary>The same facts as they are for a party: about the record (<c>f0</c> …), and about the party's person (<c>y0_0</c> …).</summary>
    public FactBits Of(int party) => new(this, party);

    /// <summary>The same facts as they are for nobody: about the record, and every purpose has ended.</summary>
    public FactBits OfNobody() => new(this, null);

    public static int NumberOf(int fact) => fact / FactsPerNumber;

    /// <summary>The bit where a fact is stated; that of its being unknown is twice as much.</summary>
    public static long BitOf(int fact) => 1L << (2 * (fact % FactsPerNumber));

    public static int IndexOf(RecordFlags flag) => Array.IndexOf(Flags, flag);

    public static int IndexOf(PurposeFact fact, int purpose) => Flags.Length + (purpose * PurposeFacts.Length) + (int)fact;

    /// <summary>An expression: 2 where one of some facts is stated, 1 where one is unknown, otherwise 0.</summary>
    public string Level(params IEnumerable<int> facts)
    {
        if (Numbers == 0)
        {
            return "0";
        }

        var masks = facts.GroupBy(NumberOf).Select(group => (Number: group.Key, Mask: group.Aggregate(0L, (mask, fact) => mask | BitOf(fact)))).ToArray();
        return $"CASE WHEN {Any(1)} THEN 2 WHEN {Any(2)} THEN 1 ELSE 0 END";

        string Any(int unknown) => string.Join(" OR ", masks.Select(mask => $"({NameOf(mask.Number)} & {Sql.Number(mask.Mask * unknown)}) <> 0"));
    }

    /// <summary>A condition: nothing is known of a party's person that forbids destruction.</summary>
    public static string IsFree(int party)
    {
        var blocks = RecordFlagsOf(PartyJudge.Blocks).Aggregate(0L, (mask, flag) => mask | (BitOf(IndexOf(flag)) * 3));
        return $"(y{party}_0 & {Sql.Number(blocks)}) = 0";

        static IEnumerable<RecordFlags> RecordFlagsOf(RecordFlags all) => Flags.Where(flag => all.HasFlag(flag));
    }

    private string NameOf(int number) => _party is { } party ? $"(f{number} | y{party}_{number})"
        : _ofNobody && number == 0 ? $"(f0 | {Sql.Number(BitOf(IndexOf(RecordFlags.ErasureGranted)))})"
        : $"f{number}";

    /// <summary>The facts that some numbers hold.</summary>
    public RecordFacts Read(ReadOnlySpan<long> numbers)
    {
        var facts = default(RecordFacts);
        for (var number = 0; number < numbers.Length; number++)
        {
            for (var rest = (ulong)numbers[number]; rest != 0; rest &= rest - 1)
            {
                var bit = BitOperations.TrailingZeroCount(rest);
                facts = With(facts, (number * FactsPerNumber) + (bit / 2), (bit & 1) != 0);
            }
        }

        return facts;
    }

    private RecordFacts With(in RecordFacts facts, int fact, bool isUnknown)
    {
        if (fact < Flags.Length)
        {
            return isUnknown ? facts.WithUnknown(Flags[fact]) : facts.With(Flags[fact]);
        }

        var (purpose, kind) = Math.DivRem(fact - Flags.Length, PurposeFacts.Length);
        return purpose >= _dataSet.Purposes.Count ? facts
            : isUnknown ? facts.WithUnknown(PurposeFacts[kind], purpose)
            : facts.With(PurposeFacts[kind], purpose);
    }
}

/// <summary>A fact as the side tables write it.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Purpose">The purpose's id; empty where the fact is about none.</param>
internal sealed record KnownFact(FactKind Kind, string Purpose);

/// <summary>A kind of fact, and the table that holds it.</summary>
/// <param name="Code">The code.</param>
/// <param name="Table">The table.</param>
internal sealed record FactKind(string Code, string Table);

/// <summary>The kinds of facts.</summary>
internal static class FactKinds
{
    /// <summary>What forbids destruction.</summary>
    public const string Blocks = "gdpr_block";

    /// <summary>What ends or carries purposes.</summary>
    public const string Marks = "gdpr_mark";

    public static FactKind Of(RecordFlags flag) => flag switch
    {
        RecordFlags.Hold => new FactKind("hold", Blocks),
        RecordFlags.Restricted => new FactKind("restricted", Blocks),
        RecordFlags.RestrictedForClaims => new FactKind("restricted-claims", Blocks),
        RecordFlags.RequestOpen => new FactKind("request-open", Blocks),
        RecordFlags.ErasureGranted => new FactKind("erasure-granted", Marks),
        _ => throw new ArgumentOutOfRangeException(nameof(flag)),
    };

    public static FactKind Of(PurposeFact fact) => fact switch
    {
        PurposeFact.ConsentGiven => new FactKind("consent-given", Marks),
        PurposeFact.ConsentWithdrawn => new FactKind("consent-withdrawn", Marks),
        PurposeFact.ObjectionPending => new FactKind("objection-pending", Blocks),
        PurposeFact.ObjectionUpheld => new FactKind("objection-upheld", Marks),
        PurposeFact.ErasureGranted => new FactKind("erasure-granted", Marks),
        PurposeFact.PurposeEnded => new FactKind("purpose-ended", Marks),
        _ => throw new ArgumentOutOfRangeException(nameof(fact)),
    };
}
