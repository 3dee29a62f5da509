using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Disclosures;
using Gdpr.Processing;

namespace Gdpr.Conformance.Tests.Gignos;

/// <summary>What Gignos uses its register and its newsletter for, and who may.</summary>
public sealed class UseTests
{
    private static readonly ProcessingActor Seller = ProcessingActor.Person("sales", "account-17");
    private static readonly ProcessingActor Sender = ProcessingActor.Service("newsletter-sender", "mailer");

    [Theory]
    [InlineData("credit-assessment")]
    [InlineData("personalisation")]
    [InlineData("anything-else")]
    [Trait("clause", "GIG-01")]
    public async Task A_third_use_of_the_register_is_denied_with_its_reason_and_journalled(string purpose)
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Gignos);
        var person = await host.PersonAsync("p1");
        var gate = host.Get<IProcessingGate>();

        var denied = await gate.DecideAsync(new ProcessingRequest(person, purpose) { Actor = Seller, Data = ["crm.contacts"] });
        var allowed = await gate.DecideAsync(new ProcessingRequest(person, "customer-relations") { Actor = Seller, Data = ["crm.contacts"] });

        denied.IsAllowed.ShouldBeFalse();
        denied.Reasons.ShouldContain(reason => reason.Code == ProcessingReasons.PurposeNotDeclared && reason.Article.Contains("5(1)(b)"));
        allowed.IsAllowed.ShouldBeTrue(allowed.ToString());
        (await host.EntriesAsync()).ShouldContain(entry => entry.Content.Subject == person.Key && entry.Content.Data.Contains(ProcessingReasons.PurposeNotDeclared));
    }

    [Fact]
    [Trait("clause", "GIG-01")]
    public async Task The_newsletter_may_not_use_what_only_the_register_holds()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Gignos);
        var person = await host.PersonAsync("p1");

        (await host.Get<IProcessingGate>().DecideAsync(new ProcessingRequest(person, "direct-marketing") { Actor = Sender, Data = ["crm.contacts.work-phone"] }))
            .Reasons.ShouldContain(reason => reason.Code == ProcessingReasons.DataNotDeclared);
    }

    [Fact]
    [Trait("clause", "GIG-09")]
    public async Task Who_does_not_need_the_data_for_the_purpose_has_no_access_and_both_answers_are_journalled()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Gignos);
        var person = await host.PersonAsync("p1");
        var gate = host.Get<IProcessingGate>();

        (await AskAsync(Seller, "customer-relations", "crm.contacts")).IsAllowed.ShouldBeTrue();
        Reasons(await AskAsync(Seller, "direct-marketing", "newsletter.recipients")).ShouldContain(ProcessingReasons.RoleWithoutPurpose);
        Reasons(await AskAsync(Sender, "direct-marketing", "newsletter.recipients.last-name")).ShouldContain(ProcessingReasons.RoleWithoutCategory);
        Reasons(await AskAsync(ProcessingActor.Person("visitor", "account-99"), "customer-relations", "crm.contacts")).ShouldContain(ProcessingReasons.RoleUnknown);
        Reasons(await AskAsync(null, "customer-relations", "crm.contacts")).ShouldContain(ProcessingReasons.ActorUnknown);

        (await host.EntriesAsync()).Count(entry => entry.Stream.StartsWith("processing/", StringComparison.Ordinal) && entry.Content.Subject == person.Key).ShouldBeGreaterThanOrEqualTo(5);
        await host.ShouldVerifyAsync();

        Task<ProcessingDecision> AskAsync(ProcessingActor? actor, string purpose, string data) =>
            gate.DecideAsync(new ProcessingRequest(person, purpose) { Actor = actor, Data = [data] });

        static IEnumerable<string> Reasons(ProcessingDecision decision) => decision.Reasons.Select(reason => reason.Code);
    }

    [Theory]
    [InlineData("data-broker")]
    [InlineData("sister-company")]
    [Trait("clause", "GIG-04")]
    public async Task Nobody_who_is_not_declared_gets_data_and_that_they_asked_is_journalled(string recipient)
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Gignos);
        var person = await host.PersonAsync("p1");

        var decision = await host.Get<DisclosureService>().DiscloseAsync(new DisclosureRequest(recipient, "customer-relations", "crm.contacts.work-email"), person);

        decision.IsAllowed.ShouldBeFalse();
        decision.Fields.ShouldBeEmpty();
        decision.Reasons.ShouldContain(reason => reason.Code == DisclosureReasons.RecipientUndeclared);
        (await host.EntriesAsync()).ShouldContain(entry => entry.Content.Type == "disclosure-denied");
        (await host.Get<DisclosureLog>().ReadForAsync(person)).ShouldBeEmpty();
    }
}
