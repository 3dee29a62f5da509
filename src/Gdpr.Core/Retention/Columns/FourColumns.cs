using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gdpr.Retention.Columns;

/// <summary>Records of many data sets, each with up to four comparisons, in up to four columns.</summary>
/// <remarks>All records compare four times, whatever their data set, so that those in random order cost no mispredicted branches.</remarks>
/// <typeparam name="T">The numbers of the columns.</typeparam>
/// <typeparam name="TForm">What they say.</typeparam>
internal readonly ref struct FourColumns<T, TForm>
    where T : unmanaged
    where TForm : IColumnForm<T>
{
    private readonly ReadOnlySpan<FourComparisons> _dataSets;
    private readonly ReadOnlySpan<byte> _indexes;
    private readonly ReadOnlySpan<RecordFlags> _flags;
    private readonly ReadOnlySpan<T> _first;
    private readonly ReadOnlySpan<T> _second;
    private readonly ReadOnlySpan<T> _third;
    private readonly ReadOnlySpan<T> _fourth;
    private readonly int _consent;

    // Read from here, because a constant of 64 bits would be built anew for each comparison.
    private readonly long _unknown = RetentionColumns.Unknown;

    /// <summary>The records of a block.</summary>
    /// <param name="block">The records. Where there are fewer columns than four, any one stands for those that are not there.</param>
    /// <param name="dataSets">The data sets.</param>
    /// <param name="consent">What the key of facts has for consent.</param>
    public FourColumns(scoped in ColumnBlock<T> block, ReadOnlySpan<FourComparisons> dataSets, int consent)
    {
        _dataSets = dataSets;
        _consent = consent;
        _indexes = block.DataSets;
        _flags = block.Flags[.._indexes.Length];
        _first = block.Column(0)[.._indexes.Length];
        _second = block.Column(1)[.._indexes.Length];
        _third = block.Column(2)[.._indexes.Length];
        _fourth = block.Column(3)[.._indexes.Length];
    }

    /// <summary>The fate known of a record; otherwise <see cref="DataSetSchedule.NotKnown"/>.</summary>
    public Fate At(int record)
    {
        int index = _indexes[record];
        if (index >= _dataSets.Length)
        {
            return DataSetSchedule.NotKnown;
        }

        ref readonly var dataSet = ref _dataSets[index];
        var values = default(FourBounds);
        values[0] = TForm.ValueOf(_first[record]);
        values[1] = TForm.ValueOf(_second[record]);
        values[2] = TForm.ValueOf(_third[record]);
        values[3] = TForm.ValueOf(_fourth[record]);
        var key = RecordFacts.KeyOf(_flags[record], assumeConsent: false) + _consent;
        var isUnknown = false;
        for (var i = 0; i < FourBounds.Count; i++)
        {
            var value = values[dataSet.Triggers[i]];
            isUnknown |= value == RetentionColumns.Unknown;
            key = (key * 2) + (value < dataSet.From[i] ? 1 : 0);
        }

        return isUnknown ? DataSetSchedule.NotKnown : dataSet.Fates[key];
    }

    /// <summary>Writes the fates known of the records, up to the first of which none is known.</summary>
    /// <param name="start">The record to begin with.</param>
    /// <param name="fates">The fates, from that record on.</param>
    /// <returns>The record without a known fate, or the number of records.</returns>
    /// <remarks>Calls nothing, so that all that it needs stays in registers, and is written out: loops over the four take half as long again. What
    /// could lie outside was made sure of when the columns were taken.</remarks>
    public int JudgeFrom(int start, Span<Fate> fates)
    {
        var dataSets = _dataSets;
        var unknown = _unknown;
        var consent = _consent;
        var end = start + fates.Length;
        _ = _indexes[start..end];
        ref var indexes = ref MemoryMarshal.GetReference(_indexes);
        ref var flags = ref MemoryMarshal.GetReference(_flags);
        ref var first = ref MemoryMarshal.GetReference(_first);
        ref var second = ref MemoryMarshal.GetReference(_second);
        ref var third = ref MemoryMarshal.GetReference(_third);
        ref var fourth = ref MemoryMarshal.GetReference(_fourth);
        var four = default(FourBounds);
        ref var values = ref Unsafe.As<FourBounds, long>(ref four);
        for (var i = start; i < end; i++)
        {
            int index = Unsafe.Add(ref indexes, i);
            if (index >= dataSets.Length)
            {
                return i;
            }

            ref readonly var dataSet = ref dataSets[index];
            values = TForm.ValueOf(Unsafe.Add(ref first, i));
            Unsafe.Add(ref values, 1) = TForm.ValueOf(Unsafe.Add(ref second, i));
            Unsafe.Add(ref values, 2) = TForm.ValueOf(Unsafe.Add(ref third, i));
            Unsafe.Add(ref values, 3) = TForm.ValueOf(Unsafe.Add(ref fourth, i));
            var key = RecordFacts.KeyOf(Unsafe.Add(ref flags, i), assumeConsent: false) + consent;
            var value = Unsafe.Add(ref values, dataSet.Triggers[0]);
            if (value == unknown)
            {
                return i;
            }

            key = (key * 2) + (value < dataSet.From[0] ? 1 : 0);
            value = Unsafe.Add(ref values, dataSet.Triggers[1]);
            if (value == unknown)
            {
                return i;
            }

            key = (key * 2) + (value < dataSet.From[1] ? 1 : 0);
            value = Unsafe.Add(ref values, dataSet.Triggers[2]);
            if (value == unknown)
            {
                return i;
            }

            key = (key * 2) + (value < dataSet.From[2] ? 1 : 0);
            value = Unsafe.Add(ref values, dataSet.Triggers[3]);
            if (value == unknown)
            {
                return i;
            }

            key = (key * 2) + (value < dataSet.From[3] ? 1 : 0);
            var known = dataSet.Fates[key];
            if (known == DataSetSchedule.NotKnown)
            {
                return i;
            }

            fates[i - start] = known;
        }

        return end;
    }
}

/// <summary>A data set's comparisons as four, and the fates known of its records.</summary>
internal readonly struct FourComparisons
{
    private static readonly Fate[] NoneKnown = Enumerable.Repeat(DataSetSchedule.NotKnown, RecordFacts.Keys << FourBounds.Count).ToArray();

    public readonly FourBounds From;
    public readonly FourTriggers Triggers;
    public readonly Fate[] Fates;

    /// <summary>The comparisons of a data set; those of one that has more are not asked.</summary>
    /// <param name="dataSet">The data set.</param>
    /// <param name="from">Its bounds, in the numbers of the columns' form.</param>
    public FourComparisons(DataSetSchedule dataSet, long[] from)
    {
        From = from.Length <= FourBounds.Count ? FourBounds.Of(from) : default;
        Triggers = dataSet.Triggers.Count <= FourBounds.Count ? dataSet.FourTriggers : default;
        Fates = dataSet.FatesByFour.Length > 0 && dataSet.Triggers.Count <= FourBounds.Count ? dataSet.FatesByFour : NoneKnown;
    }
}
