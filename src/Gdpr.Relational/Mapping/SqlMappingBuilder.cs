using Gdpr.Relational.Values;
using Gdpr.Sources;

namespace Gdpr.Relational.Mapping;

/// <summary>Builds a mapping in C#.</summary>
public sealed class SqlMappingBuilder
{
    private readonly Dictionary<string, DataSetMapping> _dataSets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _excused = new(StringComparer.Ordinal);

    internal SqlMappingBuilder()
    {
    }

    /// <summary>Maps a data set; without more, by convention alone.</summary>
    /// <param name="dataSet">The data set's path, such as <c>crm.customers</c>.</param>
    /// <param name="build">Says where it is.</param>
    public SqlMappingBuilder DataSet(string dataSet, Action<DataSetMappingBuilder>? build = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(dataSet);
        var builder = new DataSetMappingBuilder();
        build?.Invoke(builder);
        _dataSets.Add(dataSet, builder.ToMapping());
        return this;
    }

    /// <summary>Says why something in the database is left out, as <see cref="SqlMapping.Excused"/> has it.</summary>
    /// <param name="place">A table, a column such as <c>orders.total</c>, every column of a table such as <c>carriers.*</c>, or a data set of the policy.</param>
    /// <param name="because">The reason.</param>
    public SqlMappingBuilder Excuse(string place, string because)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(place);
        _excused[place] = because;
        return this;
    }

    internal SqlMapping ToMapping() => new() { DataSets = _dataSets, Excused = _excused };
}

/// <summary>Builds the mapping of one data set.</summary>
public sealed class DataSetMappingBuilder
{
    private readonly Dictionary<string, TriggerMapping> _triggers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FieldMapping> _fields = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PartyMapping> _parties = new(StringComparer.Ordinal);
    private readonly List<ChildMapping> _children = [];
    private readonly List<string> _shared = [];
    private readonly Dictionary<string, IReadOnlyList<string>> _only = new(StringComparer.Ordinal);
    private string? _table;
    private IReadOnlyList<string> _key = [];
    private ColumnPath? _subject;

    internal DataSetMappingBuilder()
    {
    }

    /// <summary>Names the table and, where it is not its primary key, what tells one record from another.</summary>
    /// <param name="table">The table.</param>
    /// <param name="key">The columns of the key.</param>
    public DataSetMappingBuilder Table(string table, params IReadOnlyList<string> key)
    {
        (_table, _key) = (table, key);
        return this;
    }

    /// <summary>Says which rows of the table are the data set's records, where it holds others too.</summary>
    /// <param name="column">The column that tells them apart.</param>
    /// <param name="values">The values that it has in the records, as text.</param>
    public DataSetMappingBuilder Only(string column, params IReadOnlyList<string> values)
    {
        _only[column] = values;
        return this;
    }

    /// <summary>Names the column with the id of the record's person.</summary>
    /// <param name="column">The column.</param>
    /// <param name="through">The tables on the way to it, from the record's own.</param>
    public DataSetMappingBuilder Subject(string column, params IReadOnlyList<JoinStep> through)
    {
        _subject = new ColumnPath { Column = column, Through = through };
        return this;
    }

    /// <summary>Names a person whose the row is, where it concerns several people.</summary>
    /// <param name="role">The person's role, such as <c>sender</c>.</param>
    /// <param name="column">The column with the person's id.</param>
    /// <param name="fields">The fields that are the person's own; those that nobody names belong to the owners together.</param>
    public DataSetMappingBuilder Owner(string role, string column, params IReadOnlyList<string> fields) =>
        Party(role, new PartyMapping { Kind = PartyKind.Owner, Subject = new ColumnPath { Column = column }, Fields = fields });

    /// <summary>Names a person whom the row mentions.</summary>
    /// <param name="role">The person's role, such as <c>agent</c>.</param>
    /// <param name="column">The column with the person's id.</param>
    /// <param name="fields">The fields that are the person's own.</param>
    public DataSetMappingBuilder Mentions(string role, string column, params IReadOnlyList<string> fields) =>
        Party(role, new PartyMapping { Kind = PartyKind.Mentioned, Subject = new ColumnPath { Column = column }, Fields = fields });

