using NodaTime;

namespace Gdpr.Retention;

/// <summary>Many records side by side, their events as local days: a quarter of the bytes of instants, and exactly as much as decides.</summary>
/// <remarks>
/// <para>Periods are counted in whole local dates, so the local date of an event at its controller says all that its instant does. A column holds, for
/// each record, the number of that day: 1 is 1950-01-01. Days of 16 bits reach to 2129-06-04; where events lie before or beyond, the columns take 32 bits and
/// the same count. The least number of either is unknown (so that a column which nobody has filled says so), the greatest says that the event has not
/// happened.</para>
/// <para>Column <c>k</c> holds, for each record, the <c>k</c>-th trigger of the record's own data set (<see cref="DataSetSchedule.Triggers"/>); what a
/// column holds beyond a data set's triggers is not looked at. There is no form for a missing value: whoever fills the column knows the trigger's
/// <c>whenNull</c>.</para>
/// <para>A record has the fate of the same <see cref="RetentionRecord"/> with <see cref="TriggerValue.On"/> by itself, for every value. Numbers beyond
/// all dates count as the first or the last date.</para>
/// <para>The default value describes no records.</para>
/// </remarks>
public readonly ref struct RetentionDayColumns
{
    /// <summary>In a trigger's column of 16 bits: the event has not happened.</summary>
    public const ushort NotHappened = ushort.MaxValue;

    /// <summary>In a trigger's column of 16 bits: whether or when the event happened is unknown.</summary>
    public const ushort Unknown = ushort.MinValue;

    /// <summary>In a trigger's column of 32 bits: the event has not happened.</summary>
    public const int NotHappenedWide = int.MaxValue;

    /// <summary>In a trigger's column of 32 bits: whether or when the event happened is unknown.</summary>
    public const int UnknownWide = int.MinValue;

    /// <summary>The number of 1970-01-01.</summary>
    internal const int DayOf1970 = 7_306;

    /// <summary>Describes records of one data set, in days of 16 bits.</summary>
    /// <param name="dataSet">The data set of every record.</param>
    /// <param name="triggers">One column per trigger, each with one value per record.</param>
    public RetentionDayColumns(DataSetSchedule dataSet, ReadOnlySpan<ReadOnlyMemory<ushort>> triggers)
    {
        ArgumentNullException.ThrowIfNull(dataSet);
        DataSet = dataSet;
        Triggers = triggers;
    }

    /// <summary>Describes records of several data sets, in any order, in days of 16 bits.</summary>
    /// <param name="dataSets">For each record, the <see cref="DataSetSchedule.Index"/> of its data set.</param>
    /// <param name="triggers">As many columns as the data set with the most triggers has, each with one value per record.</param>
    public RetentionDayColumns(ReadOnlySpan<byte> dataSets, ReadOnlySpan<ReadOnlyMemory<ushort>> triggers)
    {
        DataSets = dataSets;
        Triggers = triggers;
    }

    /// <summary>Describes records of one data set, in days of 32 bits.</summary>
    /// <param name="dataSet">The data set of every record.</param>
    /// <param name="triggers">One column per trigger, each with one value per record.</param>
    public RetentionDayColumns(DataSetSchedule dataSet, ReadOnlySpan<ReadOnlyMemory<int>> triggers)
    {
        ArgumentNullException.ThrowIfNull(dataSet);
        DataSet = dataSet;
        WideTriggers = triggers;
        IsWide = true;
    }

    /// <summary>Describes records of several data sets, in any order, in days of 32 bits.</summary>
    /// <param name="dataSets">For each record, the <see cref="DataSetSchedule.Index"/> of its data set.</param>
    /// <param name="triggers">As many columns as the data set with the most triggers has, each with one value per record.</param>
    public RetentionDayColumns(ReadOnlySpan<byte> dataSets, ReadOnlySpan<ReadOnlyMemory<int>> triggers)
    {
        DataSets = dataSets;
        WideTriggers = triggers;
        IsWide = true;
    }

    /// <summary>The data set of every record; <see langword="null"/> where <see cref="DataSets"/> says it record by record.</summary>
    public DataSetSchedule? DataSet { get; }

    /// <summary>For each record, the <see cref="DataSetSchedule.Index"/> of its data set; empty where all are of <see cref="DataSet"/>.</summary>
    public ReadOnlySpan<byte> DataSets { get; }

    /// <summary>Whether the columns are of 32 bits.</summary>
    public bool IsWide { get; }

    /// <summary>The columns of the triggers where they are of 16 bits; otherwise empty.</summary>
    public ReadOnlySpan<ReadOnlyMemory<ushort>> Triggers { get; }

    /// <summary>The columns of the triggers where they are of 32 bits; otherwise empty.</summary>
    public ReadOnlySpan<ReadOnlyMemory<int>> WideTriggers { get; }

    /// <summary>For each record, the facts that are stated; empty where none is stated of any.</summary>
    public ReadOnlySpan<RecordFlags> Flags { get; init; }

    /// <summary>For each record, the facts that are unknown; empty where none is unknown of any. A stated fact outweighs the same fact unknown.</summary>
    public ReadOnlySpan<RecordFlags> UnknownFlags { get; init; }

    /// <summary>For each record, the purposes that have ended for its person, one bit each by their index in <see cref="DataSetSchedule.Purposes"/>, as
    /// <see cref="PurposeFact.PurposeEnded"/> says it of one; empty where none has for any.</summary>
    public ReadOnlySpan<ulong> EndedPurposes { get; init; }

    /// <summary>Whether consent counts as given for every purpose of every record, as <see cref="RecordFacts.AssumingConsent"/> says it of one.</summary>
    public bool AssumeConsent { get; init; }

    /// <summary>The number of a date in a column of 16 bits.</summary>
    /// <param name="date">The date, in the ISO calendar, from 1950-01-01 to 2129-06-04.</param>
    /// <exception cref="ArgumentOutOfRangeException">The date lies before or beyond: use columns of 32 bits.</exception>
    public static ushort DayOf(LocalDate date)
    {
        var day = WideDayOf(date);
        return day is > Unknown and < NotHappened
            ? (ushort)day
            : throw new ArgumentOutOfRangeException(
                nameof(date), "Days of 16 bits reach from 1950-01-01 to 2129-06-04, and an event lies outside: use columns of 32 bits.");
    }

    /// <summary>The number of a date in a column of 32 bits.</summary>
    /// <param name="date">The date, in the ISO calendar.</param>
    public static int WideDayOf(LocalDate date) => DayNumber.Of(date) + DayOf1970;
}
