using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>What a copy says of the person's own choices is what they chose, and no more.</summary>
public sealed class AccessHistoryTests
{
    [Fact]
    public async Task A_consent_to_a_field_an_objection_over_a_channel_and_a_restriction_of_some_data_are_told_as_that()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), new RightsData().Customer());
        var subject = await world.PersonAsync();
        await world.RecordAsync(subject, SubjectEntries.ConsentGiven, """{"purpose":"personalisation","field":"crm.customers.picture"}""");
        await world.RecordAsync(subject, SubjectEntries.ConsentGiven, """{"purpose":"personalisation"}""");
        await world.ReceiveAsync(DataSubjectRight.Objection, subject, intake => intake with
        {
            IsMarketing = true,
            MarketingChannel = "email",
            Until = RightsWorld.At(2026, 4, 1),
        });
        await world.ReceiveAsync(DataSubjectRight.Restriction, subject, intake => intake with
        {
            Ground = RestrictionGround.Unlawful,
            Scope = new RequestScope { DataSets = ["crm.customers"] },
        });

        var history = (await world.Requests.ComposeAccessAsync((await world.ReceiveAsync(DataSubjectRight.Access, subject)).Id)).Content.History;

        history.Consents.Select(one => (one.Purpose, one.Field)).ShouldBe(
            [("personalisation", "crm.customers.picture"), ("personalisation", null)], ignoreOrder: true);
        var objection = history.Objections.ShouldHaveSingleItem();
        (objection.Channel, objection.Until).ShouldBe(("email", RightsWorld.At(2026, 4, 1)));
        history.Restrictions.ShouldHaveSingleItem().DataSets.ShouldBe(["crm.customers"]);
    }
}
