using System.Text.RegularExpressions;

namespace Gdpr.Sqlite.Sources;

/// <summary>Deletions that SQLite neither counts nor tells: of a row that is in the way of another, where the conflict is resolved by <c>REPLACE</c>; and, counted but
/// not told, of all rows of a table by a statement without a condition.</summary>
internal static partial class SilentDeletions
{
    /// <summary>Whether what the schema says may delete so.</summary>
    /// <param name="statements">The statements that created its tables and triggers.</param>
    public static bool MayHappen(IEnumerable<string> statements) => statements.Any(statement =>
        (statement.Contains("REPLACE", StringComparison.OrdinalIgnoreCase) || statement.Contains("DELETE", StringComparison.OrdinalIgnoreCase))
        && Clause().IsMatch(Quoted().Replace(statement, part => part.Value is ['-', ..] or ['/', ..] ? " " : "''")));

    [GeneratedRegex("""--[^\n]*|/\*.*?(?:\*/|\z)|'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]""", RegexOptions.Singleline | RegexOptions.CultureInvariant, 10_000)]
    private static partial Regex Quoted();

    // After OR, replace with a parenthesis is the function.
    [GeneratedRegex(
        """\bCONFLICT\s+REPLACE\b|\bOR\s+REPLACE\b(?!\s*\()|\bREPLACE\s+INTO\b|\bDELETE\s+FROM\b(?![^;]*\bWHERE\b)""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        10_000)]
    private static partial Regex Clause();
}
