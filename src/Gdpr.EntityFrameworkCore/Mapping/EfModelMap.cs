using Gdpr.Policies;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Gdpr.EntityFrameworkCore.Mapping;

/// <summary>What is said of an EF Core model: by attributes, by annotations of the model, and beside the model; the later overrules the earlier.</summary>
/// <remarks>Immutable, and safe to share between threads. Knows neither a policy nor a live database.</remarks>
internal sealed class EfModelMap
{
    private readonly Dictionary<string, EfRecord> _byDataSet;

    private readonly IReadOnlyDictionary<Type, RecordStatement> _beside;

    private EfModelMap(IModel model, IReadOnlyDictionary<Type, RecordStatement> beside, IReadOnlyList<EfRecord> records, IReadOnlyList<string> problems)
    {
        Model = model;
        _beside = beside;
        Records = records;
        Problems = problems;
        _byDataSet = new Dictionary<string, EfRecord>(StringComparer.Ordinal);
        foreach (var record in records.Where(record => record is { DataSet: not null, IsKeptElsewhere: false }))
        {
            _byDataSet.TryAdd(record.DataSet!, record);
        }
    }

    public IModel Model { get; }

    /// <summary>Every entity type that is not owned, each hierarchy once, or once for each of its types that is a data set by itself.</summary>
    public IReadOnlyList<EfRecord> Records { get; }

    /// <summary>What of the statements contradicts itself or the model.</summary>
    public IReadOnlyList<string> Problems { get; }

    /// <summary>The records of a data set, by path; those that the source of another context keeps left out.</summary>
    public IReadOnlyDictionary<string, EfRecord> DataSets => _byDataSet;

    /// <summary>The records that the source of another context keeps.</summary>
    public IEnumerable<EfRecord> KeptElsewhere => Records.Where(record => record is { DataSet: not null, IsKeptElsewhere: true });

