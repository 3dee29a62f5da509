using Gdpr.Consents;
using Gdpr.Disclosures;
using Gdpr.Rights;
using Gdpr.Subjects;
using Gdpr.Testing;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>What a complaint opens again is handled anew: kept until it is answered, restricted again, handed on again, watched again.</summary>
public sealed class ComplaintTests
{
    [Theory]
    [InlineData(null, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task A_copy_that_a_complaint_is_about_is_not_swept_away_before_it_is_answered(bool? isUpheld, bool isKept)
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 5, 20, 10, 0), SentOrder());
        var request = await CopiedAsync(world);
        var complained = await world.Requests.ComplainAsync(request.Id, RightsWorld.Officer, "My order was not in it.");
        if (isUpheld is { } answer)
        {
            await world.Requests.AnswerComplaintAsync(request.Id, complained.Complaints[^1].Id, answer, "management");
        }

        world.Set(2026, 6, 2);
        await world.PumpAsync();

        (world.Data.Orders.Find("o1") is not null).ShouldBe(isKept);
    }

    [Fact]
    public async Task What_a_complaint_kept_goes_once_the_copy_has_been_given_again()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 5, 20, 10, 0), SentOrder());
        var request = await CopiedAsync(world);
        await UpholdAsync(world, request);
        world.Set(2026, 6, 2);
        await world.PumpAsync();
        await world.Requests.AssessAsync(request.Id);
        await world.CompleteAsync("collect-by-hand", "nothing-held");

        (await world.Requests.GiveAnswerAsync(await world.Requests.ComposeAccessAsync(request.Id), RightsWorld.Officer)).IsAnswered.ShouldBeTrue();
        await world.PumpAsync();

        world.Data.Orders.Find("o1").ShouldBeNull();
    }

    [Fact]
    public async Task After_a_crash_at_any_moment_a_complaint_keeps_what_it_is_about()
    {
        var faults = new FaultPoints();
        for (var (call, hasFailed) = (1, true); hasFailed; call++)
        {
            faults.Reset();
            await using var world = RightsWorld.Open(new LocalDateTime(2026, 5, 20, 10, 0), SentOrder(), faults: faults);
            var request = await CopiedAsync(world);
            faults.Reset();
            faults.FailAt(call, FaultMoment.Before, staysDown: true);
            try
            {
                await world.Requests.ComplainAsync(request.Id, RightsWorld.Officer, "My order was not in it.");
                hasFailed = false;
            }
            catch (InjectedFaultException)
            {
                // The process has died.
            }

            faults.Reset();
            world.Set(2026, 6, 2);
            await world.PumpAsync();
            var hasComplained = (await world.Requests.FindAsync(request.Id))!.Complaints.Count > 0;
            (world.Data.Orders.Find("o1") is not null).ShouldBe(hasComplained, $"died at call {call} of the journal");
        }
    }

    /// <summary>Somebody ticks the wrong box for the person afterwards, and the person complains.</summary>
    [Theory]
    [InlineData(DataSubjectRight.Objection)]
    [InlineData(DataSubjectRight.Withdrawal)]
    public async Task After_a_crash_at_any_moment_what_is_absolute_stops_anew_before_it_is_said_to_be_granted(DataSubjectRight right)
    {
        var faults = new FaultPoints();
        for (var (call, hasFailed) = (1, true); hasFailed; call++)
        {
            faults.Reset();
            await using var world = RightsWorld.Open(new LocalDateTime(2026, 5, 20, 10, 0), new RightsData().Customer(), faults: faults);
            var (subject, request, complaint) = await StoppedInVainAsync(world, right);
            faults.Reset();
            faults.FailAt(call, FaultMoment.Before, staysDown: true);
            try
            {
                await world.Requests.AnswerComplaintAsync(request, complaint, isUpheld: true, "management");
                hasFailed = false;
            }
            catch (InjectedFaultException)
            {
                // The process has died.
            }

            faults.Reset();
            world.Set(2026, 6, 4);
            await world.PumpAsync();
            var isUpheld = (await world.Requests.FindAsync(request))!.LastUpheld is not null;
            (await world.StateAsync(subject)).ConsentTo("direct-marketing")!.Phase.ShouldBe(
                isUpheld ? ConsentPhase.Withdrawn : ConsentPhase.Given, $"died at call {call} of the journal");
        }
    }

    [Fact]
    public async Task A_complaint_is_answered_also_where_somebody_has_ended_its_task_in_other_words()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 5, 20, 10, 0), new RightsData().Customer());
        var (subject, request, complaint) = await StoppedInVainAsync(world, DataSubjectRight.Objection);
        await world.CompleteAsync("answer-complaint", "done");

        var upheld = await world.Requests.AnswerComplaintAsync(request, complaint, isUpheld: true, "management");

        (upheld.Outcome, upheld.Phase).ShouldBe((RequestOutcome.Granted, RequestPhase.Executed));
        (await world.StateAsync(subject)).ConsentTo("direct-marketing")!.Phase.ShouldBe(ConsentPhase.Withdrawn);
    }

    [Fact]
    public async Task An_answer_given_before_the_complaint_was_found_to_be_right_answers_it_no_longer()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 5, 20, 10, 0), SentOrder());
        var request = await CopiedAsync(world);
        var complaint = (await world.Requests.ComplainAsync(request.Id, RightsWorld.Officer)).Complaints[^1].Id;
        await world.Requests.GiveAnswerAsync(await world.Requests.ComposeAccessAsync(request.Id), RightsWorld.Officer);

        (await world.Requests.AnswerComplaintAsync(request.Id, complaint, isUpheld: true, "management")).IsAnswered.ShouldBeFalse();

        world.Set(2026, 6, 2);
        await world.PumpAsync();
        world.Data.Orders.Find("o1").ShouldNotBeNull();
    }

    [Fact]
    public async Task A_complaint_that_is_not_right_about_a_copy_is_answered_by_a_letter()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 5, 20, 10, 0), SentOrder());
        var request = await CopiedAsync(world);
        var complaint = (await world.Requests.ComplainAsync(request.Id, RightsWorld.Officer)).Complaints[^1].Id;
        await world.Requests.AnswerComplaintAsync(request.Id, complaint, isUpheld: false, "management");

        (await world.AnswerAndCloseAsync(request)).Phase.ShouldBe(RequestPhase.Closed);
    }

    [Fact]
    public async Task A_restriction_that_is_granted_again_after_a_complaint_stands_and_recipients_are_told_of_it_and_of_its_end()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 3, 10, 10, 0), new RightsData().Customer());
        var subject = await world.PersonAsync();
        (await world.Get<DisclosureService>().DiscloseAsync(new DisclosureRequest("cloud", "service-provision", "crm.customers.email"), subject)).IsAllowed.ShouldBeTrue();
        var request = await RestrictedAsync(world, subject);
        await LiftAsync(world, request);
        (await ToldAsync(world, subject)).ShouldBe([RecipientNoticeKind.Restricted, RecipientNoticeKind.RestrictionLifted]);
        world.Set(2026, 3, 20);
        await UpholdAsync(world, request);

        var granted = await GrantAsync(world, request);

        granted.Lines.ShouldContain(line => line.Verdict == RightsVerdict.Granted);
        (await world.StateAsync(subject)).Restrictions.Where(one => one.Stands).ShouldHaveSingleItem().OccurredAt.ShouldBe(world.Now, "it is asked for anew by the complaint");
        (await Should.ThrowAsync<RequestException>(() =>
            world.Requests.LiftRestrictionAsync(request.Id, "accuracy-verified", RightsWorld.Officer))).Code.ShouldBe("E-RSTR-03", "the person was told of the first");
        await LiftAsync(world, request);
        (await ToldAsync(world, subject)).ShouldBe(
        [
            RecipientNoticeKind.Restricted, RecipientNoticeKind.RestrictionLifted, RecipientNoticeKind.Restricted, RecipientNoticeKind.RestrictionLifted,
        ]);
    }

    [Fact]
    public async Task A_restriction_that_stood_all_the_time_is_no_second_one()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 3, 10, 10, 0), new RightsData().Customer());
        var subject = await world.PersonAsync();
        (await world.Get<DisclosureService>().DiscloseAsync(new DisclosureRequest("cloud", "service-provision", "crm.customers.email"), subject)).IsAllowed.ShouldBeTrue();
        var request = await RestrictedAsync(world, subject);
        await UpholdAsync(world, request);

        await GrantAsync(world, request);

        (await world.StateAsync(subject)).Restrictions.ShouldHaveSingleItem().Stands.ShouldBeTrue();
        (await ToldAsync(world, subject)).ShouldBe([RecipientNoticeKind.Restricted]);
    }

    [Fact]
    public async Task That_somebody_was_told_of_the_end_of_one_restriction_does_not_end_the_one_placed_after_a_complaint()
    {
        var data = new RightsData();
        data.Tickets.Put(new Ticket("t1", "c1", null, "Marker-Text", null, new LocalDate(2024, 5, 31)));
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 5, 20, 10, 0), data);
        var subject = await world.PersonAsync();
        var request = await RestrictedAsync(world, subject, "desk.tickets");
        world.Set(2026, 6, 1);
        await world.PumpAsync();
        await world.CompleteAsync("tell-restriction-ends", "told");
        world.Set(2026, 6, 3);
        await world.PumpAsync();
        (await world.StateAsync(subject)).Restrictions.ShouldHaveSingleItem().Phase.ShouldBe(RestrictionPhase.LiftingTold);
        await UpholdAsync(world, request);
        await GrantAsync(world, request);
        await world.Requests.GiveAnswerAsync(await world.Requests.ComposeAnswerAsync(request.Id), RightsWorld.Officer);

        // The first ends fourteen days after the person was told; the second waits for the person to be told of it.
        foreach (var day in new[] { 19, 21, 23 })
        {
            world.Set(2026, 6, day);
            await world.PumpAsync();
        }

        data.Tickets.Find("t1").ShouldNotBeNull();
        (await world.StateAsync(subject)).Restrictions.Where(one => one.Stands).ShouldHaveSingleItem().Phase.ShouldBe(RestrictionPhase.Placed);
        (await world.Tasks.ListOpenAsync()).ShouldContain(task => task.Kind == "tell-restriction-ends");
    }

    [Fact]
    public async Task A_request_that_a_complaint_has_opened_again_is_watched_again()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 3, 10, 10, 0), new RightsData().Customer());
        var request = await world.ReceiveAsync(DataSubjectRight.Erasure, await world.PersonAsync());
        world.Set(2026, 4, 9);
        await world.PumpAsync();
        await world.Requests.RefuseAsync(request.Id, RightsReasons.Excessive, RightsWorld.Officer, "x");
        await world.AnswerAndCloseAsync(request);
        (await world.Tasks.ListOpenAsync()).ShouldNotContain(task => task.Kind == "answer-request");
        await UpholdAsync(world, request);
        world.Set(2026, 5, 5);
        await world.PumpAsync();

        (await world.Tasks.ListOpenAsync()).ShouldContain(task => task.Kind == "answer-request", "it is to be answered, and nobody is asked to");
        await world.Requests.RefuseAsync(request.Id, RightsReasons.Excessive, RightsWorld.Officer, "x");
        await world.AnswerAndCloseAsync(request);
        (await world.Tasks.ListOpenAsync()).ShouldNotContain(task => task.Kind == "answer-request", "it has been answered again");
    }

    private static RightsData SentOrder()
    {
        var data = new RightsData().Customer();
        data.Orders.Put(new Purchase("o1", "c1", "Marker-Street", new LocalDate(2026, 2, 25)));
        return data;
    }

    private static async Task<DataSubjectRequest> CopiedAsync(RightsWorld world)
    {
        var request = await world.ReceiveAsync(DataSubjectRight.Access, await world.PersonAsync());
        await world.Requests.AssessAsync(request.Id);
        await world.CompleteAsync("collect-by-hand", "nothing-held");
        await world.Requests.GiveAnswerAsync(await world.Requests.ComposeAccessAsync(request.Id), RightsWorld.Officer);
        return await world.Requests.CloseAsync(request.Id, RightsWorld.Officer);
    }

    private static async Task<DataSubjectRequest> RestrictedAsync(RightsWorld world, DataSubject subject, params string[] dataSets)
    {
        var request = await world.HandleAsync(DataSubjectRight.Restriction, subject, intake => intake with
        {
            Ground = RestrictionGround.AccuracyContested,
            Scope = new RequestScope { DataSets = dataSets.Length > 0 ? dataSets : ["crm.customers"] },
        });
        return await world.Requests.GiveAnswerAsync(await world.Requests.ComposeAnswerAsync(request.Id), RightsWorld.Officer);
    }

    /// <summary>What the person has stopped for good, a consent recorded by mistake afterwards, and a complaint of that.</summary>
    private static async Task<(DataSubject Subject, string Request, string Complaint)> StoppedInVainAsync(RightsWorld world, DataSubjectRight right)
    {
        var subject = await world.PersonAsync();
        var request = await world.ReceiveAsync(right, subject, intake => right == DataSubjectRight.Objection
            ? intake with { IsMarketing = true } : intake with { Scope = new RequestScope { Purposes = ["direct-marketing"] } });
        await world.AnswerAndCloseAsync(request);
        world.Set(2026, 6, 1);
        await world.Get<ConsentService>().GiveAsync(new ConsentGrant(
            subject, "direct-marketing", new ShownText("consent", "1", "en"), new ConsentAct(ConsentActKind.TickedBox, "web")));
        world.Set(2026, 6, 3);
        var complained = await world.Requests.ComplainAsync(request.Id, RightsWorld.Officer, "You write to me again.");
        return (subject, request.Id, complained.Complaints[^1].Id);
    }

    private static async Task LiftAsync(RightsWorld world, DataSubjectRequest request)
    {
        await world.Requests.TellLiftingAsync(request.Id, RightsWorld.Officer);
        await world.Requests.LiftRestrictionAsync(request.Id, "accuracy-verified", RightsWorld.Officer);
    }

    private static async Task<DataSubjectRequest> UpholdAsync(RightsWorld world, DataSubjectRequest request)
    {
        var complained = await world.Requests.ComplainAsync(request.Id, RightsWorld.Officer, "It is still wrong.");
        return await world.Requests.AnswerComplaintAsync(request.Id, complained.Complaints[^1].Id, isUpheld: true, "management");
    }

    private static async Task<DataSubjectRequest> GrantAsync(RightsWorld world, DataSubjectRequest request)
    {
        await world.Requests.AssessAsync(request.Id);
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        return await world.Requests.ExecuteAsync(request.Id);
    }

    private static async Task<IEnumerable<RecipientNoticeKind>> ToldAsync(RightsWorld world, DataSubject subject) =>
        (await world.Get<RecipientNotifications>().ReadForAsync(subject)).Select(told => told.Kind);
}
