using System.Text.RegularExpressions;

namespace Gdpr.EntityFrameworkCore.Visibility;

/// <summary>Which aliases of a command stand for rows taken straight from tables, at each place of it: what a text within parentheses names is not known outside
/// them.</summary>
internal sealed partial class SqlRows
{
    private readonly Stack<Dictionary<string, string>> _known = new([new Dictionary<string, string>(StringComparer.Ordinal)]);

    /// <summary>Notes what stands at a place of the text that is within no quotes.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">The place.</param>
    /// <param name="isWord">Whether a word may start there.</param>
    public void Note(string text, int at, bool isWord)
    {
        switch (text[at])
        {
            case '(':
                _known.Push(new Dictionary<string, string>(StringComparer.Ordinal));
                break;
            case ')' when _known.Count > 1:
                _known.Pop();
                break;
            case 'F' or 'J' when isWord && Table().Match(text, at) is { Success: true } found:
                _known.Peek()[Unquoted(found.Groups["alias"].Value)] = found.Groups["table"].Value;
                break;
        }
    }

    /// <summary>The row that the expressions of a key are columns of; <see langword="null"/> where they are anything else.</summary>
    public SqlRow? Of(IReadOnlyList<string> key)
    {
        Match[] columns = [.. key.Select(part => Column().Match(part))];
        if (columns.Length == 0 || columns.Any(column => !column.Success) || columns.DistinctBy(column => column.Groups["alias"].Value, StringComparer.Ordinal).Count() > 1)
        {
            return null;
        }

        var alias = columns[0].Groups["alias"].Value;
        return _known.FirstOrDefault(known => known.ContainsKey(Unquoted(alias))) is { } known && !Taken().IsMatch(Unquoted(alias))
            ? new SqlRow(alias, [.. Parts(known[Unquoted(alias)])], [.. columns.Select(column => Unquoted(column.Groups["column"].Value))])
            : null;
    }

    private static IEnumerable<string> Parts(string table) => Name().Matches(table).Select(part => Unquoted(part.Value));

    private static string Unquoted(string name) => name is ['"', .., '"'] ? name[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : name;

    /// <summary>Names that conditions give to rows of their own.</summary>
    [GeneratedRegex("""\A(?:r|x|e|a|j\d*|people|every|gdpr_.*)\z""", RegexOptions.NonBacktracking)]
    private static partial Regex Taken();

    [GeneratedRegex("""\G(?:FROM|JOIN)\s+(?<table>(?:"(?:[^"]|"")+"|\w+)(?:\.(?:"(?:[^"]|"")+"|\w+))?)\s+AS\s+(?<alias>"(?:[^"]|"")+"|\w+)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Table();

    [GeneratedRegex("""\A(?<alias>"(?:[^"]|"")+"|\w+)\.(?<column>"(?:[^"]|"")+"|\w+)\z""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Column();

    [GeneratedRegex(""" "(?:[^"]|"")+"|\w+ """, RegexOptions.IgnorePatternWhitespace, 1000)]
    private static partial Regex Name();
}

/// <summary>A row that a query takes straight from a table.</summary>
/// <param name="Alias">What the query names it, as it writes it.</param>
/// <param name="Table">The parts of the table's name.</param>
/// <param name="Columns">The columns of the key.</param>
internal sealed record SqlRow(string Alias, IReadOnlyList<string> Table, IReadOnlyList<string> Columns);
