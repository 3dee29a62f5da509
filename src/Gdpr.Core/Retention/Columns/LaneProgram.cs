using System.Numerics;
using System.Runtime.Intrinsics;

namespace Gdpr.Retention.Columns;

/// <summary>When and by which tables records are judged side by side.</summary>
/// <param name="evaluator">The evaluator.</param>
/// <param name="bounds">Its data sets.</param>
/// <param name="assumeConsent">Whether consent is given for all purposes.</param>
/// <typeparam name="T">The numbers of the columns.</typeparam>
/// <typeparam name="TForm">What they say.</typeparam>
internal sealed class LaneProgram<T, TForm>(RetentionEvaluator evaluator, DataSetBounds[] bounds, bool assumeConsent)
    where T : unmanaged
    where TForm : IColumnForm<T>
{
    /// <summary>From how many records per data set on it pays to write tables.</summary>
    private const int RecordsPerDataSet = 2_048;

    private readonly Made?[] _ofOne = new Made?[bounds.Length];
    private Made? _ofAll;

    /// <summary>The tables for records; <see langword="null"/> where they are judged one after the other.</summary>
    /// <param name="dataSet">The data set of all records, if they have the same.</param>
    /// <param name="records">How many records there are.</param>
    /// <param name="width">How many at a time; <see langword="null"/> for as many as pays.</param>
    public LaneTables? TablesFor(DataSetSchedule? dataSet, int records, LaneWidth? width)
    {
        var lanes = width ?? LaneWidths.Widest;
        ref var made = ref dataSet is null ? ref _ofAll : ref _ofOne[dataSet.Index];
        if (lanes == LaneWidth.Scalar
            || (width is null && made is null && records < RecordsPerDataSet * (dataSet is null ? bounds.Length : 1)))
        {
            return null;
        }

        // Threads may make it at once: they make the same.
        var own = made;
        if (own is null || own.Width != lanes)
        {
            own = new Made(lanes, Make(lanes, dataSet is null ? bounds : bounds.AsSpan(dataSet.Index, 1)));
            made = own;
        }

        return own.Tables;
    }

    /// <summary>Whether some event lies so far ahead that its 16 bits are those of what has not happened, and some comparison asks which of the two it is.</summary>
    public static bool HasFar(scoped in ColumnBlock<T> block, LaneTables tables)
    {
        if (!TForm.HasFar || !tables.Plan.HasHappened)
        {
            return false;
        }

        var far = new Vector<T>(TForm.FarFrom(tables.Origin));
        var notHappened = new Vector<T>(TForm.NotHappened);
        foreach (var trigger in tables.Plan.Columns)
        {
            var column = block.Column(trigger);
            var found = Vector<T>.Zero;
            for (var i = 0; i <= column.Length - Vector<T>.Count; i += Vector<T>.Count)
            {
                var values = new Vector<T>(column[i..]);
                found |= Vector.GreaterThanOrEqual(values, far) & ~Vector.Equals(values, notHappened);
            }

            if (found != Vector<T>.Zero)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Judges as many of the records as fill whole steps.</summary>
    /// <param name="block">The records.</param>
    /// <param name="tables">What is looked up.</param>
    /// <param name="areAllColumnsUsed">Whether to take it that every record's data set looks at every column: records with an unknown in another one are
    /// then left open too.</param>
    /// <param name="fates">The fates.</param>
    /// <param name="open">Per step, one bit for each record that has to be judged otherwise.</param>
    public static void Judge(scoped in ColumnBlock<T> block, LaneTables tables, bool areAllColumnsUsed, Span<Fate> fates, Span<ulong> open)
    {
        switch (tables.Width)
        {
            case LaneWidth.Lanes512:
                Judge<Vector512<byte>, Lanes512.Index, Lanes512>(block, tables, areAllColumnsUsed, fates, open);
                break;
            case LaneWidth.Lanes256:
                Judge<Vector256<byte>, Lanes256.Index, Lanes256>(block, tables, areAllColumnsUsed, fates, open);
                break;
            default:
                Judge<Vector128<byte>, Lanes128.Index, Lanes128>(block, tables, areAllColumnsUsed, fates, open);
                break;
        }
    }

    private static void Judge<TV, TIndex, TLanes>(
        scoped in ColumnBlock<T> block, LaneTables tables, bool areAllColumnsUsed, Span<Fate> fates, Span<ulong> open)
        where TV : struct
        where TLanes : ILanes<TV, TIndex>
    {
        switch (tables.Plan)
        {
            case KindPlan { Columns.Length: 1 } plan:
                Judge<TV, TIndex, TLanes, One>(block, tables, plan, areAllColumnsUsed, fates, open);
                break;
            case KindPlan { Columns.Length: 2 } plan:
                Judge<TV, TIndex, TLanes, Two>(block, tables, plan, areAllColumnsUsed, fates, open);
                break;
            case KindPlan { Columns.Length: 3 } plan:
                Judge<TV, TIndex, TLanes, Three>(block, tables, plan, areAllColumnsUsed, fates, open);
                break;
            case KindPlan plan:
                Judge<TV, TIndex, TLanes, Four>(block, tables, plan, areAllColumnsUsed, fates, open);
                break;
            default:
                AnswerKernel<T, TForm, TV, TIndex, TLanes>.Judge(block, tables, (AnswerPlan)tables.Plan, fates, open);
                break;
        }
    }

    private static void Judge<TV, TIndex, TLanes, TColumns>(
        scoped in ColumnBlock<T> block, LaneTables tables, KindPlan plan, bool areAllColumnsUsed, Span<Fate> fates, Span<ulong> open)
        where TV : struct
        where TLanes : ILanes<TV, TIndex>
        where TColumns : ICount
    {
        switch (plan.Kinds)
        {
            case 1:
                KindKernel<T, TForm, TV, TIndex, TLanes, TColumns, One>.Judge(block, tables, plan, areAllColumnsUsed, fates, open);
                break;
            case 2:
                KindKernel<T, TForm, TV, TIndex, TLanes, TColumns, Two>.Judge(block, tables, plan, areAllColumnsUsed, fates, open);
                break;
            default:
                KindKernel<T, TForm, TV, TIndex, TLanes, TColumns, Three>.Judge(block, tables, plan, areAllColumnsUsed, fates, open);
                break;
        }
    }

    private LaneTables? Make(LaneWidth width, ReadOnlySpan<DataSetBounds> dataSets)
    {
        var origin = TForm.OriginAt(evaluator.Now);
        return LanePlan.Of<T, TForm>(evaluator, dataSets, assumeConsent, origin) is { } plan ? LaneTables.Of(width, plan, TForm.Run, origin) : null;
    }

    /// <summary>Tables for a width, or that there are none.</summary>
    private sealed record Made(LaneWidth Width, LaneTables? Tables);
}
