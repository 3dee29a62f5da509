using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Controls;
using Gdpr.Disclosures;
using Gdpr.Policies;
using Gdpr.Processing;
using Gdpr.Processing.Tasks;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Conformance.Tests.Gignos;

/// <summary>Where Gignos has its contacts from, and what those are told who were not asked.</summary>
public sealed class OriginTests
{
    private static readonly Organisation Gignos = Organisation.Gignos;

    /// <summary>The month of Saturday 21 November 2026 ends with Monday 21 December.</summary>
    private static readonly Instant End = Instant.FromUtc(2026, 12, 21, 23, 0);

    [Theory]
    [InlineData("bought-register", OriginKind.PurchasedRegister)]
    [InlineData("search-engine", OriginKind.PublicSource)]
    [InlineData("company-web-site", OriginKind.PublicSource)]
    [Trait("clause", "GIG-03")]
    public async Task Who_was_bought_or_found_is_told_within_a_month_is_listed_when_that_is_over_and_is_written_to_with_the_notice_alone(string origin, OriginKind from)
    {
        await using var host = await OrganisationHost.StartAsync(Gignos);
        var (found, register) = (await host.PersonAsync("p1"), host.Get<CollectionRegister>());
        await host.PutAsync("crm.contacts", "c1", "p1", "assessed=2026-11-21;last-contact=2026-11-21");

        var taken = await register.CollectAsync(new Collection("crm.contacts", origin) { Record = "c1" }, [found]);

        taken.IsAllowed.ShouldBeTrue(string.Join("; ", taken.Reasons));
        taken.Owed.ShouldBe([found]);
        taken.NoticeDueBy.ShouldBe(End);
        var known = await register.ReadForAsync(found);
        var line = known.Collected.ShouldHaveSingleItem();
        (line.Origin, line.From, line.Record, line.First).ShouldBe((origin, from, "c1", host.Now));
        (await register.BeforeContactAsync(found))!.Code.ShouldBe(DisclosureReasons.NoticeOwed);

        host.Clock.Set(End - Duration.FromSeconds(1));
        (await register.ListOwedAsync()).ShouldBeEmpty();
        (await host.Get<DueCalendar>().ListOverdueAsync()).ShouldNotContain(item => item.Kind == DueKinds.NoticeOwed);
        host.Clock.Set(End);
        var late = (await register.ListOwedAsync()).ShouldHaveSingleItem();
        (late.Subject, late.IsOverdue(host.Now)).ShouldBe((found, true));
        (await host.Get<DueCalendar>().ListOverdueAsync()).ShouldContain(item => item.Kind == DueKinds.NoticeOwed && item.LastDay == new LocalDate(2026, 12, 21));

        (await register.BeforeContactAsync(found, new NoticeGiven("privacy-notice", "email"))).ShouldBeNull();
        (await register.BeforeContactAsync(found)).ShouldBeNull("the first message carried the notice");
        (await register.ListOwedAsync()).ShouldBeEmpty();
        await host.ShouldVerifyAsync();
    }

    [Fact]
    [Trait("clause", "GIG-03")]
    public async Task Whoever_gave_the_data_is_owed_nothing_and_a_source_that_is_not_named_is_refused()
    {
        await using var host = await OrganisationHost.StartAsync(Gignos);
        var (own, register) = (await host.PersonAsync("p1"), host.Get<CollectionRegister>());

        (await register.CollectAsync(new Collection("crm.contacts", "person"), [own])).Owed.ShouldBeEmpty();
        (await register.BeforeContactAsync(own)).ShouldBeNull();
        var refused = await register.CollectAsync(new Collection("crm.contacts", "customer-organisation"), [own]);

        refused.IsAllowed.ShouldBeFalse();
        refused.Reasons.ShouldContain(reason => reason.Code == DisclosureReasons.OriginUndeclared);
        (await register.ReadForAsync(own)).Collected.ShouldHaveSingleItem().Origin.ShouldBe("person");
        (await register.ListOwedAsync(Instant.MaxValue)).ShouldBeEmpty();
    }

    [Fact]
    [Trait("clause", "GIG-03")]
    public async Task The_answer_to_the_person_names_where_the_data_comes_from()
    {
        await using var host = await OrganisationHost.StartAsync(Gignos);
        var (found, register) = (await host.PersonAsync("p1"), host.Get<CollectionRegister>());
        await host.PutAsync("crm.contacts", "c1", "p1", "assessed=2026-11-21;last-contact=2026-11-21");
        await register.CollectAsync(new Collection("crm.contacts", "bought-register"), [found]);

        var request = await host.HandleAsync(DataSubjectRight.Access, found);
        var sources = (await host.Get<DataSubjectRequests>().ComposeAccessAsync(request.Id)).Content.Sources;

        sources.ShouldContain(new AccessSource("crm.contacts", "A bought register", OriginKind.PurchasedRegister));
    }

    [Fact]
    [Trait("clause", "GIG-03")]
    public async Task A_newsletter_to_addresses_that_were_bought_or_found_needs_more_than_an_interest()
    {
        await using var host = await OrganisationHost.StartAsync(Gignos);
        await host.PutAsync("newsletter.recipients", "n1", "p1", "assessed=2026-11-21;last-contact=2026-11-21");
        var person = await host.PersonAsync("p1");

        (await AskAsync("post")).IsAllowed.ShouldBeTrue("a letter needs no consent");
        (await AskAsync("email")).Reasons.ShouldContain(reason => reason.Code == ProcessingReasons.MarketingConsentMissing);

        await using var careless = await OrganisationHost.StartAsync(
            Gignos.With(policy => Organisation.RemoveAll(policy, ["/activities/newsletter/electronicMarketing"])));
        var report = await careless.Get<ComplianceReports>().CreateAsync();
        report.Principles.SelectMany(one => one.Checks).Where(check => check is { Code: "policy-findings", Result: CheckResult.NotMet }).SelectMany(check => check.Details)
            .ShouldContain($"{FindingCodes.MarketingToForeignAddresses} /activities/newsletter");

        Task<ProcessingDecision> AskAsync(string channel) => host.Get<IProcessingGate>().DecideAsync(new ProcessingRequest(person, "direct-marketing")
        {
            Actor = ProcessingActor.Person("marketing", "m-1"),
            Data = ["newsletter.recipients.work-email"],
            Channel = channel,
        });
    }
}
