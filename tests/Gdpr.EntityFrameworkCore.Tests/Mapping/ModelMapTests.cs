using Gdpr.EntityFrameworkCore.Tests.Sources;
using Gdpr.Policies;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.EntityFrameworkCore.Tests.Mapping;

/// <summary>What is said of a model is read from attributes, from annotations and from what is said beside it.</summary>
public sealed class ModelMapTests
{
    [Fact]
    public void Attributes_say_what_is_what()
    {
        var record = Translation.Map(model => model.Entity<Marked>()).DataSets["crm.customers"];

        record.Subject.ShouldBe("Person");
        record.Members.Select(member => $"{member.Path} {member.Category} {member.Field} {member.Trigger?.Trigger} {member.Excuse}".Trim())
            .ShouldBe(["Id", "Colour    a favourite colour of the shop's", "Ended   contract-ended", "Mail contact.email", "Person", "Second contact.email other-email"], ignoreOrder: true);
    }

    [Fact]
    public void The_model_overrules_attributes_and_what_is_said_beside_it_overrules_the_model()
    {
        void Build(ModelBuilder model) => model.Entity<Marked>().HasDataSet("crm.others", records => records.Subject("Mail"));

        Translation.Map(Build).DataSets.Keys.ShouldBe(["crm.others"]);
        var (mapping, problems) = Translation.Of(
            Build, SourceCalls.Policy(""" "email": "contact.email" """), options => options.Map<Marked>("crm.customers", records => records.Field("email", marked => marked.Mail, marked => marked.Second)));

        problems.ShouldBeEmpty();
        mapping.DataSets["crm.customers"].Fields["email"].Columns.ShouldBe(["Mail", "Second"]);
    }

    [Fact]
    public void A_field_is_found_by_its_category_where_it_is_the_only_one()
    {
        var mapping = Translation.DataSetOf(
            model => model.Entity<Marked>(marked => marked.Ignore(one => one.Second)), SourceCalls.Policy(""" "address": "contact.email" """));

        mapping.Fields["address"].Columns.ShouldBe(["Mail"]);
    }

    [Fact]
    public void A_category_that_is_not_the_fields_is_named()
    {
        var (_, problems) = Translation.Of(
            model => model.Entity<Marked>(marked => marked.Ignore(one => one.Second)), SourceCalls.Policy(""" "mail": "identity.name" """));

        problems.ShouldBe(["crm.customers: Marked.Mail is of category 'contact.email', and its field 'mail' of 'identity.name'; let the two say the same."]);
    }

    [Fact]
    public void Personal_data_without_a_field_and_a_field_without_a_property_are_both_named()
    {
        var (_, problems) = Translation.Of(
            model => model.Entity<Marked>(marked => marked.Ignore(one => one.Second)), SourceCalls.Policy(""" "name": "identity.name" """));

        problems.ShouldBe([
            "crm.customers: Marked.Mail holds personal data of category 'contact.email', and no field of the data set is its; declare one in the policy, name it with Field, "
            + "or say with [NotPersonalData] why it is none.",
            "crm.customers: field 'name' is in no property of Marked; mark it: [DataCategory], HasDataCategory or Field where the data set is mapped; or excuse it with a reason.",
        ]);
    }

    [Fact]
    public void Personal_data_that_is_in_no_data_set_is_named()
    {
        var map = Translation.Map(model => model.Entity<Loose>());

        map.Problems.ShouldHaveSingleItem().ShouldStartWith("Loose has personal data (Phone) and is the records of no data set; name it");
    }

    [Fact]
    public void Identitys_own_attribute_is_understood()
    {
        static void Build(ModelBuilder model) => model.Entity<User>().HasDataSet("crm.customers", users => users.Subject(user => user.Id));

        var record = Translation.Map(Build).DataSets["crm.customers"];
        record.Members.Where(member => member.IsPersonal).Select(member => member.Path).ShouldBe(["Id", "Email", "PhoneNumber"], ignoreOrder: true);
        Translation.DataSetOf(Build, SourceCalls.Policy(""" "email": "contact.email", "phone-number": "contact.phone" """)).Fields.Select(field => $"{field.Key} {string.Join(',', field.Value.Columns)}")
            .ShouldBe(["email Email", "phone-number PhoneNumber"]);
        Translation.Of(Build, SourceCalls.Policy(""" "email": "contact.email" """)).Problems.ShouldHaveSingleItem()
            .ShouldStartWith("crm.customers: User.PhoneNumber holds personal data, and no field of the data set is its");
    }

    [Fact]
    public void A_reference_marked_as_the_person_leads_to_that_records_person()
    {
        var (mapping, problems) = Translation.Of(
            model =>
            {
                model.Entity<Marked>(marked => marked.Ignore(one => one.Second)).Entity<Letter>();
            },
            SourceCalls.Policy(
                """ "mail": "contact.email" """,
                dataSets: """, "letters": { "subject": "customer", "triggers": { "sent": { "whenNull": "unknown" } }, "fields": { "text": "free-text" } } """,
                more: """, "post": { "purpose": "customer-service", "basis": { "contract": {} }, "data": ["crm.letters"], "retention": { "keep": "P1Y", "after": "sent" } } """));

        mapping.DataSets["crm.letters"].Subject.Text().ShouldBe("Marked(Id=ToId)/Person");
        problems.ShouldHaveSingleItem().ShouldContain("cascades: whoever deletes a record deletes records of 'crm.letters'");
    }

    [Fact]
    public void A_path_that_leads_nowhere_is_named()
    {
        Translation.Of(model => model.Entity<User>().HasDataSet("crm.customers", users => users.Subject("Emial")), SourceCalls.Policy(""" "email": "contact.email", "phone-number": "contact.phone" """))
            .Problems.ShouldBe(["crm.customers: the subject: User has no member 'Emial'; name a property that is there."]);
    }

    [DataSet("crm.customers")]
    private sealed class Marked
    {
        public int Id { get; set; }

        [DataSubjectId]
        public string? Person { get; set; }

        [DataCategory("contact.email")]
        public string? Mail { get; set; }

        [DataCategory("contact.email", Field = "other-email")]
        public string? Second { get; set; }

        [RetentionTrigger("contract-ended")]
        public DateOnly? Ended { get; set; }

        [NotPersonalData("a favourite colour of the shop's")]
        public string? Colour { get; set; }
    }

    private sealed class Loose
    {
        public int Id { get; set; }

        [DataCategory("contact.phone")]
        public string? Phone { get; set; }
    }

    [DataSet("crm.letters")]
    private sealed class Letter
    {
        public int Id { get; set; }

        [DataSubjectId]
        public Marked? To { get; set; }

        public int ToId { get; set; }

        public DateTimeOffset? Sent { get; set; }

        public string? Text { get; set; }
    }

    private sealed class User
    {
        [PersonalData]
        public string Id { get; set; } = "";

        [PersonalData]
        public string? Email { get; set; }

        [ProtectedPersonalData]
        public string? PhoneNumber { get; set; }

        public DateTimeOffset? ContractEnded { get; set; }
    }
}
