using Gdpr.Policies;
using Gdpr.Time;

namespace Gdpr.Conformance.Tests;

/// <summary>What the policy of Gignos declares.</summary>
public sealed class GignosDeclarations
{
    private static readonly Organisation Gignos = Organisation.Gignos;

    [Fact]
    public void The_organisation_has_two_purposes_of_its_own_each_with_its_own_data()
    {
        Gignos.OwnPurposes.ShouldBe(["customer-relations", "direct-marketing"], ignoreOrder: true);
        Gignos.ActivitiesFor("customer-relations").Single().Data.ShouldBe(["crm.contacts"]);
        Gignos.ActivitiesFor("direct-marketing").Single().Data.ShouldBe(["newsletter.recipients"]);
    }

    [Fact]
    public void The_register_holds_names_work_contact_company_and_role_and_nothing_else() =>
        Gignos.DataSet("crm.contacts").Fields.Values.Select(field => field.Category).ShouldBe(
            ["identity.first-name", "identity.last-name", "contact.work-phone", "contact.work-email", "work.company", "work.role"], ignoreOrder: true);

    [Fact]
    public void Contacts_come_from_the_person_bought_registers_search_engines_and_web_sites() =>
        Gignos.DataSet("crm.contacts").Origins.Select(origin => Gignos.Policy.Origins[origin].From).ShouldBe(
            [OriginKind.Person, OriginKind.PurchasedRegister, OriginKind.PublicSource, OriginKind.PublicSource]);

    [Fact]
    public void Nobody_receives_data() => Gignos.Policy.Recipients.ShouldBeEmpty();

    [Theory]
    [InlineData("register")]
    [InlineData("newsletter")]
    public void A_legitimate_interest_cannot_be_declared_without_its_assessment_or_a_part_of_it(string activity)
    {
        var interest = Gignos.Policy.Activities[activity].Basis!.LegitimateInterest!;
        var assessment = $"/assessments/{interest.Assessment}";

        foreach (var at in new[]
        {
            $"/activities/{activity}/basis/legitimateInterest/assessment", $"/activities/{activity}/basis/legitimateInterest/interest",
            assessment + "/necessity", assessment + "/balance", assessment + "/on", assessment + "/nextReview",
        })
        {
            Gignos.FindingsWithout(at).ShouldContain(finding => finding.Code == FindingCodes.NoBalancing && finding.Severity == FindingSeverity.Error, at);
        }
    }

    [Fact]
    public void Each_customers_data_is_hosted_apart_from_every_other_by_a_processor_under_agreement()
    {
        foreach (var activity in Gignos.ActivitiesFor("hosting"))
        {
            activity.Capacity.ShouldBe(ProcessingCapacity.Processor);
            Gignos.Policy.Agreements[activity.Agreement!].Kind.ShouldBe(AgreementKind.WithController);
            activity.Data.Select(reference => Gignos.Policy.Systems[reference.Split('.')[0]].Segregated).ShouldAllBe(segregated => segregated);
        }
    }

    [Theory]
    [InlineData("server-room", ControlFamily.Physical, ControlResponsible.Organisation)]
    [InlineData("office-tunnel", ControlFamily.Transmission, ControlResponsible.Organisation)]
    [InlineData("malware-protection", ControlFamily.Malware, ControlResponsible.Organisation)]
    [InlineData("spam-filter", ControlFamily.Malware, ControlResponsible.Organisation)]
    [InlineData("client-encryption", ControlFamily.Storage, ControlResponsible.DataUser)]
    public void A_promised_measure_is_declared_with_its_family_owner_and_responsible_party(string id, ControlFamily family, ControlResponsible responsible)
    {
        var control = Gignos.Policy.Controls[id];
        control.Family.ShouldBe(family);
        control.Responsible.ShouldBe(responsible);
        control.Owner.ShouldNotBeEmpty();
    }

