using System.Data.Common;
using System.Globalization;
using Gdpr.Relational.Tables;

namespace Gdpr.Relational.Queries;

/// <summary>The values that a statement's text refers to, each under a name.</summary>
internal sealed class SqlValues(SqlDialect dialect, string prefix = "v")
{
    private readonly List<(string Name, object Value)> _values = [];
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);

    /// <summary>A parameter for a text, the same for the same text.</summary>
    public string Text(string value)
    {
        if (!_texts.TryGetValue(value, out var parameter))
        {
            var name = Name();
            _values.Add((name, value));
            _texts.Add(value, parameter = dialect.Parameter(name));
        }

        return parameter;
    }

    /// <summary>A parameter of its own for a number: the text is the same whatever the numbers are.</summary>
    public string Number(long value)
    {
        var name = Name();
        _values.Add((name, value));
        return dialect.Parameter(name);
    }

    public void AddTo(DbCommand command)
    {
        foreach (var (name, value) in _values)
        {
            command.Add(dialect, name, value);
        }
    }

    private string Name() => string.Create(CultureInfo.InvariantCulture, $"{prefix}{_values.Count}");
}

/// <summary>A statement with the values that it always has.</summary>
internal sealed record SqlStatement(string Text, SqlValues Values)
{
    public DbCommand On(DbConnection connection, DbTransaction? transaction)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = Text;
        Values.AddTo(command);
        return command;
    }
}

internal static class SqlCommands
{
    public static DbCommand Add(this DbCommand command, SqlDialect dialect, string name, object? value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = dialect.Parameter(name);
        parameter.Value = value ?? DBNull.Value;
        command.Parameters.Add(parameter);
        return command;
    }

    public static DbCommand Command(this DbConnection connection, DbTransaction? transaction, string text)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = text;
        return command;
    }
}

/// <summary>Pieces of SQL.</summary>
internal static class Sql
{
    /// <summary>One expression, or a list of them in parentheses.</summary>
    public static string Tuple(IReadOnlyCollection<string> expressions) =>
        expressions.Count == 1 ? expressions.Single() : $"({string.Join(", ", expressions)})";

    /// <summary>A value of a mapping's, written as itself: a whole number as one, and anything else as the text that the database reads as one of its column's.</summary>
    /// <param name="value">The value, without NUL characters; of a column of whole numbers a number.</param>
    /// <param name="affinity">What it is compared with.</param>
    public static string Literal(string value, ColumnAffinity affinity) => affinity == ColumnAffinity.Integer
        ? Number(long.Parse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture))
        : $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";

    public static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
