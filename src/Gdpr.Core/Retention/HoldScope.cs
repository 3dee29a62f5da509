using NodaTime;

namespace Gdpr.Retention;

/// <summary>What a legal hold covers: records that meet every condition stated.</summary>
public sealed class HoldScope
{
    /// <summary>The data sets, such as <c>crm.customers</c>. None stated means all.</summary>
    public IReadOnlySet<string> DataSets { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>The keys of the people concerned. None stated means all.</summary>
    public IReadOnlySet<string> Subjects { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>The keys of the records. None stated means all.</summary>
    public IReadOnlySet<string> Records { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>The first local date, inclusive, of the events recorded, where the hold has one.</summary>
    public LocalDate? EventsFrom { get; init; }

    /// <summary>The last local date, inclusive, of the events recorded, where the hold has one.</summary>
    public LocalDate? EventsTo { get; init; }

    /// <summary>Whether no condition is stated.</summary>
    public bool IsEverything => DataSets.Count == 0 && Subjects.Count == 0 && Records.Count == 0 && EventsFrom is null && EventsTo is null;

    /// <summary>Whether the scope covers a record: <see langword="null"/> when what is known of the record does not settle it.</summary>
    internal bool? Covers(HeldRecord record)
    {
        var conditions = new[]
        {
            Contains(DataSets, record.DataSet),
            Contains(Subjects, record.Subject),
            Contains(Records, record.Record),
            IsWithin(record.EventDate),
        };
        if (conditions.Contains(false))
        {
            return false;
        }

        return conditions.Contains(null) ? null : true;
    }

    private static bool? Contains(IReadOnlySet<string> keys, string? key)
    {
        if (keys.Count == 0)
        {
            return true;
        }

        return key is null ? null : keys.Contains(key);
    }

    private bool? IsWithin(LocalDate? date)
    {
        if (EventsFrom is null && EventsTo is null)
        {
            return true;
        }

        return date is null ? null : !(date < EventsFrom) && !(date > EventsTo);
    }
}

/// <summary>What is known of a record when a hold is matched against it; <see langword="null"/> where it is not known.</summary>
/// <param name="DataSet">The data set.</param>
/// <param name="Subject">The key of the person.</param>
/// <param name="Record">The key of the record.</param>
/// <param name="EventDate">The local date of the event recorded.</param>
public sealed record HeldRecord(string DataSet, string? Subject = null, string? Record = null, LocalDate? EventDate = null);
