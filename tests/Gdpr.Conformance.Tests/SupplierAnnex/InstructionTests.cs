using System.Text;
using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Consents;
using Gdpr.Policies;
using Gdpr.Processing;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Conformance.Tests.SupplierAnnex;

/// <summary>What binds the supplier: its customers' instructions, and the terms that people accepted.</summary>
public sealed class InstructionTests
{
    [Fact]
    [Trait("clause", "SUP-01")]
    public async Task Outside_its_customers_instructions_the_supplier_processes_nothing()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.SupplierAnnex);
        var clients = host.Get<ProcessorClients>();
        await clients.RegisterAsync(new ClientRegistration("client-a", "Client A", "agreement-5", new LocalDate(2026, 1, 1)));
        var person = await host.Get<SubjectDirectory>().RegisterAsync(new SubjectRegistration(Gdpr.Journals.SubjectIdentifier.OfHost("u1")) { Controller = "client-a" });

        (await AskAsync("customer-data", "customer-services.customer-data")).IsAllowed.ShouldBeFalse("there is no instruction yet");
        var instruction = new ClientInstruction("1", new LocalDate(2026, 1, 1))
        {
            Activities = ["customer-data"],
            Categories = [.. Categories("customer-services", "customer-data")],
            Subjects = ["by-instruction"],
        };
        await clients.InstructAsync("client-a", instruction with { Until = new LocalDate(2026, 11, 20) });
        (await AskAsync("customer-data", "customer-services.customer-data")).IsAllowed.ShouldBeFalse("its last day was yesterday");
        await clients.InstructAsync("client-a", instruction with { Version = "2", From = new LocalDate(2026, 11, 22) });
        (await AskAsync("customer-data", "customer-services.customer-data")).IsAllowed.ShouldBeFalse("it begins tomorrow");
        await clients.InstructAsync("client-a", instruction with { Version = "3" });
        var allowed = await AskAsync("customer-data", "customer-services.customer-data");
        allowed.IsAllowed.ShouldBeTrue(allowed.ToString());
        (await AskAsync("customer-operation", "customer-services.customer-logs")).Reasons.ShouldContain(reason => reason.Code == ProcessingReasons.OutsideInstruction);
        await clients.EndAsync("client-a", new LocalDate(2026, 11, 20));
        (await AskAsync("customer-data", "customer-services.customer-data")).IsAllowed.ShouldBeFalse("the agreement has ended");

        Task<ProcessingDecision> AskAsync(string purpose, string data) => host.Get<IProcessingGate>().DecideAsync(
            new ProcessingRequest(person, purpose) { Actor = ProcessingActor.Person("operations", "op-1"), Data = [data] });

        static IEnumerable<string> Categories(string system, string dataSet) =>
            Organisation.SupplierAnnex.Policy.Systems[system].DataSets[dataSet].Fields.Values.Select(field => field.Category).Distinct();
    }

    [Fact]
    [Trait("clause", "SUP-03")]
    public async Task An_identity_number_is_refused_and_used_for_nothing_without_its_reason_and_is_masked_when_shown()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.SupplierAnnex);
        var (person, requests) = (await host.PersonAsync("p1"), host.Get<DataSubjectRequests>());
        await host.PutAsync("portal.customers", "c1", "p1", content: "19900101-1237");
        var request = await host.HandleAsync(DataSubjectRight.Access, person);

        var answer = await requests.ComposeAccessAsync(request.Id);

        answer.Content.Limits.ShouldContain(limit => limit.Reason == RightsReasons.IdentityNumberMasked && limit.Path == "portal.customers.national-number");
        Encoding.UTF8.GetString(answer.ToJson()).ShouldNotContain("19900101-1237-national-number");
        const string Reason = "/activities/identification/identityNumbers";
        (await OrganisationHost.RefusedWithoutAsync(Organisation.SupplierAnnex, Reason)).ShouldContain(finding => finding.Code == "E-PNR-01");
        var state = await host.Get<SubjectDirectory>().ReadStateAsync(person);
        DecisionOf(Organisation.SupplierAnnex.ProgramWithout()).IsAllowed.ShouldBeTrue();
        DecisionOf(Organisation.SupplierAnnex.ProgramWithout(Reason)).ShouldSatisfyAllConditions(
            decision => decision.IsAllowed.ShouldBeFalse(),
            decision => decision.Reasons.ShouldContain(reason => reason.Code == ProcessingReasons.IdentityNumber));
        DecisionOf(Organisation.SupplierAnnex.ProgramWithout(Reason), "portal.customers.name").IsAllowed.ShouldBeTrue("what is no identity number needs no reason");

        ProcessingDecision DecisionOf(ProcessingProgram program, string data = "portal.customers.national-number") => ProcessingProgram.Decide(
            new ProcessingQuestion(program.Prepare(
                new ProcessingRequest(person, "identity-verification") { Actor = ProcessingActor.Person("support", "s-1"), Data = [data] })),
            program.StandingOf(person, state, host.Now), host.Now);
    }

    [Fact]
    [Trait("clause", "SUP-10")]
    public async Task Acceptance_of_the_terms_is_on_record_with_version_time_and_channel_and_is_no_consent()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.SupplierAnnex);
        var (person, acceptances) = (await host.PersonAsync("p1"), host.Get<TermsAcceptances>());

        await acceptances.AcceptAsync(person, new ShownText("terms", "2026.1", "sv"), "web");

        var accepted = (await acceptances.ListAsync(person)).ShouldHaveSingleItem();
        (accepted.Shown.Document, accepted.Shown.Version, accepted.Channel, accepted.OccurredAt).ShouldBe(("terms", "2026.1", "web", host.Now));
        (await host.Get<SubjectDirectory>().ReadStateAsync(person)).Consents.ShouldBeEmpty();
    }

    [Fact]
    [Trait("clause", "SUP-15")]
    public async Task What_is_not_declared_is_not_permitted()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.SupplierAnnex);
        var person = await host.PersonAsync("p1");

        // Nobody, nothing, for no purpose: the protective answer is the default.
        (await host.Get<IProcessingGate>().DecideAsync(person, "service-provision")).IsAllowed.ShouldBeFalse();
        new Role().May.ShouldBeEmpty();
        new Control().Audience.ShouldBe(Audience.Internal);
        new ConsentBasis().Explicit.ShouldBeFalse();
        new DataField().Disposal.Action.ShouldBe(DisposalAction.Erase);
    }
}
