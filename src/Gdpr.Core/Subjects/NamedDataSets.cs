using Gdpr.Policies;

namespace Gdpr.Subjects;

/// <summary>Which data sets something that keeps data from use or destruction reaches, by those that it names.</summary>
internal static class NamedDataSets
{
    /// <summary>Whether a data set is reached. None named means all. What is named and the policy does not know, because a later version calls it otherwise, may be any
    /// data set of its system, and where the policy does not know that either, any at all: unknown is not no.</summary>
    public static bool Reach(IReadOnlyList<string> named, string dataSet, GdprPolicy policy) =>
        named.Count == 0 || named.Contains(dataSet, StringComparer.Ordinal) || MayMean(named, dataSet, policy);

    /// <summary>Whether a data set may be meant by a name that the policy does not know.</summary>
    public static bool MayMean(IReadOnlyList<string> named, string dataSet, GdprPolicy policy) => named.Any(name => MayMean(name, dataSet, policy));

    private static bool MayMean(string name, string dataSet, GdprPolicy policy)
    {
        var system = SystemOf(name);
        return system == BuiltInProcessing.SystemId ? false
            : !policy.Systems.TryGetValue(system, out var known) ? true
            : system == SystemOf(dataSet) && !known.DataSets.ContainsKey(DataPath.TryParse(name, out var path) ? path.DataSet : "");
    }

    private static string SystemOf(string dataSet) => dataSet.Split('.', 2)[0];
}
