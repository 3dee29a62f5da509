using Gdpr.Disclosures;
using Gdpr.Disposal;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>Recipients are not told to erase what is evidence here and kept: they are when it goes (Art. 17(3)(e), 18(1)(c), 19).</summary>
public sealed class KeptFromErasureTests
{
    private static readonly LocalDateTime Morning = new(2026, 3, 10, 10, 0);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Recipients_are_not_told_that_something_was_erased_that_is_kept(bool isHold)
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer("c1", new LocalDate(2025, 1, 1)));
        var (subject, request, _) = await KeptAsync(world, isHold);
        await world.PumpAsync();

        request.Results.ShouldHaveSingleItem().Items.ShouldAllBe(item => item.Code == ResultCode.KeptRestricted);
        (await ToldAsync(world, subject)).ShouldBeEmpty("nothing was erased: the data is kept for a law suit, and the recipient is told to destroy its copy");
        (await world.Requests.FindAsync(request.Id))!.RecipientsToldAt.ShouldBeNull();
    }

    [Fact]
    public async Task They_are_told_when_it_goes_though_the_request_was_answered_and_closed_long_before()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer("c1", new LocalDate(2025, 1, 1)));
        var (subject, request, hold) = await KeptAsync(world, isHold: true);
        (await world.AnswerAndCloseAsync(request)).IsStanding.ShouldBeTrue();
        world.Set(2026, 5, 4);
        await world.Get<LegalHolds>().ReleaseAsync(hold!, RightsWorld.Officer);
        await world.PumpAsync();
        world.Data.Customers.Find("c1")?.Email.ShouldBeNull();
        (await ToldAsync(world, subject)).ShouldBe(["cloud"]);

        world.Set(2026, 5, 6);
        await world.PumpAsync();

        (await ToldAsync(world, subject)).ShouldBe(["cloud"], "once");
        var after = (await world.Requests.FindAsync(request.Id))!;
        (after.Phase, after.IsStanding, after.RecipientsToldAt is not null).ShouldBe((RequestPhase.Closed, false, true));
    }

    /// <summary>What an erasure comes to of data that the recipient has, too, and a law suit needs.</summary>
    private static async Task<(DataSubject Subject, DataSubjectRequest Request, string? Hold)> KeptAsync(RightsWorld world, bool isHold)
    {
        var subject = await world.PersonAsync();
        await world.Get<DisclosureService>().RecordMadeAsync(
            new DisclosureRequest("cloud", "service-provision", "crm.customers.email"), [subject], RightsWorld.At(2026, 3, 10, 9));
        var hold = !isHold ? null : await world.Get<LegalHolds>().PlaceAsync(
            Disposal.Shop.Terms("crm.customers") with { From = new LocalDate(2026, 1, 1), ReviewBy = new LocalDate(2026, 6, 1) });
        if (!isHold)
        {
            await world.RecordAsync(subject, SubjectEntries.RestrictionPlaced, """{"id":"r-1","ground":"claims","dataSets":[]}""");
        }

        world.Set(2026, 3, 12);
        var request = await world.HandleAsync(
            DataSubjectRight.Erasure, subject, intake => intake with { Scope = new RequestScope { DataSets = ["crm.customers"] } });
        return (subject, request, hold?.Id);
    }

    private static async Task<string[]> ToldAsync(RightsWorld world, DataSubject subject) =>
        [.. (await world.Get<RecipientNotifications>().ReadForAsync(subject)).Where(told => told.Kind == RecipientNoticeKind.Erased).Select(told => told.Recipient)];
}
