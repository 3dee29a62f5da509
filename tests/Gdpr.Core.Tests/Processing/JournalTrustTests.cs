using Gdpr.Controls;
using Gdpr.Core.Tests.Disposal;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Processing;
using Gdpr.Subjects;

namespace Gdpr.Core.Tests.Processing;

/// <summary>A journal that cannot be relied on permits nothing (Art. 5(2), 32(1)(b)).</summary>
public sealed class JournalTrustTests
{
    [Fact]
    public async Task A_damaged_journal_denies_and_is_said_to_be_until_somebody_acknowledges_it()
    {
        var world = new ShopWorld();
        await using var shop = Shop.Open(world);
        var person = await shop.Get<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("kept-1")));
        (await CodesAsync(shop, person)).ShouldNotContain(ProcessingReasons.JournalDamaged);
        (await shop.Get<ComplianceReports>().ReadHealthAsync()).IsJournalDamaged.ShouldBeFalse();

        // A checkpoint that somebody made without the key.
        var forged = new JournalCheckpoint(1, 2, default, Shop.Now, world.Keys.CurrentKeyId, default);
        await world.Journal.AddCheckpointAsync(forged, CancellationToken.None);
        await world.Witness.WriteAsync(forged, CancellationToken.None);
        await shop.Work.RunDueAsync(Shop.Now, TimeSpan.FromMinutes(1));

        // Whoever has just trusted it does so for a while.
        shop.Clock.Advance(NodaTime.Duration.FromHours(1));
        (await CodesAsync(shop, person)).ShouldContain(ProcessingReasons.JournalDamaged);
        var health = await shop.Get<ComplianceReports>().ReadHealthAsync();
        (health.IsJournalDamaged, health.IsHealthy).ShouldBe((true, false));

        await shop.Sweep.AcknowledgeDamageAsync("operations");

        (await CodesAsync(shop, person)).ShouldNotContain(ProcessingReasons.JournalDamaged);
        (await shop.Get<ComplianceReports>().ReadHealthAsync()).IsJournalDamaged.ShouldBeFalse();
    }

    private static async Task<IEnumerable<string>> CodesAsync(Shop shop, DataSubject person) =>
        (await shop.Get<IProcessingGate>().DecideAsync(new ProcessingRequest(person, "service-provision"))).Reasons.Select(reason => reason.Code);
}
