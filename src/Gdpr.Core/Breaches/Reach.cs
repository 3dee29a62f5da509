using System.Text.Json;
using System.Text.Json.Serialization;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Breaches;

/// <summary>What has been found of a breach's reach so far.</summary>
internal sealed class Reach
{
    private static readonly DataCategoryKind[] Sensitive =
        [DataCategoryKind.SpecialCategory, DataCategoryKind.Offence, DataCategoryKind.NationalIdentityNumber, DataCategoryKind.Credential];

    private readonly GdprPolicy _policy;
    private readonly HashSet<string> _named;
    private readonly Dictionary<string, Found> _dataSets = new(StringComparer.Ordinal);
    private readonly HashSet<DataSubject> _subjects = [];
    private int _forgotten;
    private readonly HashSet<NotCounted> _notCounted = [];

    public Reach(string controller, BreachScopeQuery query, GdprPolicy policy, IReadOnlyList<string> whole)
    {
        Controller = controller;
        Query = query;
        _policy = policy;
        Whole = whole;
        _named = new HashSet<string>(Whole, StringComparer.Ordinal);
    }

    public string Controller { get; }

    public BreachScopeQuery Query { get; }

    /// <summary>The controller's data sets that are named, by themselves or by their systems.</summary>
    public IReadOnlyList<string> Whole { get; }

    /// <summary>The people known by name, at present.</summary>
    public IReadOnlyList<DataSubject> Subjects => [.. _subjects];

    public bool IsNamed(string dataSet) => Query.Systems.Count + Query.DataSets.Count == 0 || _named.Contains(dataSet);

    public bool IsWithin(Instant at) => (Query.From is not { } from || at >= from) && (Query.Until is not { } until || at < until);

    public void NotCounted(string what, string reason) => _notCounted.Add(new NotCounted(what, reason));

    public void Counted(string path, long records, bool isExact)
    {
        var found = DataSet(path);
        found.Records = new BreachCount(Math.Max(found.Records.AtLeast, records), isExact && found.Records.IsExact);
    }

    /// <summary>A person whom a source knows by an id.</summary>
    public void AddPerson(string path, string id, DataSubject? subject)
    {
        DataSet(path).People.Add(subject is { } known ? known.Key.Value : $"{path}:{id}");
        if (subject is { } one)
        {
            _subjects.Add(one);
        }
    }

    /// <summary>An access, with the people whom its entry names.</summary>
    public void Accessed(AccessTrace access, SubjectKey? subject)
    {
        var found = DataSet(access.DataSet);
        found.Records = new BreachCount(Math.Max(found.Records.AtLeast, access.Records), IsExact: false);
        foreach (var key in (access.Subjects ?? []).Concat(subject is { } one ? [one.Value] : []))
        {
            Known(found, key);
        }

        // Each of the people has a record, whoever looked at them one by one.
        Counted(access.DataSet, found.People.Count, isExact: false);
    }

    /// <summary>A person to whom something of a data set was sent.</summary>
    public void Disclosed(string path, SubjectKey subject)
    {
        var found = DataSet(path);
        Known(found, subject.Value);
        Counted(path, found.People.Count, isExact: false);
    }

    /// <summary>Records of a data set that are gone since.</summary>
    public void DisposedSince(DisposedTrace disposed)
    {
        if (disposed.Erased > 0 && Whole.Contains(disposed.DataSet, StringComparer.Ordinal) && Query.Actors.Count + Query.Recipients.Count == 0)
        {
            var found = DataSet(disposed.DataSet);
            found.Records = found.Records with { IsExact = false };
            NotCounted(disposed.DataSet, NotCountedReasons.DisposedSince);
        }
    }

    /// <summary>A person whom a trace names, and nobody can any more: counted, and not to be told.</summary>
    public void Forgotten(DataSubject subject)
    {
        _forgotten += _subjects.Remove(subject) ? 1 : 0;
        foreach (var (path, _) in _dataSets.Where(pair => pair.Value.People.Contains(subject.Key.Value)))
        {
            NotCounted(path, NotCountedReasons.PeopleNotKnown);
        }
    }

