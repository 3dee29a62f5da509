namespace Gdpr.Relational.Mapping;

/// <summary>Whether an expression asks only for rows that refer to its own record.</summary>
/// <remarks>Conservative: wherever the table stands, a condition that all rows must meet has to say so, by itself. What is written otherwise is taken to ask for others'
/// rows too.</remarks>
internal sealed class OwnRowsText
{
    // With any of these beside a table, a condition need not hold of all its rows.
    private static readonly string[] Loosening = ["LEFT", "RIGHT", "FULL", "NATURAL", "UNION", "EXCEPT", "INTERSECT"];

    private static readonly string[] AfterConditions = ["WHERE", "JOIN", "INNER", "CROSS", "GROUP", "ORDER", "HAVING", "LIMIT", "OFFSET", "FETCH", "WINDOW", "ON"];

    private readonly ExpressionToken[] _tokens;
    private readonly int[] _groups;
    private readonly string _table;
    private readonly IReadOnlyDictionary<string, string> _on;

    private OwnRowsText(string expression, string table, IReadOnlyDictionary<string, string> on)
    {
        _tokens = [.. ExpressionText.Tokens(expression)];
        _groups = GroupsOf(_tokens);
        (_table, _on) = (table[(table.LastIndexOf('.') + 1)..].Trim('"'), on);
    }

    /// <summary>Whether every row of a table that an expression asks for refers to the record, <c>r</c>.</summary>
    /// <param name="expression">The expression, without problems.</param>
    /// <param name="table">The table's name.</param>
    /// <param name="on">The columns by which its rows refer, each with the record's column.</param>
    public static bool AsksOnlyFor(string expression, string table, IReadOnlyDictionary<string, string> on) => new OwnRowsText(expression, table, on).AsksOnlyForOwn();

    private bool AsksOnlyForOwn()
    {
        // Where something else is called r, nothing tells which is the record.
        var places = Enumerable.Range(0, _tokens.Length).Where(at => (_tokens[at].IsName || _tokens[at].IsText) && Is(_tokens[at].Text, _table)).ToArray();
        return _on.Count > 0 && !Enumerable.Range(0, _tokens.Length).Any(at => IsName(at, "r") && Text(at + 1) != ".")
            && places.All(at => Text(at + 1) == "." || IsOwnAt(at));
    }

    /// <summary>Whether the table's rows are asked for at a place, and are the record's own.</summary>
    private bool IsOwnAt(int at)
    {
        var first = Text(at - 1) == "." ? at - 2 : at;
        if (!IsWord(first - 1, "FROM") && !IsWord(first - 1, "JOIN"))
        {
            return false;
        }

        var group = _groups[at];
        int[] beside = [.. Enumerable.Range(0, _tokens.Length).Where(index => _groups[index] == group)];
        if (beside.Any(index => _tokens[index].IsWord && Loosening.Contains(_tokens[index].Text, StringComparer.OrdinalIgnoreCase))
            || beside.Count(index => IsWord(index, "SELECT")) != 1)
        {
            return false;
        }

        var named = IsWord(at + 1, "AS") ? at + 2 : at + 1;
        var hasAlias = named < _tokens.Length && _tokens[named].IsName && !EndsConditions(named);
        var name = hasAlias ? _tokens[named].Text : _table;

        // A column without a table's name is this table's where no other is asked for.
        var isAlone = beside.Count(index => IsWord(index, "FROM") || IsWord(index, "JOIN") || (Text(index) == "," && IsInFrom(index, beside))) == 1;
        var conditions = ConditionsOf(beside).ToArray();
        return _on.All(pair => conditions.Any(condition => Says(condition, name, isAlone, pair.Key, pair.Value)));
    }

    private bool IsInFrom(int at, int[] beside) => beside.Any(before => before < at && IsWord(before, "FROM"))
        && !beside.Any(before => before < at && (IsWord(before, "WHERE") || IsWord(before, "GROUP") || IsWord(before, "ORDER")));

    /// <summary>What every row must meet: the parts of WHERE, and of ON, that AND joins. Each is the places of its tokens, what is in parentheses left out.</summary>
    private IEnumerable<int[]> ConditionsOf(int[] beside)
    {
        var (part, clause, isWithin, isBetween) = (new List<int>(), new List<int[]>(), false, false);
        foreach (var index in beside.Append(-1))
        {
            var isClauseEnd = index < 0 || EndsConditions(index);
            var isPartEnd = isClauseEnd || (IsWord(index, "AND") && !isBetween);
            if (isWithin && isPartEnd)
            {
                clause.Add([.. part]);
            }

            if (isClauseEnd)
            {
                // One of several that need not hold is none.
                foreach (var whole in clause.Any(one => one.Any(at => IsWord(at, "OR") || IsWord(at, "XOR"))) ? [] : clause)
                {
                    yield return whole;
                }

                clause.Clear();
                isWithin = index >= 0 && (IsWord(index, "WHERE") || IsWord(index, "ON"));
            }

            if (isPartEnd)
            {
                part.Clear();
            }
            else
            {
                part.Add(index);
            }

            isBetween = IsWord(index, "BETWEEN") || (isBetween && !IsWord(index, "AND"));
        }
    }

    private bool EndsConditions(int at) => _tokens[at].IsWord && AfterConditions.Contains(_tokens[at].Text, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a condition is <c>[name.]column = r.of</c>, or the other way round, and nothing else.</summary>
    private bool Says(int[] condition, string name, bool isAlone, string column, string of)
    {
        // Parentheses are of another group: their places are missing in between.
        if (condition.Length == 0 || condition[^1] - condition[0] != condition.Length - 1)
        {
            return false;
        }

        var (start, end) = (condition[0], condition[^1] + 1);
        return Is(Own(start) is { } own && Text(own) == "=" ? Record(own + 1) : null) || Is(Record(start) is { } record && Text(record) == "=" ? Own(record + 1) : null);

        bool Is(int? after) => after == end;

        int? Own(int at) => IsName(at, name) && Text(at + 1) == "." && IsName(at + 2, column) ? at + 3 : isAlone && IsName(at, column) && Text(at + 1) != "." ? at + 1 : null;

        int? Record(int at) => IsName(at, "r") && Text(at + 1) == "." && IsName(at + 2, of) ? at + 3 : null;
    }

    /// <summary>In which parentheses each token stands; the parentheses themselves are of their own.</summary>
    private static int[] GroupsOf(ExpressionToken[] tokens)
    {
        var (groups, open, next) = (new int[tokens.Length], new Stack<int>([0]), 0);
        for (var at = 0; at < tokens.Length; at++)
        {
            var sign = tokens[at].IsText || tokens[at].IsName ? "" : tokens[at].Text;
            if (sign == "(")
            {
                open.Push(++next);
                groups[at] = -1;
            }
            else if (sign == ")" && open.Count > 1)
            {
                open.Pop();
                groups[at] = -1;
            }
            else
            {
                groups[at] = open.Peek();
            }
        }

        return groups;
    }

    private bool IsName(int at, string name) => at >= 0 && at < _tokens.Length && _tokens[at].IsName && Is(_tokens[at].Text, name);

    private bool IsWord(int at, string word) => at >= 0 && at < _tokens.Length && _tokens[at].IsWord && Is(_tokens[at].Text, word);

    private string Text(int at) => at >= 0 && at < _tokens.Length && !_tokens[at].IsText ? _tokens[at].Text : "";

    private static bool Is(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
