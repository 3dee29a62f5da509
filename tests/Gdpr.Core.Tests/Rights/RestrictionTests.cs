using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>Restriction (Art. 18): at once, told before it is lifted, and never undone by anything else that happens to its request.</summary>
public sealed class RestrictionTests
{
    [Fact]
    public async Task A_restriction_stands_from_its_receipt_and_an_extension_does_not_lift_it()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), new RightsData().Customer());
        var subject = await world.PersonAsync();
        var request = await world.ReceiveAsync(DataSubjectRight.Restriction, subject, intake => intake with { Ground = RestrictionGround.AccuracyContested });

        (await world.StateAsync(subject)).Restrictions.ShouldHaveSingleItem().Stands.ShouldBeTrue();
        var extended = await world.Requests.ExtendAsync(request.Id, ExtensionReason.Complexity, RightsWorld.Officer);

        extended.Extension.ShouldNotBeNull();
        (await world.StateAsync(subject)).Restrictions.ShouldHaveSingleItem().Stands.ShouldBeTrue();
        (await world.Requests.AssessAsync(request.Id)).Lines.Where(line => line.Records > 0).ShouldAllBe(line => line.Verdict == RightsVerdict.Granted);
    }

    [Fact]
    public async Task It_is_lifted_only_after_the_person_was_told()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), new RightsData().Customer());
        var subject = await world.PersonAsync();
        var request = await RestrictAsync(world, subject, RestrictionGround.Unlawful);

        (await Should.ThrowAsync<RequestException>(() =>
            world.Requests.LiftRestrictionAsync(request.Id, "accuracy-verified", RightsWorld.Officer))).Code.ShouldBe("E-RSTR-03");
        await world.Requests.TellLiftingAsync(request.Id, RightsWorld.Officer);
        (await world.StateAsync(subject)).Restrictions.ShouldHaveSingleItem().Stands.ShouldBeTrue();
        var lifted = await world.Requests.LiftRestrictionAsync(request.Id, "accuracy-verified", RightsWorld.Officer);

        (await world.StateAsync(subject)).Restrictions.ShouldHaveSingleItem().Phase.ShouldBe(RestrictionPhase.Lifted);
        lifted.IsStanding.ShouldBeFalse();
    }

    [Fact]
    public async Task For_claims_it_has_a_date_of_review_or_is_not_taken_in()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), new RightsData().Customer());
        var subject = await world.PersonAsync();

        (await Should.ThrowAsync<RequestException>(() => world.ReceiveAsync(
            DataSubjectRight.Restriction, subject, intake => intake with { Ground = RestrictionGround.Claims }))).Code.ShouldBe("E-RSTR-01");
        (await Should.ThrowAsync<RequestException>(() => world.ReceiveAsync(DataSubjectRight.Restriction, subject))).Code.ShouldBe("E-DSR-12");
    }

    [Fact]
    public async Task Asked_for_claims_before_its_time_ends_a_ticket_stays_restricted_and_goes_when_the_claim_has_ended()
    {
        // Vector V3.
        var data = Ticket();
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 5, 20, 10, 0), data);
        var subject = await world.PersonAsync();
        var request = await RestrictAsync(world, subject, RestrictionGround.Claims, new LocalDate(2026, 11, 20));
        await ErasureTests.FinishPaperAsync(world, request);
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        var done = await world.Requests.ExecuteAsync(request.Id);
        await world.AnswerAndCloseAsync(done);

        world.Set(2026, 6, 5);
        await world.PumpAsync();
        data.Tickets.Find("t1").ShouldNotBeNull();
        (await world.Requests.FindAsync(request.Id))!.ReviewBy.ShouldBe(new LocalDate(2026, 11, 20));

        world.Set(2026, 11, 20);
        await world.PumpAsync();
        (await world.Tasks.ListOpenAsync()).ShouldContain(task => task.Kind == "review-restriction");
        await world.Requests.TellLiftingAsync(request.Id, RightsWorld.Officer);
        await world.Requests.LiftRestrictionAsync(request.Id, "claim-ended", RightsWorld.Officer);
        await world.PumpAsync();
        data.Tickets.Find("t1").ShouldBeNull();
    }

    [Fact]
    public async Task Asked_after_it_was_erased_there_is_nothing_to_restrict_and_the_answer_says_so()
    {
        // Vector V4.
        var data = Ticket();
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 6, 1, 3, 0), data);
        var subject = await world.PersonAsync();
        await world.PumpAsync();
        data.Tickets.Find("t1").ShouldBeNull();

        world.Set(2026, 6, 2);
        var request = await RestrictAsync(world, subject, RestrictionGround.Claims, new LocalDate(2026, 11, 20), dataSets: ["desk.tickets"]);

        (await world.StateAsync(subject)).Restrictions.ShouldBeEmpty();
        (await world.Requests.DecideAsync(request.Id, RightsWorld.Officer)).Outcome.ShouldBe(RequestOutcome.NothingHeld);
        (await world.Requests.ComposeAnswerAsync(request.Id)).Content.Decisions.ShouldAllBe(line => line.Reason == RightsReasons.NothingHeld);
    }

    [Fact]
    public async Task While_accuracy_is_contested_data_whose_time_is_over_goes_fourteen_days_after_the_person_was_told()
    {
        var data = Ticket();
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 5, 20, 10, 0), data);
        var subject = await world.PersonAsync();
        var request = await RestrictAsync(world, subject, RestrictionGround.AccuracyContested, dataSets: ["desk.tickets"]);
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        await world.AnswerAndCloseAsync(await world.Requests.ExecuteAsync(request.Id));

        world.Set(2026, 6, 1);
        await world.PumpAsync();
        data.Tickets.Find("t1").ShouldNotBeNull();
        var task = (await world.Tasks.ListOpenAsync()).Single(one => one.Kind == "tell-restriction-ends");
        await world.Tasks.CompleteAsync(task.Id, "told", RightsWorld.Officer);

        world.Set(2026, 6, 3);
        await world.PumpAsync();
        world.Set(2026, 6, 17);
        await world.PumpAsync();
        data.Tickets.Find("t1").ShouldNotBeNull("The fourteenth day is not over.");
        world.Set(2026, 6, 19);
        await world.PumpAsync();
        await world.PumpAsync();
        data.Tickets.Find("t1").ShouldBeNull();
    }

    [Fact]
    public async Task Who_says_that_the_data_is_needed_for_claims_keeps_it()
    {
        var data = Ticket();
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 5, 20, 10, 0), data);
        var subject = await world.PersonAsync();
        var request = await RestrictAsync(world, subject, RestrictionGround.AccuracyContested, dataSets: ["desk.tickets"]);
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        await world.AnswerAndCloseAsync(await world.Requests.ExecuteAsync(request.Id));
        world.Set(2026, 6, 1);
        await world.Requests.TellLiftingAsync(request.Id, RightsWorld.Officer);

        await world.Requests.InvokeClaimsAsync(request.Id, new LocalDate(2026, 12, 1));

        world.Set(2026, 7, 1);
        await world.PumpAsync();
        await world.PumpAsync();
        data.Tickets.Find("t1").ShouldNotBeNull();
        (await world.StateAsync(subject)).Restrictions.ShouldContain(one => one.Ground == RestrictionGround.Claims && one.Stands);
    }

    private static RightsData Ticket()
    {
        var data = new RightsData();
        data.Tickets.Put(new Ticket("t1", "c1", null, "Marker-Text", null, new LocalDate(2024, 5, 31)));
        return data;
    }

    private static async Task<DataSubjectRequest> RestrictAsync(
        RightsWorld world, DataSubject subject, RestrictionGround ground, LocalDate? reviewBy = null, string[]? dataSets = null) =>
        await world.ReceiveAsync(
            DataSubjectRight.Restriction, subject,
            intake => intake with { Ground = ground, ReviewBy = reviewBy, Scope = new RequestScope { DataSets = dataSets ?? [] } });

    [Fact]
    public async Task What_was_invoked_for_claims_is_reviewed_on_its_date_and_lifted_after_what_it_took_the_place_of()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), Ticket());
        var subject = await world.PersonAsync();
        var request = await RestrictAsync(world, subject, RestrictionGround.AccuracyContested);
        await world.Requests.InvokeClaimsAsync(request.Id, new LocalDate(2026, 3, 1));
        world.Set(2026, 3, 5);
        await world.PumpAsync();
        (await world.Tasks.ListOpenAsync()).ShouldContain(task => task.Kind == "review-restriction");

        await LiftAsync("accuracy-verified");
        (await world.StateAsync(subject)).Restrictions.Where(one => one.Stands).ShouldHaveSingleItem().Ground.ShouldBe(RestrictionGround.Claims);
        (await Should.ThrowAsync<RequestException>(() =>
            world.Requests.LiftRestrictionAsync(request.Id, "claim-ended", RightsWorld.Officer))).Code.ShouldBe("E-RSTR-03");
        (await LiftAsync("claim-ended")).IsStanding.ShouldBeFalse();

        (await world.StateAsync(subject)).Restrictions.ShouldAllBe(one => !one.Stands);

        async Task<DataSubjectRequest> LiftAsync(string reason)
        {
            await world.Requests.TellLiftingAsync(request.Id, RightsWorld.Officer);
            return await world.Requests.LiftRestrictionAsync(request.Id, reason, RightsWorld.Officer);
        }
    }

    [Fact]
    public async Task Claims_that_are_invoked_again_keep_the_data_until_the_new_date()
    {
        var data = Ticket();
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 5, 20, 10, 0), data);
        var subject = await world.PersonAsync();
        var request = await RestrictAsync(world, subject, RestrictionGround.AccuracyContested);
        await world.Requests.InvokeClaimsAsync(request.Id, new LocalDate(2026, 6, 1));
        var first = await StandingAsync();
        world.Set(2026, 6, 5);
        await world.PumpAsync();
        await world.CompleteAsync("review-restriction", "still-needed");
        await world.Requests.TellLiftingAsync(request.Id, RightsWorld.Officer);
        await world.Requests.LiftRestrictionAsync(request.Id, "accuracy-verified", RightsWorld.Officer);
        await world.Requests.TellLiftingAsync(request.Id, RightsWorld.Officer);

        await world.Requests.InvokeClaimsAsync(request.Id, new LocalDate(2026, 12, 1));
        await world.Requests.InvokeClaimsAsync(request.Id, new LocalDate(2026, 12, 1));

        var again = await StandingAsync();
        (again.Phase, again.ReviewBy, again.LiftingToldAt).ShouldBe((RestrictionPhase.Placed, new LocalDate(2026, 12, 1), null));
        again.OccurredAt.ShouldBe(first.OccurredAt);
        (await Should.ThrowAsync<RequestException>(() =>
            world.Requests.LiftRestrictionAsync(request.Id, "claim-ended", RightsWorld.Officer))).Code.ShouldBe("E-RSTR-03", "the person was told before that");
        world.Set(2026, 12, 2);
        await world.PumpAsync();
        data.Tickets.Find("t1").ShouldNotBeNull();
        (await world.Tasks.ListOpenAsync()).ShouldContain(task => task.Kind == "review-restriction");

        async Task<RestrictionState> StandingAsync() =>
            (await world.StateAsync(subject)).Restrictions.Single(one => one is { Ground: RestrictionGround.Claims, Stands: true });
    }
}
