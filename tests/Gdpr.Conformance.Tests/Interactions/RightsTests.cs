using System.Text;
using System.Text.Json;
using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Journals;
using Gdpr.Processing;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Conformance.Tests.Interactions;

/// <summary>Where rights meet each other, and the people they are about: on real databases.</summary>
public sealed class RightsTests
{
    private const string Running = "last-sign-in=2026-11-01;last-invoice=2026-11-01";

    /// <summary>Who takes data along is not erased by it, and who is erased had it before: two requests, two decisions, two answers.</summary>
    [Fact]
    public async Task Taking_along_and_erasure_are_decided_apart_in_either_order()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.SupplierAnnex);
        var (person, requests) = (await host.PersonAsync("p1"), host.Get<DataSubjectRequests>());
        await host.PutAsync("portal.accounts", "a1", "p1", Running + ";service-ended=2026-11-20;commitments-ceased=2026-11-20");
        var portability = await host.HandleAsync(DataSubjectRight.Portability, person);
        portability.Outcome.ShouldBe(RequestOutcome.Granted);
        await host.PassAsync(Duration.FromMinutes(1));
        (await host.FindAsync("portal.accounts", "a1")).ShouldNotBeNull("taking along erases nothing");
        (await UseAsync()).IsAllowed.ShouldBeTrue("and ends no purpose");

        var erasure = await host.HandleAsync(DataSubjectRight.Erasure, person);
        erasure.Id.ShouldNotBe(portability.Id);
        (await host.FindAsync("portal.accounts", "a1")).ShouldNotBeNull("what is to be taken along is not destroyed before it has been");
        var package = await requests.ComposePackageAsync(portability.Id);
        Encoding.UTF8.GetString(package.Files.Single(file => file.Name == "portal.accounts.json").Content.Span).ShouldContain("marker-username-a1");
        await requests.GiveAnswerAsync(package, Requests.Officer);
        await host.PassAsync(Duration.FromDays(1));

        (await host.FindAsync("portal.accounts", "a1")).ShouldBeNull();
        (await requests.FindAsync(erasure.Id))!.Results.Single(result => result.DataSet == "portal.accounts").Items.ShouldAllBe(item => item.Code == ResultCode.Erased);
        (await requests.FindAsync(portability.Id))!.Outcome.ShouldBe(RequestOutcome.Granted, "what was decided of the one is no decision on the other");

        // Who has been erased has nothing to take along, and is told so.
        var again = await host.HandleAsync(DataSubjectRight.Portability, person);
        (await requests.ComposePackageAsync(again.Id)).Files.ShouldNotContain(file => file.Name.StartsWith("portal.accounts"));

        Task<ProcessingDecision> UseAsync() => host.Get<IProcessingGate>().DecideAsync(
            new ProcessingRequest(person, "service-provision") { Actor = ProcessingActor.Service("portal-service", "s1"), Data = ["portal.accounts"] });
    }

    /// <summary>The number of a sole trader's firm is the trader's own: whatever stands in a register of companies about them is personal data.</summary>
    [Theory]
    [InlineData("19900101-1239", "900101-1239")]
    [InlineData("900101-1239", "199001011239")]
    public async Task A_sole_trader_has_every_right_over_what_a_register_of_companies_holds(string registered, string asked)
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.EndlessIt);
        var (directory, requests, today) = (host.Get<SubjectDirectory>(), host.Get<DataSubjectRequests>(), new LocalDate(2026, 11, 21));
        var trader = await directory.RegisterAsync(new SubjectRegistration(
            SubjectIdentifier.OfHost("p1"), SubjectIdentifier.OfSwedishOrganisationNumber(registered, today)));
        await host.PutAsync("crm.persons", "x1", "p1", "customer-since=2020-01-01;last-contact=2026-11-01");

        (await directory.FindAsync(SubjectIdentifier.OfSwedishIdentityNumber(asked, today))).ShouldBe(trader, "the number of the firm is that of the person");
        var access = await host.HandleAsync(DataSubjectRight.Access, trader);
        var answer = await requests.ComposeAccessAsync(access.Id);
        var record = answer.Content.DataSets.Single(dataSet => dataSet.DataSet == "crm.persons").Records.ShouldHaveSingleItem();
        (record.Fields["company"].GetString(), record.Fields["company-address"].GetString()).ShouldBe(("marker-company-x1", "marker-company-address-x1"));
        await requests.GiveAnswerAsync(answer, Requests.Officer);

        var corrected = await host.HandleAsync(DataSubjectRight.Rectification, trader);
        await requests.RectifyAsync(corrected.Id, [new Correction("crm.persons", "x1", "company", JsonSerializer.SerializeToElement("Right Name, sole trader"))]);
        (await host.FindAsync("crm.persons", "x1"))!["company"].ShouldBe("Right Name, sole trader");
        await requests.GiveAnswerAsync(await requests.ComposeAnswerAsync(corrected.Id), Requests.Officer);

        await host.ReceiveAsync(DataSubjectRight.Objection, trader, intake => intake with { Scope = new RequestScope { Purposes = ["service-provision"] } });
        (await host.Get<IProcessingGate>().DecideAsync(
            new ProcessingRequest(trader, "service-provision") { Actor = ProcessingActor.Person("sales", "a1"), Data = ["crm.persons.company"] })).IsAllowed.ShouldBeFalse();

        await host.HandleAsync(DataSubjectRight.Erasure, trader);
        (await host.FindAsync("crm.persons", "x1")).ShouldBeNull("the company goes with the person");
    }

    /// <summary>The number of a company is nobody's.</summary>
    [Fact]
    public async Task The_number_of_a_company_finds_nobody()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.EndlessIt);
        var today = new LocalDate(2026, 11, 21);
        await host.Get<SubjectDirectory>().RegisterAsync(new SubjectRegistration(
            SubjectIdentifier.OfHost("p1"), SubjectIdentifier.OfSwedishIdentityNumber("19900101-1239", today)));

        (await host.Get<SubjectDirectory>().FindAsync(SubjectIdentifier.OfSwedishOrganisationNumber("556550-3835", today))).ShouldBeNull();
    }
}
