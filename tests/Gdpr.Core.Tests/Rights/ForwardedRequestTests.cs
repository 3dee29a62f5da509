using System.Text.Json.Nodes;
using Gdpr.Controls;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing;
using Gdpr.Rights;
using Gdpr.Subjects;
using Gdpr.Testing;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>What people ask whose data are a client's: handed to the client, and in nobody's way.</summary>
public sealed class ForwardedRequestTests
{
    [Theory]
    [InlineData("client-a")]
    [InlineData(null)]
    public async Task A_request_of_a_clients_person_is_handed_to_the_client_and_hides_nothing_that_is_overdue(string? named)
    {
        var (world, person) = await ClientsPersonAsync();
        await using var opened = world;
        var own = await world.ReceiveAsync(DataSubjectRight.Access, await world.PersonAsync());

        var request = await world.ReceiveAsync(DataSubjectRight.Access, person, intake => intake with { ForController = named, Words = "Marker-Words" });

        (request.ForwardedTo, request.Outcome).ShouldBe(("client-a", RequestOutcome.Forwarded));
        (await world.Tasks.ListOpenAsync()).ShouldContain(task => task.Kind == "forward-to-controller" && task.Controller == "client-a");
        (await world.Requests.ReadWordsAsync(request.Id))!.Value.Words.ShouldBe("Marker-Words");
        world.Set(2026, 6, 1);
        (await world.Requests.ListOverdueAsync()).ShouldHaveSingleItem().Id.ShouldBe(own.Id);
        (await world.Get<DueCalendar>().ListAsync()).ShouldContain(item => item.About == own.Id);
        await world.PumpAsync(approve: false);
    }

    [Fact]
    public async Task Nothing_goes_from_one_client_to_another()
    {
        var (world, person) = await ClientsPersonAsync();
        await using var opened = world;
        var before = (await world.Stores.EntriesAsync()).Count;

        (await Should.ThrowAsync<RequestException>(() =>
            world.ReceiveAsync(DataSubjectRight.Access, person, intake => intake with { ForController = "client-b" }))).Code.ShouldBe("E-DSR-12");
        (await world.Stores.EntriesAsync()).Count.ShouldBe(before);
    }

    [Theory]
    [InlineData("never-heard-of")]
    [InlineData("consent")]
    public async Task A_request_is_handed_to_nobody_whom_nobody_knows(string named)
    {
        var (world, _) = await ClientsPersonAsync();
        await using var opened = world;
        var (person, before) = (await world.PersonAsync(), (await world.Stores.EntriesAsync()).Count);

        await Should.ThrowAsync<UnknownControllerException>(() =>
            world.ReceiveAsync(DataSubjectRight.Access, person, intake => intake with { ForController = named }));

        (await world.Stores.EntriesAsync()).Count.ShouldBe(before);
    }

    [Theory]
    [InlineData("client-a")]
    [InlineData("client-17")]
    public async Task Of_the_organisations_own_person_it_is_handed_to_a_registered_client_or_to_the_other_side_of_an_agreement(string named)
    {
        var (world, _) = await ClientsPersonAsync();
        await using var opened = world;

        (await world.ReceiveAsync(DataSubjectRight.Access, await world.PersonAsync(), intake => intake with { ForController = named })).ForwardedTo.ShouldBe(named);
    }

    [Fact]
    public async Task What_is_said_to_be_for_the_controller_itself_is_its_own_to_answer()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), new RightsData().Customer());

        var request = await world.ReceiveAsync(DataSubjectRight.Access, await world.PersonAsync(), intake => intake with { ForController = "acme" });

        (request.Outcome, request.ForwardedTo).ShouldBe((null, null));
        (await world.Requests.ComposeAccessAsync(request.Id)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Of_a_person_of_a_controller_that_nobody_declared_nothing_is_recorded()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0));

        await Should.ThrowAsync<UnknownControllerException>(() => world.ReceiveAsync(DataSubjectRight.Access, new DataSubject("nobody", new SubjectKey("k"))));

        (await world.Stores.EntriesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task After_a_crash_at_any_moment_a_request_for_a_client_is_handed_on_and_not_taken_for_ones_own()
    {
        var faults = new FaultPoints();
        for (var (call, hasFailed) = (1, true); hasFailed; call++)
        {
            faults.Reset();
            await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 20, 10, 0), new RightsData().Customer(), faults: faults);
            var subject = await world.PersonAsync();
            faults.Reset();
            faults.FailAt(call, FaultMoment.Before, staysDown: true);
            try
            {
                await world.ReceiveAsync(DataSubjectRight.Objection, subject, intake => intake with { ForController = "client-17" });
                hasFailed = false;
            }
            catch (InjectedFaultException)
            {
                // The process has died.
            }

            faults.Reset();
            await world.PumpAsync(approve: false);
            (await world.Requests.ListActiveAsync()).ShouldAllBe(one => one.ForwardedTo == "client-17", $"died at call {call} of the journal");
            (await world.StateAsync(subject)).Objections.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task A_request_that_was_handed_on_is_handed_on_again_and_can_be_closed_after_a_complaint_about_it_was_upheld()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 3, 10, 10, 0), new RightsData().Customer());
        var request = await world.ReceiveAsync(DataSubjectRight.Erasure, await world.PersonAsync(), intake => intake with { ForController = "client-17" });
        await world.CompleteAsync("forward-to-controller", "done");
        var complained = await world.Requests.ComplainAsync(request.Id, RightsWorld.Officer, "They never heard of it.");

        var answered = await world.Requests.AnswerComplaintAsync(request.Id, complained.Complaints[^1].Id, isUpheld: true, "management");
        await world.PumpAsync();

        answered.Outcome.ShouldBe(RequestOutcome.Forwarded);
        (await world.Tasks.ListOpenAsync()).Where(task => task.Kind == "forward-to-controller").ShouldHaveSingleItem();
        (await world.Requests.ListOverdueAsync()).ShouldBeEmpty();
        (await world.Requests.CloseAsync(request.Id, RightsWorld.Officer)).Phase.ShouldBe(RequestPhase.Closed);
    }

    private static async Task<(RightsWorld World, DataSubject Person)> ClientsPersonAsync()
    {
        var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), new RightsData().Customer(), policy: WithClients());
        await world.Get<ProcessorClients>().RegisterAsync(new ClientRegistration("client-a", "Client A", "agreement-1", new LocalDate(2026, 1, 1)));
        return (world, await world.Directory.RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("x")) { Controller = "client-a" }));
    }

    private static GdprPolicy WithClients()
    {
        var json = JsonNode.Parse(PolicyWriter.ToJson(RightsWorld.Policy()))!;
        json["purposes"] = JsonNode.Parse("""{ "hosting": { "title": { "en": "Hosting" } } }""");
        json["systems"]!["hosted"] = JsonNode.Parse("""
            { "segregated": true, "dataSets": { "content": { "subject": "third-party", "triggers": { "ended": { "whenNull": "unknown" } },
                "fields": { "content": "free-text" } } } }
            """);
        json["activities"]!["hosting"] = JsonNode.Parse("""
            { "purpose": "hosting", "capacity": "processor", "agreement": "client-17", "data": ["hosted.content"], "retention": { "keep": "P1M", "after": "ended" } }
            """);
        var read = PolicyReader.Read(json.ToJsonString());
        return read.Policy ?? throw new InvalidOperationException(string.Join('\n', read.Findings));
    }
}
