namespace Gdpr.EntityFrameworkCore.Visibility;

/// <summary>Reads which tables a text of SQL changes, by its words. A text that builds its statements, or hides them in a function, is not seen through.</summary>
internal static class RawSql
{
    private static readonly HashSet<string> Verbs = new(["DELETE", "UPDATE", "TRUNCATE", "REPLACE", "MERGE", "DROP"], StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> Between =
        new(["FROM", "INTO", "TABLE", "ONLY", "OR", "ROLLBACK", "ABORT", "FAIL", "IGNORE", "REPLACE", "IF", "EXISTS", ".", ","], StringComparer.OrdinalIgnoreCase);

    /// <summary>The tables that a text changes, each with the verb.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isTable">Whether a name is that of a table that matters.</param>
    public static IEnumerable<(string Verb, string Table)> Changes(string text, Func<string, bool> isTable)
    {
        var words = WordsOf(text).ToArray();
        for (var i = 0; i < words.Length; i++)
        {
            // SELECT … FOR [NO KEY] UPDATE changes nothing; ON DELETE, ON UPDATE and DO UPDATE name a table before, or none.
            if (!words[i].IsQuoted && Verbs.Contains(words[i].Text) && !(i > 0 && words[i - 1].Text.ToUpperInvariant() is "FOR" or "KEY" or "ON"))
            {
                for (var j = i + 1; j < words.Length && (words[j].IsQuoted || Between.Contains(words[j].Text) || isTable(words[j].Text) || IsQualified(words, j)); j++)
                {
                    if ((words[j].IsQuoted || !Between.Contains(words[j].Text)) && isTable(words[j].Text))
                    {
                        yield return (words[i].Text.ToUpperInvariant(), words[j].Text);
                    }
                }
            }
        }
    }

    /// <summary>Whether a word is the schema before a table, or a table in a list of several.</summary>
    private static bool IsQualified((string Text, bool IsQuoted)[] words, int at) => at + 1 < words.Length && words[at + 1].Text is "." or ",";

    private static IEnumerable<(string Text, bool IsQuoted)> WordsOf(string text)
    {
        for (var i = 0; i < text.Length;)
        {
            var end = VisibilityMarker.Skip(text, i);
            if (text[i] is '"' or '`' or '[' && end - i > 2)
            {
                yield return (text[(i + 1)..(end - 1)].Replace("\"\"", "\"", StringComparison.Ordinal), true);
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
