using System.Data.Common;
using Gdpr.Relational.Queries;
using Gdpr.Retention;
using Gdpr.Sources;
using NodaTime.Text;

namespace Gdpr.Relational.Batches;

/// <summary>The evidence of records deleted by one rule for one reason, written by the statement that deletes them; the database hashes their names.</summary>
internal sealed class AlikeEvidence(SqlDialect dialect, DisposalBatch batch, FateDecision decision, EvidenceDetail detail)
{
    private readonly string _rule = decision.Rule?.Id ?? "";
    private readonly string _reason = decision.Reason.Code();

    /// <summary>What the records are named.</summary>
    public HashedNames Names { get; } = new(dialect, batch, detail);

    /// <summary>The statement that writes it.</summary>
    /// <param name="counted">Where one row stands with the records' number, <c>n</c>, and their <c>names</c>.</param>
    /// <param name="condition">A condition on that row.</param>
    public string Insert(string counted, string condition) =>
        $"INSERT INTO {dialect.Beside(EvidenceTable.Name)} (plan, data_set, batch, seq, key_id, record, action, fields, rule, reason, at, records) "
        + $"SELECT {P("plan")}, {P("dataset")}, {P("batch")}, 0, {P("keyid")}, names, {Sql.Number((long)DisposalKind.Erased)}, '[]', "
        + $"{P("rule")}, {P("reason")}, {P("at")}, n FROM {counted} WHERE {condition}";

    /// <summary>Gives a command what the statements refer to.</summary>
    public void AddTo(DbCommand command)
    {
        command.Add(dialect, "plan", batch.Plan)
            .Add(dialect, "dataset", batch.DataSet)
            .Add(dialect, "batch", batch.Number)
            .Add(dialect, "keyid", Names.KeyId)
            .Add(dialect, "rule", _rule)
            .Add(dialect, "reason", _reason)
            .Add(dialect, "at", InstantPattern.ExtendedIso.Format(batch.Evaluator.Now));
        Names.AddTo(command);
    }

    /// <summary>The rows of the evidence.</summary>
    /// <param name="records">How many records there are.</param>
    /// <param name="names">Their names.</param>
    public EvidenceRow[] RowsOf(int records, byte[] names) => Names.RowsOf(_rule, _reason, records, names);

    private string P(string name) => dialect.Parameter(name);
}
