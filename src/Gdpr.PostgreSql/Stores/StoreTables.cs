using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Gdpr.PostgreSql.Stores;

/// <summary>The names of the stores' tables in one schema, quoted, and the numbers of the schema's advisory locks.</summary>
internal sealed class StoreTables
{
    private const int LongestName = 63;
    private const int NamespaceBits = 15;

    private readonly string _quoted;

    /// <summary>Names the tables of a schema.</summary>
    /// <exception cref="ArgumentException">The name is none that PostgreSQL keeps as it is.</exception>
    public StoreTables(string schema)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(schema);
        if (Encoding.UTF8.GetByteCount(schema) > LongestName || schema.Contains('\0', StringComparison.Ordinal) || schema.StartsWith("pg_", StringComparison.Ordinal))
        {
            throw new ArgumentException(
                $"The schema of the stores needs a name of at most {LongestName} bytes that does not begin with 'pg_', such as 'gdpr'.", nameof(schema));
        }

        Schema = schema;
        _quoted = $"\"{schema.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"gdpr-stores\n{schema}"), hash);
        Namespace = BinaryPrimitives.ReadUInt16BigEndian(hash) >> (16 - NamespaceBits);
        Lock = BinaryPrimitives.ReadInt32BigEndian(hash[2..]);
    }

    /// <summary>The schema's name.</summary>
    public string Schema { get; }

    /// <summary>The schema's name, quoted.</summary>
    public string QuotedSchema => _quoted;

    /// <summary>What tells the locks of this schema's writers from others': the upper bits of their keys.</summary>
    public int Namespace { get; }

    /// <summary>The second number of the locks under which the schema is changed: see <see cref="StoreLocks"/>.</summary>
    public int Lock { get; }

    public string Versions => In("gdpr_schema");

    public string Journal => In("gdpr_journal");

    public string Positions => In("gdpr_journal_position");

    public string Streams => In("gdpr_stream");

    public string Checkpoints => In("gdpr_checkpoint");

    public string Base => In("gdpr_journal_base");

    public string BaseHeads => In("gdpr_journal_head");

    public string Identifiers => In("gdpr_identifier");

    public string Payloads => In("gdpr_payload");

    public string Tombstones => In("gdpr_tombstone");

    public string Suppressions => In("gdpr_suppression");

    public string Folds => In("gdpr_fold");

    public string Items => In("gdpr_item");

    public string Leases => In("gdpr_lease");

    public string KillSwitch => In("gdpr_kill_switch");

    public string Policies => In("gdpr_policy");

    private string In(string name) => $"{_quoted}.{name}";
}

/// <summary>The first numbers of the advisory locks that take turns in a schema; PostgreSQL keeps keys of two numbers apart from those of one.</summary>
internal static class StoreLocks
{
    /// <summary>Creating and changing tables.</summary>
    public const int Migration = 0x67647072;

    /// <summary>Keeping checkpoints and letting a prefix expire.</summary>
    public const int Checkpoints = 0x67647073;
}
