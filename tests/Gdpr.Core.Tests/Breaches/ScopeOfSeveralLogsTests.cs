using Gdpr.Breaches;
using Gdpr.Controls;
using Gdpr.Core.Tests.Disposal;
using Gdpr.Disclosures;
using Gdpr.Journals;

namespace Gdpr.Core.Tests.Breaches;

/// <summary>A breach of which several logs tell is told no smaller than any of them shows.</summary>
public sealed class ScopeOfSeveralLogsTests
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
        var used = new NewJournalEntry(
            "processing-summed", shop.Clock.GetCurrentInstant(), """{"policy":"x","day":"2026-11-22","count":500,"dataSet":"crm.orders","actor":"billing-job"}""");
        await shop.Get<Journal>().RecordAsync("processing/test", JournalStream.AnyVersion, used with { Controller = one.Controller }, CancellationToken.None);

        var scope = await shop.Breaches().ScopeAsync(new BreachScopeQuery { Actors = ["billing-job"], Recipients = ["carrier"] });

        var reached = scope.DataSets.ShouldHaveSingleItem();
        (reached.Records, reached.People).ShouldBe((new BreachCount(500, false), new BreachCount(1, false)));
        scope.Subjects.ShouldBe([one]);
    }
}
