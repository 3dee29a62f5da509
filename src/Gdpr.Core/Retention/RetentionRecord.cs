namespace Gdpr.Retention;

/// <summary>One record, as far as retention is concerned: its data set, the values of its triggers, and what is known beside them.</summary>
/// <remarks>The default value has no data set and cannot be evaluated. Holds no copy: the span must outlive the call.</remarks>
public readonly ref struct RetentionRecord
{
    /// <summary>Describes a record.</summary>
    /// <param name="dataSet">The record's data set, from <see cref="RetentionSchedule.DataSet"/>.</param>
    /// <param name="triggers">One value per trigger, in the order of <see cref="DataSetSchedule.Triggers"/>.</param>
    /// <param name="facts">What is known beside the triggers.</param>
    /// <exception cref="ArgumentException">There are more or fewer values than triggers.</exception>
    public RetentionRecord(DataSetSchedule dataSet, ReadOnlySpan<TriggerValue> triggers, scoped in RecordFacts facts = default)
    {
        ArgumentNullException.ThrowIfNull(dataSet);
        if (triggers.Length != dataSet.Triggers.Count)
        {
            throw new ArgumentException(
                $"The data set {dataSet.Path} has {dataSet.Triggers.Count} triggers, and {triggers.Length} values were given.", nameof(triggers));
        }

        DataSet = dataSet;
        Triggers = triggers;
        Facts = facts;
    }

    /// <summary>The record's data set.</summary>
    public DataSetSchedule DataSet { get; }

    /// <summary>The values of the triggers, in the data set's order.</summary>
    public ReadOnlySpan<TriggerValue> Triggers { get; }

    /// <summary>What is known beside the triggers.</summary>
    public RecordFacts Facts { get; }
}
