namespace Gdpr.EntityFrameworkCore.Visibility;

/// <summary>A place in a command where it is asked whether a row is visible.</summary>
/// <param name="Start">Where it starts.</param>
/// <param name="End">Where it ends, exclusive.</param>
/// <param name="DataSet">The data set.</param>
/// <param name="Key">The expressions of the row's key.</param>
internal sealed record VisibilityMarker(int Start, int End, string DataSet, IReadOnlyList<string> Key)
{
    /// <summary>The row itself, where the key's expressions are columns of one that the query takes straight from a table.</summary>
    public SqlRow? Row { get; private init; }

    private const string Opening = VisibilityFunctions.Name + "(";

    public static bool IsIn(string text) => text.Contains(Opening, StringComparison.Ordinal);

    private const string Parts = VisibilityFunctions.PartsName + "(";

    /// <summary>The places in a command, in their order. Quoted texts, names and comments are none.</summary>
    /// <param name="text">The command's text.</param>
    /// <param name="quotesByBrackets">Whether the database reads <c>[</c> as the start of a quoted name, as SQLite does.</param>
    public static IEnumerable<VisibilityMarker> In(string text, bool quotesByBrackets)
    {
        var rows = new SqlRows();
        for (var i = 0; i < text.Length;)
        {
            var isWord = i == 0 || !IsOfName(text[i - 1]);
            if (isWord && string.CompareOrdinal(text, i, Opening, 0, Opening.Length) == 0)
            {
                var marker = Read(text, i, quotesByBrackets);
                yield return marker with { Row = rows.Of(marker.Key) };
                i = marker.End;
            }
            else
            {
                rows.Note(text, i, isWord);
                i = Skip(text, i, quotesByBrackets);
            }
        }
    }

    private static VisibilityMarker Read(string text, int start, bool quotesByBrackets)
    {
        var (arguments, end) = Arguments(text, start + Opening.Length, quotesByBrackets);
        var key = arguments[1..];
        while (key is [.., var last] && last.StartsWith(Parts, StringComparison.Ordinal))
        {
            key = [.. key[..^1], .. Arguments(last, Parts.Length, quotesByBrackets).Arguments];
        }

        return new VisibilityMarker(start, end, Unquoted(arguments[0]), key);
    }

    /// <summary>The arguments of a call from behind its parenthesis on, and the place behind the call.</summary>
    private static (List<string> Arguments, int End) Arguments(string text, int from, bool quotesByBrackets)
    {
        var (arguments, depth) = (new List<string>(), 0);
        for (var i = from; i < text.Length; i = Skip(text, i, quotesByBrackets))
        {
            switch (text[i])
            {
                case '(':
                    depth++;
                    break;
                case ')' when depth == 0:
                    arguments.Add(text[from..i].Trim());
                    return (arguments, i + 1);
                case ')':
                    depth--;
                    break;
                case ',' when depth == 0:
                    arguments.Add(text[from..i].Trim());
                    from = i + 1;
                    break;
            }
        }

        throw new InvalidOperationException($"A command calls {VisibilityFunctions.Name} and does not end the call.");
    }

    private static string Unquoted(string literal) => literal.Length > 1 && literal[0] == '\'' && literal[^1] == '\''
        ? literal[1..^1].Replace("''", "'", StringComparison.Ordinal)
        : throw new InvalidOperationException($"A command calls {VisibilityFunctions.Name} without naming a data set.");

    /// <summary>The place behind a character, or behind the quoted text, name or comment that starts there.</summary>
    public static int Skip(string text, int at, bool quotesByBrackets)
    {
        var end = text[at] switch
        {
            '\'' when !quotesByBrackets && IsEscaping(text, at) => EndOfEscaping(text, at),
            '\'' or '"' or '`' => text.IndexOf(text[at], at + 1),
            '$' when !quotesByBrackets && DollarQuoteAt(text, at) is { } quote =>
                text.IndexOf(quote, at + quote.Length, StringComparison.Ordinal) is var close and >= 0 ? close + quote.Length - 1 : -1,
            '[' when quotesByBrackets => text.IndexOf(']', at + 1),
            '-' when at + 1 < text.Length && text[at + 1] == '-' => text.IndexOf('\n', at),
            '/' when at + 1 < text.Length && text[at + 1] == '*' => EndOfComment(text, at, nests: !quotesByBrackets),
            _ => at,
        };
        return end < 0 ? text.Length : end + 1;
    }

    /// <summary>The last place of the comment that starts there, or -1. PostgreSQL lets comments stand in comments, SQLite ends all of them with the first end.</summary>
    private static int EndOfComment(string text, int at, bool nests)
    {
        var depth = 1;
        for (var i = at + 2; i + 1 < text.Length; i++)
        {
            if (text[i] == '*' && text[i + 1] == '/')
            {
                i++;
                if (--depth == 0)
                {
                    return i;
                }
            }
            else if (nests && text[i] == '/' && text[i + 1] == '*')
            {
                i++;
                depth++;
            }
        }

        return -1;
    }

    /// <summary>What opens a text between dollars there, as PostgreSQL has them (<c>$$</c>, <c>$body$</c>), and closes it; <see langword="null"/> where none starts. An
    /// apostrophe within opens nothing.</summary>
    public static string? DollarQuoteAt(string text, int at)
    {
        if (text[at] != '$' || (at > 0 && IsOfName(text[at - 1])))
        {
            return null;
        }

        var end = at + 1;
        while (end < text.Length && text[end] != '$' && IsOfName(text[end]))
        {
            end++;
        }

        // $1 is a parameter.
        return end < text.Length && text[end] == '$' && !char.IsDigit(text[at + 1]) ? text[at..(end + 1)] : null;
    }

    private static bool IsOfName(char character) => char.IsLetterOrDigit(character) || character is '_' or '$';

    /// <summary>Whether the quote opens a text in which a backslash escapes what follows: <c>E'…'</c>.</summary>
    private static bool IsEscaping(string text, int quote) => quote > 0 && (text[quote - 1] is 'e' or 'E') && (quote == 1 || !IsOfName(text[quote - 2]));

    private static int EndOfEscaping(string text, int quote)
    {
        for (var i = quote + 1; i < text.Length; i++)
        {
            if (text[i] == '\\' || (text[i] == '\'' && i + 1 < text.Length && text[i + 1] == '\''))
            {
                i++;
            }
            else if (text[i] == '\'')
            {
                return i;
            }
        }

        return -1;
    }
}
