namespace Gdpr.Relational.Mapping;

/// <summary>Whether an expression asks only for rows that refer to its own record.</summary>
/// <remarks>Conservative: only a plain condition that all rows must meet is taken for one. What is written otherwise is taken to ask for others' rows too.</remarks>
internal static class OwnRowsText
{
    // With any of these, a condition need not hold of every row, or a table stands for more than one thing.
    private static readonly string[] Loosening = ["OR", "UNION", "EXCEPT", "INTERSECT", "LEFT", "RIGHT", "FULL", "CASE", "FILTER"];

    /// <summary>Whether every row of a table that an expression asks for refers to the record, <c>r</c>.</summary>
    /// <param name="expression">The expression, without problems.</param>
    /// <param name="table">The table's name.</param>
    /// <param name="on">The columns by which its rows refer, each with the record's column.</param>
    public static bool AsksOnlyFor(string expression, string table, IReadOnlyDictionary<string, string> on)
    {
        ExpressionToken[] tokens = [.. ExpressionText.Tokens(expression)];
        var places = tokens.Index().Where(token => (token.Item.IsName || token.Item.IsText) && Is(token.Item.Text, Last(table))).Select(token => token.Index).ToArray();
        if (tokens.Any(token => token.IsWord && Loosening.Contains(token.Text, StringComparer.OrdinalIgnoreCase)) || AnyNegation()
            || tokens.Count(token => token.IsWord && Is(token.Text, "SELECT")) != 1)
        {
            return false;
        }

        // A column may be called after the table it names rows of: there the table stands once, after FROM or JOIN.
        var named = places.Where(at => at > 0 && (IsWord(at - 1, "FROM") || IsWord(at - 1, "JOIN"))).ToArray();
        if (named is not [var only] || places.Any(at => at != only && Text(at + 1) != "."))
        {
            return false;
        }

        var after = IsWord(only + 1, "AS") ? only + 2 : only + 1;
        var hasAlias = after < tokens.Length && tokens[after].IsName && !IsWord(after, "WHERE") && !IsWord(after, "ON") && !IsWord(after, "JOIN");
        string[] names = hasAlias ? [tokens[after].Text] : [Last(table)];
        var isAlone = IsWord(hasAlias ? after + 1 : only + 1, "WHERE");
        return on.Count > 0 && on.All(pair => Enumerable.Range(0, tokens.Length).Any(at => IsSaidAt(at, pair.Key, pair.Value)));

        bool IsSaidAt(int at, string column, string of)
        {
            // [alias.]column = r.of, or the other way round, as a whole condition.
            var (start, end) = ColumnAt(at, column) is { } first && Text(first) == "=" && OfRecord(first + 1, of) is { } second ? (at, second)
                : OfRecord(at, of) is { } third && Text(third) == "=" && ColumnAt(third + 1, column) is { } fourth ? (at, fourth)
                : (-1, -1);
            return start > 0 && (IsWord(start - 1, "WHERE") || IsWord(start - 1, "AND") || IsWord(start - 1, "ON")) && IsOutermost(start)
                && (end >= tokens.Length || Text(end) == ")" || IsWord(end, "AND") || IsWord(end, "WHERE") || IsWord(end, "ORDER") || IsWord(end, "GROUP"));
        }

        // Within parentheses it may be part of another condition.
        bool IsOutermost(int at)
        {
            var depth = 0;
            for (var before = at - 1; !IsWord(before, "WHERE") && !IsWord(before, "ON"); before--)
            {
                if (before < 0)
                {
                    return false;
                }

                depth += Text(before) switch { "(" => 1, ")" => -1, _ => 0 };
            }

            return depth == 0;
        }

        int? ColumnAt(int at, string column) =>
            IsName(at, names[0]) && Text(at + 1) == "." && IsName(at + 2, column) ? at + 3 : isAlone && IsName(at, column) && Text(at + 1) != "." ? at + 1 : null;

        int? OfRecord(int at, string column) => IsName(at, "r") && Text(at + 1) == "." && IsName(at + 2, column) ? at + 3 : null;

        bool AnyNegation() => tokens.Index().Any(token => IsWord(token.Index, "NOT") && !IsWord(token.Index + 1, "NULL"));

        bool IsName(int at, string name) => at < tokens.Length && tokens[at].IsName && Is(tokens[at].Text, name);

        bool IsWord(int at, string word) => at >= 0 && at < tokens.Length && tokens[at].IsWord && Is(tokens[at].Text, word);

        string Text(int at) => at < tokens.Length && !tokens[at].IsText ? tokens[at].Text : "";
    }

    private static string Last(string table) => table[(table.LastIndexOf('.') + 1)..].Trim('"');

    private static bool Is(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
