using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gdpr.Policies;
using Gdpr.Processing;

namespace Gdpr.Conformance.Tests;

/// <summary>One of the five organisations: its policy as written, and what becomes of it when something is taken away.</summary>
public sealed class Organisation
{
    private static readonly JsonDocumentOptions WithComments = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private Organisation(string name)
        : this(name, File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "policies", name + ".json")))
    {
    }

    private Organisation(string name, string text)
    {
        Name = name;
        Text = text;
        Read = PolicyReader.Read(text);
    }

    public static Organisation Gignos { get; } = new("gignos");

    public static Organisation Grafokett { get; } = new("grafokett");

    public static Organisation Insignis { get; } = new("insignis");

    public static Organisation SupplierAnnex { get; } = new("supplier-annex");

    public static Organisation EndlessIt { get; } = new("endlessit");

    public static TheoryData<string> Names => new(["gignos", "grafokett", "insignis", "supplier-annex", "endlessit"]);

    /// <summary>An organisation that is none of the five.</summary>
    public static Organisation Of(string name, string text) => new(name, text);

    public string Name { get; }

    /// <summary>The policy's document.</summary>
    public string Text { get; }

    public PolicyReadResult Read { get; }

    public GdprPolicy Policy => Read.GetUsable();

    public static Organisation Named(string name) => new[] { Gignos, Grafokett, Insignis, SupplierAnnex, EndlessIt }.Single(one => one.Name == name);

    /// <summary>What validation finds when the values at some places are taken out of the document.</summary>
    public IReadOnlyList<PolicyFinding> FindingsWithout(params IEnumerable<string> pointers) => FindingsAfter(document => RemoveAll(document, pointers));

    /// <summary>What validation finds when the document is changed.</summary>
    public IReadOnlyList<PolicyFinding> FindingsAfter(Action<JsonObject> change) => PolicyReader.Read(Changed(change)).Findings;

    /// <summary>The organisation as it would be with a change of its policy, which assumes nothing of what is gone.</summary>
    public Organisation With(Action<JsonObject> change) => new(Name, Changed(document =>
    {
        change(document);
        var assumptions = document["assumptions"]!.AsArray();
        foreach (var gone in assumptions.Where(assumption => At(document, assumption!["at"]!.GetValue<string>().Split('/')[1..]) is null).ToArray())
        {
            assumptions.Remove(gone);
        }
    }));

    /// <summary>The document with a change.</summary>
    public string Changed(Action<JsonObject> change)
    {
        var document = JsonNode.Parse(Text, documentOptions: WithComments)!.AsObject();
        change(document);
        return document.ToJsonString();
    }

    /// <summary>What the gate asks when the values at some places are taken out of the document, which would keep a host from starting.</summary>
    public ProcessingProgram ProgramWithout(params IEnumerable<string> pointers) =>
        ProcessingProgram.Compile(PolicyReader.Read(Changed(document => RemoveAll(document, pointers))).Policy!);

    /// <summary>The data sets in use, by path.</summary>
    public IEnumerable<(string Path, DataSet DataSet)> DataSets =>
        from system in Policy.Systems
        from dataSet in system.Value.DataSets
        where dataSet.Value.Retired is null
        select ($"{system.Key}.{dataSet.Key}", dataSet.Value);

    public DataSet DataSet(string path) => DataSets.Single(dataSet => dataSet.Path == path).DataSet;

    /// <summary>The activities that cover a data set or some of its fields.</summary>
    public IEnumerable<(string Id, Activity Activity)> ActivitiesOn(string dataSetPath) =>
        Policy.Activities
            .Where(activity => activity.Value.Data.Any(reference => DataPath.TryParse(reference, out var path) && path.DataSetPath == dataSetPath))
            .Select(activity => (activity.Key, activity.Value));

    /// <summary>The activities with a purpose.</summary>
    public IReadOnlyList<Activity> ActivitiesFor(string purpose) => [.. Policy.Activities.Values.Where(activity => activity.Purpose == purpose)];

    /// <summary>The purposes that the organisation decides on itself.</summary>
    public IEnumerable<string> OwnPurposes =>
        Policy.Activities.Values.Where(activity => activity.Capacity == ProcessingCapacity.Controller).Select(activity => activity.Purpose).Distinct();

    /// <summary>The categories of the fields that an activity covers.</summary>
    public IReadOnlySet<string> CategoriesOf(Activity activity) =>
        (from reference in activity.Data
         let path = DataPath.TryParse(reference, out var parsed) ? parsed : default
         from field in Policy.Systems[path.System].DataSets[path.DataSet].Fields
         where path.Field is null || path.Field == field.Key
         select field.Value.Category).ToHashSet();

    /// <summary>What a category requires, declared or built in.</summary>
    public DataCategoryKind KindOf(DataField field) => Policy.KindOf(field.Category);

    /// <summary>Takes the values at some places out of a document: what lies deeper first, so that every pointer leads somewhere when its turn comes.</summary>
    public static void RemoveAll(JsonObject document, params IEnumerable<string> pointers)
    {
        foreach (var pointer in pointers.Distinct().OrderByDescending(pointer => pointer.Count(c => c == '/')))
        {
            Remove(document, pointer);
        }
    }

    private static void Remove(JsonObject document, string pointer)
    {
        var parts = pointer.Split('/')[1..];
        var removed = At(document, parts[..^1]) switch
        {
            JsonArray list => list.Remove(list[int.Parse(parts[^1], CultureInfo.InvariantCulture)]),
            JsonObject map => map.Remove(parts[^1]),
            _ => false,
        };
        removed.ShouldBeTrue($"nothing stands at {pointer}");
    }

    /// <summary>What stands at a place; <see langword="null"/> where nothing does.</summary>
    private static JsonNode? At(JsonNode document, IEnumerable<string> parts) => parts.Aggregate((JsonNode?)document, (node, part) => node switch
    {
        JsonArray list => int.Parse(part, CultureInfo.InvariantCulture) is var index && index < list.Count ? list[index] : null,
        JsonObject map => map[part],
        _ => null,
    });
}
