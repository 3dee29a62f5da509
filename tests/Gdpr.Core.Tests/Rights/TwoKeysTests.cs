using Gdpr.Consents;
using Gdpr.Disposal;
using Gdpr.Journals;
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

    private static readonly LocalDateTime Morning = new(2026, 2, 2, 10, 0);

    private static async Task<(DataSubject First, DataSubject Second)> BothAsync(RightsWorld world) =>
        (await world.Directory.RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("c1"), SubjectIdentifier.OfEmail(One))),
            await world.Directory.RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("c2"), SubjectIdentifier.OfEmail(Other))));
}
