using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Policies.Lint;
using NodaTime;

namespace Gdpr.Consents;

/// <summary>What a policy says about the consent to one purpose, or to one optional field for it.</summary>
internal sealed record ConsentTerms(GdprPolicy Policy, string Controller, string Purpose, string? Field, IReadOnlyList<string> Activities, ConsentBasis? Basis)
{
    /// <summary>The zone in which the controller's days are counted.</summary>
    public DateTimeZone Zone => DateTimeZoneProviders.Tzdb[Policy.Controllers[Controller].TimeZone];

    /// <summary>The document with the text; <see langword="null"/> for an optional field of an activity that rests on something else.</summary>
    public PolicyDocument? Document => Policy.Documents.Find(Basis?.Text);

    /// <summary>Whether the data may be about children.</summary>
    public bool MayBeChildren { get; } = DataSetsOf(Policy, Purpose, Controller)
        .SelectMany(set => set.DataSet.Subject).Any(id => (Policy.Subjects.Find(id) ?? Vocabulary.Subjects.Find(id))?.Children == true);

    /// <summary>What the person loses by refusing or withdrawing, where the policy says it: of the consent, otherwise of the activity.</summary>
    public LocalizedText? Consequence => Basis?.Consequence ?? Activities.Select(id => Policy.Activities[id].Consequence).FirstOrDefault(text => text is not null);

    /// <exception cref="UnknownConsentException">No activity of the controller rests on such a consent, several ask by different texts, or the field is no
    /// optional one.</exception>
    public static ConsentTerms Of(GdprPolicy policy, string controller, string purpose, string? field)
    {
        string[] activities =
            [.. ActivitiesOf(policy, purpose, controller).Where(id => field is null ? policy.Activities[id].Basis?.Consent is not null : Covers(policy, id, field))];
        if (activities.Length == 0)
        {
            throw new UnknownConsentException(field is null
                ? $"No activity of the controller '{controller}' rests on consent to {ClearText.NameOf(purpose, "the purpose")}: "
                    + "name a purpose whose activity has the basis consent."
                : $"No activity of the controller '{controller}' covers {ClearText.NameOf(field, "the field")} as an optional field for "
                    + $"{ClearText.NameOf(purpose, "the purpose")}: "
                + "name it as system.dataSet.field, and declare it as optional.");
        }

        ConsentBasis[] bases = [.. activities.Select(id => policy.Activities[id].Basis?.Consent).OfType<ConsentBasis>()];
        return bases.Select(basis => basis.Text).Distinct(StringComparer.Ordinal).Count() <= 1
            ? new ConsentTerms(policy, controller, purpose, field, activities, bases.FirstOrDefault(basis => basis.Explicit) ?? bases.FirstOrDefault())
            : throw new UnknownConsentException(
                $"The activities {string.Join(", ", activities)} ask for consent to one purpose by several texts: "
                + "let them name the same document, or give them purposes of their own.");
    }

    /// <summary>The data sets that a purpose of a controller uses.</summary>
    public static IReadOnlyList<CoveredDataSet> DataSetsOf(GdprPolicy policy, string purpose, string controller)
    {
        var coverage = PolicyCoverage.Of(policy);
        return [.. ActivitiesOf(policy, purpose, controller).SelectMany(id => coverage.DataSetsOf(policy.Activities[id])).DistinctBy(set => set.Path.DataSetPath)];
    }

    /// <summary>The activities of a controller for a purpose, by id. What is done as a processor is another's, and rests on no basis of its own.</summary>
    public static IEnumerable<string> ActivitiesOf(GdprPolicy policy, string purpose, string controller) =>
        from pair in policy.Activities
        where pair.Value.Purpose == purpose && pair.Value.Capacity != ProcessingCapacity.Processor && (pair.Value.Controller ?? OnlyController(policy)) == controller
        select pair.Key;

    private static bool Covers(GdprPolicy policy, string activity, string field) =>
        DataPath.TryParse(field, out var path) && path.Field is { } name
        && policy.Systems.Find(path.System)?.DataSets.Find(path.DataSet)?.Fields.Find(name)?.Optional == true
        && policy.Activities[activity].Data.Any(reference => reference == field || reference == path.DataSetPath);

    private static string? OnlyController(GdprPolicy policy) => policy.Controllers.Count == 1 ? policy.Controllers.Keys.First() : null;
}
