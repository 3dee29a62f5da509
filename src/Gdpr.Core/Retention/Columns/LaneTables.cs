using System.Runtime.InteropServices;

namespace Gdpr.Retention.Columns;

/// <summary>The tables by which records of up to 64 data sets are judged side by side.</summary>
/// <remarks>Each row is a table of 64, one entry per data set, but for the last, which are by class and facts. They lie at a multiple of 64 bytes, so
/// that each is read in one go.</remarks>
internal sealed class LaneTables
{
    /// <summary>The most data sets.</summary>
    public const int MostDataSets = 64;

    /// <summary>The most columns.</summary>
    public const int MostColumns = 4;

    /// <summary>How many entries a row has.</summary>
    public const int Entries = 64;

    /// <summary>How many classes a row of fates has.</summary>
    public const int ClassesPerRow = 2;

    private const int Alignment = 64;
    private const int OrderRows = 2;
    private const int RowsPerSlot = 2;
    private const int RowsPerPlane = 2;

    private readonly byte[] _memory;
    private readonly int _start;

    private LaneTables(LaneWidth width, LanePlan plan, int run, int origin, int rowBytes)
    {
        Width = width;
        Columns = plan.Columns;
        Slots = plan.Slots;
        Planes = plan.Planes;
        FateRows = plan.FateRows.Length / Entries;
        DataSets = plan.DataSets;
        HasHappened = plan.HasHappened;
        Origin = origin;
        Run = run;
        RowBytes = rowBytes;
        var rows = OrderRows + 1 + (RowsPerSlot * Slots) + (RowsPerPlane * Planes) + FateRows;
        _memory = GC.AllocateArray<byte>((rows * rowBytes) + Alignment, pinned: true);
        _start = (int)(-Marshal.UnsafeAddrOfPinnedArrayElement(_memory, 0) & (Alignment - 1));
    }

    public LaneWidth Width { get; }

    /// <summary>The triggers whose columns are looked at.</summary>
    public int[] Columns { get; }

    /// <summary>How many comparisons each record makes.</summary>
    public int Slots { get; }

    /// <summary>How many bits a class has.</summary>
    public int Planes { get; }

    public int FateRows { get; }

    public int DataSets { get; }

    /// <summary>Whether some comparison asks whether an event has happened at all.</summary>
    public bool HasHappened { get; }

    public int Origin { get; }

    public int Run { get; }

    public int RowBytes { get; }

    /// <summary>Where the orders lie: how to arrange records, and how to restore them.</summary>
    public static int OrderRow => 0;

    /// <summary>Where the columns of the comparisons lie: two bits each, the first comparison's highest.</summary>
    public static int ChoiceRow => OrderRows;

    /// <summary>Where the bounds lie: of each comparison the high bytes, then the low ones.</summary>
    public static int BoundsRow => ChoiceRow + 1;

    /// <summary>Where the classes lie: of each bit those for the answers below 8, then for the others; a bit is set where that of the class is not.</summary>
    public int ClassRow => BoundsRow + (RowsPerSlot * Slots);

    /// <summary>Where the fates lie, by class and facts.</summary>
    public int FateRow => ClassRow + (RowsPerPlane * Planes);

    /// <summary>All rows.</summary>
    public ReadOnlySpan<byte> Rows => _memory.AsSpan(_start);

    /// <summary>Writes the tables of a plan.</summary>
    /// <param name="width">For how many records at a time.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="run">How many neighbours stay neighbours when values are split.</param>
    /// <param name="origin">From where bounds are counted.</param>
    public static LaneTables Of(LaneWidth width, LanePlan plan, int run, int origin) => width switch
    {
        LaneWidth.Lanes512 => Write<System.Runtime.Intrinsics.Vector512<byte>, System.Runtime.Intrinsics.Vector512<byte>, Lanes512>(width, plan, run, origin),
        LaneWidth.Lanes256 => Write<System.Runtime.Intrinsics.Vector256<byte>, Lanes256.Index, Lanes256>(width, plan, run, origin),
        _ => Write<System.Runtime.Intrinsics.Vector128<byte>, Lanes128.Index, Lanes128>(width, plan, run, origin),
    };

    private static LaneTables Write<TV, TIndex, TLanes>(LaneWidth width, LanePlan plan, int run, int origin)
        where TLanes : ILanes<TV, TIndex>
    {
        var tables = new LaneTables(width, plan, run, origin, TLanes.RowBytes);
        TLanes.WriteOrder(run, Row(OrderRow), Row(OrderRow + 1));
        TLanes.WriteTable(plan.Choice, Row(ChoiceRow));
        WriteAll(plan.Bounds, BoundsRow);
        WriteAll(plan.Classes, tables.ClassRow);
        WriteAll(plan.FateRows, tables.FateRow);
        return tables;

        Span<byte> Row(int row) => tables._memory.AsSpan(tables._start + (row * TLanes.RowBytes), TLanes.RowBytes);

        void WriteAll(byte[] entries, int first)
        {
            for (var row = 0; row < entries.Length / Entries; row++)
            {
                TLanes.WriteTable(entries.AsSpan(row * Entries, Entries), Row(first + row));
            }
        }
    }
}
