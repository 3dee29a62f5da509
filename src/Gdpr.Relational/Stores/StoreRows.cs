using System.Data.Common;
using Gdpr.Journals;
using NodaTime;
using NodaTime.Text;

namespace Gdpr.Relational.Stores;

/// <summary>Reads the rows of a store's tables back. One that is not as the store wrote it is reported with its place.</summary>
/// <param name="place">Where the store is, for errors.</param>
internal sealed class StoreRows(string place)
{
    /// <summary>The columns of <see cref="Entry"/>, in order.</summary>
    public const string EntryColumns = "position, stream, version, recorded_at, occurred_at, type, controller, subject, payload, data, previous, hash";

    /// <summary>The columns of <see cref="Checkpoint"/>, in order.</summary>
    public const string CheckpointColumns = "number, position, history, at, key_id, mac";

    /// <summary>The columns of <see cref="Head"/>, in order.</summary>
    public const string HeadColumns = "stream, version, hash";

    /// <summary>The columns of <see cref="State"/>, in order.</summary>
    public const string StateColumns = "fold, controller, key, position, content";

    /// <summary>The columns of <see cref="Item"/>, in order.</summary>
    public const string ItemColumns = "id, kind, due, content";

    /// <summary>The columns of <see cref="Policy"/>, in order.</summary>
    public const string PolicyColumns = "hash, policy, version, since, json";

    /// <summary>The columns of <see cref="Tombstone"/>, in order.</summary>
    public const string TombstoneColumns = "id, data_set, key_id, digest, until";

    /// <summary>The columns of <see cref="Suppression"/>, in order.</summary>
    public const string SuppressionColumns = "channel, purpose, since, source";

    public JournalEntry Entry(DbDataReader reader) => Read(reader, $"The entry at position {reader.GetInt64(0)}", static row =>
    {
        var content = new NewJournalEntry(row.GetString(5), Instant.FromUnixTimeTicks(row.GetInt64(4)), row.GetString(9))
        {
            Controller = row.ReadText(6),
            Subject = row.ReadText(7) is { } subject ? new SubjectKey(subject) : null,
            Payload = row.IsDBNull(8) ? null : row.ReadDigest(8),
        };
        return new JournalEntry(
            row.GetString(1), row.GetInt64(2), row.GetInt64(0), Instant.FromUnixTimeTicks(row.GetInt64(3)), content, row.ReadDigest(10), row.ReadDigest(11));
    });

    public StreamHead Head(DbDataReader reader) => Read(reader, "The head of a stream", static row => new StreamHead(row.GetString(0), row.GetInt64(1), row.ReadDigest(2)));

    public JournalCheckpoint Checkpoint(DbDataReader reader) => Read(
        reader, $"Checkpoint {reader.GetInt64(0)}",
        static row => new JournalCheckpoint(row.GetInt64(0), row.GetInt64(1), row.ReadDigest(2), row.ReadInstant(3), row.GetString(4), row.ReadDigest(5)));

    public FoldedState State(DbDataReader reader) => Read(
        reader, "A folded state", static row => new FoldedState(row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetString(4)));

    public OpenItem Item(DbDataReader reader) => Read(
        reader, "An open item", static row => new OpenItem(row.GetString(0), row.GetString(1), row.ReadInstant(2), row.GetString(3)));

    /// <summary>Reads the columns <c>is_on, reason, set_by, at</c>, the first of them a number.</summary>
    public KillSwitch KillSwitch(DbDataReader reader) => Read(
        reader, "The kill switch",
        static row => new KillSwitch(row.GetInt64(0) != 0, row.ReadText(1), row.ReadText(2), row.IsDBNull(3) ? null : row.ReadInstant(3)));

    public StoredPolicy Policy(DbDataReader reader) => Read(
        reader, "A stored policy",
        static row => new StoredPolicy(row.GetString(0), row.GetString(1), row.GetString(2), row.ReadInstant(3), row.GetString(4)));

    public KeptTombstone Tombstone(DbDataReader reader) => Read(
        reader, "A tombstone",
        static row => new KeptTombstone(row.GetInt64(0), new Tombstone(row.GetString(1), new KeyedDigest(row.GetString(2), row.ReadDigest(3)), row.ReadDate(4))));

    public SuppressionEntry Suppression(DbDataReader reader) => Read(
        reader, "A suppression", static row => new SuppressionEntry(row.GetString(0), row.GetString(1), row.ReadInstant(2), row.GetString(3)));

    /// <summary>Reads the columns <c>kind, key_id, digest</c>.</summary>
    public HashedIdentifier Identifier(DbDataReader reader) => Read(
        reader, "An identifier", static row => new HashedIdentifier(StoreValues.KindOf(row.GetString(0)), [new KeyedDigest(row.GetString(1), row.ReadDigest(2))]));

    public static StoreException Unreadable(string place, string what, Exception? exception) => new(
        StoreFailure.Corrupt, place, $"{what} cannot be read back: it has been changed. Verify the journal; restore the last good backup.", exception);

    private T Read<T>(DbDataReader reader, string what, Func<DbDataReader, T> read)
    {
        try
        {
            return read(reader);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidCastException or InvalidOperationException
            or FormatException or UnparsableValueException)
        {
            throw Unreadable(place, what, exception);
        }
    }
}

/// <summary>A tombstone as a row of its table.</summary>
/// <param name="Id">The row's number.</param>
/// <param name="Tombstone">The tombstone.</param>
internal sealed record KeptTombstone(long Id, Tombstone Tombstone);

/// <summary>A page of rows.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="Unreadable">Why the row after them cannot be read back; <see langword="null"/> where there is no such row.</param>
internal sealed record StorePage<T>(List<T> Rows, StoreException? Unreadable);
