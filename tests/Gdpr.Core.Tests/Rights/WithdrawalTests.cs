using System.Text.Json.Nodes;
using Gdpr.Consents;
using Gdpr.Policies;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>What is said of a withdrawal is so: it takes back whatever consents are on record, and where there is none nobody is told that one was (Art. 7(3)).</summary>
public sealed class WithdrawalTests
{
    private static readonly LocalDateTime Morning = new(2026, 3, 10, 10, 0);

    [Fact]
    public async Task What_rests_on_a_contract_goes_on_and_that_is_said_and_answered()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer());

        var request = await WithdrawAsync(world, await world.PersonAsync(), "service-provision");

        (request.Outcome, request.Reason).ShouldBe((RequestOutcome.Refused, RightsReasons.NotConsent));
        (await Should.ThrowAsync<RequestException>(() => world.Requests.CloseAsync(request.Id, RightsWorld.Officer))).Code.ShouldBe("E-DSR-07");
        (await world.Requests.ComposeAnswerAsync(request.Id)).Content.Reason.ShouldBe(RightsReasons.NotConsent);
        (await world.AnswerAndCloseAsync(request)).Phase.ShouldBe(RequestPhase.Closed);
    }

    [Fact]
    public async Task Where_no_consent_was_given_nothing_was_taken_back()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer());
        var subject = await world.PersonAsync();

        (await WithdrawAsync(world, subject, "personalisation")).Outcome.ShouldBe(RequestOutcome.NothingHeld);
        (await WithdrawAsync(world, subject)).Outcome.ShouldBe(RequestOutcome.NothingHeld);
    }

    [Fact]
    public async Task Of_several_purposes_it_is_granted_where_a_consent_was_given()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer());
        var subject = await world.PersonAsync();
        await world.ConsentAsync(subject, "personalisation");

        (await WithdrawAsync(world, subject, "personalisation", "service-provision")).Outcome.ShouldBe(RequestOutcome.Partly);
        (await WithdrawAsync(world, subject, "personalisation")).Outcome.ShouldBe(RequestOutcome.Granted, "it is taken back, whoever says so again");
        (await world.StateAsync(subject)).ConsentTo("personalisation")!.Phase.ShouldBe(ConsentPhase.Withdrawn);
    }

    [Theory]
    [InlineData("purpose")]
    [InlineData("data")]
    [InlineData("everything")]
    public async Task A_consent_is_taken_back_though_the_policy_has_put_the_purpose_on_another_basis(string named)
    {
        var (stores, data) = (new RightsStores(), new RightsData().Customer());
        DataSubject subject;
        await using (var world = RightsWorld.Open(Morning, data, stores))
        {
            subject = await world.PersonAsync();
            await world.ConsentAsync(subject, "personalisation");
        }

        await using var later = RightsWorld.Open(Morning.PlusMonths(1), data, stores, policy: OnInterest());
        var request = await later.ReceiveAsync(DataSubjectRight.Withdrawal, subject, intake => intake with
        {
            Scope = named switch
            {
                "purpose" => new RequestScope { Purposes = ["personalisation"] },
                "data" => new RequestScope { Fields = ["crm.customers.picture"] },
                _ => RequestScope.All,
            },
        });

        request.Outcome.ShouldBe(RequestOutcome.Granted);
        (await later.StateAsync(subject)).ConsentTo("personalisation")!.Phase.ShouldBe(ConsentPhase.Withdrawn);
    }

    [Fact]
    public async Task So_it_is_without_any_request_and_where_nothing_was_consented_to_it_is_refused()
    {
        var (stores, data) = (new RightsStores(), new RightsData().Customer());
        DataSubject subject;
        await using (var world = RightsWorld.Open(Morning, data, stores))
        {
            subject = await world.PersonAsync();
            await world.ConsentAsync(subject, "personalisation");
        }

        await using var later = RightsWorld.Open(Morning.PlusMonths(1), data, stores, policy: OnInterest());
        var other = await later.PersonAsync("c9");
        await Should.ThrowAsync<UnknownConsentException>(() => later.Get<ConsentService>().WithdrawAsync(other, "personalisation"));

        (await later.Get<ConsentService>().WithdrawAsync(subject, "personalisation")).IsRecorded.ShouldBeTrue();
        (await later.StateAsync(subject)).ConsentTo("personalisation")!.Phase.ShouldBe(ConsentPhase.Withdrawn);
    }

    [Fact]
    public async Task A_consent_is_taken_back_though_the_policy_has_the_purpose_no_more()
    {
        var (stores, data) = (new RightsStores(), new RightsData().Customer());
        DataSubject subject;
        await using (var world = RightsWorld.Open(Morning, data, stores))
        {
            subject = await world.PersonAsync();
            await world.ConsentAsync(subject, "personalisation");
        }

        await using var later = RightsWorld.Open(Morning.PlusMonths(1), data, stores, policy: OnInterest("service-improvement"));

        (await WithdrawAsync(later, subject)).Outcome.ShouldBe(RequestOutcome.Granted);
        (await later.StateAsync(subject)).ConsentTo("personalisation")!.Phase.ShouldBe(ConsentPhase.Withdrawn);
    }

    private static Task<DataSubjectRequest> WithdrawAsync(RightsWorld world, DataSubject subject, params string[] purposes) =>
        world.ReceiveAsync(DataSubjectRight.Withdrawal, subject, intake => intake with { Scope = new RequestScope { Purposes = purposes } });

    private static GdprPolicy OnInterest(string purpose = "personalisation") => RightsWorld.PolicyWith(json =>
    {
        json["version"] = "2";
        var faces = json["activities"]!["faces"]!;
        faces["purpose"] = purpose;
        faces["basis"] = JsonNode.Parse("""{ "legitimateInterest": { "interest": { "en": "Recognition" }, "assessment": "lia" } }""");
        faces["retention"] = JsonNode.Parse("""{ "keep": "P1Y", "after": "ended", "fallback": { "keep": "P20Y", "after": "created" } }""");
    });
}
