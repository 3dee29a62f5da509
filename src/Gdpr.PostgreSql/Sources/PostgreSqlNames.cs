namespace Gdpr.PostgreSql.Sources;

/// <summary>How tables are named: by their name alone where the search path finds them, otherwise with their schema's;
/// a part that holds a dot or a quote, quoted.</summary>
internal static class PostgreSqlNames
{
    public static string Quote(string identifier)
    {
        ArgumentException.ThrowIfNullOrEmpty(identifier);
        return identifier.Contains('\0', StringComparison.Ordinal)
            ? throw new ArgumentException("An identifier holds a NUL character.", nameof(identifier))
            : $"\"{identifier.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    /// <summary>A table's name as mappings write it.</summary>
    /// <param name="schema">The schema, or <see langword="null"/> where the search path finds the table.</param>
    /// <param name="table">The table.</param>
    public static string Written(string? schema, string table) =>
        schema is not null ? $"{Part(schema)}.{Part(table)}" : Part(table);

    /// <summary>The table that a mapping names, quoted.</summary>
    public static string QuoteTable(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var end = EndOfPart(name);
        return end == name.Length ? Quote(Bare(name)) : $"{Quote(Bare(name[..end]))}.{Quote(Bare(name[(end + 1)..]))}";
    }

    private static string Part(string identifier) =>
        identifier.Contains('.', StringComparison.Ordinal) || identifier.StartsWith('"') ? Quote(identifier) : identifier;

    private static string Bare(string part) => IsQuoted(part) ? part[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : part;

    private static bool IsQuoted(string part) => part.Length > 2 && part[0] == '"' && part[^1] == '"';

    private static int EndOfPart(string name)
    {
        if (name[0] != '"')
        {
            return name.IndexOf('.', StringComparison.Ordinal) is var dot and > 0 ? dot : name.Length;
        }

        var at = 1;
        while (at < name.Length && (name[at] != '"' || (at + 1 < name.Length && name[at + 1] == '"')))
        {
            at += name[at] == '"' ? 2 : 1;
        }

        return Math.Min(at + 1, name.Length);
    }
}
