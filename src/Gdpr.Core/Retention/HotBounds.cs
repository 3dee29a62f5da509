using System.Runtime.CompilerServices;

namespace Gdpr.Retention;

/// <summary>What finding the fate of a single record needs of an evaluator: the data set's bounds as <see cref="TriggerValue.Code"/> has them.</summary>
/// <remarks>The bounds lie by themselves, and the triggers that they are for with the data set: what is looked up by way of fewer objects is there
/// sooner. With all in one object that the evaluator refers to, one call takes a third longer.</remarks>
internal readonly struct HotBounds
{
    /// <summary>The data set.</summary>
    public readonly DataSetSchedule DataSet;

    private readonly FourBounds _from;

    /// <summary>The bounds of a data set.</summary>
    /// <param name="cutoffs">The data set's cutoffs.</param>
    public HotBounds(DataSetCutoffs cutoffs)
    {
        DataSet = cutoffs.DataSet;
        if (DataSet.FatesByFour.Length > 0)
        {
            _from = FourBounds.Of([.. cutoffs.Ticks.Select(TriggerValue.CodeFrom)]);
        }
    }

    /// <summary>The fate known of a record whose triggers are instants, or have not happened; otherwise, or where none is known,
    /// <see cref="DataSetSchedule.NotKnown"/>.</summary>
    /// <param name="dataSet">The record's data set, which is this one.</param>
    /// <param name="triggers">The values of the data set's triggers, one each.</param>
    /// <param name="facts">The key of what is known beside.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Fate KnownFate(DataSetSchedule dataSet, ReadOnlySpan<TriggerValue> triggers, int facts)
    {
        var known = dataSet.FatesByFour;
        if (known.Length == 0)
        {
            return DataSetSchedule.NotKnown;
        }

        // Written out, because a loop takes half as long again.
        ref readonly var at = ref dataSet.FourTriggers;
        var value0 = triggers[at[0]].Code;
        var value1 = triggers[at[1]].Code;
        var value2 = triggers[at[2]].Code;
        var value3 = triggers[at[3]].Code;
        if ((value0 & value1 & value2 & value3) >= 0)
        {
            return DataSetSchedule.NotKnown;
        }

        var key = (facts * 2) + IsBefore(value0, _from[0]);
        key = (key * 2) + IsBefore(value1, _from[1]);
        key = (key * 2) + IsBefore(value2, _from[2]);
        key = (key * 2) + IsBefore(value3, _from[3]);
        return (uint)key < (uint)known.Length ? known[key] : DataSetSchedule.NotKnown;

        // Both are negative: the sign of the difference is the answer, in one instruction fewer than a comparison.
        static int IsBefore(long value, long from) => (int)((ulong)(value - from) >> 63);
    }
}
