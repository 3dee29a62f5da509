using Gdpr.Retention;

namespace Gdpr.Samples.Organisations;

/// <summary>An operator of workplaces and servers: a directory of users, a service desk, and correspondence.</summary>
internal static class Insignis
{
    public static Organisation Organisation { get; } = new(
        "insignis", 1803, new LifeMix(Left: 24, Dormant: 12, Paying: 8, Forgotten: 5),
        new Dictionary<string, double>(StringComparer.Ordinal) { ["tickets.cases"] = 4, ["contracts.contacts"] = 0.4, ["operated-servers.customer-data"] = 2 },
        new Dictionary<string, int>(StringComparer.Ordinal) { ["operated-servers.customer-data"] = 4 },
        [
            Highlight.Of(
                "directory.users", "A user who withdrew the consent to the picture: it goes, the account stays",
                "En användare som återkallat samtycket till bilden: den tas bort, kontot blir kvar",
                row => row.Fate == Fate.Keep && row.Row.Facts.Contains("consent-withdrawn:profile-picture", StringComparison.Ordinal)),
            Highlight.Of(
                "tickets.cases", "A ticket that nobody closed: three years after it was opened the fallback decides",
                "Ett ärende som ingen avslutat: tre år efter att det öppnades avgör reserven",
                row => row.Fate == Fate.Erase && !row.Has("closed") && !row.Has("agreement-ended")),
            Highlight.Of(
                "mail.group-messages", "A message whose date cannot be read", "Ett meddelande vars datum inte går att läsa",
                row => row.Reason == FateReason.TriggerUnknown && row.Has("received")),
        ]);
}
