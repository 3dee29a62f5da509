using System.Diagnostics.CodeAnalysis;

namespace Gdpr.Policies;

/// <summary>A reference to personal data: a data set (<c>system.dataSet</c>) or one of its fields (<c>system.dataSet.field</c>).</summary>
/// <remarks>Equality compares the three ids, ordinally. The default value refers to nothing.</remarks>
/// <param name="System">The system's id.</param>
/// <param name="DataSet">The data set's id within the system.</param>
/// <param name="Field">The field's id within the data set, or <see langword="null"/> for all its fields.</param>
public readonly record struct DataPath(string System, string DataSet, string? Field = null)
{
    /// <summary>The data set's own path, without a field.</summary>
    public string DataSetPath => $"{System}.{DataSet}";

    /// <summary>Reads a reference written with dots.</summary>
    /// <param name="text">The text, such as <c>crm.customers</c> or <c>crm.customers.email</c>.</param>
    /// <param name="path">The reference.</param>
    /// <returns>Whether the text has two or three parts, none of them empty.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out DataPath path)
    {
        var parts = text?.Split('.') ?? [];
        var wellFormed = parts.Length is 2 or 3 && Array.TrueForAll(parts, part => part.Length > 0);
        path = wellFormed ? new DataPath(parts[0], parts[1], parts.Length == 3 ? parts[2] : null) : default;
        return wellFormed;
    }

    /// <summary>The reference written with dots.</summary>
    public override string ToString() => Field is null ? DataSetPath : $"{DataSetPath}.{Field}";
}
