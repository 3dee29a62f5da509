using System.Collections.Frozen;

namespace Gdpr.Policies;

public static partial class Vocabulary
{
    /// <summary>Purposes by id.</summary>
    public static IReadOnlyDictionary<string, Purpose> Purposes { get; } = new Dictionary<string, Purpose>(StringComparer.Ordinal)
    {
        { "service-provision", Purpose("To provide the services", "Att tillhandahålla tjänsterna", "dpv:ServiceProvision") },
        { "contract-administration", Purpose("To administer contracts", "Att administrera avtal", "dpv:FulfilmentOfContractualObligation") },
        { "order-handling", Purpose("To handle orders", "Att hantera beställningar", "dpv:CustomerOrderManagement") },
        { "billing", Purpose("To invoice and take payment", "Att fakturera och ta betalt", "dpv:PaymentManagement") },
        { "customer-support", Purpose("To answer and support customers", "Att svara och hjälpa kunder", "dpv:CustomerCare") },
        { "customer-relations", Purpose("To keep in touch with customers", "Att vårda kundrelationer", "dpv:CustomerRelationshipManagement") },
        { "prospecting", Purpose("To find and meet new customers", "Att hitta och möta nya kunder") },
        { "direct-marketing", new Purpose { Title = Text("Direct marketing", "Direktmarknadsföring"), Dpv = "dpv:DirectMarketing", DirectMarketing = true } },
        { "personalisation", Purpose("To adapt services to the person", "Att anpassa tjänster efter personen", "dpv:ServicePersonalisation") },
        { "web-analytics", Purpose("To measure how the web site is used", "Att mäta hur webbplatsen används", "dpv:ServiceUsageAnalytics") },
        { "service-improvement", Purpose("To improve the services", "Att förbättra tjänsterna", "dpv:ImproveExistingProductsAndServices") },
        { "credit-assessment", Purpose("To assess creditworthiness", "Att bedöma kreditvärdighet", "dpv:CreditChecking") },
        { "identity-verification", Purpose("To verify who somebody is", "Att kontrollera vem någon är", "dpv:IdentityVerification") },
        { "access-administration", Purpose("To administer accounts and permissions", "Att administrera konton och behörigheter", "dpv:EnforceAccessControl") },
        { "security", Purpose("To protect networks, systems and services", "Att skydda nät, system och tjänster", "dpv:EnforceSecurity") },
        { "system-operation", Purpose("To run, monitor and debug systems", "Att driva, övervaka och felsöka system", "dpv:TechnicalServiceProvision") },
        { "backup", Purpose("To restore data after loss", "Att återställa data efter förlust", "dpv:IncreaseServiceRobustness") },
        { "bookkeeping", Purpose("Bookkeeping", "Bokföring", "dpv:LegalCompliance") },
        { "tax", Purpose("To account for taxes", "Att redovisa skatter") },
        { "legal-claims", Purpose("To establish, exercise or defend legal claims", "Att fastställa, göra gällande eller försvara rättsliga anspråk", "dpv:DisputeManagement") },
        { "accountability", Purpose("To prove that the law is followed", "Att visa att lagen följs", "dpv:LegalCompliance") },
        { "marketing-suppression", Purpose("To keep marketing from those who objected", "Att hålla marknadsföring borta från den som invänt", "dpv:RightsFulfillment") },
        { "rights-handling", Purpose("To meet the rights of data subjects", "Att tillgodose de registrerades rättigheter", "dpv:RightsFulfillment") },
        { "personnel-administration", Purpose("To administer employment", "Att administrera anställningar", "dpv:PersonnelManagement") },
        { "payroll", Purpose("To pay salaries", "Att betala lön", "dpv:PersonnelPayment") },
        { "recruitment", Purpose("To recruit", "Att rekrytera", "dpv:PersonnelHiring") },
        { "supplier-management", Purpose("To manage suppliers and partners", "Att hantera leverantörer och samarbetspartner", "dpv:VendorManagement") },
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static Purpose Purpose(string en, string sv, string? dpv = null) => new() { Title = Text(en, sv), Dpv = dpv };
}
