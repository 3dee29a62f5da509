namespace Gdpr.Retention.Columns;

/// <summary>Records as columns hold them, whatever the form of their events.</summary>
/// <typeparam name="T">The numbers of the triggers' columns.</typeparam>
internal readonly ref struct ColumnInput<T>
    where T : unmanaged
{
    /// <summary>The data set of every record; otherwise <see cref="DataSets"/> has one for each.</summary>
    public required DataSetSchedule? DataSet { get; init; }

    public required ReadOnlySpan<byte> DataSets { get; init; }

    public required ReadOnlySpan<ReadOnlyMemory<T>> Triggers { get; init; }

    /// <summary>Empty where none is stated; the others alike.</summary>
    public required ReadOnlySpan<RecordFlags> Flags { get; init; }

    public required ReadOnlySpan<RecordFlags> UnknownFlags { get; init; }

    public required ReadOnlySpan<ulong> EndedPurposes { get; init; }
}

/// <summary>Some of the records.</summary>
/// <typeparam name="T">The numbers of the triggers' columns.</typeparam>
internal ref struct ColumnBlock<T>
    where T : unmanaged
{
    public required ReadOnlySpan<ReadOnlyMemory<T>> Columns { get; init; }

    /// <summary>Added to each of <see cref="DataSets"/>.</summary>
    public required int FirstDataSet { get; init; }

    /// <summary>Whether the records come from memory: there are more than the caches next to a processor hold.</summary>
    public required bool IsFetchedAhead { get; init; }

    /// <summary>Where the records start in their columns.</summary>
    public int Start { get; set; }

    public ReadOnlySpan<byte> DataSets { get; set; }

    public ReadOnlySpan<RecordFlags> Flags { get; set; }

    /// <summary>Empty where none is unknown.</summary>
    public ReadOnlySpan<RecordFlags> UnknownFlags { get; set; }

    /// <summary>Empty where none has ended.</summary>
    public ReadOnlySpan<ulong> EndedPurposes { get; set; }

    /// <summary>The records' values of a trigger; where there is no such column, of the first.</summary>
    public readonly ReadOnlySpan<T> Column(int trigger) => Columns[trigger < Columns.Length ? trigger : 0].Span.Slice(Start, DataSets.Length);
}

/// <summary>A data set's comparisons with bounds, and the fates known of its records.</summary>
/// <param name="dataSet">The data set.</param>
/// <param name="from">The bounds of its comparisons, in the numbers of the columns' form.</param>
internal readonly struct DataSetBounds(DataSetSchedule dataSet, long[] from)
{
    public readonly DataSetSchedule DataSet = dataSet;
    public readonly Comparison[] Comparisons = dataSet.Comparisons;
    public readonly long[] From = from;
    public readonly Fate[] Fates = dataSet.KnownFates;

    /// <summary>How many bits stand behind the facts in a key.</summary>
    public readonly int Bits = dataSet.KeyBits;
}
