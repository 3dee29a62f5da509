namespace Gdpr.Retention;

/// <summary>One record, as far as retention is concerned: its data set, the values of its triggers, and what is known beside them.</summary>
/// <remarks>The default value has no data set and cannot be evaluated. Holds no copy: the values and the facts must outlive the call.</remarks>
public readonly ref struct RetentionRecord
{
    private static readonly RecordFacts NoFacts = default;

    private readonly ref readonly RecordFacts _facts;

    /// <summary>Describes a record of which nothing is known beside its triggers.</summary>
    /// <param name="dataSet">The record's data set, from <see cref="RetentionSchedule.DataSet"/>.</param>
    /// <param name="triggers">One value per trigger, in the order of <see cref="DataSetSchedule.Triggers"/>.</param>
    /// <exception cref="ArgumentException">There are more or fewer values than triggers.</exception>
    public RetentionRecord(DataSetSchedule dataSet, ReadOnlySpan<TriggerValue> triggers)
        : this(dataSet, triggers, in NoFacts)
    {
    }

    /// <summary>Describes a record.</summary>
    /// <param name="dataSet">The record's data set, from <see cref="RetentionSchedule.DataSet"/>.</param>
    /// <param name="triggers">One value per trigger, in the order of <see cref="DataSetSchedule.Triggers"/>.</param>
    /// <param name="facts">What is known beside the triggers.</param>
    /// <exception cref="ArgumentException">There are more or fewer values than triggers.</exception>
    public RetentionRecord(DataSetSchedule dataSet, ReadOnlySpan<TriggerValue> triggers, in RecordFacts facts)
    {
        ArgumentNullException.ThrowIfNull(dataSet);
        if (triggers.Length != dataSet.MissingAs.Length)
        {
            throw Mismatch(dataSet, triggers.Length);
        }

        DataSet = dataSet;
        Triggers = triggers;
        _facts = ref facts;
    }

    /// <summary>The record's data set.</summary>
    public DataSetSchedule DataSet { get; }

    /// <summary>The values of the triggers, in the data set's order.</summary>
    public ReadOnlySpan<TriggerValue> Triggers { get; }

    /// <summary>What is known beside the triggers.</summary>
    public RecordFacts Facts => _facts;

    /// <summary>The facts where they lie: they are too large to copy for every question.</summary>
    internal ref readonly RecordFacts KnownFacts => ref _facts;

    private static ArgumentException Mismatch(DataSetSchedule dataSet, int triggers) => new(
        $"The data set {dataSet.Path} has {dataSet.Triggers.Count} triggers, and {triggers} values were given.", nameof(triggers));
}
