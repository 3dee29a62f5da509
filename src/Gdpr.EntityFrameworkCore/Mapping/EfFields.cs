using Gdpr.Policies;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Values;
using Gdpr.Retention;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Gdpr.EntityFrameworkCore.Mapping;

/// <summary>Finds the members that hold the fields of a data set.</summary>
internal sealed class EfFields(
    EfPaths paths, EfRecord record, ITable table, DataSetSchedule dataSet, GdprPolicy policy, IReadOnlySet<ITable> deleted, Func<ITable, string> nameOf,
    Action<string, string> problem)
{
    private readonly IReadOnlyDictionary<string, DataField> _fields = FieldsOf(policy, dataSet.Path);

    /// <summary>The members that hold fields, once translated.</summary>
    public HashSet<EfMember> Members { get; } = new(ReferenceEqualityComparer.Instance);

    public Dictionary<string, FieldMapping> Translate()
    {
        var members = new Dictionary<string, List<EfMember>>(StringComparer.Ordinal);
        foreach (var member in record.Members)
        {
            if (FieldOf(member) is { } field)
            {
                members.TryAdd(field, []);
                members[field].Add(member);
                Members.Add(member);
            }
        }

        foreach (var unknown in record.Statement.Fields.Keys.Where(field => !_fields.ContainsKey(field)))
        {
            problem($"the policy has no field '{unknown}'", "declare it, or take it out of the mapping");
        }

        var mappings = new Dictionary<string, FieldMapping>(StringComparer.Ordinal);
        foreach (var field in _fields.Keys)
        {
            if (Translate(field, members.GetValueOrDefault(field) ?? []) is { } mapping)
            {
                mappings.Add(field, mapping);
            }
        }

        return mappings;
    }

    /// <summary>Whether a record may live on without some of its fields.</summary>
    private bool MayStayInParts =>
        record.Statement.Parties.Count > 0 || dataSet.FieldGroups.Count > 1 || dataSet.FieldGroups.Any(group => group.DisposalFate == Fate.Anonymise);

    private static IReadOnlyDictionary<string, DataField> FieldsOf(GdprPolicy policy, string path)
    {
        var dot = path.IndexOf('.', StringComparison.Ordinal);
        return policy.Systems[path[..dot]].DataSets[path[(dot + 1)..]].Fields;
    }

    private string? FieldOf(EfMember member)
    {
        if (record.Statement.Fields.FirstOrDefault(stated => stated.Value.Paths.Contains(member.Path, StringComparer.Ordinal)).Key is { } mapped)
        {
            return mapped;
        }

        var found = member.Field ?? _fields.Keys.FirstOrDefault(field => Names.Same(field, member.Path));
        if (found is null && member.Category is { } category)
        {
            string[] alike = [.. _fields.Where(field => field.Value.Category == category).Select(field => field.Key)];
            found = alike is [var only] ? only : null;
        }

        if (found is not null && !_fields.ContainsKey(found))
        {
            problem($"{record.Name}.{member.Path} is said to hold field '{found}', which the policy does not declare", "declare it, or name one that it does");
            return null;
        }

        if (found is null)
        {
            if (member is { IsPersonal: true, Excuse: null, IsSubject: false } && !(member.Category is null && member.Property.IsPrimaryKey()))
            {
                problem(
                    $"{record.Name}.{member.Path} holds personal data{(member.Category is { } of ? $" of category '{of}'" : "")}, and no field of the data set is its",
                    "declare one in the policy, name it with Field, or say with [NotPersonalData] why it is none");
            }

            return null;
        }

        // A name alone makes no field of what is something else.
        if (member.Field is null && !member.IsPersonal && (member.Excuse is not null || record.Statement.Fields.ContainsKey(found)))
        {
            return null;
        }

        if (member.Category is { } stated && stated != _fields[found].Category)
        {
            problem($"{record.Name}.{member.Path} is of category '{stated}', and its field '{found}' of '{_fields[found].Category}'", "let the two say the same");
        }

        return found;
    }

    private FieldMapping? Translate(string field, List<EfMember> members)
    {
        var stated = record.Statement.Fields.GetValueOrDefault(field);
        if (stated?.Excused is { } because)
        {
            return new FieldMapping { Excused = because };
        }

        foreach (var path in (stated?.Paths ?? []).Where(path => members.TrueForAll(member => member.Path != path)))
        {
            problem($"field '{field}' is mapped to '{path}', which is no property of {record.Name} or of what it owns", "name a property that is there");
        }

        if (members.Count == 0)
        {
            if (stated is null)
            {
                problem($"field '{field}' is in no property of {record.Name}",
                    "mark it: [DataCategory], HasDataCategory or Field where the data set is mapped; or excuse it with a reason");
            }

            return null;
        }

        EfColumn[] columns = [.. members.SelectMany(member => member.Columns).Distinct()];
        foreach (var beside in columns.Where(column => column.Table != table && (MayStayInParts || !deleted.Contains(column.Table))))
        {
            problem(
                $"field '{field}' is in column '{beside.Name}' of table '{nameOf(beside.Table)}', which is not the record's own, and may have to go while the record stays",
                "keep it in the record's own table, or give that table a data set of its own");
        }

        foreach (var document in columns.Where(column => column.IsJson && MayStayInParts))
        {
            // Fields that share it are refused when the mapping meets the tables.
            string[] others = [.. record.Members.Where(member => !Members.Contains(member) && member.Columns.Contains(document)).Select(member => member.Path)];
            if (others.Length > 0)
            {
                problem(
                    $"field '{field}' is a part of the document in column '{document.Name}', which goes whole, with what else is in it ({string.Join(", ", others)})",
                    "keep it in a column of its own, or let everything in the document be the field's");
            }
        }

        EfColumn[] own = [.. columns.Where(column => column.Table == table)];
        var further = Further(field, members);
        return new FieldMapping
        {
            Columns = [.. own.Select(column => column.Name)],
            Beside = further.Count > 0 ? further : null,
            Erased = ErasedOf(field, stated?.Erased ?? members.Select(member => member.Erased).FirstOrDefault(erased => erased is not null), members),
            Form = stated?.Form ?? FormOf(field, members),
            Area = stated is { Area.Count: > 0 } ? AreaOf(stated, members) : null!,
        };
    }

    /// <summary>What stands for nothing, as the columns hold it: the application reads it there by its conversions.</summary>
    private string? ErasedOf(string field, string? erased, List<EfMember> members)
    {
        if (erased is null)
        {
            return null;
        }

        var stored = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (member, column) in members.SelectMany(member => member.Columns.Where(column => column.Table == table && !column.IsNullable)
            .Select(column => (member, column))))
        {
            if ((column.IsJson ? ErasedTexts.Document(member.Property, erased) : ErasedTexts.Stored(member.Property, erased)) is { } text)
            {
                stored.Add(text);
            }
            else if (column.IsJson)
            {
                problem(
                    $"field '{field}' is in the document in column '{column.Name}', and what stands there when it has been erased ('{erased}') is no such document",
                    "name one, such as {}, or [] for a collection, or let the document be null");
            }
            else
            {
                problem(
                    $"field '{field}': {record.Name}.{member.Path} cannot read what stands there when it has been erased ('{erased}')",
                    "name a text that it reads, as the column would hold it, or let the property be null");
            }
        }

        if (stored.Count > 1)
        {
            problem($"field '{field}' is in properties with different conversions, which read no one text that stands for nothing", "give each a field of its own");
        }

        return stored.FirstOrDefault() ?? erased;
    }

    /// <summary>The columns in other tables than the record's own, which hold parts of it: of a derived type, of what it owns.</summary>
    private List<ColumnPath> Further(string field, List<EfMember> members)
    {
        var further = new List<ColumnPath>();
        foreach (var member in members.Where(member => member.Columns.Count > 0 && member.Columns.All(column => column.Table != table)))
        {
            if (paths.Follow(record, table, member.Path, isSubject: false, out var wrong, member.Property) is not { } way)
            {
                problem($"field '{field}': {wrong}", "keep it in the record's own table, or give its table a data set of its own");
            }
            else
            {
                further.Add(new ColumnPath { Column = way.Column.Name, Through = way.Through });
            }
        }

        return further;
    }

    /// <summary>The form of a date that is anonymised to its year; only then does it matter.</summary>
    private StorageForm? FormOf(string field, List<EfMember> members)
    {
        if (_fields[field].Disposal.Final.Strategy != AnonymisationStrategy.Year)
        {
            return null;
        }

        var stored = StoredForms.Of(members[0].Property, "UTC");
        if (stored.Problem is not null)
        {
            problem($"field '{field}' ({members[0].Path}): {stored.Problem}", stored.Mend!);
        }

        return stored.Form;
    }

    private static Dictionary<string, int> AreaOf(FieldStatement stated, List<EfMember> members) => stated.Area
        .SelectMany(area => members.Where(member => member.Path == area.Key).SelectMany(member => member.Columns.Select(column => (column.Name, area.Value))))
        .ToDictionary(pair => pair.Name, pair => pair.Value);
}
