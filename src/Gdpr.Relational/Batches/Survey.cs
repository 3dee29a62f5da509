using System.Data.Common;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Queries;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Relational.Batches;

/// <summary>Counts the records of a data set by what they would meet with: the database reads, the evaluator judges.</summary>
internal sealed class Survey(SqlDialect dialect, MappedDataSet dataSet, RetentionEvaluator evaluator, FactsBeside beside, int examples)
{
    /// <summary>Reads and counts.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="transaction">The transaction to read in.</param>
    /// <param name="isUnsettled">Whether only records matter that are due or undetermined: others need not be read.</param>
    /// <param name="byPlace">Whether no index is to lead to those.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask<DataSetSurvey> RunAsync(
        DbConnection connection, DbTransaction transaction, bool isUnsettled, bool byPlace, CancellationToken cancellationToken)
    {
        var query = new RecordQuery(dialect, dataSet, beside.Any, asStored: true, hasLinked: beside.Linked);
        var values = new SqlValues(dialect);
        var condition = isUnsettled
            ? Condition.Or(
                Condition.Not(query.IsNamed(query.Row)),
                new DuePrefilter(dialect, dataSet, values).OfUnsettled(evaluator.Cutoffs(evaluator.Schedule.DataSet(dataSet.Path))),
                beside.Endings ? query.HasEnding(values) : Condition.False,
                beside.Unknowns ? query.HasUnknown(values) : Condition.False)
            : null;
        condition = condition is not null && byPlace ? Condition.Unindexed(condition) : condition;

        // In the order of their keys the database would go through all of them to find the few that matter.
        var command = new SqlStatement(query.Text(values, condition, ordered: condition is null, all: true), values).On(connection, transaction);
        await using (command.ConfigureAwait(false))
        {
            var tally = new SurveyTally(evaluator, dataSet.Path, examples);
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                var records = new RecordReader(dataSet.Schedule, query, reader, dataSet.People.Count, dataSet.Units.Count);
                var judge = new PartyJudge(evaluator, evaluator.Schedule.DataSet(dataSet.Path), dataSet.Parties);
                Func<string> key = () => records.Key;
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    records.Take();
                    if (dataSet.Parties.IsDeclared)
                    {
                        var verdict = judge.Judge(records.PartyRecord);
                        tally.Add(judge, records.PartyRecord, verdict, records.HasKey && IsDue(records, verdict), key);
                        continue;
                    }

                    tally.Add(records.Record, records.HasKey && IsDue(records), key);
                }
            }

            return tally.ToSurvey();
        }
    }

    private static bool IsDue(RecordReader records, PartyVerdict verdict) =>
        verdict.IsWhole || verdict.Units.Index().Any(unit => unit.Item.Fate is Fate.Erase or Fate.Anonymise && records.IsPending(unit.Index));

    private bool IsDue(RecordReader records)
    {
        if (evaluator.FateOf(records.Record) == Fate.Erase)
        {
            return true;
        }

        if (dataSet.IsDisposedInParts)
        {
            for (var group = 0; group < dataSet.Schedule.FieldGroups.Count; group++)
            {
                if (records.IsPending(group) && evaluator.EvaluateGroup(records.Record, group).Fate is Fate.Erase or Fate.Anonymise)
                {
                    return true;
                }
            }
        }

        return false;
    }
}
