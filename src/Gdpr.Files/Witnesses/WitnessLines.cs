using Gdpr.Journals;
using NodaTime.Text;

namespace Gdpr.Files.Witnesses;

/// <summary>A checkpoint as the witness's file holds it.</summary>
internal sealed record CheckpointLine(long Number, long Position, string History, string At, string KeyId, string Mac)
{
    public static CheckpointLine Of(JournalCheckpoint checkpoint) => new(
        checkpoint.Number, checkpoint.Position, checkpoint.History.ToString(), InstantPattern.ExtendedIso.Format(checkpoint.At), checkpoint.KeyId,
        checkpoint.Mac.ToString());

    public JournalCheckpoint ToCheckpoint() => new(
        Number, Position, Digest.Parse(History), InstantPattern.ExtendedIso.Parse(At).GetValueOrThrow(), KeyId, Digest.Parse(Mac));
}

/// <summary>A tombstone as the witness's file holds it.</summary>
internal sealed record TombstoneLine(string DataSet, string KeyId, string Record, string Until)
{
    public static TombstoneLine Of(Tombstone tombstone) => new(
        tombstone.DataSet, tombstone.Record.KeyId, tombstone.Record.Digest.ToString(), LocalDatePattern.Iso.Format(tombstone.Until));

    public Tombstone ToTombstone() => new(DataSet, new KeyedDigest(KeyId, Digest.Parse(Record)), LocalDatePattern.Iso.Parse(Until).GetValueOrThrow());
}
