using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>Requests that meet each other, and what must not come of it.</summary>
public sealed class HostileLawRequestTests
{
    /// <summary>D-12.3x: the notice of an extension comes within the month of the first receipt, or D-12.3 stands.</summary>
    [Fact]
    public async Task An_extension_that_turns_out_to_have_been_told_after_the_month_of_the_first_receipt_gives_no_more_time()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 3, 10, 10, 0), new RightsData().Customer());
        var subject = await world.PersonAsync();
        var request = await world.ReceiveAsync(DataSubjectRight.Access, subject);
        world.Set(2026, 4, 7);
        await world.Requests.ExtendAsync(request.Id, ExtensionReason.Complexity, RightsWorld.Officer);

        // A letter of 1 March is found in a drawer: the first receipt governs.
        var after = await world.ReceiveAsync(DataSubjectRight.Access, subject, intake => intake with { ReceivedAt = RightsWorld.At(2026, 3, 1) });

        after.Id.ShouldBe(request.Id);
        after.ReceivedAt.ShouldBe(RightsWorld.At(2026, 3, 1));
        world.Requests.ClockOf(after).LegalLatest.LastDay.ShouldBe(new LocalDate(2026, 4, 1));
        (await world.Requests.ListOverdueAsync()).ShouldHaveSingleItem();
    }

    /// <summary>A mandate that nobody ever shows must not stand in the way of the person.</summary>
    [Fact]
    public async Task Who_asks_himself_is_answered_though_a_stranger_without_mandate_asked_before()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 3, 10, 10, 0), new RightsData().Customer());
        var subject = await world.PersonAsync();
        await world.ReceiveAsync(
            DataSubjectRight.Access, subject, intake => intake with { Identity = null, Mandate = new RequestMandate(MandateKind.Representative), ReplyTo = "stranger@else.example" });

        var own = await world.ReceiveAsync(DataSubjectRight.Access, subject, intake => intake with { Identity = IdentityMethod.ElectronicIdentification });

        await Should.NotThrowAsync(() => world.Requests.AssessAsync(own.Id));
    }

    [Fact]
    public async Task Who_withdraws_an_erasure_asks_for_of_one_data_set_alone_keeps_the_consents_to_others()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 3, 10, 10, 0), new RightsData().Customer());
        var subject = await world.PersonAsync();
        await world.ConsentAsync(subject, "personalisation");
        await world.ConsentAsync(subject, "direct-marketing");
        world.Set(2026, 3, 11);

        await world.ReceiveAsync(
            DataSubjectRight.Withdrawal, subject, intake => intake with { Scope = new RequestScope { Fields = ["crm.customers.picture"] } });

        var state = await world.StateAsync(subject);
        state.ConsentTo("personalisation")!.Phase.ShouldBe(ConsentPhase.Withdrawn);
        state.ConsentTo("direct-marketing")!.Phase.ShouldBe(ConsentPhase.Given, "the person has withdrawn the consent to the picture alone");
    }

    [Fact]
    public async Task Who_objects_about_one_data_set_stops_no_purpose_of_another()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 3, 10, 10, 0), new RightsData().Customer());
        var subject = await world.PersonAsync();

        await world.ReceiveAsync(DataSubjectRight.Objection, subject, intake => intake with { Scope = new RequestScope { DataSets = ["desk.tickets"] } });

        (await world.StateAsync(subject)).Objections.SelectMany(one => one.Purposes).ShouldBe(["customer-support"]);
    }

    /// <summary>Nobody has shown to be the person: what was stopped for them goes on.</summary>
    [Fact]
    public async Task An_objection_of_somebody_who_cannot_be_identified_stops_nothing_for_ever()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 3, 10, 10, 0), new RightsData().Customer());
        var subject = await world.PersonAsync();
        var request = await world.ReceiveAsync(
            DataSubjectRight.Objection, subject, intake => intake with { Identity = null, Scope = new RequestScope { Purposes = ["customer-support"] } });
        await world.Requests.AskForIdentityAsync(request.Id, "unknown-address", RightsWorld.Officer);
        world.Set(2026, 4, 1);

        await world.Requests.DecideNotIdentifiableAsync(request.Id, isDoubtRemaining: true, RightsWorld.Officer);
        await world.Requests.GiveAnswerAsync(await world.Requests.ComposeAnswerAsync(request.Id), RightsWorld.Officer);
        await world.Requests.CloseAsync(request.Id, RightsWorld.Officer);
        await world.PumpAsync();

        (await world.StateAsync(subject)).Objections.ShouldAllBe(one => one.Phase != ObjectionPhase.Pending);
    }

    [Fact]
    public async Task What_was_erased_is_not_said_afterwards_to_have_been_asked_by_nobody()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 3, 10, 10, 0), new RightsData().Customer(ended: new LocalDate(2025, 1, 1)));
        var subject = await world.PersonAsync();
        var request = await world.HandleAsync(DataSubjectRight.Erasure, subject);
        var (outcome, phase) = (request.Outcome, request.Phase);
        await world.Requests.AskForIdentityAsync(request.Id, "doubt", RightsWorld.Officer);

        DataSubjectRequest? decided = null;
        try
        {
            decided = await world.Requests.DecideNotIdentifiableAsync(request.Id, isDoubtRemaining: true, RightsWorld.Officer);
        }
        catch (RequestException)
        {
            return;
        }

        decided.Outcome.ShouldBe(outcome, "data was destroyed by the decision");
        (decided.Phase >= phase).ShouldBeTrue();
    }

    /// <summary>A lifted restriction is placed anew where a complaint about lifting it is upheld and the request granted again.</summary>
    [Fact]
    public async Task A_restriction_that_is_granted_again_after_a_complaint_stands()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 3, 10, 10, 0), new RightsData().Customer());
        var subject = await world.PersonAsync();
        var request = await world.HandleAsync(DataSubjectRight.Restriction, subject, intake => intake with { Ground = RestrictionGround.AccuracyContested });
        await world.Requests.GiveAnswerAsync(await world.Requests.ComposeAnswerAsync(request.Id), RightsWorld.Officer);
        await world.Requests.TellLiftingAsync(request.Id, RightsWorld.Officer);
        await world.Requests.LiftRestrictionAsync(request.Id, "accuracy-verified", RightsWorld.Officer);
        world.Set(2026, 3, 20);

        var complained = await world.Requests.ComplainAsync(request.Id, RightsWorld.Officer, "It is still wrong.");
        await world.Requests.AnswerComplaintAsync(request.Id, complained.Complaints[^1].Id, isUpheld: true, "management");
        await world.Requests.AssessAsync(request.Id);
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        var granted = await world.Requests.ExecuteAsync(request.Id);

        granted.Lines.ShouldContain(line => line.Verdict == RightsVerdict.Granted);
        (await world.StateAsync(subject)).Restrictions.Count(one => one.Stands).ShouldBe(1, "the answer says granted");
    }

    /// <summary>A complaint that is upheld opens the request for a copy again: what it is about must be there when it is answered.</summary>
    [Fact]
    public async Task A_copy_that_is_to_be_given_again_after_a_complaint_is_not_swept_away_before()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 5, 20, 10, 0), new RightsData().Customer());
        world.Data.Orders.Put(new Purchase("o1", "c1", "Marker-Street", new LocalDate(2026, 2, 25)));
        var subject = await world.PersonAsync();
        var request = await world.ReceiveAsync(DataSubjectRight.Access, subject);
        await world.Requests.AssessAsync(request.Id);
        await world.CompleteAsync("collect-by-hand", "nothing-held");
        await world.Requests.GiveAnswerAsync(await world.Requests.ComposeAccessAsync(request.Id), RightsWorld.Officer);
        await world.Requests.CloseAsync(request.Id, RightsWorld.Officer);
        var complained = await world.Requests.ComplainAsync(request.Id, RightsWorld.Officer, "My order was not in it.");
        await world.Requests.AnswerComplaintAsync(request.Id, complained.Complaints[^1].Id, isUpheld: true, "management");

        world.Set(2026, 6, 2);
        await world.PumpAsync();

        world.Data.Orders.Find("o1").ShouldNotBeNull("an open request for access keeps what is due until it is answered");
    }

    /// <summary>R-12: nobody but the person is answered; two ask in different capacities.</summary>
    [Fact]
    public async Task The_own_request_of_a_person_is_not_answered_to_the_administrator_who_asked_before()
    {
        var people = new Everybody();
        await using var world = RightsWorld.Open(
            new LocalDateTime(2026, 3, 10, 10, 0), new RightsData().Customer(),
            services: services => Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton<IOrganisationPeople>(services, people));
        var subject = await world.PersonAsync();
        var admins = await world.ReceiveAsync(DataSubjectRight.Access, subject, intake => intake with
        {
            Mandate = new RequestMandate(MandateKind.OrganisationAdministrator) { Organisation = "org-1" }, ReplyTo = "boss@org.example",
        });

        var own = await world.ReceiveAsync(DataSubjectRight.Access, subject, intake => intake with { Identity = IdentityMethod.SignedIn, ReplyTo = "me@home.example" });

        own.Id.ShouldNotBe(admins.Id, "what the person asks for is given to the person, and not only to whoever asked for the organisation");
    }

    private sealed class Everybody : IOrganisationPeople
    {
        public ValueTask<bool> BelongsAsync(DataSubject person, string organisation, CancellationToken cancellationToken) => ValueTask.FromResult(true);
    }
}
