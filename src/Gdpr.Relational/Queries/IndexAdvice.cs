using Gdpr.Relational.Mapping;
using Gdpr.Retention;

namespace Gdpr.Relational.Queries;

/// <summary>Says which index a sweep lacks.</summary>
internal static class IndexAdvice
{
    /// <summary>As many records are read as fast without an index.</summary>
    private const long Few = 1000;

    /// <summary>What would let a sweep find the due records of a data set; nothing where an index does, where none would, or where the walk follows the keys.</summary>
    /// <param name="dialect">How the database writes it.</param>
    /// <param name="dataSet">The data set.</param>
    /// <param name="evaluator">The rules and the instant.</param>
    /// <param name="records">How many records there are.</param>
    public static IReadOnlyList<string> Of(SqlDialect dialect, MappedDataSet dataSet, RetentionEvaluator evaluator, long records)
    {
        if (records < Few || !dialect.LocksRows)
        {
            return [];
        }

        var deciding = IndexedTrigger.Deciding(dialect, dataSet, evaluator.Cutoffs(evaluator.Schedule.DataSet(dataSet.Path)));
        if (deciding.Count == 0 || deciding.Any(trigger => IndexedTrigger.IsIndexed(dataSet, trigger)))
        {
            return [];
        }

        var column = deciding[0].Path.Column;
        return
        [
            $"no index of table '{dataSet.Table.Name}' begins with '{column}', so that a sweep reads the whole table to find what is due: run "
            + $"CREATE INDEX ON {dialect.Table(dataSet.Table.Name)} ({dialect.Quote(column)}).",
        ];
    }
}
