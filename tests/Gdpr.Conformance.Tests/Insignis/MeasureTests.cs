using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Consents;
using Gdpr.Controls;
using Gdpr.Disclosures;
using Gdpr.Policies;
using NodaTime;

namespace Gdpr.Conformance.Tests.Insignis;

/// <summary>The measures that Insignis promises, the authority that it follows, whom its people ask, and the agreements that it sends.</summary>
public sealed class MeasureTests
{
    private static readonly Organisation Insignis = Organisation.Insignis;

    [Fact]
    [Trait("clause", "INS-01")]
    public Task That_routines_follow_the_authoritys_requirements_is_looked_at_every_year() =>
        Measures.ShouldNeedEvidenceAsync(Insignis, "authority-requirements", ControlFamily.Compliance, new LocalDate(2027, 11, 21));

    [Fact]
    [Trait("clause", "INS-01")]
    public async Task The_authority_is_named_to_people_and_one_that_takes_no_complaints_is_in_the_report()
    {
        (await OrganisationHost.RefusedWithoutAsync(Insignis, "/controllers/insignis/authority"))
            .ShouldContain(finding => finding.Code == FindingCodes.MissingMember && finding.Severity == FindingSeverity.Error);
        await using var host = await OrganisationHost.StartAsync(Insignis);
        (await host.AccessAsync(await host.PersonAsync("p1"))).Remedies.Authority.ShouldBe("IMY");
        (await DetailsAsync(host)).ShouldNotContain(detail => detail.StartsWith(FindingCodes.OtherAuthority));

        await using var former = await OrganisationHost.StartAsync(Insignis.With(policy => policy["controllers"]!["insignis"]!["authority"] = "Datainspektionen"));

        (await DetailsAsync(former)).ShouldContain($"{FindingCodes.OtherAuthority} /controllers/insignis/authority");

        static async Task<IReadOnlyList<string>> DetailsAsync(OrganisationHost host) => [.. (await host.Get<ComplianceReports>().CreateAsync()).Principles
            .SelectMany(principle => principle.Checks).Where(check => check.Code == "policy-findings" && check.Result == CheckResult.NotMet)
            .SelectMany(check => check.Details)];
    }

    [Fact]
    [Trait("clause", "INS-03")]
    public async Task That_servers_stand_in_a_hall_with_a_security_class_is_looked_at_every_year_and_protects_what_runs_there()
    {
        await Measures.ShouldNeedEvidenceAsync(Insignis, "data-hall", ControlFamily.Physical, new LocalDate(2027, 11, 21));
        (await Measures.UnprotectedWithOnlyAsync(Insignis, "data-hall")).ShouldBeEmpty();
    }

    [Fact]
    [Trait("clause", "INS-07")]
    public async Task The_controllers_contact_stands_on_every_answer_and_where_consent_is_asked_for()
    {
        await Contacts.ShouldStandOnEveryAnswerAsync(Insignis, "info@insignis.se", "directory.users", "last-sign-in=2026-11-20");
        await using var host = await OrganisationHost.StartAsync(Insignis);
        host.Get<ConsentService>().Ask("profile-picture", "sv").Withdrawal.ShouldContain("info@insignis.se");
    }

    [Theory]
    [InlineData("operation-agreement", "sv", "avtalets punkt")]
    [InlineData("workplace-agreement", "en", "clause")]
    [Trait("clause", "INS-06")]
    public async Task An_agreement_is_sent_on_request_with_every_term_of_the_article_as_it_was_on_the_day(string id, string language, string word)
    {
        await using var host = await OrganisationHost.StartAsync(Insignis);
        var signed = host.Now;
        await host.SweepAsync();
        host.Clock.Advance(Duration.FromDays(30));
        await host.SupersedeAsync(Insignis.With(policy =>
        {
            policy["version"] = "2026.2";
            policy["effective"] = "2026-12-01";
            policy["agreements"]![id]!["clauses"]!["audits"] = "§ 99";
        }));

        var before = await TextAsync((await host.Get<PolicyHistory>().DecidingAtAsync(signed))!);
        var now = await TextAsync(host.Get<GdprPolicies>().Current);

        foreach (var letter in "abcdefgh")
        {
            before.ShouldContain($"Art. 28(3)({letter}) ");
        }

        before.Split('\n').Count(line => line.Contains($": {word} ")).ShouldBe(8, before);
        before.ShouldNotContain("E-DPA-");
        before.ShouldNotContain("§ 99");
        now.ShouldContain($"{word} § 99");

        Task<string> TextAsync(GdprPolicy policy) => Task.FromResult(
            AgreementText.Render(AgreementRegister.Of(policy, new LocalDate(2026, 11, 21)).Single(one => one.Id == id), language));
    }

    [Theory]
    [InlineData("instructions", FindingCodes.NoInstructionsClause)]
    [InlineData("confidentiality", FindingCodes.NoConfidentialityClause)]
    [InlineData("security", FindingCodes.NoSecurityClause)]
    [InlineData("subProcessors", FindingCodes.NoSubProcessorsClause)]
    [InlineData("requests", FindingCodes.NoRequestsClause)]
    [InlineData("assistance", FindingCodes.NoAssistanceClause)]
    [InlineData("end", FindingCodes.NoEndClause)]
    [InlineData("audits", FindingCodes.NoAuditsClause)]
    [Trait("clause", "INS-06")]
    public async Task An_agreement_that_lacks_a_term_keeps_the_organisation_from_starting(string clause, string code) =>
        (await OrganisationHost.RefusedWithoutAsync(Insignis, $"/agreements/operation-agreement/clauses/{clause}"))
            .ShouldContain(finding => finding.Code == code && finding.Severity == FindingSeverity.Error);
}
