using System.Text.Json;
using System.Text.Json.Serialization;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Values;
using Gdpr.Sources;

namespace Gdpr.EntityFrameworkCore.Mapping;

/// <summary>What a host says in code of the records of an entity type. Members are named by paths over properties and navigations, such as
/// <c>Order.Customer.PersonId</c>.</summary>
internal sealed class RecordStatement
{
    /// <summary>The data set's path, or <see langword="null"/> where only an excuse is stated.</summary>
    public string? DataSet { get; set; }

    /// <summary>The member with the person's id.</summary>
    public string? Subject { get; set; }

    /// <summary>By role, the people whom a record concerns, where there are several.</summary>
    public Dictionary<string, PartyStatement> Parties { get; set; } = [];

    /// <summary>The fields that all of them may see.</summary>
    public List<string> Shared { get; set; } = [];

    public Dictionary<string, TriggerStatement> Triggers { get; set; } = [];

    public Dictionary<string, FieldStatement> Fields { get; set; } = [];

    /// <summary>What becomes of the rows of tables that refer to the records.</summary>
    public List<ChildStatement> Children { get; set; } = [];

    /// <summary>Why the entity type holds no personal data.</summary>
    public string? Excuse { get; set; }

    public string ToJson() => JsonSerializer.Serialize(this, RecordStatementContext.Default.RecordStatement);

    public static RecordStatement Parse(string json) => JsonSerializer.Deserialize(json, RecordStatementContext.Default.RecordStatement)!;
}

/// <summary>One of several people whom a record concerns.</summary>
internal sealed class PartyStatement
{
    public PartyKind Kind { get; set; }

    public string Path { get; set; } = "";

    public List<string> Fields { get; set; } = [];

    public string? Erased { get; set; }

    public string? Excused { get; set; }
}

/// <summary>Where the value of a trigger is.</summary>
internal sealed class TriggerStatement
{
    public string? Path { get; set; }

    public string? Expression { get; set; }

    public StorageForm? Form { get; set; }

    public string? Zone { get; set; }

    public TriggerAggregate? Aggregate { get; set; }

    public string? Excused { get; set; }
}

/// <summary>Where the content of a field is.</summary>
internal sealed class FieldStatement
{
    public List<string> Paths { get; set; } = [];

    public string? Erased { get; set; }

    public StorageForm? Form { get; set; }

    /// <summary>By path, how many leading characters name an area.</summary>
    public Dictionary<string, int> Area { get; set; } = [];

    public string? Excused { get; set; }
}

/// <summary>What becomes of the rows of a table that refers to the records.</summary>
internal sealed class ChildStatement
{
    public string Table { get; set; } = "";

    /// <summary>The columns that refer; none where the table has one reference, or all of its references are meant.</summary>
    public List<string> Columns { get; set; } = [];

    public ChildAction Action { get; set; }

    /// <summary>As it is said in code.</summary>
    public override string ToString() => $"Child({string.Join(", ", Columns.Select(column => $"\"{column}\"").Prepend($"ChildAction.{Action}").Prepend($"\"{Table}\""))})";
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(RecordStatement))]
internal sealed partial class RecordStatementContext : JsonSerializerContext;
