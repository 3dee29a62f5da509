using Gdpr.Disclosures;
using Gdpr.Journals;
using Gdpr.Rights;
using Gdpr.Subjects;
using Gdpr.Testing;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>A restriction (Art. 18) that was placed for somebody who does not show who they are: it stands while that is looked into, and not for ever.</summary>
public sealed class UnidentifiedRestrictionTests
{
    private static readonly LocalDateTime Morning = new(2026, 3, 10, 10, 0);

    [Theory]
    [InlineData(RestrictionGround.AccuracyContested, DataSubjectRight.Restriction, false)]
    [InlineData(RestrictionGround.AccuracyContested, DataSubjectRight.Rectification, false)]
    [InlineData(RestrictionGround.Unlawful, DataSubjectRight.Restriction, false)]
    [InlineData(RestrictionGround.Unlawful, DataSubjectRight.Restriction, true)]
    public async Task It_stands_until_whoever_asked_has_been_told_that_nobody_is_identified_and_is_lifted_then(
        RestrictionGround ground, DataSubjectRight right, bool areStatesLost)
    {
        var (stores, data) = (new RightsStores(), new RightsData().Customer());
        string id;
        DataSubject subject;
        await using (var world = RightsWorld.Open(Morning, data, stores))
        {
            subject = await world.PersonAsync();
            await world.Get<DisclosureService>().RecordMadeAsync(new DisclosureRequest("cloud", "service-provision", "crm.customers.email"), [subject], world.Now);
            id = (await AskedAsync(world, subject, ground, right)).Id;
            await world.Requests.DecideNotIdentifiableAsync(id, isDoubtRemaining: true, RightsWorld.Officer);
            await world.PumpAsync();
            (await world.StateAsync(subject)).Restrictions.ShouldHaveSingleItem().Stands.ShouldBeTrue("nobody has been told");
            await world.Requests.GiveAnswerAsync(await world.Requests.ComposeAnswerAsync(id), RightsWorld.Officer);
        }

        stores.States = areStatesLost ? new InMemoryStateStore() : stores.States;
        await using (var world = RightsWorld.Open(new LocalDateTime(2026, 3, 11, 10, 0), data, stores))
        {
            await world.PumpAsync();

            var state = await world.StateAsync(subject);
            var lifted = state.Restrictions.ShouldHaveSingleItem();
            (lifted.Phase, lifted.LiftingToldAt is not null).ShouldBe((RestrictionPhase.Lifted, true));
            state.Requests.ShouldAllBe(one => !one.IsOpen, "nothing is kept from destruction by it");
            var entry = (await stores.EntriesAsync()).Single(one => one.Content.Type == SubjectEntries.RestrictionLifted);
            entry.Content.Data.ShouldContain(RightsReasons.IdentityNotShown);
            (await world.Get<RecipientNotifications>().ReadForAsync(subject)).ShouldContain(one => one.Kind == RecipientNoticeKind.RestrictionLifted);
            await world.Requests.CloseAsync(id, RightsWorld.Officer);
            await world.PumpAsync();
            (await world.Requests.ListActiveAsync()).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task It_is_lifted_wherever_the_process_stopped_after_the_answer()
    {
        var faults = new FaultPoints();
        for (var (call, hasFailed) = (1, true); hasFailed; call++)
        {
            faults.Reset();
            await using var world = RightsWorld.Open(Morning, new RightsData().Customer(), faults: faults);
            var subject = await world.PersonAsync();
            var request = await AskedAsync(world, subject, RestrictionGround.Unlawful, DataSubjectRight.Restriction);
            await world.Requests.DecideNotIdentifiableAsync(request.Id, isDoubtRemaining: true, RightsWorld.Officer);
            await world.Requests.GiveAnswerAsync(await world.Requests.ComposeAnswerAsync(request.Id), RightsWorld.Officer);
            faults.Reset();
            faults.FailAt(call, FaultMoment.Before, staysDown: true);
            try
            {
                await world.Requests.CloseAsync(request.Id, RightsWorld.Officer);
                hasFailed = false;
            }
            catch (InjectedFaultException)
            {
                // The process has died.
            }

            faults.Reset();
            await world.PumpAsync(approve: false);
            (await world.StateAsync(subject)).Restrictions.ShouldHaveSingleItem().Phase.ShouldBe(RestrictionPhase.Lifted, $"died at call {call} of the journal");
            (await world.Stores.EntriesAsync()).Count(entry => entry.Content.Type == SubjectEntries.RestrictionLifted).ShouldBe(1);
        }
    }

    [Fact]
    public async Task One_that_was_granted_before_the_doubt_is_lifted_after_people_have_told_that_it_ends()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer());
        var subject = await world.PersonAsync();
        var request = await world.HandleAsync(DataSubjectRight.Restriction, subject, intake => intake with { Ground = RestrictionGround.Unlawful });
        await world.Requests.AskForIdentityAsync(request.Id, "unknown-address", RightsWorld.Officer);
        world.Set(2026, 6, 1);
        await world.Requests.CloseAsync(request.Id, RightsWorld.Officer);
        await world.PumpAsync();
        (await world.StateAsync(subject)).Restrictions.ShouldHaveSingleItem().Stands.ShouldBeTrue("the person has not been told");

        await world.CompleteAsync(RightsTasks.TellLifting, RightsOutcomes.Told);
        await world.PumpAsync();
        await world.PumpAsync();

        (await world.StateAsync(subject)).Restrictions.ShouldHaveSingleItem().Phase.ShouldBe(RestrictionPhase.Lifted);
        (await world.Requests.ListActiveAsync()).ShouldBeEmpty();
    }

