namespace Gdpr.Policies;

/// <summary>Which activities cover which data: a policy's declarations, resolved.</summary>
internal sealed class PolicyCoverage
{
    private readonly Dictionary<string, CoveredDataSet> _dataSets = new(StringComparer.Ordinal);

    private PolicyCoverage()
    {
    }

    /// <summary>The data sets by path, in the order declared.</summary>
    public IReadOnlyCollection<CoveredDataSet> DataSets => _dataSets.Values;

    /// <summary>Resolves a policy. References to data that does not exist are left out, and so is what is declared as nothing: validation names them.</summary>
    public static PolicyCoverage Of(GdprPolicy policy)
    {
        var coverage = new PolicyCoverage();
        foreach (var (systemId, system) in policy.Systems.Where(entry => entry.Value is not null))
        {
            foreach (var (id, dataSet) in system.DataSets.Where(entry => entry.Value is not null))
            {
                // Two ids with dots in them may make one path; validation refuses such ids.
                var path = new DataPath(systemId, id);
                coverage._dataSets.TryAdd(path.DataSetPath, new CoveredDataSet(path, dataSet));
            }
        }

        foreach (var (activityId, activity) in policy.Activities.Where(entry => entry.Value is not null))
        {
            foreach (var reference in activity.Data)
            {
                if (DataPath.TryParse(reference, out var path) && coverage._dataSets.TryGetValue(path.DataSetPath, out var covered))
                {
                    covered.Cover(path.Field, activityId);
                }
            }
        }

        return coverage;
    }

    /// <summary>Whether a reference leads to a data set or field that is declared.</summary>
    public bool Resolves(string reference) =>
        DataPath.TryParse(reference, out var path) && Find(path.DataSetPath) is { } covered
        && (path.Field is null || covered.DataSet.Fields.ContainsKey(path.Field));

    /// <summary>The data set with a path such as <c>crm.customers</c>, or <see langword="null"/>.</summary>
    public CoveredDataSet? Find(string dataSetPath) => _dataSets.GetValueOrDefault(dataSetPath);

    /// <summary>The distinct data sets that an activity's references reach, in the order of the references.</summary>
    public IEnumerable<CoveredDataSet> DataSetsOf(Activity activity) =>
        activity.Data
            .Select(reference => DataPath.TryParse(reference, out var path) ? Find(path.DataSetPath) : null)
            .OfType<CoveredDataSet>()
            .Distinct();
}

/// <summary>A data set with the activities that cover each of its fields, in policy order.</summary>
internal sealed class CoveredDataSet(DataPath path, DataSet dataSet)
{
    private readonly Dictionary<string, List<string>> _activities =
        dataSet.Fields.Keys.ToDictionary(field => field, _ => new List<string>(), StringComparer.Ordinal);

    private readonly List<string> _covering = [];

    public DataPath Path { get; } = path;

    public DataSet DataSet { get; } = dataSet;

    /// <summary>The activities that cover a field, in policy order.</summary>
    public IReadOnlyList<string> ActivitiesOf(string field) => _activities[field];

    /// <summary>The activities that cover any field, in policy order.</summary>
    public IReadOnlyList<string> Activities => _covering;

    /// <summary>Notes that an activity covers a field, or all of them. Activities come one after the other, in policy order.</summary>
    internal void Cover(string? field, string activityId)
    {
        foreach (var covering in field is null ? _activities.Values : _activities.TryGetValue(field, out var one) ? [one] : Enumerable.Empty<List<string>>())
        {
            AddOnce(covering, activityId);
            AddOnce(_covering, activityId);
        }
    }

    private static void AddOnce(List<string> activities, string activityId)
    {
        if (activities.Count == 0 || !string.Equals(activities[^1], activityId, StringComparison.Ordinal))
        {
            activities.Add(activityId);
        }
    }
}
