using System.Data.Common;
using Gdpr.Relational.Tables;
using Gdpr.Relational.Values;
using Gdpr.Retention;
using NodaTime;

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

    /// <summary>A table, as the catalogue names it, quoted.</summary>
    /// <param name="name">The name of <see cref="TableDescription.Name"/>.</param>
    public virtual string Table(string name) => Quote(name);

    /// <summary>One of the library's own tables beside the data.</summary>
    /// <param name="table">Its name, such as <c>gdpr_block</c>.</param>
    public virtual string Beside(string table) => table;

    /// <summary>Says, after the name of a table, which index finds its rows, where the database would choose another and read all of them.</summary>
    /// <param name="index">The index.</param>
    public virtual string By(string index) => "";

    /// <summary>Whether the database can hold a text at all: a key that it cannot is nobody's.</summary>
    /// <param name="text">The text.</param>
    public virtual bool CanHold(string text) => true;

    /// <summary>A condition: two values differ, NULL being a value like any other.</summary>
    /// <param name="first">One value.</param>
    /// <param name="second">The other.</param>
    /// <param name="kind">What the first holds.</param>
    public virtual string Differ(string first, string second, ColumnKind kind) => $"{first} IS NOT {second}";

    /// <summary>The verb of a statement that changes rows, such that no other row goes because of what a changed one holds.</summary>
    internal virtual string Update => "UPDATE";

    /// <summary>A sum of whole numbers as a whole number of 64 bits.</summary>
    /// <param name="sum">The sum.</param>
    public virtual string Whole(string sum) => sum;

    /// <summary>A text as a value of a column.</summary>
    /// <param name="text">The parameter that holds the text.</param>
    /// <param name="kind">What the column holds.</param>
    public virtual string Value(string text, ColumnKind kind) => text;

    /// <summary>A condition on a column as it is stored, such that an index on it serves, which every value before a date meets; <see langword="null"/> where the
    /// form of the column does not keep the order of time. Others may meet it, too.</summary>
    /// <param name="column">The column.</param>
    /// <param name="kind">What it holds.</param>
    /// <param name="time">How times are stored in it.</param>
    /// <param name="date">The date; two days more than what is sought, which makes up for offsets and zones.</param>
    /// <param name="parameter">Gives the parameter for a text.</param>
    public virtual string? Before(string column, ColumnKind kind, StoredTime time, LocalDate date, Func<string, string> parameter) => null;

    /// <summary>A condition on a column as it is stored, such that an index on it serves, which every value meets that is no time; <see langword="null"/> where only reading
    /// each tells.</summary>
    /// <param name="column">The column.</param>
    /// <param name="kind">What it holds.</param>
    /// <param name="time">How times are stored in it.</param>
    public virtual string? Unreadable(string column, ColumnKind kind, StoredTime time) => null;

    /// <summary>Whether several workers may dispose of a table's records at once: each locks the rows that it selects. Otherwise a transaction that writes has
    /// the whole database.</summary>
    public virtual bool LocksRows => false;

    /// <summary>Whether one statement can find rows, lock them, delete them and write of it: each part of a query may change data and say what it changed, and the
    /// database hashes.</summary>
    public virtual bool DisposesAtOnce => false;

    /// <summary>A query that tells how the database would answer another one: a JSON array, whose first element says under <c>Plan</c> how many rows it
    /// expects, <c>Plan Rows</c>.</summary>
    /// <param name="query">The query.</param>
    public virtual string Explained(string query) => throw new NotSupportedException("The database does not tell here.");

    /// <summary>A condition on a column as it is stored, such that an index on it serves, which exactly the events before a cutoff meet; <see langword="null"/> where
    /// the type or the form does not tell.</summary>
    /// <param name="column">The column.</param>
    /// <param name="kind">What it holds.</param>
    /// <param name="time">How times are stored in it.</param>
    /// <param name="cutoff">The cutoff.</param>
    public virtual string? Past(string column, ColumnKind kind, StoredTime time, Cutoff cutoff) => null;

    /// <summary>The greatest value of a column's type that is less than one written as text; <see langword="null"/> where the type does not tell.</summary>
    /// <param name="text">The expression of the text.</param>
    /// <param name="kind">What the column holds.</param>
    internal virtual string? LastBelow(string text, ColumnKind kind) => null;

    /// <summary>What keeps the rows of <c>r</c> that a query selects from everybody else until the transaction ends.</summary>
    /// <param name="waits">Whether it waits for rows that somebody else has, or leaves them out.</param>
    public virtual string RowLock(bool waits) => "";

    /// <summary>Where a row is, as text, for as long as nobody else may change it; <see langword="null"/> where only its key says.</summary>
    /// <param name="row">The row's alias.</param>
    /// <param name="table">The table.</param>
    public virtual string? Address(string row, TableDescription table) => null;

    /// <summary>A condition: the row is at one of the addresses in a parameter.</summary>
    /// <param name="parameter">The parameter, as <see cref="Parameter"/> writes it: an array of texts.</param>
    /// <param name="table">The table.</param>
    public virtual string IsAt(string parameter, TableDescription table) => throw new NotSupportedException("Rows have no address here.");

    /// <summary>The value of a trigger as a whole number: NULL where missing; -9000000000000000000 where it cannot be read; 100-nanosecond ticks since
    /// 1970 for an instant; 8000000000000000000 and the days since 1970 for a local date.</summary>
    /// <param name="column">The column.</param>
    /// <param name="kind">What it holds.</param>
    /// <param name="time">How it is stored.</param>
    public abstract string TriggerCode(string column, ColumnKind kind, StoredTime time);

    /// <summary>Reads, of a row that a query gave, the same number as <see cref="TriggerCode"/> from the column's stored value, where that is faster than to have the
    /// database work it out; <see langword="null"/> where it is not.</summary>
    internal virtual StoredCodeReader? StoredCodes => null;

    /// <summary>The content of a column as it is after a field has been anonymised; the same again for its own result.</summary>
    /// <param name="column">The column.</param>
    /// <param name="kind">What it holds.</param>
    /// <param name="change">What becomes of the content; never a fixed text.</param>
    /// <param name="parameter">Gives the parameter for a text.</param>
    public abstract string Anonymised(string column, ColumnKind kind, ContentChange change, Func<string, string> parameter);

    /// <summary>The value of a key as text.</summary>
    /// <param name="column">The column.</param>
    /// <param name="kind">What it holds.</param>
    public abstract string KeyText(string column, ColumnKind kind);

    /// <summary>A condition: the value of a key's column is of the column's own kind, and the text of <see cref="KeyText"/> is that value and no other's.</summary>
    /// <param name="column">The column.</param>
    /// <param name="kind">What it holds.</param>
    public abstract string IsKey(string column, ColumnKind kind);

    /// <summary>A column, compared by its very value and by no rule that takes one text for another.</summary>
    /// <param name="column">The column.</param>
    /// <param name="kind">What it holds.</param>
    public abstract string Exact(string column, ColumnKind kind);

    /// <summary>A text such that it equals another one that is written like this, without regard to case: what forbids destruction rather covers somebody
    /// too many.</summary>
    /// <param name="text">The text.</param>
    public abstract string AnyCase(string text);

    /// <summary>The content of a column as the driver is to give it for a copy: text, a number, a truth value or bytes.</summary>
    /// <param name="column">The column.</param>
    /// <param name="kind">What it holds.</param>
    public virtual string Exported(string column, ColumnKind kind) => column;

    /// <summary>Several values as one text: a JSON array of texts and numbers.</summary>
    /// <param name="columns">The columns, each with what it holds.</param>
    public abstract string KeyArray(IReadOnlyList<(string Column, ColumnKind Kind)> columns);

    /// <summary>A query that gives the keys in a parameter as rows of columns <c>k0</c>, <c>k1</c> …; the parameter is a JSON array of keys as
    /// <see cref="KeyText"/> and <see cref="KeyArray"/> write them.</summary>
    /// <param name="parameter">The parameter, as <see cref="Parameter"/> writes it.</param>
    /// <param name="kinds">What each column of the key holds.</param>
    /// <param name="areKnown">Whether the keys were read from the database, so that each is of its column's type. One that is not is nobody's key otherwise.</param>
    public abstract string KeySet(string parameter, IReadOnlyList<ColumnKind> kinds, bool areKnown = false);

    /// <summary>A condition: the value of an indexed column is among those that a query gives, and few rows are expected to have one of them.</summary>
    /// <param name="column">The column.</param>
    /// <param name="values">The query.</param>
    public virtual string IsSought(string column, string values) => $"{column} IN ({values})";

    /// <summary>The statements that make the library's tables beside the data: the first element those of version 1, each other one what makes the next version of the
    /// one before. What is there already, none of them changes. Empty where the database makes them by itself, or nothing may be written.</summary>
    public abstract IReadOnlyList<IReadOnlyList<string>> SideTables { get; }

    /// <summary>The version of the library's tables beside the data that this code reads and writes.</summary>
    public abstract int SideTablesVersion { get; }
}

/// <summary>Reads the number of a trigger from a stored value: see <see cref="SqlDialect.StoredCodes"/>.</summary>
/// <param name="reader">Stands at the row.</param>
/// <param name="column">The column's index.</param>
/// <param name="time">How it is stored.</param>
internal delegate long? StoredCodeReader(DbDataReader reader, int column, StoredTime time);
