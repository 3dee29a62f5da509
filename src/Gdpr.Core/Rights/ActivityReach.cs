using Gdpr.Policies;

namespace Gdpr.Rights;

/// <summary>Which activities a request is about, and what of them: pure.</summary>
internal static class ActivityReach
{
    /// <summary>Whether a request is about an activity: its purpose, and where data is named, some of its data.</summary>
    public static bool IsReached(GdprPolicy policy, RequestScope scope, Activity activity) =>
        FieldsOf(policy, activity).Any(field => scope.Reaches(field.DataSet, field.Id, activity.Purpose));

    /// <summary>The fields that an activity processes, each once.</summary>
    public static IEnumerable<ActivityField> FieldsOf(GdprPolicy policy, Activity activity) => activity.Data.SelectMany(data =>
        DataPath.TryParse(data, out var path) && policy.Systems.GetValueOrDefault(path.System)?.DataSets.GetValueOrDefault(path.DataSet) is { } dataSet
            ? dataSet.Fields.Where(field => path.Field is null || field.Key == path.Field)
                .Select(field => new ActivityField(path.DataSetPath, field.Key, field.Value.Optional))
            : []).Distinct();
}

/// <summary>A field that an activity processes.</summary>
/// <param name="DataSet">The data set's path.</param>
/// <param name="Id">The field's id.</param>
/// <param name="IsOptional">Whether it is processed only of those who consent to it.</param>
internal readonly record struct ActivityField(string DataSet, string Id, bool IsOptional)
{
    /// <summary>Its path.</summary>
    public string Path => $"{DataSet}.{Id}";
}
