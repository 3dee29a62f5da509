using Gdpr.Relational.Tables;
using Gdpr.Relational.Values;

namespace Gdpr.Relational.Queries;

/// <summary>How a database writes what the library asks of it.</summary>
/// <remarks>Expressions given are SQL of the library's own making; identifiers come in as they are and leave quoted, values only as parameters.</remarks>
public abstract class SqlDialect
{
    /// <summary>The greatest value of several expressions, none of which is NULL.</summary>
    /// <param name="expressions">Two expressions or more.</param>
    public abstract string Greatest(IEnumerable<string> expressions);

    /// <summary>The least value of several expressions, none of which is NULL.</summary>
    /// <param name="expressions">Two expressions or more.</param>
    public abstract string Least(IEnumerable<string> expressions);

    /// <summary>What ends a nested query so that it is computed once per row, and not again for each use of its columns.</summary>
    public abstract string Barrier { get; }

    /// <summary>How a parameter is referred to, such as <c>@p0</c>.</summary>
    /// <param name="name">Its name.</param>
    public virtual string Parameter(string name) => "@" + name;

    /// <summary>An identifier of a table or a column, quoted.</summary>
    /// <param name="identifier">The identifier as it is.</param>
    /// <exception cref="ArgumentException">It is empty or holds a NUL character, which no quoting makes safe.</exception>
    public virtual string Quote(string identifier)
    {
        ArgumentException.ThrowIfNullOrEmpty(identifier);
        return identifier.Contains('\0', StringComparison.Ordinal)
            ? throw new ArgumentException("An identifier holds a NUL character.", nameof(identifier))
            : $"\"{identifier.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    /// <summary>The value of a trigger as a whole number: NULL where missing; -9000000000000000000 where it cannot be read; 100-nanosecond ticks since
    /// 1970 for an instant; 8000000000000000000 and the days since 1970 for a local date.</summary>
    /// <param name="column">The column.</param>
    /// <param name="time">How it is stored.</param>
    public abstract string TriggerCode(string column, StoredTime time);

    /// <summary>The content of a column as it is after a field has been anonymised; the same again for its own result.</summary>
    /// <param name="column">The column.</param>
    /// <param name="change">What becomes of the content; never a fixed text.</param>
    /// <param name="parameter">Gives the parameter for a text.</param>
    public abstract string Anonymised(string column, ContentChange change, Func<string, string> parameter);

    /// <summary>The value of a key as text.</summary>
    /// <param name="column">The column.</param>
    /// <param name="affinity">What it holds.</param>
    public abstract string KeyText(string column, ColumnAffinity affinity);

    /// <summary>A condition: the value of a key's column is of the column's own kind, and the text of <see cref="KeyText"/> is that value and no other's.</summary>
    /// <param name="column">The column.</param>
    /// <param name="affinity">What it holds.</param>
    public abstract string IsKey(string column, ColumnAffinity affinity);

    /// <summary>A column, compared by its very value and by no rule that takes one text for another.</summary>
    /// <param name="column">The column.</param>
    /// <param name="affinity">What it holds.</param>
    public abstract string Exact(string column, ColumnAffinity affinity);

    /// <summary>A text, compared without regard to case: what forbids destruction rather covers somebody too many.</summary>
    /// <param name="text">The text.</param>
    public abstract string AnyCase(string text);

    /// <summary>The content of a column as the driver is to give it for a copy: text, a number, a truth value or bytes.</summary>
    /// <param name="column">The column.</param>
    /// <param name="affinity">What it holds.</param>
    public virtual string Exported(string column, ColumnAffinity affinity) => column;

    /// <summary>Several values as one text: a JSON array of texts and numbers.</summary>
    /// <param name="columns">The columns, each with what it holds.</param>
    public abstract string KeyArray(IReadOnlyList<(string Column, ColumnAffinity Affinity)> columns);

    /// <summary>A query that gives the keys in a parameter as rows of columns <c>k0</c>, <c>k1</c> …; the parameter is a JSON array of keys as
    /// <see cref="KeyText"/> and <see cref="KeyArray"/> write them.</summary>
    /// <param name="parameter">The parameter, as <see cref="Parameter"/> writes it.</param>
    /// <param name="affinities">What each column of the key holds.</param>
    public abstract string KeySet(string parameter, IReadOnlyList<ColumnAffinity> affinities);

    /// <summary>A query that gives the whole numbers from 0, as many as a parameter says, as rows of a column <c>i</c>.</summary>
    /// <param name="parameter">The parameter, as <see cref="Parameter"/> writes it.</param>
    public abstract string Series(string parameter);

    /// <summary>Some bytes of a parameter.</summary>
    /// <param name="parameter">The parameter, as <see cref="Parameter"/> writes it.</param>
    /// <param name="offset">An expression: the first byte, from 0.</param>
    /// <param name="length">How many.</param>
    public abstract string Bytes(string parameter, string offset, int length);

    /// <summary>The statements that create the library's tables beside the data, where they are missing.</summary>
    public abstract IReadOnlyList<string> SideTables { get; }
}
