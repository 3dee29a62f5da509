namespace Gdpr.Retention;

/// <summary>Many records side by side: one column per trigger, read where they lie.</summary>
/// <remarks>
/// <para>Column <c>k</c> holds, for each record, the <c>k</c>-th trigger of the record's own data set
/// (<see cref="DataSetSchedule.Triggers"/>); what a column holds beyond a data set's triggers is not looked at. A value is the instant of the event in
/// 100-nanosecond ticks since 1970-01-01T00:00:00Z, or <see cref="NotHappened"/>, or <see cref="Unknown"/>. There is no form for a missing value:
/// whoever fills the column knows the trigger's <c>whenNull</c>, and writes the one of the two that it says. Other values beyond the instants that
/// NodaTime represents are taken as such an instant before or after all others.</para>
/// <para>A record has the fate of the same <see cref="RetentionRecord"/> by itself, for every value.</para>
/// <para>Columns carry no facts about single purposes: a purpose that rests on consent is unknown unless <see cref="AssumeConsent"/> is set.</para>
/// <para>The default value describes no records.</para>
/// </remarks>
public readonly ref struct RetentionColumns
{
    /// <summary>In a trigger's column: the event has not happened.</summary>
    public const long NotHappened = long.MaxValue;

    /// <summary>In a trigger's column: whether or when the event happened is unknown.</summary>
    public const long Unknown = long.MinValue;

    /// <summary>Describes records of one data set.</summary>
    /// <param name="dataSet">The data set of every record.</param>
    /// <param name="triggers">One column per trigger, each with one value per record.</param>
    public RetentionColumns(DataSetSchedule dataSet, ReadOnlySpan<ReadOnlyMemory<long>> triggers)
    {
        ArgumentNullException.ThrowIfNull(dataSet);
        DataSet = dataSet;
        Triggers = triggers;
    }

    /// <summary>Describes records of several data sets, in any order.</summary>
    /// <param name="dataSets">For each record, the <see cref="DataSetSchedule.Index"/> of its data set.</param>
    /// <param name="triggers">As many columns as the data set with the most triggers has, each with one value per record.</param>
    public RetentionColumns(ReadOnlySpan<byte> dataSets, ReadOnlySpan<ReadOnlyMemory<long>> triggers)
    {
        DataSets = dataSets;
        Triggers = triggers;
    }

    /// <summary>The data set of every record; <see langword="null"/> where <see cref="DataSets"/> says it record by record.</summary>
    public DataSetSchedule? DataSet { get; }

    /// <summary>For each record, the <see cref="DataSetSchedule.Index"/> of its data set; empty where all are of <see cref="DataSet"/>.</summary>
    public ReadOnlySpan<byte> DataSets { get; }

    /// <summary>The columns of the triggers.</summary>
    public ReadOnlySpan<ReadOnlyMemory<long>> Triggers { get; }

    /// <summary>For each record, the facts that are stated; empty where none is stated of any.</summary>
    public ReadOnlySpan<RecordFlags> Flags { get; init; }

    /// <summary>For each record, the facts that are unknown; empty where none is unknown of any. A stated fact outweighs the same fact unknown.</summary>
    public ReadOnlySpan<RecordFlags> UnknownFlags { get; init; }

    /// <summary>For each record, the purposes that have ended for its person, one bit each by their index in <see cref="DataSetSchedule.Purposes"/>, as
    /// <see cref="PurposeFact.PurposeEnded"/> says it of one; empty where none has for any.</summary>
    public ReadOnlySpan<ulong> EndedPurposes { get; init; }

    /// <summary>Whether consent counts as given for every purpose of every record, as <see cref="RecordFacts.AssumingConsent"/> says it of one.</summary>
    public bool AssumeConsent { get; init; }
}
