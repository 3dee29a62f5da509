using Gdpr.Retention;
using NodaTime;

namespace Gdpr.Samples.Organisations;

/// <summary>An operator of networks and web sites, with consumers among its customers and a fiscal year of eighteen months in its history.</summary>
internal static class Grafokett
{
    public static Organisation Organisation { get; } = new(
        "grafokett", 1802, new LifeMix(Left: 28, Dormant: 12, Paying: 6, Forgotten: 4),
        new Dictionary<string, double>(StringComparer.Ordinal)
        {
            ["crm.customers"] = 2,
            ["crm.suppliers"] = 0.1,
            ["crm.fair-visitors"] = 0.15,
            ["staff.employees"] = 0.04,
            ["network.abuse-cases"] = 0.05,
            ["erp.invoices"] = 4,
            ["network.events"] = 4,
        },
        new Dictionary<string, int>(StringComparer.Ordinal),
        [
            Highlight.Of(
                "erp.invoices", "An invoice to a former customer, of the year of eighteen months: the register lets go, the law does not",
                "En faktura till en tidigare kund, från året på arton månader: registret släpper, lagen gör det inte",
                row => row.Reason == FateReason.ObligationAlive && row.IsBetween("booked", new LocalDate(2019, 1, 1), new LocalDate(2020, 6, 30)))
                .OfPeopleWith("crm.customers", Fate.Erase),
            Highlight.Of(
                "customer-zone.accounts", "A customer who never gave notice: two years after the last contact the fallback decides",
                "En kund som aldrig sade upp: två år efter senaste kontakt avgör reserven",
                row => row.Fate == Fate.Erase && !row.Has("terminated") && row.IsOlderThan(24, "last-contact")),
            Highlight.Of(
                "erp.invoices", "An invoice from before the first known fiscal year: kept, and listed with what is missing",
                "En faktura från tiden före första kända räkenskapsår: bevaras, och listas med vad som saknas",
                row => row.Reason == FateReason.FiscalYearUnknown),
        ]);
}
