namespace Gdpr.Relational.Queries;

/// <summary>Puts conditions together, leaving out what is certain: a statement asks only what may differ from record to record.</summary>
internal static class Condition
{
    public const string True = "1 = 1";
    public const string False = "1 = 0";

    public static string And(params IEnumerable<string> conditions) => Join(conditions, " AND ", neutral: True, decisive: False);

    public static string Or(params IEnumerable<string> conditions) => Join(conditions, " OR ", neutral: False, decisive: True);

    public static string Not(string condition) => condition switch
    {
        True => False,
        False => True,
        _ => $"NOT ({condition})",
    };

    /// <summary>The same condition for whoever filters by it, in a form to whose rows PostgreSQL takes no index.</summary>
    public static string Unindexed(string condition) => condition is True or False ? condition : $"({condition}) IS TRUE";

    /// <summary>Whether a level, 0 to 2, is less than a number.</summary>
    public static string Below(string level, int number) => Compared(level, "<", number, value => value < number);

    /// <summary>Whether a level, 0 to 2, is more than a number.</summary>
    public static string Above(string level, int number) => Compared(level, ">", number, value => value > number);

    private static string Compared(string level, string comparison, int number, Func<int, bool> holds) => level switch
    {
        "0" or "1" or "2" => holds(level[0] - '0') ? True : False,
        _ => $"{level} {comparison} {Sql.Number(number)}",
    };

    private static string Join(IEnumerable<string> conditions, string word, string neutral, string decisive)
    {
        string[] asked = [.. conditions.Where(condition => condition != neutral).Distinct(StringComparer.Ordinal)];
        return asked.Contains(decisive, StringComparer.Ordinal) ? decisive
            : asked.Length switch
            {
                0 => neutral,
                1 => asked[0],
                _ => string.Join(word, asked.Select(condition => $"({condition})")),
            };
    }
}

/// <summary>Puts levels together: 0 for past or not so, 1 for unknown, 2 for alive or so.</summary>
internal static class Level
{
    /// <summary>The greatest of some levels; 0 of none.</summary>
    public static string Greatest(SqlDialect dialect, params IEnumerable<string> levels) => Of(levels, "0", "2", dialect.Greatest);

    /// <summary>The least of some levels; 2 of none.</summary>
    public static string Least(SqlDialect dialect, params IEnumerable<string> levels) => Of(levels, "2", "0", dialect.Least);

    /// <summary>The level of what excludes another.</summary>
    public static string Opposite(string level) => level switch
    {
        "0" => "2",
        "2" => "0",
        _ => $"2 - {level}",
    };

    private static string Of(IEnumerable<string> levels, string neutral, string decisive, Func<IEnumerable<string>, string> join)
    {
        string[] asked = [.. levels.Where(level => level != neutral).Distinct(StringComparer.Ordinal)];
        return asked.Contains(decisive, StringComparer.Ordinal) ? decisive
            : asked.Length switch
            {
                0 => neutral,
                1 => asked[0],
                _ => join(asked),
            };
    }
}
