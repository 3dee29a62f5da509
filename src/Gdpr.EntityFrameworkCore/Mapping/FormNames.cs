using System.Reflection;
using System.Text.Json.Serialization;
using Gdpr.Relational.Values;

namespace Gdpr.EntityFrameworkCore.Mapping;

/// <summary>The words for storage forms, as a mapping's JSON writes them.</summary>
internal static class FormNames
{
    private static readonly Dictionary<string, StorageForm> Forms = typeof(StorageForm).GetFields(BindingFlags.Public | BindingFlags.Static)
        .ToDictionary(
            field => field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()!.Name, field => (StorageForm)field.GetRawConstantValue()!, StringComparer.Ordinal);

    public static IEnumerable<string> All => Forms.Keys;

    public static bool TryParse(string name, out StorageForm form) => Forms.TryGetValue(name, out form);

    public static string NameOf(StorageForm form) => Forms.First(pair => pair.Value == form).Key;
}
