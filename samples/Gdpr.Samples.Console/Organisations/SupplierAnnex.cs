using Gdpr.Retention;

namespace Gdpr.Samples.Organisations;

/// <summary>A supplier of services under an annex on processing: a customer portal, billing, logs, and data of its customers' customers.</summary>
internal static class SupplierAnnex
{
    public static Organisation Organisation { get; } = new(
        "supplier-annex", 1804, new LifeMix(Left: 26, Dormant: 10, Paying: 6, Forgotten: 4),
        new Dictionary<string, double>(StringComparer.Ordinal)
        {
            ["partner-register.contacts"] = 0.2,
            ["portal.acceptances"] = 1,
            ["billing.invoices"] = 4,
            ["customer-services.customer-data"] = 2,
            ["backup.own-copies"] = 0.2,
            ["backup.customer-copies"] = 0.4,
            ["logs.events"] = 3,
            ["messaging.dispatches"] = 2,
        },
        new Dictionary<string, int>(StringComparer.Ordinal) { ["customer-services.customer-data"] = 3 },
        [
            Highlight.Of(
                "billing.invoices", "An invoice that bookkeeping and tax law both keep: the last of the two decides",
                "En faktura som både bokföringslag och skatteregler bevarar: den sista av dem avgör",
                row => row.Reason == FateReason.ObligationAlive && row.IsOlderThan(60, "booked")
                    && row.Row.DateOf("booked") is { Month: >= 6 } booked && row.Row.DateOf("supplied")?.Year == booked.Year),
            Highlight.Of(
                "portal.accounts", "A customer who demanded removal: thirty days, whatever else runs",
                "En kund som krävt borttagning: trettio dagar, vad som än löper",
                row => row.Fate == Fate.Erase && row.Has("removal-demanded") && !row.Has("service-ended")),
            Highlight.Of(
                "customer-services.customer-data", "Data held for a customer, and nobody knows when it was last used",
                "Uppgifter hos oss för en kunds räkning, och ingen vet när de senast användes",
                row => row.Reason == FateReason.TriggerUnknown),
        ]);
}
