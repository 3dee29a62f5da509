namespace Gdpr.Relational.Mapping;

/// <content>Which tables a subquery may ask, and whether for whole rows.</content>
internal static partial class ExpressionText
{
    private static readonly string[] WholeRows = ["TO_JSON", "TO_JSONB", "ROW_TO_JSON", "JSON_AGG", "JSONB_AGG", "HSTORE", "ROW"];

    // What may follow a table, and is not what its rows are called.
    private static readonly string[] AfterTables =
    [
        "WHERE", "JOIN", "INNER", "CROSS", "LEFT", "RIGHT", "FULL", "NATURAL", "ON", "USING", "GROUP", "ORDER", "HAVING", "LIMIT", "OFFSET", "FETCH", "WINDOW", "UNION",
        "EXCEPT", "INTERSECT", "INDEXED", "NOT", "AND", "OR", "THEN", "ELSE", "WHEN", "END", "TABLESAMPLE",
    ];

    private static readonly string[] NoFroms = ["SELECT", "WHERE", "GROUP", "ORDER", "HAVING", "LIMIT", "OFFSET", "FETCH", "WINDOW"];

    /// <summary>A table's own name, without its schema.</summary>
    public static string LastOf(string table) => table[(table.LastIndexOf('.') + 1)..].Trim('"');

    /// <summary>Whether an expression may name a table, in a subquery; some databases take a text for a name there.</summary>
    public static bool MayNameTable(string expression, string table)
    {
        ExpressionToken[] tokens = [.. Tokens(expression)];
        var last = LastOf(table);
        return tokens.Any(token => IsAnyWord(token, "SELECT", "TABLE", "IN")) && tokens.Index().Any(token => (token.Item.IsName || token.Item.IsText)
            && (Is(token.Item.Text, last) || Is(token.Item.Text, table)) && !IsOfRow(tokens, token.Index));
    }

    /// <summary>Whether a subquery may use rows of a table whole, and with them every column, or columns that it does not name.</summary>
    public static bool MayUseRows(string expression, string table)
    {
        ExpressionToken[] tokens = [.. Tokens(expression)];
        var isCompound = tokens.Any(token => IsAnyWord(token, "UNION", "EXCEPT", "INTERSECT"));
        return Enumerable.Range(0, tokens.Length).Any(at => IsAll(at) || (tokens[at].IsName && WholeRows.Contains(tokens[at].Text, StringComparer.OrdinalIgnoreCase))
            || IsAnyWord(tokens[at], "NATURAL", "TABLE") || (IsAnyWord(tokens[at], "IN") && !IsSign(at + 1, "("))
            || (IsAnyWord(tokens[at], "USING") && tokens.Skip(at).TakeWhile(token => token.IsText || token.Text != ")").Any(token => token.IsText)))
            || NamesOf(tokens, LastOf(table)).Any(IsUsedWhole);

        // A product is none, nor is a count of rows; and whether there are any does not depend on what they say.
        bool IsAll(int at) => IsSign(at, "*") && at > 0 && (IsSign(at - 1, ",") || IsSign(at - 1, ".") || IsAnyWord(tokens[at - 1], "DISTINCT", "ALL")
            || (IsAnyWord(tokens[at - 1], "SELECT") && (isCompound || at < 3 || !IsSign(at - 2, "(") || !IsAnyWord(tokens[at - 3], "EXISTS"))));

        // Also where its columns are called otherwise.
        bool IsUsedWhole(string name) => Enumerable.Range(0, tokens.Length).Any(at => (tokens[at].IsName || tokens[at].IsText) && Is(tokens[at].Text, name)
            && !IsSign(at + 1, ".") && !IsSign(at - 1, ".") && (IsDeclared(at) ? IsSign(at + 1, "(") : tokens[at].IsName));

        bool IsDeclared(int at) => IsTablePlace(tokens, at)
            || (at > 0 && (IsAnyWord(tokens[at - 1], "AS") || tokens[at - 1].IsText || Is(tokens[at - 1].Text, LastOf(table))));

        bool IsSign(int at, string sign) => at >= 0 && at < tokens.Length && tokens[at] is { IsText: false, IsName: false } token && token.Text == sign;
    }

    /// <summary>Whether a table's name may stand at a place, from its schema on.</summary>
    public static bool IsTablePlace(ExpressionToken[] tokens, int at)
    {
        if (at > 0 && IsAnyWord(tokens[at - 1], "FROM", "JOIN", "TABLE", "IN", "ONLY", "LATERAL"))
        {
            return true;
        }

        // After a comma, where what is asked is listed.
        var depth = 0;
        for (var before = at - 2; at > 0 && before >= 0 && depth >= 0 && tokens[at - 1] is { IsText: false, Text: "," }; before--)
        {
            if (depth == 0 && IsAnyWord(tokens[before], ["FROM", "JOIN", .. NoFroms]))
            {
                return IsAnyWord(tokens[before], "FROM", "JOIN");
            }

            depth += tokens[before].IsText ? 0 : tokens[before].Text switch { ")" => 1, "(" => -1, _ => 0 };
        }

        return false;
    }

    /// <summary>Whether a name is that of a column of the record's row, or of one on the way from it.</summary>
    public static bool IsOfRow(ExpressionToken[] tokens, int at) => at > 1 && tokens[at - 1] is { IsText: false, Text: "." }
        && tokens[at - 2].IsName && IsAlias(tokens[at - 2].Text) && !IsTablePlace(tokens, at - 2);

    /// <summary>Whether a word goes on after a table, and is not what its rows are called.</summary>
    public static bool IsAfterTable(ExpressionToken token) => IsAnyWord(token, AfterTables);

    /// <summary>What a table's rows may be called.</summary>
    private static IEnumerable<string> NamesOf(ExpressionToken[] tokens, string table)
    {
        yield return table;
        foreach (var (at, _) in tokens.Index().Where(token => (token.Item.IsName || token.Item.IsText) && Is(token.Item.Text, table)))
        {
            var named = at + 1 < tokens.Length && IsAnyWord(tokens[at + 1], "AS") ? at + 2 : at + 1;
            if (named < tokens.Length && (tokens[named].IsName || tokens[named].IsText) && !IsAfterTable(tokens[named]))
            {
                yield return tokens[named].Text;
            }
        }
    }

    private static bool IsAnyWord(ExpressionToken token, params string[] words) => token.IsWord && words.Contains(token.Text, StringComparer.OrdinalIgnoreCase);

    private static bool Is(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
