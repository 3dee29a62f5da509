using System.Collections.Frozen;

namespace Gdpr.Policies;

public static partial class Vocabulary
{
    /// <summary>Categories of personal data by id. The part before the dot groups them.</summary>
    public static IReadOnlyDictionary<string, DataCategory> Categories { get; } = new Dictionary<string, DataCategory>(StringComparer.Ordinal)
    {
        { "identity.name", Identifier("Name", "Namn", "pd:Name") },
        { "identity.first-name", Identifier("First name", "Förnamn") },
        { "identity.last-name", Identifier("Last name", "Efternamn") },
        { "identity.national-number", Category("National identity number", "Personnummer eller samordningsnummer", "pd:OfficialID", DataCategoryKind.NationalIdentityNumber) },
        { "identity.birth-date", Category("Date of birth", "Födelsedatum", "pd:BirthDate") },
        { "identity.customer-number", Identifier("Customer number", "Kundnummer", "pd:AccountIdentifier") },
        { "identity.employee-number", Identifier("Employee number", "Anställningsnummer") },
        { "identity.picture", Identifier("Picture", "Bild", "pd:Picture") },
        { "identity.language", Category("Language", "Språk", "pd:Language") },

        { "contact.email", Identifier("E-mail address", "E-postadress", "pd:EmailAddress") },
        { "contact.work-email", Identifier("E-mail address at work", "E-postadress i arbetet", "pd:EmailAddressWork") },
        { "contact.phone", Identifier("Phone number", "Telefonnummer", "pd:TelephoneNumber") },
        { "contact.work-phone", Identifier("Phone number at work", "Telefonnummer i arbetet") },
        { "contact.postal-address", Identifier("Postal address", "Postadress", "pd:PhysicalAddress") },

        { "work.company", Category("Company", "Företag", "pd:CurrentEmployment") },
        { "work.role", Category("Role at work", "Yrkesroll", "pd:Job") },
        { "work.department", Category("Department", "Avdelning") },
        { "work.employment", Category("Terms of employment", "Anställningsvillkor") },
        { "work.salary", Category("Salary", "Lön", "pd:Salary") },

        // A sole trader's registration number is the national identity number of a person: such customers need that category instead.
        { "company.registration-number", Identifier("Registration number of a company", "Organisationsnummer") },
        { "company.address", Category("Address of a company", "Företagsadress") },

        { "account.username", Category("User name", "Användarnamn", "pd:Username", DataCategoryKind.OnlineIdentifier) },
        { "account.password", Category("Password", "Lösenord", "pd:Password", DataCategoryKind.Credential) },
        { "account.permissions", Category("Permissions", "Behörigheter", "pd:Authenticating") },
        { "account.settings", Category("Settings and preferences", "Inställningar", "pd:Preference") },

        { "online.ip-address", Category("IP address", "IP-adress", "pd:IPAddress", DataCategoryKind.OnlineIdentifier) },
        { "online.cookie-id", Category("Cookie number", "Kaknummer", "pd:UID", DataCategoryKind.OnlineIdentifier) },
        { "online.device-id", Category("Identifier of a device", "Enhetsidentitet", "pd:MACAddress", DataCategoryKind.OnlineIdentifier) },
        { "online.browser", Category("Browser and device", "Webbläsare och enhet", "pd:UserAgent") },
        { "online.visits", Category("Visits and pages seen", "Besök och visade sidor", "pd:BrowsingBehavior") },
        { "online.profile", Category("Profile of interests", "Intresseprofil", "pd:IndividualProfile") },

        { "commerce.order-number", Category("Order number", "Ordernummer") },
        { "commerce.order", Category("What was ordered, and when", "Vad som beställts och när", "pd:Purchase") },
        { "commerce.service-usage", Category("Use of services", "Användning av tjänster", "pd:ServiceConsumptionBehavior") },
        { "commerce.contract", Category("Contract and its terms", "Avtal och avtalsvillkor") },
        { "commerce.invoice", Category("Invoices and payments", "Fakturor och betalningar", "pd:Transaction") },
        { "commerce.bank-account", Identifier("Bank account", "Bankkonto", "pd:BankAccount") },
        { "commerce.payment-card", Identifier("Payment card", "Betalkort", "pd:PaymentCard") },
        { "commerce.credit-rating", Category("Credit rating", "Kreditbedömning", "pd:CreditScore") },
        { "commerce.credit-record", Category("Credit record", "Kreditupplysning", "pd:CreditRecord") },

        { "communication.message", Category("Content of messages", "Meddelandens innehåll", "pd:EmailContent", DataCategoryKind.FreeText) },
        { "communication.chat", Category("Content of chats", "Innehåll i chattar", null, DataCategoryKind.FreeText) },
        { "communication.metadata", Category("Sender, recipient and time of messages", "Meddelandens avsändare, mottagare och tid", "pd:CommunicationsMetadata") },
        { "communication.choices", Category("Choices about messages", "Val om utskick", "pd:PrivacyPreference") },
        { "free-text", Category("Free text", "Fritext", null, DataCategoryKind.FreeText) },

        { "log.event", Category("Logged event", "Loggad händelse", "pd:AuthenticationHistory") },
        { "log.security-event", Category("Technical event of security", "Teknisk säkerhetshändelse") },

        { "special.health", Special("Health", "Hälsa", "pd:Health") },
        { "special.trade-union", Special("Trade union membership", "Medlemskap i fackförening", "pd:TradeUnionMembership") },
        { "special.religion", Special("Religious or philosophical belief", "Religiös eller filosofisk övertygelse", "pd:Religion") },
        { "special.political-opinion", Special("Political opinion", "Politisk åsikt", "pd:PoliticalOpinion") },
        { "special.ethnicity", Special("Racial or ethnic origin", "Ras eller etniskt ursprung", "pd:EthnicOrigin") },
        { "special.sex-life", Special("Sex life or sexual orientation", "Sexualliv eller sexuell läggning", "pd:Sexual") },
        { "special.biometric", Special("Biometric data that identifies", "Biometriska uppgifter som identifierar", "pd:Biometric") },
        { "special.genetic", Special("Genetic data", "Genetiska uppgifter", "pd:Genetic") },

        { "offence", Category("Offences, suspicion included", "Lagöverträdelser, även misstänkta", "pd:Criminal", DataCategoryKind.Offence) },
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static DataCategory Category(string en, string sv, string? dpv = null, DataCategoryKind kind = DataCategoryKind.Ordinary) =>
        new() { Title = Text(en, sv), Dpv = dpv, Kind = kind };

    private static DataCategory Identifier(string en, string sv, string? dpv = null) => Category(en, sv, dpv, DataCategoryKind.Identifier);

    private static DataCategory Special(string en, string sv, string dpv) => Category(en, sv, dpv, DataCategoryKind.SpecialCategory);
}
