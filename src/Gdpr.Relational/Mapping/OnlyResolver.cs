using System.Globalization;
using Gdpr.Relational.Tables;

namespace Gdpr.Relational.Mapping;

/// <summary>Checks what tells a data set's records from other rows of their table.</summary>
internal sealed class OnlyResolver(string path, TableDescription table, List<MappingProblem> problems)
{
    public IReadOnlyList<(ColumnDescription Column, IReadOnlyList<string> Values)> Resolve(IReadOnlyDictionary<string, IReadOnlyList<string>>? declared)
    {
        var found = new List<(ColumnDescription, IReadOnlyList<string>)>();
        foreach (var (name, values) in (declared ?? new Dictionary<string, IReadOnlyList<string>>()).OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (table.Find(name) is not { } column)
            {
                Problem($"its records are told by column '{name}', which table '{table.Name}' does not have", "name a column that is there");
            }
            else if (values.Count == 0)
            {
                Problem($"its records are told by column '{name}', and no value is", "name the values that it has in them");
            }
            else if (!IsUsable(column, values))
            {
                Problem($"its records are told by column '{name}' of table '{table.Name}', whose values no text tells apart or are of another type",
                    "use a column of text, of numbers, of truth values or of an enum, with values that it can have");
            }
            else
            {
                found.Add((column, values));
            }
        }

        return found;
    }

    /// <summary>Whether no row of their table is a record of both. Values are told apart as the database does it: 1 and 01 are one number.</summary>
    public static bool Exclude(DataSetMapping first, DataSetMapping second, TableDescription table) => first.Only is { } own && second.Only is { } other
        && own.Any(pair => table.Find(pair.Key) is { } column
        && other.FirstOrDefault(same => string.Equals(same.Key, pair.Key, StringComparison.OrdinalIgnoreCase)).Value is { } values
        && !Compared(column, values).Intersect(Compared(column, pair.Value), StringComparer.Ordinal).Any());

    /// <summary>Values by which the database compares; what is no number is refused where its own data set is looked at.</summary>
    private static IEnumerable<string> Compared(ColumnDescription column, IReadOnlyList<string> values) => column.Affinity switch
    {
        ColumnAffinity.Integer => values.Select(value => TryRead(value, out var number) ? number.ToString(CultureInfo.InvariantCulture) : value),
        ColumnAffinity.Number => values.Select(value => TryReadPart(value, out var number) ? number.ToString("0.############################", CultureInfo.InvariantCulture) : value),
        ColumnAffinity.Any => values.Select(value => IsTruth(column) ? value.ToUpperInvariant() : value),
        _ => values,
    };

    private static bool TryRead(string value, out long number) => long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    private static bool TryReadPart(string value, out decimal number) =>
        decimal.TryParse(value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);

    private static bool IsTruth(ColumnDescription column) => column.Type == "boolean";

    private static bool IsUsable(ColumnDescription column, IReadOnlyList<string> values) => column.Affinity switch
    {
        ColumnAffinity.Text => values.All(value => !value.Contains('\0', StringComparison.Ordinal)),
        ColumnAffinity.Integer => values.All(value => TryRead(value, out _)),
        ColumnAffinity.Number => values.All(value => TryReadPart(value, out _)),
        ColumnAffinity.Any when IsTruth(column) => values.All(value => bool.TryParse(value, out _)),
        ColumnAffinity.Any => values.All(value => column.Labels.Contains(value, StringComparer.Ordinal)),
        _ => false,
    };

    private void Problem(string wrong, string mend) => problems.Add(new MappingProblem(path, wrong, mend));
}