    public BreachScope ToScope(Instant now)
    {
        var sets = _dataSets.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => SetOf(pair.Key, pair.Value)).ToArray();
        var people = sets.Length == 1
            ? sets[0].People
            : new BreachCount(
                Math.Max(_subjects.Count + _forgotten, sets.Select(set => set.People.AtLeast).DefaultIfEmpty().Max()),
                sets.All(set => set.People.IsExact) && _notCounted.All(one => one.Reason == NotCountedReasons.RecordsNotFound));
        return new BreachScope(
            Controller, now, sets, people, [.. _subjects.OrderBy(subject => subject.Key.Value, StringComparer.Ordinal)],
            [.. _notCounted.OrderBy(one => one.What, StringComparer.Ordinal).ThenBy(one => one.Reason, StringComparer.Ordinal)]);
    }

    private void Known(Found found, string key)
    {
        found.People.Add(key);
        _subjects.Add(new DataSubject(Controller, new SubjectKey(key)));
        found.IsPeopleExact = false;
    }

    private BreachedDataSet SetOf(string path, Found found)
    {
        var (system, id) = (path[..path.IndexOf('.', StringComparison.Ordinal)], path[(path.IndexOf('.', StringComparison.Ordinal) + 1)..]);

        // A trace may be of a data set that a later policy has no longer.
        var dataSet = _policy.Systems.GetValueOrDefault(system)?.DataSets.GetValueOrDefault(id);
        var categories = dataSet?.Fields.Values.Select(field => field.Category).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray() ?? [];
        var reasons = _notCounted.Where(one => one.What == path && one.Reason is not (NotCountedReasons.PeopleNotKnown or NotCountedReasons.RecordsNotFound));
        return new BreachedDataSet(path, found.Records, new BreachCount(found.People.Count, found.IsPeopleExact && !reasons.Any()))
        {
            Categories = categories,
            SensitiveCategories = [.. categories.Where(category => Sensitive.Contains(_policy.KindOf(category)))],
            SubjectCategories = dataSet is null ? [] : [.. dataSet.Subject],
            Recipients =
            [
                .. _policy.Activities.Values.Where(activity => activity.Controller is null || activity.Controller == Controller)
                    .SelectMany(activity => activity.Recipients)
                    .Where(disclosure => disclosure.Data.Any(data => data == path || data.StartsWith(path + ".", StringComparison.Ordinal)))
                    .Select(disclosure => disclosure.Recipient).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
            ],
        };
    }

    private Found DataSet(string path) => _dataSets.TryGetValue(path, out var known) ? known : _dataSets[path] = new Found();

    private sealed class Found
    {
        public BreachCount Records { get; set; } = new(0, IsExact: true);

        public HashSet<string> People { get; } = new(StringComparer.Ordinal);

        public bool IsPeopleExact { get; set; } = true;
    }
}

/// <summary>What an entry of the log of access tells, or one of the gate's: whichever package wrote it.</summary>
internal sealed record AccessTrace(string DataSet, string By)
{
    /// <summary>The type of the entries that packages write which see the data itself.</summary>
    private const string Access = "personal-data-access";

    public long Records { get; init; }

    public IReadOnlyList<string>? Subjects { get; init; }

    /// <summary>The trace that an entry leaves, where it is of an access to one data set by somebody.</summary>
    public static AccessTrace? Of(NewJournalEntry entry) => entry.Type switch
    {
        Access => JsonSerializer.Deserialize(entry.Data, TraceJson.Default.AccessTrace),
        ProcessingEntries.Allowed or ProcessingEntries.WouldDeny => Of(
                JsonSerializer.Deserialize(entry.Data, TraceJson.Default.UseTrace)!, entry.Subject is null ? 0 : 1),
        ProcessingEntries.Summed => JsonSerializer.Deserialize(entry.Data, TraceJson.Default.UseTrace)! is var sum ? Of(sum, sum.Count) : null,
        _ => null,
    };

    private static AccessTrace? Of(UseTrace use, long records) =>
        use is { DataSet: { } dataSet, Actor: { } actor } ? new AccessTrace(dataSet, actor) { Records = records } : null;
}

/// <summary>What an entry of the gate tells of who used what.</summary>
internal sealed record UseTrace
{
    public string? DataSet { get; init; }

    public string? Actor { get; init; }

    public long Count { get; init; }
}

/// <summary>What an entry of a disposal tells.</summary>
internal sealed record DisposedTrace(string DataSet, long Erased);

/// <summary>The generated code that reads what other parts have written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AccessTrace))]
[JsonSerializable(typeof(UseTrace))]
[JsonSerializable(typeof(DisposedTrace))]
internal sealed partial class TraceJson : JsonSerializerContext;
