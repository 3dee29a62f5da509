using Gdpr.Policies;
using Gdpr.Relational.Tables;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Relational.Mapping;

/// <summary>Checks that a column whose content may go while its record stays is needed for nothing else.</summary>
internal sealed class SharedColumns(string path, TableDescription table, DataSetSchedule dataSet, RecordParties parties, List<MappingProblem> problems)
{
    public void Check(
        IReadOnlyDictionary<string, IReadOnlyList<ColumnChange>> fields,
        IReadOnlyList<(string Link, ColumnPath Path)> people,
        IReadOnlyList<MappedTrigger?> triggers,
        IReadOnlyList<ChildMapping> children)
    {
        var columns = fields.OrderBy(field => field.Key, StringComparer.Ordinal)
            .SelectMany(field => field.Value.Select(change => (Field: field.Key, change.Column.Name))).ToArray();
        foreach (var column in columns.GroupBy(pair => pair.Name, pair => pair.Field, StringComparer.OrdinalIgnoreCase)
            .Where(column => column.Distinct(StringComparer.Ordinal).Count() > 1))
        {
            problems.Add(new MappingProblem(path, $"column '{column.Key}' holds several fields ({string.Join(", ", column.Distinct(StringComparer.Ordinal))})",
                "map it to one: what becomes of the one would become of the other"));
        }

        if (!MappedDataSet.InParts(dataSet, parties))
        {
            return;
        }

        foreach (var (field, name) in columns)
        {
            if (UseOf(name, people.Where(person => person.Link != field && (parties.IsDeclared || !SeversAll(field, dataSet))), triggers, children) is { } use)
            {
                problems.Add(new MappingProblem(path, $"field '{field}' is in column '{name}', which {use} while the record stays",
                    "keep the two in columns of their own, or excuse the field with a reason"));
            }
        }
    }

    /// <summary>Whether a field's disposal is to cut the record from its person, at the same time as all else is disposed of.</summary>
    public static bool SeversAll(string field, DataSetSchedule dataSet) =>
        dataSet.FieldGroups.Any(group => group.Fields.Contains(field, StringComparer.Ordinal) && group.Disposal.Final.Strategy == AnonymisationStrategy.Sever)
        && dataSet.FieldGroups.All(group => group.Disposal.Action != DisposalAction.Restrict && group.Rules.SequenceEqual(dataSet.FieldGroups[0].Rules));

    private string? UseOf(
        string column, IEnumerable<(string Link, ColumnPath Path)> people, IReadOnlyList<MappedTrigger?> triggers, IReadOnlyList<ChildMapping> children) =>
        people.Any(person => Uses(person.Path, column)) ? "says whose the record is"
        : triggers.Any(trigger => trigger is not null && Uses(trigger.Path, column)) ? "says when it is due"
        : children.Any(child => child.On.Values.Contains(column, StringComparer.OrdinalIgnoreCase)) ? $"the rows of other tables refer to '{table.Name}' by"
        : null;

    /// <summary>Whether a way starts from a column of the record's own table.</summary>
    public static bool Uses(ColumnPath used, string column) => used.Through is [var first, ..]
        ? first.On.Values.Contains(column, StringComparer.OrdinalIgnoreCase)
        : string.Equals(used.Column, column, StringComparison.OrdinalIgnoreCase);
}
