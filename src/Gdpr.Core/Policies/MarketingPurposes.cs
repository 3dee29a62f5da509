namespace Gdpr.Policies;

/// <summary>Which purposes are direct marketing (Art. 21(2)).</summary>
internal static class MarketingPurposes
{
    /// <summary>Whether a purpose is, as the policy or the vocabulary has it.</summary>
    public static bool Has(GdprPolicy policy, string purpose) =>
        (policy.Purposes.GetValueOrDefault(purpose) ?? Vocabulary.Purposes.GetValueOrDefault(purpose))?.DirectMarketing == true;

    /// <summary>Those that activities of a policy have, ordinally.</summary>
    public static string[] Of(GdprPolicy policy) =>
        [.. policy.Activities.Values.Select(activity => activity.Purpose).Where(purpose => Has(policy, purpose)).Distinct().Order(StringComparer.Ordinal)];
}
