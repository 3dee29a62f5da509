using System.Text.Json;
using System.Text.Json.Serialization;
using Gdpr.Policies;
using Gdpr.Relational.Tables;
using Gdpr.Retention;

namespace Gdpr.Relational.Mapping;

/// <summary>A table whose rows are no records and go with none: they only say when records are due, or whose they are.</summary>
/// <param name="Columns">The columns by which they do.</param>
/// <param name="Askings">By what a row more may make a record due sooner, or somebody's who was not; none where it can only make it later.</param>
internal sealed record DecidingTable(IReadOnlyList<string> Columns, IReadOnlyList<Asking> Askings)
{
    /// <summary>As it is where another source asks it as well.</summary>
    public DecidingTable And(DecidingTable other) => new([.. Columns.Union(other.Columns, StringComparer.OrdinalIgnoreCase)], [.. Askings, .. other.Askings]);

    /// <summary>The same under other names of tables.</summary>
    public DecidingTable Under(Func<string, string> name) => new(Columns, [.. Askings.Select(asking => asking with
    {
        Table = asking.Table is { } table ? name(table) : null,
        Way = [.. asking.Way.Select(step => new JoinStep { Table = name(step.Table), On = step.On })],
    })]);

    /// <summary>As text, for other sources of the database.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, DecidingJson.Default.DecidingTable);

    /// <summary>From text; <see langword="null"/> where nobody can read it.</summary>
    public static DecidingTable? FromJson(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, DecidingJson.Default.DecidingTable);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>What a table's rows are asked for.</summary>
/// <param name="Use">What they say, in words.</param>
internal sealed record Asking(string Use)
{
    /// <summary>The table of the records.</summary>
    public string? Table { get; init; }

    /// <summary>The tables on the way from the record; none where nobody knows which rows an expression asks for of which record.</summary>
    public IReadOnlyList<JoinStep> Way { get; init; } = [];

    /// <summary>The column at its end of which the latest of several values counts; <see langword="null"/> where another does, or there is but one.</summary>
    public string? Latest { get; init; }

    /// <summary>The expression of which the latest value counts. What others would have evaluated is not told to them.</summary>
    [JsonIgnore]
    public string? LatestExpression { get; init; }

    /// <summary>The data set; <see langword="null"/> where it is another source's.</summary>
    [JsonIgnore]
    public MappedDataSet? DataSet { get; init; }

    /// <summary>By what a row more in a table may make a record due sooner. As the latest of several, an event keeps longer: as mere evidence even where it is the
    /// first.</summary>
    public static IEnumerable<Asking> Of(TableDescription table, MappedDataSet dataSet)
    {
        foreach (var (index, trigger) in dataSet.Triggers.Index())
        {
            if (trigger is null || dataSet.Schedule.UsesOf(index) == TriggerUses.None)
            {
                continue;
            }

            var use = $"trigger '{dataSet.Schedule.Triggers[index]}' of data set '{dataSet.Path}'";
            var isLatest = trigger.Aggregate == TriggerAggregate.Max;
            var isEvidence = dataSet.Schedule.UsesOf(index) == TriggerUses.Evidence && dataSet.Schedule.WhenNullOf(index) == WhenNull.NotHappened;
            if (trigger.Expression is { } expression && ExpressionText.MayNameTable(expression, table.Name))
            {
                yield return ReferenceIn(expression, table, dataSet) is { } reference
                    ? new Asking(use) { Table = dataSet.Table.Name, DataSet = dataSet, Way = [reference] } : new Asking(use);
            }

            if (IsOn(trigger.Path) && !(isLatest && isEvidence))
            {
                yield return new Asking(use)
                {
                    Table = dataSet.Table.Name,
                    DataSet = dataSet,
                    Way = trigger.Path.Through,
                    Latest = isLatest && trigger.Expression is null ? trigger.Path.Column : null,
                    LatestExpression = isLatest ? trigger.Expression : null,
                };
            }
        }

        foreach (var path in dataSet.WaysToPeople.Where(IsOn))
        {
            yield return new Asking($"whose the records of data set '{dataSet.Path}' are") { Table = dataSet.Table.Name, DataSet = dataSet, Way = path.Through };
        }

        // Without one nobody knows which rows an expression asks for.
        static JoinStep? ReferenceIn(string expression, TableDescription table, MappedDataSet dataSet) =>
            (from column in table.Columns.Where(column => ExpressionText.MayName(expression, column.Name, ""))
             from of in dataSet.Table.Columns.Where(of => ExpressionText.MayName(expression, of.Name, "r"))
             let refers = new Dictionary<string, string> { [column.Name] = of.Name }
             where OwnRowsText.AsksOnlyFor(expression, table.Name, refers)
             select new JoinStep { Table = table.Name, On = refers }).FirstOrDefault();

        bool IsOn(ColumnPath path) => path.Through.Any(step => step.Table == table.Name);
    }
}

/// <summary>The generated code that reads and writes what sources tell each other.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(DecidingTable))]
internal sealed partial class DecidingJson : JsonSerializerContext;
