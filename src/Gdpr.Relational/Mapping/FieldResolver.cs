using Gdpr.Policies;
using Gdpr.Relational.Tables;
using Gdpr.Relational.Values;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Relational.Mapping;

/// <summary>Finds the columns of a data set's fields, and what becomes of them.</summary>
internal sealed class FieldResolver(
    string path, TableDescription table, IReadOnlyList<ColumnDescription> key, DataSetSchedule dataSet, RecordParties parties, List<MappingProblem> problems)
{
    /// <summary>Whether a record may live on without some of its fields: then every column needs a value that stands for nothing.</summary>
    private readonly bool _inParts = MappedDataSet.InParts(dataSet, parties);

    public Dictionary<string, IReadOnlyList<ColumnChange>> Resolve(IReadOnlyDictionary<string, FieldMapping> declared)
    {
        var fields = dataSet.FieldGroups.SelectMany(group => group.Fields.Select(field => (field, group.Disposal.Final))).ToArray();
        foreach (var unknown in declared.Keys.Except(fields.Select(pair => pair.field), StringComparer.Ordinal))
        {
            Problem($"the policy has no field '{unknown}'", "declare it, or take it out of the mapping", MappingFault.NotInPolicy, $"{path}.{unknown}");
        }

        return fields.ToDictionary(pair => pair.field, pair => ColumnsOf(pair.field, pair.Final, declared.GetValueOrDefault(pair.field)), StringComparer.Ordinal);
    }

    private IReadOnlyList<ColumnChange> ColumnsOf(string field, Policies.Disposal disposal, FieldMapping? declared)
    {
        if (declared?.Excused is not null)
        {
            if (string.IsNullOrWhiteSpace(declared.Excused))
            {
                Problem($"field '{field}' is excused without a reason", "say why it is not stored here", MappingFault.WithoutReason, $"{path}.{field}");
            }

            return [];
        }

        IEnumerable<string> names = declared is { Columns.Count: > 0 } ? declared.Columns
            : declared is { Beside.Count: > 0 } ? []
            : Conventions.ColumnOf(table, field) is { } byName ? [byName.Name] : [];
        var changes = new List<ColumnChange>();
        foreach (var name in names)
        {
            if (table.Find(name) is not { } column)
            {
                Problem($"field '{field}' is mapped to column '{name}', which table '{table.Name}' does not have", "name a column that is there",
                    MappingFault.NotInDatabase, $"{table.Name}.{name}");
            }
            else
            {
                changes.Add(new ColumnChange(column, ChangeOf(field, disposal, declared, column)));
            }
        }

        if (!names.Any() && declared is not { Beside.Count: > 0 })
        {
            Problem($"field '{field}' is not mapped, and table '{table.Name}' has no column of its name", "name its columns, or excuse it with a reason",
                MappingFault.NotMapped, $"{path}.{field}");
        }

        return changes;
    }

    private ContentChange ChangeOf(string field, Policies.Disposal disposal, FieldMapping? declared, ColumnDescription column)
    {
        var erased = column.IsNullable ? null : declared?.Erased;
        var change = WayOf(field, disposal, declared, column, erased);
        if (!_inParts)
        {
            return change;
        }

        if (key.Contains(column))
        {
            Problem($"field '{field}' is in the key (column '{column.Name}'), which cannot be emptied while the record stays",
                "give the record a key without personal data, or excuse the field with a reason");
        }
        else if (column.IsGenerated)
        {
            Problem($"field '{field}' is in a column that the database computes ('{column.Name}')", "map it to the columns that it is computed from");
        }
        else if (!column.IsNullable && declared?.Erased is null && change is not ContentChange.Fixed { Text: not null })
        {
            Problem($"field '{field}' is in column '{column.Name}', which may not be NULL", "say what stands there when it has been erased: \"erased\"");
        }
        else if (change is ContentChange.Fixed { Text: not null } && table.IsUnique([column.Name]))
        {
            Problem($"field '{field}' is in column '{column.Name}', of which no two rows may hold the same, and every record that loses it would hold the same text",
                "let the column be NULL, or take the unique index away");
        }

        return change;
    }

    private ContentChange WayOf(string field, Policies.Disposal disposal, FieldMapping? declared, ColumnDescription column, string? erased)
    {
        switch (disposal.Action == DisposalAction.Anonymise ? disposal.Strategy : AnonymisationStrategy.Null)
        {
            case AnonymisationStrategy.FixedText:
                return new ContentChange.Fixed(disposal.Text);
            case AnonymisationStrategy.Year:
                var form = declared?.Form ?? (column.Affinity is ColumnAffinity.Text or ColumnAffinity.Time ? StorageForm.Iso : StorageForm.Unstated);
                if (form == StorageForm.Unstated)
                {
                    Problem($"field '{field}' keeps its year, and how the date is stored is not said", "state the form of the column");
                }

                return new ContentChange.Year(form, erased);
            case AnonymisationStrategy.IpPrefix:
                return new ContentChange.IpPrefix(erased);
            case AnonymisationStrategy.Area:
                return AreaOf(field, declared, column, erased);
            default:
                return new ContentChange.Fixed(erased);
        }
    }

    private ContentChange AreaOf(string field, FieldMapping? declared, ColumnDescription column, string? erased)
    {
        var characters = declared?.Area.FirstOrDefault(pair => string.Equals(pair.Key, column.Name, StringComparison.OrdinalIgnoreCase)).Value ?? 0;
        if (declared is null || declared.Area.Count == 0 || characters < 0)
        {
            Problem($"field '{field}' keeps its area, and which part of it names one is not said",
                "state under \"area\" how many leading characters of which column do, such as 2 of a postal code");
        }

        return characters > 0 ? new ContentChange.Area(characters, erased) : new ContentChange.Fixed(erased);
    }

    private void Problem(string wrong, string mend, MappingFault fault = MappingFault.Unusable, string? place = null) =>
        problems.Add(new MappingProblem(path, wrong, mend) { Fault = fault, Place = place! });
}
