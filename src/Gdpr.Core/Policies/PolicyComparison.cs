using System.Text.Json.Nodes;
using Gdpr.Policies.Json;

namespace Gdpr.Policies;

/// <summary>Tells what changed for people between two versions of a policy, and how much it matters.</summary>
/// <remarks>Pure. What is told here is what notices tell: purposes, bases, data, periods, recipients, transfers, profiling, origins. Titles, measures,
/// routines and owners are no matter of the people concerned.</remarks>
public static class PolicyComparison
{
    /// <summary>The changes from one version to a later one: those of weight first, otherwise in the order of the policy.</summary>
    /// <param name="earlier">The version before.</param>
    /// <param name="later">The version after.</param>
    public static IReadOnlyList<PolicyChange> Between(GdprPolicy earlier, GdprPolicy later)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        ArgumentNullException.ThrowIfNull(later);
        var differs = Differences(earlier, later);
        IEnumerable<PolicyChange> all =
        [
            .. Controllers(earlier, later), .. Purposes(earlier, later),
            .. later.Activities.Where(activity => earlier.Activities.ContainsKey(activity.Key))
                .SelectMany(activity => Of(activity.Key, earlier.Activities[activity.Key], activity.Value, member => differs("activities", activity.Key, member))),
            .. Recipients(earlier, later, differs), .. Origins(earlier, later), .. ConsentTexts(earlier, later),
        ];
        return [.. all.OrderByDescending(change => change.Weight)];
    }

    /// <summary>Whether a member of something that both versions have is written otherwise, in canonical form: however it was declared.</summary>
    private static Func<string, string, string, bool> Differences(GdprPolicy earlier, GdprPolicy later)
    {
        var (before, after) = (PolicyForm.Canonical.Of(earlier), PolicyForm.Canonical.Of(later));
        return (section, id, member) => !JsonNode.DeepEquals(before[section]?[id]?[member], after[section]?[id]?[member]);
    }

    private static IEnumerable<PolicyChange> Controllers(GdprPolicy earlier, GdprPolicy later)
    {
        foreach (var id in earlier.Controllers.Keys.Union(later.Controllers.Keys, StringComparer.Ordinal))
        {
            var (before, after) = (earlier.Controllers.GetValueOrDefault(id), later.Controllers.GetValueOrDefault(id));
            if (before?.Name != after?.Name)
            {
                yield return new PolicyChange(PolicyChangeKind.Controller, id, ChangeWeight.Weighty, before?.Name, after?.Name);
            }
            else if (before?.Contact != after?.Contact)
            {
                yield return new PolicyChange(PolicyChangeKind.Controller, id, ChangeWeight.Minor, before?.Contact, after?.Contact);
            }
        }
    }

    /// <summary>A purpose is new where no activity had it, and a new activity for it also where others had it before: it covers more, or rests on something
    /// else.</summary>
    private static IEnumerable<PolicyChange> Purposes(GdprPolicy earlier, GdprPolicy later)
    {
        foreach (var (id, activity) in later.Activities.Where(activity => !earlier.Activities.ContainsKey(activity.Key)))
        {
            yield return new PolicyChange(PolicyChangeKind.PurposeAdded, id, ChangeWeight.Weighty, null, activity.Purpose);
        }

        foreach (var (id, activity) in earlier.Activities.Where(activity => !later.Activities.ContainsKey(activity.Key)))
        {
            yield return new PolicyChange(PolicyChangeKind.PurposeRemoved, id, ChangeWeight.Minor, activity.Purpose);
        }
    }

    private static IEnumerable<PolicyChange> Of(string id, Activity before, Activity after, Func<string, bool> differs)
    {
        if (before.Purpose != after.Purpose)
        {
            yield return new PolicyChange(PolicyChangeKind.PurposeAdded, id, ChangeWeight.Weighty, before.Purpose, after.Purpose);
        }

        if (differs("basis"))
        {
            yield return new PolicyChange(
                PolicyChangeKind.Basis, id, before.Basis?.Kind == after.Basis?.Kind ? ChangeWeight.Minor : ChangeWeight.Weighty,
                before.Basis?.Kind?.ToString(), after.Basis?.Kind?.ToString());
        }

        foreach (var path in after.Data.Except(before.Data, StringComparer.Ordinal))
        {
            yield return new PolicyChange(PolicyChangeKind.DataAdded, id, ChangeWeight.Weighty, null, path);
        }

        foreach (var path in before.Data.Except(after.Data, StringComparer.Ordinal))
        {
            yield return new PolicyChange(PolicyChangeKind.DataRemoved, id, ChangeWeight.Minor, path);
        }

        // Whether another rule keeps longer depends on the record: nobody is to find out from the data.
        if (differs("retention") || differs("minimum") || differs("limit"))
        {
            yield return new PolicyChange(PolicyChangeKind.Retention, id, ChangeWeight.Weighty);
        }

        foreach (var path in Disclosed(after).Except(Disclosed(before), StringComparer.Ordinal))
        {
            yield return new PolicyChange(PolicyChangeKind.RecipientAdded, id, ChangeWeight.Weighty, null, path);
        }

        foreach (var path in Disclosed(before).Except(Disclosed(after), StringComparer.Ordinal))
        {
            yield return new PolicyChange(PolicyChangeKind.RecipientRemoved, id, ChangeWeight.Minor, path);
        }

        if (differs("profiling"))
        {
            yield return new PolicyChange(PolicyChangeKind.Profiling, id, after.Profiling is null ? ChangeWeight.Minor : ChangeWeight.Weighty);
        }
    }

    /// <summary>To whom an activity discloses, and what: each field of a recipient by itself.</summary>
    private static IEnumerable<string> Disclosed(Activity activity) => activity.Recipients.SelectMany(
        disclosure => disclosure.Data.Count == 0 ? [disclosure.Recipient] : disclosure.Data.Select(path => $"{disclosure.Recipient}: {path}"));

    private static IEnumerable<PolicyChange> Recipients(GdprPolicy earlier, GdprPolicy later, Func<string, string, string, bool> differs) =>
        from recipient in later.Recipients
        let before = earlier.Recipients.GetValueOrDefault(recipient.Key)
        where before is not null && (differs("recipients", recipient.Key, "country") || differs("recipients", recipient.Key, "transfer"))
        select new PolicyChange(PolicyChangeKind.Transfer, recipient.Key, ChangeWeight.Weighty, before.Country, recipient.Value.Country);

    private static IEnumerable<PolicyChange> Origins(GdprPolicy earlier, GdprPolicy later) =>
        from system in later.Systems
        from dataSet in system.Value.DataSets
        let before = earlier.Systems.GetValueOrDefault(system.Key)?.DataSets.GetValueOrDefault(dataSet.Key)
        where before is not null
        from origin in dataSet.Value.Origins.Except(before.Origins, StringComparer.Ordinal)
        select new PolicyChange(PolicyChangeKind.Origin, $"{system.Key}.{dataSet.Key}", ChangeWeight.Weighty, null, origin);

    private static IEnumerable<PolicyChange> ConsentTexts(GdprPolicy earlier, GdprPolicy later) =>
        from activity in later.Activities
        let text = activity.Value.Basis?.Consent?.Text
        where text is not null && earlier.Activities.GetValueOrDefault(activity.Key)?.Basis?.Consent?.Text == text
        let before = earlier.Documents.GetValueOrDefault(text)?.Version
        let after = later.Documents.GetValueOrDefault(text)?.Version
        where before != after
        select new PolicyChange(PolicyChangeKind.ConsentText, activity.Key, ChangeWeight.Weighty, before, after);
}
