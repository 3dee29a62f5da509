using System.Collections.Frozen;
using Gdpr.Relational.Tables;

namespace Gdpr.Relational.Coverage;

/// <summary>Tables in a host's database that are nobody's data: the library's own, and those in which tools keep which migrations have run.</summary>
/// <remarks>By the library's own names alone, and only in a schema where the library has all that make up a source's side tables, or a store: a host's own table
/// <c>gdpr_requests</c>, or its <c>gdpr_suppression</c> in a schema of its own, is looked at.</remarks>
internal sealed class LibraryTables
{
    private static readonly string[] OfEverySource = ["gdpr_block", "gdpr_mark", "gdpr_position", "gdpr_evidence"];
    private static readonly string[] OfEveryStore = ["gdpr_journal", "gdpr_identifier", "gdpr_fold", "gdpr_lease"];

    private static readonly FrozenSet<string> OfSources =
        FrozenSet.Create(StringComparer.Ordinal, [.. OfEverySource, "gdpr_fact_sum", "gdpr_claim", "gdpr_asked", "gdpr_source_schema"]);

    private static readonly FrozenSet<string> OfStores = FrozenSet.Create(
        StringComparer.Ordinal,
        [
            .. OfEveryStore, "gdpr_store_schema", "gdpr_checkpoint", "gdpr_journal_base", "gdpr_journal_head", "gdpr_payload", "gdpr_payload_secret", "gdpr_tombstone",
            "gdpr_suppression", "gdpr_item", "gdpr_kill_switch", "gdpr_policy", "gdpr_schema", "gdpr_stream",
        ]);

    private static readonly FrozenSet<string> OfMigrations = FrozenSet.Create(StringComparer.Ordinal, "__EFMigrationsHistory", "__EFMigrationsLock");

    private readonly HashSet<string> _names;

    /// <summary>Finds them.</summary>
    /// <param name="tables">The tables of the database.</param>
    public LibraryTables(IEnumerable<TableDescription> tables) => _names = tables
        .Select(table => (Full: table.FullName, Name: table.FullName[(table.FullName.LastIndexOf('.') + 1)..]))
        .GroupBy(table => table.Full[..^table.Name.Length], StringComparer.Ordinal)
        .SelectMany(schema =>
        {
            var names = schema.Select(table => table.Name).ToHashSet(StringComparer.Ordinal);
            var (isOfSource, isOfStore) = (names.IsSupersetOf(OfEverySource), names.IsSupersetOf(OfEveryStore));
            return schema.Where(table => OfMigrations.Contains(table.Name)
                || (isOfSource && OfSources.Contains(table.Name)) || (isOfStore && OfStores.Contains(table.Name)));
        })
        .Select(table => table.Full).ToHashSet(StringComparer.Ordinal);

    /// <summary>Whether a table is one of them.</summary>
    public bool Has(TableDescription table) => _names.Contains(table.FullName);
}
