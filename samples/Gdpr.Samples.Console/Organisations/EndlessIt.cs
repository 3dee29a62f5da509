using Gdpr.Retention;
using NodaTime;

namespace Gdpr.Samples.Organisations;

/// <summary>A web shop with companies and consumers: credit, orders, visits and profiles, and a fiscal year cut short in 2021.</summary>
internal static class EndlessIt
{
    public static Organisation Organisation { get; } = new(
        "endlessit", 1805, new LifeMix(Left: 22, Dormant: 14, Paying: 5, Forgotten: 4),
        new Dictionary<string, double>(StringComparer.Ordinal)
        {
            ["crm.persons"] = 1.5,
            ["crm.consumers"] = 1.5,
            ["finance.invoices"] = 4,
            ["finance.credit-assessments"] = 0.7,
            ["web.visits"] = 4,
        },
        new Dictionary<string, int>(StringComparer.Ordinal),
        [
            Highlight.Of(
                "finance.invoices", "An invoice of the changed fiscal year, which closed after four months",
                "En faktura från det omlagda räkenskapsåret, som slutade efter fyra månader",
                row => row.IsBetween("booked", new LocalDate(2021, 9, 1), new LocalDate(2021, 12, 31))),
            Highlight.Of(
                "web.profiles", "A profile without any record of consent: unknown is not no, and not yes either",
                "En profil utan uppgift om samtycke: okänt är inte nej, och inte heller ja",
                row => row.Reason == FateReason.FactUnknown),
            Highlight.Of(
                "crm.prospects", "A prospect who became a customer: the first of two ends decides",
                "En möjlig kund som blev kund: det första av två slut avgör",
                row => row.Fate == Fate.Erase && row.Has("became-customer") && !row.IsOlderThan(12, "registered")),
        ]);
}
