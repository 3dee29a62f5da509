using Gdpr.Tool.Terminals;

namespace Gdpr.Tool.Commands;

/// <summary>Rows in aligned columns, for people.</summary>
internal static class TextColumns
{
    private const string Gap = "  ";

    /// <summary>Writes rows, the headings first.</summary>
    public static void Write(TextWriter writer, params IReadOnlyList<string[]> rows)
    {
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            writer.WriteLine(string.Join(Gap, row.Select((cell, column) => PrintableText.Of(cell).PadRight(widths[column]))).TrimEnd());
        }
    }

    /// <summary>A cell, with a hyphen for nothing.</summary>
    public static string OrNone(string? text) => string.IsNullOrEmpty(text) ? "-" : text;
}
