using Gdpr.Consents;
using Gdpr.Processing;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>What a person consents to after asking for erasure: the consent is the later word, whenever the erasure is carried out or decided anew.</summary>
public sealed class ConsentedSinceTests
{
    private static readonly LocalDateTime Morning = new(2026, 3, 10, 10, 0);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_consented_to_after_an_erasure_was_asked_for_is_not_destroyed_by_it(bool isDecided)
    {
        var data = new RightsData().Customer("c1", new LocalDate(2025, 1, 1));
        await using var world = RightsWorld.Open(Morning, data);
        var subject = await world.PersonAsync();
        var request = await world.ReceiveAsync(DataSubjectRight.Erasure, subject);
        if (isDecided)
        {
            await DecideAsync(world, request);
        }

        world.Set(2026, 3, 15);
        await ConsentAsync(world, subject, "personalisation");
        world.Set(2026, 3, 20);
        if (!isDecided)
        {
            await DecideAsync(world, request);
        }

        var executed = await world.Requests.ExecuteAsync(request.Id);
        await world.PumpAsync();

        (await world.StateAsync(subject)).ConsentTo("personalisation")!.Phase.ShouldBe(ConsentPhase.Given);
        data.Customers.Find("c1")?.Picture.ShouldNotBeNull("the consent to it is newer than the request, and on record as in force");
        data.Customers.Find("c1").ShouldNotBeNull();
        data.Customers.Find("c1")!.Name.ShouldBeNull("nobody has consented to that");
        var line = executed.Lines.Single(one => one.Activity == "faces");
        (line.Verdict, line.Reason).ShouldBe((RightsVerdict.Refused, RightsReasons.ConsentedSince));
        (await world.Requests.FindAsync(request.Id))!.Outcome.ShouldBe(RequestOutcome.Partly);

        // Taken back later, it goes by itself: the erasure waits for nothing else.
        world.Set(2026, 4, 1);
        await world.Get<ConsentService>().WithdrawAsync(subject, "personalisation");
        world.Set(2026, 4, 3);
        await world.PumpAsync();
        data.Customers.Find("c1").ShouldBeNull();
    }

    [Fact]
    public async Task What_is_consented_to_while_the_erasure_is_being_granted_is_not_destroyed_by_it()
    {
        var (stores, data) = (new RightsStores(), new RightsData().Customer("c1", new LocalDate(2025, 1, 1)));
        var journal = new BusyJournal(stores.Journal, SubjectEntries.ErasureGranted);
        await using var world = RightsWorld.Open(Morning, data, stores, journal: journal);
        var subject = await world.PersonAsync();
        await world.ConsentAsync(subject, "personalisation", RightsWorld.At(2026, 1, 5));
        var request = await world.ReceiveAsync(DataSubjectRight.Erasure, subject);
        await DecideAsync(world, request);
        world.Set(2026, 3, 15);
        journal.Action = () => ConsentAsync(world, subject, "personalisation");

        var executed = await world.Requests.ExecuteAsync(request.Id);
        await world.PumpAsync();

        journal.Action.ShouldBeNull();
        (await world.StateAsync(subject)).ConsentTo("personalisation")!.Phase.ShouldBe(ConsentPhase.Given);
        data.Customers.Find("c1")?.Picture.ShouldNotBeNull("the consent was on record before the erasure was granted");
        data.Customers.Find("c1").ShouldNotBeNull();
        executed.Lines.Single(one => one.Activity == "faces").Reason.ShouldBe(RightsReasons.ConsentedSince);
    }

