using System.Text.Json.Nodes;
using Gdpr.Consents;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing;
using Gdpr.Rights;
using Gdpr.Subjects;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>Art. 21(2)-(3): who objects to direct marketing is not marketed to, whatever a later policy calls it.</summary>
public sealed class MarketingObjectionTests
{
    private static readonly LocalDateTime Morning = new(2026, 2, 2, 10, 0);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_objection_to_all_direct_marketing_stops_marketing_that_a_later_policy_begins(bool isOfMarketing)
    {
        var (stores, data) = (new RightsStores(), new RightsData().Customer());
        DataSubject subject;
        await using (var world = RightsWorld.Open(Morning, data, stores, policy: Without(isOfMarketing ? "tips" : "newsletter", "tips")))
        {
            subject = await world.PersonAsync();
            await world.ReceiveAsync(DataSubjectRight.Objection, subject, intake => isOfMarketing ? intake with { IsMarketing = true } : intake);
        }

        await using var later = RightsWorld.Open(Morning.PlusMonths(1), data, stores, policy: Tips());
        (await StopsAsync(later, subject, "tips-mail")).ShouldBeTrue();
        (await StopsAsync(later, subject, "direct-marketing")).ShouldBeTrue();
        (await later.Get<Suppression>().CheckAsync(SubjectIdentifier.OfHost("c1"), "email", "tips-mail")).Reason.ShouldBe(SuppressionReasons.Objected);
        (await later.Get<Suppression>().CheckAsync(SubjectIdentifier.OfHost("c1"), "email", "service-provision")).IsSuppressed.ShouldBeFalse();
        (await later.Get<ConsentImport>().ImportAsync(Old())).Refused.ShouldHaveSingleItem().Reason
            .ShouldBe(SuppressionReasons.Objected);
    }

