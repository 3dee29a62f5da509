namespace Gdpr.EntityFrameworkCore.Visibility;

/// <summary>Reads which tables a text of SQL changes, by its words. A text that builds its statements, or hides them in a function, is not seen through.</summary>
internal static class RawSql
{
    private static readonly HashSet<string> Verbs = new(["DELETE", "UPDATE", "TRUNCATE", "REPLACE", "MERGE", "DROP"], StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> Between =
        new(["FROM", "INTO", "TABLE", "ONLY", "OR", "ROLLBACK", "ABORT", "FAIL", "IGNORE", "REPLACE", "IF", "EXISTS", ".", ","], StringComparer.OrdinalIgnoreCase);

    /// <summary>Behind <c>DROP</c> within <c>ALTER TABLE</c>: what holds no content.</summary>
    private static readonly HashSet<string> Empty = new(["CONSTRAINT", "DEFAULT", "NOT", "EXPRESSION", "IDENTITY"], StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> BeforeTables = new(["FROM", "JOIN", "ONLY", "LATERAL", "TABLE", "IN"], StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> BeforeLists = new(["FROM", "JOIN", "ONLY", "LATERAL"], StringComparer.OrdinalIgnoreCase);

    /// <summary>What begins the part of a statement in which no tables are listed.</summary>
    private static readonly HashSet<string> BeforeOthers = new(
        ["SELECT", "WHERE", "GROUP", "HAVING", "ORDER", "WINDOW", "LIMIT", "OFFSET", "FETCH", "FOR", "UNION", "INTERSECT", "EXCEPT", "VALUES", "SET",
            "RETURNING", "WITH", "INTO", "INSERT", ";"],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>The tables that a text changes, each with the verb.</summary>
    /// <param name="text">The text.</param>
    /// <param name="quotesByBrackets">Whether the database reads <c>[</c> as the start of a quoted name, as SQLite does.</param>
    /// <param name="isTable">Whether, under a verb, a name is that of a table that matters.</param>
    public static IEnumerable<(string Verb, string Table)> Changes(string text, bool quotesByBrackets, Func<string, string, bool> isTable)
    {
        var words = WordsOf(text, quotesByBrackets).ToArray();
        var inserted = -1;
        for (var i = 0; i < words.Length; i++)
        {
            if (words[i].IsQuoted)
            {
                continue;
            }

            var (verb, before) = (words[i].Text.ToUpperInvariant(), i > 0 ? words[i - 1].Text.ToUpperInvariant() : "");
            var from = verb switch
            {
                // SELECT … FOR [NO KEY] UPDATE changes nothing, nor does ON DELETE or ON UPDATE of a reference; DO UPDATE changes what INSERT names.
                _ when before is "FOR" or "KEY" or "ON" => -1,
                "UPDATE" when before == "DO" => inserted,
                "ALTER" => TakesContent(words, i) ? i : -1,
                _ => Verbs.Contains(verb) ? i : -1,
            };
            inserted = verb == "INSERT" ? i : inserted;
            for (var j = from + 1;
                from >= 0 && j < words.Length && (words[j].IsQuoted || Between.Contains(words[j].Text) || isTable(verb, words[j].Text) || IsQualified(words, j)); j++)
            {
                if ((words[j].IsQuoted || !Between.Contains(words[j].Text)) && isTable(verb, words[j].Text))
                {
                    yield return (verb, words[j].Text);
                }
            }
        }
    }

    /// <summary>Whether <c>ALTER TABLE</c> drops or computes a column, or renames something away from what guards it.</summary>
    private static bool TakesContent((string Text, bool IsQuoted)[] words, int alter)
    {
        for (var i = alter + 1; i < words.Length && words[i].Text != ";"; i++)
        {
            switch (words[i].IsQuoted ? "" : words[i].Text.ToUpperInvariant())
            {
                case "RENAME" or "USING" or "DISABLE":
                case "DROP" when i + 1 < words.Length && (words[i + 1].IsQuoted || !Empty.Contains(words[i + 1].Text)):
                    return true;
            }
        }

        return false;
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
            if (isTable(words[i].Text) && IsTablePlace(words, from))
            {
                yield return words[i].Text;
            }
        }
    }

    /// <summary>Whether a table may stand behind a word.</summary>
    private static bool IsTablePlace((string Text, bool IsQuoted)[] words, int before)
    {
        if (words[before].IsQuoted || words[before].Text is not ("," or "("))
        {
            return !words[before].IsQuoted && BeforeTables.Contains(words[before].Text);
        }

        // Behind a comma or a parenthesis, where tables are listed: after FROM or JOIN, in parentheses or not.
        var depth = 0;
        for (var i = before; i >= 0; i--)
        {
            switch (words[i].IsQuoted ? "" : words[i].Text)
            {
                case ")":
                    depth++;
                    break;
                case "(" when depth > 0:
                    depth--;
                    break;
                case "(" when i > 0 && (words[i - 1].IsQuoted || !(BeforeLists.Contains(words[i - 1].Text) || words[i - 1].Text is "(" or ",")):
                    // What a function is given.
                    return false;
                case var word when depth == 0 && word.Length > 0 && BeforeOthers.Contains(word) && !IsName(words, i):
                    return false;
                case var word when depth == 0 && word.Length > 0 && BeforeLists.Contains(word):
                    return true;
            }
        }

        return false;
    }

    /// <summary>Whether a word that may begin a part of a statement does not: it is a column's name behind a dot, or belongs to what is behind a function.</summary>
    private static bool IsName((string Text, bool IsQuoted)[] words, int at) => (at > 0 && words[at - 1].Text == ".")
        || (words[at].Text.Equals("WITH", StringComparison.OrdinalIgnoreCase)
            && at + 1 < words.Length && words[at + 1].Text.Equals("ORDINALITY", StringComparison.OrdinalIgnoreCase));

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
