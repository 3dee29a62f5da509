namespace Gdpr.EntityFrameworkCore.Visibility;

/// <summary>Reads which tables a text of SQL changes, by its words. A text that builds its statements, or hides them in a function, is not seen through.</summary>
internal static class RawSql
{
    private static readonly HashSet<string> Verbs = new(["DELETE", "UPDATE", "TRUNCATE", "REPLACE", "MERGE", "DROP"], StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> Between =
        new(["FROM", "INTO", "TABLE", "ONLY", "OR", "ROLLBACK", "ABORT", "FAIL", "IGNORE", "REPLACE", "IF", "EXISTS", ".", ","], StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> BeforeTables = new(["FROM", "JOIN", "ONLY", ",", "("], StringComparer.OrdinalIgnoreCase);

    /// <summary>The tables that a text changes, each with the verb.</summary>
    /// <param name="text">The text.</param>
    /// <param name="quotesByBrackets">Whether the database reads <c>[</c> as the start of a quoted name, as SQLite does.</param>
    /// <param name="isTable">Whether, under a verb, a name is that of a table that matters.</param>
    public static IEnumerable<(string Verb, string Table)> Changes(string text, bool quotesByBrackets, Func<string, string, bool> isTable)
    {
        var words = WordsOf(text, quotesByBrackets).ToArray();
        for (var i = 0; i < words.Length; i++)
        {
            // SELECT … FOR [NO KEY] UPDATE changes nothing; ON DELETE, ON UPDATE and DO UPDATE name a table before, or none.
            if (!words[i].IsQuoted && Verbs.Contains(words[i].Text) && !(i > 0 && words[i - 1].Text.ToUpperInvariant() is "FOR" or "KEY" or "ON"))
            {
                var verb = words[i].Text.ToUpperInvariant();
                for (var j = i + 1;
                    j < words.Length && (words[j].IsQuoted || Between.Contains(words[j].Text) || isTable(verb, words[j].Text) || IsQualified(words, j)); j++)
                {
                    if ((words[j].IsQuoted || !Between.Contains(words[j].Text)) && isTable(verb, words[j].Text))
                    {
                        yield return (verb, words[j].Text);
                    }
                }
            }
        }
    }

    /// <summary>The tables that a text reads from.</summary>
    /// <param name="text">The text.</param>
    /// <param name="quotesByBrackets">Whether the database reads <c>[</c> as the start of a quoted name, as SQLite does.</param>
    /// <param name="isTable">Whether a name is that of a table that matters.</param>
    public static IEnumerable<string> Reads(string text, bool quotesByBrackets, Func<string, bool> isTable)
    {
        var words = WordsOf(text, quotesByBrackets).ToArray();
        for (var i = 1; i < words.Length; i++)
        {
            var from = i > 2 && words[i - 1].Text == "." ? i - 3 : i - 1;
            if (!words[from].IsQuoted && BeforeTables.Contains(words[from].Text) && isTable(words[i].Text))
            {
                yield return words[i].Text;
            }
        }
    }

    /// <summary>Whether a word is the schema before a table, or a table in a list of several.</summary>
    private static bool IsQualified((string Text, bool IsQuoted)[] words, int at) => at + 1 < words.Length && words[at + 1].Text is "." or ",";

    private static IEnumerable<(string Text, bool IsQuoted)> WordsOf(string text, bool quotesByBrackets)
    {
        for (var i = 0; i < text.Length;)
        {
            var end = VisibilityMarker.Skip(text, i, quotesByBrackets);
            if ((text[i] is '"' or '`' || (text[i] == '[' && quotesByBrackets)) && end - i > 2)
            {
                yield return (text[(i + 1)..(end - 1)].Replace("\"\"", "\"", StringComparison.Ordinal), true);
            }
            else if (!quotesByBrackets && VisibilityMarker.DollarQuoteAt(text, i) is { } quote)
            {
                // What DO runs, and what a function is made of, stands between dollars: it is read like the rest.
                var from = i + quote.Length;
                var isClosed = end - quote.Length >= from && text.AsSpan(0, end).EndsWith(quote, StringComparison.Ordinal);
                foreach (var word in WordsOf(text[from..(isClosed ? end - quote.Length : end)], quotesByBrackets))
                {
                    yield return word;
                }
            }
            else if (IsOfWord(text[i]))
            {
                while (end < text.Length && IsOfWord(text[end]))
                {
                    end++;
                }

                yield return (text[i..end], false);
            }
            else if (text[i] is '.' or ',' or '(' or ')' or ';' or '=')
            {
                yield return (text[i].ToString(), false);
            }

            i = end;
        }
    }

    private static bool IsOfWord(char character) => char.IsLetterOrDigit(character) || character is '_' or '$';
}
