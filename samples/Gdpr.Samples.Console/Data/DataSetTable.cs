using Gdpr.Policies;
using Gdpr.Relational.Mapping;

namespace Gdpr.Samples.Data;

/// <summary>The table that a data set of the policy lies in: a key, the person's key, the fields, and the dates that retention periods run from.</summary>
internal sealed class DataSetTable
{
    private DataSetTable(string system, string id, DataSet dataSet)
    {
        Path = new DataPath(system, id).DataSetPath;
        DataSet = dataSet;
        Name = Identifier(system + "_" + id);
        Fields = [.. dataSet.Fields.Keys];
        Triggers = [.. dataSet.Triggers.Keys];
        NameColumn = NameIn(dataSet);
    }

    /// <summary>The data set's path in the policy, such as <c>crm.contacts</c>.</summary>
    public string Path { get; }

    public DataSet DataSet { get; }

    /// <summary>The table's name in the database, such as <c>crm_contacts</c>.</summary>
    public string Name { get; }

    public IReadOnlyList<string> Fields { get; }

    public IReadOnlyList<string> Triggers { get; }

    /// <summary>What people are called in this table, in SQL; <see langword="null"/> where no field says.</summary>
    public string? NameColumn { get; }

    /// <summary>Whether records stay when whose they are is forgotten.</summary>
    private bool LivesOnAnonymised => DataSet.Fields.Values.Any(one => one.Disposal.Final.Action == DisposalAction.Anonymise);

    /// <summary>The tables of a policy, in the order of its systems.</summary>
    public static IReadOnlyList<DataSetTable> Of(GdprPolicy policy) =>
        [.. policy.Systems.SelectMany(system => system.Value.DataSets.Select(dataSet => new DataSetTable(system.Key, dataSet.Key, dataSet.Value)))];

    public string Create() =>
        $"""
        CREATE TABLE "{Name}" (
          "id" INTEGER PRIMARY KEY,
          "subject" TEXT{(LivesOnAnonymised ? "" : " NOT NULL")}{string.Concat(Columns().Select(column => $",\n  \"{column}\" TEXT"))}
        ) STRICT
        """;

    public string Insert() =>
        $"""
        INSERT INTO "{Name}" ("subject"{string.Concat(Columns().Select(column => $", \"{column}\""))})
        VALUES ($0{string.Concat(Columns().Select((_, index) => $", ${index + 1}"))})
        """;

    /// <summary>Reads what retention asks about a record: not its content, only whose it is and when things happened.</summary>
    public string SelectTriggers(string condition = "true") =>
        $"""
        SELECT "id", "subject"{string.Concat(Triggers.Select(trigger => $", \"{Identifier(trigger)}\""))}
        FROM "{Name}" WHERE {condition} ORDER BY "id"
        """;

    public string SelectFields() =>
        $"""
        SELECT {string.Join(", ", Fields.Select(field => $"\"{Identifier(field)}\""))}
        FROM "{Name}" WHERE "id" = $id
        """;

    public string Count() => $"""SELECT count(*), count(DISTINCT "subject") FROM "{Name}" """;

    public string Exists() => $"""SELECT EXISTS (SELECT 1 FROM "{Name}" WHERE "id" = CAST($id AS INTEGER))""";

    /// <summary>Where the library finds the data set: its table. Columns are found by their names.</summary>
    public DataSetMapping ToMapping() => new()
    {
        Table = Name,

        // The addresses of this world are one text each, whose beginning names no area: nothing of them stays.
        Fields = DataSet.Fields.Where(field => field.Value.Disposal is { Strategy: AnonymisationStrategy.Area })
            .ToDictionary(field => field.Key, field => new FieldMapping { Area = new Dictionary<string, int> { [Identifier(field.Key)] = 0 } }, StringComparer.Ordinal),
    };

    private static string? NameIn(DataSet dataSet)
    {
        if (dataSet.Fields.ContainsKey("first-name"))
        {
            return """ "first_name" || ' ' || "last_name" """;
        }

        var name = dataSet.Fields.FirstOrDefault(column => column.Value.Category is "identity.name").Key
            ?? dataSet.Fields.FirstOrDefault(column => column.Value.Category is "account.username").Key;
        return name is null ? null : $"\"{Identifier(name)}\"";
    }

    private IEnumerable<string> Columns() => Fields.Concat(Triggers).Select(Identifier);

    // The ids of systems, data sets, fields and triggers are letters, digits, hyphens and underscores: nothing in them ends a quoted name.
    private static string Identifier(string id) => id.Replace('-', '_');
}
