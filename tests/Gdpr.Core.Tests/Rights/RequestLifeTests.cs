using Gdpr.Journals;
using Gdpr.Processing.Tasks;
using Gdpr.Rights;
using Gdpr.Subjects;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>What every request goes through, whatever its right: intake, duplicates, mandates, processors, complaints; and that nothing of it is lost.</summary>
public sealed class RequestLifeTests
{
    [Fact]
    public async Task A_second_request_for_the_same_is_linked_and_the_first_receipt_governs()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 10, 10, 0), new RightsData().Customer());
        var subject = await world.PersonAsync();
        var first = await world.ReceiveAsync(DataSubjectRight.Access, subject, intake => intake with { ReceivedAt = RightsWorld.At(2026, 2, 5) });

        var second = await world.ReceiveAsync(DataSubjectRight.Access, subject);
        var other = await world.ReceiveAsync(DataSubjectRight.Access, subject, intake => intake with { Scope = new RequestScope { DataSets = ["crm.orders"] } });
        var earlier = await world.ReceiveAsync(DataSubjectRight.Access, subject, intake => intake with { ReceivedAt = RightsWorld.At(2026, 2, 1) });

        second.Id.ShouldBe(first.Id);
        second.Duplicates.Count.ShouldBe(1);
        second.ReceivedAt.ShouldBe(RightsWorld.At(2026, 2, 5));
        other.Id.ShouldNotBe(first.Id);
        (earlier.Id, earlier.ReceivedAt).ShouldBe((first.Id, RightsWorld.At(2026, 2, 1)));
        (await world.Requests.ListActiveAsync()).Select(request => request.Id).ShouldBe([first.Id, other.Id], ignoreOrder: true);
    }

    [Fact]
    public async Task Many_at_once_become_one()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 10, 10, 0), new RightsData().Customer());
        var subject = await world.PersonAsync();

        var received = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => world.ReceiveAsync(DataSubjectRight.Erasure, subject))));

        received.Select(request => request.Id).Distinct().ShouldHaveSingleItem();
        (await world.Requests.ListActiveAsync()).ShouldHaveSingleItem().Duplicates.Count.ShouldBe(5);
        (await world.StateAsync(subject)).Requests.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_processor_hands_the_request_on_and_answers_nothing()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), new RightsData().Customer());
        var request = await world.ReceiveAsync(DataSubjectRight.Erasure, await world.PersonAsync(), intake => intake with { ForController = "client-17" });

        (request.Outcome, request.ForwardedTo).ShouldBe((RequestOutcome.Forwarded, "client-17"));
        var task = (await world.Tasks.ListOpenAsync()).ShouldHaveSingleItem();
        (task.Kind, task.DueBy).ShouldBe(("forward-to-controller", RightsWorld.At(2026, 2, 5, 0)));
        foreach (var answer in new Func<Task>[]
        {
            () => world.Requests.AssessAsync(request.Id), () => world.Requests.ExecuteAsync(request.Id), () => world.Requests.ComposeAnswerAsync(request.Id),
            () => world.Requests.RefuseAsync(request.Id, "no", RightsWorld.Officer),
        })
        {
            (await Should.ThrowAsync<RequestException>(answer)).Code.ShouldBe("E-DSR-03");
        }

        (await world.StateAsync(await world.PersonAsync())).Requests.ShouldBeEmpty();
        world.Data.Customers.Find("c1").ShouldNotBeNull();
    }

    [Fact]
    public async Task An_administrator_acts_for_the_organisations_own_people_alone()
    {
        var people = new People("org-1", []);
        await using var world = RightsWorld.Open(
            new LocalDateTime(2026, 2, 2, 10, 0), new RightsData().Customer(), services: services => services.AddSingleton<IOrganisationPeople>(people));
        var (own, stranger) = (await world.PersonAsync(), await world.PersonAsync("c2"));
        people.Own.Add(own);
        var mandate = new RequestMandate(MandateKind.OrganisationAdministrator, "contract-1") { Organisation = "org-1" };

        (await world.ReceiveAsync(DataSubjectRight.Rectification, own, intake => intake with { Mandate = mandate })).Mandate.ShouldBe(mandate);
        (await Should.ThrowAsync<RequestException>(() =>
            world.ReceiveAsync(DataSubjectRight.Access, stranger, intake => intake with { Mandate = mandate }))).Code.ShouldBe("E-DSR-08");
        (await Should.ThrowAsync<RequestException>(() => world.ReceiveAsync(
            DataSubjectRight.Access, own, intake => intake with { Mandate = mandate with { Organisation = null } }))).Code.ShouldBe("E-DSR-08");
    }

    [Fact]
    public async Task Who_cannot_be_identified_is_told_so_and_who_is_signed_in_cannot_be_called_that()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), new RightsData().Customer());
        var unknown = await world.Requests.ReceiveAsync(new RequestIntake(DataSubjectRight.Access, null) { ReceivedAt = world.Now });
        var decided = await world.Requests.DecideNotIdentifiableAsync(unknown.Id, isDoubtRemaining: false, RightsWorld.Officer);
        (decided.Outcome, decided.Reason).ShouldBe((RequestOutcome.NotIdentifiable, RightsReasons.NotIdentifiable));
        await world.Requests.GiveAnswerAsync(await world.Requests.ComposeAnswerAsync(unknown.Id), RightsWorld.Officer);
        (await world.Requests.CloseAsync(unknown.Id, RightsWorld.Officer)).Phase.ShouldBe(RequestPhase.Closed);

        var known = await world.ReceiveAsync(DataSubjectRight.Access, await world.PersonAsync(), intake => intake with { Identity = IdentityMethod.SignedIn });
        (await Should.ThrowAsync<RequestException>(() => world.Requests.DecideNotIdentifiableAsync(known.Id, true, RightsWorld.Officer))).Code.ShouldBe("E-DSR-12");
    }

    [Fact]
    public async Task A_complaint_opens_the_request_again_and_is_answered_with_the_decision_it_is_about()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), new RightsData().Customer());
        var request = await world.ReceiveAsync(DataSubjectRight.Erasure, await world.PersonAsync());
        await world.Requests.RefuseAsync(request.Id, RightsReasons.ManifestlyUnfounded, RightsWorld.Officer, "Asked for every day.");
        await world.Requests.ExecuteAsync(request.Id);
        await world.AnswerAndCloseAsync(request);

        var complained = await world.Requests.ComplainAsync(request.Id, "customer-service", "Marker-Words: I asked once.");
        (await world.Requests.ReadComplaintAsync(request.Id, complained.Complaints[0].Id)).ShouldBe("Marker-Words: I asked once.");
        (await Should.ThrowAsync<RequestException>(() => world.Requests.ReadComplaintAsync(request.Id, "another"))).Code.ShouldBe("E-DSR-11");
        (await world.Stores.EntriesAsync()).ShouldAllBe(entry => !entry.Content.Data.Contains("Marker-Words", StringComparison.Ordinal));
        (complained.IsOpen, complained.IsAnswered, complained.Complaints.ShouldHaveSingleItem().Decision).ShouldBe((true, false, RequestOutcome.Refused));
        (await Should.ThrowAsync<RequestException>(() => world.Requests.CloseAsync(request.Id, RightsWorld.Officer))).Code.ShouldBe("E-DSR-07");

        var upheld = await world.Requests.AnswerComplaintAsync(request.Id, complained.Complaints[0].Id, isUpheld: true, "management");
        (upheld.Outcome, upheld.Complaints[0].IsUpheld).ShouldBe((null, true));
        (await world.Requests.AssessAsync(request.Id)).Lines.ShouldNotBeEmpty();
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        (await world.Requests.ExecuteAsync(request.Id)).Outcome.ShouldBe(RequestOutcome.Partly);
        (await world.Tasks.ListOpenAsync()).ShouldNotContain(task => task.Kind == "answer-complaint");
    }

    [Fact]
    public async Task An_automated_decision_is_looked_at_anew_by_the_reviewer_that_the_policy_names()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), new RightsData().Customer());
        var request = await world.ReceiveAsync(DataSubjectRight.AutomatedDecision, await world.PersonAsync(), intake => intake with { Decision = "credit-778" });

        var line = (await world.Requests.AssessAsync(request.Id)).Lines.ShouldHaveSingleItem();

        (line.Activity, line.Reason, line.Article).ShouldBe(("credit", RightsReasons.HumanReview, "Art. 22(3)"));
        var task = (await world.Tasks.ListOpenAsync()).Single(one => one.Kind == "review-automated-decision");
        task.Owner.ShouldBe("credit-manager");
        await world.Requests.ResolveAsync(request.Id, line.Id, isGranted: true, "decision-changed", "credit-manager");
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        (await world.Requests.ExecuteAsync(request.Id)).Outcome.ShouldBe(RequestOutcome.Granted);
    }

    [Fact]
    public async Task Requests_outlive_the_expiry_of_their_entries_and_the_loss_of_every_state()
    {
        var stores = new RightsStores();
        var data = new RightsData().Customer();
        string open, restricted, refused, complaint;
        await using (var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), data, stores))
        {
            var subject = await world.PersonAsync();
            open = (await world.ReceiveAsync(DataSubjectRight.Access, subject, intake => intake with { Words = "Marker-Words" })).Id;
            restricted = (await world.ReceiveAsync(DataSubjectRight.Restriction, subject, intake => intake with { Ground = RestrictionGround.Unlawful })).Id;
            refused = (await world.ReceiveAsync(DataSubjectRight.Erasure, subject)).Id;
            await world.Requests.RefuseAsync(refused, RightsReasons.Excessive, RightsWorld.Officer, "Marker-Grounds");
            complaint = (await world.Requests.ComplainAsync(refused, RightsWorld.Officer, "Marker-Complaint")).Complaints[0].Id;
            await world.Get<JournalCheckpoints>().MakeAsync(CancellationToken.None);
            world.Set(2027, 6, 1);
            (await world.Get<JournalExpiry>().ExpireAsync(world.Now, CancellationToken.None)).ShouldNotBeNull();
        }

        (await stores.EntriesAsync()).Select(entry => entry.Content.Type).ShouldNotContain("request-received");
        stores.States = new InMemoryStateStore();
        await using var next = RightsWorld.Open(new LocalDateTime(2027, 6, 1, 13, 0), data, stores);
        (await next.Requests.ListActiveAsync()).Select(request => request.Id).ShouldBe([open, restricted, refused], ignoreOrder: true);
        (await next.Requests.ReadGroundsAsync(refused)).ShouldBe("Marker-Grounds");
        (await next.Requests.ReadComplaintAsync(refused, complaint)).ShouldBe("Marker-Complaint");
        (await next.Requests.ReadWordsAsync(open))!.Value.Words.ShouldBe("Marker-Words");
        (await next.Requests.ListOverdueAsync()).ShouldContain(request => request.Id == open);
    }

    [Fact]
    public async Task After_a_crash_right_behind_the_receipt_the_pump_takes_the_request_up()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), new RightsData().Customer());
        var subject = await world.PersonAsync();
        const string Data = """
            {"id":"r1","right":"Objection","scope":{"dataSets":[],"fields":[],"purposes":["customer-support"]},"channel":"mail","identity":"SignedIn"}
            """;
        await world.Get<Journal>().RecordAsync(
            "request/r1", 0, new NewJournalEntry("request-received", world.Now, Data) { Controller = "acme", Subject = subject.Key }, CancellationToken.None);

        await world.PumpAsync();

        (await world.StateAsync(subject)).Requests.ShouldHaveSingleItem().Id.ShouldBe("r1");
        (await world.StateAsync(subject)).Objections.ShouldHaveSingleItem().Phase.ShouldBe(ObjectionPhase.Pending);
    }

    [Fact]
    public async Task After_a_crash_before_the_assessment_the_pump_places_the_restriction_that_was_asked_for()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), new RightsData().Customer());
        var subject = await world.PersonAsync();
        const string Data = """
            {"id":"r1","right":"Restriction","scope":{"dataSets":[],"fields":[],"purposes":[]},"channel":"mail","identity":"SignedIn","ground":"Unlawful"}
            """;
        await world.Get<Journal>().RecordAsync(
            "request/r1", 0, new NewJournalEntry("request-received", world.Now, Data) { Controller = "acme", Subject = subject.Key }, CancellationToken.None);
        await world.RecordAsync(subject, SubjectEntries.RequestOpened, """{"id":"r1","right":"Restriction","dataSets":[]}""");

        await world.PumpAsync();

        (await world.StateAsync(subject)).Restrictions.ShouldHaveSingleItem().Id.ShouldBe("r1");
    }

    [Theory]
    [InlineData("crm.nothing", null, null)]
    [InlineData("'; DROP TABLE x --", null, null)]
    [InlineData(null, "crm.customers.nothing", null)]
    [InlineData(null, "crm", null)]
    [InlineData(null, null, "no-such-purpose")]
    public async Task A_scope_that_the_policy_does_not_know_is_refused_and_nothing_is_recorded(string? dataSet, string? field, string? purpose)
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), new RightsData().Customer());
        var subject = await world.PersonAsync();
        var scope = new RequestScope { DataSets = dataSet is null ? [] : [dataSet], Fields = field is null ? [] : [field], Purposes = purpose is null ? [] : [purpose] };
        var before = (await world.Stores.EntriesAsync()).Count;

        (await Should.ThrowAsync<RequestException>(() =>
            world.ReceiveAsync(DataSubjectRight.Erasure, subject, intake => intake with { Scope = scope }))).Code.ShouldBe("E-DSR-12");
        (await world.Stores.EntriesAsync()).Count.ShouldBe(before);
    }

    [Fact]
    public async Task A_step_that_does_not_fit_is_a_typed_error()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), new RightsData().Customer());
        (await Should.ThrowAsync<RequestException>(() => world.Requests.AssessAsync("nothing"))).Code.ShouldBe("E-DSR-11");
        var request = await world.ReceiveAsync(DataSubjectRight.Erasure, await world.PersonAsync());
        (await Should.ThrowAsync<RequestException>(() => world.Requests.DecideAsync(request.Id, RightsWorld.Officer))).Code.ShouldBe("E-DSR-10");
        (await Should.ThrowAsync<RequestException>(() => world.Requests.ExecuteAsync(request.Id))).Code.ShouldBe("E-DSR-10");
        (await Should.ThrowAsync<RequestException>(() => world.Requests.ResolveAsync(request.Id, "x", true, "y", RightsWorld.Officer))).Code.ShouldBe("E-DSR-11");
        (await Should.ThrowAsync<RequestException>(() => world.Requests.LiftRestrictionAsync(request.Id, "y", RightsWorld.Officer))).Code.ShouldBe("E-DSR-12");
        await Should.ThrowAsync<ArgumentException>(() => world.Requests.RefuseAsync(request.Id, "x", "someone@marker.example"));
    }

    private sealed class People(string organisation, HashSet<DataSubject> own) : IOrganisationPeople
    {
        public HashSet<DataSubject> Own { get; } = own;

        public ValueTask<bool> BelongsAsync(DataSubject person, string asked, CancellationToken cancellationToken) =>
            ValueTask.FromResult(asked == organisation && Own.Contains(person));
    }

    [Fact]
    public async Task A_complaint_that_is_rejected_leaves_what_was_granted_to_be_carried_out()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), ErasureTests.Past());
        var request = await world.ReceiveAsync(
            DataSubjectRight.Erasure, await world.PersonAsync(), intake => intake with { Scope = new RequestScope { DataSets = ["crm.customers"] } });
        await world.Requests.AssessAsync(request.Id);
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        foreach (var _ in new[] { 1, 2 })
        {
            await world.Requests.ComplainAsync(request.Id, RightsWorld.Officer);
        }

        foreach (var complaint in (await world.Requests.FindAsync(request.Id))!.Complaints)
        {
            await world.Requests.AnswerComplaintAsync(request.Id, complaint.Id, isUpheld: false, RightsWorld.Officer);
        }

        await world.PumpAsync(approve: false);
        world.Data.Customers.Find("c1").ShouldBeNull();
        (await world.AnswerAndCloseAsync(request)).Phase.ShouldBe(RequestPhase.Closed);
        await world.Requests.ComplainAsync(request.Id, RightsWorld.Officer);
        var again = (await world.Requests.FindAsync(request.Id))!;
        (await world.Requests.AnswerComplaintAsync(request.Id, again.Complaints[^1].Id, isUpheld: false, RightsWorld.Officer)).Phase.ShouldBe(RequestPhase.Executed);
    }

    [Fact]
    public async Task What_people_did_by_hand_before_a_complaint_was_upheld_is_looked_at_anew()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0));
        var request = await world.HandleAsync(
            DataSubjectRight.Erasure, await world.PersonAsync(), intake => intake with { Scope = new RequestScope { DataSets = ["paper.letters"] } });
        await world.CompleteAsync("erase-by-hand", "nothing-held");
        await world.AnswerAndCloseAsync(await world.Requests.ExecuteAsync(request.Id));
        world.Set(2026, 2, 9);
        var complained = await world.Requests.ComplainAsync(request.Id, RightsWorld.Officer);
        await world.Requests.AnswerComplaintAsync(request.Id, complained.Complaints[0].Id, isUpheld: true, RightsWorld.Officer);

        (await world.Requests.AssessAsync(request.Id)).Lines.ShouldHaveSingleItem().Verdict.ShouldBe(RightsVerdict.NeedsHuman);

        world.Set(2026, 2, 10);
        await world.CompleteAsync("erase-by-hand", "done");
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        (await world.Requests.ExecuteAsync(request.Id)).Results.ShouldHaveSingleItem().Items.ShouldHaveSingleItem().Code.ShouldBe(ResultCode.Erased);
    }
}
