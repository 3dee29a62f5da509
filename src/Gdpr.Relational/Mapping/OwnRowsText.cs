namespace Gdpr.Relational.Mapping;

/// <summary>Whether an expression asks only for rows that refer to its own record.</summary>
/// <remarks>Conservative: wherever the table stands, a condition that all rows must meet has to say so, by itself. What is written otherwise is taken to ask for others'
/// rows too.</remarks>
internal sealed class OwnRowsText
{
    // With any of these beside a table, one SELECT does not say which rows count; or the rows of a set are not all of those that its conditions let through.
    private static readonly string[] Compound = ["UNION", "EXCEPT", "INTERSECT"];
    private static readonly string[] Limiting = ["GROUP", "ORDER", "HAVING", "LIMIT", "OFFSET", "FETCH", "WINDOW"];

    // What WHERE says binds the rows of any join; what ON says does not where one of these may add rows that meet it not.
    private static readonly string[] Outer = ["LEFT", "RIGHT", "FULL"];

    private static readonly string[] AfterConditions = [.. Limiting, "WHERE", "JOIN", "INNER", "CROSS", "ON"];

    // After any other word, or a name, a text is what a table is called.
    private static readonly string[] BeforeTexts = ["LIKE", "GLOB", "ILIKE", "THEN", "ELSE", "WHEN", "IS", "NOT", "AND", "OR", "SELECT", "BETWEEN", "ESCAPE"];

    private readonly ExpressionToken[] _tokens;
    private readonly int[] _groups;
    private readonly string _table;
    private readonly IReadOnlyDictionary<string, string> _on;
    private readonly bool _isSevered;

    private OwnRowsText(string expression, string table, IReadOnlyDictionary<string, string> on, bool isSevered)
    {
        _tokens = [.. ExpressionText.Tokens(expression)];
        _groups = GroupsOf();
        (_table, _on, _isSevered) = (ExpressionText.LastOf(table), on, isSevered);
    }

    /// <summary>Whether every row of a table that an expression asks for refers to the record, <c>r</c>.</summary>
    /// <param name="expression">The expression, without problems.</param>
    /// <param name="table">The table's name.</param>
    /// <param name="on">The columns by which its rows refer, each with the record's column.</param>
    /// <param name="isSevered">Whether others' rows may lose their reference, and not only go.</param>
    public static bool AsksOnlyFor(string expression, string table, IReadOnlyDictionary<string, string> on, bool isSevered = false) =>
        new OwnRowsText(expression, table, on, isSevered).AsksOnlyForOwn();

    private bool AsksOnlyForOwn()
    {
        var all = Enumerable.Range(0, _tokens.Length).ToArray();

        // Where something else may be called r, or nobody can tell where a CASE ends, nothing says which is the record, or which conditions count.
        if (_on.Count == 0 || all.Any(at => (IsName(at, "r") && Text(at + 1) != ".") || MayCall(at, "r")) || all.Count(at => IsWord(at, "CASE")) != all.Count(IsEnd))
        {
            return false;
        }

        return all.Where(at => (_tokens[at].IsName || _tokens[at].IsText) && Is(_tokens[at].Text, _table))
            .All(at => Text(at + 1) == "." || ExpressionText.IsOfRow(_tokens, at) || IsOwnAt(at));
    }

    /// <summary>Whether a text may be what a table is called.</summary>
    private bool MayCall(int at, string name) => _tokens[at].IsText && Is(_tokens[at].Text, name) && (at == 0 || _tokens[at - 1].IsText || Text(at - 1) is ")" or "."
        || (_tokens[at - 1].IsName && !(_tokens[at - 1].IsWord && BeforeTexts.Contains(_tokens[at - 1].Text, StringComparer.OrdinalIgnoreCase))));

    /// <summary>Whether the table's rows are asked for at a place, and are the record's own.</summary>
    private bool IsOwnAt(int at)
    {
        var first = Text(at - 1) == "." ? at - 2 : at;
        if (!IsWord(first - 1, "FROM") && !IsWord(first - 1, "JOIN") && !(Text(first - 1) == "," && ExpressionText.IsTablePlace(_tokens, first)))
        {
            return false;
        }

        int[] beside = [.. Enumerable.Range(0, _tokens.Length).Where(index => _groups[index] == _groups[at])];
        if (IsAnyWord(beside, Compound) || beside.Count(index => IsWord(index, "SELECT")) != 1)
        {
            return false;
        }

        var named = IsWord(at + 1, "AS") ? at + 2 : at + 1;
        var name = named < _tokens.Length && _tokens[named].IsName && !ExpressionText.IsAfterTable(_tokens[named]) ? _tokens[named].Text : _table;

        // A column without a table's name is this table's where no other is asked for.
        var isAlone = beside.Count(index => IsWord(index, "FROM") || IsWord(index, "JOIN")
            || (Text(index) == "," && ExpressionText.IsTablePlace(_tokens, index + 1))) == 1;
        var conditions = ConditionsOf(beside).ToArray();
        return _on.All(pair => conditions.Any(condition => Says(condition, name, isAlone, pair.Key, pair.Value))) || IsSetOfReferences(first, beside, name, isAlone);
    }

