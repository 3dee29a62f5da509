using Gdpr.Disclosures;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>A disclosure that was made before the person's rights were carried out, and is recorded after that: its recipient is told, too.</summary>
public sealed class RecordedAfterwardsTests
{
    private static readonly LocalDateTime Morning = new(2026, 3, 10, 10, 0);

    [Theory]
    [InlineData(DataSubjectRight.Erasure, RecipientNoticeKind.Erased)]
    [InlineData(DataSubjectRight.Restriction, RecipientNoticeKind.Restricted)]
    [InlineData(DataSubjectRight.Withdrawal, RecipientNoticeKind.PurposeStopped)]
    public async Task The_recipient_of_a_disclosure_that_is_recorded_afterwards_is_told_and_nobody_else_twice(DataSubjectRight right, RecipientNoticeKind kind)
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer("c1", new LocalDate(2026, 3, 1)));
        var subject = await world.PersonAsync();
        await world.ConsentAsync(subject, "personalisation");
        var purpose = right == DataSubjectRight.Withdrawal ? "personalisation" : "service-provision";
        await RecordAsync("printer");
        world.Set(2026, 3, 12);
        var request = await world.ReceiveAsync(right, subject, intake => intake with
        {
            Scope = right == DataSubjectRight.Withdrawal ? new RequestScope { Purposes = ["personalisation"] } : new RequestScope { DataSets = ["crm.customers"] },
            Ground = right == DataSubjectRight.Restriction ? RestrictionGround.Unlawful : null,
        });
        await world.Requests.AssessAsync(request.Id);
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        await world.Requests.ExecuteAsync(request.Id);
        await world.PumpAsync();
        (await ToldAsync()).ShouldBe(["printer"]);
        world.Set(2026, 3, 14);

        await RecordAsync("cloud");
        await world.PumpAsync();

        (await ToldAsync()).ShouldBe(["cloud", "printer"]);

        Task RecordAsync(string recipient) => world.Get<DisclosureService>().RecordMadeAsync(
            new DisclosureRequest(recipient, purpose, "crm.customers.email"), [subject], RightsWorld.At(2026, 3, 10, 9));

        async Task<IEnumerable<string>> ToldAsync() =>
            (await world.Get<RecipientNotifications>().ReadForAsync(subject)).Where(told => told.Kind == kind).Select(told => told.Recipient).Order(StringComparer.Ordinal);
    }
}
