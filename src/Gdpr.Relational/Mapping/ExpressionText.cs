using System.Buffers;

namespace Gdpr.Relational.Mapping;

/// <summary>What an expression of the host's may look like, so that it stays the one expression as which it is written into a statement.</summary>
/// <remarks>Only where quotes, parentheses and statements end is seen here; whether it means anything is for the database to say.</remarks>
internal static class ExpressionText
{
    private static readonly SearchValues<char> NeverOutsideQuotes = SearchValues.Create("?:@$#\\{}");

    // What they give has nothing to do with the record: another time, another fate.
    private static readonly string[] Changing = ["CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "RANDOM", "RANDOMBLOB"];

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

                    if (sign == '\'' && expression[(at + 1)..(next - 1)].Trim().Equals("now", StringComparison.OrdinalIgnoreCase))
                    {
                        problems.Add(("asks the database's clock with 'now'", "let it depend on the record alone"));
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
                    else if (Changing.FirstOrDefault(word => expression.AsSpan(at, next - at).Equals(word, StringComparison.OrdinalIgnoreCase)) is { } changing)
                    {
                        problems.Add(($"uses {changing}, which gives something else each time", "let it depend on the record alone"));
                    }

                    break;
            }

            at = next;
        }

        if (depth > 0)
        {
            problems.Add(("opens a parenthesis that it does not close", "balance the parentheses"));
        }

        return problems.Distinct();
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
