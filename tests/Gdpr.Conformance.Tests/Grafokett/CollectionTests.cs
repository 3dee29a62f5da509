using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Disclosures;
using Gdpr.Policies;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Conformance.Tests.Grafokett;

/// <summary>Where Grafokett's data comes from, and who is told when it goes.</summary>
public sealed class CollectionTests
{
    [Fact]
    [Trait("clause", "GRA-04")]
    public async Task Collection_through_a_declared_channel_is_on_record_and_any_other_is_refused()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Grafokett);
        var (person, register) = (await host.PersonAsync("p1"), host.Get<CollectionRegister>());
        var origin = host.Policy.Systems["support"].DataSets["cases"].Origins.First();

        var declared = await register.CollectAsync(new Collection("support.cases", origin) { Channel = "chat", By = "customer-service" }, [person]);
        var foreign = await register.CollectAsync(new Collection("support.cases", "bought-register"), [person]);

        declared.IsAllowed.ShouldBeTrue(string.Join("; ", declared.Reasons));
        foreign.IsAllowed.ShouldBeFalse();
        foreign.Reasons.ShouldContain(reason => reason.Code == DisclosureReasons.OriginUndeclared);
        (await register.ReadForAsync(person)).Collected.ShouldHaveSingleItem().Origin.ShouldBe(origin);
    }

    [Fact]
    [Trait("clause", "GRA-32")]
    public async Task Partners_who_had_the_data_are_told_of_its_erasure_until_they_acknowledge_it()
    {
        var channel = new Partners();
        await using var host = await OrganisationHost.StartAsync(
            Organisation.Grafokett, services: services => Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton<INotificationChannel>(services, channel));
        var (person, notifications) = (await host.PersonAsync("p1"), host.Get<RecipientNotifications>());
        await host.PutAsync("equipment.deliveries", "d1", "p1", "delivered=2024-02-02;terminated=2026-08-20");
        await host.Get<DisclosureService>().DiscloseAsync(new DisclosureRequest("repair-partner", "fault-repair", "equipment.deliveries.contact-name"), person);

        await host.HandleAsync(DataSubjectRight.Erasure, person);
        await host.PassAsync(Duration.FromMinutes(1));

        (await host.FindAsync("equipment.deliveries", "d1")).ShouldBeNull();
        (await notifications.ListOutstandingAsync()).ShouldHaveSingleItem().Recipient.ShouldBe("repair-partner");
        channel.Answer = NotificationReply.Delivered;
        await host.PassAsync(Duration.FromHours(8));
        (await notifications.ListOutstandingAsync()).ShouldHaveSingleItem("what has arrived is not yet acknowledged");
        channel.Answer = NotificationReply.Acknowledged;
        await host.PassAsync(Duration.FromDays(8));
        (await notifications.ListOutstandingAsync()).ShouldBeEmpty();
        channel.Sent.ShouldBeGreaterThan(1);
    }

    private sealed class Partners : INotificationChannel
    {
        public NotificationReply Answer { get; set; } = NotificationReply.Unreachable("timeout");

        public int Sent { get; private set; }

        public bool Reaches(string id, Recipient recipient) => true;

        public ValueTask<NotificationReply> SendAsync(OutgoingNotification notification, CancellationToken cancellationToken)
        {
            Sent++;
            return ValueTask.FromResult(Answer);
        }
    }
}
