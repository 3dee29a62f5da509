using Gdpr.Consents;
using Gdpr.Journals;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>What counts again because an erasure that waited is given up counts as it would by now, had nobody asked for erasure: what was said and decided meanwhile
/// stands.</summary>
public sealed class CountsAgainTests
{
    private const string Marketing = "direct-marketing";

    private static readonly LocalDateTime Morning = new(2026, 3, 10, 10, 0);

    [Fact]
    public async Task An_address_that_was_suppressed_while_an_erasure_waited_stays_stopped()
    {
        var data = new RightsData().Customer("c1", new LocalDate(2025, 1, 1));
        await using var world = RightsWorld.Open(Morning, data);
        var address = SubjectIdentifier.OfEmail("anna@marker.example");
        var subject = await world.Directory.RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("c1"), address));
        await world.ConsentAsync(subject, Marketing, RightsWorld.At(2026, 1, 5));
        var request = await WaitingAsync(world, subject);
        world.Set(2026, 3, 12);
        await world.Get<Suppression>().AddAsync(new SuppressionOrder([address], "", "opt-out-list"));
        await world.Get<Suppression>().AddAsync(new SuppressionOrder([address], "", "opt-out-list"));
        (await world.StateAsync(subject)).Objections.ShouldContain(one => one.IsFromSuppression, 1, "it is recorded once");
        await GiveUpAsync(world, request);

        var state = await world.StateAsync(subject);
        state.ConsentTo(Marketing)!.Phase.ShouldBe(ConsentPhase.Given);
        state.Objections.Any(one => one.Stands(world.Now) && one.IsTo(Marketing, isMarketing: true))
            .ShouldBeTrue("the address was suppressed by itself: whoever is known by it has objected, and the gate denies the marketing");
    }

    [Theory]
    [InlineData(true, ConsentPhase.Superseded)]
    [InlineData(false, ConsentPhase.Given)]
    public async Task A_consent_is_not_one_to_a_text_that_has_changed_since_in_what_matters(bool isWeighty, ConsentPhase expected)
    {
        var (stores, data) = (new RightsStores(), new RightsData().Customer("c1", new LocalDate(2025, 1, 1)));
        DataSubject subject;
        DataSubjectRequest request;
        await using (var world = RightsWorld.Open(Morning, data, stores))
        {
            subject = await world.PersonAsync();
            await world.ConsentAsync(subject, "personalisation", RightsWorld.At(2026, 1, 5));
            request = await WaitingAsync(world, subject);
        }

        await using var later = RightsWorld.Open(Morning.PlusDays(5), data, stores, policy: RightsWorld.PolicyWith(json =>
        {
            json["version"] = "2";
            json["documents"]!["consent"]!["version"] = "2";
        }));
        await later.Get<ConsentService>().DecideTextChangeAsync(new ConsentTextChange("consent", isWeighty, RightsWorld.Officer));
        (await later.StateAsync(subject)).ConsentTo("personalisation")!.Phase.ShouldBe(ConsentPhase.Withdrawn);
        await GiveUpAsync(later, request);

        var consent = (await later.StateAsync(subject)).ConsentTo("personalisation")!;
        (consent.Phase, consent.IsInForce(later.Now)).ShouldBe((expected, !isWeighty), "before anybody looks through what has ended");
    }

    /// <summary>An erasure that is granted, and waits because the person needs the data for claims.</summary>
    private static async Task<DataSubjectRequest> WaitingAsync(RightsWorld world, DataSubject subject)
    {
        var request = await world.ReceiveAsync(DataSubjectRight.Erasure, subject);
        await world.RecordAsync(subject, SubjectEntries.RestrictionPlaced, """{"id":"r-1","ground":"claims","dataSets":[]}""");
        await world.ResolveAllAsync(await world.Requests.AssessAsync(request.Id), true, "no-interest");
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        return await world.Requests.ExecuteAsync(request.Id);
    }

    private static async Task GiveUpAsync(RightsWorld world, DataSubjectRequest request)
    {
        await world.Requests.AskForIdentityAsync(request.Id, "unknown-address", RightsWorld.Officer);
        world.Set(2026, 6, 1);
        await world.Requests.CloseAsync(request.Id, RightsWorld.Officer);
    }
}