    [Fact]
    public void Protection_from_malicious_code_covers_clients_files_and_mail_and_the_spam_filter_mail()
    {
        Gignos.Policy.Controls["malware-protection"].Systems.ShouldBe(["clients", "file-server", "mail-server"]);
        Gignos.Policy.Controls["spam-filter"].Systems.ShouldBe(["mail-server"]);
    }

    [Fact]
    public void The_tunnel_protects_every_activity_that_reaches_a_customers_servers() =>
        Gignos.Policy.Activities.Where(activity => activity.Value.Controls.Contains("office-tunnel")).Select(activity => activity.Key)
            .ShouldBe(["hosting", "accounts"]);

    [Theory]
    [InlineData("daily-backup", "P1D")]
    [InlineData("backup-verification", "P1D")]
    [InlineData("restore-test", "P1W")]
    public void Backup_and_its_checks_are_due_as_often_as_promised(string id, string cadence)
    {
        Gignos.Policy.Controls[id].Family.ShouldBe(ControlFamily.Backup);
        Gignos.Policy.Controls[id].Cadence.ShouldBe(CalendarPeriod.Parse(cadence));
    }

    [Fact]
    public void Changed_accounts_addresses_and_rights_are_logged() =>
        Gignos.DataSet("access-log.changes").Fields.Values.Select(field => field.Category)
            .ShouldBe(["account.username", "contact.work-email", "account.permissions", "log.event", "account.username"]);

    [Fact]
    public void One_and_the_same_password_rule_covers_every_system_that_people_sign_in_to()
    {
        var rule = Gignos.Policy.PasswordRules.Values.ShouldHaveSingleItem();
        var withPasswords = Gignos.Policy.Systems
            .Where(system => system.Value.DataSets.Values.Any(dataSet => dataSet.Fields.Values.Any(field => Gignos.KindOf(field) == DataCategoryKind.Credential)))
            .Select(system => system.Key);

        rule.Systems.ShouldBe(["clients", "vpn"]);
        withPasswords.ShouldBe(rule.Systems, ignoreOrder: true);
    }

    [Fact]
    public void A_password_has_twelve_characters_of_four_kinds_and_is_changed_every_third_month()
    {
        var rule = Gignos.Policy.PasswordRules.Values.Single();
        rule.MinimumLength.ShouldBe(12);
        (rule.UpperCase && rule.LowerCase && rule.Digit && rule.Symbol).ShouldBeTrue();
        rule.ChangeAfter.ShouldBe(CalendarPeriod.FromMonths(3));
    }

    [Fact]
    public void Policies_and_routines_are_reviewed_by_a_control_and_each_at_a_stated_pace()
    {
        Gignos.Policy.Controls["policy-review"].Family.ShouldBe(ControlFamily.Policies);
        Gignos.Policy.Documents.Values.Where(document => document.Kind is DocumentKind.Policy or DocumentKind.Routine)
            .ShouldAllBe(document => document.ReviewEvery != null);
        Gignos.FindingsWithout("/documents/security-policy/reviewEvery").ShouldContain(finding => finding.Code == FindingCodes.DocumentWithoutReview);
    }

    [Fact]
    public void Questions_have_an_address_without_which_the_policy_is_refused()
    {
        Gignos.Policy.Controllers["gignos"].Contact.ShouldBe("info@gignos.se");
        Gignos.FindingsWithout("/controllers/gignos/contact")
            .ShouldContain(finding => finding.Code == FindingCodes.MissingMember && finding.Severity == FindingSeverity.Error);
    }

    [Fact]
    public void The_notice_and_the_policy_have_a_version_and_a_first_day()
    {
        Gignos.Policy.Documents.Values.Single(document => document.Kind == DocumentKind.Notice).Version.ShouldBe("2018-05-25");
        Gignos.FindingsWithout("/effective").ShouldContain(finding => finding.Code == FindingCodes.MissingMember);
        Gignos.FindingsWithout("/version").ShouldContain(finding => finding.Code == FindingCodes.MissingMember);
    }
}
