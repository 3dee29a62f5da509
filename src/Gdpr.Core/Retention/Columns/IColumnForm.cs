namespace Gdpr.Retention.Columns;

/// <summary>How a column holds events.</summary>
/// <remarks>Whatever the form, what has not happened is the greatest number and what is unknown the least.</remarks>
/// <typeparam name="T">The number.</typeparam>
internal interface IColumnForm<T>
    where T : unmanaged
{
    /// <summary>The word before which nothing lies.</summary>
    const int LowestWord = short.MinValue;

    /// <summary>The word before which all events lie that <see cref="FarFrom"/> lets pass.</summary>
    const int HighestWord = short.MaxValue - 1;

    /// <summary>Whether an event and a bound with the same word may still differ.</summary>
    static abstract bool HasTies { get; }

    /// <summary>Whether events far ahead and what has not happened have the same word.</summary>
    static abstract bool HasFar { get; }

    /// <summary>How many neighbours stay neighbours when words are made of values.</summary>
    static abstract int Run { get; }

    /// <summary>The bounds of a data set in the numbers of <see cref="ValueOf"/>.</summary>
    static abstract long[] BoundsOf(DataSetCutoffs cutoffs);

    /// <summary>A number as one that compares with bounds; <see cref="RetentionColumns.NotHappened"/> and <see cref="RetentionColumns.Unknown"/> for
    /// the two that are no events.</summary>
    static abstract long ValueOf(T number);

    /// <summary>The event of a number of <see cref="ValueOf"/>.</summary>
    static abstract TriggerValue TriggerOf(long value);

    /// <summary>From where words are counted, in the column's numbers.</summary>
    /// <param name="now">The instant at which records are judged.</param>
    static abstract int OriginAt(NodaTime.Instant now);

    /// <summary>The word of a bound; <see langword="null"/> where words do not reach that far.</summary>
    /// <param name="bound">The bound.</param>
    /// <param name="origin">From where they are counted.</param>
    static abstract int? WordOf(long bound, int origin);

    /// <summary>From which number on events are not told from what has not happened.</summary>
    static abstract T FarFrom(int origin);

    /// <summary>The number of what has not happened.</summary>
    static abstract T NotHappened { get; }

    /// <summary>The words of as many values as there are lanes.</summary>
    static abstract void Words<TV, TIndex, TLanes>(ref readonly T column, nuint at, int origin, out TV first, out TV second)
        where TLanes : ILanes<TV, TIndex>;
}
