using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Gdpr.Journals;
using Gdpr.Retention;
using NodaTime;

namespace Gdpr.Sources;

/// <summary>What the executor asks of a source: one guarded batch.</summary>
/// <param name="Plan">The plan's id.</param>
/// <param name="Number">The batch's number in the plan, from 1. A source refuses a number that it has evidence of.</param>
/// <param name="Evaluator">The rules and the instant.</param>
/// <param name="DataSet">The data set's path.</param>
/// <param name="Limit">How many records at most.</param>
/// <param name="FactsPosition">The position in the journal that the facts beside the data must reflect: see <see cref="JournalPosition.Meets"/>.</param>
/// <param name="Keys">The keys under which records are named in the evidence.</param>
public sealed record DisposalBatch(string Plan, int Number, RetentionEvaluator Evaluator, string DataSet, int Limit, JournalPosition FactsPosition, IKeyRing Keys)
{
    /// <summary>Only records that concern a person with one of these ids in the source, as facts name people (<see cref="FactTarget.Subjects"/>); <see langword="null"/>
    /// for all. Asked of sources with <see cref="SourceCapabilities.DisposesByPerson"/> alone.</summary>
    public IReadOnlyList<string>? Subjects { get; init; }

    /// <summary>Ends when data may be changed, with whether they may: not before the plan's batch before has been journalled and read again. Where they may not, nothing
    /// is done, and the batch has no rows. Never fails. A source with <see cref="SourceCapabilities.LooksAhead"/> waits for it before it changes anything; of others
    /// nothing is asked before it has ended.</summary>
    public Task<bool> MayChange { get; init; } = Task.FromResult(true);
}

/// <summary>What a batch did: one row per record.</summary>
/// <param name="Plan">The plan's id.</param>
/// <param name="DataSet">The data set's path.</param>
/// <param name="Number">The batch's number in the plan, from 1.</param>
/// <param name="Rows">What was done with each record, in order.</param>
public sealed record BatchEvidence(string Plan, string DataSet, int Number, IReadOnlyList<EvidenceRow> Rows)
{
    private readonly RootOnce _root = new();

    /// <summary>The root of the Merkle tree over the rows: what the journal holds of them. Computed when it is first asked for.</summary>
    public Digest Root => _root.Of(Rows);

    /// <summary>How many records there are in all.</summary>
    public int Records => Rows.Sum(row => row.Records);

    /// <summary>The instant at which the records were judged, as evidence that was read back has it; <see langword="null"/> where a source does not keep it. What is no
    /// instant, or several in one batch, is <see cref="Instant.MinValue"/>: somebody changed it. No part of <see cref="Root"/>: the journal has it from the plan.</summary>
    public Instant? At { get; init; }

    /// <summary>The records' native keys, in the order of the rows, as the source needs them to read them again. Never journalled or logged;
    /// empty for evidence that was read back.</summary>
    public IReadOnlyList<string> NativeKeys { get; init; } = [];

    /// <summary>Of a batch for which nothing was left: what has become of the bytes of what was erased before. No part of the evidence.</summary>
    public ErasedBytes Bytes { get; init; }

    /// <summary>A root once computed, with the rows it is of: a copy of the record with other rows shares it. Who asks while it is computed waits for it. No part of
    /// what makes two batches equal.</summary>
    private sealed class RootOnce
    {
        private readonly Lock _computing = new();
        private (IReadOnlyList<EvidenceRow>? Rows, Digest Root) _known;

        public Digest Of(IReadOnlyList<EvidenceRow> rows)
        {
            lock (_computing)
            {
                if (!ReferenceEquals(_known.Rows, rows))
                {
                    _known = (rows, MerkleTree.RootOf(rows, (row, bytes) => row.WriteTo(bytes)));
                }

                return _known.Root;
            }
        }

        public override bool Equals(object? obj) => obj is RootOnce;

        public override int GetHashCode() => 0;
    }
}

/// <summary>That one record, or some of its fields, were disposed of.</summary>
/// <param name="Record">The keyed hash of the record's data set and native key: <see cref="RecordNames"/>.</param>
/// <param name="Action">What was done.</param>
/// <param name="Fields">The fields, ordinally, where only some were disposed of; empty for a whole record.</param>
/// <param name="Rule">The id of the rule that ended last, or empty where a fact alone decided. Where several parts of a record went at once and the record stays,
/// that of the first of them in the policy's order: <paramref name="Fields"/> says which went, and the policy by which rules.</param>
/// <param name="Reason">The stable code of the reason, of the same part.</param>
public sealed record EvidenceRow(KeyedDigest Record, DisposalKind Action, IReadOnlyList<string> Fields, string Rule, string Reason)
{
    /// <summary>How many records the row stands for: one, whose name it has; more where a source keeps no names, by <see cref="EvidenceDetail.PerBatch"/>.</summary>
    public int Records { get; init; } = 1;

    /// <summary>The row's bytes, as the Merkle tree commits to them.</summary>
    public byte[] Leaf()
    {
        var bytes = new ArrayBufferWriter<byte>(160);
        WriteTo(bytes);
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>Writes <see cref="Leaf"/>: whole numbers with the lowest byte first, texts as UTF-8 after their length in bytes, seven bits to a byte.</summary>
    internal void WriteTo(ArrayBufferWriter<byte> bytes)
    {
        Write(bytes, Record.KeyId);
        Record.Digest.CopyTo(bytes.GetSpan(Digest.Size));
        bytes.Advance(Digest.Size);
        bytes.GetSpan(1)[0] = (byte)Action;
        bytes.Advance(1);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.GetSpan(sizeof(int)), Fields.Count);
        bytes.Advance(sizeof(int));
        foreach (var field in Fields)
        {
            Write(bytes, field);
        }

        Write(bytes, Rule);
        Write(bytes, Reason);
        if (Records != 1)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.GetSpan(sizeof(int)), Records);
            bytes.Advance(sizeof(int));
        }
    }

    private static void Write(ArrayBufferWriter<byte> bytes, string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        for (var left = (uint)length; ; left >>= 7)
        {
            bytes.GetSpan(1)[0] = (byte)(left < 0x80 ? left : left | 0x80);
            bytes.Advance(1);
            if (left < 0x80)
            {
                break;
            }
        }

        bytes.Advance(Encoding.UTF8.GetBytes(text, bytes.GetSpan(length)));
    }
}

/// <summary>How much the evidence of disposal says.</summary>
public enum EvidenceDetail
{
    /// <summary>Of each record its name, a keyed hash, so that it can be told of any record whether and why it was disposed of.</summary>
    PerRecord,

    /// <summary>Of a batch how many records were disposed of, by which rule, for which reason, where that is the same for all of them; which they were cannot be told any
    /// more, nor found again after a backup has been restored.</summary>
    PerBatch,
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
