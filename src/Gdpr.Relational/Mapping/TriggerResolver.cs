using Gdpr.Policies;
using Gdpr.Relational.Tables;
using Gdpr.Relational.Values;
using Gdpr.Retention;
using NodaTime;

namespace Gdpr.Relational.Mapping;

/// <summary>Finds where a data set's triggers are stored.</summary>
internal sealed class TriggerResolver(
    string path, TableDescription table, DataSetSchedule dataSet, PathResolver paths, List<MappingProblem> problems)
{
    public MappedTrigger?[] Resolve(IReadOnlyDictionary<string, TriggerMapping> declared)
    {
        foreach (var unknown in declared.Keys.Except(dataSet.Triggers, StringComparer.Ordinal))
        {
            Problem($"the policy has no trigger '{unknown}'", "declare it, or take it out of the mapping", MappingFault.NotInPolicy, $"{path}.{unknown}");
        }

        return [.. dataSet.Triggers.Select((trigger, index) => TriggerOf(trigger, declared.GetValueOrDefault(trigger)) is { } found
            ? found with { NullBesideTimes = NullBesideTimesOf(index, found.Aggregate) }
            : null)];
    }

    /// <summary>An event whose time may have been any makes the one that counts missing. One that has not happened is never the earliest. As the latest, it keeps
    /// a period running, and is no evidence against that of the others: where rules ask for both, no one value answers them.</summary>
    private NullBesideTimes NullBesideTimesOf(int trigger, TriggerAggregate? aggregate) => (dataSet.WhenNullOf(trigger), aggregate, dataSet.UsesOf(trigger)) switch
    {
        (WhenNull.Unknown, _, _) => NullBesideTimes.IsMissing,
        (_, TriggerAggregate.Min, _) or (_, _, TriggerUses.Evidence) => NullBesideTimes.SaysNothing,
        (_, _, TriggerUses.Evidence | TriggerUses.Period) => NullBesideTimes.IsUnknown,
        _ => NullBesideTimes.IsMissing,
    };

    private MappedTrigger? TriggerOf(string trigger, TriggerMapping? declared)
    {
        if (declared?.Excused is not null)
        {
            if (string.IsNullOrWhiteSpace(declared.Excused))
            {
                Problem($"trigger '{trigger}' is excused without a reason", "say why it is not stored here", MappingFault.WithoutReason, $"{path}.{trigger}");
            }

            return null;
        }

        if (declared?.Expression is { } expression && !IsUsable(trigger, declared, expression))
        {
            return null;
        }

        var column = declared?.Expression is not null ? "" : declared is { Column.Length: > 0 } ? declared.Column : Conventions.ColumnOf(table, trigger)?.Name;
        if (column is null)
        {
            Problem($"trigger '{trigger}' is not mapped, and table '{table.Name}' has no column of its name", "name its column, or excuse it with a reason",
                MappingFault.NotMapped, $"{path}.{trigger}");
            return null;
        }

        var columnPath = new ColumnPath { Column = column, Through = declared?.Through ?? [] };
        var zone = declared?.Zone is { } id ? DateTimeZoneProviders.Tzdb.GetZoneOrNull(id) : null;
        if (declared?.Zone is not null && zone is null)
        {
            Problem($"trigger '{trigger}' names a zone '{declared.Zone}' that is not known", "use an IANA id such as Europe/Stockholm");
        }

        var time = new StoredTime(declared?.Form ?? StorageForm.Iso, zone);
        var (what, isAggregated) = ($"trigger '{trigger}'", declared?.Aggregate is not null);
        if (declared?.Expression is not null)
        {
            return paths.EndOf(what, columnPath, table, isAggregated) is null
                ? null
                : new MappedTrigger(columnPath, declared.Expression, ColumnAffinity.Any, time, declared.Aggregate);
        }

        return paths.ColumnOf(what, columnPath, table, isAggregated) is { } found
            ? new MappedTrigger(columnPath, null, found.Affinity, time, declared?.Aggregate) { Kind = found.Kind }
            : null;
    }

    private bool IsUsable(string trigger, TriggerMapping declared, string expression)
    {
        if (declared.Column.Length > 0)
        {
            Problem($"trigger '{trigger}' has a column and an expression", "keep one of the two");
        }

        var flaws = ExpressionText.Problems(expression).ToArray();
        foreach (var (wrong, mend) in flaws)
        {
            Problem($"the expression of trigger '{trigger}' {wrong}", mend);
        }

        return flaws.Length == 0;
    }

    private void Problem(string wrong, string mend, MappingFault fault = MappingFault.Unusable, string? place = null) =>
        problems.Add(new MappingProblem(path, wrong, mend) { Fault = fault, Place = place! });
}
