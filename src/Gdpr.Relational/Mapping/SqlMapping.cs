using System.Text.Json.Serialization;
using Gdpr.Relational.Tables;
using Gdpr.Relational.Values;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Relational.Mapping;

/// <summary>Which tables and columns hold the data sets of a policy. What is left out is found by convention when the source is prepared.</summary>
public sealed class SqlMapping
{
    /// <summary>The mapping of each data set that the database holds, by path, such as <c>crm.customers</c>.</summary>
    public IReadOnlyDictionary<string, DataSetMapping> DataSets { get => field ?? new Dictionary<string, DataSetMapping>(); init; }

    /// <summary>What is left out on purpose, each with the reason: a table (<c>carriers</c>), a column (<c>orders.total</c>), every column of a table whatever its name
    /// (<c>carriers.*</c>), or a data set of the policy that is not in this database (<c>crm.photos</c>). A table's excuse covers its columns and references,
    /// except columns whose names say that they hold personal data. A reference is excused by its columns.</summary>
    public IReadOnlyDictionary<string, string> Excused { get => field ?? new Dictionary<string, string>(); init; }

    /// <summary>Builds a mapping in C#.</summary>
    /// <param name="build">Names the data sets.</param>
    public static SqlMapping Build(Action<SqlMappingBuilder> build)
    {
        ArgumentNullException.ThrowIfNull(build);
        var builder = new SqlMappingBuilder();
        build(builder);
        return builder.ToMapping();
    }

    /// <summary>The mapping that convention alone gives: every data set of a policy whose table is there, named as the data set.</summary>
    /// <param name="schedule">The policy's rules.</param>
    /// <param name="tables">The tables that are there.</param>
    /// <remarks>What convention cannot find, such as a trigger's column, shows when the source is prepared: nothing is guessed.</remarks>
    public static SqlMapping ByConvention(RetentionSchedule schedule, IReadOnlyList<TableDescription> tables)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        ArgumentNullException.ThrowIfNull(tables);
        return new SqlMapping
        {
            DataSets = schedule.DataSets.Where(dataSet => Conventions.TableOf(tables, dataSet.Path) is not null)
                .ToDictionary(dataSet => dataSet.Path, _ => new DataSetMapping(), StringComparer.Ordinal),
        };
    }

    /// <summary>Reads a mapping from JSON.</summary>
    /// <param name="json">The text.</param>
    /// <exception cref="FormatException">The text is no mapping: what is wrong, and where.</exception>
    public static SqlMapping Parse(string json) => SqlMappingJson.Read(json);

    /// <summary>The mapping as JSON, members in a fixed order, ids sorted ordinally.</summary>
    public string ToJson() => SqlMappingJson.Write(this);
}

/// <summary>The table of one data set.</summary>
public sealed class DataSetMapping
{
    /// <summary>The table; by convention the one named as the data set.</summary>
    public string? Table { get; init; }

    /// <summary>The columns that tell one record from another; by convention the table's primary key.</summary>
    public IReadOnlyList<string> Key { get => field ?? []; init; }

    /// <summary>The rows that are the data set's records, where the table holds others too: by column, a discriminator, the values that it has in them, as
    /// text.</summary>
    /// <remarks>Several data sets may share a table where these exclude each other. A row that is none's is nobody's record: no rule ends it.</remarks>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Only { get; init; }

    /// <summary>Where the id of the record's person is; by convention the column <c>subject</c> or <c>subject_id</c>, where there is one.</summary>
    /// <remarks>Where records live on anonymised, it goes with the last of their parts (Art. 4(1), recital 26).</remarks>
    public ColumnPath? Subject { get; init; }

    /// <summary>The people whom a row concerns, by role, where there are several: instead of <see cref="Subject"/>.</summary>
    public IReadOnlyDictionary<string, PartyMapping>? Parties { get; init; }

    /// <summary>The fields, whosever they are, that everybody whom a row concerns may see; only with <see cref="Parties"/>.</summary>
    public IReadOnlyList<string>? Shared { get; init; }

    /// <summary>The values of the triggers, by trigger id; by convention columns named as the triggers.</summary>
    public IReadOnlyDictionary<string, TriggerMapping> Triggers { get => field ?? new Dictionary<string, TriggerMapping>(); init; }

    /// <summary>The columns of the fields, by field id; by convention columns named as the fields.</summary>
    public IReadOnlyDictionary<string, FieldMapping> Fields { get => field ?? new Dictionary<string, FieldMapping>(); init; }

    /// <summary>The tables whose rows refer to the records, and what happens to them when a record is erased.</summary>
    public IReadOnlyList<ChildMapping> Children { get => field ?? []; init; }
}

/// <summary>A column of the record's own table, or of a table that is reached from it.</summary>
public sealed class ColumnPath
{
    /// <summary>The column.</summary>
    public string Column { get => field ?? ""; init; }

    /// <summary>The tables on the way, from the record's own; empty for a column of the record's own table.</summary>
    public IReadOnlyList<JoinStep> Through { get => field ?? []; init; }
}

/// <summary>One of several people whom a row concerns.</summary>
public sealed class PartyMapping
{
    /// <summary>Whether the row is the person's, or mentions the person.</summary>
    public PartyKind Kind { get; init; }

    /// <summary>Where the person's id is: the link to the person. When the person's side of the row is erased, the link is emptied.</summary>
    public ColumnPath? Subject { get; init; }

    /// <summary>The fields that are the person's own; those that no party names belong to the owners together.</summary>
    public IReadOnlyList<string> Fields { get => field ?? []; init; }

