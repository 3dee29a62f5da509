using Gdpr.Retention;

namespace Gdpr.Samples.Organisations;

/// <summary>An IT operator: a register of contacts, a newsletter, and the files, mail and accounts that it runs for its customers.</summary>
internal static class Gignos
{
    public static Organisation Organisation { get; } = new(
        "gignos", 1801, new LifeMix(Left: 25, Dormant: 14, Paying: 8, Forgotten: 5),
        new Dictionary<string, double>(StringComparer.Ordinal) { ["file-server.documents"] = 3, ["mail-server.messages"] = 4, ["access-log.changes"] = 3 },
        new Dictionary<string, int>(StringComparer.Ordinal) { ["file-server.documents"] = 6, ["mail-server.messages"] = 8 },
        [
            Highlight.Of(
                "mail-server.mailboxes", "A mailbox that nobody has opened for years, but that its customer is still invoiced for",
                "En brevlåda som ingen öppnat på åratal, men som kunden ännu betalar för",
                row => row.Fate == Fate.Keep && !row.Has("service-ended") && row.IsOlderThan(25, "last-used") && row.Has("last-invoice")),
            Highlight.Of(
                "crm.contacts", "A prospect whom nobody has judged anew for a year", "En möjlig kund som ingen bedömt på nytt på ett år",
                row => row.Fate == Fate.Erase && !row.Has("became-customer") && row.IsOlderThan(12, "assessed")),
            Highlight.Of(
                "clients.sign-ins", "An account of which nobody knows when it was last used", "Ett konto där ingen vet när det senast användes",
                row => row.Reason == FateReason.TriggerUnknown),
        ]);
}
