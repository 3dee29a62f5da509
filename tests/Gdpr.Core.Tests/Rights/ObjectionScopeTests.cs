using System.Text.Json.Nodes;
using Gdpr.Consents;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>What an objection is to: what is absolute is only marketing, of the controller itself; what a policy has changed since is decided by what it says now.</summary>
public sealed class ObjectionScopeTests
{
    private static readonly LocalDateTime Morning = new(2026, 3, 10, 10, 0);

    [Fact]
    public async Task An_objection_that_is_said_to_be_to_marketing_and_names_another_purpose_is_not_said_to_be_done()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer());
        var subject = await world.PersonAsync();
        DataSubjectRequest request;
        try
        {
            request = await world.ReceiveAsync(DataSubjectRight.Objection, subject, intake => intake with
            {
                IsMarketing = true,
                Scope = new RequestScope { Purposes = ["customer-support"] },
            });
        }
        catch (RequestException refused)
        {
            refused.Code.ShouldBe("E-DSR-12");
            return;
        }

        var isStopped = (await world.StateAsync(subject)).Objections.Any(one => one.Stands(world.Now) && one.IsTo("customer-support", isMarketing: false));
        (request.Outcome is RequestOutcome.Granted && !isStopped).ShouldBeFalse("granted and executed, and nothing at all was stopped");
    }

    [Fact]
    public async Task An_objection_to_an_interest_is_not_one_over_a_channel()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer());
        var subject = await world.PersonAsync();
        try
        {
            await world.ReceiveAsync(DataSubjectRight.Objection, subject, intake => intake with
            {
                Scope = new RequestScope { Purposes = ["customer-support"] },
                MarketingChannel = "email",
            });
        }
        catch (RequestException refused)
        {
            refused.Code.ShouldBe("E-DSR-12");
            return;
        }

        (await world.StateAsync(subject)).Objections.ShouldHaveSingleItem().Channel.ShouldBeNull("over every other channel the interest goes on, and the data is not restricted");
    }

    [Fact]
    public async Task An_objection_to_a_purpose_that_a_later_policy_has_no_more_does_not_stay_pending_after_its_request_is_closed()
    {
        var (stores, data) = (new RightsStores(), new RightsData().Customer());
        data.Tickets.Put(new Ticket("t1", "c1", null, "Marker-Text", null, new LocalDate(2026, 1, 1)));
        DataSubject subject;
        DataSubjectRequest request;
        await using (var world = RightsWorld.Open(Morning, data, stores))
        {
            subject = await world.PersonAsync();
            request = await world.ReceiveAsync(DataSubjectRight.Objection, subject, intake => intake with { Scope = new RequestScope { Purposes = ["customer-support"] } });
        }

        await using var later = RightsWorld.Open(Morning.PlusDays(3), data, stores, policy: RightsWorld.PolicyWith(json =>
        {
            json["version"] = "2";
            json["activities"]!["support"]!["purpose"] = "service-provision";
        }));
        await later.Requests.AssessAsync(request.Id);
        await later.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        var done = await later.Requests.ExecuteAsync(request.Id);
        await later.AnswerAndCloseAsync(request);
        await later.PumpAsync();

        (await later.StateAsync(subject)).Objections.ShouldHaveSingleItem().Phase.ShouldNotBe(ObjectionPhase.Pending, $"{done.Outcome} {done.Phase}");
    }

    [Fact]
    public async Task An_objection_by_which_a_purpose_on_contract_is_refused_does_not_end_it()
    {
        var (stores, data) = (new RightsStores(), new RightsData().Customer());
        DataSubject subject;
        await using (var world = RightsWorld.Open(Morning, data, stores))
        {
            subject = await world.PersonAsync();
            await world.ConsentAsync(subject, "personalisation");
        }

        await using var later = RightsWorld.Open(Morning.PlusMonths(1), data, stores, policy: RightsWorld.PolicyWith(json =>
        {
            json["version"] = "2";
            json["activities"]!["faces"]!["basis"] = JsonNode.Parse("""{ "contract": {} }""");
            json["activities"]!["faces"]!["retention"] = JsonNode.Parse("""{ "keep": "P1Y", "after": "ended", "fallback": { "keep": "P20Y", "after": "created" } }""");
        }));
        var request = await later.ReceiveAsync(DataSubjectRight.Objection, subject, intake => intake with { Scope = new RequestScope { Purposes = ["personalisation"] } });
        await later.Requests.AssessAsync(request.Id);
        var decided = await later.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        await later.Requests.ExecuteAsync(request.Id);

        decided.Outcome.ShouldBe(RequestOutcome.Refused, "there is no right to object to a contract");
        (await later.StateAsync(subject)).ConsentTo("personalisation")!.Phase.ShouldBe(ConsentPhase.Given, "the answer says that it goes on, and the consent and with it the purpose has ended");
    }

    [Fact]
    public async Task A_consent_given_after_an_erasure_was_asked_for_and_before_it_was_carried_out_counts()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer("c1", new LocalDate(2025, 1, 1)));
        var subject = await world.PersonAsync();
        await world.ConsentAsync(subject, "direct-marketing");
        var request = await world.ReceiveAsync(DataSubjectRight.Erasure, subject);
        world.Set(2026, 3, 15);
        await world.Get<ConsentService>().GiveAsync(new ConsentGrant(
            subject, "direct-marketing", new ShownText("consent", "1", "en"), new ConsentAct(ConsentActKind.TickedBox, "web")));
        world.Set(2026, 3, 20);
        await world.Requests.AssessAsync(request.Id);
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        await world.Requests.ExecuteAsync(request.Id);

        var state = await world.StateAsync(subject);
        state.ConsentTo("direct-marketing")!.Phase.ShouldBe(ConsentPhase.Given);
        state.Objections.Where(one => one.Stands(world.Now) && one.IsTo("direct-marketing", isMarketing: true))
            .ShouldBeEmpty("the consent is in force, and an objection that is older stops it");
    }

    [Fact]
    public async Task A_field_is_taken_back_with_its_purpose_though_the_policy_knows_the_consent_no_longer()
    {
        var (stores, data) = (new RightsStores(), new RightsData().Customer());
        DataSubject subject;
        await using (var world = RightsWorld.Open(Morning, data, stores))
        {
            subject = await world.PersonAsync();
            await world.RecordAsync(subject, SubjectEntries.ConsentGiven, """{"purpose":"personalisation","field":"crm.customers.picture","text":"consent","textVersion":"1"}""");
        }

        await using var later = RightsWorld.Open(Morning.PlusMonths(1), data, stores, policy: RightsWorld.PolicyWith(json =>
        {
            json["version"] = "2";
            json["activities"]!["faces"]!["basis"] = JsonNode.Parse("""{ "legitimateInterest": { "interest": { "en": "Faces" }, "assessment": "lia" } }""");
            json["activities"]!["faces"]!["retention"] = JsonNode.Parse("""{ "keep": "P1Y", "after": "ended", "fallback": { "keep": "P20Y", "after": "created" } }""");
        }));
        await later.Get<ConsentService>().WithdrawAsync(subject, "personalisation");

        (await later.StateAsync(subject)).ConsentTo("personalisation", "crm.customers.picture")!.Phase.ShouldBe(ConsentPhase.Withdrawn);
    }

    [Fact]
    public async Task Who_is_told_that_no_marketing_comes_back_has_objected_to_it()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 3, 10, 10, 0), new RightsData().Customer("c1", new LocalDate(2025, 1, 1)));
        var subject = await world.PersonAsync();
        await world.ConsentAsync(subject, "direct-marketing");
        var request = await world.HandleAsync(DataSubjectRight.Erasure, subject, intake => intake with { Scope = new RequestScope { DataSets = ["crm.customers"] } });

        var answer = await world.Requests.ComposeAnswerAsync(request.Id);

        var hasObjected = (await world.StateAsync(subject)).Objections.Any(one => one.Stands(world.Now) && one.IsTo("direct-marketing", isMarketing: true));
        (answer.Content.KeepsSuppression && !hasObjected).ShouldBeFalse("the answer says that the address is kept so that nobody writes again, and nothing of that is recorded");
    }
}
