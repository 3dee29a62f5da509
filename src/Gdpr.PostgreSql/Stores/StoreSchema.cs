namespace Gdpr.PostgreSql.Stores;

/// <summary>The statements that make the tables, version by version. Each can be run again and changes nothing then.</summary>
internal static class StoreSchema
{
    /// <summary>The version that this code reads and writes.</summary>
    public const int Version = 1;

    private const string All = "SELECT, INSERT, UPDATE, DELETE";

    /// <summary>What a role needs that only uses the tables, by their names. Nobody needs to change an entry of the journal.</summary>
    public static IReadOnlyDictionary<string, string> Privileges { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["gdpr_schema"] = "SELECT",
        ["gdpr_journal_position"] = "USAGE, SELECT",
        ["gdpr_journal"] = "SELECT, INSERT, DELETE",
        ["gdpr_stream"] = All,
        ["gdpr_checkpoint"] = All,
        ["gdpr_journal_base"] = All,
        ["gdpr_journal_head"] = All,
        ["gdpr_identifier"] = All,
        ["gdpr_payload"] = All,
        ["gdpr_tombstone"] = All,
        ["gdpr_suppression"] = All,
        ["gdpr_fold"] = All,
        ["gdpr_item"] = All,
        ["gdpr_lease"] = All,
        ["gdpr_kill_switch"] = All,
        ["gdpr_policy"] = All,
    };

    /// <summary>Makes the schema, and in it the table of the versions that have been applied.</summary>
    public static string CreateSchema(StoreTables tables) => $"CREATE SCHEMA IF NOT EXISTS {tables.QuotedSchema}";

    /// <inheritdoc cref="CreateSchema"/>
    public static string CreateVersions(StoreTables tables) =>
        $"CREATE TABLE IF NOT EXISTS {tables.Versions} (version integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())";

    /// <summary>Says that a version has been applied.</summary>
    public static string Applied(StoreTables tables, int version) =>
        FormattableString.Invariant($"INSERT INTO {tables.Versions} (version) VALUES ({version}) ON CONFLICT DO NOTHING");

    /// <summary>What makes a version out of the one before it.</summary>
    public static IReadOnlyList<string> Statements(StoreTables tables, int version) => version switch
    {
        1 => First(tables),
        _ => throw new ArgumentOutOfRangeException(nameof(version), version, "There is no such version."),
    };

