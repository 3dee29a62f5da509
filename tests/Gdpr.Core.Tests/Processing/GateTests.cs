using Gdpr.Policies;
using Gdpr.Processing;
using Gdpr.Retention;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Processing;

/// <summary>The gate in its container: decides, and records what it has answered.</summary>
public sealed class GateTests
{
    [Fact]
    public async Task A_use_with_a_basis_in_force_is_allowed_and_says_which_activity_and_basis_carried_it()
    {
        await using var office = Office.Open();
        var person = await office.PersonAsync();

        var decision = await office.AskAsync(person, "service-provision", "crm.customers.name");

        decision.Outcome.ShouldBe(ProcessingOutcome.Allowed);
        decision.Reasons.ShouldBeEmpty();
        decision.Bases.ShouldBe([new CarryingBasis("service", "crm.customers", LawfulBasisKind.Contract)]);
        decision.IsPeriodChecked.ShouldBeFalse();
        var entry = (await office.EntriesAsync("processing-allowed")).ShouldHaveSingleItem();
        entry.Content.Subject.ShouldBe(person.Key);
        entry.Content.Data.ShouldContain("\"activity\":\"service\",\"basis\":\"Contract\"");
    }

    [Fact]
    public async Task Without_any_record_of_a_consent_its_purpose_is_denied()
    {
        await using var office = Office.Open();
        var person = await office.PersonAsync();

        var decision = await office.AskAsync(person, "direct-marketing", "crm.customers.email");

        Codes(decision).ShouldBe([ProcessingReasons.ConsentMissing]);
        (await office.EntriesAsync("processing-denied")).ShouldHaveSingleItem().Content.Data.ShouldContain("consent-missing");
    }

