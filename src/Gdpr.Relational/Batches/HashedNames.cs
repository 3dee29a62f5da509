using System.Data.Common;
using Gdpr.Journals;
using Gdpr.Relational.Queries;
using Gdpr.Sources;

namespace Gdpr.Relational.Batches;

/// <summary>The names of deleted records as the database itself hashes them, where they are named.</summary>
internal sealed class HashedNames(SqlDialect dialect, DisposalBatch batch, EvidenceDetail detail)
{
    private const int Block = 64;

    private readonly RecordNames _names = RecordNames.Of(batch.Keys, batch.DataSet);

    /// <summary>Whether the records are named.</summary>
    public bool IsNamed { get; } = detail == EvidenceDetail.PerRecord;

    /// <summary>The key under which they are hashed.</summary>
    public string KeyId => _names.KeyId;

    /// <summary>An aggregate: the names of rows, one after the other; empty where the records are not named.</summary>
    /// <param name="key">The expression of a row's native key.</param>
    public string Of(string key) =>
        IsNamed ? $"string_agg(sha256({dialect.Parameter("outer")} || sha256({dialect.Parameter("inner")} || convert_to({key}, 'UTF8'))), ''::bytea)" : "''::bytea";

    /// <summary>Gives a command what the aggregate refers to.</summary>
    public void AddTo(DbCommand command)
    {
        if (IsNamed)
        {
            // The two pads of HMAC: the key itself stays here, and what the database is given names the records of this data set alone.
            command.Add(dialect, "inner", Padded(_names.Key.Span, 0x36)).Add(dialect, "outer", Padded(_names.Key.Span, 0x5c));
        }
    }

    /// <summary>The evidence of records deleted by one rule for one reason.</summary>
    /// <param name="rule">The rule's id, or empty.</param>
    /// <param name="reason">The reason's code.</param>
    /// <param name="records">How many records there are.</param>
    /// <param name="names">Their names, one after the other.</param>
    public EvidenceRow[] RowsOf(string rule, string reason, int records, byte[] names)
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

        EvidenceRow RowOf(Digest name) => new(new KeyedDigest(KeyId, name), DisposalKind.Erased, [], rule, reason);
    }

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
}
