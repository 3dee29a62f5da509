using Gdpr.Journals;
using Gdpr.Relational.Tables;
using Gdpr.Relational.Values;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Relational.Mapping;

/// <summary>A data set with everything about its tables found and checked.</summary>
internal sealed record MappedDataSet
{
    public required DataSetSchedule Schedule { get; init; }

    public required TableDescription Table { get; init; }

    public required IReadOnlyList<ColumnDescription> Key { get; init; }

    /// <summary>By column that tells the records from other rows of the table, its values in them; empty where every row is a record.</summary>
    public IReadOnlyList<(ColumnDescription Column, IReadOnlyList<string> Values)> Only { get; init; } = [];

    public required ColumnPath? Subject { get; init; }

    /// <summary>Whom the records concern: one person, the subject, unless parties are declared.</summary>
    public RecordParties Parties { get; init; } = RecordParties.One;

    /// <summary>The people declared, one per party in its order; none where the records concern the subject alone.</summary>
    public IReadOnlyList<MappedParty> People { get; init; } = [];

    /// <summary>What of a record is judged by itself.</summary>
    public IReadOnlyList<PartyUnit> Units => field ??= Parties.UnitsOf(Schedule);

    /// <summary>One per trigger of the schedule, in its order; <see langword="null"/> where the value is not stored here.</summary>
    public required IReadOnlyList<MappedTrigger?> Triggers { get; init; }

    /// <summary>By field, and by the link to each party, what becomes of each of its columns; empty for a field that is not stored here.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<ColumnChange>> Fields { get; init; }

    /// <summary>By field, its columns in other tables than the record's own.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<BesideColumn>> Beside { get; init; } = new Dictionary<string, IReadOnlyList<BesideColumn>>();

    public required IReadOnlyList<ChildMapping> Children { get; init; }

    /// <summary>The tables whose rows change when a record is deleted.</summary>
    public IReadOnlyList<TableDescription> ChildTables { get; init; } = [];

    /// <summary>The other data sets of the same table and key: a row becomes a record of one of them when what tells them apart changes.</summary>
    public IReadOnlyList<MappedDataSet> Siblings { get; init; } = [];

    /// <summary>Whether its records are rows of the same table and key as another's, or it is that: what belongs to a row is the record's, whichever of the two it
    /// is.</summary>
    public bool IsOfRowsOf(MappedDataSet other) => Table.FullName == other.Table.FullName
        && Key.Select(column => column.Name).SequenceEqual(other.Key.Select(column => column.Name), StringComparer.Ordinal);

    /// <summary>The scopes of facts that are on one record.</summary>
    public IEnumerable<string> RecordScopes => People.Where(person => person.IsElsewhere).Select(person => person.RecordScope).Prepend("record");

    /// <summary>The tables on the ways to triggers and people.</summary>
    public IReadOnlyList<TableDescription> Joined { get; init; } = [];

    /// <summary>Other records that deleting one changes.</summary>
    public IReadOnlyList<LinkedRecords> Linked { get; init; } = [];

    /// <summary>The steps on the ways to triggers and people, from the record's own table.</summary>
    public IEnumerable<JoinStep> Steps => Triggers.OfType<MappedTrigger>().Select(trigger => trigger.Path).Concat(WaysToPeople).SelectMany(path => path.Through);

    /// <summary>The ways to the people whom a record concerns.</summary>
    public IEnumerable<ColumnPath> WaysToPeople => People.Select(person => person.Path).Concat(Subject is { } subject ? [subject] : []);

    /// <summary>The tables that disposing of records changes.</summary>
    public IEnumerable<TableDescription> Changed => ChildTables.Prepend(Table);

    /// <summary>Whether the database itself may do something to the records when they are disposed of, or to what refers to them.</summary>
    public bool HasTriggers => HasComeToAct || Changed.Any(table => table.HasTriggers);

    /// <summary>Whether the database has come to do so since its tables were described.</summary>
    public bool HasComeToAct { get; init; }

    /// <summary>What of the mapping is missing, is known to be, and stands in the way of every deletion: nothing is disposed of until it is mended.</summary>
    public IReadOnlyList<MappingProblem> Gaps { get; init; } = [];

    /// <summary>The tables of the whole source of which rows are records, go with one, or decide about one.</summary>
    public IReadOnlyCollection<string> Mapped { get; init; } = [];

    /// <summary>Those of <see cref="Mapped"/> that only say when records are due, or whose they are. A row more there is nobody's record.</summary>
    public IReadOnlyDictionary<string, DecidingTable> OnlyDeciding { get; init; } = new Dictionary<string, DecidingTable>();

    /// <summary>Those of <see cref="Mapped"/> of which rows go with a record, or lose their reference with it, and are no records themselves.</summary>
    public IReadOnlyCollection<string> OnlyFollowing { get; init; } = [];

    /// <summary>Of those of <see cref="Mapped"/> of which rows are records, or go with one, the columns by which records are judged or found.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Asked { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Of the tables in which disposing of records changes rows that stay, those of <see cref="Asked"/> that it does not change itself.</summary>
    public IEnumerable<(TableDescription Table, IReadOnlyList<string> Columns)> AskedOfChanged =>
        from table in Changed.DistinctBy(table => table.FullName, StringComparer.Ordinal)
        let isEmptied = IsDisposedInParts && table.FullName == Table.FullName
        let severed = SeveredBy(Children).Where(child => string.Equals(child.Table, table.Name, StringComparison.Ordinal))
            .SelectMany(child => child.Cut).ToArray()
        where isEmptied || severed.Length > 0
        let own = isEmptied ? Fields.Values.SelectMany(changes => changes).Select(change => change.Column.Name) : []
        let columns = (Asked.GetValueOrDefault(table.Name) ?? []).Except(own.Concat(severed), StringComparer.OrdinalIgnoreCase)
            .Where(column => table.Find(column) is not null).ToArray()
        where columns.Length > 0
        select (table, (IReadOnlyList<string>)columns);

