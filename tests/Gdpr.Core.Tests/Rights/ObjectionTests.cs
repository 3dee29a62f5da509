using Gdpr.Consents;
using Gdpr.Journals;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>Objections and withdrawals: what they are about stops first; marketing without reasons, the rest weighed by a human.</summary>
public sealed class ObjectionTests
{
    [Fact]
    public async Task An_objection_to_marketing_is_absolute_at_once_and_without_identity()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), new RightsData().Customer());
        var subject = await world.PersonAsync();
        await world.ConsentAsync(subject, "direct-marketing");

        var request = await world.ReceiveAsync(DataSubjectRight.Objection, subject, intake => intake with
        {
            Identity = null,
            IsMarketing = true,
            Addresses = [SubjectIdentifier.OfEmail("c1@marker.example")],
        });

        (request.Outcome, request.Phase, request.Identity.Method).ShouldBe((RequestOutcome.Granted, RequestPhase.Executed, IdentityMethod.NotNeeded));
        var state = await world.StateAsync(subject);
        state.Objections.ShouldHaveSingleItem().Phase.ShouldBe(ObjectionPhase.Upheld);
        state.ConsentTo("direct-marketing")!.Phase.ShouldBe(ConsentPhase.Withdrawn);
        (await world.Get<Suppression>().CheckAsync(SubjectIdentifier.OfEmail("C1@MARKER.example "), "email", "direct-marketing")).IsSuppressed.ShouldBeTrue();
        world.Requests.ClockOf(request).IsImmediate.ShouldBeTrue();
        (await Should.ThrowAsync<RequestException>(() => world.Requests.RefuseAsync(request.Id, "no", RightsWorld.Officer))).Code.ShouldBe("E-DSR-12");
        (await Should.ThrowAsync<RequestException>(() => world.Requests.AskForIdentityAsync(request.Id, "doubt", RightsWorld.Officer))).Code.ShouldBe("E-DSR-12");
        (await world.Requests.ComposeAnswerAsync(request.Id)).Content.KeepsSuppression.ShouldBeTrue();
        (await world.Requests.CloseAsync(request.Id, RightsWorld.Officer)).Phase.ShouldBe(RequestPhase.Closed);
    }

    [Fact]
    public async Task An_objection_that_names_marketing_alone_is_one_to_marketing_whatever_it_is_called()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), new RightsData().Customer());
        var request = await world.ReceiveAsync(
            DataSubjectRight.Objection, await world.PersonAsync(), intake => intake with { Scope = new RequestScope { Purposes = ["direct-marketing"] } });

        (request.IsMarketing, request.Outcome).ShouldBe((true, RequestOutcome.Granted));
        (await Should.ThrowAsync<RequestException>(() => world.Requests.AskForIdentityAsync(request.Id, "doubt", RightsWorld.Officer))).Code.ShouldBe("E-DSR-12");
    }

    [Fact]
    public async Task An_unknown_address_can_object_to_marketing_too()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0));
        var request = await world.Requests.ReceiveAsync(new RequestIntake(DataSubjectRight.Objection, null)
        {
            ReceivedAt = world.Now,
            IsMarketing = true,
            Addresses = [SubjectIdentifier.OfEmail("bought@marker.example")],
        });

        request.Outcome.ShouldBe(RequestOutcome.Granted);
        (await world.Get<Suppression>().CheckAsync(SubjectIdentifier.OfEmail("bought@marker.example"), "email", "direct-marketing")).IsSuppressed.ShouldBeTrue();
    }

    [Fact]
    public async Task To_a_legitimate_interest_it_stops_first_and_is_weighed_after()
    {
        var data = new RightsData();
        data.Tickets.Put(new Ticket("t1", "c1", null, "Marker-Text", null, new LocalDate(2026, 1, 10)));
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), data);
        var subject = await world.PersonAsync();

        var request = await world.ReceiveAsync(DataSubjectRight.Objection, subject, intake => intake with { Identity = null, Scope = Support });

        (await world.StateAsync(subject)).Objections.ShouldHaveSingleItem().Phase.ShouldBe(ObjectionPhase.Pending);
        await world.Requests.ConfirmIdentityAsync(request.Id, IdentityMethod.SignedIn, RightsWorld.Officer);
        var assessed = await world.Requests.AssessAsync(request.Id);
        assessed.Lines.Where(line => line.Activity == "support").ShouldAllBe(line => line.Verdict == RightsVerdict.NeedsHuman
            && line.Reason == RightsReasons.WeighObjection);
        await ResolveAsync(world, assessed, isGranted: true);
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        await world.Requests.ExecuteAsync(request.Id);

        (await world.StateAsync(subject)).Objections.ShouldHaveSingleItem().Phase.ShouldBe(ObjectionPhase.Upheld);
        await world.PumpAsync();
        data.Tickets.Find("t1").ShouldBeNull("What is upheld ends the purpose, and nothing else kept the ticket (Art. 17(1)(c)).");
    }

    [Fact]
    public async Task Compelling_grounds_that_a_human_has_shown_let_it_go_on_and_the_answer_names_the_ways_to_complain()
    {
        var data = new RightsData();
        data.Tickets.Put(new Ticket("t1", "c1", null, "Marker-Text", null, new LocalDate(2026, 1, 10)));
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), data);
        var subject = await world.PersonAsync();
        var request = await world.ReceiveAsync(DataSubjectRight.Objection, subject, intake => intake with { Scope = Support });
        await ResolveAsync(world, await world.Requests.AssessAsync(request.Id), isGranted: false);
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        var done = await world.Requests.ExecuteAsync(request.Id);

        (await world.StateAsync(subject)).Objections.ShouldHaveSingleItem().Phase.ShouldBe(ObjectionPhase.Overruled);
        var answer = (await world.Requests.ComposeAnswerAsync(done.Id)).Content;
        (answer.Remedies.Company, answer.Remedies.Authority).ShouldBe(("privacy@acme.example", "IMY"));
        answer.Remedies.Court.ShouldNotBeEmpty();
        answer.Decisions.ShouldContain(line => line.Verdict == RightsVerdict.Refused && line.Reason == "fraud-prevention" && line.DecidedBy == RightsWorld.Officer);
    }

    [Fact]
    public async Task A_temporary_objection_ends_with_its_time_and_erases_nothing()
    {
        var data = new RightsData();
        data.Tickets.Put(new Ticket("t1", "c1", null, "Marker-Text", null, new LocalDate(2026, 1, 10)));
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), data);
        var subject = await world.PersonAsync();
        var request = await world.ReceiveAsync(DataSubjectRight.Objection, subject, intake => intake with { Scope = Support, Until = RightsWorld.At(2026, 3, 2, 0) });
        await ErasureTests.FinishPaperAsync(world, request);
        await ResolveAsync(world, await world.Requests.AssessAsync(request.Id), isGranted: true);
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        await world.AnswerAndCloseAsync(await world.Requests.ExecuteAsync(request.Id));
        await world.PumpAsync();
        data.Tickets.Find("t1").ShouldNotBeNull();

        world.Set(2026, 3, 1, 23);
        await world.PumpAsync();
        (await world.StateAsync(subject)).Objections.ShouldHaveSingleItem().Stands(world.Now).ShouldBeTrue();
        world.Set(2026, 3, 2, 1);
        await world.PumpAsync();
        (await world.StateAsync(subject)).Objections.ShouldHaveSingleItem().Phase.ShouldBe(ObjectionPhase.Ended);
        (await world.Requests.FindAsync(request.Id))!.IsStanding.ShouldBeFalse();
    }

    [Fact]
    public async Task An_objection_to_what_rests_on_consent_withdraws_it_and_one_to_a_contract_is_refused_with_reasons()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), new RightsData().Customer());
        var subject = await world.PersonAsync();
        await world.ConsentAsync(subject, "personalisation");

        var request = await world.ReceiveAsync(
            DataSubjectRight.Objection, subject, intake => intake with { Scope = new RequestScope { Purposes = ["personalisation", "service-provision"] } });

        (await world.StateAsync(subject)).ConsentTo("personalisation")!.Phase.ShouldBe(ConsentPhase.Withdrawn);
        (await world.StateAsync(subject)).Objections.ShouldBeEmpty();
        var assessed = await world.Requests.AssessAsync(request.Id);
        assessed.Lines.Where(line => line.Activity == "service").ShouldAllBe(line => line.Reason == RightsReasons.NoRightToObject);
        assessed.Lines.Single(line => line.Activity == "faces").Reason.ShouldBe(RightsReasons.ObjectionWithdraws);
    }

    [Fact]
    public async Task A_withdrawal_counts_from_the_instant_received_and_leaves_contract_and_books_alone()
    {
        // The fourth interaction: consent-only purposes end, no other basis is found for them.
        var data = ErasureTests.Past().Customer("c1");
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), data);
        var subject = await world.PersonAsync();
        await world.ConsentAsync(subject, "personalisation", RightsWorld.At(2026, 1, 1));

        await world.ReceiveAsync(DataSubjectRight.Withdrawal, subject, intake => intake with { ReceivedAt = RightsWorld.At(2026, 2, 1), Identity = null });

        (await world.StateAsync(subject)).ConsentTo("personalisation")!.OccurredAt.ShouldBe(RightsWorld.At(2026, 2, 1));
        await world.PumpAsync();
        var customer = data.Customers.Find("c1")!;
        (customer.Picture, customer.Name).ShouldBe((null, "Marker-Name-c1"));
        data.Invoices.Find("i1").ShouldNotBeNull();
    }

    private static RequestScope Support => new() { Purposes = ["customer-support"] };

    private static async Task ResolveAsync(RightsWorld world, DataSubjectRequest request, bool isGranted)
    {
        foreach (var line in request.Lines.Where(line => line is { Verdict: RightsVerdict.NeedsHuman, Activity.Length: > 0 }))
        {
            await world.Requests.ResolveAsync(request.Id, line.Id, isGranted, isGranted ? "no-compelling-grounds" : "fraud-prevention", RightsWorld.Officer);
        }
    }

    [Fact]
    public async Task A_withdrawal_that_is_granted_ends_the_consent_on_record_also_where_its_time_is_after_the_receipt()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), new RightsData().Customer());
        var subject = await world.PersonAsync();
        await world.ConsentAsync(subject, "direct-marketing");

        var request = await world.ReceiveAsync(
            DataSubjectRight.Withdrawal, subject,
            intake => intake with { ReceivedAt = world.Now - Duration.FromMinutes(5), Scope = new RequestScope { Purposes = ["direct-marketing"] } });

        request.Outcome.ShouldBe(RequestOutcome.Granted);
        (await world.StateAsync(subject)).ConsentTo("direct-marketing")!.Phase.ShouldBe(ConsentPhase.Withdrawn);
    }

    [Fact]
    public async Task An_objection_that_was_overruled_wrongly_is_pending_again_and_decided_anew()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), Ticket());
        var subject = await world.PersonAsync();
        var (old, request) = await OverruledWronglyAsync(world, subject);

        (await world.StateAsync(subject)).Objections.ShouldHaveSingleItem().Phase.ShouldBe(ObjectionPhase.Pending);
        var waiting = request.Lines.Where(line => line.Verdict == RightsVerdict.NeedsHuman).Select(line => line.Task!).Distinct().ToArray();
        waiting.ShouldNotBeEmpty();
        (await world.Tasks.ListOpenAsync()).Select(task => task.Id).ShouldBe(waiting, ignoreOrder: true);
        await world.ResolveAllAsync(request, isGranted: true, "no-compelling-grounds");
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        (await world.Requests.ExecuteAsync(request.Id)).Outcome.ShouldBe(RequestOutcome.Granted);

        (await world.StateAsync(subject)).Objections.ShouldHaveSingleItem().Phase.ShouldBe(ObjectionPhase.Upheld);
        (await world.Tasks.ListOpenAsync()).ShouldBeEmpty();
        (await Should.ThrowAsync<RequestException>(() => world.Requests.GiveAnswerAsync(old, RightsWorld.Officer))).Code.ShouldBe("E-DSR-12");
        (await world.AnswerAndCloseAsync(request)).Phase.ShouldBe(RequestPhase.Closed);
    }

    [Fact]
    public async Task After_a_crash_right_behind_the_answer_to_a_complaint_the_pump_stops_the_purpose_again()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), Ticket());
        var subject = await world.PersonAsync();
        var (_, request) = await OverruledWronglyAsync(world, subject);
        var objection = (await world.StateAsync(subject)).Objections.ShouldHaveSingleItem();
        await world.RecordAsync(subject, SubjectEntries.ObjectionOverruled, $$"""{"id":"{{objection.Id}}"}""");

        await world.PumpAsync();

        request.Outcome.ShouldBeNull();
        (await world.StateAsync(subject)).Objections.ShouldHaveSingleItem().Phase.ShouldBe(ObjectionPhase.Pending);
    }

    [Fact]
    public async Task The_record_of_a_consent_tells_that_it_was_withdrawn_by_a_request_and_its_proof_stays()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), new RightsData().Customer());
        var (subject, consents) = (await world.PersonAsync(), world.Get<ConsentService>());
        var given = (await consents.GiveAsync(new ConsentGrant(
            subject, "direct-marketing", new ShownText("consent", "1", "en"), new ConsentAct(ConsentActKind.TickedBox, "web")))).State!;
        world.Set(2026, 2, 3);

        await world.ReceiveAsync(DataSubjectRight.Withdrawal, subject, intake => intake with { Scope = new RequestScope { Purposes = ["direct-marketing"] } });

        var withdrawn = (await world.StateAsync(subject)).ConsentTo("direct-marketing")!;
        (withdrawn.Phase, withdrawn.Record, withdrawn.Proof).ShouldBe((ConsentPhase.Withdrawn, given.Record, given.Proof));
        (await consents.ReadRecordsAsync(subject)).Single(one => one.RecordId == given.Record).Events.Count.ShouldBe(2, "given and withdrawn");
    }

    /// <summary>R-21: what is said to be withdrawn is; who wants it stopped for a time does not take the consent back.</summary>
    [Fact]
    public async Task A_temporary_objection_to_what_rests_on_consent_stops_it_for_that_time_and_the_consent_stays()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), new RightsData().Customer());
        var subject = await world.PersonAsync();
        await world.ConsentAsync(subject, "personalisation");
        var scope = new RequestScope { Purposes = ["personalisation"] };

        var request = await world.HandleAsync(DataSubjectRight.Objection, subject, intake => intake with { Scope = scope, Until = RightsWorld.At(2026, 3, 2, 0) });

        request.Lines.ShouldAllBe(line => line.Verdict == RightsVerdict.Granted && line.Reason == RightsReasons.ObjectionPauses);
        (await StandsAsync()).ShouldBe((true, ConsentPhase.Given));
        await world.PumpAsync();
        world.Data.Customers.Find("c1")!.Picture.ShouldNotBeNull("it is used again afterwards");
        world.Set(2026, 3, 2, 1);
        await world.PumpAsync();
        (await StandsAsync()).ShouldBe((false, ConsentPhase.Given));

        async Task<(bool, ConsentPhase)> StandsAsync()
        {
            var state = await world.StateAsync(subject);
            return (state.Objections.ShouldHaveSingleItem().Stands(world.Now), state.ConsentTo("personalisation")!.Phase);
        }
    }

    [Fact]
    public async Task An_objection_to_everything_says_nothing_of_consents_and_takes_none_back()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), Ticket().Customer());
        var subject = await world.PersonAsync();
        await world.ConsentAsync(subject, "personalisation");

        var request = await world.Requests.AssessAsync((await world.ReceiveAsync(DataSubjectRight.Objection, subject)).Id);

        request.Lines.ShouldContain(line => line.Reason == RightsReasons.WeighObjection);
        request.Lines.ShouldNotContain(line => line.Purpose == "personalisation");
        (await world.StateAsync(subject)).ConsentTo("personalisation")!.Phase.ShouldBe(ConsentPhase.Given);
    }

    [Fact]
    public async Task An_objection_that_is_refused_as_a_whole_stops_nothing_any_more()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), Ticket());
        var subject = await world.PersonAsync();
        var request = await world.ReceiveAsync(DataSubjectRight.Objection, subject, intake => intake with { Scope = Support });
        (await world.StateAsync(subject)).Objections.ShouldHaveSingleItem().Phase.ShouldBe(ObjectionPhase.Pending);

        await world.Requests.RefuseAsync(request.Id, "manifestly-unfounded", RightsWorld.Officer, "Asked for every day.");
        await world.PumpAsync();

        (await world.StateAsync(subject)).Objections.ShouldHaveSingleItem().Phase.ShouldBe(ObjectionPhase.Overruled);
        (await world.Requests.FindAsync(request.Id))!.Outcome.ShouldBe(RequestOutcome.Refused);
    }

    private static RightsData Ticket()
    {
        var data = new RightsData();
        data.Tickets.Put(new Ticket("t1", "c1", null, "Marker-Text", null, new LocalDate(2026, 1, 10)));
        return data;
    }

    private static async Task<(RequestAnswer Old, DataSubjectRequest Request)> OverruledWronglyAsync(RightsWorld world, DataSubject subject)
    {
        var request = await world.ReceiveAsync(DataSubjectRight.Objection, subject, intake => intake with { Scope = Support });
        await world.ResolveAllAsync(await world.Requests.AssessAsync(request.Id), isGranted: false, "fraud-prevention");
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        await world.Requests.ExecuteAsync(request.Id);
        var old = await world.Requests.ComposeAnswerAsync(request.Id);
        await world.Requests.GiveAnswerAsync(old, RightsWorld.Officer);
        await world.Requests.CloseAsync(request.Id, RightsWorld.Officer);
        var complained = await world.Requests.ComplainAsync(request.Id, RightsWorld.Officer);
        await world.Requests.AnswerComplaintAsync(request.Id, complained.Complaints[^1].Id, isUpheld: true, RightsWorld.Officer);
        return (old, await world.Requests.AssessAsync(request.Id));
    }
}
