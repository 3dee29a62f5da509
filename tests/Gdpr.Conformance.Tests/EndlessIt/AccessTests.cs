using System.Text;
using System.Text.Json.Nodes;
using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Consents;
using Gdpr.Disclosures;
using Gdpr.Policies;
using Gdpr.Processing;
using Gdpr.Rights;
using Gdpr.Subjects;

namespace Gdpr.Conformance.Tests.EndlessIt;

/// <summary>Who people are to EndlessIT, and what they are given.</summary>
public sealed class AccessTests
{
    [Fact]
    [Trait("clause", "END-11")]
    public async Task Each_person_at_a_company_is_told_which_of_their_data_for_which_purposes()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.EndlessIt);
        var (first, requests) = (await host.PersonAsync("p1"), host.Get<DataSubjectRequests>());
        await host.PersonAsync("p2");
        await host.PutAsync("crm.persons", "x1", "p1", "customer-since=2020-01-01;last-contact=2026-11-01", "first");
        await host.PutAsync("crm.persons", "x2", "p2", "customer-since=2020-01-01;last-contact=2026-11-01", "second");
        var request = await host.HandleAsync(DataSubjectRight.Access, first);

        var answer = await requests.ComposeAccessAsync(request.Id);

        answer.Content.Purposes.Select(purpose => purpose.Purpose).ShouldContain("service-provision");
        answer.Content.Recipients.ShouldContain(recipient => recipient.Recipient == "crm-provider" && recipient.Country == "US" && recipient.Safeguard != null);
        var text = Encoding.UTF8.GetString(answer.ToJson());
        text.ShouldContain("first-company-x1");
        text.ShouldNotContain("second");
    }

    /// <summary>The matrix of systems, purposes and categories is rendered from what the gate decides by: a use that is in no cell is denied.</summary>
    [Fact]
    [Trait("clause", "END-07")]
    public async Task Each_system_is_used_for_the_purposes_that_are_listed_for_it_and_for_no_other()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.EndlessIt);
        var person = await host.PersonAsync("p1");
        foreach (var (path, _) in Organisation.EndlessIt.DataSets)
        {
            var listed = Organisation.EndlessIt.ActivitiesOn(path).Select(one => one.Activity.Purpose).ToHashSet();
            listed.ShouldNotBeEmpty(path);
            foreach (var purpose in Organisation.EndlessIt.OwnPurposes.Except(listed))
            {
                var use = new ProcessingRequest(person, purpose) { Actor = ProcessingActor.Person("sales", "a1"), Data = [path] };
                (await host.Get<IProcessingGate>().DecideAsync(use)).Reasons.ShouldContain(
                    reason => reason.Code == ProcessingReasons.DataNotDeclared || reason.Code == ProcessingReasons.ActivityNotDeclared, $"{purpose} {path}");
            }
        }

        (await OrganisationHost.RefusedAsync(Organisation.EndlessIt, policy => policy["systems"]!["crm"]!["dataSets"]!["forgotten"] =
            JsonNode.Parse("""{ "title": { "en": "x", "sv": "x" }, "subject": "customer", "fields": { "size": "free-text" } }""")))
            .ShouldContain(finding => finding.Code == FindingCodes.DataSetWithoutRule && finding.Severity == FindingSeverity.Error);
    }

    /// <summary>What people are given tells them nothing of how they are protected but what is declared public.</summary>
    [Fact]
    [Trait("clause", "END-25")]
    public async Task Nothing_that_goes_to_a_person_tells_of_measures_that_are_internal()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.EndlessIt);
        var (person, requests) = (await host.PersonAsync("p1"), host.Get<DataSubjectRequests>());
        await host.PutAsync("crm.persons", "x1", "p1", "customer-since=2020-01-01;last-contact=2026-11-01");
        var access = await host.HandleAsync(DataSubjectRight.Access, person);
        var given = new List<string> { Encoding.UTF8.GetString((await requests.ComposeAccessAsync(access.Id)).ToJson()) };
        var portability = await host.HandleAsync(DataSubjectRight.Portability, person);
        given.AddRange((await requests.ComposePackageAsync(portability.Id)).Files.Select(file => Encoding.UTF8.GetString(file.Content.Span)));
        var erasure = await host.HandleAsync(DataSubjectRight.Erasure, person);
        given.Add(Encoding.UTF8.GetString((await requests.ComposeAnswerAsync(erasure.Id, "sv")).ToJson()));

        var measures = host.Policy.Controls.Where(control => control.Value.Audience == Audience.Internal).ToArray();
        measures.ShouldNotBeEmpty("measures are internal unless they are declared public");
        foreach (var (id, measure) in measures)
        {
            string[] words = [id, measure.Title!.En!, measure.Title.Sv!, measure.Owner!];
            given.ShouldAllBe(text => !words.Any(word => text.Contains(word, StringComparison.OrdinalIgnoreCase)), id);
        }
    }

    [Fact]
    [Trait("clause", "END-17")]
    public async Task Portability_covers_what_the_person_gave_under_consent_or_contract()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.EndlessIt);
        var (person, requests) = (await host.PersonAsync("p1"), host.Get<DataSubjectRequests>());
        await host.PutAsync("shop.preferences", "s1", "p1");
        await host.PutAsync("finance.invoices", "i1", "p1", "booked=2026-03-01");
        await host.PutAsync("crm.consumers", "c1", "p1", "customer-since=2020-01-01;last-contact=2026-11-01");
        await host.Get<ConsentService>().GiveAsync(new ConsentGrant(
            person, "personalisation", host.Get<ConsentService>().Ask("personalisation", "sv").Shown, new ConsentAct(ConsentActKind.TickedBox, "web")));

        var package = await requests.ComposePackageAsync((await host.HandleAsync(DataSubjectRight.Portability, person)).Id);

        var text = string.Join('\n', package.Files.Select(file => Encoding.UTF8.GetString(file.Content.Span)));
        text.ShouldContain("marker-settings-s1");
        text.ShouldContain("marker-name-c1");
        text.ShouldNotContain("marker-customer-number-c1", Case.Insensitive, "the company has assigned it, and the person has not provided it");
        package.Files.Select(file => file.MediaType).Distinct().Count().ShouldBeGreaterThanOrEqualTo(2, "JSON and CSV");
        text.ShouldNotContain("marker-" + host.Policy.Systems["finance"].DataSets["invoices"].Fields.Keys.First());
    }

    [Fact]
    [Trait("clause", "END-04")]
    public async Task A_visitor_need_not_say_who_they_are_and_gets_what_the_cookie_shows()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.EndlessIt);
        var (visitor, requests) = (await host.PersonAsync("cookie-17"), host.Get<DataSubjectRequests>());
        await host.PutAsync("web.visits", "v1", "cookie-17", "visited=2026-11-20");

        var unknown = await requests.ReceiveAsync(new RequestIntake(DataSubjectRight.Access, null) { ReceivedAt = host.Now });
        var told = await requests.DecideNotIdentifiableAsync(unknown.Id, isDoubtRemaining: false, Requests.Officer);
        var request = await host.HandleAsync(DataSubjectRight.Access, visitor, intake => intake with { Identity = IdentityMethod.KnownFacts });

        told.Outcome.ShouldBe(RequestOutcome.NotIdentifiable);
        (await requests.ComposeAccessAsync(request.Id)).Content.DataSets.ShouldContain(dataSet => dataSet.DataSet == "web.visits" && dataSet.Records.Count == 1);
    }

    [Fact]
    [Trait("clause", "END-13")]
    public async Task A_customers_administrators_change_the_rights_of_their_own_people_and_of_nobody_else()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.EndlessIt);
        var administration = host.Get<AccessAdministration>();
        var administrator = ProcessingActor.Person("customer-administrator", "admin-1", "company-a");

        var own = await administration.RecordAsync(
            new AccessChange(AccessChangeKind.RightGranted, "anna") { Actor = administrator, Right = "order", Organisation = "company-a" });
        var foreign = await administration.RecordAsync(
            new AccessChange(AccessChangeKind.RightGranted, "bo") { Actor = administrator, Right = "order", Organisation = "company-b" });

        own.IsDenied.ShouldBeFalse(string.Join("; ", own.Reasons));
        foreign.IsDenied.ShouldBeTrue();
        foreign.Reasons.ShouldContain(ProcessingReasons.OtherOrganisation);
        (await administration.OfAccountAsync("bo")).ShouldHaveSingleItem().IsDenied.ShouldBeTrue();
    }

    [Theory]
    [InlineData("company-a", null)]
    [InlineData("company-b", ProcessingReasons.OtherOrganisation)]
    [InlineData(null, ProcessingReasons.OtherOrganisation)]
    [Trait("clause", "END-13")]
    public async Task A_customers_administrators_see_the_accounts_of_their_own_people_alone(string? organisation, string? reason)
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.EndlessIt);
        var person = await host.PersonAsync("p1");
        await host.PutAsync("shop.accounts", "a1", "p1", "last-sign-in=2026-10-20");

        var decision = await host.Get<IProcessingGate>().DecideAsync(new ProcessingRequest(person, "access-administration")
        {
            Actor = ProcessingActor.Person("customer-administrator", "admin-1", "company-a"),
            SubjectOrganisation = organisation,
            Data = ["shop.accounts.permissions"],
        });

        decision.Reasons.Select(one => one.Code).ShouldBe(reason is null ? [] : [reason]);
        decision.IsAllowed.ShouldBe(reason is null);
        (await host.EntriesAsync()).ShouldContain(entry => entry.Content.Subject == person.Key && entry.Content.Data.Contains("customer-administrator"));
    }

    [Fact]
    [Trait("clause", "END-29")]
    public async Task A_larger_change_of_the_notice_is_told_apart_and_it_is_listed_who_has_not_been_shown_it_yet()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.EndlessIt);
        var register = host.Get<CollectionRegister>();
        var (told, old, never, gone) = (await host.PersonAsync("p1"), await host.PersonAsync("p2"), await host.PersonAsync("p3"), await host.PersonAsync("p4"));
        await register.RecordNoticeAsync(new NoticeGiven("privacy-notice", "sign-in"), [told, old, gone]);
        (await NotShownAsync()).ShouldBe([never]);

        var next = Organisation.EndlessIt.With(policy =>
        {
            policy["version"] = "2026.2";
            policy["documents"]!["privacy-notice"]!["version"] = "4";
            policy["activities"]!["marketing"]!["retention"]!["anyOf"]![1]!["keep"] = "P12M";
            policy["controllers"]!["endlessit"]!["contact"] = "privacy@endlessit.se";
        });
        await host.SupersedeAsync(next);
        var policies = host.Get<GdprPolicies>();
        PolicyComparison.Between(policies.Earlier[^1].Policy, policies.Current).Select(change => (change.Kind, change.Subject, change.Weight)).ShouldBe(
        [
            (PolicyChangeKind.Retention, "marketing", ChangeWeight.Weighty),
            (PolicyChangeKind.Controller, "endlessit", ChangeWeight.Minor),
        ]);

        (await NotShownAsync()).ShouldBe([told, old, never, gone], ignoreOrder: true);
        (await NotShownAsync("3")).ShouldBe([never], "who was shown the version before is known as well");
        await register.RecordNoticeAsync(new NoticeGiven("privacy-notice", "sign-in"), [told]);
        await register.RecordNoticeAsync(new NoticeGiven("privacy-notice", "sign-in") { Version = "3" }, [never]);
        (await NotShownAsync()).ShouldBe([old, never, gone], ignoreOrder: true);
        (await register.ReadForAsync(told)).Notices.Select(notice => (notice.Version, notice.Channel)).ShouldBe([("3", "sign-in"), ("4", "sign-in")]);
        await Should.ThrowAsync<UnknownNoticeException>(async () => await register.ListNotShownAsync("purpose-register").ToArrayAsync());

        async Task<IReadOnlyList<DataSubject>> NotShownAsync(string? version = null) => await register.ListNotShownAsync("privacy-notice", version).ToArrayAsync();
    }
}
