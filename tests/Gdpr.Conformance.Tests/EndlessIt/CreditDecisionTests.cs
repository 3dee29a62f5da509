using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Rights;
using Gdpr.Subjects;

namespace Gdpr.Conformance.Tests.EndlessIt;

/// <summary>Credit that a machine refuses: explained, looked at anew by a human, and contested.</summary>
public sealed class CreditDecisionTests
{
    [Fact]
    [Trait("clause", "END-19")]
    public async Task A_refused_credit_is_explained_looked_at_by_the_credit_controller_and_can_be_contested()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.EndlessIt);
        var (person, requests, decisions) = (await host.PersonAsync("p1"), host.Get<DataSubjectRequests>(), host.Get<AutomatedDecisions>());
        await host.PutAsync("finance.credit-assessments", "k1", "p1", "decided=2026-11-20");
        await decisions.RecordAsync(new AutomatedDecision(
            person, "credit", "k1", "refused", "rating-2026", "credit-service", new DecisionFactor("payment history", "against: two debts at the bailiff's")));

        var explained = (await decisions.ExplainAsync(person, "k1", "sv"))!;
        explained.Logic!.ShouldContain("betalningshistorik");
        explained.Consequences!.ShouldContain("ingen kredit");
        explained.Factors.ShouldHaveSingleItem().Effect.ShouldContain("two debts");
        (explained.HumanReview, explained.MayBeContested).ShouldBe(("Credit controller", true));

        var request = await requests.ReceiveAsync(new RequestIntake(DataSubjectRight.AutomatedDecision, person)
        {
            ReceivedAt = host.Now,
            Identity = IdentityMethod.SignedIn,
            Decision = "k1",
            Words = "The debts are paid.",
        });
        var line = (await requests.AssessAsync(request.Id)).Lines.Single(one => one.Activity == "credit");
        (await Should.ThrowAsync<RequestException>(() => requests.ResolveAsync(request.Id, line.Id, true, "debts-paid", "sales"))).Code.ShouldBe("E-DSR-13");
        await requests.ResolveAsync(request.Id, line.Id, isGranted: false, "decision-stands", "Credit controller");
        await requests.DecideAsync(request.Id, Requests.Officer);
        await requests.ExecuteAsync(request.Id);
        await requests.GiveAnswerAsync(await requests.ComposeAnswerAsync(request.Id), Requests.Officer);

        var contested = await requests.ComplainAsync(request.Id, Requests.Officer);
        contested.IsOpen.ShouldBeTrue();
        (await Should.ThrowAsync<RequestException>(
            () => requests.AnswerComplaintAsync(request.Id, contested.Complaints[0].Id, false, "Credit controller"))).Code.ShouldBe("E-DSR-13");
        (await requests.AnswerComplaintAsync(request.Id, contested.Complaints[0].Id, isUpheld: true, "management")).Outcome.ShouldBeNull();
        await host.ShouldVerifyAsync();
    }
}
