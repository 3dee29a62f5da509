using Gdpr.Disclosures;
using Gdpr.Processing;
using Gdpr.Processing.Tasks;
using Gdpr.Retention;
using Gdpr.Subjects;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Core.Tests.Disclosures;

/// <summary>The gate is asked before anything of a person is disclosed.</summary>
public sealed class DisclosureGateTests
{
    private const string Roles = """/roles = { "clerk": { "title": "Clerk", "may": [ { "purpose": "service-provision" } ] } } """;

    private static readonly DisclosureRequest Sms = new("sms", "service-provision", "crm.customers.phone");
    private static readonly DisclosureRequest Newsletter = new("mailer", "direct-marketing", "crm.customers.email") { Channel = "email" };

    [Fact]
    public async Task A_purpose_that_rests_on_consent_discloses_nothing_without_one()
    {
        await using var office = Office.Open();
        var person = await office.PersonAsync();
        Codes(await office.Disclosures.DiscloseAsync(Newsletter, person)).ShouldContain("consent-missing");

        await office.RecordAsync(
            person, SubjectEntries.ConsentGiven, new ConsentData("direct-marketing") { Text = "text", TextVersion = "1", Language = "en" }, SubjectJson.Default.ConsentData);
        (await office.Disclosures.DiscloseAsync(Newsletter, person)).IsAllowed.ShouldBeTrue();

        await office.RecordAsync(person, SubjectEntries.ConsentWithdrawn, new ConsentData("direct-marketing"), SubjectJson.Default.ConsentData);
        Codes(await office.Disclosures.DiscloseAsync(Newsletter, person)).ShouldContain("consent-withdrawn");
    }

    [Fact]
    public async Task Restricted_data_is_disclosed_for_what_the_law_allows_alone()
    {
        await using var office = Office.Open();
        var person = await office.PersonAsync();
        await office.RecordAsync(person, SubjectEntries.RestrictionPlaced, new RestrictionData("r", RestrictionGround.Unlawful, ["crm.customers"]), SubjectJson.Default.RestrictionData);

        Codes(await office.Disclosures.DiscloseAsync(Sms, person)).ShouldBe(["restricted"]);
        (await office.Disclosures.DiscloseAsync(new DisclosureRequest("partner", "delivery", "crm.orders.address"), person)).IsAllowed.ShouldBeTrue();
        (await office.Disclosures.DiscloseAsync(Sms with { RestrictedUse = AllowedUse.LegalClaims }, person)).IsAllowed.ShouldBeTrue();
    }

    [Fact]
    public async Task A_purpose_that_erasure_has_ended_discloses_nothing_more()
    {
        await using var office = Office.Open();
        var person = await office.PersonAsync();
        await office.RecordAsync(person, SubjectEntries.ErasureGranted, new EndingData("e", ["service-provision"], []), SubjectJson.Default.EndingData);
        Codes(await office.Disclosures.DiscloseAsync(Sms, person)).ShouldBe(["purpose-ended"]);
    }

    [Fact]
    public async Task Nobody_can_be_disclosed_of_whom_nobody_knows()
    {
        await using var office = Office.Open();
        var person = await office.PersonAsync();
        await office.Get<SubjectDirectory>().ForgetAsync(person, await office.Get<SubjectDirectory>().ReadStateAsync(person), CancellationToken.None);
        Codes(await office.Disclosures.DiscloseAsync(Sms, person)).ShouldBe(["person-unknown"]);
    }

    [Theory]
    [InlineData("clerk", null)]
    [InlineData("stranger", "role-unknown")]
    public async Task Whoever_discloses_needs_a_role_that_may(string role, string? code)
    {
        await using var office = Office.Open(policy: Office.Policy(Roles));
        var person = await office.PersonAsync();
        Codes(await office.Disclosures.DiscloseAsync(Sms with { Actor = ProcessingActor.Person(role, "account-1") }, person)).ShouldBe(code is null ? [] : [code]);
    }

    [Fact]
    public async Task A_role_for_another_purpose_discloses_nothing()
    {
        await using var office = Office.Open(policy: Office.Policy(Roles));
        var person = await office.PersonAsync();
        var request = new DisclosureRequest("partner", "delivery", "crm.orders.address") { Actor = ProcessingActor.Person("clerk", "account-1") };
        Codes(await office.Disclosures.DiscloseAsync(request, person)).ShouldBe(["role-without-purpose"]);
    }

