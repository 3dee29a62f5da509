using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Gdpr.Journals;
using Gdpr.Relational.Stores;
using Microsoft.Data.Sqlite;
using NodaTime;

namespace Gdpr.Sqlite.Stores;

/// <summary>The vault in a SQLite database. What it erases is overwritten in the file and gone from the write-ahead log.</summary>
internal sealed class SqliteSubjectVault(StoreFile file) : ISubjectVault
{
    private const int KeyBytes = 16;

    private readonly StoreRows _rows = new(file.Name);

    public ValueTask PrepareAsync(CancellationToken cancellationToken) => file.PrepareAsync(cancellationToken);

    public ValueTask<SubjectKey> KeyOfAsync(string controller, HashedIdentifier identifier, CancellationToken cancellationToken)
    {
        Check(controller, identifier);
        return file.WriteAsync(
            writer =>
            {
                var subject = Find(writer, controller, identifier) ?? new SubjectKey(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeyBytes)));
                Tie(writer, controller, subject, identifier);
                return subject;
            },
            cancellationToken);
    }

    public ValueTask<SubjectKey?> FindAsync(string controller, HashedIdentifier identifier, CancellationToken cancellationToken)
    {
        Check(controller, identifier);
        return file.ReadAsync(reader => Find(reader, controller, identifier), cancellationToken);
    }

    public async ValueTask LinkAsync(string controller, SubjectKey subject, HashedIdentifier identifier, CancellationToken cancellationToken)
    {
        Check(controller, identifier);
        await file.WriteAsync(
            writer => identifier.Digests.Any(digest => Owner(writer, controller, identifier.Kind, digest) is { } owner && owner != subject)
                ? throw new IdentifierConflictException(identifier.Kind)
                : Tie(writer, controller, subject, identifier),
            cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask ForgetAsync(string controller, SubjectKey subject, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(controller);
        await file.EraseAsync(
            writer => writer.Execute("DELETE FROM gdpr_identifier WHERE controller = $1 AND subject = $2", controller, subject.Value), cancellationToken)
            .ConfigureAwait(false);
    }

    public async ValueTask PutPayloadAsync(string controller, SubjectKey? subject, string purpose, JournalPayload payload, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(controller);
        ArgumentException.ThrowIfNullOrEmpty(purpose);
        ArgumentNullException.ThrowIfNull(payload);
        await file.WriteAsync(writer => Put(writer, controller, subject, purpose, payload), cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<JournalPayload?> ReadPayloadAsync(string controller, Digest commitment, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(controller);
        return file.ReadAsync(
            reader => reader.Single(
                "SELECT salt, content, kept.secret FROM gdpr_payload AS payload JOIN gdpr_payload_secret AS kept ON kept.id = payload.secret "
                + "WHERE controller = $1 AND commitment = $2",
                Open, controller, commitment.ToArray()),
            cancellationToken);
    }

    public ValueTask<int> ErasePayloadsAsync(string controller, SubjectKey subject, string? purpose, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(controller);
        return file.EraseAsync(
            writer => Erase(writer, "controller = $1 AND subject = $2 AND ($3 IS NULL OR purpose = $3)", controller, subject.Value, purpose), cancellationToken);
    }

    public ValueTask<int> ErasePayloadsAsync(string controller, IReadOnlyCollection<Digest> commitments, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(controller);
        ArgumentNullException.ThrowIfNull(commitments);
        return file.EraseAsync(
            writer => commitments.Sum(commitment => Erase(writer, "controller = $1 AND commitment = $2", controller, commitment.ToArray())), cancellationToken);
    }

    public async ValueTask AddTombstonesAsync(string controller, IReadOnlyList<Tombstone> tombstones, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(controller);
        ArgumentNullException.ThrowIfNull(tombstones);
        await file.WriteAsync(
            writer => tombstones.Sum(tombstone => writer.Execute(
                "INSERT INTO gdpr_tombstone (controller, data_set, key_id, digest, until) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
                controller, tombstone.DataSet, tombstone.Record.KeyId, tombstone.Record.Digest.ToArray(), tombstone.Until.ToText())),
            cancellationToken).ConfigureAwait(false);
    }

    public async IAsyncEnumerable<Tombstone> ReadTombstonesAsync(string controller, LocalDate on, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(controller);
        var rows = file.ReadPagesAsync<KeptTombstone>(
            (reader, last) => reader.QueryPage(
                $"""
                SELECT {StoreRows.TombstoneColumns} FROM gdpr_tombstone WHERE id > $1 AND controller = $2 AND until >= $3 ORDER BY id LIMIT {StoreFile.PageSize}
                """,
                _rows.Tombstone, last?.Id ?? 0, controller, on.ToText()),
            cancellationToken);
        await foreach (var row in rows.ConfigureAwait(false))
        {
            yield return row.Tombstone;
        }
    }

    public ValueTask<int> ExpireTombstonesAsync(string controller, LocalDate on, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(controller);
        return file.WriteAsync(
            writer => writer.Execute("DELETE FROM gdpr_tombstone WHERE controller = $1 AND until < $2", controller, on.ToText()), cancellationToken);
    }

    public ValueTask<IReadOnlyList<HashedIdentifier>> ReadIdentifiersAsync(string controller, SubjectKey subject, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(controller);
        return file.ReadAsync<IReadOnlyList<HashedIdentifier>>(
            reader => reader.Query(
                "SELECT kind, key_id, digest FROM gdpr_identifier WHERE controller = $1 AND subject = $2", _rows.Identifier, controller, subject.Value),
            cancellationToken);
    }

    public async ValueTask SuppressAsync(string controller, HashedIdentifier identifier, SuppressionEntry suppression, CancellationToken cancellationToken)
    {
        Check(controller, identifier);
        ArgumentNullException.ThrowIfNull(suppression);
        await file.WriteAsync(
            writer => identifier.Digests.Sum(digest => writer.Execute(
                """
                INSERT INTO gdpr_suppression (controller, kind, key_id, digest, channel, purpose, since, source) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                ON CONFLICT (controller, kind, key_id, digest, channel, purpose)
                DO UPDATE SET since = excluded.since, source = excluded.source WHERE excluded.since >= since
                """,
                controller, identifier.Kind.ToText(), digest.KeyId, digest.Digest.ToArray(), suppression.Channel, suppression.Purpose, suppression.Since.ToText(),
                suppression.Source)),
            cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<IReadOnlyList<SuppressionEntry>> ReadSuppressionsAsync(string controller, HashedIdentifier identifier, CancellationToken cancellationToken)
    {
        Check(controller, identifier);
        return file.ReadAsync(
            reader => SuppressionEntries.Latest(identifier.Digests.SelectMany(digest => reader.Query(
                $"SELECT {StoreRows.SuppressionColumns} FROM gdpr_suppression WHERE controller = $1 AND kind = $2 AND key_id = $3 AND digest = $4",
                _rows.Suppression, controller, identifier.Kind.ToText(), digest.KeyId, digest.Digest.ToArray()))),
            cancellationToken);
    }

    public ValueTask<IReadOnlyList<KnownSubject?>> KeysOfAsync(
        string controller, IReadOnlyList<IReadOnlyList<HashedIdentifier>> people, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(controller);
        ArgumentNullException.ThrowIfNull(people);
        return file.WriteAsync<IReadOnlyList<KnownSubject?>>(writer => [.. people.Select(identifiers => KeyOf(writer, controller, identifiers))], cancellationToken);
    }

    public async ValueTask PutPayloadsAsync(
        string controller, string purpose, IReadOnlyList<(SubjectKey Subject, JournalPayload Payload)> payloads, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(controller);
        ArgumentException.ThrowIfNullOrEmpty(purpose);
        ArgumentNullException.ThrowIfNull(payloads);
        await file.WriteAsync(writer => payloads.Sum(one => Put(writer, controller, one.Subject, purpose, one.Payload)), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Keeps a secret, in place of one that is free or after the last.</summary>
    /// <returns>Its id.</returns>
    private static object Keep(StoreConnection writer, byte[] secret)
    {
        if (writer.Scalar("SELECT min(id) FROM gdpr_payload_secret WHERE is_free = 1") is { } free)
        {
            writer.Execute("UPDATE gdpr_payload_secret SET secret = $1, is_free = 0 WHERE id = $2", secret, free);
            return free;
        }

        return writer.Scalar("INSERT INTO gdpr_payload_secret (secret, is_free) VALUES ($1, 0) RETURNING id", secret)!;
    }

    /// <summary>Destroys the secrets of payloads, and then what they sealed.</summary>
    private static int Erase(StoreConnection writer, string which, params ReadOnlySpan<object?> values)
    {
        foreach (var secret in writer.Query($"SELECT secret FROM gdpr_payload WHERE {which}", static row => row.GetInt64(0), values))
        {
            writer.Execute("UPDATE gdpr_payload_secret SET secret = $1, is_free = 1 WHERE id = $2", SealedPayload.NoSecret, secret);
        }

        return writer.Execute($"DELETE FROM gdpr_payload WHERE {which}", values);
    }

    private JournalPayload Open(SqliteDataReader row)
    {
        var secret = row.GetFieldValue<byte[]>(2);
        if (secret.Length != SealedPayload.SecretSize)
        {
            throw new StoreException(StoreFailure.Corrupt, file.Name, "The secret of a payload cannot be read back: it has been changed.");
        }

        var (salt, content) = SealedPayload.Apply(secret, row.GetFieldValue<byte[]>(0), row.GetFieldValue<byte[]>(1));
        return new JournalPayload(content, salt);
    }

    private static void Check(string controller, HashedIdentifier identifier)
    {
        ArgumentNullException.ThrowIfNull(controller);
        ArgumentNullException.ThrowIfNull(identifier);
    }

    private static int Put(StoreConnection writer, string controller, SubjectKey? subject, string purpose, JournalPayload payload)
    {
        var commitment = payload.Commitment.ToArray();
        if (writer.Scalar("SELECT 1 FROM gdpr_payload WHERE controller = $1 AND commitment = $2", controller, commitment) is not null)
        {
            return 0;
        }

        var secret = SealedPayload.NewSecret();
        var (salt, content) = SealedPayload.Apply(secret, payload.Salt.Span, payload.Content.Span);
        return writer.Execute(
            "INSERT INTO gdpr_payload (controller, commitment, subject, purpose, secret, salt, content) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            controller, commitment, subject?.Value, purpose, Keep(writer, secret), salt, content);
    }

    /// <summary>The key of a person with all these identifiers; <see langword="null"/>, and nothing tied, where they are of several people.</summary>
    private static KnownSubject? KeyOf(StoreConnection writer, string controller, IReadOnlyList<HashedIdentifier> identifiers)
    {
        var tied = identifiers.SelectMany(identifier => identifier.Digests.Select(digest => Owner(writer, controller, identifier.Kind, digest)));
        SubjectKey[] owners = [.. tied.OfType<SubjectKey>().Distinct()];
        if (owners.Length > 1)
        {
            return null;
        }

        var subject = owners.Length == 1 ? owners[0] : new SubjectKey(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeyBytes)));
        foreach (var identifier in identifiers)
        {
            Tie(writer, controller, subject, identifier);
        }

        return new KnownSubject(subject, owners.Length == 0);
    }

    private static SubjectKey? Find(StoreConnection connection, string controller, HashedIdentifier identifier)
    {
        foreach (var digest in identifier.Digests)
        {
            if (Owner(connection, controller, identifier.Kind, digest) is { } owner)
            {
                return owner;
            }
        }

        return null;
    }

    private static SubjectKey? Owner(StoreConnection connection, string controller, IdentifierKind kind, KeyedDigest digest) =>
        connection.Scalar(
            "SELECT subject FROM gdpr_identifier WHERE controller = $1 AND kind = $2 AND key_id = $3 AND digest = $4",
            controller, kind.ToText(), digest.KeyId, digest.Digest.ToArray()) is string subject ? new SubjectKey(subject) : null;

    /// <summary>Ties an identifier to a person under every key that it is given under. A tie that is there stays.</summary>
    private static int Tie(StoreConnection writer, string controller, SubjectKey subject, HashedIdentifier identifier) =>
        identifier.Digests.Sum(digest => writer.Execute(
            "INSERT INTO gdpr_identifier (controller, kind, key_id, digest, subject) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            controller, identifier.Kind.ToText(), digest.KeyId, digest.Digest.ToArray(), subject.Value));
}