    /// <summary>Whether all that is asked is whether the record is among those that rows refer to: <c>CASE WHEN r.of IN (SELECT column FROM ...) THEN</c>. Other rows
    /// that go, or come, do not matter then; those that lose their reference might.</summary>
    private bool IsSetOfReferences(int table, int[] beside, string name, bool isAlone)
    {
        var (open, column) = (beside[0] - 1, IsWord(beside[0] + 1, "DISTINCT") ? beside[0] + 2 : beside[0] + 1);
        return _on.Count == 1 && _on.First() is var (own, of) && !_isSevered && isAlone && !IsAnyWord(beside, Limiting)
            && Text(open) == "(" && IsWord(open - 1, "IN") && Record(open - 4, of) == open - 1 && IsWord(open - 5, "WHEN") && IsWord(open - 6, "CASE")
            && IsWord(EndOf(open + 1) + 1, "THEN")
            && IsWord(beside[0], "SELECT") && Own(column, name, isAlone, own) is { } from && IsWord(from, "FROM") && from + 1 == table;
    }

    /// <summary>What every row must meet: the parts of WHERE, and of ON, that AND joins.</summary>
    private IEnumerable<Range> ConditionsOf(int[] beside)
    {
        var isOuter = IsAnyWord(beside, Outer);
        foreach (var index in beside.Where(index => IsWord(index, "WHERE") || (IsWord(index, "ON") && !isOuter)))
        {
            var next = Array.Find(beside, other => other > index && EndsConditions(other));
            foreach (var condition in PartsOf(index + 1, next > 0 ? next : EndOf(index + 1)))
            {
                yield return condition;
            }
        }
    }

    /// <summary>The conditions that one is made of by AND alone. Of several that need not hold, none does; another query says something of its own.</summary>
    private IEnumerable<Range> PartsOf(int start, int end)
    {
        while (Text(start) == "(" && EndOf(start + 1) == end - 1)
        {
            (start, end) = (start + 1, end - 1);
        }

        int[] top = [.. TopOf(start, end)];
        if (IsAnyWord(top, ["OR", "XOR", "SELECT", "VALUES", "WITH", "TABLE"]) || top.Any(at => Text(at) == ","))
        {
            yield break;
        }

        var (from, isBetween, isWhole) = (start, false, true);
        foreach (var at in top.Append(end))
        {
            if (at == end ? !isWhole : IsWord(at, "AND") && !isBetween)
            {
                foreach (var part in PartsOf(from, at))
                {
                    yield return part;
                }

                (from, isWhole) = (at + 1, false);
            }

            isBetween = IsWord(at, "BETWEEN") || (isBetween && !IsWord(at, "AND"));
        }

        if (isWhole)
        {
            yield return start..end;
        }
    }

    /// <summary>The places of a range that are in no parentheses and in no CASE of it.</summary>
    private IEnumerable<int> TopOf(int start, int end)
    {
        var depth = 0;
        for (var at = start; at < end; at++)
        {
            depth -= Text(at) == ")" || IsEnd(at) ? 1 : 0;
            if (depth == 0)
            {
                yield return at;
            }

            depth += Text(at) == "(" || IsWord(at, "CASE") ? 1 : 0;
        }
    }

    /// <summary>Where the parentheses end in which a place is.</summary>
    private int EndOf(int start)
    {
        var depth = 0;
        for (var at = start; at < _tokens.Length; at++)
        {
            depth += Text(at) switch { "(" => 1, ")" => -1, _ => 0 };
            if (depth < 0)
            {
                return at;
            }
        }

        return _tokens.Length;
    }

    private bool EndsConditions(int at) => IsAnyWord([at], AfterConditions);

    /// <summary>Whether a condition is <c>[name.]column = r.of</c>, or the other way round, and nothing else.</summary>
    private bool Says(Range condition, string name, bool isAlone, string column, string of)
    {
        var (start, end) = (condition.Start.Value, condition.End.Value);
        return (Own(start, name, isAlone, column) is { } own && Text(own) == "=" && Record(own + 1, of) == end)
            || (Record(start, of) is { } record && Text(record) == "=" && Own(record + 1, name, isAlone, column) == end);
    }

    private int? Own(int at, string name, bool isAlone, string column) =>
        IsName(at, name) && Text(at + 1) == "." && IsName(at + 2, column) ? at + 3 : isAlone && IsName(at, column) && Text(at + 1) != "." ? at + 1 : null;

    private int? Record(int at, string of) => IsName(at, "r") && Text(at + 1) == "." && IsName(at + 2, of) ? at + 3 : null;

    /// <summary>In which parentheses, or in which CASE, each token stands; those themselves are of their own.</summary>
    private int[] GroupsOf()
    {
        var (groups, open, next) = (new int[_tokens.Length], new Stack<int>([0]), 0);
        for (var at = 0; at < _tokens.Length; at++)
        {
            if (Text(at) == "(" || IsWord(at, "CASE"))
            {
                open.Push(++next);
                groups[at] = -1;
            }
            else if ((Text(at) == ")" || IsEnd(at)) && open.Count > 1)
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

    private bool IsEnd(int at) => IsWord(at, "END") && Text(at - 1) != ".";

    private bool IsAnyWord(int[] places, string[] words) => places.Any(at => _tokens[at].IsWord && words.Contains(_tokens[at].Text, StringComparer.OrdinalIgnoreCase));

    private bool IsName(int at, string name) => at >= 0 && at < _tokens.Length && _tokens[at].IsName && Is(_tokens[at].Text, name);

    private bool IsWord(int at, string word) => at >= 0 && at < _tokens.Length && _tokens[at].IsWord && Is(_tokens[at].Text, word);

    /// <summary>A sign, or what a word or name says; nothing where it is a text.</summary>
    private string Text(int at) => at >= 0 && at < _tokens.Length && !_tokens[at].IsText ? _tokens[at].Text : "";

    private static bool Is(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
