using System.Buffers;

namespace Gdpr.Relational.Mapping;

/// <summary>What an expression of the host's may look like, so that it stays the one expression as which it is written into a statement.</summary>
/// <remarks>Only where quotes, parentheses and statements end is seen here; whether it means anything is for the database to say.</remarks>
internal static partial class ExpressionText
{
    private static readonly SearchValues<char> NeverOutsideQuotes = SearchValues.Create("?:@$#\\{}");

    // What they give has nothing to do with the record: another time, another fate.
    private static readonly string[] Changing = ["CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP"];

    private static readonly string[] ChangingFunctions =
    [
        "RANDOM", "RANDOMBLOB", "CHANGES", "TOTAL_CHANGES", "LAST_INSERT_ROWID", "NOW", "CLOCK_TIMESTAMP", "STATEMENT_TIMESTAMP", "TRANSACTION_TIMESTAMP", "TIMEOFDAY",
        "AGE", "GEN_RANDOM_UUID", "NEXTVAL", "CURRVAL", "LASTVAL",
    ];

    // Texts that a database may take for the present day or instant.
    private static readonly string[] Present = ["NOW", "TODAY", "TOMORROW", "YESTERDAY"];

    // Of nothing, or of texts that say how, they give the present time.
    private static readonly string[] Times = ["DATE", "TIME", "DATETIME", "JULIANDAY", "UNIXEPOCH", "STRFTIME"];

    /// <summary>What is wrong with an expression, each with its mend; nothing where it may be handed to the database.</summary>
    public static IEnumerable<(string Wrong, string Mend)> Problems(string expression)
    {
        if (string.IsNullOrWhiteSpace(expression))
        {
            return [("is empty", "write an expression")];
        }

        var problems = new List<(string, string)>();
        var depth = 0;
        for (var at = 0; at < expression.Length;)
        {
            var next = at + 1;
            var sign = expression[at];
            switch (sign)
            {
                case '\'' or '"' or '`' or '[':
                    next = EndOfQuoted(expression, at, sign == '[' ? ']' : sign);
                    if (next < 0)
                    {
                        problems.Add(($"has a quote {sign} that is not closed", "close it"));
                        return problems;
                    }

                    if (sign == '\'' && IsNow(expression[(at + 1)..(next - 1)]))
                    {
                        problems.Add(($"asks the database's clock with '{expression[(at + 1)..(next - 1)].Trim().ToLowerInvariant()}'", "let it depend on the record alone"));
                    }

                    break;
                case '(':
                    depth++;
                    break;
                case ')' when --depth < 0:
                    problems.Add(("closes a parenthesis that it has not opened", "balance the parentheses"));
                    return problems;
                case ';':
                    problems.Add(("holds a semicolon", "write one expression, not statements"));
                    break;
                case '-' or '/' when next < expression.Length && expression[next] == (sign == '-' ? '-' : '*'):
                    problems.Add(("holds a comment", "take it out"));
                    return problems;
                case '\0':
                    problems.Add(("holds a NUL character", "take it out"));
                    break;
                default:
                    next = IsWord(sign) ? EndOfWord(expression, at) : next;
                    if (NeverOutsideQuotes.Contains(sign))
                    {
                        problems.Add(($"holds a parameter, or a sign that SQL does not have ({sign})", "write the value itself"));
                    }

                    break;
            }

            at = next;
        }

        if (depth > 0)
        {
            problems.Add(("opens a parenthesis that it does not close", "balance the parentheses"));
        }

        return problems.Concat(Unsteady([.. Tokens(expression)])).Distinct();
    }

