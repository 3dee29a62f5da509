using Gdpr.Consents;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>What stands for somebody who is not identified, or shows no proof, is taken back as far as it is not done; who is identified after all is answered.</summary>
public sealed class UnidentifiedLaterTests
{
    private static readonly LocalDateTime Morning = new(2026, 3, 10, 10, 0);

    [Fact]
    public async Task Nothing_is_erased_for_whoever_was_not_identified_though_a_source_was_down_when_it_was_begun()
    {
        var data = new RightsData().Customer("c1", new LocalDate(2025, 1, 1));
        data.Invoices.Put(new Invoice("i1", "c1", "Marker-Name", "100", new LocalDate(2010, 4, 2)));
        await using var world = RightsWorld.Open(Morning, data);
        var subject = await world.PersonAsync();
        var scope = new RequestScope { DataSets = ["erp.invoices"] };
        data.Invoices.Put(new Invoice("i1", "c1", "Marker-Name", "100", new LocalDate(2016, 4, 2)));
        var request = await world.ReceiveAsync(DataSubjectRight.Erasure, subject, intake => intake with { Scope = scope });
        await world.Requests.AssessAsync(request.Id);
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        data.ErpSwitch.IsDown = true;
        await world.Requests.ExecuteAsync(request.Id);
        await world.Requests.AskForIdentityAsync(request.Id, "unknown-address", RightsWorld.Officer);
        var decided = await world.Requests.DecideNotIdentifiableAsync(request.Id, isDoubtRemaining: true, RightsWorld.Officer);
        decided.Outcome.ShouldBe(RequestOutcome.NotIdentifiable);

        (await world.StateAsync(subject)).Endings.Where(one => !one.IsDone).ShouldBeEmpty("nobody was identified, and what was granted stands");
    }

    [Fact]
    public async Task A_consent_purpose_erased_for_nobody_goes_on()
    {
        var data = new RightsData().Customer();
        await using var world = RightsWorld.Open(Morning, data);
        var subject = await world.PersonAsync();
        data.Tickets.Put(new Ticket("t1", "c1", null, "Marker-Text", null, new LocalDate(2026, 1, 1)));
        var request = await world.ReceiveAsync(DataSubjectRight.Erasure, subject, intake => intake with { Scope = new RequestScope { DataSets = ["desk.tickets"] } });
        var assessed = await world.Requests.AssessAsync(request.Id);
        await world.ResolveAllAsync(assessed, true, "no-interest");
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        await world.RecordAsync(subject, SubjectEntries.RestrictionPlaced, """{"id":"r-1","ground":"claims","dataSets":["desk.tickets"]}""");
        var executed = await world.Requests.ExecuteAsync(request.Id);
        data.Tickets.Find("t1").ShouldNotBeNull("it is restricted for claims");
        await world.Requests.AskForIdentityAsync(request.Id, "unknown-address", RightsWorld.Officer);
        try
        {
            await world.Requests.DecideNotIdentifiableAsync(request.Id, isDoubtRemaining: true, RightsWorld.Officer);
        }
        catch (RequestException)
        {
            world.Set(2026, 6, 1);
            await world.Requests.CloseAsync(request.Id, RightsWorld.Officer);
        }

        await world.RecordAsync(subject, SubjectEntries.RestrictionLifted, """{"id":"r-1"}""");
        await world.PumpAsync();
        world.Set(2026, 6, 20);
        await world.PumpAsync();
        data.Tickets.Find("t1").ShouldNotBeNull($"nobody was identified ({executed.Phase})");
    }

