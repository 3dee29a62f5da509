using NodaTime;

namespace Gdpr.Policies.Building;

/// <summary>Describes a set of records about people.</summary>
public sealed class DataSetBuilder
{
    private readonly BuildNotes _notes;
    private readonly List<string> _subjects = [];
    private readonly List<string> _mentions = [];
    private readonly List<string> _origins = [];
    private readonly Dictionary<string, Trigger> _triggers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DataField> _fields = new(StringComparer.Ordinal);
    private LocalizedText? _title;
    private Retirement? _retired;

    private DataSetBuilder(BuildNotes notes) => _notes = notes;

    /// <summary>What the data set is called.</summary>
    /// <param name="en">In English.</param>
    /// <param name="sv">In Swedish.</param>
    public DataSetBuilder Titled(string en, string? sv = null)
    {
        _notes.State("title", Texts.Of(en, sv), out _title);
        return this;
    }

    /// <summary>The kinds of people that the records are about. Repeated calls add up.</summary>
    /// <param name="subjects">Ids of kinds of people.</param>
    public DataSetBuilder About(params IEnumerable<string> subjects)
    {
        _subjects.AddRange(subjects);
        return this;
    }

    /// <summary>The kinds of people whom records may mention besides. Repeated calls add up.</summary>
    /// <param name="subjects">Ids of kinds of people.</param>
    public DataSetBuilder Mentioning(params IEnumerable<string> subjects)
    {
        _mentions.AddRange(subjects);
        return this;
    }

    /// <summary>Where the data comes from. Repeated calls add up.</summary>
    /// <param name="origins">Declared origins.</param>
    public DataSetBuilder From(params IEnumerable<string> origins)
    {
        _origins.AddRange(origins);
        return this;
    }

    /// <summary>An event that retention periods run from.</summary>
    /// <param name="id">The id, without dots.</param>
    /// <param name="whenNull">What a missing value means.</param>
    /// <param name="en">What the event is called in explanations, in English.</param>
    /// <param name="sv">The same in Swedish.</param>
    public DataSetBuilder Trigger(string id, WhenNull whenNull, string? en = null, string? sv = null)
    {
        var title = en is null && sv is null ? null : new LocalizedText { En = en, Sv = sv };
        _notes.Of("triggers").Declare(_triggers, id, new Trigger { WhenNull = whenNull, Title = title });
        return this;
    }

    /// <summary>A field that holds personal data.</summary>
    /// <param name="id">The id, without dots.</param>
    /// <param name="category">The category of the data.</param>
    /// <param name="optional">Whether the person decides to give it.</param>
    /// <param name="provenance">How the field came to be known.</param>
    /// <param name="disposal">What happens to it when nothing keeps it any more; erasure when absent.</param>
    public DataSetBuilder Field(
        string id, string category, bool optional = false, FieldProvenance provenance = FieldProvenance.Provided, Disposal? disposal = null) =>
        Field(id, new DataField { Category = category, Optional = optional, Provenance = provenance, Disposal = disposal! });

    /// <summary>A field that holds personal data.</summary>
    /// <param name="id">The id, without dots.</param>
    /// <param name="field">The field.</param>
    public DataSetBuilder Field(string id, DataField field)
    {
        _notes.Of("fields").Declare(_fields, id, field);
        return this;
    }

    /// <summary>The data set is no longer used for anything: its records are due.</summary>
    /// <param name="on">The first local date, inclusive, on which it had no use.</param>
    /// <param name="reason">Why.</param>
    public DataSetBuilder Retired(LocalDate on, string reason)
    {
        _notes.State("retired", new Retirement { On = on, Reason = reason }, out _retired);
        return this;
    }

    internal static DataSet Make(BuildNotes notes, Action<DataSetBuilder> describe)
    {
        ArgumentNullException.ThrowIfNull(describe);
        var builder = new DataSetBuilder(notes);
        describe(builder);
        return new DataSet
        {
            Title = builder._title,
            Subject = new OneOrMany(builder._subjects),
            Mentions = new OneOrMany(builder._mentions),
            Triggers = builder._triggers,
            Fields = builder._fields,
            Origins = new OneOrMany(builder._origins),
            Retired = builder._retired,
        };
    }
}
