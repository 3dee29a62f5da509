using Gdpr.Consents;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Processing;
using Gdpr.Retention;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>Two people who turn out to be one keep their keys: what is done for each is done for the one, and the stricter wins because each key has it.</summary>
public sealed class TwoKeysTests
{
    private const string One = "anna@marker.example";
    private const string Other = "a.berg@marker.example";

    [Fact]
    public async Task An_objection_with_both_addresses_reaches_both_keys_and_neither_address_is_written_to()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer().Customer("c2"));
        var (first, second) = await BothAsync(world);
        await world.ConsentAsync(first, "direct-marketing");
        await world.ConsentAsync(second, "direct-marketing");

        await world.Requests.ReceiveAsync(new RequestIntake(DataSubjectRight.Objection, null)
        {
            ReceivedAt = world.Now,
            IsMarketing = true,
            Addresses = [SubjectIdentifier.OfEmail(One), SubjectIdentifier.OfEmail(Other)],
        });

        foreach (var (person, address) in new[] { (first, One), (second, Other) })
        {
            (await world.StateAsync(person)).Objections.ShouldHaveSingleItem().IsMarketing.ShouldBeTrue();
            (await world.Get<Suppression>().CheckAsync(SubjectIdentifier.OfEmail(address), "email", "direct-marketing")).IsSuppressed.ShouldBeTrue();
        }
    }

    [Fact]
    public async Task A_hold_on_both_ids_keeps_both_and_a_request_under_each_key_is_answered_with_what_that_key_has()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer(ended: new LocalDate(2024, 1, 1)).Customer("c2", ended: new LocalDate(2024, 1, 1)));
        var (first, second) = await BothAsync(world);
        await world.Get<LegalHolds>().PlaceAsync(new HoldTerms(
            "case 1", "claims", RightsWorld.Officer, new LocalDate(2026, 2, 1), new LocalDate(2026, 6, 1),
            new HoldScope { Subjects = new HashSet<string>(["c1", "c2"], StringComparer.Ordinal) }));

        await world.PumpAsync();

        foreach (var (person, id) in new[] { (first, "c1"), (second, "c2") })
        {
            world.Data.Customers.Find(id).ShouldNotBeNull("the hold is on both").Name.ShouldNotBeNull();
            var answer = await world.Requests.ComposeAccessAsync((await world.ReceiveAsync(DataSubjectRight.Access, person)).Id);
            System.Text.Encoding.UTF8.GetString(answer.ToJson()).ShouldContain($"Marker-Name-{id}");
        }
    }

    [Fact]
    public async Task An_identifier_of_the_one_is_never_moved_to_the_other()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer().Customer("c2"));
        var (first, second) = await BothAsync(world);
        var before = (await world.Stores.EntriesAsync()).Count;

        await Should.ThrowAsync<IdentifierConflictException>(() => world.Directory.RegisterAsync(
            new SubjectRegistration(SubjectIdentifier.OfEmail(One), SubjectIdentifier.OfEmail(Other))));

        (await world.Stores.EntriesAsync()).Count.ShouldBe(before);
        (await world.Directory.FindAsync(SubjectIdentifier.OfEmail(One))).ShouldBe(first);
        (await world.Directory.FindAsync(SubjectIdentifier.OfEmail(Other))).ShouldBe(second);
    }

    /// <summary>The host moves the one's records to the other, whose restriction, objection and withdrawal were received under both keys, and the hold under both ids.</summary>
    [Fact]
    public async Task What_was_done_for_both_keys_holds_for_records_that_the_host_has_moved_from_the_one_to_the_other()
    {
        var data = new RightsData().Customer(ended: new LocalDate(2024, 1, 1)).Customer("c2", ended: new LocalDate(2024, 1, 1));
        data.Orders.Put(new Purchase("o2", "c2", "Marker-Street", new LocalDate(2020, 1, 2)));
        data.Tickets.Put(new Ticket("t2", "c2", null, "Marker-Text", null, new LocalDate(2026, 1, 10)));
        await using var world = RightsWorld.Open(Morning, data);
        var (first, second) = await BothAsync(world);
        foreach (var person in new[] { first, second })
        {
            await world.ConsentAsync(person, "personalisation");
            await world.ReceiveAsync(DataSubjectRight.Withdrawal, person, intake => intake with { Scope = new RequestScope { Purposes = ["personalisation"] } });
            await world.ReceiveAsync(DataSubjectRight.Objection, person, intake => intake with { Scope = new RequestScope { Purposes = ["customer-support"] } });
            await world.RecordAsync(person, SubjectEntries.RestrictionPlaced, """{"id":"r-1","ground":"claims","dataSets":["crm.orders"]}""");
        }

        await world.Get<LegalHolds>().PlaceAsync(new HoldTerms(
            "case 1", "claims", RightsWorld.Officer, new LocalDate(2026, 2, 1), new LocalDate(2026, 6, 1),
            new HoldScope { DataSets = new HashSet<string> { "crm.customers" }, Subjects = new HashSet<string>(["c1", "c2"], StringComparer.Ordinal) }));

        data.Orders.Put(new Purchase("o2", "c1", "Marker-Street", new LocalDate(2020, 1, 2)));
        data.Tickets.Put(new Ticket("t2", "c1", null, "Marker-Text", null, new LocalDate(2026, 1, 10)));
        await world.PumpAsync();

        data.Customers.Find("c1").ShouldNotBeNull("it is held").Picture.ShouldBe("Marker-Picture");
        data.Customers.Find("c2").ShouldNotBeNull("and so is the other").Name.ShouldNotBeNull();
        data.Orders.Find("o2").ShouldNotBeNull("its time is over, and it is restricted for claims under the key that it has now").Address.ShouldNotBeNull();
        data.Tickets.Find("t2").ShouldNotBeNull();
        foreach (var (purpose, field, reason) in new[]
        {
            ("personalisation", "crm.customers.picture", ProcessingReasons.ConsentWithdrawn),
            ("customer-support", "desk.tickets.text", ProcessingReasons.ObjectionPending),
            ("order-handling", "crm.orders.address", ProcessingReasons.Restricted),
        })
        {
            (await world.Get<IProcessingGate>().DecideAsync(new ProcessingRequest(first, purpose) { Data = [field] }))
                .Reasons.Select(one => one.Code).ShouldContain(reason, purpose);
        }
    }

    private static readonly LocalDateTime Morning = new(2026, 2, 2, 10, 0);

    private static async Task<(DataSubject First, DataSubject Second)> BothAsync(RightsWorld world) =>
        (await world.Directory.RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("c1"), SubjectIdentifier.OfEmail(One))),
            await world.Directory.RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("c2"), SubjectIdentifier.OfEmail(Other))));
}
