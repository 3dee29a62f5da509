using Gdpr.Policies.Json;
using NodaTime;

namespace Gdpr.Policies.Lint;

/// <summary>One validation of one policy: what the rules look at, and what they have found.</summary>
/// <param name="policy">The policy.</param>
/// <param name="settled">Pointers of members that could not be read, of which nothing more is said.</param>
internal sealed class LintRun(GdprPolicy policy, IReadOnlySet<string> settled)
{
    private const string EmployeeTerm = "dpv:Employee";

    private readonly HashSet<PolicyFinding> _findings = [];
    private readonly Dictionary<object, IReadOnlyList<CoveredDataSet>> _dataSets = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<object, IReadOnlyList<CoveredField>> _fields = new(ReferenceEqualityComparer.Instance);

    public GdprPolicy Policy { get; } = policy;

    public PolicyWalk Walk { get; } = PolicyWalk.Through(policy);

    public PolicyCoverage Coverage { get; } = PolicyCoverage.Of(policy);

    /// <summary>The first day of the policy. Without one, nothing is overdue and nothing has ended.</summary>
    public LocalDate? Effective => Policy.Effective;

    /// <summary>The activities that are there.</summary>
    public IEnumerable<(string Id, Activity Value, Place At)> Activities => Stated.In(Policy.Activities, Place.Root / "activities");

    /// <summary>Reports a finding.</summary>
    /// <param name="code">The code.</param>
    /// <param name="at">The place of the member at fault.</param>
    /// <param name="message">What is wrong, with the ids concerned.</param>
    /// <param name="mend">How to mend it, where it can be said more exactly than the code says it.</param>
    public void Report(string code, Place at, string message, string? mend = null)
    {
        var known = FindingCodes.Find(code) ?? throw new InvalidOperationException($"{code} is not registered.");
        if (!JsonPointer.Outwards(at.Pointer).Any(settled.Contains))
        {
            _findings.Add(new PolicyFinding(code, known.Severity, at.Pointer, message, mend ?? known.Mend, known.Article));
        }
    }

    /// <summary>Reports that an object lacks a member.</summary>
    public void ReportMissing(string code, Place owner, string member, string message, string? mend = null)
    {
        if (!IsSettled(owner / member))
        {
            Report(code, owner, message, mend);
        }
    }

    /// <summary>Whether something is declared at a place, and could not be read.</summary>
    public bool IsSettled(Place at) => settled.Contains(at.Pointer);

    /// <summary>Everything found, errors first, in document order.</summary>
    public IReadOnlyList<PolicyFinding> Findings() =>
    [
        .. _findings
            .OrderByDescending(finding => finding.Severity)
            .ThenBy(finding => Walk.OrderOf(finding.Path))
            .ThenBy(finding => finding.Path, StringComparer.Ordinal)
            .ThenBy(finding => finding.Code, StringComparer.Ordinal)
            .ThenBy(finding => finding.Message, StringComparer.Ordinal),
    ];

    /// <summary>A category of data, declared or built in, or <see langword="null"/>.</summary>
    public DataCategory? CategoryOf(string id) => Policy.Categories.Find(id) ?? Vocabulary.Categories.Find(id);

    /// <summary>A purpose, declared or built in, or <see langword="null"/> where an activity only names it.</summary>
    public Purpose? PurposeOf(string id) => Policy.Purposes.Find(id) ?? Vocabulary.Purposes.Find(id);

    /// <summary>A kind of people, declared or built in, or <see langword="null"/>.</summary>
    public SubjectCategory? SubjectOf(string id) => Policy.Subjects.Find(id) ?? Vocabulary.Subjects.Find(id);

    /// <summary>Whether a kind of people works for the organisation.</summary>
    public bool IsEmployee(string? subject) => subject is not null && SubjectOf(subject)?.Dpv?.StartsWith(EmployeeTerm, StringComparison.Ordinal) == true;

    /// <summary>The kind of data in a field.</summary>
    public DataCategoryKind KindOf(DataField field) => Policy.KindOf(field.Category);

    /// <summary>The data sets that an activity's references reach, each once, in the order of the references.</summary>
    public IReadOnlyList<CoveredDataSet> DataSetsOf(Activity activity) =>
        Remembered(_dataSets, activity, () => [.. Coverage.DataSetsOf(activity)]);

    /// <summary>The fields that references to data reach, each once, in the order of the references.</summary>
    public IReadOnlyList<CoveredField> FieldsOf(IReadOnlyList<string> references) =>
        Remembered(_fields, references, () => [.. references.SelectMany(FieldsOf).DistinctBy(field => field.Path)]);

    /// <summary>The fields of some kinds that references to data reach, as text for messages; empty where there are none.</summary>
    public string FieldsOfKind(IReadOnlyList<string> references, params IReadOnlyList<DataCategoryKind> kinds) =>
        string.Join(", ", FieldsOf(references).Where(field => kinds.Contains(KindOf(field.Field))).Select(field => field.Path));

    private IEnumerable<CoveredField> FieldsOf(string reference)
    {
        if (!DataPath.TryParse(reference, out var path) || Coverage.Find(path.DataSetPath) is not { } set)
        {
            return [];
        }

        var ids = path.Field is { } one ? [one] : set.DataSet.Fields.Keys;
        return ids
            .Select(id => (Path: set.Path with { Field = id }, Field: set.DataSet.Fields.Find(id)))
            .Where(field => field.Field is not null)
            .Select(field => new CoveredField(field.Path, field.Field!, set));
    }

    /// <summary>The rules ask for the same again and again: what an object of the policy reaches is worked out once.</summary>
    private static T Remembered<T>(Dictionary<object, T> known, object key, Func<T> workOut)
    {
        if (!known.TryGetValue(key, out var value))
        {
            value = workOut();
            known.Add(key, value);
        }

        return value;
    }
}

/// <summary>A field reached by a reference to data.</summary>
internal sealed record CoveredField(DataPath Path, DataField Field, CoveredDataSet Set);
