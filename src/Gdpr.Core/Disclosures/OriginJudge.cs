using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Policies.Lint;
using NodaTime;

namespace Gdpr.Disclosures;

/// <summary>Whether data may be taken in from where it comes from, as the policy has it: pure.</summary>
internal static class OriginJudge
{
    /// <summary>Whether people are to be told of data that was not collected from themselves (Art. 14).</summary>
    public static bool NeedsNotice(OriginKind from) => from is OriginKind.OtherParty or OriginKind.PublicSource or OriginKind.PurchasedRegister;

    /// <summary>Whether all that a controller uses a data set for is stopped for a person: then nothing of the person is taken in from a list.</summary>
    public static bool IsForNothingElse(GdprPolicy policy, string controller, string dataSet, IReadOnlyList<string> stopped)
    {
        var coverage = PolicyCoverage.Of(policy);
        string[] purposes =
        [
            .. policy.Activities.Values.Where(activity => (activity.Controller ?? PolicyControllers.DefaultOf(policy)) == controller
                && coverage.DataSetsOf(activity).Any(set => set.Path.DataSetPath == dataSet)).Select(activity => activity.Purpose),
        ];
        return purposes.Length > 0 && purposes.All(purpose => stopped.Contains(purpose, StringComparer.Ordinal));
    }

    /// <summary>Refuses what may not stand in the journal.</summary>
    public static void Check(Collection collection, Instant at, Instant now)
    {
        ClearText.CheckWord(collection.Channel, nameof(collection.Channel));
        ClearText.CheckWord(collection.Record, nameof(collection.Record));
        if (at > now)
        {
            throw new ArgumentException("Data is recorded when it has been obtained, not before.", nameof(collection));
        }
    }

    /// <summary>Why it may not be taken in; none where it may.</summary>
    public static List<DisclosureReason> WhyNot(GdprPolicy policy, Collection collection)
    {
        var reasons = new List<DisclosureReason>();
        var dataSet = DataPath.TryParse(collection.DataSet, out var path) && path.Field is null && policy.Systems.TryGetValue(path.System, out var system)
            ? system.DataSets.GetValueOrDefault(path.DataSet) : null;
        if (dataSet is null)
        {
            reasons.Add(new(DisclosureReasons.DataSetUndeclared, "Art. 5(1)(b)", collection.DataSet));
        }
        else if (!dataSet.Origins.Contains(collection.Origin, StringComparer.Ordinal) || !policy.Origins.TryGetValue(collection.Origin, out var origin))
        {
            reasons.Add(new(DisclosureReasons.OriginUndeclared, "Art. 5(1)(a)", collection.Origin));
        }
        else if (origin.Manual && string.IsNullOrWhiteSpace(collection.By))
        {
            reasons.Add(new(DisclosureReasons.RegistrarMissing, "Art. 5(2)", collection.Origin));
        }

        return reasons;
    }
}
