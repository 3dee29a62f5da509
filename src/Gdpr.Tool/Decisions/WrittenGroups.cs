using Gdpr.Retention;

namespace Gdpr.Tool.Decisions;

/// <summary>The field groups of data sets as they are written: groups and fields in the order of the policy's file.</summary>
/// <param name="schedule">The schedule, in which groups and fields are in an order of their own.</param>
internal sealed class WrittenGroups(RetentionSchedule schedule)
{
    private readonly Dictionary<DataSetSchedule, WrittenGroup[]> _groups = new(ReferenceEqualityComparer.Instance);

    /// <summary>The groups of a data set.</summary>
    public ReadOnlySpan<WrittenGroup> Of(DataSetSchedule dataSet)
    {
        if (!_groups.TryGetValue(dataSet, out var groups))
        {
            _groups.Add(dataSet, groups = Order(dataSet));
        }

        return groups;
    }

    private WrittenGroup[] Order(DataSetSchedule dataSet)
    {
        var path = dataSet.Path.Split('.');
        var fields = schedule.Policy.Systems[path[0]].DataSets[path[1]].Fields.Keys;
        var places = fields.Index().ToDictionary(field => field.Item, field => field.Index, StringComparer.Ordinal);
        return [.. dataSet.FieldGroups
            .Select((group, index) => new WrittenGroup(index, [.. group.Fields.OrderBy(field => places[field])]))
            .OrderBy(group => places[group.Fields[0]])];
    }
}

/// <summary>A field group as it is written.</summary>
/// <param name="Index">Its place in the schedule of its data set.</param>
/// <param name="Fields">Its fields.</param>
internal sealed record WrittenGroup(int Index, IReadOnlyList<string> Fields);
