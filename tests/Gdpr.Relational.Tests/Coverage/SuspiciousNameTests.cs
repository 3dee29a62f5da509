using Gdpr.Policies;
using Gdpr.Relational.Coverage;

namespace Gdpr.Relational.Tests.Coverage;

public sealed class SuspiciousNameTests
{
    [Theory]
    [InlineData("email", "contact.email")]
    [InlineData("E-Mail", "contact.email")]
    [InlineData("e_mail_address", "contact.email")]
    [InlineData("customeremail", "contact.email")]
    [InlineData("epost", "contact.email")]
    [InlineData("e-postadress", "contact.email")]
    [InlineData("HomePhone", "contact.phone")]
    [InlineData("mobilnr", "contact.phone")]
    [InlineData("mobil_nr", "contact.phone")]
    [InlineData("hemtelefon", "contact.phone")]
    [InlineData("shipping_address", "contact.postal-address")]
    [InlineData("ShipAddress2", "contact.postal-address")]
    [InlineData("leveransadress", "contact.postal-address")]
    [InlineData("addresses", "contact.postal-address")]
    [InlineData("postal_code", "contact.postal-address")]
    [InlineData("ip", "online.ip-address")]
    [InlineData("LastIPAddress", "online.ip-address")]
    [InlineData("remote_ip", "online.ip-address")]
    [InlineData("birth_date", "identity.birth-date")]
    [InlineData("DateOfBirth", "identity.birth-date")]
    [InlineData("Födelsedatum", "identity.birth-date")]
    [InlineData("personnummer", "identity.national-number")]
    [InlineData("PERSONNR", "identity.national-number")]
    [InlineData("passport_no", "identity.national-number")]
    [InlineData("first name", "identity.first-name")]
    [InlineData("Förnamn", "identity.first-name")]
    [InlineData("surname", "identity.last-name")]
    [InlineData("IBAN", "commerce.bank-account")]
    [InlineData("lösenord", "account.password")]
    [InlineData("PasswordHash", "account.password")]
    [InlineData("diagnosis_code", "special.health")]
    public void A_name_that_gives_personal_data_away_is_seen_word_by_word(string column, string category) =>
        SuspiciousNames.OfColumn(column).ShouldNotBeNull().Category.ShouldBe(category);

    [Theory]
    [InlineData("description")]
    [InlineData("shipment")]
    [InlineData("shipped_date")]
    [InlineData("zipper")]
    [InlineData("recipient_count")]
    [InlineData("EmailConfirmed")]
    [InlineData("email_template")]
    [InlineData("is_mobile")]
    [InlineData("address_type")]
    [InlineData("microphone")]
    [InlineData("web_address")]
    [InlineData("telemetry")]
    [InlineData("equipment")]
    [InlineData("subscription")]
    [InlineData("name")]
    [InlineData("total")]
    [InlineData("id")]
    [InlineData("2024")]
    [InlineData("")]
    public void Other_names_are_left_alone(string column) => SuspiciousNames.OfColumn(column).ShouldBeNull();

    [Theory]
    [InlineData("customers", true)]
    [InlineData("AspNetUsers", true)]
    [InlineData("anställda", true)]
    [InlineData("sales.customers", true)]
    [InlineData("user_settings", false)]
    [InlineData("customer_types", false)]
    [InlineData("orders", false)]
    public void A_table_of_people_is_known_by_its_last_word(string table, bool isOfPeople) => SuspiciousNames.IsOfPeople(table).ShouldBe(isOfPeople);

    [Fact]
    public void Every_category_that_a_finding_names_is_one_of_the_vocabulary()
    {
        string[] columns = ["email", "phone", "address", "fullname", "firstname", "lastname", "personnummer", "birthdate", "avatar", "username", "password", "ip", "imei", "cookie", "useragent",
            "iban", "creditcard", "salary", "diagnosis", "ethnicity", "religion", "fackforbund", "fingerprint", "gender", "gps"];
        var categories = columns.Select(column => SuspiciousNames.OfColumn(column)!.Category).ToArray();

        categories.ShouldAllBe(category => Vocabulary.Categories.ContainsKey(category));
    }
}
