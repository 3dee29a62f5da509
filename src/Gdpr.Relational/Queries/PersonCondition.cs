using System.Data.Common;
using Gdpr.Relational.Batches;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Tables;

namespace Gdpr.Relational.Queries;

/// <summary>Whose a record is: conditions on the ids of people, which are compared exactly.</summary>
internal sealed class PersonCondition(SqlDialect dialect, MappedDataSet dataSet, RecordQuery records)
{
    private const string Ids = "ids";

    /// <summary>Where the ids of the people whom a record concerns are; none where nothing says whose it is.</summary>
    public static IReadOnlyList<ColumnPath> PathsOf(MappedDataSet dataSet) =>
        dataSet.Parties.IsDeclared ? [.. dataSet.People.Select(person => person.Path)] : dataSet.Subject is { } subject ? [subject] : [];

    /// <summary>A condition: the record <c>r</c> concerns one of the people sought, in whatever role. Nobody's records are met where nothing says whose
    /// they are.</summary>
    public string Any() => Condition.Or(PathsOf(dataSet).Select(Is));

    /// <summary>A condition: a row's id of a person is one of those sought, exactly.</summary>
    public string Is(ColumnPath path)
    {
        var sought = dialect.KeySet(dialect.Parameter(Ids), [ColumnAffinity.Text]);
        var exact = $"{dialect.Exact($"({records.SubjectText(path)})", ColumnAffinity.Text)} IN ({sought})";

        // The column as it is, whose index serves: its own comparison meets at least the same rows.
        return path.Through.Count == 0 && dataSet.Table.Find(path.Column) is { Affinity: ColumnAffinity.Text or ColumnAffinity.Integer } column
            ? Condition.And($"r.{dialect.Quote(column.Name)} IN ({dialect.KeySet(dialect.Parameter(Ids), [column.Kind])})", exact)
            : exact;
    }

    /// <summary>Gives a command the ids that its conditions seek.</summary>
    public DbCommand AddTo(DbCommand command, IEnumerable<string> nativeIds) =>
        command.Add(dialect, Ids, KeyJson.Of([.. nativeIds.Where(dialect.CanHold)], isComposite: false));
}
