using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>Proof of identity that never comes, after something was given out or done: nobody is said not to be identified, and it is closed all the same.</summary>
public sealed class GivenUpTests
{
    private static readonly LocalDateTime Morning = new(2026, 3, 10, 10, 0);

    [Fact]
    public async Task A_request_of_which_a_part_was_given_before_the_doubt_is_closed_when_the_time_is_over()
    {
        var data = new RightsData().Customer();
        await using var world = RightsWorld.Open(Morning, data);
        var subject = await world.PersonAsync();
        var request = await world.ReceiveAsync(DataSubjectRight.Access, subject);
        data.ErpSwitch.IsDown = true;
        await world.Requests.AssessAsync(request.Id);
        (await world.Requests.GiveAnswerAsync(await world.Requests.ComposeAccessAsync(request.Id), RightsWorld.Officer)).IsAnswered.ShouldBeFalse();
        await world.Requests.AskForIdentityAsync(request.Id, "unknown-address", RightsWorld.Officer);
        (await Should.ThrowAsync<RequestException>(() =>
            world.Requests.DecideNotIdentifiableAsync(request.Id, isDoubtRemaining: true, RightsWorld.Officer))).Code.ShouldBe("E-DSR-12");
        (await Should.ThrowAsync<RequestException>(() => world.Requests.CloseAsync(request.Id, RightsWorld.Officer))).Code.ShouldBe("E-DSR-07");

        await CloseInTimeAsync(world, subject, request);
    }