    /// <summary>Granted, answered and closed. Whoever complains later does not show who they are.</summary>
    [Theory]
    [InlineData(RestrictionGround.Unlawful, true)]
    [InlineData(RestrictionGround.Claims, true)]
    [InlineData(RestrictionGround.Unlawful, false)]
    public async Task One_that_was_granted_to_somebody_identified_is_not_lifted_because_a_complainant_does_not_show_who_they_are(
        RestrictionGround ground, bool isUpheld)
    {
        var data = new RightsData().Customer(ended: new LocalDate(2026, 1, 5));
        await using var world = RightsWorld.Open(Morning, data);
        var subject = await world.PersonAsync();
        var request = await world.HandleAsync(DataSubjectRight.Restriction, subject, intake => intake with
        {
            Ground = ground,
            ReviewBy = new LocalDate(2026, 12, 1),
            Scope = new RequestScope { DataSets = ["crm.customers"] },
        });
        await world.AnswerAndCloseAsync(request);
        world.Set(2026, 4, 20);
        var complained = await world.Requests.ComplainAsync(request.Id, RightsWorld.Officer, "It is still used.");
        await world.Requests.AnswerComplaintAsync(request.Id, complained.Complaints[^1].Id, isUpheld, "management");
        await world.Requests.AskForIdentityAsync(request.Id, "unknown-address", RightsWorld.Officer);
        world.Set(2026, 9, 1);
        if (isUpheld)
        {
            await world.Requests.DecideNotIdentifiableAsync(request.Id, isDoubtRemaining: true, RightsWorld.Officer);
            await world.Requests.GiveAnswerAsync(await world.Requests.ComposeAnswerAsync(request.Id), RightsWorld.Officer);
        }

        await world.Requests.CloseAsync(request.Id, RightsWorld.Officer);
        await world.PumpAsync();
        world.Set(2026, 9, 10);
        await world.PumpAsync();

        var restriction = (await world.StateAsync(subject)).Restrictions.ShouldHaveSingleItem();
        (restriction.Phase, restriction.LiftingToldAt).ShouldBe((RestrictionPhase.Placed, null), "the person has not been told that it ends, and it does not");
        (await world.Tasks.ListOpenAsync()).ShouldNotContain(task => task.Kind == RightsTasks.TellLifting);
        data.Customers.Find("c1")!.Name.ShouldNotBeNull("its time is over, and it is restricted");

        // It is reviewed as before.
        world.Set(2026, 12, 2);
        await world.PumpAsync();
        (await world.Tasks.ListOpenAsync()).ShouldContain(task => task.Kind == RightsTasks.ReviewRestriction);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_is_identified_after_all_has_it_again(bool isAnswered)
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer());
        var subject = await world.PersonAsync();
        var request = await AskedAsync(world, subject, RestrictionGround.Unlawful, DataSubjectRight.Restriction);
        await world.Requests.DecideNotIdentifiableAsync(request.Id, isDoubtRemaining: true, RightsWorld.Officer);
        if (isAnswered)
        {
            await world.Requests.GiveAnswerAsync(await world.Requests.ComposeAnswerAsync(request.Id), RightsWorld.Officer);
            await world.PumpAsync();
            (await world.StateAsync(subject)).Restrictions.ShouldAllBe(one => !one.Stands);
        }

        await world.Requests.ConfirmIdentityAsync(request.Id, IdentityMethod.SignedIn, RightsWorld.Officer);
        await world.PumpAsync();

        (await world.StateAsync(subject)).Restrictions.Where(one => one.Stands).ShouldHaveSingleItem().Phase.ShouldBe(RestrictionPhase.Placed);
    }

    private static async Task<DataSubjectRequest> AskedAsync(RightsWorld world, DataSubject subject, RestrictionGround ground, DataSubjectRight right)
    {
        var request = await world.ReceiveAsync(right, subject, intake => intake with
        {
            Ground = ground,
            Scope = new RequestScope { DataSets = ["crm.customers"] },
        });
        (await world.StateAsync(subject)).Restrictions.ShouldHaveSingleItem().Phase.ShouldBe(RestrictionPhase.Placed);
        var asked = await world.Requests.AskForIdentityAsync(request.Id, "unknown-address", RightsWorld.Officer);
        await world.PumpAsync();
        (await world.StateAsync(subject)).Restrictions.ShouldHaveSingleItem().Phase.ShouldBe(RestrictionPhase.Placed);
        return asked;
    }
}
