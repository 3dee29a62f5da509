using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Consents;
using Gdpr.Controls;
using Gdpr.Disclosures;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Conformance.Tests.Insignis;

/// <summary>What people ask of Insignis, by mail, while an agreement runs and when it has ended.</summary>
public sealed class RequestTests
{
    [Fact]
    [Trait("clause", "INS-14")]
    public async Task While_the_agreement_runs_only_what_it_does_not_need_goes_and_the_rest_goes_by_itself_on_the_day_it_ends()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Insignis);
        var requests = host.Get<DataSubjectRequests>();
        var request = await EraseAsync(host, RightsReasons.ContractInForce);

        var user = await host.FindAsync("directory.users", "u1");
        user!.Keys.ShouldBe(host.Policy.Systems["directory"].DataSets["users"].Fields.Keys.Except(["picture"]), ignoreOrder: true);
        (request.Outcome, request.IsStanding).ShouldBe((RequestOutcome.Partly, true));
        var answer = await requests.ComposeAnswerAsync(request.Id, "sv");
        answer.Content.Decisions.Where(line => line.Activity == "accounts").ShouldAllBe(line =>
            line.Verdict == RightsVerdict.Deferred && line.Reason == RightsReasons.ContractInForce);
        answer.Content.Decisions.Single(line => line.Activity == "picture").Verdict.ShouldBe(RightsVerdict.Granted);
        await requests.GiveAnswerAsync(answer, Requests.Officer);
        await requests.CloseAsync(request.Id, Requests.Officer);

        // The agreement ends on the 25th, and nobody asks again. By the retention plan alone the account would stay for another month.
        await host.PassAsync(Duration.FromDays(2));
        await host.SetTriggerAsync("directory.users", "u1", "agreement-ended", "2026-11-25");
        await host.PassAsync(Duration.FromDays(1));
        (await host.FindAsync("directory.users", "u1")).ShouldNotBeNull("the day before");
        await host.PassAsync(Duration.FromDays(1));

        (await host.FindAsync("directory.users", "u1")).ShouldBeNull();
        (await requests.FindAsync(request.Id))!.Results.Single(result => result.DataSet == "directory.users").Items.ShouldAllBe(item => item.Code == ResultCode.Erased);
        await host.ShouldVerifyAsync();
    }

    [Fact]
    [Trait("clause", "INS-14")]
    public async Task What_was_refused_for_another_reason_stands_and_goes_when_its_month_after_the_agreement_is_over()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Insignis);
        await EraseAsync(host, RightsReasons.LegalClaims);
        await host.SweepAsync();
        await host.SetTriggerAsync("directory.users", "u1", "agreement-ended", "2026-11-22");

        await host.PassAsync(Duration.FromDays(31));
        (await host.FindAsync("directory.users", "u1")).ShouldNotBeNull("22 December is the last day");
        await host.PassAsync(Duration.FromDays(1));

        (await host.FindAsync("directory.users", "u1")).ShouldBeNull();
    }

    [Fact]
    [Trait("clause", "INS-16")]
    public async Task A_request_by_mail_counts_from_the_day_it_came_and_waits_for_the_identity()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Insignis);
        var (person, requests) = (await host.PersonAsync("p1"), host.Get<DataSubjectRequests>());
        var received = Instant.FromUtc(2026, 11, 16, 8, 0);

        var request = await host.ReceiveAsync(DataSubjectRight.Access, person, intake => intake with { ReceivedAt = received, Identity = null });
        await requests.AskForIdentityAsync(request.Id, "unknown-address", Requests.Officer);

        (await Should.ThrowAsync<RequestException>(() => requests.AssessAsync(request.Id))).Code.ShouldBe("E-DSR-09");
        var identified = await requests.ConfirmIdentityAsync(request.Id, IdentityMethod.ElectronicIdentification, Requests.Officer);
        requests.ClockOf(identified).Conservative.LastDay.ShouldBe(new LocalDate(2026, 12, 16));
        (await host.EntriesAsync()).ShouldContain(entry => entry.Content.OccurredAt == received && entry.RecordedAt == host.Now);
    }

    [Fact]
    [Trait("clause", "INS-04")]
    public async Task Training_is_due_for_each_member_of_staff_and_passes_when_all_have_had_it()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Insignis);
        var evidence = host.Get<ControlEvidence>();
        var (first, second) = (await host.PersonAsync("staff-1"), await host.PersonAsync("staff-2"));
        await evidence.ExpectAsync("staff-training", first, "management");
        await evidence.ExpectAsync("staff-training", second, "management");

        await evidence.RecordAsync(new Evidence(EvidenceTarget.Training("staff-training", first), EvidenceOutcome.Passed, "management"));
        (await StateAsync()).ShouldBe(ControlState.Missing);
        await evidence.RecordAsync(new Evidence(EvidenceTarget.Training("staff-training", second), EvidenceOutcome.Passed, "management"));
        (await StateAsync()).ShouldBe(ControlState.Pass);
        host.Clock.Advance(Duration.FromDays(366));
        (await StateAsync()).ShouldBe(ControlState.Stale);

        async Task<ControlState> StateAsync() => (await evidence.ReadAsync()).Single(control => control.Id == "staff-training").State;
    }

    /// <summary>Somebody with an account and a picture asks for erasure; what rests on an interest is weighed, and refused for a reason.</summary>
    private static async Task<DataSubjectRequest> EraseAsync(OrganisationHost host, string reason)
    {
        var (person, requests, consents) = (await host.PersonAsync("p1"), host.Get<DataSubjectRequests>(), host.Get<ConsentService>());
        await host.PutAsync("directory.users", "u1", "p1", "last-sign-in=2026-11-20");
        await consents.GiveAsync(new ConsentGrant(
            person, "profile-picture", consents.Ask("profile-picture", "sv").Shown, new ConsentAct(ConsentActKind.TickedBox, "web")));
        var request = await requests.AssessAsync((await host.ReceiveAsync(DataSubjectRight.Erasure, person)).Id);
        foreach (var line in request.Lines.Where(line => line is { Verdict: RightsVerdict.NeedsHuman, Activity.Length: > 0 }))
        {
            await requests.ResolveAsync(request.Id, line.Id, isGranted: false, reason, Requests.Officer);
        }

        await requests.DecideAsync(request.Id, Requests.Officer);
        return await requests.ExecuteAsync(request.Id);
    }
}
