using System.Collections.Frozen;

namespace Gdpr.Relational.Coverage;

/// <summary>Tables in a host's database that are nobody's data: the library's own, and those in which tools keep which migrations have run.</summary>
internal static class LibraryTables
{
    // By name and not by how names begin: a host's own table gdpr_requests is looked at.
    private static readonly FrozenSet<string> Names = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "gdpr_block", "gdpr_mark", "gdpr_position", "gdpr_fact_sum", "gdpr_claim", "gdpr_asked", "gdpr_evidence", "gdpr_source_schema",
        "gdpr_store_schema", "gdpr_journal", "gdpr_checkpoint", "gdpr_journal_base", "gdpr_journal_head", "gdpr_identifier", "gdpr_payload", "gdpr_payload_secret", "gdpr_tombstone",
        "gdpr_suppression", "gdpr_fold", "gdpr_item", "gdpr_lease", "gdpr_kill_switch", "gdpr_policy", "gdpr_schema", "gdpr_stream",
        "__EFMigrationsHistory", "__EFMigrationsLock");

    /// <summary>Whether a table is one of them, in whichever schema.</summary>
    public static bool Has(string table) => Names.Contains(table[(table.LastIndexOf('.') + 1)..]);
}
