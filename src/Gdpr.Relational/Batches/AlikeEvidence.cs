using System.Data.Common;
using Gdpr.Journals;
using Gdpr.Relational.Queries;
using Gdpr.Retention;
using Gdpr.Sources;
using NodaTime.Text;

namespace Gdpr.Relational.Batches;

/// <summary>The evidence of records deleted by one rule for one reason, written by the statement that finds or deletes them; the database hashes their names.</summary>
internal sealed class AlikeEvidence(SqlDialect dialect, DisposalBatch batch, FateDecision decision, EvidenceDetail detail)
{
    private const int Block = 64;

    private readonly RecordNames _names = RecordNames.Of(batch.Keys, batch.DataSet);
    private readonly string _rule = decision.Rule?.Id ?? "";
    private readonly string _reason = decision.Reason.Code();

    /// <summary>Whether the records are named.</summary>
    public bool IsNamed { get; } = detail == EvidenceDetail.PerRecord;

    /// <summary>An aggregate: the names of rows, one after the other; empty where the records are not named.</summary>
    /// <param name="key">The expression of a row's native key.</param>
    public string Names(string key) => IsNamed ? $"string_agg(sha256({P("outer")} || sha256({P("inner")} || convert_to({key}, 'UTF8'))), ''::bytea)" : "''::bytea";

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
            .Add(dialect, "keyid", _names.KeyId)
            .Add(dialect, "rule", _rule)
            .Add(dialect, "reason", _reason)
            .Add(dialect, "at", InstantPattern.ExtendedIso.Format(batch.Evaluator.Now));
        if (IsNamed)
        {
            // The two pads of HMAC: the key itself stays here, and what the database is given names the records of this data set alone.
            command.Add(dialect, "inner", Padded(_names.Key.Span, 0x36)).Add(dialect, "outer", Padded(_names.Key.Span, 0x5c));
        }
    }

    /// <summary>The rows of the evidence.</summary>
    /// <param name="records">How many records there are.</param>
    /// <param name="names">Their names.</param>
    public EvidenceRow[] RowsOf(int records, byte[] names)
    {
        if (!IsNamed)
        {
            return [RowOf(Digest.Of([])) with { Records = records }];
        }

        var rows = new EvidenceRow[names.Length / Digest.Size];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = RowOf(new Digest(names.AsSpan(i * Digest.Size, Digest.Size)));
        }

        return rows;
    }

    private EvidenceRow RowOf(Digest name) => new(new KeyedDigest(_names.KeyId, name), DisposalKind.Erased, [], _rule, _reason);

    private static byte[] Padded(ReadOnlySpan<byte> key, byte pad)
    {
        var padded = new byte[Block];
        key.CopyTo(padded);
        for (var i = 0; i < Block; i++)
        {
            padded[i] ^= pad;
        }

        return padded;
    }

    private string P(string name) => dialect.Parameter(name);
}