    /// <summary>By its full name, each of <see cref="Mapped"/>.</summary>
    public IReadOnlyDictionary<string, string> FullNames { get; init; } = new Dictionary<string, string>();

    /// <summary>What the source claims of <see cref="Mapped"/>, under full names.</summary>
    public IEnumerable<TableClaim> Claims
    {
        get
        {
            var full = FullNames.ToDictionary(name => name.Value, name => name.Key, StringComparer.Ordinal);
            return full.Select(name => new TableClaim(name.Value, OnlyDeciding.GetValueOrDefault(name.Key)?.Under(table => full.GetValueOrDefault(table, table))));
        }
    }

    /// <summary>The data set beside other sources of the database: what is a record of any of them is no longer a row that only decides.</summary>
    public MappedDataSet BesideOthers(IReadOnlyList<TableClaim> others)
    {
        var (mapped, deciding) = (Mapped.ToHashSet(StringComparer.Ordinal), new Dictionary<string, DecidingTable>(OnlyDeciding, StringComparer.Ordinal));
        var following = OnlyFollowing.ToHashSet(StringComparer.Ordinal);
        var askedOfOwn = new Dictionary<string, IReadOnlyList<string>>(Asked, StringComparer.Ordinal);
        foreach (var claim in others.OrderByDescending(claim => claim.Asked is not null))
        {
            var name = FullNames.GetValueOrDefault(claim.Table, claim.Table);
            if (mapped.Add(name) && claim.Asked is not null)
            {
                deciding.TryAdd(name, new DecidingTable([], []));
            }

            if (claim.Asked is not { } asked)
            {
                deciding.Remove(name);
                following.Remove(name);
            }
            else if (deciding.TryGetValue(name, out var known))
            {
                deciding[name] = known.And(asked.Under(table => FullNames.GetValueOrDefault(table, table)));
            }
            else
            {
                askedOfOwn[name] = [.. (askedOfOwn.GetValueOrDefault(name) ?? []).Union(asked.Columns, StringComparer.OrdinalIgnoreCase)];
            }
        }

        return this with { Mapped = mapped, OnlyDeciding = deciding, OnlyFollowing = following, Asked = askedOfOwn };
    }

    private static IEnumerable<ChildMapping> SeveredBy(IReadOnlyList<ChildMapping> children) =>
        children.SelectMany(child => child.Action == ChildAction.Sever ? [child] : SeveredBy(child.Children));

    /// <summary>What identifies the mapping.</summary>
    public required Digest Mapping { get; init; }

    /// <summary>What identifies how records and people are named: the table, the key, and the ways to the people.</summary>
    public required Digest Naming { get; init; }

    public string Path => Schedule.Path;

    /// <summary>Whether a record may live on without some of its fields.</summary>
    public bool IsDisposedInParts => InParts(Schedule, Parties);

    public static bool InParts(DataSetSchedule schedule, RecordParties parties) =>
        parties.IsDeclared || schedule.FieldGroups.Count > 1 || schedule.FieldGroups.Any(group => group.DisposalFate == Fate.Anonymise);

    /// <summary>What becomes of the columns of some fields, each column once.</summary>
    public IReadOnlyList<ColumnChange> ChangesOf(IEnumerable<string> fields) =>
        [.. fields.SelectMany(field => Fields[field]).DistinctBy(change => change.Column.Name)];
}

/// <summary>Where the value of a trigger is, and how it is read.</summary>
/// <param name="Path">The column, or with an expression only the way.</param>
/// <param name="Expression">The host's expression, or <see langword="null"/> for a column.</param>
/// <param name="Affinity">What the column holds.</param>
/// <param name="Time">How the value is read.</param>
/// <param name="Aggregate">Which of several values counts.</param>
internal sealed record MappedTrigger(ColumnPath Path, string? Expression, ColumnAffinity Affinity, StoredTime Time, TriggerAggregate? Aggregate)
{
    /// <summary>What the column holds, or the expression gives.</summary>
    public ColumnKind Kind { get => field.Type is { Length: > 0 } ? field : Affinity; init; }

    /// <summary>Whether it is a column of the record's own row as it stands.</summary>
    public bool IsOwnColumn => Expression is null && Path.Through.Count == 0;

    /// <summary>With an aggregate, what an event of which no time is stored says where others have one.</summary>
    public NullBesideTimes NullBesideTimes { get; init; }
}

/// <summary>What a NULL among several times says of the one that counts.</summary>
internal enum NullBesideTimes
{
    /// <summary>That it is missing.</summary>
    IsMissing,

    /// <summary>Nothing: the times alone decide.</summary>
    SaysNothing,

    /// <summary>That nobody can say which it is.</summary>
    IsUnknown,
}

/// <summary>What becomes of a column when its field is disposed of.</summary>
internal sealed record ColumnChange(ColumnDescription Column, ContentChange Change);
