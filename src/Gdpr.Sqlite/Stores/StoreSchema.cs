using Gdpr.Journals;

namespace Gdpr.Sqlite.Stores;

/// <summary>The tables of the stores, and their version.</summary>
internal static class StoreSchema
{
    /// <summary>The version that this code reads and writes.</summary>
    public const long Version = 1;

    private static readonly string[] Statements =
    [
        "CREATE TABLE IF NOT EXISTS gdpr_store_schema (id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL) STRICT",

        // Times of entries are ticks of 100 nanoseconds since 1970, as their hashes take them; other times are texts that sort.
        """
        CREATE TABLE IF NOT EXISTS gdpr_journal (
            position INTEGER PRIMARY KEY, stream TEXT NOT NULL, version INTEGER NOT NULL, recorded_at INTEGER NOT NULL, occurred_at INTEGER NOT NULL,
            type TEXT NOT NULL, controller TEXT, subject TEXT, payload BLOB, data TEXT NOT NULL, previous BLOB NOT NULL, hash BLOB NOT NULL,
            UNIQUE (stream, version)) STRICT
        """,
        """
        CREATE TABLE IF NOT EXISTS gdpr_checkpoint (
            number INTEGER PRIMARY KEY, position INTEGER NOT NULL, history BLOB NOT NULL, at TEXT NOT NULL, key_id TEXT NOT NULL, mac BLOB NOT NULL) STRICT
        """,
        """
        CREATE TABLE IF NOT EXISTS gdpr_journal_base (
            id INTEGER PRIMARY KEY CHECK (id = 1), number INTEGER NOT NULL, position INTEGER NOT NULL, history BLOB NOT NULL, at TEXT NOT NULL,
            key_id TEXT NOT NULL, mac BLOB NOT NULL) STRICT
        """,
        "CREATE TABLE IF NOT EXISTS gdpr_journal_head (stream TEXT PRIMARY KEY, version INTEGER NOT NULL, hash BLOB NOT NULL) STRICT, WITHOUT ROWID",
        """
        CREATE TABLE IF NOT EXISTS gdpr_identifier (
            controller TEXT NOT NULL, kind TEXT NOT NULL, key_id TEXT NOT NULL, digest BLOB NOT NULL, subject TEXT NOT NULL,
            PRIMARY KEY (controller, kind, key_id, digest)) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX IF NOT EXISTS gdpr_identifier_subject ON gdpr_identifier (controller, subject)",

        // Secrets are of one length, are only ever added at the end and overwritten in place, and never deleted: so SQLite has no cause to move one, which
        // would leave a copy in space that a page no longer uses. Only a secret that is free is taken again.
        "CREATE TABLE IF NOT EXISTS gdpr_payload_secret (id INTEGER PRIMARY KEY, secret BLOB NOT NULL, is_free INTEGER NOT NULL) STRICT",
        "CREATE INDEX IF NOT EXISTS gdpr_payload_secret_free ON gdpr_payload_secret (id) WHERE is_free = 1",
        """
        CREATE TABLE IF NOT EXISTS gdpr_payload (
            id INTEGER PRIMARY KEY, controller TEXT NOT NULL, commitment BLOB NOT NULL, subject TEXT, purpose TEXT NOT NULL, secret INTEGER NOT NULL,
            salt BLOB NOT NULL, content BLOB NOT NULL, UNIQUE (controller, commitment)) STRICT
        """,
        "CREATE INDEX IF NOT EXISTS gdpr_payload_subject ON gdpr_payload (controller, subject)",
        """
        CREATE TABLE IF NOT EXISTS gdpr_tombstone (
            id INTEGER PRIMARY KEY, controller TEXT NOT NULL, data_set TEXT NOT NULL, key_id TEXT NOT NULL, digest BLOB NOT NULL, until TEXT NOT NULL,
            UNIQUE (controller, data_set, key_id, digest, until)) STRICT
        """,
        """
        CREATE TABLE IF NOT EXISTS gdpr_suppression (
            controller TEXT NOT NULL, kind TEXT NOT NULL, key_id TEXT NOT NULL, digest BLOB NOT NULL, channel TEXT NOT NULL,
            purpose TEXT NOT NULL, since TEXT NOT NULL, source TEXT NOT NULL, PRIMARY KEY (controller, kind, key_id, digest, channel, purpose)) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE IF NOT EXISTS gdpr_fold (
            fold TEXT NOT NULL, controller TEXT NOT NULL, key TEXT NOT NULL, position INTEGER NOT NULL, content TEXT NOT NULL,
            PRIMARY KEY (fold, controller, key)) STRICT, WITHOUT ROWID
        """,
        "CREATE TABLE IF NOT EXISTS gdpr_item (id TEXT PRIMARY KEY, kind TEXT NOT NULL, due TEXT NOT NULL, content TEXT NOT NULL) STRICT, WITHOUT ROWID",
        "CREATE INDEX IF NOT EXISTS gdpr_item_due ON gdpr_item (kind, due, id)",
        "CREATE TABLE IF NOT EXISTS gdpr_lease (name TEXT PRIMARY KEY, run TEXT NOT NULL, worker TEXT NOT NULL, until TEXT NOT NULL) STRICT, WITHOUT ROWID",
        "CREATE TABLE IF NOT EXISTS gdpr_kill_switch (id INTEGER PRIMARY KEY CHECK (id = 1), is_on INTEGER NOT NULL, reason TEXT, set_by TEXT, at TEXT) STRICT",
        """
        CREATE TABLE IF NOT EXISTS gdpr_policy (
            hash TEXT PRIMARY KEY, policy TEXT NOT NULL, version TEXT NOT NULL, since TEXT NOT NULL, json TEXT NOT NULL) STRICT, WITHOUT ROWID
        """,
    ];

    /// <summary>Creates what is missing. To be called in a transaction.</summary>
    /// <exception cref="StoreException">A newer version of the library made what is there.</exception>
    public static bool Ensure(StoreConnection connection, string file)
    {
        connection.Execute(Statements[0]);
        var version = connection.Scalar("SELECT version FROM gdpr_store_schema");
        if (version is > Version)
        {
            throw new StoreException(
                StoreFailure.NewerSchema, file, $"Its tables have version {version}, and this version of the library knows {Version}. "
                + "Update the library, or name another file.");
        }

        foreach (var statement in Statements.AsSpan(1))
        {
            connection.Execute(statement);
        }

        connection.Execute("INSERT INTO gdpr_store_schema (id, version) VALUES (1, $1) ON CONFLICT (id) DO NOTHING", Version);
        return true;
    }
}