    /// <summary>Names one of several people whom the row concerns.</summary>
    /// <param name="role">The person's role.</param>
    /// <param name="mapping">What is the person's, and where the person's id is.</param>
    public DataSetMappingBuilder Party(string role, PartyMapping mapping)
    {
        ArgumentNullException.ThrowIfNull(mapping);
        _parties.Add(role, mapping);
        return this;
    }

    /// <summary>Names fields that everybody whom the row concerns may see, whosever they are.</summary>
    /// <param name="fields">The fields.</param>
    public DataSetMappingBuilder Shared(params IReadOnlyList<string> fields)
    {
        _shared.AddRange(fields);
        return this;
    }

    /// <summary>Maps a trigger to a column of the record's own table.</summary>
    /// <param name="trigger">The trigger's id.</param>
    /// <param name="column">The column.</param>
    /// <param name="form">How the value is stored.</param>
    /// <param name="zone">The zone of local times that state no offset, as an IANA id.</param>
    public DataSetMappingBuilder Trigger(string trigger, string column, StorageForm form, string? zone = null) =>
        Trigger(trigger, new TriggerMapping { Column = column, Form = form, Zone = zone });

    /// <summary>Maps a trigger to an expression over the record's own row, which it names <c>r</c>.</summary>
    /// <param name="trigger">The trigger's id.</param>
    /// <param name="expression">The expression of SQL, as <see cref="TriggerMapping.Expression"/> says; from the host, never from somebody's input.</param>
    /// <param name="form">The form of the expression's value.</param>
    /// <param name="zone">The zone of local times that state no offset, as an IANA id.</param>
    public DataSetMappingBuilder TriggerExpression(string trigger, string expression, StorageForm form, string? zone = null) =>
        Trigger(trigger, new TriggerMapping { Expression = expression, Form = form, Zone = zone });

    /// <summary>Maps a trigger.</summary>
    /// <param name="trigger">The trigger's id.</param>
    /// <param name="mapping">Where its value is.</param>
    public DataSetMappingBuilder Trigger(string trigger, TriggerMapping mapping)
    {
        _triggers[trigger] = mapping;
        return this;
    }

    /// <summary>Maps a field to a column, or to several.</summary>
    /// <param name="field">The field's id.</param>
    /// <param name="columns">The columns.</param>
    public DataSetMappingBuilder Field(string field, params IReadOnlyList<string> columns) => Field(field, new FieldMapping { Columns = columns });

    /// <summary>Maps a field.</summary>
    /// <param name="field">The field's id.</param>
    /// <param name="mapping">Where its content is.</param>
    public DataSetMappingBuilder Field(string field, FieldMapping mapping)
    {
        _fields[field] = mapping;
        return this;
    }

    /// <summary>Says why a field is not stored here.</summary>
    /// <param name="field">The field's id.</param>
    /// <param name="because">The reason.</param>
    public DataSetMappingBuilder Excuse(string field, string because) => Field(field, new FieldMapping { Excused = because });

    /// <summary>Names a table whose rows refer to the records.</summary>
    /// <param name="table">The table.</param>
    /// <param name="column">The column that refers.</param>
    /// <param name="to">The column referred to.</param>
    /// <param name="action">What happens to the rows when the record is erased.</param>
    /// <param name="children">The tables that refer to this one.</param>
    public DataSetMappingBuilder Child(string table, string column, string to, ChildAction action = ChildAction.Delete, params IReadOnlyList<ChildMapping> children)
    {
        _children.Add(new ChildMapping { Table = table, On = new Dictionary<string, string> { [column] = to }, Action = action, Children = children });
        return this;
    }

    /// <summary>Names a table whose rows refer to the records.</summary>
    /// <param name="child">The table.</param>
    public DataSetMappingBuilder Child(ChildMapping child)
    {
        _children.Add(child);
        return this;
    }

    internal DataSetMapping ToMapping() => new()
    {
        Table = _table,
        Key = _key,
        Only = _only.Count > 0 ? _only : null,
        Subject = _subject,
        Parties = _parties.Count > 0 ? _parties : null,
        Shared = _shared.Count > 0 ? _shared : null,
        Triggers = _triggers,
        Fields = _fields,
        Children = _children,
    };
}
