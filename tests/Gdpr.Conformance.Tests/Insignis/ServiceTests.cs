using System.Text.Json.Nodes;
using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Disclosures;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Conformance.Tests.Insignis;

/// <summary>Under which agreement Insignis does what for its customers, and what it keeps of tickets and orders.</summary>
public sealed class ServiceTests
{
    [Theory]
    [InlineData("/activities/operation/agreement", FindingCodes.ProcessorWithoutContract)]
    [InlineData("/activities/sign-in-log/agreement", FindingCodes.ProcessorWithoutContract)]
    [InlineData("/services/it-operation/agreement", FindingCodes.ServiceWithoutAgreement)]
    [Trait("clause", "INS-05")]
    public async Task Without_its_agreement_a_service_keeps_the_organisation_from_starting(string at, string code) =>
        (await OrganisationHost.RefusedWithoutAsync(Organisation.Insignis, at)).ShouldContain(finding => finding.Code == code && finding.Severity == FindingSeverity.Error);

    [Fact]
    [Trait("clause", "INS-05")]
    public async Task Servers_are_operated_for_customers_with_an_agreement_alone_and_until_it_ends()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Insignis);
        var clients = host.Get<ProcessorClients>();
        (await Should.ThrowAsync<ProcessorClientException>(() => clients.RegisterAsync(new ClientRegistration("client-a", "Client A", "", new LocalDate(2026, 1, 1)))))
            .Message.ShouldContain("agreement");
        await clients.RegisterAsync(new ClientRegistration("client-a", "Client A", "operation-17", new LocalDate(2026, 1, 1))
        {
            Until = new LocalDate(2026, 11, 21),
            Instruction = new ClientInstruction("1", new LocalDate(2026, 1, 1)) { Activities = ["operation"] },
        });
        var user = await host.Get<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("u1")) { Controller = "client-a" });

        (await AskAsync()).IsAllowed.ShouldBeTrue("the last day of the agreement");
        host.Clock.Advance(Duration.FromHours(12));
        (await AskAsync()).Reasons.ShouldContain(reason => reason.Code == ProcessingReasons.NoAgreement);

        Task<ProcessingDecision> AskAsync() => host.Get<IProcessingGate>().DecideAsync(
            new ProcessingRequest(user, "operation") { Actor = ProcessingActor.Person("operations", "op-1"), Data = ["operated-servers.customer-data"] });
    }

    [Theory]
    [InlineData("tickets.cases", "customer-support", "communication.message", "opened=2026-11-01",
        "opened=2024-01-01;closed=2024-11-20", "opened=2024-01-01;closed=2024-11-21")]
    [InlineData("orders.orders", "order-handling", "commerce.order", "ordered=2026-11-01",
        "ordered=2024-01-01;agreement-ended=2025-11-20", "ordered=2024-01-01;agreement-ended=2025-11-21")]
    [Trait("clause", "INS-09")]
    [Trait("clause", "INS-11")]
    public async Task Tickets_and_orders_come_by_mail_have_their_category_and_purpose_and_go_when_their_time_is_over(
        string dataSet, string purpose, string category, string running, string past, string lastDay)
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Insignis);
        var (person, register) = (await host.PersonAsync("p1"), host.Get<CollectionRegister>());
        await host.PutAsync(dataSet, "r1", "p1", running);

        (await register.CollectAsync(new Collection(dataSet, "ticket-mail"), [person])).IsAllowed.ShouldBeTrue();
        (await register.CollectAsync(new Collection(dataSet, "systems"), [person])).Reasons.ShouldContain(reason => reason.Code == DisclosureReasons.OriginUndeclared);
        (await UseAsync("service-desk", purpose)).IsAllowed.ShouldBeTrue();
        (await UseAsync("sales", purpose)).IsAllowed.ShouldBeFalse();
        (await UseAsync("service-desk", "access-administration")).IsAllowed.ShouldBeFalse();
        var told = (await host.AccessAsync(person)).Purposes.Single(one => one.DataSets.Contains(dataSet));
        (told.Purpose, told.Categories.Contains(host.TitleOf(category)), told.Criteria is null).ShouldBe((purpose, true, false));

        await host.ShouldLeaveAsync(dataSet, ("past", past, false), ("last-day", lastDay, true));

        async Task<ProcessingDecision> UseAsync(string role, string use) => await host.Get<IProcessingGate>().DecideAsync(
            new ProcessingRequest(person, use) { Actor = ProcessingActor.Person(role, "a1"), Data = [dataSet] });
    }

    /// <summary>The matrix of services and purposes is rendered from these declarations: data that no service uses is in no cell, and keeps the host from starting.</summary>
    [Fact]
    [Trait("clause", "INS-02")]
    public async Task Everything_that_is_stored_has_a_service_and_a_purpose_or_the_organisation_does_not_start_and_nothing_else_uses_it()
    {
        foreach (var (path, dataSet) in Organisation.Insignis.DataSets)
        {
            foreach (var field in dataSet.Fields.Keys)
            {
                var covering = Organisation.Insignis.ActivitiesOn(path).Where(one => one.Activity.Data.Contains(path) || one.Activity.Data.Contains($"{path}.{field}"));
                covering.ShouldNotBeEmpty($"{path}.{field}");
                covering.ShouldAllBe(one => one.Activity.Purpose.Length > 0);
            }
        }

        var served = Organisation.Insignis.Policy.Services.Values.SelectMany(service => service.Activities).ToArray();
        served.ShouldBeUnique("each activity belongs to one service");
        served.ShouldAllBe(activity => Organisation.Insignis.Policy.Activities.ContainsKey(activity));
        (await OrganisationHost.RefusedAsync(Organisation.Insignis, policy => policy["services"]!["service-desk"]!["activities"]![0] = "unheard-of"))
            .ShouldContain(finding => finding.Path.StartsWith("/services/service-desk") && finding.Severity == FindingSeverity.Error);
        (await OrganisationHost.RefusedAsync(Organisation.Insignis, policy => policy["systems"]!["orders"]!["dataSets"]!["forgotten"] =
            JsonNode.Parse("""{ "title": { "en": "x", "sv": "x" }, "subject": "customer", "fields": { "size": "free-text" } }""")))
            .ShouldContain(finding => finding.Code == FindingCodes.DataSetWithoutRule && finding.Severity == FindingSeverity.Error);
    }

    [Fact]
    [Trait("clause", "INS-11")]
    public async Task A_person_is_told_what_they_ordered_and_when_it_was()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Insignis);
        var person = await host.PersonAsync("p1");
        await host.PutAsync("orders.orders", "o1", "p1", "ordered=2026-11-01");
        await host.PutAsync("orders.orders", "o2", "p2", "ordered=2026-11-02", "somebody-else");

        var content = await host.AccessAsync(person);

        var order = content.DataSets.Single(dataSet => dataSet.DataSet == "orders.orders").Records.ShouldHaveSingleItem().Fields;
        (order["order"].GetString(), order["ordered-by"].GetString()).ShouldBe(("marker-order-o1", "marker-ordered-by-o1"));
        content.Purposes.Single(one => one.Purpose == "order-handling").Until.ShouldBe(new LocalDate(2031, 11, 1), "five years after it was ordered, while the agreement runs");
    }
}
