using System.Collections;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Gdpr.Journals;

/// <summary>Reads the clear content of entries.</summary>
internal static class EntryData
{
    /// <summary>What an entry says. One that has been changed so that it does not say all that it must says nothing: what would follow from it nobody can read.</summary>
    /// <exception cref="StoreException">The entry has been changed, and cannot be read.</exception>
    /// <exception cref="JsonException">The entry is as it was written, and cannot be read.</exception>
    public static T Read<T>(JournalEntry entry, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(entry.Content.Data, type) is { } data && (!Lacks(type, data) || JournalHash.IsRight(entry))
                ? data : throw StoreException.Damaged(entry);
        }
        catch (JsonException) when (!JournalHash.IsRight(entry))
        {
            throw StoreException.Damaged(entry);
        }
    }

    /// <summary>Whether something that is always there is not.</summary>
    private static bool Lacks(JsonTypeInfo type, object value) => type.Kind switch
    {
        JsonTypeInfoKind.Object => type.Properties.Any(property => property.Get is { } get
            && (get(value) is { } member ? Lacks(type.Options.GetTypeInfo(property.PropertyType), member) : !property.IsGetNullable)),
        JsonTypeInfoKind.Enumerable => ((IEnumerable)value).Cast<object?>().Any(member => member is null || Lacks(type.Options.GetTypeInfo(type.ElementType!), member)),
        _ => false,
    };
}
