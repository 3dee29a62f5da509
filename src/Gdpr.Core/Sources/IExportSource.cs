using System.Text.Json;

namespace Gdpr.Sources;

/// <summary>A source that finds a person's records and gives them out (Art. 15, 20).</summary>
/// <remarks>What is given out is personal data: it goes to the person, and never into a log.</remarks>
public interface IExportSource : IPersonalDataSource
{
    /// <summary>Whether the records of a data set can be found by person and given out. Where they cannot, people do it.</summary>
    /// <param name="dataSet">The data set's path.</param>
    /// <exception cref="InvalidOperationException">The source has to be prepared first.</exception>
    bool Exports(string dataSet);

    /// <summary>A person's records of a data set, each with what in it is the person's. Records kept from use, by a restriction or a hold, are among them.</summary>
    /// <param name="dataSet">The data set's path.</param>
    /// <param name="nativeIds">The ids under which the source knows the person, as facts name people (<see cref="FactTarget.Subjects"/>). They are compared
    /// exactly: rather too little is given out than somebody else's.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="SourceMappingException">The data set is not mapped so that its records can be found and given out (<see cref="Exports"/>).</exception>
    /// <exception cref="SourceUnavailableException">The source failed: what was given out so far is not all.</exception>
    IAsyncEnumerable<ExportedRecord> ExportAsync(string dataSet, IReadOnlyList<string> nativeIds, CancellationToken cancellationToken);
}

/// <summary>A record as a person whom it concerns gets it.</summary>
public sealed record ExportedRecord
{
    private ExportedRecord(
        string dataSet, string? nativeKey, IReadOnlyList<RecordParty> roles, IReadOnlyDictionary<string, JsonElement> fields, IReadOnlyList<ExportRedaction> redactions)
    {
        DataSet = dataSet;
        NativeKey = nativeKey;
        Roles = roles;
        Fields = fields;
        Redactions = redactions;
    }

    /// <summary>The data set's path.</summary>
    public string DataSet { get; }

    /// <summary>The record's key in the source, as text; a composite key as a JSON array; <see langword="null"/> where no text names the record.</summary>
    public string? NativeKey { get; }

    /// <summary>The roles that the person has in the record: several where the same person is on both sides.</summary>
    public IReadOnlyList<RecordParty> Roles { get; }

    /// <summary>The fields that the person may see, by id: text, numbers, truth values, <c>null</c>; bytes as <c>{"base64": …}</c>; a field that is stored
    /// in several places as an object of them by name; a place that may hold several values as an array.</summary>
    public IReadOnlyDictionary<string, JsonElement> Fields { get; }

    /// <summary>What the record holds and the person does not get, and why; in the order of the paths. Fields without content withhold nothing.</summary>
    public IReadOnlyList<ExportRedaction> Redactions { get; }

    /// <summary>The restrictions of processing (Art. 18) that stand on the record or on this person's side of it: <c>restricted</c>, <c>restricted-claims</c>,
    /// with a question mark before one that nobody knows of for certain. Those of other people are theirs, and not told.</summary>
    public IReadOnlyList<string> Restrictions { get; private init; } = [];

    /// <summary>Whether the processing of the record is restricted (Art. 18), as far as this person is told.</summary>
    public bool IsRestricted => Restrictions.Count > 0;

    /// <summary>The values of the data set's triggers, in the order of its schedule: when what is held of the person ends can be told from them. Empty where the
    /// source does not say.</summary>
    public IReadOnlyList<Retention.TriggerValue> Triggers { get; init; } = [];

    /// <summary>What is known of the record and of this person: of other people whom it concerns, nothing.</summary>
    public Retention.RecordFacts Facts { get; private init; }

