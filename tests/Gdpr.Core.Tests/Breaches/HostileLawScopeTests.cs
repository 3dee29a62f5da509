using Gdpr.Breaches;
using Gdpr.Controls;
using Gdpr.Core.Tests.Disposal;
using Gdpr.Disclosures;
using Gdpr.Journals;

namespace Gdpr.Core.Tests.Breaches;

/// <summary>A breach is not told smaller than the logs show.</summary>
public sealed class HostileLawScopeTests
{
    [Fact]
    public async Task What_was_sent_to_a_recipient_makes_the_number_of_records_that_an_account_saw_no_smaller()
    {
        await using var shop = Controls.Office.Open();
        foreach (var control in new[] { "encryption", "locks" })
        {
            await shop.Get<ControlEvidence>().RecordAsync(new Evidence(EvidenceTarget.OfRecipient(control, "carrier"), EvidenceOutcome.Passed, Reports.By));
        }

        var one = await shop.PersonAsync("a");
        (await shop.Get<DisclosureService>().DiscloseAsync(new DisclosureRequest("carrier", "delivery", "crm.orders.address"), one)).IsAllowed.ShouldBeTrue();
        await shop.Get<Journal>().RecordAsync(
            "processing/test", JournalStream.AnyVersion,
            new NewJournalEntry(
                "processing-summed", shop.Clock.GetCurrentInstant(), """{"policy":"x","day":"2026-11-22","count":500,"dataSet":"crm.orders","actor":"billing-job"}""")
            { Controller = one.Controller },
            CancellationToken.None);

        var scope = await shop.Breaches().ScopeAsync(new BreachScopeQuery { Actors = ["billing-job"], Recipients = ["carrier"] });

        scope.DataSets.ShouldHaveSingleItem().Records.AtLeast.ShouldBeGreaterThanOrEqualTo(500);
    }
}
