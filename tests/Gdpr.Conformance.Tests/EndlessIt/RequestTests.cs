using System.Text.Json;
using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Processing;
using Gdpr.Retention;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Conformance.Tests.EndlessIt;

/// <summary>What people ask of EndlessIT, and are answered.</summary>
public sealed class RequestTests
{
    private static readonly ProcessingActor Seller = ProcessingActor.Person("sales", "a1");

    [Fact]
    [Trait("clause", "END-12")]
    public async Task What_somebody_says_is_wrong_is_not_used_while_it_is_looked_into_and_is_then_corrected()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.EndlessIt);
        var (person, requests) = (await host.PersonAsync("p1"), host.Get<DataSubjectRequests>());
        await host.PutAsync("crm.persons", "x1", "p1", "customer-since=2020-01-01;last-contact=2026-11-01");
        await host.PutAsync("finance.invoices", "i1", "p1", "booked=2026-03-01");
        (await AllowedAsync()).ShouldBeTrue();

        var request = await host.HandleAsync(DataSubjectRight.Rectification, person, intake => intake with { Ground = RestrictionGround.AccuracyContested });
        (await AllowedAsync()).ShouldBeFalse("nobody has looked into it yet");
        request.Phase.ShouldNotBe(RequestPhase.Executed);

        var corrections = await requests.FindCorrectionsAsync(request.Id, "identity.name", JsonSerializer.SerializeToElement("Anna Berg"));
        request = await requests.RectifyAsync(request.Id, corrections);

        (await host.FindAsync("crm.persons", "x1"))!["name"].ShouldBe("Anna Berg");
        (await host.FindAsync("finance.invoices", "i1"))!["name"].ShouldBe("marker-name-i1", "a voucher is annotated, never written over");
        request.Results.Single(result => result.DataSet == "finance.invoices").Items.ShouldHaveSingleItem().Code.ShouldBe(ResultCode.Annotated);
        (await AllowedAsync()).ShouldBeFalse("the person is told before the restriction is lifted");
        await requests.TellLiftingAsync(request.Id, Requests.Officer);
        await requests.LiftRestrictionAsync(request.Id, "accuracy-verified", Requests.Officer);
        (await AllowedAsync()).ShouldBeTrue();
        await host.ShouldVerifyAsync();

        async Task<bool> AllowedAsync() => (await host.Get<IProcessingGate>().DecideAsync(
            new ProcessingRequest(person, "service-provision") { Activity = "service", Actor = Seller, Data = ["crm.persons.name"] })).IsAllowed;
    }

    [Fact]
    [Trait("clause", "END-14")]
    public async Task What_nothing_keeps_is_erased_and_read_again_empty_before_it_is_called_done()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.EndlessIt);
        var person = await host.PersonAsync("p1");
        await host.PutAsync("crm.prospects", "x1", "p1", "registered=2026-11-01");

        var request = await host.HandleAsync(DataSubjectRight.Erasure, person);

        (await host.FindAsync("crm.prospects", "x1")).ShouldBeNull();
        var result = request.Results.Single(one => one.DataSet == "crm.prospects");
        result.Level.ShouldBe(ReceiptLevel.Reread);
        result.Items.ShouldAllBe(item => item.Code == ResultCode.Erased);
        await host.ShouldVerifyAsync();
    }

    [Fact]
    [Trait("clause", "END-15")]
    public async Task Restricted_data_is_neither_used_nor_erased_save_for_what_the_law_allows_and_the_person_is_told_before_it_ends()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.EndlessIt);
        var (person, requests) = (await host.PersonAsync("p1"), host.Get<DataSubjectRequests>());
        await host.PutAsync("crm.persons", "x1", "p1", "customer-since=2015-01-01;customer-ended=2020-01-01;last-contact=2020-01-01");
        var request = await host.HandleAsync(
            DataSubjectRight.Restriction, person, intake => intake with { Ground = RestrictionGround.Claims, ReviewBy = new LocalDate(2027, 2, 1) });

        await requests.GiveAnswerAsync(await requests.ComposeAnswerAsync(request.Id), Requests.Officer);
        await requests.CloseAsync(request.Id, Requests.Officer);

        (await AskAsync(null)).Reasons.ShouldContain(reason => reason.Code == ProcessingReasons.Restricted);
        (await AskAsync(AllowedUse.LegalClaims)).Reasons.ShouldNotContain(reason => reason.Code == ProcessingReasons.Restricted);
        await host.SweepAsync();
        (await host.FindAsync("crm.persons", "x1")).ShouldNotBeNull();

        (await Should.ThrowAsync<RequestException>(() => requests.LiftRestrictionAsync(request.Id, "claims-ended", Requests.Officer))).Code.ShouldBe("E-RSTR-03");
        await requests.TellLiftingAsync(request.Id, Requests.Officer);
        await requests.LiftRestrictionAsync(request.Id, "claims-ended", Requests.Officer);
        await host.SweepAsync();
        (await host.FindAsync("crm.persons", "x1")).ShouldBeNull();

        Task<ProcessingDecision> AskAsync(AllowedUse? use) => host.Get<IProcessingGate>().DecideAsync(
            new ProcessingRequest(person, "service-provision") { Activity = "service", Actor = Seller, Data = ["crm.persons"], RestrictedUse = use });
    }

    [Fact]
    [Trait("clause", "END-16")]
    public async Task An_objection_to_one_purpose_may_be_for_a_while_and_the_others_go_on()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.EndlessIt);
        var person = await host.PersonAsync("p1");
        await host.PutAsync("crm.persons", "x1", "p1", "customer-since=2020-01-01;last-contact=2026-11-01");
        var until = host.Now + Duration.FromDays(30);

        await host.ReceiveAsync(DataSubjectRight.Objection, person, intake => intake with
        {
            Scope = new RequestScope { Purposes = ["customer-approval"] },
            Until = until,
        });

        (await AllowedAsync("customer-approval", "approval")).ShouldBeFalse();
        (await AllowedAsync("service-provision", "service")).ShouldBeTrue();
        await host.PassAsync(Duration.FromDays(31));
        (await AllowedAsync("customer-approval", "approval")).ShouldBeTrue();

        async Task<bool> AllowedAsync(string purpose, string activity) => (await host.Get<IProcessingGate>().DecideAsync(
            new ProcessingRequest(person, purpose) { Activity = activity, Actor = Seller, Data = ["crm.persons.name"] })).IsAllowed;
    }

    [Fact]
    [Trait("clause", "END-21")]
    public async Task Access_is_never_refused_as_a_whole_and_a_refusal_of_anything_else_has_reasons()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.EndlessIt);
        var (person, requests) = (await host.PersonAsync("p1"), host.Get<DataSubjectRequests>());
        await host.PutAsync("finance.invoices", "i1", "p1", "booked=2026-03-01");

        var erasure = await host.HandleAsync(DataSubjectRight.Erasure, person);

        erasure.Lines.Where(line => line.DataSet == "finance.invoices").ShouldAllBe(line => line.Reason == RightsReasons.LegalObligation && line.Law != null);
        var access = await requests.AssessAsync((await host.ReceiveAsync(DataSubjectRight.Access, person)).Id);
        access.Lines.ShouldAllBe(line => line.Verdict != RightsVerdict.Refused);
        access.Lines.ShouldContain(line => line.DataSet == "finance.invoices");
        access.Lines.ShouldContain(line => line.Activity.Length > 0);
        foreach (var line in access.Lines.Where(line => line.Activity.Length > 0))
        {
            (await Should.ThrowAsync<RequestException>(() =>
                requests.ResolveAsync(access.Id, line.Id, isGranted: false, RightsReasons.LegalClaims, Requests.Officer))).Code.ShouldBe("E-DSR-12", line.Id);
        }

        (await requests.DecideAsync(access.Id, Requests.Officer)).Outcome.ShouldBe(RequestOutcome.Granted);
    }

    [Fact]
    [Trait("clause", "END-22")]
    public async Task A_complaint_opens_the_decision_again_and_is_answered()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.EndlessIt);
        var (person, requests) = (await host.PersonAsync("p1"), host.Get<DataSubjectRequests>());
        await host.PutAsync("finance.invoices", "i1", "p1", "booked=2026-03-01");
        var request = await host.HandleAsync(DataSubjectRight.Erasure, person);

        var complained = await requests.ComplainAsync(request.Id, "customer-service");

        complained.IsOpen.ShouldBeTrue();
        var complaint = complained.Complaints.ShouldHaveSingleItem();
        complaint.Decision.ShouldBe(request.Outcome);
        (await requests.AnswerComplaintAsync(request.Id, complaint.Id, isUpheld: false, Requests.Officer)).Complaints.ShouldHaveSingleItem().AnsweredAt.ShouldNotBeNull();
    }

    [Fact]
    [Trait("clause", "END-05")]
    public Task The_contact_for_questions_stands_on_every_answer() => Contacts.ShouldStandOnEveryAnswerAsync(
        Organisation.EndlessIt, "hej@endlessit.se", "crm.persons", "customer-since=2020-01-01;last-contact=2026-11-01");

    [Theory]
    [InlineData("sv", "Domstol")]
    [InlineData("en", "court")]
    [Trait("clause", "END-30")]
    public async Task Every_answer_names_the_company_the_authority_and_the_court(string language, string court)
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.EndlessIt);
        var (person, requests) = (await host.PersonAsync("p1"), host.Get<DataSubjectRequests>());
        await host.PutAsync("finance.invoices", "i1", "p1", "booked=2026-03-01");
        var request = await host.HandleAsync(DataSubjectRight.Erasure, person);

        var remedies = (await requests.ComposeAnswerAsync(request.Id, language)).Content.Remedies;

        remedies.Company.ShouldContain("hej@endlessit.se");
        remedies.Authority.ShouldBe("IMY");
        remedies.Court.ShouldContain(court);
    }
}
