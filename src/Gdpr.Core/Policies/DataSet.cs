using NodaTime;

namespace Gdpr.Policies;

/// <summary>A set of records about people: a table, a collection, a folder of files.</summary>
public sealed class DataSet
{
    /// <summary>What the data set is called.</summary>
    public LocalizedText? Title { get; init; }

    /// <summary>The kinds of people that the records are about.</summary>
    [RequiredInPolicy]
    [RefersTo(PolicySection.SubjectCategories)]
    public OneOrMany Subject { get => field ?? OneOrMany.None; init; }

    /// <summary>The kinds of people whom records may mention besides, whose data is looked through before a copy is released (Art. 15(4)).</summary>
    [RefersTo(PolicySection.SubjectCategories)]
    public OneOrMany Mentions { get => field ?? OneOrMany.None; init; }

    /// <summary>The events that retention periods run from. The order is the order of a record's trigger values.</summary>
    public IReadOnlyDictionary<string, Trigger> Triggers { get => field ?? PolicyMap<Trigger>.Empty; init; }

    /// <summary>The fields that hold personal data. A field that is not declared may not be written.</summary>
    [RequiredInPolicy]
    public IReadOnlyDictionary<string, DataField> Fields { get => field ?? PolicyMap<DataField>.Empty; init; }

    /// <summary>Where the data comes from. Collection from elsewhere is refused.</summary>
    [RefersTo(PolicySection.Origins)]
    public OneOrMany Origins { get => field ?? OneOrMany.None; init; }

    /// <summary>Set when the data set is no longer used for anything: it has no rules, and all its records are due.</summary>
    public Retirement? Retired { get; init; }
}

/// <summary>That a data set is no longer used, since when and why.</summary>
public sealed class Retirement
{
    /// <summary>The first local date, inclusive, on which the data set had no use.</summary>
    [RequiredInPolicy]
    public LocalDate? On { get; init; }

    /// <summary>Why it is no longer used.</summary>
    [RequiredInPolicy]
    public string Reason { get => field ?? ""; init; }
}
