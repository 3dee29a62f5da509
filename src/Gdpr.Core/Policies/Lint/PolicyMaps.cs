using System.Collections;
using NodaTime;

namespace Gdpr.Policies.Lint;

/// <summary>Opens the maps and lists of a policy without knowing what they hold.</summary>
internal static class PolicyMaps
{
    /// <summary>The entries of a map. Each map of the model is named: there is no way to open one of unknown value type without reflection.</summary>
    public static IEnumerable<(string Id, object? Value)> Entries(object value) => value switch
    {
        IReadOnlyDictionary<string, Controller> map => Of(map),
        IReadOnlyDictionary<string, SubjectCategory> map => Of(map),
        IReadOnlyDictionary<string, DataCategory> map => Of(map),
        IReadOnlyDictionary<string, Purpose> map => Of(map),
        IReadOnlyDictionary<string, DataOrigin> map => Of(map),
        IReadOnlyDictionary<string, DataSystem> map => Of(map),
        IReadOnlyDictionary<string, DataSet> map => Of(map),
        IReadOnlyDictionary<string, Trigger> map => Of(map),
        IReadOnlyDictionary<string, DataField> map => Of(map),
        IReadOnlyDictionary<string, Activity> map => Of(map),
        IReadOnlyDictionary<string, Service> map => Of(map),
        IReadOnlyDictionary<string, Recipient> map => Of(map),
        IReadOnlyDictionary<string, Agreement> map => Of(map),
        IReadOnlyDictionary<string, Role> map => Of(map),
        IReadOnlyDictionary<string, Control> map => Of(map),
        IReadOnlyDictionary<string, PasswordRule> map => Of(map),
        IReadOnlyDictionary<string, PolicyDocument> map => Of(map),
        IReadOnlyDictionary<string, Assessment> map => Of(map),
        _ => throw new InvalidOperationException($"{value.GetType()} is not a map of a policy."),
    };

    /// <summary>The items of a list.</summary>
    public static IEnumerable<object?> Items(object value) => ((IEnumerable)value).Cast<object?>();

    /// <summary>Whether a value says nothing: a blank text, the date that stands for none, or a map or list without anything in it.</summary>
    public static bool IsNothing(object value, WalkedKind kind) => value switch
    {
        string text => string.IsNullOrWhiteSpace(text),
        LocalizedText text => !Stated.Says(text),
        LocalDate date => date == default,
        _ => (kind == WalkedKind.Map && !Entries(value).Any()) || (kind == WalkedKind.List && !Items(value).Any()),
    };

    private static IEnumerable<(string Id, object? Value)> Of<T>(IReadOnlyDictionary<string, T> map) =>
        map.Select(entry => (entry.Key, (object?)entry.Value));
}
