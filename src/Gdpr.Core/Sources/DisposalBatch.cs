using Gdpr.Journals;
using Gdpr.Retention;

namespace Gdpr.Sources;

/// <summary>What the executor asks of a source: one guarded batch.</summary>
/// <param name="Plan">The plan's id.</param>
/// <param name="Number">The batch's number in the plan, from 1. A source refuses a number that it has evidence of.</param>
/// <param name="Evaluator">The rules and the instant.</param>
/// <param name="DataSet">The data set's path.</param>
/// <param name="Limit">How many records at most.</param>
/// <param name="FactsPosition">The position in the journal that the facts beside the data must reflect at least.</param>
/// <param name="Keys">The keys under which records are named in the evidence.</param>
public sealed record DisposalBatch(string Plan, int Number, RetentionEvaluator Evaluator, string DataSet, int Limit, long FactsPosition, IKeyRing Keys);

/// <summary>What a batch did: one row per record.</summary>
/// <param name="Plan">The plan's id.</param>
/// <param name="DataSet">The data set's path.</param>
/// <param name="Number">The batch's number in the plan, from 1.</param>
/// <param name="Rows">What was done with each record, in order.</param>
public sealed record BatchEvidence(string Plan, string DataSet, int Number, IReadOnlyList<EvidenceRow> Rows)
{
    /// <summary>The root of the Merkle tree over the rows: what the journal holds of them.</summary>
    public Digest Root => MerkleTree.RootOf(Rows.Select(row => row.Leaf()));

    /// <summary>The records' native keys, in the order of the rows, as the source needs them to read them again. Never journalled or logged;
    /// empty for evidence that was read back.</summary>
    public IReadOnlyList<string> NativeKeys { get; init; } = [];
}

/// <summary>That one record, or some of its fields, were disposed of.</summary>
/// <param name="Record">The keyed hash of the record's data set and native key: <see cref="RecordNames"/>.</param>
/// <param name="Action">What was done.</param>
/// <param name="Fields">The fields, ordinally, where only some were disposed of; empty for a whole record.</param>
/// <param name="Rule">The id of the rule that ended last, or empty where a fact alone decided.</param>
/// <param name="Reason">The stable code of the reason.</param>
public sealed record EvidenceRow(KeyedDigest Record, DisposalKind Action, IReadOnlyList<string> Fields, string Rule, string Reason)
{
    /// <summary>The row's bytes, as the Merkle tree commits to them.</summary>
    public byte[] Leaf()
    {
        using var stream = new MemoryStream(160);
        using var writer = new BinaryWriter(stream);
        writer.Write(Record.KeyId);
        writer.Write(Record.Digest.ToArray());
        writer.Write((byte)Action);
        writer.Write(Fields.Count);
        foreach (var field in Fields)
        {
            writer.Write(field);
        }

        writer.Write(Rule);
        writer.Write(Reason);
        writer.Flush();
        return stream.ToArray();
    }
}

/// <summary>What was done with a record.</summary>
public enum DisposalKind : byte
{
    /// <summary>The record is gone.</summary>
    Erased = 1,

    /// <summary>Fields were emptied; the record stays for what else keeps it.</summary>
    FieldsErased = 2,

    /// <summary>Fields were changed so that they no longer relate to a person; others of the record may have been emptied.</summary>
    Anonymised = 3,
}
