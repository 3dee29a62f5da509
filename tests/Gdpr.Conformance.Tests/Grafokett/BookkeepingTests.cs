using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Processing;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Conformance.Tests.Grafokett;

/// <summary>What the Accounting Act keeps at Grafokett, whatever people ask for.</summary>
public sealed class BookkeepingTests
{
    private const string Customer = "customer-since=2019-01-01;terminated=2026-10-01;last-contact=2026-10-01;last-invoice=2026-10-01";

    /// <summary>The fiscal year of 2023-08-01 closed on 2024-06-30: seven years after the end of 2024.</summary>
    private static readonly LocalDate LastDay = new(2031, 12, 31);

    [Fact]
    [Trait("clause", "GRA-29")]
    public async Task Erasure_takes_all_but_the_invoice_which_is_restricted_until_the_law_lets_it_go_and_then_goes_by_itself()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Grafokett);
        var (person, requests) = (await host.PersonAsync("p1"), host.Get<DataSubjectRequests>());
        await host.PutAsync("crm.customers", "c1", "p1", Customer);
        await host.PutAsync("erp.invoices", "i1", "p1", "booked=2023-08-01");

        var request = await host.HandleAsync(DataSubjectRight.Erasure, person);
        var answer = await requests.ComposeAnswerAsync(request.Id, "sv");
        await requests.GiveAnswerAsync(answer, Requests.Officer);
        await requests.CloseAsync(request.Id, Requests.Officer);

        (await host.FindAsync("crm.customers", "c1")).ShouldBeNull();
        (await host.FindAsync("erp.invoices", "i1"))!["invoice"].ShouldBe("marker-invoice-i1");
        request.Outcome.ShouldBe(RequestOutcome.Partly);
        var kept = answer.Content.Results.Single(result => result.DataSet == "erp.invoices").Items.ShouldHaveSingleItem();
        (kept.Code, kept.Law, kept.Until, kept.Article).ShouldBe((ResultCode.KeptRestricted, "SFS 1999:1078 7:2", LastDay, "Art. 17(3)(b)"));
        (await AskAsync(host, person, "finance", "bookkeeping", "erp.invoices")).IsAllowed.ShouldBeTrue("the law's own purpose goes on");
        (await AskAsync(host, person, "sales", "customer-relations", "crm.customers")).IsAllowed.ShouldBeFalse();

        host.Clock.Set(Instant.FromUtc(2031, 12, 31, 11, 0));
        await host.RunDueAsync();
        (await host.FindAsync("erp.invoices", "i1")).ShouldNotBeNull("its last day");
        await host.PassAsync(Duration.FromDays(1));

        (await host.FindAsync("erp.invoices", "i1")).ShouldBeNull("nobody asked again");
        (await requests.FindAsync(request.Id))!.Results.Single(result => result.DataSet == "erp.invoices").Items.ShouldAllBe(item => item.Code == ResultCode.Erased);
        await host.ShouldVerifyAsync();
    }

    [Theory]
    [InlineData(DataSubjectRight.Erasure)]
    [InlineData(DataSubjectRight.Objection)]
    [InlineData(DataSubjectRight.Withdrawal)]
    [InlineData(DataSubjectRight.Restriction)]
    [Trait("clause", "GRA-29")]
    public async Task Nothing_that_a_person_asks_for_takes_an_invoice_from_the_books(DataSubjectRight right)
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Grafokett);
        var person = await host.PersonAsync("p1");
        await host.PutAsync("erp.invoices", "i1", "p1", "booked=2023-08-01");

        await host.HandleAsync(right, person, intake => intake with
        {
            Scope = new RequestScope { Purposes = ["bookkeeping"] },
            Ground = right == DataSubjectRight.Restriction ? RestrictionGround.Unlawful : null,
        });
        (await host.SweepAsync()).IsComplete.ShouldBeTrue();

        var invoice = await host.FindAsync("erp.invoices", "i1");
        invoice!.Keys.ShouldBe(host.Policy.Systems["erp"].DataSets["invoices"].Fields.Keys, ignoreOrder: true);
        (await host.Get<SubjectDirectory>().ReadStateAsync(person)).HasEnded("bookkeeping").ShouldBeFalse();
    }

    private static Task<ProcessingDecision> AskAsync(OrganisationHost host, DataSubject person, string role, string purpose, string data) =>
        host.Get<IProcessingGate>().DecideAsync(new ProcessingRequest(person, purpose) { Actor = ProcessingActor.Person(role, "a1"), Data = [data] });
}
