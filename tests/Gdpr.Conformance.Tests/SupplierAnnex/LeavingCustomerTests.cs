using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Controls;
using Gdpr.Processing;
using Gdpr.Processing.Tasks;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Conformance.Tests.SupplierAnnex;

/// <summary>What becomes of a customer's data when the customer leaves.</summary>
public sealed class LeavingCustomerTests
{
    [Fact]
    [Trait("clause", "SUP-07")]
    public async Task A_customer_who_leaves_has_the_data_returned_or_deleted_and_until_then_somebody_owes_it()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.SupplierAnnex);
        var (clients, tasks) = (host.Get<ProcessorClients>(), host.Get<HumanTasks>());
        await clients.RegisterAsync(new ClientRegistration("client-a", "Client A", "agreement-5", new LocalDate(2026, 1, 1)));
        await host.Get<SubjectDirectory>().RegisterAsync(new SubjectRegistration(Gdpr.Journals.SubjectIdentifier.OfHost("u1")) { Controller = "client-a" });
        await host.PutAsync("customer-services.customer-data", "d1", "u1");
        await clients.EndAsync("client-a", new LocalDate(2026, 11, 21));
        await clients.ChooseAsync("client-a", ClientDataChoice.Delete);

        await host.PassAsync(Duration.FromDays(1));
        await host.RunDueAsync();

        var task = (await tasks.ListOpenAsync()).Single(one => one.Kind == "return-or-delete-client-data");
        task.DueBy.ShouldBeLessThan(task.LegalLimit!.Value);
        (await host.Get<DueCalendar>().ListAsync()).ShouldContain(item => item.Kind == DueKinds.ClientData && item.About == "client-a" && item.Task == task.Id);
        var deleted = new ClientDataEnd(ClientDataChoice.Delete, "operations");
        (await Should.ThrowAsync<ProcessorClientException>(() => clients.ConfirmDataEndAsync("client-a", deleted))).Code.ShouldBe("E-CLIENT-05");

        await clients.ConfirmDataEndAsync("client-a", deleted with
        {
            KeptByLaw = new Dictionary<string, string> { ["customer-services.customer-data"] = "SFS 1999:1078 7:2" },
        });
        (await tasks.ListOpenAsync()).ShouldNotContain(one => one.Kind == "return-or-delete-client-data");
        await host.ShouldVerifyAsync();
    }
}
