using System.Text.Json.Serialization;

namespace Gdpr.Rights;

/// <summary>What a request is about: data sets, fields and purposes. Where none are named, all.</summary>
public sealed record RequestScope
{
    /// <summary>Everything.</summary>
    public static RequestScope All { get; } = new();

    /// <summary>Data sets by path, such as <c>crm.customers</c>.</summary>
    public IReadOnlyList<string> DataSets { get; init; } = [];

    /// <summary>Fields by path, such as <c>crm.customers.email</c>.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>Purposes.</summary>
    public IReadOnlyList<string> Purposes { get; init; } = [];

    /// <summary>The data sets that it reaches; none for all.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Reached =>
        [.. DataSets.Concat(Fields.Select(path => path[..path.LastIndexOf('.')])).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Whether it reaches a field of a data set for a purpose.</summary>
    /// <param name="dataSet">The data set's path.</param>
    /// <param name="field">The field's id.</param>
    /// <param name="purpose">The purpose; <see langword="null"/> for any.</param>
    public bool Reaches(string dataSet, string field, string? purpose = null) =>
        (purpose is null || Purposes.Count == 0 || Purposes.Contains(purpose, StringComparer.Ordinal))
        && ((DataSets.Count == 0 && Fields.Count == 0) || DataSets.Contains(dataSet, StringComparer.Ordinal)
            || Fields.Contains($"{dataSet}.{field}", StringComparer.Ordinal));

    /// <summary>Whether two scopes are the same.</summary>
    /// <param name="other">The other.</param>
    public bool Equals(RequestScope? other) => other is not null && Same(DataSets, other.DataSets) && Same(Fields, other.Fields) && Same(Purposes, other.Purposes);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(DataSets.Count, Fields.Count, Purposes.Count);

    private static bool Same(IReadOnlyList<string> left, IReadOnlyList<string> right) =>
        left.Order(StringComparer.Ordinal).SequenceEqual(right.Order(StringComparer.Ordinal), StringComparer.Ordinal);
}