    [Fact]
    public async Task An_objection_that_was_granted_to_whoever_then_shows_no_proof_stops_nothing_for_ever()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer());
        var subject = await world.PersonAsync();
        var request = await world.ReceiveAsync(DataSubjectRight.Objection, subject, intake => intake with { Scope = new RequestScope { Purposes = ["customer-support"] } });
        await world.ResolveAllAsync(await world.Requests.AssessAsync(request.Id), true, "no-compelling-grounds");
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        await world.Requests.AskForIdentityAsync(request.Id, "unknown-address", RightsWorld.Officer);
        world.Set(2026, 6, 1);
        await world.Requests.CloseAsync(request.Id, RightsWorld.Officer);
        await world.PumpAsync();

        (await world.StateAsync(subject)).Objections.ShouldHaveSingleItem().Phase
            .ShouldNotBe(ObjectionPhase.Pending, "the request is closed, and nothing decides the objection any more");
    }

    [Fact]
    public async Task Whoever_shows_who_they_are_after_being_told_that_nobody_was_identified_is_answered()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer());
        var request = await world.ReceiveAsync(DataSubjectRight.Access, await world.PersonAsync(), intake => intake with { Identity = null });
        await world.Requests.AskForIdentityAsync(request.Id, "unknown-address", RightsWorld.Officer);
        await world.Requests.DecideNotIdentifiableAsync(request.Id, isDoubtRemaining: true, RightsWorld.Officer);
        world.Set(2026, 3, 20);
        await world.Requests.ConfirmIdentityAsync(request.Id, IdentityMethod.ElectronicIdentification, RightsWorld.Officer);

        await world.Requests.AssessAsync(request.Id);
        await Should.NotThrowAsync(async () => await world.Requests.GiveAnswerAsync(await world.Requests.ComposeAccessAsync(request.Id), RightsWorld.Officer));
    }

    [Fact]
    public async Task Nobody_is_said_not_to_be_identified_who_has_been_given_a_copy()
    {
        var data = new RightsData().Customer();
        await using var world = RightsWorld.Open(Morning, data);
        var request = await world.ReceiveAsync(DataSubjectRight.Access, await world.PersonAsync());
        data.ErpSwitch.IsDown = true;
        await world.Requests.AssessAsync(request.Id);
        var given = await world.Requests.GiveAnswerAsync(await world.Requests.ComposeAccessAsync(request.Id), RightsWorld.Officer);
        (given.Answers.Count, given.IsAnswered).ShouldBe((1, false));
        await world.Requests.AskForIdentityAsync(request.Id, "unknown-address", RightsWorld.Officer);

        await Should.ThrowAsync<RequestException>(() => world.Requests.DecideNotIdentifiableAsync(request.Id, isDoubtRemaining: true, RightsWorld.Officer));
    }

    [Fact]
    public async Task Consents_and_marketing_that_an_erasure_has_ended_count_as_before_where_proof_does_not_come()
    {
        var data = new RightsData().Customer("c1", new LocalDate(2025, 1, 1));
        await using var world = RightsWorld.Open(Morning, data);
        var subject = await world.PersonAsync();
        await world.ConsentAsync(subject, "direct-marketing");
        await world.ConsentAsync(subject, "personalisation");
        var request = await world.ReceiveAsync(DataSubjectRight.Erasure, subject);
        await world.RecordAsync(subject, SubjectEntries.RestrictionPlaced, """{"id":"r-1","ground":"claims","dataSets":[]}""");
        await world.ResolveAllAsync(await world.Requests.AssessAsync(request.Id), true, "no-interest");
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        await world.Requests.ExecuteAsync(request.Id);
        var granted = await world.StateAsync(subject);
        (granted.ConsentTo("direct-marketing")!.Phase, granted.ConsentTo("personalisation")!.Phase).ShouldBe((ConsentPhase.Withdrawn, ConsentPhase.Withdrawn));
        granted.Objections.ShouldContain(one => one.Stands(world.Now));

        // The person takes one of them back in their own words meanwhile: that stands.
        await world.Get<ConsentService>().WithdrawAsync(subject, "personalisation");
        await world.Requests.AskForIdentityAsync(request.Id, "unknown-address", RightsWorld.Officer);
        world.Set(2026, 6, 1);
        await world.Requests.CloseAsync(request.Id, RightsWorld.Officer);

        var state = await world.StateAsync(subject);
        (state.ConsentTo("direct-marketing")!.Phase, state.ConsentTo("personalisation")!.Phase).ShouldBe((ConsentPhase.Given, ConsentPhase.Withdrawn));
        state.Objections.ShouldAllBe(one => !one.Stands(world.Now));
        state.Endings.ShouldBeEmpty();
        (await world.Get<ConsentService>().ReadRecordsAsync(subject)).SelectMany(record => record.Events).Select(one => one.EventState)
            .Count(state => state == "given").ShouldBe(3, "one of the two counts again, and its record says so");
        (await world.Requests.FindAsync(request.Id))!.IsStanding.ShouldBeFalse("nothing of it waits any more");
        (await world.Tasks.ListOpenAsync()).ShouldNotContain(task => task.Kind == "erase-by-hand");
    }

    /// <summary>The person took it back by telephone before the letter came; the call is recorded after the erasure was carried out.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_consent_taken_back_before_an_erasure_stays_so_though_that_is_recorded_after_it_and_proof_does_not_come(bool isRefused)
    {
        var data = new RightsData().Customer("c1", new LocalDate(2025, 1, 1));
        await using var world = RightsWorld.Open(Morning, data);
        var subject = await world.PersonAsync();
        await world.ConsentAsync(subject, "personalisation", RightsWorld.At(2026, 1, 5));
        await world.RecordAsync(
            subject, SubjectEntries.ConsentGiven, """{"purpose":"personalisation","field":"crm.customers.picture","text":"consent","textVersion":"1"}""",
            RightsWorld.At(2026, 1, 5));
        var request = await world.ReceiveAsync(DataSubjectRight.Erasure, subject);
        await world.RecordAsync(subject, SubjectEntries.RestrictionPlaced, """{"id":"r-1","ground":"claims","dataSets":[]}""");
        await world.ResolveAllAsync(await world.Requests.AssessAsync(request.Id), true, "no-interest");
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        await world.Requests.ExecuteAsync(request.Id);
        world.Set(2026, 3, 12);

        var (consents, said) = (world.Get<ConsentService>(), RightsWorld.At(2026, 3, 9));
        var recorded = isRefused ? await consents.RefuseAsync(subject, "personalisation", new ConsentRefusal { OccurredAt = said, Channel = "phone" })
            : await consents.WithdrawAsync(subject, "personalisation", new ConsentWithdrawal { OccurredAt = said, Channel = "phone" });
        recorded.IsRecorded.ShouldBeTrue();
        await world.Requests.AskForIdentityAsync(request.Id, "unknown-address", RightsWorld.Officer);
        world.Set(2026, 6, 1);
        await world.Requests.CloseAsync(request.Id, RightsWorld.Officer);

        var state = await world.StateAsync(subject);
        state.ConsentTo("personalisation")!.Phase.ShouldBe(isRefused ? ConsentPhase.Refused : ConsentPhase.Withdrawn);
        state.ConsentTo("personalisation", "crm.customers.picture")!.Phase.ShouldBe(ConsentPhase.Withdrawn, "it went with the purpose");

        // Said once, it is on record once.
        (await consents.WithdrawAsync(subject, "personalisation", new ConsentWithdrawal { OccurredAt = RightsWorld.At(2026, 3, 11) })).IsRecorded.ShouldBeFalse();
    }
}
