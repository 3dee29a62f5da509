namespace Gdpr.Retention;

/// <summary>Many records side by side that several threads may judge at once: the same columns as <see cref="RetentionColumns"/> and
/// <see cref="RetentionDayColumns"/> take, in memory that may be read from any thread.</summary>
/// <remarks>Exactly one of <see cref="Instants"/>, <see cref="Days"/> and <see cref="WideDays"/> has columns, one per trigger, as the two types define
/// them. The columns must not change while they are judged.</remarks>
public sealed class RetentionBatch
{
    /// <summary>The data set of every record; <see langword="null"/> where <see cref="DataSets"/> says it record by record.</summary>
    public DataSetSchedule? DataSet { get; init; }

    /// <summary>For each record, the <see cref="DataSetSchedule.Index"/> of its data set; empty where all are of <see cref="DataSet"/>.</summary>
    public ReadOnlyMemory<byte> DataSets { get; init; }

    /// <summary>The columns of the triggers as instants (<see cref="RetentionColumns"/>).</summary>
    public IReadOnlyList<ReadOnlyMemory<long>> Instants { get; init; } = [];

    /// <summary>The columns of the triggers as local days of 16 bits (<see cref="RetentionDayColumns"/>).</summary>
    public IReadOnlyList<ReadOnlyMemory<ushort>> Days { get; init; } = [];

    /// <summary>The columns of the triggers as local days of 32 bits (<see cref="RetentionDayColumns"/>).</summary>
    public IReadOnlyList<ReadOnlyMemory<int>> WideDays { get; init; } = [];

    /// <summary>For each record, the facts that are stated; empty where none is stated of any.</summary>
    public ReadOnlyMemory<RecordFlags> Flags { get; init; }

    /// <summary>For each record, the facts that are unknown; empty where none is unknown of any. A stated fact outweighs the same fact unknown.</summary>
    public ReadOnlyMemory<RecordFlags> UnknownFlags { get; init; }

    /// <summary>For each record, the purposes that have ended for its person, one bit each by their index in <see cref="DataSetSchedule.Purposes"/>; empty
    /// where none has for any.</summary>
    public ReadOnlyMemory<ulong> EndedPurposes { get; init; }

    /// <summary>Whether consent counts as given for every purpose of every record, as <see cref="RecordFacts.AssumingConsent"/> says it of one.</summary>
    public bool AssumeConsent { get; init; }

    /// <summary>What is wrong with the columns: that they differ in length, or are of more than one form; otherwise <see langword="null"/>.</summary>
    internal string? ProblemWith(int records)
    {
        int[] given =
        [
            .. Instants.Select(column => column.Length), .. Days.Select(column => column.Length), .. WideDays.Select(column => column.Length),
            .. new[] { DataSet is null ? DataSets.Length : records },
            .. new[] { Flags.Length, UnknownFlags.Length, EndedPurposes.Length }.Where(length => length > 0),
        ];
        if (!Array.TrueForAll(given, length => length == records))
        {
            return $"Each column has one value per record, and there is room for the fates of {records}: make all of them equally long.";
        }

        return new[] { Instants.Count, Days.Count, WideDays.Count }.Count(columns => columns > 0) > 1
            ? "The triggers are given in more than one form: fill Instants, or Days, or WideDays."
            : null;
    }

    /// <summary>Judges some of the records.</summary>
    internal void Judge(RetentionEvaluator evaluator, int start, Span<Fate> fates)
    {
        var count = fates.Length;
        if (Days.Count > 0)
        {
            ReadOnlyMemory<ushort>[] columns = [.. Days.Select(column => column.Slice(start, count))];
            evaluator.FatesOf(
                With(
                    DataSet is null ? new RetentionDayColumns(DataSets.Span.Slice(start, count), columns) : new RetentionDayColumns(DataSet, columns), start, count),
                fates);
        }
        else if (WideDays.Count > 0)
        {
            ReadOnlyMemory<int>[] columns = [.. WideDays.Select(column => column.Slice(start, count))];
            evaluator.FatesOf(
                With(
                    DataSet is null ? new RetentionDayColumns(DataSets.Span.Slice(start, count), columns) : new RetentionDayColumns(DataSet, columns), start, count),
                fates);
        }
        else
        {
            ReadOnlyMemory<long>[] columns = [.. Instants.Select(column => column.Slice(start, count))];
            var some = DataSet is null ? new RetentionColumns(DataSets.Span.Slice(start, count), columns) : new RetentionColumns(DataSet, columns);
            evaluator.FatesOf(
                some with
                {
                    Flags = Part(Flags, start, count),
                    UnknownFlags = Part(UnknownFlags, start, count),
                    EndedPurposes = Part(EndedPurposes, start, count),
                    AssumeConsent = AssumeConsent,
                },
                fates);
        }
    }

    private RetentionDayColumns With(RetentionDayColumns columns, int start, int count) => columns with
    {
        Flags = Part(Flags, start, count),
        UnknownFlags = Part(UnknownFlags, start, count),
        EndedPurposes = Part(EndedPurposes, start, count),
        AssumeConsent = AssumeConsent,
    };

    private static ReadOnlySpan<TFact> Part<TFact>(ReadOnlyMemory<TFact> facts, int start, int count) => facts.IsEmpty ? [] : facts.Span.Slice(start, count);
}
