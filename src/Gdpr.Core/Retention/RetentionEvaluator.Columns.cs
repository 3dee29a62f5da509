using System.Runtime.ExceptionServices;
using Gdpr.Retention.Columns;

namespace Gdpr.Retention;

/// <content>The fates of many records side by side.</content>
public sealed partial class RetentionEvaluator
{
    /// <summary>How many records a thread takes at a time: enough to be worth its while, and few enough that none waits long for the last.</summary>
    private const int RecordsPerPart = 1 << 17;

    private ColumnProgram<long, InstantForm>? _instants;
    private ColumnProgram<long, InstantForm>? _instantsIfConsented;
    private ColumnProgram<ushort, DayForm>? _days;
    private ColumnProgram<ushort, DayForm>? _daysIfConsented;
    private ColumnProgram<int, WideDayForm>? _wideDays;
    private ColumnProgram<int, WideDayForm>? _wideDaysIfConsented;

    /// <summary>The fates of many records, each as <see cref="FateOf(in RetentionRecord)"/> gives it.</summary>
    /// <param name="columns">The records, of data sets of this evaluator's schedule.</param>
    /// <param name="fates">Where the fates are written, one per record; its length is the number of records.</param>
    /// <exception cref="ArgumentException">A column is shorter or longer than <paramref name="fates"/>, or they would be written over it; a record's data set has more triggers than
    /// there are columns, or belongs to another schedule. Some fates may then have been written.</exception>
    /// <remarks>Judges as many records at a time as the machine's vectors hold, and allocates nothing, but for what the first call prepares, and for data sets
    /// with more than 32 triggers.</remarks>
    public void FatesOf(in RetentionColumns columns, Span<Fate> fates) => FatesOf(columns, fates, width: null);

    /// <summary>The fates of many records whose events are local days, each as <see cref="FateOf(in RetentionRecord)"/> gives it.</summary>
    /// <param name="columns">The records, of data sets of this evaluator's schedule.</param>
    /// <param name="fates">Where the fates are written, one per record; its length is the number of records.</param>
    /// <exception cref="ArgumentException">A column is shorter or longer than <paramref name="fates"/>, or they would be written over it; a record's data set has more triggers than
    /// there are columns, or belongs to another schedule. Some fates may then have been written.</exception>
    /// <remarks>As <see cref="FatesOf(in RetentionColumns, Span{Fate})"/>, and faster by what it need not read.</remarks>
    public void FatesOf(in RetentionDayColumns columns, Span<Fate> fates) => FatesOf(columns, fates, width: null);

    /// <summary>The fates of many records, each as <see cref="FateOf(in RetentionRecord)"/> gives it, by several threads.</summary>
    /// <param name="batch">The records, of data sets of this evaluator's schedule.</param>
    /// <param name="fates">Where the fates are written, one per record; its length is the number of records.</param>
    /// <param name="degreeOfParallelism">The most threads that work on it, this one among them; memory is often exhausted by a few.</param>
    /// <exception cref="ArgumentException">A column is shorter or longer than <paramref name="fates"/>, or they would be written over it; the triggers are given in more than one form; a
    /// record's data set has more triggers than there are columns, or belongs to another schedule. Some fates may then have been written.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The degree is not positive.</exception>
    /// <remarks>Returns when all is judged. Allocates a little for each hundred thousand records.</remarks>
    public void FatesOf(RetentionBatch batch, Memory<Fate> fates, int degreeOfParallelism)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(degreeOfParallelism);
        if (batch.ProblemWith(fates.Length) is { } problem)
        {
            throw new ArgumentException(problem, nameof(batch));
        }

        // The first part prepares what the others use.
        JudgePart(0);
        try
        {
            var parts = Math.Max(1, (fates.Length + RecordsPerPart - 1) / RecordsPerPart);
            Parallel.For(1, parts, new ParallelOptions { MaxDegreeOfParallelism = degreeOfParallelism }, JudgePart);
        }
        catch (AggregateException refusals)
        {
            ExceptionDispatchInfo.Throw(refusals.InnerExceptions[0]);
        }

        void JudgePart(int part)
        {
            var start = part * RecordsPerPart;
            batch.Judge(this, start, fates.Span.Slice(start, Math.Min(RecordsPerPart, fates.Length - start)));
        }
    }

    /// <summary>The same, so many records at a time.</summary>
    internal void FatesOf(in RetentionColumns columns, Span<Fate> fates, LaneWidth? width)
    {
        var program = columns.AssumeConsent
            ? _instantsIfConsented ??= new ColumnProgram<long, InstantForm>(this, assumeConsent: true)
            : _instants ??= new ColumnProgram<long, InstantForm>(this, assumeConsent: false);
        program.Run(
            new ColumnInput<long>
            {
                DataSet = columns.DataSet,
                DataSets = columns.DataSets,
                Triggers = columns.Triggers,
                Flags = columns.Flags,
                UnknownFlags = columns.UnknownFlags,
                EndedPurposes = columns.EndedPurposes,
            },
            fates,
            width);
    }

    /// <summary>The same, so many records at a time.</summary>
    internal void FatesOf(in RetentionDayColumns columns, Span<Fate> fates, LaneWidth? width)
    {
        if (columns.IsWide)
        {
            var program = columns.AssumeConsent
                ? _wideDaysIfConsented ??= new ColumnProgram<int, WideDayForm>(this, assumeConsent: true)
                : _wideDays ??= new ColumnProgram<int, WideDayForm>(this, assumeConsent: false);
            program.Run(InputOf(columns, columns.WideTriggers), fates, width);
        }
        else
        {
            var program = columns.AssumeConsent
                ? _daysIfConsented ??= new ColumnProgram<ushort, DayForm>(this, assumeConsent: true)
                : _days ??= new ColumnProgram<ushort, DayForm>(this, assumeConsent: false);
            program.Run(InputOf(columns, columns.Triggers), fates, width);
        }
    }

    private static ColumnInput<T> InputOf<T>(in RetentionDayColumns columns, ReadOnlySpan<ReadOnlyMemory<T>> triggers)
        where T : unmanaged => new()
        {
            DataSet = columns.DataSet,
            DataSets = columns.DataSets,
            Triggers = triggers,
            Flags = columns.Flags,
            UnknownFlags = columns.UnknownFlags,
            EndedPurposes = columns.EndedPurposes,
        };
}
