using Gdpr.EntityFrameworkCore.Mapping;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Gdpr.EntityFrameworkCore.Access;

/// <summary>Records of a data set with which the same was done: whose they are, or which rows tell it.</summary>
internal sealed class AccessedRecords(string dataSet, AccessAction action)
{
    public string DataSet => dataSet;

    public AccessAction Action => action;

    public int Count { get; private set; }

    /// <summary>The ids of the people, as the records hold them.</summary>
    public SortedSet<string> People { get; } = new(StringComparer.Ordinal);

    /// <summary>The keys of the rows that have to be asked for the person.</summary>
    public List<IReadOnlyList<(IProperty Part, object? Value)>> Asked { get; } = [];

    /// <summary>The columns changed; <see langword="null"/> for all.</summary>
    public HashSet<string>? Columns { get; init; }

    /// <summary>The fields in these columns; <see langword="null"/> for all, or before they are known.</summary>
    public IReadOnlyCollection<string>? Fields { get; set; }

    /// <summary>Adds a record.</summary>
    /// <param name="record">What its objects are.</param>
    /// <param name="type">Its entity type.</param>
    /// <param name="value">Gives the value of a property.</param>
    public void Add(EfRecord record, IEntityType type, Func<IProperty, object?> value)
    {
        Count++;
        AddPerson(record, type, value);
    }

    /// <summary>Adds a record that is saved: whose it was, and whose it has become.</summary>
    public void Add(EfRecord record, EntityEntry entry)
    {
        Count++;
        if (entry.State != EntityState.Added)
        {
            AddPerson(record, entry.Metadata, part => entry.Property(part).OriginalValue);
        }

        if (entry.State == EntityState.Added
            || (entry.State == EntityState.Modified && PathsOf(record).Any(path => entry.Metadata.FindProperty(path) is { } own && entry.Property(own).IsModified)))
        {
            AddPerson(record, entry.Metadata, part => entry.Property(part).CurrentValue);
        }
    }

    private void AddPerson(EfRecord record, IEntityType type, Func<IProperty, object?> value)
    {
        var isAsked = false;
        foreach (var path in PathsOf(record))
        {
            if (type.FindProperty(path) is not { } own || !IsPlain(own))
            {
                isAsked = true;
            }
            else if (value(own) is { } id)
            {
                People.Add(StoredIds.Written(own, id));
            }
        }

        if (isAsked)
        {
            Asked.Add([.. type.FindPrimaryKey()!.Properties.Select(part => (part, value(part)))]);
        }
    }

    /// <summary>The members with the ids of the people whom a record concerns.</summary>
    public static IEnumerable<string> PathsOf(EfRecord record) =>
        record.Statement.Parties.Count > 0 ? record.Statement.Parties.Values.Select(party => party.Path) : record.Subject is { } subject ? [subject] : [];

    /// <summary>Whether the database writes the property's value as text no differently from here.</summary>
    private static bool IsPlain(IProperty property)
    {
        var stored = property.GetTypeMapping().Converter?.ProviderClrType ?? property.ClrType;
        stored = Nullable.GetUnderlyingType(stored) ?? stored;
        return stored == typeof(string) || stored == typeof(int) || stored == typeof(long) || stored == typeof(short) || stored == typeof(Guid);
    }
}
