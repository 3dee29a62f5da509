using Gdpr.Policies;

namespace Gdpr.Disclosures;

/// <summary>Which fields an activity may disclose to a recipient: those that it names, whose categories the agreement covers. Pure.</summary>
internal sealed class DisclosedFields(GdprPolicy policy)
{
    /// <summary>Of what is asked for, the fields that may be disclosed, and what may not; both ordinally.</summary>
    public (IReadOnlyList<string> Fields, IReadOnlyList<string> Beyond) Decide(DisclosureRequest request, Activity activity, Recipient recipient)
    {
        var declared = activity.Recipients.Where(disclosure => disclosure.Recipient == request.Recipient).SelectMany(disclosure => disclosure.Data)
            .SelectMany(FieldsOf).ToHashSet(StringComparer.Ordinal);
        var terms = recipient.Agreement is { } id && policy.Agreements.TryGetValue(id, out var agreement) ? agreement.Terms : null;
        var (fields, beyond) = (new SortedSet<string>(StringComparer.Ordinal), new SortedSet<string>(StringComparer.Ordinal));
        foreach (var reference in request.Data)
        {
            string[] asked = [.. FieldsOf(reference)];
            if (asked.Length == 0)
            {
                beyond.Add(reference);
            }

            foreach (var field in asked)
            {
                _ = declared.Contains(field) && IsAgreed(field, terms) ? fields.Add(field) : beyond.Add(field);
            }
        }

        return ([.. fields], [.. beyond]);
    }

    /// <summary>The fields that a reference reaches; none where it leads to nothing that is declared.</summary>
    public IEnumerable<string> FieldsOf(string reference)
    {
        if (!DataPath.TryParse(reference, out var path) || !policy.Systems.TryGetValue(path.System, out var system)
            || !system.DataSets.TryGetValue(path.DataSet, out var dataSet))
        {
            return [];
        }

        return path.Field is null ? dataSet.Fields.Keys.Select(field => $"{path.DataSetPath}.{field}")
            : dataSet.Fields.ContainsKey(path.Field) ? [reference] : [];
    }

    /// <summary>The category of a field, by the field's path.</summary>
    public string? CategoryOf(string field) =>
        DataPath.TryParse(field, out var path) && policy.Systems.TryGetValue(path.System, out var system)
        && system.DataSets.TryGetValue(path.DataSet, out var dataSet) && dataSet.Fields.TryGetValue(path.Field ?? "", out var declared) ? declared.Category : null;

    /// <summary>The data sets that some references reach into, ordinally.</summary>
    public static IReadOnlyList<string> DataSetsOf(IEnumerable<string> references) =>
        [.. references.Select(reference => DataPath.TryParse(reference, out var path) ? path.DataSetPath : reference).Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)];

    private bool IsAgreed(string field, ProcessingTerms? terms) =>
        terms is not { Categories.Count: > 0, ByInstruction: false } || terms.Categories.Contains(CategoryOf(field), StringComparer.Ordinal);
}
