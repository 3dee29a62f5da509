using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Consents;
using Gdpr.Processing;
using Gdpr.Processing.Tasks;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Conformance.Tests.Grafokett;

/// <summary>What people agree to with Grafokett, and take back.</summary>
public sealed class ConsentTests
{
    private static readonly ConsentAct Ticked = new(ConsentActKind.TickedBox, "web");

    [Fact]
    [Trait("clause", "GRA-26")]
    public async Task One_answer_for_several_purposes_is_no_consent_to_any()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Grafokett);
        var person = await host.PersonAsync("p1");

        var refused = await Should.ThrowAsync<InvalidConsentException>(() => host.Get<ConsentService>().GiveAsync(
            Grant(host, person, "prospect-news") with { Act = Ticked with { AlsoAnswered = ["web-analytics"] } }));

        refused.Problems.ShouldContain(problem => problem.Code == ConsentReasons.Bundled);
        (await host.Get<SubjectDirectory>().ReadStateAsync(person)).Consents.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false, ConsentReasons.TextNotCurrent)]
    [InlineData(true, ConsentReasons.Conditional)]
    [Trait("clause", "GRA-26")]
    public async Task An_answer_to_an_older_text_or_one_on_which_something_depends_is_no_consent(bool isConditional, string problem)
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Grafokett);
        var person = await host.PersonAsync("p1");
        var valid = Grant(host, person, "prospect-news");
        var grant = isConditional ? valid with { Act = Ticked with { IsConditional = true } } : valid with { Shown = valid.Shown with { Version = "2019" } };

        var refused = await Should.ThrowAsync<InvalidConsentException>(() => host.Get<ConsentService>().GiveAsync(grant));

        refused.Problems.Select(one => one.Code).ShouldBe([problem]);
        (await AllowedAsync(host, person, "sales", "prospect-news")).ShouldBeFalse();
    }

    [Fact]
    [Trait("clause", "GRA-26")]
    public async Task Each_purpose_is_answered_by_itself()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Grafokett);
        var person = await host.PersonAsync("p1");
        var consents = host.Get<ConsentService>();

        await consents.GiveAsync(Grant(host, person, "prospect-news"));
        await consents.RefuseAsync(person, "web-analytics");

        (await AllowedAsync(host, person, "sales", "prospect-news")).ShouldBeTrue();
        (await AllowedAsync(host, person, "developers", "web-analytics")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("customer-relations", "sales", "crm.customers.second-phone", "crm.customers.phone")]
    [InlineData("prospecting", "sales", "crm.prospects.phone", "crm.prospects.email")]
    [Trait("clause", "GRA-26")]
    public async Task An_optional_field_is_taken_back_alone_and_the_purpose_goes_on_with_the_others(string purpose, string role, string optional, string required)
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Grafokett);
        var (person, consents) = (await host.PersonAsync("p1"), host.Get<ConsentService>());
        await host.PutAsync("crm.customers", "c1", "p1", "customer-since=2019-01-01;last-contact=2026-08-20");
        (await AllowedAsync(host, person, role, purpose, optional)).ShouldBeTrue();

        consents.Ask(purpose, "sv", optional).Field.ShouldBe(optional, "the person is asked for it by itself");
        Should.Throw<UnknownConsentException>(() => consents.Ask(purpose, "sv", required)).Message.ShouldContain("optional");
        var withdrawn = await consents.WithdrawAsync(person, purpose, new ConsentWithdrawal { Field = optional });

        withdrawn.IsRecorded.ShouldBeTrue();
        (await AllowedAsync(host, person, role, purpose, optional)).ShouldBeFalse();
        (await AllowedAsync(host, person, role, purpose, required)).ShouldBeTrue();
        (await host.Get<HumanTasks>().ListOpenAsync()).ShouldContain(task => task.Question!.Contains(optional), "the field is to be emptied");
        (await host.Get<SubjectDirectory>().ReadStateAsync(person)).HasEnded(purpose).ShouldBeFalse();
    }

    [Fact]
    [Trait("clause", "GRA-27")]
    public async Task A_withdrawal_asks_for_no_more_than_giving_did_and_the_next_use_is_denied()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Grafokett);
        var person = await host.PersonAsync("p1");
        var consents = host.Get<ConsentService>();
        await consents.GiveAsync(Grant(host, person, "prospect-news"));
        (await AllowedAsync(host, person, "sales", "prospect-news")).ShouldBeTrue();

        (await consents.WithdrawAsync(person, "prospect-news")).IsRecorded.ShouldBeTrue();

        (await AllowedAsync(host, person, "sales", "prospect-news")).ShouldBeFalse();
        (await consents.ReadRecordsAsync(person)).ShouldNotBeEmpty("the proof of what was given outlives the withdrawal");
        await host.ShouldVerifyAsync();
    }

    [Fact]
    [Trait("clause", "GRA-27")]
    public async Task Data_that_only_the_consent_kept_goes_with_it()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Grafokett);
        var person = await host.PersonAsync("p1");
        await host.PutAsync("web.visits", "v1", "p1", "visited=2026-11-20");
        await host.Get<ConsentService>().GiveAsync(Grant(host, person, "web-analytics"));
        await host.SweepAsync();
        (await host.FindAsync("web.visits", "v1")).ShouldNotBeNull();

        await host.Get<ConsentService>().WithdrawAsync(person, "web-analytics");
        await host.PassAsync(Duration.FromMinutes(1));

        (await host.FindAsync("web.visits", "v1")).ShouldBeNull();
    }

    [Fact]
    [Trait("clause", "GRA-28")]
    public async Task What_a_withdrawal_leads_to_is_told_before_and_after()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Grafokett);
        var person = await host.PersonAsync("p1");
        var consents = host.Get<ConsentService>();

        var asked = consents.Ask("prospect-news", "sv");
        await consents.GiveAsync(Grant(host, person, "prospect-news"));
        var withdrawn = await consents.WithdrawAsync(person, "prospect-news");

        var declared = host.Policy.Activities["prospect-news"].Basis!.Consent!.Consequence!;
        asked.Consequence.ShouldBe(declared.Sv);
        withdrawn.Consequence.ShouldBeOneOf(declared.Sv, declared.En);
    }

    private static ConsentGrant Grant(OrganisationHost host, DataSubject person, string purpose) =>
        new(person, purpose, host.Get<ConsentService>().Ask(purpose, "sv").Shown, Ticked);

    private static async Task<bool> AllowedAsync(OrganisationHost host, DataSubject person, string role, string purpose, params string[] data) =>
        (await host.Get<IProcessingGate>().DecideAsync(new ProcessingRequest(person, purpose) { Actor = ProcessingActor.Person(role, "a1"), Data = data })).IsAllowed;
}
