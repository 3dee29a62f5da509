using Gdpr.Policies;
using Gdpr.Processing;
using Gdpr.Retention;
using Gdpr.Subjects;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Core.Tests.Processing;

/// <summary>A new purpose for data that is there already (Art. 6(4)): assessed, approved and told before it is used.</summary>
public sealed class PurposeCompatibilityTests
{
    private static readonly CompatibilityProposal Proposal = new("service-provision", "service-improvement")
    {
        Link = "marker link",
        Context = "Customers.",
        Nature = "Names.",
        Consequences = "None.",
        Safeguards = "Aggregates.",
    };

    [Fact]
    public async Task Data_collected_for_one_purpose_is_used_for_another_once_it_was_assessed_approved_and_told()
    {
        await using var office = Office.Open();
        var compatibility = office.Get<PurposeCompatibility>();
        var person = await office.PersonAsync();
        var request = new ProcessingRequest(person, "service-improvement") { CollectedFor = "service-provision" };

        await ShouldBeAsync(office, request, ProcessingReasons.CompatibilityNotAssessed);
        var proposed = await compatibility.ProposeAsync(Proposal);
        proposed.Phase.ShouldBe(CompatibilityPhase.Proposed);
        await ShouldBeAsync(office, request, ProcessingReasons.CompatibilityNotAssessed);
        await Should.ThrowAsync<PurposeCompatibilityException>(() => compatibility.NoticeGivenAsync("service-provision", "service-improvement"));
        (await compatibility.DecideAsync("service-provision", "service-improvement", isCompatible: true, "data-protection-officer")).DecidedBy.ShouldBe("data-protection-officer");
        await ShouldBeAsync(office, request, ProcessingReasons.NoticeNotGiven);
        await Should.ThrowAsync<PurposeCompatibilityException>(() => compatibility.NoticeGivenAsync("service-provision", "service-improvement", Office.Now + Duration.FromSeconds(1)));
        await compatibility.NoticeGivenAsync("service-provision", "service-improvement");
        await ShouldBeAsync(office, request);

        (await office.Tasks.ListOpenAsync()).ShouldNotContain(task => task.Id == proposed.Task);
        (await office.EntriesAsync("compatibility-proposed")).ShouldHaveSingleItem().Content.Data.ShouldNotContain("marker");
        (await compatibility.ListAsync()).ShouldHaveSingleItem().IsUsable.ShouldBeTrue();
    }

    [Fact]
    public async Task A_purpose_that_is_not_compatible_stays_closed_until_it_is_assessed_anew()
    {
        await using var office = Office.Open();
        var compatibility = office.Get<PurposeCompatibility>();
        var request = new ProcessingRequest(await office.PersonAsync(), "service-improvement") { CollectedFor = "service-provision" };
        await compatibility.ProposeAsync(Proposal);
        await compatibility.DecideAsync("service-provision", "service-improvement", isCompatible: false, "data-protection-officer");

        await ShouldBeAsync(office, request, ProcessingReasons.NotCompatible);
        await Should.ThrowAsync<PurposeCompatibilityException>(
            () => compatibility.DecideAsync("service-provision", "service-improvement", isCompatible: true, "data-protection-officer"));
        (await compatibility.ProposeAsync(Proposal)).Phase.ShouldBe(CompatibilityPhase.Proposed);
    }

    [Theory]
    [InlineData("direct-marketing")]
    [InlineData("bookkeeping")]
    public async Task What_rests_on_consent_or_law_is_open_to_a_new_consent_only(string from)
    {
        await using var office = Office.Open();
        var person = await office.PersonAsync();

        await ShouldBeAsync(office, new ProcessingRequest(person, "service-improvement") { CollectedFor = from }, ProcessingReasons.NewConsentNeeded);
        (await office.Get<PurposeCompatibility>().ProposeAsync(Proposal with { From = from })).Phase.ShouldBe(CompatibilityPhase.NewConsentNeeded);
        await Should.ThrowAsync<PurposeCompatibilityException>(
            () => office.Get<PurposeCompatibility>().DecideAsync(from, "service-improvement", isCompatible: true, "data-protection-officer"));
        await ShouldBeAsync(office, new ProcessingRequest(person, "service-improvement") { CollectedFor = from }, ProcessingReasons.NewConsentNeeded);

        await office.ConsentAsync(person);
        await ShouldBeAsync(office, new ProcessingRequest(person, "direct-marketing") { CollectedFor = "service-provision", Data = ["crm.customers.email"] });
    }