    /// <summary>Whether an expression may name a column of a table: of one of this alias, of one that has none, or of one of a subquery.</summary>
    /// <param name="expression">The expression, without problems.</param>
    /// <param name="column">The column's name.</param>
    /// <param name="alias">What the table's rows are called in it.</param>
    public static bool MayName(string expression, string column, string alias)
    {
        ExpressionToken[] tokens = [.. Tokens(expression)];

        // A subquery may call its own rows anything.
        var hasOwn = tokens.Any(token => token.IsWord && string.Equals(token.Text, "SELECT", StringComparison.OrdinalIgnoreCase));
        for (var at = 0; at < tokens.Length; at++)
        {
            // A row that is used whole has all its columns.
            if (tokens[at].IsName && alias.Length > 0 && string.Equals(tokens[at].Text, alias, StringComparison.OrdinalIgnoreCase)
                && (at + 1 == tokens.Length || tokens[at + 1].Text != "."))
            {
                return true;
            }

            // Where only a name can stand, some databases take a text for one.
            if ((tokens[at].IsName || (at > 0 && tokens[at - 1].Text == ".")) && string.Equals(tokens[at].Text, column, StringComparison.OrdinalIgnoreCase)
                && (hasOwn || at < 2 || tokens[at - 1].Text != "." || !IsAlias(tokens[at - 2].Text) || string.Equals(tokens[at - 2].Text, alias, StringComparison.OrdinalIgnoreCase)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a name is what the record's row is called, or one on the way from it.</summary>
    private static bool IsAlias(string name) => name is "r" or "R" || (name.Length > 1 && name[0] is 'j' or 'J' && name.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0);

    /// <summary>The names that an expression calls, and those after a dot, which may be functions of a row; in small letters where nothing quotes them.</summary>
    public static (IReadOnlyCollection<string> Called, IReadOnlyCollection<string> Members) Functions(string expression)
    {
        ExpressionToken[] tokens = [.. Tokens(expression)];
        var (called, members) = (new SortedSet<string>(StringComparer.Ordinal), new SortedSet<string>(StringComparer.Ordinal));
        foreach (var (at, token) in tokens.Index().Where(token => token.Item.IsName))
        {
            var name = token.IsWord ? token.Text.ToLowerInvariant() : token.Text;
            if (at + 1 < tokens.Length && tokens[at + 1] is { Text: "(", IsText: false })
            {
                called.Add(name);
            }
            else if (at > 0 && tokens[at - 1] is { Text: ".", IsText: false })
            {
                members.Add(name);
            }
        }

        return (called, members);
    }

    /// <summary>What gives something else each time, whatever the record.</summary>
    private static IEnumerable<(string Wrong, string Mend)> Unsteady(IReadOnlyList<ExpressionToken> tokens)
    {
        foreach (var (at, token) in tokens.Index())
        {
            var isCall = at + 1 < tokens.Count && tokens[at + 1].Text == "(" && !tokens[at + 1].IsText;
            if (token.IsWord && (IsAmong(Changing) || (isCall && IsAmong(ChangingFunctions))))
            {
                yield return ($"uses {token.Text.ToUpperInvariant()}, which gives something else each time", "let it depend on the record alone");
            }
            else if (token.IsWord && isCall && IsAmong(Times) && !NamesAny(at + 2))
            {
                yield return ($"asks the database's clock with {token.Text.ToUpperInvariant()} of nothing that is stored", "let it depend on the record alone");
            }

            bool IsAmong(string[] words) => words.Contains(token.Text, StringComparer.OrdinalIgnoreCase);
        }

        bool NamesAny(int from)
        {
            var depth = 1;
            for (var at = from; at < tokens.Count && depth > 0; at++)
            {
                // What asks for the present time by its name has been told already.
                if (tokens[at].IsName || (tokens[at].IsText && IsNow(tokens[at].Text)))
                {
                    return true;
                }

                depth += tokens[at].IsText ? 0 : tokens[at].Text switch { "(" => 1, ")" => -1, _ => 0 };
            }

            return false;
        }
    }

    private static bool IsNow(string text) => Present.Contains(text.Trim(), StringComparer.OrdinalIgnoreCase);

    /// <summary>The pieces of an expression.</summary>
    public static IEnumerable<ExpressionToken> Tokens(string expression)
    {
        for (int at = 0, next; at < expression.Length; at = next)
        {
            var sign = expression[at];
            if (sign is '\'' or '"' or '`' or '[')
            {
                next = EndOfQuoted(expression, at, sign == '[' ? ']' : sign);
                next = next < 0 ? expression.Length + 1 : next;
                var text = expression[(at + 1)..(next - 1)].Replace(new string(sign, 2), new string(sign, 1), StringComparison.Ordinal);
                yield return new ExpressionToken(text, IsText: sign == '\'', IsName: sign != '\'', IsWord: false);

                // A name, or the places of an array.
                foreach (var inner in sign == '[' ? Tokens(text) : [])
                {
                    yield return inner;
                }

                continue;
            }

            // A number is no name.
            next = IsWord(sign) ? EndOfWord(expression, at) : at + 1;
            if (!char.IsWhiteSpace(sign))
            {
                var isWord = IsWord(sign) && !char.IsAsciiDigit(sign);
                yield return new ExpressionToken(expression[at..next], IsText: false, IsName: isWord, isWord);
            }
        }
    }

    /// <summary>The place after a quoted piece, in which a doubled quote stands for one; -1 where it does not end.</summary>
    private static int EndOfQuoted(string text, int start, char quote)
    {
        for (var at = start + 1; at < text.Length; at++)
        {
            if (text[at] == quote)
            {
                if (quote == ']' || at + 1 == text.Length || text[at + 1] != quote)
                {
                    return at + 1;
                }

                at++;
            }
        }

        return -1;
    }

    private static int EndOfWord(string text, int start)
    {
        var end = start + 1;
        while (end < text.Length && (IsWord(text[end]) || text[end] == '$'))
        {
            end++;
        }

        return end;
    }

    private static bool IsWord(char sign) => char.IsLetterOrDigit(sign) || sign == '_' || sign > 127;
}

/// <summary>A piece of an expression.</summary>
/// <param name="Text">What it says, without quotes.</param>
/// <param name="IsText">Whether it is a text, which names nothing but where only a name can stand.</param>
/// <param name="IsName">Whether it may name a column: a word, or something quoted as a name.</param>
/// <param name="IsWord">Whether it is a word without quotes.</param>
internal readonly record struct ExpressionToken(string Text, bool IsText, bool IsName, bool IsWord);
