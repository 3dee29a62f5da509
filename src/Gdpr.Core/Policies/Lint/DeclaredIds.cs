namespace Gdpr.Policies.Lint;

/// <summary>The ids that references may name, by section: those that the policy declares and those that are built in.</summary>
internal sealed class DeclaredIds
{
    private readonly Dictionary<PolicySection, Section> _sections = [];

    public DeclaredIds(LintRun run)
    {
        var policy = run.Policy;
        Add(PolicySection.Controllers, "controllers", "controller", policy.Controllers);
        Add(PolicySection.SubjectCategories, "subjects", "kind of people", policy.Subjects, Vocabulary.Subjects.Keys);
        Add(PolicySection.Categories, "categories", "category", policy.Categories, Vocabulary.Categories.Keys);
        Add(PolicySection.Purposes, "purposes", "purpose", policy.Purposes, [.. Vocabulary.Purposes.Keys, .. run.Activities.Select(activity => activity.Value.Purpose)]);
        Add(PolicySection.Origins, "origins", "origin", policy.Origins);
        Add(PolicySection.Systems, "systems", "system", policy.Systems);
        Add(PolicySection.Activities, "activities", "activity", policy.Activities);
        Add(PolicySection.Services, "services", "service", policy.Services);
        Add(PolicySection.Recipients, "recipients", "recipient", policy.Recipients);
        Add(PolicySection.Agreements, "agreements", "agreement", policy.Agreements);
        Add(PolicySection.Roles, "roles", "role", policy.Roles);
        Add(PolicySection.Controls, "controls", "control", policy.Controls);
        Add(PolicySection.PasswordRules, "passwordRules", "password rule", policy.PasswordRules);
        Add(PolicySection.Documents, "documents", "document", policy.Documents);
        Add(PolicySection.Assessments, "assessments", "assessment", policy.Assessments);
        _sections[PolicySection.Data] = new Section("systems", "data set or field", [], [.. run.Coverage.DataSets.SelectMany(PathsOf)]);
    }

    /// <summary>Whether an id may be named.</summary>
    public bool Has(PolicySection section, string id) => _sections[section].All.Contains(id);

    /// <summary>The ids that may be named.</summary>
    public IEnumerable<string> Of(PolicySection section) => _sections[section].All;

    /// <summary>The ids that the policy itself declares.</summary>
    public IReadOnlyList<string> Declared(PolicySection section) => _sections[section].Declared;

    /// <summary>The member of the policy that declares the ids.</summary>
    public string MemberOf(PolicySection section) => _sections[section].Member;

    /// <summary>What one declaration of the section is called.</summary>
    public string NounOf(PolicySection section) => _sections[section].Noun;

    private static IEnumerable<string> PathsOf(CoveredDataSet set) =>
        set.DataSet.Fields.Keys.Select(field => (set.Path with { Field = field }).ToString()).Prepend(set.Path.DataSetPath);

    private void Add<T>(PolicySection section, string member, string noun, IReadOnlyDictionary<string, T> declared, IEnumerable<string>? builtIn = null) =>
        _sections[section] = new Section(member, noun, [.. declared.Keys], [.. declared.Keys, .. builtIn ?? []]);

    private sealed record Section(string Member, string Noun, IReadOnlyList<string> Declared, HashSet<string> All);
}