    /// <summary>Gives a record out to a person: every source redacts by this one rule.</summary>
    /// <param name="dataSet">The data set's path.</param>
    /// <param name="nativeKey">The record's key in the source; <see langword="null"/> where no text names it.</param>
    /// <param name="parties">Whom the data set's records concern.</param>
    /// <param name="isPerson">Per party, whether it is the person.</param>
    /// <param name="fields">The record's fields.</param>
    /// <param name="facts">What is known of the record, and of the person.</param>
    /// <exception cref="ArgumentException">No party is the person, or a value is of a kind that nothing says how to write.</exception>
    public static ExportedRecord Of(
        string dataSet, string? nativeKey, RecordParties parties, ReadOnlySpan<bool> isPerson, IEnumerable<StoredField> fields, in Retention.RecordFacts facts)
    {
        ArgumentNullException.ThrowIfNull(dataSet);
        ArgumentNullException.ThrowIfNull(parties);
        ArgumentNullException.ThrowIfNull(fields);
        var roles = new List<RecordParty>();
        foreach (var (index, party) in parties.Parties.Index())
        {
            if (isPerson[index])
            {
                roles.Add(party);
            }
        }

        if (roles.Count == 0)
        {
            throw new ArgumentException("The person is no party of the record: nothing of it is theirs.", nameof(isPerson));
        }

        var seen = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
        var redactions = new List<ExportRedaction>();
        foreach (var field in fields)
        {
            var count = field.Values.Sum(value => CountOf(value.Content));
            if (parties.MaySee(field.Field, isPerson))
            {
                seen.Add(field.Field, ExportValue.Of(field));
            }
            else if (count > 0)
            {
                redactions.Add(new ExportRedaction($"{dataSet}.{field.Field}", ExportRedaction.OtherPerson, count));
            }
        }

        return new ExportedRecord(dataSet, nativeKey, roles, seen, [.. redactions.OrderBy(redaction => redaction.Path, StringComparer.Ordinal)])
        {
            Restrictions = RestrictionsOf(facts),
            Facts = facts,
        };
    }

    /// <summary>The data set: nothing of the record, which may land in a log by mistake.</summary>
    public override string ToString() => $"{nameof(ExportedRecord)} of {DataSet}";

    private static int CountOf(object? content) => content is IReadOnlyList<object?> several ? several.Sum(CountOf) : content is null or DBNull ? 0 : 1;

    /// <summary>The codes of the restrictions among some facts.</summary>
    internal static IReadOnlyList<string> RestrictionsOf(in Retention.RecordFacts facts)
    {
        var (stated, unknown) = (facts.Flags, facts.UnknownFlags);
        return
        [
            .. new[] { (Flag: Retention.RecordFlags.Restricted, Code: "restricted"), (Flag: Retention.RecordFlags.RestrictedForClaims, Code: "restricted-claims") }
                .Where(one => ((stated | unknown) & one.Flag) != 0)
                .Select(one => (stated & one.Flag) != 0 ? one.Code : "?" + one.Code),
        ];
    }
}

/// <summary>Something of a record that a person does not get.</summary>
/// <param name="Path">What it is: the data set and the field, such as <c>support.tickets.agent-name</c>.</param>
/// <param name="Reason">The stable code of the reason: <see cref="OtherPerson"/>.</param>
/// <param name="Count">How many values are withheld.</param>
public sealed record ExportRedaction(string Path, string Reason, int Count)
{
    /// <summary>It is about somebody else, whose rights the copy must not harm (Art. 15(4), 20(4)).</summary>
    public const string OtherPerson = "other-person";
}

/// <summary>A field as a source stores it.</summary>
/// <param name="Field">The field's id.</param>
/// <param name="Values">Its content: one value, or several, each in a place with a name; none where the field is not stored.</param>
public sealed record StoredField(string Field, IReadOnlyList<StoredValue> Values)
{
    /// <summary>The field's id.</summary>
    public override string ToString() => Field;
}

/// <summary>A value of a field.</summary>
/// <param name="Place">The name of its place, such as a column.</param>
/// <param name="Content">The content: text, a number, a truth value, bytes, a GUID, a date or a time of NodaTime, <see cref="DateOnly"/>,
/// <see cref="DateTimeOffset"/>; a list of these where the place may hold several; <see langword="null"/> where there is none.</param>
public sealed record StoredValue(string Place, object? Content)
{
    /// <summary>The name of the place.</summary>
    public override string ToString() => Place;
}
