using Gdpr.Processing;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>An objection (Art. 21(1)) that was upheld for somebody identified: whoever complains of it later, and does not show who they are, decides nothing of it.</summary>
public sealed class UnidentifiedObjectionTests
{
    private static readonly LocalDateTime Morning = new(2026, 3, 10, 10, 0);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_that_was_upheld_stands_though_a_complainant_does_not_show_who_they_are(bool isUpheld)
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer());
        var (subject, request) = await DecidedAsync(world, isGranted: true);
        await ComplainAsync(world, request, isUpheld);
        await world.Requests.AskForIdentityAsync(request.Id, "unknown-address", RightsWorld.Officer);
        world.Set(2026, 9, 1);
        if (isUpheld)
        {
            (await Should.ThrowAsync<RequestException>(() => world.Requests.RefuseAsync(request.Id, "manifestly-unfounded", RightsWorld.Officer, "Asked every day.")))
                .Code.ShouldBe("E-DSR-09");
            await world.Requests.DecideNotIdentifiableAsync(request.Id, isDoubtRemaining: true, RightsWorld.Officer);
            await world.Requests.GiveAnswerAsync(await world.Requests.ComposeAnswerAsync(request.Id), RightsWorld.Officer);
        }

        await world.Requests.CloseAsync(request.Id, RightsWorld.Officer);
        await world.PumpAsync();

        (await world.StateAsync(subject)).Objections.ShouldHaveSingleItem().Phase.ShouldBe(ObjectionPhase.Upheld);
        (await world.Get<IProcessingGate>().DecideAsync(new ProcessingRequest(subject, "customer-support") { Data = ["desk.tickets.text"] }))
            .Reasons.ShouldContain(reason => reason.Code == ProcessingReasons.ObjectionUpheld);
    }

    [Fact]
    public async Task One_that_was_overruled_is_overruled_again_and_whoever_shows_who_they_are_after_all_is_weighed()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer());
        var (subject, request) = await DecidedAsync(world, isGranted: false);
        await ComplainAsync(world, request, isUpheld: true);
        await world.Requests.AskForIdentityAsync(request.Id, "unknown-address", RightsWorld.Officer);
        await world.Requests.DecideNotIdentifiableAsync(request.Id, isDoubtRemaining: true, RightsWorld.Officer);
        (await world.StateAsync(subject)).Objections.ShouldHaveSingleItem().Phase.ShouldBe(ObjectionPhase.Overruled);

        await world.Requests.ConfirmIdentityAsync(request.Id, IdentityMethod.SignedIn, RightsWorld.Officer);
        (await world.StateAsync(subject)).Objections.ShouldHaveSingleItem().Phase.ShouldBe(ObjectionPhase.Pending);
    }

    [Fact]
    public async Task One_that_was_upheld_is_overruled_where_somebody_identified_is_told_so()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer());
        var (subject, request) = await DecidedAsync(world, isGranted: true);
        await ComplainAsync(world, request, isUpheld: true);
        await world.ResolveAllAsync(await world.Requests.AssessAsync(request.Id), false, "fraud-prevention");
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        await world.AnswerAndCloseAsync(await world.Requests.ExecuteAsync(request.Id));
        (await world.StateAsync(subject)).Objections.ShouldHaveSingleItem().Phase.ShouldBe(ObjectionPhase.Overruled);

        // What had been upheld once was decided otherwise since: nothing of it comes back by whoever complains then.
        await ComplainAsync(world, request, isUpheld: true);
        await world.Requests.AskForIdentityAsync(request.Id, "unknown-address", RightsWorld.Officer);
        await world.Requests.DecideNotIdentifiableAsync(request.Id, isDoubtRemaining: true, RightsWorld.Officer);
        (await world.StateAsync(subject)).Objections.ShouldHaveSingleItem().Phase.ShouldBe(ObjectionPhase.Overruled);
    }

    private static async Task<(DataSubject Subject, DataSubjectRequest Request)> DecidedAsync(RightsWorld world, bool isGranted)
    {
        var subject = await world.PersonAsync();
        var request = await world.ReceiveAsync(DataSubjectRight.Objection, subject, intake => intake with { Scope = new RequestScope { Purposes = ["customer-support"] } });
        await world.ResolveAllAsync(await world.Requests.AssessAsync(request.Id), isGranted, isGranted ? "no-compelling-grounds" : "fraud-prevention");
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        await world.AnswerAndCloseAsync(await world.Requests.ExecuteAsync(request.Id));
        return (subject, request);
    }

    private static async Task ComplainAsync(RightsWorld world, DataSubjectRequest request, bool isUpheld)
    {
        var complained = await world.Requests.ComplainAsync(request.Id, RightsWorld.Officer, "It is still used.");
        await world.Requests.AnswerComplaintAsync(request.Id, complained.Complaints[^1].Id, isUpheld, "management");
    }
}