    /// <summary>What stands in a link that may not be NULL when it has been emptied, as text; the database makes it the column's type. Whoever it names is
    /// nobody's person.</summary>
    public string? Erased { get; init; }

    /// <summary>Why the link stays when the person's side is erased, where it cannot or must not be emptied here.</summary>
    public string? Excused { get; init; }
}

/// <summary>A table that is joined to the one before it.</summary>
public sealed class JoinStep
{
    /// <summary>The table.</summary>
    public string Table { get => field ?? ""; init; }

    /// <summary>What is equal: columns of this table, each with a column of the table before.</summary>
    public IReadOnlyDictionary<string, string> On { get => field ?? new Dictionary<string, string>(); init; }
}

/// <summary>Where the value of a trigger is stored, and in which form.</summary>
public sealed class TriggerMapping
{
    /// <summary>The column; by convention the one named as the trigger.</summary>
    public string Column { get => field ?? ""; init; }

    /// <summary>Instead of a column: an expression of SQL, such as <c>coalesce(closed_at, cancelled_at)</c>. It is written into statements as it is.</summary>
    /// <remarks>
    /// <para>The row of the record is named <c>r</c>, those of the tables of <see cref="Through"/> in their order <c>j0</c>, <c>j1</c> …; a name
    /// without one is looked for in the joined tables first. Its value is read in the <see cref="Form"/> stated.</para>
    /// <para>It comes from the host, never from the policy, and is part of what identifies the mapping. Preparing the source has the database
    /// compile it: it is one expression, without parameters and comments, that depends on nothing but what is stored.</para>
    /// </remarks>
    public string? Expression { get; init; }

    /// <summary>The tables on the way, from the record's own; empty for a column of the record's own table.</summary>
    public IReadOnlyList<JoinStep> Through { get => field ?? []; init; }

    /// <summary>The form; by convention ISO, so that a number in the column is unknown: what it counts is not guessed.</summary>
    public StorageForm? Form { get; init; }

    /// <summary>The zone of local times that state no offset, as an IANA id; without one such times are unknown.</summary>
    public string? Zone { get; init; }

    /// <summary>Which value counts where a joined table has several rows. The latest of values one of which is NULL is missing; so is the earliest, unless
    /// the policy says that the event has not happened then, and the NULL does not count. Such a NULL does not count for the latest either where rules take
    /// the trigger only for evidence; where others count a period from it, the result is unknown. A value that cannot be read makes the result unknown, and
    /// so do dates and instants side by side.</summary>
    public TriggerAggregate? Aggregate { get; init; }

    /// <summary>Why the trigger is not stored here: its value is then unknown.</summary>
    public string? Excused { get; init; }
}

/// <summary>Which of several values counts.</summary>
public enum TriggerAggregate
{
    /// <summary>The latest.</summary>
    [JsonStringEnumMemberName("max")]
    Max,

    /// <summary>The earliest.</summary>
    [JsonStringEnumMemberName("min")]
    Min,
}

/// <summary>Where the content of a field is stored.</summary>
public sealed class FieldMapping
{
    /// <summary>The columns; by convention the one named as the field.</summary>
    public IReadOnlyList<string> Columns { get => field ?? []; init; }

    /// <summary>What stands in a column that may not be NULL when its content has been erased, as text; the database makes it the column's type.</summary>
    public string? Erased { get; init; }

    /// <summary>The form of a stored date, where the field is anonymised to its year; by convention ISO for columns of text.</summary>
    public StorageForm? Form { get; init; }

    /// <summary>How many leading characters of each column stay where the field is anonymised to its area, such as 2 of a postal code. Columns not named
    /// are emptied.</summary>
    public IReadOnlyDictionary<string, int> Area { get => field ?? new Dictionary<string, int>(); init; }

    /// <summary>The columns of other tables that hold more of the field, or all of it, each with the way to it: tables whose rows go with the record
    /// (<see cref="DataSetMapping.Children"/>). What is in them is in the copy that the person gets; it goes when the record goes whole.</summary>
    public IReadOnlyList<ColumnPath>? Beside { get; init; }

    /// <summary>Why the field is not stored here.</summary>
    public string? Excused { get; init; }
}

/// <summary>A table whose rows refer to the records of a data set, or to the rows of another such table.</summary>
public sealed class ChildMapping
{
    /// <summary>The table.</summary>
    public string Table { get => field ?? ""; init; }

    /// <summary>The columns that refer, each with the column referred to.</summary>
    public IReadOnlyDictionary<string, string> On { get => field ?? new Dictionary<string, string>(); init; }

    /// <summary>What happens to the rows when the record is erased.</summary>
    public ChildAction Action { get; init; }

    /// <summary>The tables that refer to this one.</summary>
    public IReadOnlyList<ChildMapping> Children { get => field ?? []; init; }

    /// <summary>Whether a model's reference alone says so, and nobody has said a word about what the rows hold: enough to erase them, too little to call them
    /// covered.</summary>
    internal bool IsDerived { get; init; }

    /// <summary>The columns that are set to NULL when rows are severed: those that refer and may be NULL. One that may not, such as the
    /// tenant's in every key, stays.</summary>
    internal IReadOnlyList<string> Cut { get => field ?? [.. On.Keys]; init; }
}

/// <summary>What happens to rows that refer to an erased record.</summary>
public enum ChildAction
{
    /// <summary>They are deleted with it.</summary>
    [JsonStringEnumMemberName("delete")]
    Delete,

    /// <summary>They stay, and the columns that refer are set to NULL, as far as these may be: one is enough.</summary>
    [JsonStringEnumMemberName("sever")]
    Sever,
}
