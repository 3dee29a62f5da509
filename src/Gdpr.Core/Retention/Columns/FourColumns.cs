namespace Gdpr.Retention.Columns;

/// <summary>Records of many data sets, each with up to four comparisons, in up to four columns.</summary>
/// <remarks>All records compare four times, whatever their data set, so that those in random order cost no mispredicted branches.</remarks>
/// <typeparam name="T">The numbers of the columns.</typeparam>
/// <typeparam name="TForm">What they say.</typeparam>
internal readonly ref struct FourColumns<T, TForm>
    where T : unmanaged
    where TForm : IColumnForm<T>
{
    // Read from here, because a constant of 64 bits would be built anew for each comparison.
    private readonly long _unknown = RetentionColumns.Unknown;

    public FourColumns()
    {
    }

    /// <summary>The data set of each record.</summary>
    public required ReadOnlySpan<byte> DataSets { get; init; }

    /// <summary>The facts stated of each record.</summary>
    public required ReadOnlySpan<RecordFlags> Flags { get; init; }

    /// <summary>The first trigger of each record; the others alike. Where there are fewer columns than four, any one stands for those that are not there.</summary>
    public required ReadOnlySpan<T> First { get; init; }

    public required ReadOnlySpan<T> Second { get; init; }

    public required ReadOnlySpan<T> Third { get; init; }

    public required ReadOnlySpan<T> Fourth { get; init; }

    /// <summary>Writes the fates known of the records, up to the first of which none is known.</summary>
    /// <param name="start">The record to begin with.</param>
    /// <param name="dataSets">The data sets.</param>
    /// <param name="consent">What the key of facts has for consent.</param>
    /// <param name="fates">The fates.</param>
    /// <returns>The record without a known fate, or the number of records.</returns>
    /// <remarks>Calls nothing, so that all that it needs stays in registers, and is written out: loops over the four take half as long again.</remarks>
    public int JudgeFrom(int start, ReadOnlySpan<FourComparisons> dataSets, int consent, Span<Fate> fates)
    {
        var indexes = DataSets[..fates.Length];
        var flags = Flags[..fates.Length];
        var first = First[..fates.Length];
        var second = Second[..fates.Length];
        var third = Third[..fates.Length];
        var fourth = Fourth[..fates.Length];
        var unknown = _unknown;
        Span<long> values = stackalloc long[FourBounds.Count];
        for (var i = start; (uint)i < (uint)fates.Length; i++)
        {
            if (indexes[i] >= dataSets.Length)
            {
                return i;
            }

            ref readonly var dataSet = ref dataSets[indexes[i]];
            values[0] = TForm.ValueOf(first[i]);
            values[1] = TForm.ValueOf(second[i]);
            values[2] = TForm.ValueOf(third[i]);
            values[3] = TForm.ValueOf(fourth[i]);
            var key = RecordFacts.KeyOf(flags[i], assumeConsent: false) + consent;
            var value = values[dataSet.Triggers[0] & 3];
            if (value == unknown)
            {
                return i;
            }

            key = (key * 2) + (value < dataSet.From[0] ? 1 : 0);
            value = values[dataSet.Triggers[1] & 3];
            if (value == unknown)
            {
                return i;
            }

            key = (key * 2) + (value < dataSet.From[1] ? 1 : 0);
            value = values[dataSet.Triggers[2] & 3];
            if (value == unknown)
            {
                return i;
            }

            key = (key * 2) + (value < dataSet.From[2] ? 1 : 0);
            value = values[dataSet.Triggers[3] & 3];
            if (value == unknown)
            {
                return i;
            }

            key = (key * 2) + (value < dataSet.From[3] ? 1 : 0);
            var known = dataSet.Fates;
            if ((uint)key >= (uint)known.Length || known[key] == DataSetSchedule.NotKnown)
            {
                return i;
            }

            fates[i] = known[key];
        }

        return fates.Length;
    }
}

/// <summary>A data set's comparisons as four, and the fates known of its records.</summary>
/// <param name="dataSet">The data set.</param>
/// <param name="from">The bounds as instants.</param>
internal readonly struct FourComparisons(DataSetSchedule dataSet, FourBounds from)
{
    public readonly FourBounds From = from;
    public readonly FourTriggers Triggers = dataSet.FourTriggers;
    public readonly Fate[] Fates = dataSet.FatesByFour;
}
