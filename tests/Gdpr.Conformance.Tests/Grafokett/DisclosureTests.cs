using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Disclosures;
using NodaTime;

namespace Gdpr.Conformance.Tests.Grafokett;

/// <summary>What Grafokett's partners and authorities get.</summary>
public sealed class DisclosureTests
{
    private static readonly DisclosureRequest Repair = new(
        "repair-partner", "fault-repair", "equipment.deliveries.serial-number", "equipment.deliveries.contact-name", "equipment.deliveries.fault");

    [Fact]
    [Trait("clause", "GRA-14")]
    public async Task A_partner_gets_what_a_repair_needs_and_nothing_for_another_purpose()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Grafokett);
        var person = await host.PersonAsync("p1");
        var service = host.Get<DisclosureService>();

        var repair = await service.DiscloseAsync(Repair, person);
        var marketing = await service.DiscloseAsync(new DisclosureRequest("repair-partner", "direct-marketing", "crm.customers.email"), person);

        repair.IsAllowed.ShouldBeTrue(string.Join("; ", repair.Reasons));
        marketing.IsAllowed.ShouldBeFalse();
        (await host.Get<DisclosureLog>().ReadForAsync(person)).ShouldHaveSingleItem().Purpose.ShouldBe("fault-repair");
    }

    [Fact]
    [Trait("clause", "GRA-15")]
    public async Task Without_an_agreement_in_force_nothing_is_disclosed_and_those_that_lapse_soon_are_listed()
    {
        // The document says that there are agreements and none of their dates.
        var organisation = Organisation.Grafokett.With(document =>
        {
            foreach (var id in new[] { "partner-agreement", "technician-agreement" })
            {
                (document["agreements"]![id]!["from"], document["agreements"]![id]!["until"]) = ("2024-01-01", "2027-12-31");
            }
        });
        await using var host = await OrganisationHost.StartAsync(organisation, now: Instant.FromUtc(2027, 12, 31, 11, 0));
        var person = await host.PersonAsync("p1");
        var service = host.Get<DisclosureService>();

        (await service.DiscloseAsync(Repair, person)).IsAllowed.ShouldBeTrue();
        AgreementRegister.LapsingWithin(host.Policy, new LocalDate(2027, 12, 31), 90).Select(agreement => agreement.Id)
            .ShouldBe(["partner-agreement", "technician-agreement"], ignoreOrder: true);

        host.Clock.Advance(Duration.FromDays(1));
        (await service.DiscloseAsync(Repair, person)).Reasons.ShouldContain(reason => reason.Code == DisclosureReasons.AgreementNotInForce);
    }

    [Fact]
    [Trait("clause", "GRA-16")]
    public async Task More_than_the_agreement_names_is_refused_or_trimmed_and_never_sent()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Grafokett);
        var person = await host.PersonAsync("p1");
        var service = host.Get<DisclosureService>();
        var greedy = new DisclosureRequest("repair-partner", "fault-repair", "equipment.deliveries.fault", "equipment.deliveries.address");

        var refused = await service.DiscloseAsync(greedy, person);
        var trimmed = await service.DiscloseAsync(greedy with { Excess = DisclosureExcess.Trim }, person);
        var sent = trimmed.Minimise("equipment.deliveries", new Dictionary<string, string> { ["fault"] = "broken", ["address"] = "Street 1" });

        refused.IsAllowed.ShouldBeFalse();
        refused.Reasons.ShouldContain(reason => reason.Code == DisclosureReasons.BeyondDeclared);
        trimmed.Trimmed.ShouldBe(["equipment.deliveries.address"]);
        sent.Fields.Keys.ShouldBe(["fault"]);
        sent.Removed.ShouldBe(["address"]);
    }

    [Fact]
    [Trait("clause", "GRA-17")]
    public async Task A_recipient_that_has_shown_no_evidence_of_the_measures_it_owes_is_reported()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Grafokett);
        var person = await host.PersonAsync("p1");

        var decision = await host.Get<DisclosureService>().DiscloseAsync(Repair, person);

        decision.Remarks.Where(remark => remark.Code == DisclosureReasons.ControlUnproven).Select(remark => remark.About)
            .ShouldBe(["transport-encryption", "confidentiality", "device-encryption"], ignoreOrder: true);
    }

    [Fact]
    [Trait("clause", "GRA-18")]
    public async Task The_police_get_data_on_a_decision_alone_always_journalled_and_untold_while_secret()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Grafokett);
        var person = await host.PersonAsync("p1");
        var (service, log) = (host.Get<DisclosureService>(), host.Get<DisclosureLog>());
        var request = new DisclosureRequest("police", "authority-decisions", "crm.customers.name");
        var decision = new AuthorityDecision("SFS 1942:740 27:16", "K 1234-26") { IsSecret = true, SecretUntil = host.Now + Duration.FromDays(30) };

        (await service.DiscloseAsync(request, person)).Reasons.ShouldContain(reason => reason.Code == DisclosureReasons.AuthorityDecisionMissing);
        (await service.DiscloseAsync(request with { Authority = decision }, person)).IsAllowed.ShouldBeTrue();

        (await log.ReadForAsync(person)).ShouldHaveSingleItem().IsSecret.ShouldBeTrue();
        (await log.ReadForAnswerAsync(person)).ShouldBeEmpty();
        (await host.EntriesAsync()).ShouldAllBe(entry => !entry.Content.Data.Contains("K 1234-26"));
        host.Clock.Advance(Duration.FromDays(30));
        (await log.ReadForAnswerAsync(person)).ShouldHaveSingleItem().Recipient.ShouldBe("police");
    }
}