    // Texts are compared and sorted byte by byte, so that they mean the same in every database. Times of entries are ticks of 100 nanoseconds since 1970, as
    // their hashes take them; other times are texts that sort. Positions take 48 bits: see RunningWriters.
    private static string[] First(StoreTables tables) =>
    [
        $"CREATE SEQUENCE IF NOT EXISTS {tables.Positions} MAXVALUE {RunningWriters.LastPosition}",
        $"""
        CREATE TABLE IF NOT EXISTS {tables.Journal} (
            position bigint PRIMARY KEY, stream text COLLATE "C" NOT NULL, version bigint NOT NULL, recorded_at bigint NOT NULL, occurred_at bigint NOT NULL,
            type text NOT NULL, controller text, subject text, payload bytea, data text NOT NULL, previous bytea NOT NULL, hash bytea NOT NULL,
            UNIQUE (stream, version))
        """,
        $"""
        CREATE TABLE IF NOT EXISTS {tables.Streams} (
            stream text COLLATE "C" PRIMARY KEY, version bigint NOT NULL, hash bytea NOT NULL) WITH (fillfactor = 70)
        """,
        $"""
        CREATE TABLE IF NOT EXISTS {tables.Checkpoints} (
            number bigint PRIMARY KEY, position bigint NOT NULL, history bytea NOT NULL, at text NOT NULL, key_id text NOT NULL, mac bytea NOT NULL)
        """,
        $"""
        CREATE TABLE IF NOT EXISTS {tables.Base} (
            id integer PRIMARY KEY CHECK (id = 1), number bigint NOT NULL, position bigint NOT NULL, history bytea NOT NULL, at text NOT NULL,
            key_id text NOT NULL, mac bytea NOT NULL)
        """,
        $"""CREATE TABLE IF NOT EXISTS {tables.BaseHeads} (stream text COLLATE "C" PRIMARY KEY, version bigint NOT NULL, hash bytea NOT NULL)""",
        $"""
        CREATE TABLE IF NOT EXISTS {tables.Identifiers} (
            controller text COLLATE "C" NOT NULL, kind text COLLATE "C" NOT NULL, key_id text COLLATE "C" NOT NULL, digest bytea NOT NULL,
            subject text COLLATE "C" NOT NULL, PRIMARY KEY (controller, kind, key_id, digest))
        """,
        $"CREATE INDEX IF NOT EXISTS gdpr_identifier_subject ON {tables.Identifiers} (controller, subject)",
        $"""
        CREATE TABLE IF NOT EXISTS {tables.Payloads} (
            controller text COLLATE "C" NOT NULL, commitment bytea NOT NULL, subject text COLLATE "C", purpose text COLLATE "C" NOT NULL,
            salt bytea NOT NULL, content bytea NOT NULL, PRIMARY KEY (controller, commitment))
        """,
        $"CREATE INDEX IF NOT EXISTS gdpr_payload_subject ON {tables.Payloads} (controller, subject)",
        $"""
        CREATE TABLE IF NOT EXISTS {tables.Tombstones} (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, controller text COLLATE "C" NOT NULL, data_set text COLLATE "C" NOT NULL,
            key_id text COLLATE "C" NOT NULL, digest bytea NOT NULL, until text COLLATE "C" NOT NULL, UNIQUE (controller, data_set, key_id, digest, until))
        """,
        $"CREATE INDEX IF NOT EXISTS gdpr_tombstone_until ON {tables.Tombstones} (controller, until)",
        $"""
        CREATE TABLE IF NOT EXISTS {tables.Suppressions} (
            controller text COLLATE "C" NOT NULL, kind text COLLATE "C" NOT NULL, key_id text COLLATE "C" NOT NULL, digest bytea NOT NULL,
            channel text COLLATE "C" NOT NULL, purpose text COLLATE "C" NOT NULL, since text COLLATE "C" NOT NULL, source text NOT NULL,
            PRIMARY KEY (controller, kind, key_id, digest, channel, purpose))
        """,
        $"""
        CREATE TABLE IF NOT EXISTS {tables.Folds} (
            fold text COLLATE "C" NOT NULL, controller text COLLATE "C" NOT NULL, key text COLLATE "C" NOT NULL, position bigint NOT NULL, content text NOT NULL,
            PRIMARY KEY (fold, controller, key)) WITH (fillfactor = 70)
        """,
        $"""
        CREATE TABLE IF NOT EXISTS {tables.Items} (
            id text COLLATE "C" PRIMARY KEY, kind text COLLATE "C" NOT NULL, due text COLLATE "C" NOT NULL, content text NOT NULL)
        """,
        $"CREATE INDEX IF NOT EXISTS gdpr_item_due ON {tables.Items} (kind, due, id)",
        $"""
        CREATE TABLE IF NOT EXISTS {tables.Leases} (
            name text COLLATE "C" PRIMARY KEY, run text NOT NULL, worker text NOT NULL, until text COLLATE "C" NOT NULL) WITH (fillfactor = 50)
        """,
        $"""
        CREATE TABLE IF NOT EXISTS {tables.KillSwitch} (
            id integer PRIMARY KEY CHECK (id = 1), is_on bigint NOT NULL CHECK (is_on IN (0, 1)), reason text, set_by text, at text)
        """,
        $"""
        CREATE TABLE IF NOT EXISTS {tables.Policies} (
            hash text COLLATE "C" PRIMARY KEY, policy text NOT NULL, version text NOT NULL, since text COLLATE "C" NOT NULL, json text NOT NULL)
        """,
    ];
}
