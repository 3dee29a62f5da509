using Bogus;
using Gdpr.Policies;

namespace Gdpr.Samples.Generation;

/// <summary>What an organisation knows of its people beside the data: consents, objections, holds and requests.</summary>
internal static class KnownFacts
{
    /// <summary>Invents the facts about a person, each as the library reads it (see <c>DataSetSchedule.Facts</c>).</summary>
    public static IEnumerable<string> Of(GdprPolicy policy, Randomizer random)
    {
        foreach (var purpose in Purposes(policy, LawfulBasisKind.Consent))
        {
            switch (random.Int(0, 99))
            {
                case < 70:
                    yield return $"consent-given:{purpose}";
                    break;
                case < 84:
                    yield return $"consent-given:{purpose}";
                    yield return $"consent-withdrawn:{purpose}";
                    break;
                case < 90:
                    yield return $"?consent-given:{purpose}";
                    break;
            }
        }

        foreach (var purpose in Purposes(policy, LawfulBasisKind.LegitimateInterest))
        {
            switch (random.Int(0, 999))
            {
                case < 6:
                    yield return $"objection-pending:{purpose}";
                    break;
                case < 16:
                    yield return $"objection-upheld:{purpose}";
                    break;
            }
        }

        var rest = random.Int(0, 999) switch
        {
            < 5 => "hold",
            < 9 => "request-open",
            < 12 => "restricted",
            < 15 => "restricted-claims",
            < 18 => "erasure-granted",
            < 20 => "?hold",
            _ => null,
        };
        if (rest is not null)
        {
            yield return rest;
        }
    }

    private static IEnumerable<string> Purposes(GdprPolicy policy, LawfulBasisKind basis) =>
        policy.Activities.Values.Where(activity => activity.Basis?.Kind == basis).Select(activity => activity.Purpose).Distinct(StringComparer.Ordinal);
}
