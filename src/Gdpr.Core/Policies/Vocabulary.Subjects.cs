using System.Collections.Frozen;

namespace Gdpr.Policies;

public static partial class Vocabulary
{
    /// <summary>Kinds of people by id.</summary>
    public static IReadOnlyDictionary<string, SubjectCategory> Subjects { get; } = new Dictionary<string, SubjectCategory>(StringComparer.Ordinal)
    {
        { "customer", Subject("Customers", "Kunder", "dpv:Customer") },
        { "customer-contact", Subject("Contacts at customers", "Kontaktpersoner hos kunder") },
        { "consumer", Subject("Consumers", "Konsumenter", "dpv:Consumer") },
        { "prospect", Subject("Prospective customers", "Möjliga kunder") },
        { "subscriber", Subject("Subscribers", "Prenumeranter", "dpv:Subscriber") },
        { "user", Subject("Users of the services", "Användare av tjänsterna", "dpv:User") },
        { "visitor", new SubjectCategory { Title = Text("Visitors to the web site", "Besökare på webbplatsen"), Dpv = "dpv:Visitor", Unidentified = true } },
        { "supplier", Subject("Contacts at suppliers", "Kontaktpersoner hos leverantörer") },
        { "partner", Subject("Contacts at partners", "Kontaktpersoner hos samarbetspartner") },
        { "employee", Subject("Employees", "Anställda", "dpv:Employee") },
        { "job-applicant", Subject("Job applicants", "Arbetssökande", "dpv:JobApplicant") },
        { "next-of-kin", Subject("Next of kin", "Närstående") },
        { "child", new SubjectCategory { Title = Text("Children", "Barn"), Dpv = "dpv:Child", Children = true } },
        { "data-subject", Subject("Everybody whose data is processed", "Alla vilkas uppgifter behandlas", "dpv:DataSubject") },
        { "third-party", Subject("Others who are mentioned", "Andra som omnämns") },
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static SubjectCategory Subject(string en, string sv, string? dpv = null) => new() { Title = Text(en, sv), Dpv = dpv };
}
