namespace Gdpr.Relational.Tables;

/// <summary>Triggers of the library's on tables of the host's: they refuse others, let its own transactions pass, and change no row. Nothing has to be done otherwise
/// for their sake.</summary>
internal static class LibraryTriggers
{
    /// <summary>What the names of their functions begin with.</summary>
    public const string Prefix = "gdpr_guard_";

    /// <summary>A condition of PostgreSQL's: the trigger <c>t</c> of <c>pg_trigger</c> is the host's.</summary>
    public const string IsHosts =
        $"(NOT t.tgisinternal AND NOT EXISTS (SELECT FROM pg_proc f WHERE f.oid = t.tgfoid AND starts_with(CAST(f.proname AS text), '{Prefix}')))";
}