    /// <summary>Of a purpose on consent one field is kept for claims, so that the purpose does not end; the other was said to be granted.</summary>
    [Fact]
    public async Task Who_was_told_that_something_is_granted_is_told_again_where_a_consent_since_has_changed_that()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer(), policy: RightsWorld.PolicyWith(json =>
            json["activities"]!["faces"]!["data"] = System.Text.Json.Nodes.JsonNode.Parse("""["crm.customers.picture", "crm.customers.name"]""")));
        var subject = await world.PersonAsync();
        await world.ConsentAsync(subject, "personalisation", RightsWorld.At(2026, 1, 5));
        var request = await world.ReceiveAsync(DataSubjectRight.Erasure, subject, intake => intake with
        {
            Scope = new RequestScope { DataSets = ["crm.customers"], Purposes = ["personalisation"] },
        });
        var assessed = await world.Requests.AssessAsync(request.Id);
        var kept = assessed.Lines.Single(line => line.Activity == "faces" && line.Fields.Contains("name"));
        await world.Requests.ResolveAsync(request.Id, kept.Id, isGranted: false, RightsReasons.LegalClaims, RightsWorld.Officer);
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        await world.Requests.ExecuteAsync(request.Id);
        var answer = await world.Requests.ComposeAnswerAsync(request.Id);
        (await world.Requests.GiveAnswerAsync(answer, RightsWorld.Officer)).IsAnswered.ShouldBeTrue();
        world.Set(2026, 3, 20);
        await ConsentAsync(world, subject, "personalisation");

        var executed = await world.Requests.ExecuteAsync(request.Id);

        var line = executed.Lines.Single(one => one.Activity == "faces" && one.Fields.Contains("picture"));
        answer.Content.Decisions.Single(one => one.Id == line.Id).Verdict.ShouldBe(RightsVerdict.Granted);
        (line.Verdict, line.Reason).ShouldBe((RightsVerdict.Refused, RightsReasons.ConsentedSince));
        executed.Outcome.ShouldBe(RequestOutcome.Refused, "nothing of it is granted any more");
        executed.IsAnswered.ShouldBeFalse("the person was told that it is erased");
        (await Should.ThrowAsync<RequestException>(() => world.Requests.CloseAsync(request.Id, RightsWorld.Officer))).Code.ShouldBe("E-DSR-07");
        world.Requests.ClockOf(executed).Conservative.LastDay.ShouldBe(new LocalDate(2026, 4, 20));
        (await world.AnswerAndCloseAsync(executed)).Phase.ShouldBe(RequestPhase.Closed);
    }

    [Fact]
    public async Task It_is_the_persons_alone_to_take_it_back()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer());
        var subject = await world.PersonAsync();
        var request = await world.ReceiveAsync(DataSubjectRight.Erasure, subject);
        world.Set(2026, 3, 15);
        await ConsentAsync(world, subject, "personalisation");
        var line = (await world.Requests.AssessAsync(request.Id)).Lines.Single(one => one.Activity == "faces");

        (await Should.ThrowAsync<RequestException>(() => world.Requests.ResolveAsync(request.Id, line.Id, isGranted: true, "meant", RightsWorld.Officer)))
            .Code.ShouldBe("E-DSR-12");
    }

    [Fact]
    public async Task The_gate_allows_the_marketing_that_was_consented_to_after_an_erasure_was_asked_for()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer());
        var subject = await world.PersonAsync();
        var request = await world.ReceiveAsync(DataSubjectRight.Erasure, subject);
        world.Set(2026, 3, 15);
        await ConsentAsync(world, subject, "direct-marketing");
        world.Set(2026, 3, 20);
        await DecideAsync(world, request);
        await world.Requests.ExecuteAsync(request.Id);

        var decision = await world.Get<IProcessingGate>().DecideAsync(
            new ProcessingRequest(subject, "direct-marketing") { Data = ["crm.customers.email"], Channel = "email" });
        decision.Reasons.Select(reason => reason.Code).Where(code => code != ProcessingReasons.ActorUnknown)
            .ShouldBeEmpty("the consent is newer than the request, and on record as in force");
    }

    [Fact]
    public async Task What_a_returned_person_has_consented_to_is_not_destroyed_by_a_complaint_about_an_old_erasure()
    {
        var data = new RightsData().Customer("c1", new LocalDate(2025, 1, 1));
        await using var world = RightsWorld.Open(Morning, data);
        var subject = await world.PersonAsync();
        var request = await world.ReceiveAsync(DataSubjectRight.Erasure, subject);
        await DecideAsync(world, request);
        await world.Requests.ExecuteAsync(request.Id);
        await world.CompleteAsync("erase-by-hand", "nothing-held");
        var executed = await world.Requests.ExecuteAsync(request.Id);
        data.Customers.Find("c1").ShouldBeNull();
        await world.AnswerAndCloseAsync(executed);

        world.Set(2026, 4, 15);
        data.Customers.Put(new Person("c1", null, null, null, null, null, "New-Picture", null));
        await ConsentAsync(world, subject, "personalisation");
        world.Set(2026, 4, 20);
        var complained = await world.Requests.ComplainAsync(request.Id, RightsWorld.Officer, "My old orders are still there.");
        await world.Requests.AnswerComplaintAsync(request.Id, complained.Complaints[^1].Id, isUpheld: true, "management");
        await DecideAsync(world, request);
        await world.Requests.ExecuteAsync(request.Id);

        (await world.StateAsync(subject)).ConsentTo("personalisation")!.Phase.ShouldBe(ConsentPhase.Given);
        data.Customers.Find("c1")?.Picture.ShouldBe("New-Picture");
    }

    [Fact]
    public async Task Whoever_asks_for_erasure_again_after_consenting_has_that_erased_too()
    {
        var data = new RightsData().Customer("c1", new LocalDate(2025, 1, 1));
        await using var world = RightsWorld.Open(Morning, data);
        var subject = await world.PersonAsync();
        var request = await world.ReceiveAsync(DataSubjectRight.Erasure, subject);
        world.Set(2026, 3, 15);
        await ConsentAsync(world, subject, "personalisation");
        await ConsentAsync(world, subject, "direct-marketing");
        world.Set(2026, 3, 18);
        (await world.ReceiveAsync(DataSubjectRight.Erasure, subject)).Id.ShouldBe(request.Id, "it is linked to the first");
        world.Set(2026, 3, 20);
        await DecideAsync(world, request);
        await world.Requests.ExecuteAsync(request.Id);
        await world.CompleteAsync("erase-by-hand", "nothing-held");
        var executed = await world.Requests.ExecuteAsync(request.Id);
        await world.PumpAsync();

        executed.ReceivedAt.ShouldBe(request.ReceivedAt, "the time to answer runs from the first receipt");
        executed.Lines.ShouldNotContain(line => line.Reason == RightsReasons.ConsentedSince, "the last word of the person is erasure");
        data.Customers.Find("c1").ShouldBeNull();
        var state = await world.StateAsync(subject);
        state.ConsentTo("personalisation")!.Phase.ShouldBe(ConsentPhase.Withdrawn);
        state.ConsentTo("direct-marketing")!.Phase.ShouldBe(ConsentPhase.Withdrawn);
        state.Objections.Where(one => one.Stands(world.Now)).ShouldHaveSingleItem().Except.ShouldBeNull();
    }

    [Fact]
    public async Task Whoever_does_not_show_who_they_are_does_not_end_a_consent_by_asking_for_the_same_erasure_again()
    {
        var data = new RightsData().Customer("c1", new LocalDate(2025, 1, 1));
        await using var world = RightsWorld.Open(Morning, data);
        var subject = await world.PersonAsync();
        var request = await world.ReceiveAsync(DataSubjectRight.Erasure, subject);
        world.Set(2026, 3, 15);
        await ConsentAsync(world, subject, "personalisation");
        await ConsentAsync(world, subject, "direct-marketing");
        world.Set(2026, 3, 18);
        (await world.ReceiveAsync(DataSubjectRight.Erasure, subject, intake => intake with { Identity = null, ReplyTo = "somebody@example.com" }))
            .Id.ShouldBe(request.Id, "it is linked to the first");
        world.Set(2026, 3, 20);
        await DecideAsync(world, request);
        var executed = await world.Requests.ExecuteAsync(request.Id);
        await world.PumpAsync();

        data.Customers.Find("c1")?.Picture.ShouldNotBeNull("nobody knows that the person has asked again since consenting to it");
        executed.Lines.Single(one => one.Activity == "faces").Reason.ShouldBe(RightsReasons.ConsentedSince);
        var state = await world.StateAsync(subject);
        state.ConsentTo("personalisation")!.Phase.ShouldBe(ConsentPhase.Given);
        state.ConsentTo("direct-marketing")!.Phase.ShouldBe(ConsentPhase.Given);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("power-of-attorney-7", true)]
    public async Task Whoever_acts_for_the_person_ends_a_consent_by_asking_again_where_the_mandate_was_shown(string? evidence, bool hasAskedAgain)
    {
        var data = new RightsData().Customer("c1", new LocalDate(2025, 1, 1));
        await using var world = RightsWorld.Open(Morning, data);
        var subject = await world.PersonAsync();
        RequestIntake For(RequestIntake intake) => intake with { Mandate = new RequestMandate(MandateKind.Representative, evidence), ReplyTo = "attorney@example.com" };
        var request = await world.ReceiveAsync(DataSubjectRight.Erasure, subject, For);
        world.Set(2026, 3, 15);
        await ConsentAsync(world, subject, "personalisation");
        world.Set(2026, 3, 18);
        (await world.ReceiveAsync(DataSubjectRight.Erasure, subject, For)).Id.ShouldBe(request.Id, "it is linked to the first");
        world.Set(2026, 3, 20);
        if (evidence is null)
        {
            await world.Requests.ConfirmMandateAsync(request.Id, "power-of-attorney-7", RightsWorld.Officer);
        }

        await DecideAsync(world, request);
        await world.Requests.ExecuteAsync(request.Id);

        (await world.StateAsync(subject)).ConsentTo("personalisation")!.Phase.ShouldBe(hasAskedAgain ? ConsentPhase.Withdrawn : ConsentPhase.Given);
    }

    [Fact]
    public async Task The_persons_own_word_counts_from_its_own_day_where_a_receipt_of_a_stranger_governs_the_time_to_answer()
    {
        var data = new RightsData().Customer("c1", new LocalDate(2025, 1, 1));
        await using var world = RightsWorld.Open(Morning, data);
        var subject = await world.PersonAsync();
        var asked = world.Now;
        world.Set(2026, 3, 15);
        await ConsentAsync(world, subject, "personalisation");
        world.Set(2026, 3, 18);
        var request = await world.ReceiveAsync(DataSubjectRight.Erasure, subject);
        world.Set(2026, 3, 20);
        var linked = await world.ReceiveAsync(DataSubjectRight.Erasure, subject, intake => intake with { Identity = null, ReceivedAt = asked });
        (linked.Id, linked.ReceivedAt).ShouldBe((request.Id, asked));
        await DecideAsync(world, request);
        await world.Requests.ExecuteAsync(request.Id);

        (await world.StateAsync(subject)).ConsentTo("personalisation")!.Phase.ShouldBe(ConsentPhase.Withdrawn, "the person asked for erasure after consenting");
    }

    [Fact]
    public async Task An_erasure_that_erases_nothing_because_of_a_consent_since_is_not_said_to_be_granted()
    {
        var data = new RightsData().Customer("c1", new LocalDate(2025, 1, 1));
        await using var world = RightsWorld.Open(Morning, data);
        var subject = await world.PersonAsync();
        var request = await world.ReceiveAsync(
            DataSubjectRight.Erasure, subject, intake => intake with { Scope = new RequestScope { Purposes = ["personalisation"] } });
        await DecideAsync(world, request);
        (await world.Requests.FindAsync(request.Id))!.Outcome.ShouldBe(RequestOutcome.Granted);
        world.Set(2026, 3, 15);
        await ConsentAsync(world, subject, "personalisation");

        var executed = await world.Requests.ExecuteAsync(request.Id);

        data.Customers.Find("c1")!.Picture.ShouldNotBeNull();
        (executed.Phase, executed.Outcome).ShouldBe((RequestPhase.Executed, RequestOutcome.Refused));
        (await world.Requests.ComposeAnswerAsync(request.Id)).Content.Outcome.ShouldBe(RequestOutcome.Refused);
    }

    private static Task ConsentAsync(RightsWorld world, DataSubject subject, string purpose) => world.Get<ConsentService>().GiveAsync(new ConsentGrant(
        subject, purpose, new ShownText("consent", "1", "en"), new ConsentAct(ConsentActKind.TickedBox, "web")));

    private static async Task DecideAsync(RightsWorld world, DataSubjectRequest request)
    {
        await world.ResolveAllAsync(await world.Requests.AssessAsync(request.Id), true, "no-interest");
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
    }
}
