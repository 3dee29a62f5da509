using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Gdpr.Retention.Columns;

/// <summary>A plan's tables as a machine's vectors look them up.</summary>
/// <remarks>They lie at a multiple of 64 bytes, so that each is read in one go: first how to arrange records, then how to restore them, then those of the
/// plan.</remarks>
internal sealed class LaneTables
{
    /// <summary>How many tables precede those of the plan.</summary>
    public const int First = 2;

    private const int Alignment = 64;

    private readonly byte[] _memory;
    private readonly int _start;

    private LaneTables(LaneWidth width, int lanes, LanePlan plan, int origin, byte[] memory, int start)
    {
        Width = width;
        Lanes = lanes;
        Plan = plan;
        Origin = origin;
        _memory = memory;
        _start = start;
    }

    public LaneWidth Width { get; }

    /// <summary>How many records a step has.</summary>
    public int Lanes { get; }

    public LanePlan Plan { get; }

    /// <summary>From where words are counted.</summary>
    public int Origin { get; }

    public ReadOnlySpan<byte> Rows => _memory.AsSpan(_start);

    /// <summary>Writes the tables of a plan.</summary>
    /// <param name="width">For how many records at a time.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="run">How many neighbours stay neighbours when words are made of values.</param>
    /// <param name="origin">From where words are counted.</param>
    public static LaneTables Of(LaneWidth width, LanePlan plan, int run, int origin) => width switch
    {
        LaneWidth.Lanes512 => Write<Vector512<byte>, Lanes512.Index, Lanes512>(width, plan, run, origin),
        LaneWidth.Lanes256 => Write<Vector256<byte>, Lanes256.Index, Lanes256>(width, plan, run, origin),
        _ => Write<Vector128<byte>, Lanes128.Index, Lanes128>(width, plan, run, origin),
    };

    private static LaneTables Write<TV, TIndex, TLanes>(LaneWidth width, LanePlan plan, int run, int origin)
        where TLanes : ILanes<TV, TIndex>
    {
        byte[][] words = [.. plan.WordTables];
        byte[] entries = [.. plan.Tables.SelectMany(table => table)];
        var first = First + words.Length;
        var memory = GC.AllocateArray<byte>(((first + (entries.Length / LanePlan.Entries)) * TLanes.RowBytes) + Alignment, pinned: true);
        var start = (int)(-Marshal.UnsafeAddrOfPinnedArrayElement(memory, 0) & (Alignment - 1));
        var rows = memory.AsSpan(start);
        TLanes.WriteOrder(run, rows[..TLanes.RowBytes], rows.Slice(TLanes.RowBytes, TLanes.RowBytes));
        for (var pair = 0; pair < words.Length; pair += 2)
        {
            TLanes.WriteWords(words[pair], words[pair + 1], rows.Slice((First + pair) * TLanes.RowBytes, 2 * TLanes.RowBytes));
        }

        for (var table = 0; table < entries.Length / LanePlan.Entries; table++)
        {
            TLanes.WriteTable(entries.AsSpan(table * LanePlan.Entries, LanePlan.Entries), rows.Slice((first + table) * TLanes.RowBytes, TLanes.RowBytes));
        }

        return new LaneTables(width, TLanes.Count, plan, origin, memory, start);
    }
}
