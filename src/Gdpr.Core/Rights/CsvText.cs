using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Gdpr.Rights;

/// <summary>Whom a CSV file is for.</summary>
public enum CsvUse
{
    /// <summary>The person, or another controller: every value as it is (Art. 20).</summary>
    Portability,

    /// <summary>An officer, who may open it in a spreadsheet: what would be taken for a formula is neutralised by an apostrophe before it.</summary>
    Officers,
}

/// <summary>Records as CSV by RFC 4180: a header, comma, CRLF; values in quotation marks where they must be; nothing for what there is not, two quotation marks for an
/// empty text.</summary>
public static class CsvText
{
    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n");
    private static readonly SearchValues<char> Formula = SearchValues.Create("=+-@\t\r\n|%");

    /// <summary>The records as CSV: a column per field that any of them has, ordinally.</summary>
    /// <param name="records">The records: their fields by id.</param>
    /// <param name="use">Whom it is for.</param>
    public static string Of(IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> records, CsvUse use)
    {
        ArgumentNullException.ThrowIfNull(records);
        string[] columns = [.. records.SelectMany(record => record.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var text = new StringBuilder();
        Write(text, columns.Select(column => CellOf(column, use)));
        foreach (var record in records)
        {
            Write(text, columns.Select(column => record.TryGetValue(column, out var value) ? CellOf(value, use) : ""));
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, IEnumerable<string> cells) => text.AppendJoin(',', cells).Append("\r\n");

    private static string CellOf(JsonElement value, CsvUse use) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => "",
        JsonValueKind.String => value.GetString() is { Length: > 0 } text ? CellOf(text, use) : "\"\"",

        // A number begins with no more than a minus, which is no formula; what is composed is JSON.
        JsonValueKind.Number => value.GetRawText(),
        _ => CellOf(value.GetRawText(), use),
    };

    private static string CellOf(string text, CsvUse use)
    {
        var safe = use == CsvUse.Officers && text.Length > 0 && (Formula.Contains(text[0]) || Formula.Contains(text.TrimStart().FirstOrDefault('x'))) ? "'" + text : text;
        var isQuoted = safe.AsSpan().ContainsAny(Quoted) || safe.Length == 0 || safe[0] == ' ' || safe[^1] == ' ';
        return isQuoted ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}