    [Fact]
    public async Task Research_and_statistics_are_not_incompatible_and_told_before_they_begin()
    {
        await using var office = Office.Open();
        var compatibility = office.Get<PurposeCompatibility>();
        var request = new ProcessingRequest(await office.PersonAsync(), "service-improvement") { CollectedFor = "service-provision" };

        await compatibility.ProposeAsync(new CompatibilityProposal("service-provision", "service-improvement") { IsArticle89 = true });
        await ShouldBeAsync(office, request, ProcessingReasons.NoticeNotGiven);
        await compatibility.NoticeGivenAsync("service-provision", "service-improvement");
        await ShouldBeAsync(office, request);
    }

    [Fact]
    public async Task A_proposal_states_all_five_factors_and_two_declared_purposes()
    {
        await using var office = Office.Open();
        CompatibilityProposal[] wrong =
        [
            Proposal with { Link = "" }, Proposal with { Context = " " }, Proposal with { Nature = "" }, Proposal with { Consequences = "" }, Proposal with { Safeguards = "" },
            Proposal with { From = "none" }, Proposal with { To = "none" }, Proposal with { To = "service-provision" },
        ];

        foreach (var proposal in wrong)
        {
            (await Should.ThrowAsync<PurposeCompatibilityException>(() => office.Get<PurposeCompatibility>().ProposeAsync(proposal))).Code.ShouldBe("E-PURP-01");
        }

        (await office.Get<PurposeCompatibility>().ListAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_purpose_that_a_new_version_gives_to_data_that_was_there_is_new_for_what_was_collected_before()
    {
        var added = Instant.FromUtc(2026, 6, 1, 0, 0);
        var before = Office.Policy("""
            "service": { "purpose": "service-provision", "basis": { "contract": { "necessity": "N." } }, "data": ["crm.customers"], "retention": { "keep": "P3M", "after": "ended" } },
            "visits": { "purpose": "web-analytics", "basis": { "contract": { "necessity": "N." } }, "data": ["crm.visits"], "retention": { "keep": "P6M", "after": "at" } }
            """);
        await using var office = Office.Open(before: services => services.AddGdpr(gdpr => gdpr.AfterVersion(new SupersededPolicy(before, added))), policy: Office.Policy(version: "2"));
        var person = await office.PersonAsync();
        await office.ConsentAsync(person);

        await ShouldBeAsync(office, new ProcessingRequest(person, "service-provision"));
        await ShouldBeAsync(office, new ProcessingRequest(person, "service-improvement"), ProcessingReasons.CompatibilityNotAssessed);
        await ShouldBeAsync(office, new ProcessingRequest(person, "service-improvement") { CollectedAt = added - Duration.FromSeconds(1) }, ProcessingReasons.CompatibilityNotAssessed);
        await ShouldBeAsync(office, new ProcessingRequest(person, "service-improvement") { CollectedAt = added });
        await ShouldBeAsync(office, new ProcessingRequest(person, "bookkeeping"));
        await ShouldBeAsync(office, new ProcessingRequest(person, "direct-marketing") { Data = ["crm.customers.email"] });

        var compatibility = office.Get<PurposeCompatibility>();
        await compatibility.ProposeAsync(Proposal);
        await compatibility.DecideAsync("service-provision", "service-improvement", isCompatible: true, "data-protection-officer");
        await compatibility.NoticeGivenAsync("service-provision", "service-improvement");
        await ShouldBeAsync(office, new ProcessingRequest(person, "service-improvement"));
    }

    private static async Task ShouldBeAsync(Office office, ProcessingRequest request, params string[] codes)
    {
        var decision = await office.Gate.DecideAsync(request);

        decision.Reasons.Select(reason => reason.Code).Distinct().ShouldBe(codes, decision.ToString());
        decision.Outcome.ShouldBe(codes is [] ? ProcessingOutcome.Allowed : codes is [ProcessingReasons.CompatibilityNotAssessed] ? ProcessingOutcome.NeedsHuman : ProcessingOutcome.Denied);
    }
}
