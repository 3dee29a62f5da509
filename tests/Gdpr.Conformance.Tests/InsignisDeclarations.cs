using Gdpr.Policies;

namespace Gdpr.Conformance.Tests;

/// <summary>What the policy of Insignis IT declares.</summary>
public sealed class InsignisDeclarations
{
    private static readonly Organisation Insignis = Organisation.Insignis;

    [Fact]
    public void The_authority_is_named_and_its_requirements_are_followed_up()
    {
        Insignis.Policy.Controllers["insignis"].Authority.ShouldBe("IMY");
        Insignis.Policy.Controls["authority-requirements"].Family.ShouldBe(ControlFamily.Compliance);
        Insignis.FindingsAfter(document => document["controllers"]!["insignis"]!["authority"] = "Datainspektionen")
            .ShouldContain(finding => finding.Code == FindingCodes.OtherAuthority);
        Insignis.FindingsWithout("/controllers/insignis/authority").ShouldContain(finding => finding.Code == FindingCodes.MissingMember);
    }

    [Fact]
    public void Every_own_activity_belongs_to_a_service() =>
        Insignis.Policy.Services.Values.SelectMany(service => service.Activities).ShouldBe(Insignis.Policy.Activities.Keys, ignoreOrder: true);

    [Fact]
    public void Servers_stand_in_a_hall_with_a_security_class()
    {
        Insignis.Policy.Controls["data-hall"].Family.ShouldBe(ControlFamily.Physical);
        Insignis.Policy.Activities["operation"].Controls.ShouldContain("data-hall");
    }

    [Fact]
    public void Training_is_shown_for_each_member_of_staff_at_a_stated_pace()
    {
        var training = Insignis.Policy.Controls["staff-training"];
        training.Family.ShouldBe(ControlFamily.Staff);
        training.PerPerson.ShouldBeTrue();
        training.Cadence.ShouldNotBeNull();
    }

    [Fact]
    public void Every_service_carries_an_agreement_and_processing_without_one_is_refused()
    {
        Insignis.Policy.Services.Values.ShouldAllBe(service => Insignis.Policy.Agreements[service.Agreement!].Kind == AgreementKind.WithController);

        var processing = Insignis.Policy.Activities.Where(activity => activity.Value.Capacity == ProcessingCapacity.Processor).Select(activity => activity.Key).ToArray();
        processing.ShouldBe(["operation", "sign-in-log"]);
        foreach (var id in processing)
        {
            Insignis.FindingsWithout($"/activities/{id}/agreement")
                .ShouldContain(finding => finding.Code == FindingCodes.ProcessorWithoutContract && finding.Severity == FindingSeverity.Error, id);
        }

        Insignis.FindingsWithout("/services/it-operation/agreement")
            .ShouldContain(finding => finding.Code == FindingCodes.ServiceWithoutAgreement && finding.Severity == FindingSeverity.Error);
    }

    [Theory]
    [InlineData("operation-agreement")]
    [InlineData("workplace-agreement")]
    public void An_agreement_has_every_term_of_the_law_or_is_refused(string id)
    {
        string[] members = ["instructions", "confidentiality", "security", "subProcessors", "requests", "assistance", "end", "audits"];
        members.Select(member => Insignis.FindingsWithout($"/agreements/{id}/clauses/{member}")
                .Where(finding => finding.Code.StartsWith("E-DPA-", StringComparison.Ordinal)).ShouldHaveSingleItem().Code)
            .ShouldBeUnique();
    }

    [Fact]
    public void The_controller_can_be_reached()
    {
        Insignis.Policy.Controllers["insignis"].Contact.ShouldBe("info@insignis.se");
        Insignis.FindingsWithout("/controllers/insignis/contact").ShouldContain(finding => finding.Code == FindingCodes.MissingMember);
    }

    [Fact]
    public void A_user_has_a_password_that_is_a_credential_and_a_picture_that_is_the_persons_own_choice()
    {
        var users = Insignis.DataSet("directory.users").Fields;
        users.Values.Select(field => field.Category).ShouldBe(
            [
                "identity.name", "work.role", "work.department", "contact.work-email", "contact.work-phone", "contact.phone",
                "account.username", "account.password", "account.permissions", "identity.picture",
            ],
            ignoreOrder: true);
        Insignis.KindOf(users["password"]).ShouldBe(DataCategoryKind.Credential);
        users["picture"].Optional.ShouldBeTrue();
        Insignis.Policy.Activities.Where(activity => Insignis.CategoriesOf(activity.Value).Contains("identity.picture")).Select(activity => activity.Value.Basis!.Kind)
            .ShouldBe([LawfulBasisKind.Consent]);
    }

    [Theory]
    [InlineData("tickets.cases", "tickets", "customer-support", "communication.message", "ticket-mail")]
    [InlineData("orders.orders", "orders", "order-handling", "commerce.order", "ticket-mail")]
    public void Tickets_and_orders_have_category_source_purpose_and_end(string dataSet, string activity, string purpose, string category, string origin)
    {
        Insignis.DataSet(dataSet).Fields.Values.Select(field => field.Category).ShouldContain(category);
        Insignis.DataSet(dataSet).Origins.ShouldContain(origin);
        Insignis.Policy.Activities[activity].Purpose.ShouldBe(purpose);
        Insignis.Policy.Activities[activity].Data.ShouldBe([dataSet]);
        Insignis.FindingsWithout($"/activities/{activity}/retention").ShouldContain(finding => finding.Code == FindingCodes.NoDeterminableEnd);
        Insignis.FindingsWithout($"/systems/{dataSet.Replace(".", "/dataSets/", StringComparison.Ordinal)}/origins")
            .ShouldContain(finding => finding.Code == FindingCodes.NoOrigin);
    }

    [Fact]
    public void An_order_says_what_by_whom_and_when()
    {
        var orders = Insignis.DataSet("orders.orders");
        orders.Fields.Keys.ShouldBe(["ordered-by", "email", "order", "registered-by"], ignoreOrder: true);
        orders.Triggers.Keys.ShouldContain("ordered");
    }

    [Fact]
    public void Mail_is_free_text_that_mentions_others()
    {
        foreach (var path in new[] { "mail.staff-messages", "mail.group-messages" })
        {
            Insignis.DataSet(path).Mentions.ShouldBe(["third-party"]);
            Insignis.KindOf(Insignis.DataSet(path).Fields["content"]).ShouldBe(DataCategoryKind.FreeText);
        }
    }

    [Fact]
    public void Oral_requests_are_registered_by_hand_and_by_whom()
    {
        foreach (var path in new[] { "tickets.cases", "orders.orders" })
        {
            Insignis.DataSet(path).Origins.Where(origin => Insignis.Policy.Origins[origin].Manual).ShouldBe(["oral"]);
            Insignis.DataSet(path).Fields.Keys.ShouldContain("registered-by");
        }
    }
}
