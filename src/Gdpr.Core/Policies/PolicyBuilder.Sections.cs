namespace Gdpr.Policies;

/// <content>The sections of a policy: one verb for each kind of declaration.</content>
public sealed partial class PolicyBuilder
{
    private readonly Dictionary<string, Controller> _controllers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SubjectCategory> _subjects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DataCategory> _categories = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Purpose> _purposes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DataOrigin> _origins = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DataSystem> _systems = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Activity> _activities = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Service> _services = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Recipient> _recipients = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Agreement> _agreements = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Role> _roles = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Control> _controls = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PasswordRule> _passwordRules = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PolicyDocument> _documents = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Assessment> _assessments = new(StringComparer.Ordinal);

    /// <summary>A controller that the policy declares (Art. 4(7)).</summary>
    /// <param name="id">Its id.</param>
    /// <param name="controller">The declaration.</param>
    public PolicyBuilder Controller(string id, Controller controller) => Declare("controllers", _controllers, id, controller);

    /// <summary>A kind of people whose data is processed.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="subject">The declaration.</param>
    public PolicyBuilder Subject(string id, SubjectCategory subject) => Declare("subjects", _subjects, id, subject);

    /// <summary>A category of personal data.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="category">The declaration.</param>
    public PolicyBuilder Category(string id, DataCategory category) => Declare("categories", _categories, id, category);

    /// <summary>A purpose with a title of its own.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="purpose">The declaration.</param>
    public PolicyBuilder Purpose(string id, Purpose purpose) => Declare("purposes", _purposes, id, purpose);

    /// <summary>Where personal data may come from.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="origin">The declaration.</param>
    public PolicyBuilder Origin(string id, DataOrigin origin) => Declare("origins", _origins, id, origin);

    /// <summary>A system that holds personal data.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="system">The declaration.</param>
    public PolicyBuilder System(string id, DataSystem system) => Declare("systems", _systems, id, system);

    /// <summary>A processing activity. The order of activities breaks ties between rules.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="activity">The declaration.</param>
    public PolicyBuilder Activity(string id, Activity activity) => Declare("activities", _activities, id, activity);

    /// <summary>A service offered to customers.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="service">The declaration.</param>
    public PolicyBuilder Service(string id, Service service) => Declare("services", _services, id, service);

    /// <summary>A body to which personal data may be disclosed.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="recipient">The declaration.</param>
    public PolicyBuilder Recipient(string id, Recipient recipient) => Declare("recipients", _recipients, id, recipient);

    /// <summary>An agreement on the processing of personal data.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="agreement">The declaration.</param>
    public PolicyBuilder Agreement(string id, Agreement agreement) => Declare("agreements", _agreements, id, agreement);

    /// <summary>A role of people or services, and what it may process.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="role">The declaration.</param>
    public PolicyBuilder Role(string id, Role role) => Declare("roles", _roles, id, role);

    /// <summary>A technical or organisational measure.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="control">The declaration.</param>
    public PolicyBuilder Control(string id, Control control) => Declare("controls", _controls, id, control);

    /// <summary>What a password must be, for which systems.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="rule">The declaration.</param>
    public PolicyBuilder PasswordRule(string id, PasswordRule rule) => Declare("passwordRules", _passwordRules, id, rule);

    /// <summary>A document that the policy refers to.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="document">The declaration.</param>
    public PolicyBuilder Document(string id, PolicyDocument document) => Declare("documents", _documents, id, document);

    /// <summary>An assessment on record.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="assessment">The declaration.</param>
    public PolicyBuilder Assessment(string id, Assessment assessment) => Declare("assessments", _assessments, id, assessment);

    private PolicyBuilder Declare<T>(string section, Dictionary<string, T> declared, string id, T value)
    {
        Open().Of(section).Declare(declared, id, value);
        return this;
    }

    private GdprPolicy Declared() => new()
    {
        Policy = _policy,
        Version = _version,
        Effective = _effective,
        Title = _title,
        Controllers = _controllers,
        Subjects = _subjects,
        Categories = _categories,
        Purposes = _purposes,
        Origins = _origins,
        Systems = _systems,
        Activities = _activities,
        Services = _services,
        Recipients = _recipients,
        Agreements = _agreements,
        Roles = _roles,
        Controls = _controls,
        PasswordRules = _passwordRules,
        Documents = _documents,
        Assessments = _assessments,
        Assumptions = _assumptions,
    };
}
