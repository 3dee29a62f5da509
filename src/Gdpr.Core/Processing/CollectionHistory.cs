using Gdpr.Policies;
using Gdpr.Retention;
using NodaTime;

namespace Gdpr.Processing;

/// <summary>What data was collected for, as the policy's versions tell it (Art. 5(1)(b), 6(4)): a purpose that a later version gives to fields that were there already is
/// a new one for what was collected before.</summary>
internal sealed class CollectionHistory
{
    private readonly (PolicyCoverage Coverage, GdprPolicy Policy, Instant Until)[] _earlier;

    public CollectionHistory(IReadOnlyList<SupersededPolicy> earlier) =>
        _earlier = [.. earlier.OrderByDescending(version => version.At).Select(version => (PolicyCoverage.Of(version.Policy), version.Policy, version.At))];

    /// <summary>Whether nothing is known of earlier versions.</summary>
    public bool IsEmpty => _earlier.Length == 0;

    /// <summary>The purposes that a field was collected for before it was for the one given; none where it always was, as far as anybody knows.</summary>
    /// <param name="purpose">The purpose.</param>
    /// <param name="dataSet">The data set's path.</param>
    /// <param name="field">The field.</param>
    /// <param name="collectedAt">When the data was collected; <see langword="null"/> where nobody knows, and it may have been any time.</param>
    public IReadOnlyList<string> OriginsOf(string purpose, string dataSet, string field, Instant? collectedAt)
    {
        foreach (var (coverage, policy, until) in _earlier)
        {
            if (collectedAt >= until)
            {
                break;
            }

            if (coverage.Find(dataSet) is { } set && set.DataSet.Fields.ContainsKey(field))
            {
                string[] purposes = [.. set.ActivitiesOf(field).Select(activity => policy.Activities[activity].Purpose).Distinct(StringComparer.Ordinal)];
                if (purposes.Length > 0 && !purposes.Contains(purpose, StringComparer.Ordinal))
                {
                    return purposes;
                }
            }
        }

        return [];
    }
}
