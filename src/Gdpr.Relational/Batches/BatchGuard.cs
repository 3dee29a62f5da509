using System.Data.Common;
using System.Globalization;
using Gdpr.Journals;
using Gdpr.Relational.Queries;
using Gdpr.Sources;

namespace Gdpr.Relational.Batches;

/// <summary>What is asked first in the transaction of a batch, in one query: whether the facts beside the data are as new as the batch requires and all
/// there, and that neither its plan has been ended nor the batch itself been done.</summary>
internal sealed class BatchGuard(string source, SqlDialect dialect)
{
    private string Question
    {
        get
        {
            var done = $"SELECT 1 FROM {dialect.Beside(EvidenceTable.Name)} WHERE plan = {P("plan")} AND batch =";
            return $"SELECT p.position, p.entry, EXISTS ({done} 0), EXISTS ({done} {P("batch")}), {FactSums.BlocksAreGone(dialect, P("source"), P("dataset"))} "
                + "FROM (SELECT 1 AS one) AS o "
                + $"LEFT JOIN {dialect.Beside(FactTables.Position)} p ON p.source = {P("source")}";
        }
    }

    /// <summary>Returns where the batch may be disposed of.</summary>
    /// <exception cref="FactsBehindException">The facts beside the data are behind, or some of them are gone.</exception>
    /// <exception cref="SourceUnavailableException">The plan has been ended, or the batch been done.</exception>
    public async ValueTask CheckAsync(DbConnection connection, DbTransaction transaction, DisposalBatch batch, CancellationToken cancellationToken)
    {
        var command = connection.Command(transaction, Question)
            .Add(dialect, "plan", batch.Plan).Add(dialect, "batch", batch.Number).Add(dialect, "source", source).Add(dialect, "dataset", batch.DataSet);
        await using var closing = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var closingReader = reader.ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var position = reader.IsDBNull(0) || Is(4) ? JournalPosition.None : new JournalPosition(reader.GetInt64(0), Digest.Parse(reader.GetString(1)));
        if (!position.Meets(batch.FactsPosition))
        {
            throw new FactsBehindException(source, batch.FactsPosition, position);
        }

        if (Is(2))
        {
            throw SourceUnavailableException.PlanEnded(source, batch.Plan);
        }

        if (Is(3))
        {
            throw new SourceUnavailableException(source, $"there is evidence of batch {batch.Number} of plan {batch.Plan} already.");
        }

        bool Is(int column) => Convert.ToBoolean(reader.GetValue(column), CultureInfo.InvariantCulture);
    }

    private string P(string name) => dialect.Parameter(name);
}
