using System.Data.Common;
using Gdpr.Relational.Batches;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Queries;
using Gdpr.Relational.Tables;

namespace Gdpr.Relational.Exports;

/// <summary>Counts the records of a data set, and the people whom they are about.</summary>
internal sealed class PeopleOfRecords(SqlDialect dialect, MappedDataSet dataSet)
{
    private readonly RecordQuery _query = new(dialect, dataSet);

    /// <summary>Whether anything says whose a record is.</summary>
    public bool AreKnown => _query.People.Count > 0;

    /// <summary>The statement that gives the number of records, of people, and of records that name nobody.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="records">Only the records of these native keys; <see langword="null"/> for all.</param>
    public DbCommand Count(DbConnection connection, IReadOnlyCollection<string>? records)
    {
        var ofNobody = string.Join(" AND ", _query.People.Select(person => $"{person} IS NULL"));
        var people = AreKnown ? $"(SELECT count(*) FROM ({Ids(records)}) u)" : "0";
        var nobody = AreKnown ? $"count(CASE WHEN {ofNobody} THEN 1 END)" : "count(*)";
        return Command(connection, $"SELECT count(*), {people}, {nobody} FROM {_query.From} WHERE {Condition(records)}", records);
    }

    /// <summary>The statement that gives each person's id once.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="records">Only the records of these native keys; <see langword="null"/> for all.</param>
    public DbCommand People(DbConnection connection, IReadOnlyCollection<string>? records) => Command(connection, Ids(records), records);

    private string Ids(IReadOnlyCollection<string>? records) =>
        string.Join(" UNION ", _query.People.Select(person => $"SELECT DISTINCT {person} AS id FROM {_query.From} WHERE {person} IS NOT NULL AND {Condition(records)}"));

    private string Condition(IReadOnlyCollection<string>? records) =>
        Queries.Condition.And(_query.IsRecord("r"), records is null ? Queries.Condition.True : _query.HasKeyOf("keys", areKnown: false));

    private DbCommand Command(DbConnection connection, string text, IReadOnlyCollection<string>? records)
    {
        var command = new SqlStatement(text, new SqlValues(dialect)).On(connection, null);
        var parts = dataSet.Key.Count;
        return records is null
            ? command
            : command.Add(dialect, "keys", KeyJson.Of(records.Where(key => dialect.CanHold(key) && (parts == 1 || KeyJson.IsComposite(key, parts))), parts > 1));
    }
}
