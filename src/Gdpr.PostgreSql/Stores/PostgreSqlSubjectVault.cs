using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Gdpr.Journals;
using Gdpr.Relational.Stores;
using NodaTime;

namespace Gdpr.PostgreSql.Stores;

/// <summary>The vault in a PostgreSQL database. What it erases is gone from the tables; the server's files lose it when the table is vacuumed and its space is
/// used again.</summary>
internal sealed class PostgreSqlSubjectVault(StoreDatabase database) : ISubjectVault
{
    private const int KeyBytes = 16;

    private readonly StoreTables _tables = database.Tables;
    private readonly StoreRows _rows = new(database.Place);

    public ValueTask PrepareAsync(CancellationToken cancellationToken) => database.PrepareAsync(cancellationToken);

    public async ValueTask<SubjectKey> KeyOfAsync(string controller, HashedIdentifier identifier, CancellationToken cancellationToken)
    {
        Check(controller, identifier);
        var owners = await database.RunAsync(connection => OwnersAsync(connection, controller, identifier, cancellationToken), cancellationToken).ConfigureAwait(false);
        return owners.Count == identifier.Digests.Count
            ? owners[0]
            : await database.TransactAsync(connection => TieKeyAsync(connection, controller, identifier, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<SubjectKey?> FindAsync(string controller, HashedIdentifier identifier, CancellationToken cancellationToken)
    {
        Check(controller, identifier);
        var owners = await database.RunAsync(connection => OwnersAsync(connection, controller, identifier, cancellationToken), cancellationToken).ConfigureAwait(false);
        return owners is [var owner, ..] ? owner : null;
    }

    public async ValueTask LinkAsync(string controller, SubjectKey subject, HashedIdentifier identifier, CancellationToken cancellationToken)
    {
        Check(controller, identifier);
        await database.TransactAsync(
            async connection =>
            {
                // Tied first, asked then: whoever tied it to somebody else meanwhile has committed by now.
                await TieAsync(connection, controller, subject, identifier, cancellationToken).ConfigureAwait(false);
                var owners = await OwnersAsync(connection, controller, identifier, cancellationToken).ConfigureAwait(false);
                return owners.TrueForAll(owner => owner == subject) ? owners.Count : throw new IdentifierConflictException(identifier.Kind);
            },
            cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<KnownSubject?>> KeysOfAsync(
        string controller, IReadOnlyList<IReadOnlyList<HashedIdentifier>> people, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(people);
        var known = new List<KnownSubject?>(people.Count);
        foreach (var identifiers in people)
        {
            foreach (var identifier in identifiers)
            {
                Check(controller, identifier);
            }

            known.Add(await KeyOfAsync(controller, identifiers, cancellationToken).ConfigureAwait(false));
        }

        return known;
    }

    public async ValueTask ForgetAsync(string controller, SubjectKey subject, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(controller);
        await database.ExecuteAsync(Untie(controller, subject), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask PutPayloadAsync(string controller, SubjectKey? subject, string purpose, JournalPayload payload, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(controller);
        ArgumentException.ThrowIfNullOrEmpty(purpose);
        ArgumentNullException.ThrowIfNull(payload);
        await database.ExecuteAsync(
            new StoreStatement(
                $"""
                INSERT INTO {_tables.Payloads} (controller, commitment, subject, purpose, salt, content) VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT (controller, commitment) DO NOTHING
                """,
                controller, payload.Commitment.ToArray(), subject?.Value, purpose, payload.Salt.ToArray(), payload.Content.ToArray()),
            cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<JournalPayload?> ReadPayloadAsync(string controller, Digest commitment, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(controller);
        return database.SingleAsync(
            new StoreStatement($"SELECT content, salt FROM {_tables.Payloads} WHERE controller = $1 AND commitment = $2", controller, commitment.ToArray()),
            static row => new JournalPayload(row.GetFieldValue<byte[]>(0), row.GetFieldValue<byte[]>(1)), cancellationToken);
    }

    public ValueTask<int> ErasePayloadsAsync(string controller, SubjectKey subject, string? purpose, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(controller);
        return database.ExecuteAsync(
            new StoreStatement(
                $"DELETE FROM {_tables.Payloads} WHERE controller = $1 AND subject = $2 AND ($3::text IS NULL OR purpose = $3::text)", controller, subject.Value, purpose),
            cancellationToken);
    }

    public ValueTask<int> ErasePayloadsAsync(string controller, IReadOnlyCollection<Digest> commitments, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(controller);
        ArgumentNullException.ThrowIfNull(commitments);
        return database.ExecuteAsync(
            new StoreStatement(
                $"DELETE FROM {_tables.Payloads} WHERE controller = $1 AND commitment = ANY($2::bytea[])", controller,
                commitments.Select(commitment => commitment.ToArray()).ToArray()),
            cancellationToken);
    }

    public async ValueTask AddTombstonesAsync(string controller, IReadOnlyList<Tombstone> tombstones, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(controller);
        ArgumentNullException.ThrowIfNull(tombstones);
        await database.ExecuteAsync(
            new StoreStatement(
                $"""
                INSERT INTO {_tables.Tombstones} (controller, data_set, key_id, digest, until)
                SELECT $1, t.data_set, t.key_id, t.digest, t.until
                FROM unnest($2::text[], $3::text[], $4::bytea[], $5::text[]) AS t (data_set, key_id, digest, until) ON CONFLICT DO NOTHING
                """,
                controller, tombstones.Select(tombstone => tombstone.DataSet).ToArray(), tombstones.Select(tombstone => tombstone.Record.KeyId).ToArray(),
                tombstones.Select(tombstone => tombstone.Record.Digest.ToArray()).ToArray(), tombstones.Select(tombstone => tombstone.Until.ToText()).ToArray()),
            cancellationToken).ConfigureAwait(false);
    }

    public async IAsyncEnumerable<Tombstone> ReadTombstonesAsync(string controller, LocalDate on, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(controller);
        var rows = database.ReadPagesAsync<KeptTombstone>(
            last => new StoreStatement(
                $"""
                SELECT {StoreRows.TombstoneColumns} FROM {_tables.Tombstones} WHERE id > $1 AND controller = $2 AND until >= $3
                ORDER BY id LIMIT {StoreDatabase.PageSize}
                """,
                last?.Id ?? 0L, controller, on.ToText()),
            _rows.Tombstone, cancellationToken);
        await foreach (var row in rows.ConfigureAwait(false))
        {
            yield return row.Tombstone;
        }
    }

    public ValueTask<int> ExpireTombstonesAsync(string controller, LocalDate on, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(controller);
        return database.ExecuteAsync(
            new StoreStatement($"DELETE FROM {_tables.Tombstones} WHERE controller = $1 AND until < $2", controller, on.ToText()), cancellationToken);
    }

    public async ValueTask<IReadOnlyList<HashedIdentifier>> ReadIdentifiersAsync(string controller, SubjectKey subject, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(controller);
        return await database.RunAsync(
            connection => connection.QueryAsync(
                new StoreStatement($"SELECT kind, key_id, digest FROM {_tables.Identifiers} WHERE controller = $1 AND subject = $2", controller, subject.Value),
                _rows.Identifier, cancellationToken),
            cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask SuppressAsync(string controller, HashedIdentifier identifier, SuppressionEntry suppression, CancellationToken cancellationToken)
    {
        Check(controller, identifier);
        ArgumentNullException.ThrowIfNull(suppression);
        await database.ExecuteAsync(
            new StoreStatement(
                $"""
                INSERT INTO {_tables.Suppressions} AS kept (controller, kind, key_id, digest, channel, purpose, since, source)
                SELECT $1, $2, d.key_id, d.digest, $5, $6, $7, $8 FROM unnest($3::text[], $4::bytea[]) AS d (key_id, digest) ORDER BY d.key_id, d.digest
                ON CONFLICT (controller, kind, key_id, digest, channel, purpose)
                DO UPDATE SET since = excluded.since, source = excluded.source WHERE excluded.since >= kept.since
                """,
                [.. ValuesOf(controller, identifier), suppression.Channel, suppression.Purpose, suppression.Since.ToText(), suppression.Source]),
            cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<SuppressionEntry>> ReadSuppressionsAsync(string controller, HashedIdentifier identifier, CancellationToken cancellationToken)
    {
        Check(controller, identifier);
        return SuppressionEntries.Latest(await database.RunAsync(
            connection => connection.QueryAsync(
                new StoreStatement(
                    $"""
                    SELECT {StoreRows.SuppressionColumns} FROM unnest($3::text[], $4::bytea[]) AS d (key_id, digest)
                    JOIN {_tables.Suppressions} s USING (key_id, digest) WHERE s.controller = $1 AND s.kind = $2
                    """,
                    ValuesOf(controller, identifier)),
                _rows.Suppression, cancellationToken),
            cancellationToken).ConfigureAwait(false));
    }

    public async ValueTask PutPayloadsAsync(
        string controller, string purpose, IReadOnlyList<(SubjectKey Subject, JournalPayload Payload)> payloads, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(controller);
        ArgumentException.ThrowIfNullOrEmpty(purpose);
        ArgumentNullException.ThrowIfNull(payloads);
        await database.ExecuteAsync(
            new StoreStatement(
                $"""
                INSERT INTO {_tables.Payloads} (controller, commitment, subject, purpose, salt, content)
                SELECT $1, p.commitment, p.subject, $2, p.salt, p.content
                FROM unnest($3::bytea[], $4::text[], $5::bytea[], $6::bytea[]) AS p (commitment, subject, salt, content)
                ON CONFLICT (controller, commitment) DO NOTHING
                """,
                controller, purpose, payloads.Select(one => one.Payload.Commitment.ToArray()).ToArray(), payloads.Select(one => one.Subject.Value).ToArray(),
                payloads.Select(one => one.Payload.Salt.ToArray()).ToArray(), payloads.Select(one => one.Payload.Content.ToArray()).ToArray()),
            cancellationToken).ConfigureAwait(false);
    }

    private static void Check(string controller, HashedIdentifier identifier)
    {
        ArgumentNullException.ThrowIfNull(controller);
        ArgumentNullException.ThrowIfNull(identifier);
    }

    /// <summary>Controller and kind, and the digests as two lists: the first four values of a statement.</summary>
    private static object?[] ValuesOf(string controller, HashedIdentifier identifier) =>
    [
        controller, identifier.Kind.ToText(), identifier.Digests.Select(digest => digest.KeyId).ToArray(),
        identifier.Digests.Select(digest => digest.Digest.ToArray()).ToArray(),
    ];

    /// <summary>The person whom an identifier is tied to already, or a new one.</summary>
    private async ValueTask<SubjectKey> TieKeyAsync(StoreConnection connection, string controller, HashedIdentifier identifier, CancellationToken cancellationToken)
    {
        var candidate = new SubjectKey(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeyBytes)));
        while (true)
        {
            var owners = await OwnersAsync(connection, controller, identifier, cancellationToken).ConfigureAwait(false);
            if (owners is [var owner, ..])
            {
                await TieAsync(connection, controller, owner, identifier, cancellationToken).ConfigureAwait(false);
                return owner;
            }

            await TieAsync(connection, controller, candidate, identifier, cancellationToken).ConfigureAwait(false);
            owners = await OwnersAsync(connection, controller, identifier, cancellationToken).ConfigureAwait(false);
            if (owners.TrueForAll(tied => tied == candidate))
            {
                return candidate;
            }

            // Somebody else was first under one of the keys, and has committed: theirs it is, under all of them.
            await connection.ExecuteAsync(Untie(controller, candidate), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The key of a person with some identifiers, all of them tied to it; <see langword="null"/> where they are of several people, and nothing is tied.</summary>
    private async ValueTask<KnownSubject?> KeyOfAsync(string controller, IReadOnlyList<HashedIdentifier> identifiers, CancellationToken cancellationToken)
    {
        while (true)
        {
            var owners = await database.RunAsync(connection => OwnersAsync(connection, controller, identifiers, cancellationToken), cancellationToken)
                .ConfigureAwait(false);
            SubjectKey[] found = [.. owners.Distinct()];
            if (found.Length > 1)
            {
                return null;
            }

            var subject = found.Length == 1 ? found[0] : new SubjectKey(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeyBytes)));
            try
            {
                return owners.Count == identifiers.Sum(identifier => identifier.Digests.Count) ? new KnownSubject(subject, IsNew: false)
                    : await database.TransactAsync(
                        connection => TieAsync(connection, controller, subject, identifiers, found.Length == 0, cancellationToken), cancellationToken)
                        .ConfigureAwait(false);
            }
            catch (IdentifierConflictException)
            {
                // Somebody else was first with one of them, and has committed; nothing was tied here: whose they are is asked again.
            }
        }
    }

    /// <summary>Ties identifiers to a person, all or none; always in the same order, so that no two wait for each other.</summary>
    private async ValueTask<KnownSubject> TieAsync(
        StoreConnection connection, string controller, SubjectKey subject, IReadOnlyList<HashedIdentifier> identifiers, bool isNew, CancellationToken cancellationToken)
    {
        foreach (var identifier in identifiers.OrderBy(one => one.Kind).ThenBy(one => one.Digests[0].Digest.ToString(), StringComparer.Ordinal))
        {
            await TieAsync(connection, controller, subject, identifier, cancellationToken).ConfigureAwait(false);
        }

        var owners = await OwnersAsync(connection, controller, identifiers, cancellationToken).ConfigureAwait(false);
        return owners.TrueForAll(owner => owner == subject) ? new KnownSubject(subject, isNew) : throw new IdentifierConflictException(identifiers[0].Kind);
    }

    /// <summary>Whom some identifiers are tied to.</summary>
    private async ValueTask<List<SubjectKey>> OwnersAsync(
        StoreConnection connection, string controller, IReadOnlyList<HashedIdentifier> identifiers, CancellationToken cancellationToken)
    {
        var owners = new List<SubjectKey>();
        foreach (var identifier in identifiers)
        {
            owners.AddRange(await OwnersAsync(connection, controller, identifier, cancellationToken).ConfigureAwait(false));
        }

        return owners;
    }

    /// <summary>Whom an identifier is tied to, in the order of the keys under which it is given.</summary>
    private ValueTask<List<SubjectKey>> OwnersAsync(StoreConnection connection, string controller, HashedIdentifier identifier, CancellationToken cancellationToken) =>
        connection.QueryAsync(
            new StoreStatement(
                $"""
                SELECT i.subject FROM unnest($3::text[], $4::bytea[]) WITH ORDINALITY AS d (key_id, digest, number)
                JOIN {_tables.Identifiers} i USING (key_id, digest) WHERE i.controller = $1 AND i.kind = $2 ORDER BY d.number
                """,
                ValuesOf(controller, identifier)),
            static row => new SubjectKey(row.GetString(0)), cancellationToken);

    /// <summary>Ties an identifier to a person under every key that it is given under, always in the same order, so that no two wait for each other. A tie that is
    /// there stays.</summary>
    private ValueTask<int> TieAsync(
        StoreConnection connection, string controller, SubjectKey subject, HashedIdentifier identifier, CancellationToken cancellationToken) => connection.ExecuteAsync(
        new StoreStatement(
            $"""
            INSERT INTO {_tables.Identifiers} (controller, kind, key_id, digest, subject)
            SELECT $1, $2, d.key_id, d.digest, $5 FROM unnest($3::text[], $4::bytea[]) AS d (key_id, digest) ORDER BY d.key_id, d.digest ON CONFLICT DO NOTHING
            """,
            [.. ValuesOf(controller, identifier), subject.Value]),
        cancellationToken);

    private StoreStatement Untie(string controller, SubjectKey subject) =>
        new($"DELETE FROM {_tables.Identifiers} WHERE controller = $1 AND subject = $2", controller, subject.Value);
}