    [Fact]
    public async Task One_by_an_address_of_nobody_known_is_granted_anew_after_a_complaint_that_was_right()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer());
        var request = await world.Requests.ReceiveAsync(new RequestIntake(DataSubjectRight.Objection, null)
        {
            ReceivedAt = world.Now,
            Channel = "mail",
            IsMarketing = true,
            Addresses = [SubjectIdentifier.OfEmail("nobody@marker.example")],
        });
        request.Outcome.ShouldBe(RequestOutcome.Granted);
        await world.AnswerAndCloseAsync(request);
        world.Set(2026, 2, 20);
        var complained = await world.Requests.ComplainAsync(request.Id, RightsWorld.Officer, "You still write to me.");

        var upheld = await world.Requests.AnswerComplaintAsync(request.Id, complained.Complaints[^1].Id, isUpheld: true, "management");

        (upheld.Outcome, upheld.Phase).ShouldBe((RequestOutcome.Granted, RequestPhase.Executed));
        (await world.AnswerAndCloseAsync(upheld)).Phase.ShouldBe(RequestPhase.Closed);
    }

    [Fact]
    public async Task What_was_kept_for_later_marketing_alone_goes_with_an_objection_to_all_of_it()
    {
        var (stores, data) = (new RightsStores(), new RightsData().Customer("c1", new LocalDate(2026, 1, 20)));
        DataSubject subject;
        await using (var world = RightsWorld.Open(Morning, data, stores, policy: Tips("crm.customers.picture")))
        {
            subject = await world.PersonAsync();
            await world.RecordAsync(subject, SubjectEntries.ConsentRefused, """{"purpose":"personalisation"}""");
            await world.PumpAsync();
            data.Customers.Find("c1")!.Picture.ShouldNotBeNull("tips may be sent for a year, and nobody has objected");
            await world.ReceiveAsync(DataSubjectRight.Objection, subject, intake => intake with { IsMarketing = true });
            await world.PumpAsync();
        }

        data.Customers.Find("c1")!.Picture.ShouldBeNull();
        data.Customers.Find("c1")!.Name.ShouldNotBeNull();
    }

    [Fact]
    public async Task Who_consents_anew_to_one_marketing_has_still_objected_to_the_rest_and_to_what_comes()
    {
        var (stores, data) = (new RightsStores(), new RightsData().Customer());
        DataSubject subject;
        await using (var world = RightsWorld.Open(Morning, data, stores))
        {
            subject = await world.PersonAsync();
            await world.ReceiveAsync(DataSubjectRight.Objection, subject, intake => intake with { IsMarketing = true });
            world.Clock.Advance(Duration.FromHours(1));
            await world.Get<ConsentService>().GiveAsync(new ConsentGrant(
                subject, "direct-marketing", new ShownText("consent", "1", "en"), new ConsentAct(ConsentActKind.TickedBox, "web")));
            (await StopsAsync(world, subject, "direct-marketing")).ShouldBeFalse("the person has asked for it");
        }

        await using (var later = RightsWorld.Open(Morning.PlusMonths(1), data, stores, policy: Tips()))
        {
            (await StopsAsync(later, subject, "direct-marketing")).ShouldBeFalse();
            (await StopsAsync(later, subject, "tips-mail")).ShouldBeTrue();
            await later.ReceiveAsync(DataSubjectRight.Objection, subject, intake => intake with { IsMarketing = true });
            (await StopsAsync(later, subject, "direct-marketing")).ShouldBeTrue("objected to again");
        }
    }

    [Fact]
    public async Task An_objection_to_all_direct_marketing_cancels_nothing_else_that_waits()
    {
        var queue = new Waiting();
        await using var world = RightsWorld.Open(
            Morning, new RightsData().Customer(), services: services => services.AddSingleton<IScheduledWork>(queue), policy: Tips());

        await world.ReceiveAsync(DataSubjectRight.Objection, await world.PersonAsync(), intake => intake with { IsMarketing = true });

        queue.Cancelled.Distinct().Order(StringComparer.Ordinal).ShouldBe(["direct-marketing", "tips-mail"]);
    }

    /// <summary>Art. 17(1)(c), 21(3): the answer says that no marketing comes back, and none does.</summary>
    [Fact]
    public async Task Erasure_objects_to_the_marketing_that_goes_with_it()
    {
        var (stores, data) = (new RightsStores(), new RightsData().Customer("c1", new LocalDate(2025, 1, 1)));
        DataSubject subject;
        await using (var world = RightsWorld.Open(Morning, data, stores))
        {
            subject = await world.PersonAsync();
            var request = await world.HandleAsync(DataSubjectRight.Erasure, subject);

            (await world.Requests.ComposeAnswerAsync(request.Id)).Content.KeepsSuppression.ShouldBeTrue();
            var objection = (await world.StateAsync(subject)).Objections.ShouldHaveSingleItem();
            (objection.IsMarketing, objection.Request, objection.Stands(world.Now)).ShouldBe((true, request.Id, true));
            (await world.Get<Suppression>().CheckAsync(SubjectIdentifier.OfHost("c1"), "email", "direct-marketing")).Reason.ShouldBe(SuppressionReasons.Objected);
        }

        await using var later = RightsWorld.Open(Morning.PlusMonths(1), data, stores, policy: Tips());
        (await StopsAsync(later, subject, "tips-mail")).ShouldBeTrue();
    }

    [Fact]
    public async Task Erasure_of_what_one_marketing_has_objects_to_that_alone()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer(), policy: Tips());
        var subject = await world.PersonAsync();

        await world.HandleAsync(DataSubjectRight.Erasure, subject, intake => intake with { Scope = new RequestScope { Purposes = ["direct-marketing"] } });

        (await world.StateAsync(subject)).Objections.ShouldHaveSingleItem().Purposes.ShouldBe(["direct-marketing"]);
        (await StopsAsync(world, subject, "tips-mail")).ShouldBeFalse();
    }

    /// <summary>Whether the gate says that an objection stops a purpose.</summary>
    private static async Task<bool> StopsAsync(RightsWorld world, DataSubject subject, string purpose) =>
        (await world.Get<IProcessingGate>().DecideAsync(new ProcessingRequest(subject, purpose) { Data = ["crm.customers.email"], Channel = "post" }))
            .Reasons.Any(reason => reason.Code == ProcessingReasons.MarketingObjection);

    private static async IAsyncEnumerable<ImportedConsent> Old()
    {
        await Task.Yield();
        yield return new ImportedConsent([SubjectIdentifier.OfHost("c1")], "direct-marketing", RightsWorld.At(2026, 1, 1), "old-system", "form");
    }

    private static GdprPolicy Tips(string data = "crm.customers.email") => RightsWorld.PolicyWith(json => AddTips(json, data));

    private static GdprPolicy Without(params string[] activities) => RightsWorld.PolicyWith(json =>
    {
        AddTips(json, "crm.customers.email");
        json["version"] = "0";
        foreach (var activity in activities)
        {
            json["activities"]!.AsObject().Remove(activity);
        }
    });

    private static void AddTips(JsonNode json, string data)
    {
        json["purposes"] ??= new JsonObject();
        json["purposes"]!["tips-mail"] = JsonNode.Parse("""{ "title": { "en": "Tips" }, "directMarketing": true }""");
        json["activities"]!["tips"] = JsonNode.Parse($$"""
            { "purpose": "tips-mail", "basis": { "legitimateInterest": { "interest": { "en": "Sales" }, "assessment": "lia" } },
              "data": ["{{data}}"], "retention": { "keep": "P1Y", "after": "ended", "fallback": { "keep": "P20Y", "after": "created" } } }
            """);
    }

    private sealed class Waiting : IScheduledWork
    {
        public string Name => "mailings";

        public List<string> Cancelled { get; } = [];

        public ValueTask CancelAsync(DataSubject subject, string purpose, CancellationToken cancellationToken)
        {
            Cancelled.Add(purpose);
            return ValueTask.CompletedTask;
        }
    }
}