    [Fact]
    public async Task Every_rule_of_the_host_must_agree_of_each_person()
    {
        var rule = new RefusingRule();
        await using var office = Office.Open(before: services => services.AddSingleton<IProcessingRule>(rule));
        var people = await office.PeopleAsync(3);
        rule.Refused = people[1];
        var decision = await office.Disclosures.DiscloseAsync(Sms with { Excess = DisclosureExcess.Trim }, people);
        decision.Subjects.ShouldBe([people[0], people[2]]);
        decision.Excluded.ShouldHaveSingleItem().Reason.Code.ShouldBe("host-rule");
    }

    [Fact]
    public async Task What_a_human_has_to_decide_waits_as_a_task_and_is_not_disclosed()
    {
        const string derogation = """
            /recipients/sms/country = "IN"
            /recipients/sms/transfer = { "mechanism": "derogation", "reference": "Art. 49(1)(b)" }
            """;
        await using var office = Office.Open(policy: Office.Policy(derogation));
        var person = await office.PersonAsync();
        var decision = await office.Disclosures.DiscloseAsync(Sms, person);

        (decision.Outcome, decision.Fields.Count).ShouldBe((DisclosureOutcome.NeedsHuman, 0));
        var task = (await office.Get<HumanTasks>().ListOpenAsync()).ShouldHaveSingleItem();
        decision.Tasks.ShouldBe([task.Id]);
        (task.Kind, task.Reason, task.DueBy).ShouldBe(("decide-disclosure", "transfer-by-derogation", Office.Now + Duration.FromDays(14)));
        (await office.Log.ReadForAsync(person)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Where_the_gate_only_reports_it_is_disclosed_and_recorded_as_what_would_have_been_denied()
    {
        await using var office = Office.Open(before: services => services.Configure<ProcessingOptions>(options => options.ReportOnly = true));
        var person = await office.PersonAsync();
        var decision = await office.Disclosures.DiscloseAsync(Newsletter, person);
        (decision.IsAllowed, decision.IsReportOnly).ShouldBe((true, true));
        (await office.Log.ReadForAsync(person)).ShouldHaveSingleItem().Against.ShouldContain("consent-missing");
    }

    [Fact]
    public async Task A_withdrawal_is_told_to_whoever_received_the_data_for_that_purpose()
    {
        await using var office = Office.Open(before: services => services.AddSingleton<INotificationChannel>(new FakeChannel()));
        var person = await office.PersonAsync();
        await office.RecordAsync(
            person, SubjectEntries.ConsentGiven, new ConsentData("direct-marketing") { Text = "text", TextVersion = "1", Language = "en" }, SubjectJson.Default.ConsentData);
        await office.Disclosures.DiscloseAsync(Newsletter, person);
        await office.Disclosures.DiscloseAsync(Sms, person);
        await office.RecordAsync(person, SubjectEntries.ConsentWithdrawn, new ConsentData("direct-marketing"), SubjectJson.Default.ConsentData);
        (await office.Get<GdprWork>().RunDueAsync(office.Clock.GetCurrentInstant(), TimeSpan.FromMinutes(1))).Steps.ShouldAllBe(step => step.Reason == null);

        var told = (await office.Get<RecipientNotifications>().ReadForAsync(person)).ShouldHaveSingleItem();
        (told.Recipient, told.Kind).ShouldBe(("mailer", RecipientNoticeKind.PurposeStopped));
    }

    private static IReadOnlyList<string> Codes(DisclosureDecision decision)
    {
        decision.IsAllowed.ShouldBe(decision.Reasons.Count == 0);
        return [.. decision.Reasons.Select(reason => reason.Code)];
    }

    private sealed class RefusingRule : IProcessingRule
    {
        public DataSubject Refused { get; set; }

        public string Name => "refusing";

        public ValueTask<ProcessingRuleAnswer> JudgeAsync(ProcessingRuleContext context, CancellationToken cancellationToken) =>
            ValueTask.FromResult(context.Request.Subject == Refused ? ProcessingRuleAnswer.Denies("Ask somebody else.") : ProcessingRuleAnswer.Agrees);
    }
}