    [Fact]
    public async Task A_request_that_a_complaint_has_opened_after_something_was_done_is_closed_when_the_time_is_over()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer(ended: new LocalDate(2025, 1, 1)));
        var subject = await world.PersonAsync();
        var request = await world.HandleAsync(
            DataSubjectRight.Erasure, subject, intake => intake with { Scope = new RequestScope { DataSets = ["crm.customers"] } });
        await world.AnswerAndCloseAsync(request);
        var complained = await world.Requests.ComplainAsync(request.Id, RightsWorld.Officer, "There is more.");
        await world.Requests.AnswerComplaintAsync(request.Id, complained.Complaints[^1].Id, isUpheld: true, "management");
        await world.Requests.AskForIdentityAsync(request.Id, "unknown-address", RightsWorld.Officer);
        (await Should.ThrowAsync<RequestException>(() =>
            world.Requests.DecideNotIdentifiableAsync(request.Id, isDoubtRemaining: true, RightsWorld.Officer))).Code.ShouldBe("E-DSR-12");

        await CloseInTimeAsync(world, subject, request);
    }

    [Fact]
    public async Task Of_what_nothing_was_given_or_done_it_is_said_that_nobody_was_identified_before_it_is_closed()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer());
        var request = await world.ReceiveAsync(DataSubjectRight.Access, await world.PersonAsync());
        await world.Requests.AskForIdentityAsync(request.Id, "unknown-address", RightsWorld.Officer);
        world.Set(2026, 6, 20);

        (await Should.ThrowAsync<RequestException>(() => world.Requests.CloseAsync(request.Id, RightsWorld.Officer))).Code.ShouldBe("E-DSR-07");
        (await world.Requests.DecideNotIdentifiableAsync(request.Id, isDoubtRemaining: true, RightsWorld.Officer)).Outcome.ShouldBe(RequestOutcome.NotIdentifiable);
    }

    /// <summary>A complaint is not right, nobody shows who made it, and the request is closed; months later the person complains.</summary>
    [Fact]
    public async Task The_complaint_after_one_that_was_closed_without_proof_has_its_own_time_and_its_own_question_for_proof()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer(ended: new LocalDate(2025, 1, 1)));
        var request = await world.HandleAsync(
            DataSubjectRight.Erasure, await world.PersonAsync(), intake => intake with { Scope = new RequestScope { DataSets = ["crm.customers"] } });
        await world.AnswerAndCloseAsync(request);
        world.Set(2026, 4, 20);
        await world.Requests.AskForIdentityAsync((await ComplainAsync()).Id, "unknown-address", RightsWorld.Officer);
        await RejectAsync();
        world.Set(2026, 9, 1);
        await world.Requests.CloseAsync(request.Id, RightsWorld.Officer);

        world.Set(2026, 10, 1);
        var again = await ComplainAsync();
        await world.PumpAsync(approve: false);

        world.Requests.ClockOf(again).LegalLatest.LastDay.ShouldBe(new LocalDate(2026, 11, 2));
        (await world.Requests.ListOverdueAsync()).ShouldBeEmpty("it came today");
        var watched = (await world.Requests.FindAsync(request.Id))!;
        (watched.WarnedAt, watched.OverdueAt).ShouldBe((null, null));
        await RejectAsync();
        (await Should.ThrowAsync<RequestException>(() => world.Requests.CloseAsync(request.Id, RightsWorld.Officer))).Code.ShouldBe("E-DSR-07");
        world.Set(2026, 11, 20);
        (await Should.ThrowAsync<RequestException>(() => world.Requests.CloseAsync(request.Id, RightsWorld.Officer))).Code
            .ShouldBe("E-DSR-07", "nobody has asked who complained this time");

        var asked = await world.Requests.AskForIdentityAsync(request.Id, "unknown-address", RightsWorld.Officer);
        (await world.Requests.AskForIdentityAsync(request.Id, "unknown-address", RightsWorld.Officer)).Version.ShouldBe(asked.Version, "once is enough");
        asked.Identity.AskedAt.ShouldBe(world.Now);
        world.Set(2026, 12, 10);
        var closed = await world.Requests.CloseAsync(request.Id, RightsWorld.Officer);
        (closed.Phase, closed.Outcome, closed.IsGivenUp).ShouldBe((RequestPhase.Closed, RequestOutcome.Granted, false), "what was told to the person stands");

        Task<DataSubjectRequest> ComplainAsync() => world.Requests.ComplainAsync(request.Id, RightsWorld.Officer, "There is more.");

        async Task RejectAsync() => await world.Requests.AnswerComplaintAsync(
            request.Id, (await world.Requests.FindAsync(request.Id))!.Complaints[^1].Id, isUpheld: false, "management");
    }

    /// <summary>A complaint is rejected, nobody has shown who made it, and before anybody closes the request the person complains, too.</summary>
    [Fact]
    public async Task A_complaint_that_comes_before_a_doubted_one_is_closed_has_its_own_question_for_proof()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer(ended: new LocalDate(2025, 1, 1)));
        var request = await world.HandleAsync(
            DataSubjectRight.Erasure, await world.PersonAsync(), intake => intake with { Scope = new RequestScope { DataSets = ["crm.customers"] } });
        await world.AnswerAndCloseAsync(request);
        world.Set(2026, 4, 20);
        await RejectAsync(await ComplainAsync());
        await world.Requests.AskForIdentityAsync(request.Id, "unknown-address", RightsWorld.Officer);
        world.Set(2026, 6, 20);
        await world.PumpAsync(approve: false);

        await RejectAsync(await ComplainAsync());
        (await Should.ThrowAsync<RequestException>(() => world.Requests.CloseAsync(request.Id, RightsWorld.Officer))).Code
            .ShouldBe("E-DSR-07", "nobody has asked who complained this time");

        (await world.Requests.AskForIdentityAsync(request.Id, "unknown-address", RightsWorld.Officer)).Identity.AskedAt.ShouldBe(world.Now);
        world.Set(2026, 9, 1);
        var closed = await world.Requests.CloseAsync(request.Id, RightsWorld.Officer);
        (closed.Phase, closed.Outcome, closed.IsGivenUp).ShouldBe((RequestPhase.Closed, RequestOutcome.Granted, false), "what was told to the person stands");

        Task<DataSubjectRequest> ComplainAsync() => world.Requests.ComplainAsync(request.Id, RightsWorld.Officer, "There is more.");

        Task<DataSubjectRequest> RejectAsync(DataSubjectRequest complained) => world.Requests.AnswerComplaintAsync(
            request.Id, complained.Complaints[^1].Id, isUpheld: false, "management");
    }

    private static async Task CloseInTimeAsync(RightsWorld world, DataSubject subject, DataSubjectRequest request)
    {
        world.Set(2026, 6, 20);
        await world.PumpAsync(approve: false);

        var closed = await world.Requests.CloseAsync(request.Id, RightsWorld.Officer);
        (closed.Phase, closed.Outcome).ShouldBe((RequestPhase.Closed, RequestOutcome.Partly));
        (await world.StateAsync(subject)).Requests.ShouldAllBe(one => !one.IsOpen, "nothing is kept from destruction for its answer any more");
        await world.PumpAsync(approve: false);
        (await world.Requests.ListActiveAsync()).ShouldBeEmpty();
    }
}
