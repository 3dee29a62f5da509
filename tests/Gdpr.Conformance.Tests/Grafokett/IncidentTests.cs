using Gdpr.Breaches;
using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Processing;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Conformance.Tests.Grafokett;

/// <summary>Incidents at Grafokett, and requests that are its customers' to answer.</summary>
public sealed class IncidentTests
{
    [Fact]
    [Trait("clause", "GRA-20")]
    public async Task Every_incident_is_on_record_also_one_that_nobody_is_notified_of()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Grafokett);
        var breaches = host.Get<BreachRegister>();

        var breach = await breaches.RecordAsync(new BreachReport("A lost key card.", "head-of-operations", BreachKind.Confidentiality) { AwareAt = host.Now });
        await breaches.AssessAsync(breach.Id, BreachRisk.Unlikely, "The card was blocked within the hour.", "data-protection-officer");

        (await breaches.ListAsync()).ShouldHaveSingleItem().Risk.ShouldBe(BreachRisk.Unlikely);
        (await breaches.ReadTextsAsync(breach.Id)).ShouldContain(text => text.Text!.Facts == "A lost key card.");
        (await host.EntriesAsync()).ShouldAllBe(entry => !entry.Content.Data.Contains("key card"));
    }

    [Fact]
    [Trait("clause", "GRA-30")]
    public async Task A_request_about_data_of_a_customer_is_handed_on_and_not_answered()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Grafokett);
        var requests = host.Get<DataSubjectRequests>();
        await host.Get<ProcessorClients>().RegisterAsync(new ClientRegistration("customer-17", "Customer 17", "agreement-17", new LocalDate(2026, 1, 1)));
        await Should.ThrowAsync<UnknownControllerException>(() => requests.ReceiveAsync(
            new RequestIntake(DataSubjectRight.Access, null) { ReceivedAt = host.Now, ForController = "customer-18" }));

        var request = await requests.ReceiveAsync(new RequestIntake(DataSubjectRight.Access, null) { ReceivedAt = host.Now, ForController = "customer-17" });

        request.Outcome.ShouldBe(RequestOutcome.Forwarded);
        request.ForwardedTo.ShouldBe("customer-17");
        (await Should.ThrowAsync<RequestException>(() => requests.AssessAsync(request.Id))).Code.ShouldBeOneOf("E-DSR-03", "E-DSR-12");
    }
}
