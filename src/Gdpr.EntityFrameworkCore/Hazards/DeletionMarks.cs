using System.Text.RegularExpressions;
using Gdpr.EntityFrameworkCore.Mapping;
using Gdpr.EntityFrameworkCore.Visibility;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Gdpr.EntityFrameworkCore.Hazards;

/// <summary>The properties by which an application calls rows deleted that stay: those that a filter hides rows by, and, without a filter, those whose names say
/// so.</summary>
internal static partial class DeletionMarks
{
    private static readonly string[] Words = ["Delete", "Remove", "Archive", "Erase", "Discard", "Trash"];

    /// <summary>What of an entity type's properties marks its rows, each with what it says in words.</summary>
    public static IEnumerable<(string Property, string Says)> Of(IEntityType type)
    {
        var hidden = type.GetAllBaseTypesInclusive().SelectMany(own => own.GetDeclaredQueryFilters()).Where(filter => filter.Key != VisibilityFilter.Name)
            .SelectMany(FilteredProperties.Of).ToHashSet(StringComparer.Ordinal);
        foreach (var property in type.GetDeclaredProperties().OrderBy(property => property.Name, StringComparer.Ordinal))
        {
            var kind = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
            if (hidden.Contains(property.Name) && (kind == typeof(bool) || Mentions(property.Name) || Statuses(kind) is not null))
            {
                yield return (property.Name, $"is hidden by its property {property.Name}");
            }
            else if (Statuses(kind) is { } status)
            {
                yield return (property.Name, $"may be {status} by its property {property.Name}");
            }
            else if (!kind.IsEnum && kind != typeof(string) && IsName(property.Name))
            {
                yield return (property.Name, $"is marked by its property {property.Name}");
            }
        }
    }

    /// <summary>Whether periods of a data set run from a date of deletion: then rows that are called deleted are not forgotten.</summary>
    public static bool AreTriggers(EfRecord record) =>
        record.Statement.Triggers.Values.Any(trigger => trigger.Path is { } path && Mentions(path))
        || record.Members.Any(member => member.Trigger is not null && Mentions(member.Path));

    private static bool Mentions(string name) => Array.Exists(Words, word => name.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>The value of a status that says so.</summary>
    private static string? Statuses(Type kind) => kind.IsEnum ? Enum.GetNames(kind).FirstOrDefault(IsName) : null;

    private static bool IsName(string name) => Name().IsMatch(name);

    // Whole names only: DeletedBy says who, and ArchiveNumber where.
    [GeneratedRegex(@"^_?(is|was|has|been|soft|marked|as|date|time|_)*(deleted|removed|archived|erased|discarded|trashed|softdelete)(at|on|date|time|utc|flag|_)*\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();
}