    [Fact]
    public async Task A_consent_opens_its_purpose_and_a_withdrawal_closes_it_with_the_next_call()
    {
        await using var office = Office.Open();
        var person = await office.PersonAsync();

        await office.ConsentAsync(person);
        (await office.AskAsync(person, "direct-marketing")).IsAllowed.ShouldBeTrue();
        await office.RecordAsync(person, SubjectEntries.ConsentWithdrawn, """{ "purpose": "direct-marketing" }""");

        Codes(await office.AskAsync(person, "direct-marketing")).ShouldBe([ProcessingReasons.ConsentWithdrawn]);
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public async Task A_field_is_used_for_a_purpose_that_was_taken_back_only_where_it_was_consented_to_since_whichever_becomes_known_first(int minutesLater, bool isAllowed)
    {
        await using var office = Office.Open();
        var person = await office.PersonAsync();
        const string Field = "crm.customers.interests";
        var withdrawnAt = Office.Now - Duration.FromHours(1);
        await office.RecordAsync(person, SubjectEntries.ConsentWithdrawn, """{ "purpose": "direct-marketing" }""", withdrawnAt);
        await office.RecordAsync(
            person, SubjectEntries.ConsentGiven, $$"""{ "purpose": "direct-marketing", "field": "{{Field}}", "text": "newsletter-2026" }""",
            withdrawnAt + Duration.FromMinutes(minutesLater));

        var decision = await office.AskAsync(person, "direct-marketing", Field);

        decision.IsAllowed.ShouldBe(isAllowed);
        decision.Reasons.Select(reason => reason.Code).ShouldBe(isAllowed ? [] : [ProcessingReasons.ConsentWithdrawn]);
    }

    [Fact]
    public async Task The_same_data_is_not_used_for_a_purpose_that_does_not_cover_it()
    {
        await using var office = Office.Open();
        var person = await office.PersonAsync();

        Codes(await office.AskAsync(person, "service-provision", "crm.customers.interests")).ShouldBe([ProcessingReasons.DataNotDeclared]);
        Codes(await office.AskAsync(person, "a-third-use", "crm.customers.name")).ShouldBe([ProcessingReasons.PurposeNotDeclared]);
    }

    [Fact]
    public async Task An_objection_to_marketing_stops_the_next_message_and_service_messages_go_on()
    {
        await using var office = Office.Open();
        var person = await office.PersonAsync();
        await office.ConsentAsync(person);

        await office.ObjectAsync(person, "direct-marketing", isMarketing: true);

        Codes(await office.AskAsync(person, "direct-marketing", "crm.customers.email")).ShouldBe([ProcessingReasons.MarketingObjection]);
        (await office.AskAsync(person, "service-provision", "crm.customers.email")).IsAllowed.ShouldBeTrue();
    }

    [Fact]
    public async Task Restricted_data_is_only_stored_and_used_for_what_the_law_allows_which_is_recorded()
    {
        await using var office = Office.Open();
        var person = await office.PersonAsync();
        await office.RestrictAsync(person);

        Codes(await office.AskAsync(person, "service-provision", "crm.customers.name")).ShouldBe([ProcessingReasons.Restricted]);
        var claims = await office.Gate.DecideAsync(
            new ProcessingRequest(person, "service-provision") { Data = ["crm.customers.name"], RestrictedUse = AllowedUse.LegalClaims });

        claims.IsAllowed.ShouldBeTrue();
        claims.RestrictedUse.ShouldBe(AllowedUse.LegalClaims);
        (await office.EntriesAsync("processing-allowed")).ShouldHaveSingleItem().Content.Data.ShouldContain("\"restrictedUse\":\"LegalClaims\"");
    }

    [Fact]
    public async Task Nobody_in_particular_is_denied()
    {
        await using var office = Office.Open(actor: new ProcessingActor("staff", ""));
        var person = await office.PersonAsync();

        Codes(await office.AskAsync(person, "service-provision")).ShouldBe([ProcessingReasons.ActorUnknown]);
    }

    [Fact]
    public async Task A_use_of_very_many_fields_that_either_of_two_activities_may_carry_is_decided()
    {
        var fields = string.Concat(Enumerable.Range(0, 70).Select(i => $", \"f{i}\": \"identity.name\""));
        var both = string.Concat(new[] { "one", "two" }.Select(id => $$"""
            "{{id}}": { "purpose": "service-provision", "basis": { "contract": { "necessity": "The service." } }, "data": ["crm.customers"],
              "retention": { "keep": "P3M", "after": "ended" } },
            """));
        const string Visits = """
            "visits": { "purpose": "web-analytics", "basis": { "legitimateInterest": { "interest": { "en": "To count" }, "assessment": "balance" } }, "data": ["crm.visits"],
              "retention": { "keep": "P6M", "after": "at" } }
            """;
        await using var office = Office.Open(policy: Office.Policy(both + Visits, fields: fields));

        var decision = await office.AskAsync(await office.PersonAsync(), "service-provision");

        decision.IsAllowed.ShouldBeTrue();
        decision.Bases.ShouldHaveSingleItem().Activity.ShouldBe("one");
    }

    private static IEnumerable<string> Codes(ProcessingDecision decision) => decision.Reasons.Select(reason => reason.Code);

    [Fact]
    public async Task What_needs_a_human_is_an_open_task_again_where_the_last_one_was_ended_and_nothing_mended()
    {
        await using var office = Office.Open();
        var request = new ProcessingRequest(await office.PersonAsync(), "service-improvement") { Data = ["crm.customers.name"], CollectedFor = "service-provision" };
        foreach (var task in (await office.Gate.DecideAsync(request)).Tasks)
        {
            await office.Tasks.CompleteAsync(task, "seen", "dpo");
        }

        var again = await office.Gate.DecideAsync(request);

        again.Outcome.ShouldBe(ProcessingOutcome.NeedsHuman);
        (await office.Tasks.ListOpenAsync()).Select(task => task.Id).ShouldBe(again.Tasks, ignoreOrder: true);
    }

    [Fact]
    public async Task A_restriction_of_a_data_set_holds_also_when_a_later_policy_calls_it_otherwise()
    {
        var stores = new OfficeStores();
        DataSubject person;
        await using (var office = Office.Open(stores))
        {
            person = await office.PersonAsync();
            await office.RestrictAsync(person, "Claims", "\"crm.customers\"");
            (await office.AskAsync(person, "service-provision")).IsAllowed.ShouldBeFalse();
        }

        var renamed = Office.PolicyJson(version: "2").Replace("crm.customers", "crm.people", StringComparison.Ordinal)
            .Replace("\"customers\": { \"subject\"", "\"people\": { \"subject\"", StringComparison.Ordinal);
        await using var next = Office.Open(stores, PolicyReader.Read(renamed).GetUsable());

        (await next.AskAsync(person, "service-provision")).Reasons.ShouldContain(reason => reason.Code == ProcessingReasons.Restricted);
    }
}