    /// <summary>The record type that an entity type's objects belong to; <see langword="null"/> for an owned type.</summary>
    public EfRecord? Find(IReadOnlyEntityType type)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (Records.FirstOrDefault(record => record.Type == current) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>Whether an entity type, or one that it derives from, is said to hold no personal data.</summary>
    public bool IsExcused(IReadOnlyEntityType type) => ExcuseOf(type, _beside) is not null;

    /// <summary>Reads a model.</summary>
    /// <param name="model">The model, with its relational part.</param>
    /// <param name="beside">What is said beside the model, by class.</param>
    /// <param name="elsewhere">The classes of which the source of another context keeps the records.</param>
    public static EfModelMap Read(IModel model, IReadOnlyDictionary<Type, RecordStatement>? beside = null, IReadOnlySet<Type>? elsewhere = null)
    {
        beside ??= new Dictionary<Type, RecordStatement>();
        elsewhere ??= new HashSet<Type>();
        var problems = new List<string>();
        EfRecord[] records = [.. model.GetEntityTypes().Where(type => IsRecord(type, beside)).OrderBy(type => type.Name, StringComparer.Ordinal)
            .Select(type => EfRecordReader.Read(type, StatementOf(type, beside), other => IsRecord(other, beside)) with
            {
                IsKeptElsewhere = IsKeptElsewhere(type, beside, elsewhere),
            })];
        foreach (var unknown in elsewhere.Where(type => !elsewhere.Any(other => other != type && other.IsAssignableFrom(type)))
            .Where(type => !Array.Exists(records, record => record is { DataSet: not null, IsKeptElsewhere: true } && type.IsAssignableFrom(record.Type.ClrType))))
        {
            problems.Add($"{unknown.Name} is said to be kept elsewhere (KeptElsewhere), and is the records of no data set in the model; take it out, or name the data set with "
                + "[DataSet] or HasDataSet.");
        }

        foreach (var unknown in beside.Keys.Where(type => !elsewhere.Contains(type) && model.FindEntityTypes(type).All(found => found.IsOwned())))
        {
            problems.Add($"{unknown.Name} is mapped beside the model and is no entity type of it; take it out, or add it to the model.");
        }

        foreach (var (shared, types) in beside.Keys.Select(type => (type, model.FindEntityTypes(type).Where(found => !found.IsOwned()).ToArray()))
            .Where(pair => pair.Item2.Length > 1))
        {
            problems.Add($"{shared.ShortDisplayName()} is the class of several entity types ({string.Join(", ", types.Select(type => type.Name).Order(StringComparer.Ordinal))}), and what is "
                + "said of it beside the model would be said of each; say it in the model of the one that is meant: HasDataSet or IsNotPersonalData.");
        }

        foreach (var twice in records.Where(record => record.DataSet is not null)
            .GroupBy(record => record.DataSet!, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            problems.Add($"{twice.Key}: {string.Join(" and ", twice.Select(record => record.Name))} are both said to be its records; give each a data set of its own.");
        }

        foreach (var record in records.Where(record => record is { DataSet: null, Excuse: null, HasPersonalData: true } && HasObjects(record.Type, beside)))
        {
            var personal = string.Join(", ", record.Members.Where(member => member.IsPersonal).Select(member => member.Path));
            problems.Add($"{record.Name} has personal data ({personal}) and is the records of no data set; name it with [DataSet] or HasDataSet, or map it where the source is added.");
        }

        return new EfModelMap(model, beside, records, problems);
    }

    /// <summary>Whether there are objects of the type, or of one beneath it, that are no other record's.</summary>
    private static bool HasObjects(IEntityType type, IReadOnlyDictionary<Type, RecordStatement> beside) =>
        !type.IsAbstract() || type.GetDirectlyDerivedTypes().Any(derived => !IsRecord(derived, beside) && HasObjects(derived, beside));

    private static bool IsRecord(IEntityType type, IReadOnlyDictionary<Type, RecordStatement> beside) =>
        !type.IsOwned() && (type.BaseType is null || (DataSetOf(type, beside) is { } own && own != DataSetOf(type.BaseType, beside)));

    /// <summary>Whether an entity type, or one that it derives from, is said to be kept elsewhere, and nothing else of one in between.</summary>
    private static bool IsKeptElsewhere(IReadOnlyEntityType type, IReadOnlyDictionary<Type, RecordStatement> beside, IReadOnlySet<Type> elsewhere) =>
        elsewhere.Contains(type.ClrType)
        || (beside.GetValueOrDefault(type.ClrType)?.DataSet is null && type.BaseType is { } parent && IsKeptElsewhere(parent, beside, elsewhere));

    /// <summary>The data set whose records an entity type's objects are said to be, or <see langword="null"/>.</summary>
    public static string? DataSetOf(IReadOnlyEntityType type, IReadOnlyDictionary<Type, RecordStatement> beside) =>
        StatementOf(type, beside)?.DataSet
        ?? (type.ClrType.GetCustomAttributes(typeof(DataSetAttribute), inherit: false) is [DataSetAttribute stated, ..] ? stated.Path : null)
        ?? (type.BaseType is { } parent ? DataSetOf(parent, beside) : null);

    /// <summary>Why an entity type is said to hold no personal data, or <see langword="null"/>.</summary>
    public static string? ExcuseOf(IReadOnlyEntityType type, IReadOnlyDictionary<Type, RecordStatement> beside) =>
        StatementOf(type, beside)?.Excuse ?? type.FindAnnotation(EfAnnotations.Excuse)?.Value as string
        ?? StatedExcuseOf(type.ClrType) ?? (type.BaseType is { } parent ? ExcuseOf(parent, beside) : null);

    /// <summary>Why a class itself is said to hold no personal data: what is said of a base class that is in no model says nothing of those that have it.</summary>
    public static string? StatedExcuseOf(Type type) =>
        type.GetCustomAttributes(typeof(NotPersonalDataAttribute), inherit: false) is [NotPersonalDataAttribute stated, ..] ? stated.Because : null;

    private static RecordStatement? StatementOf(IReadOnlyEntityType type, IReadOnlyDictionary<Type, RecordStatement> beside) =>
        beside.GetValueOrDefault(type.ClrType)
        ?? (type.FindAnnotation(EfAnnotations.Record)?.Value is string json ? RecordStatement.Parse(json) : null);
}
