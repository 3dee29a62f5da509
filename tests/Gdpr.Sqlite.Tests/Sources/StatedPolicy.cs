using Gdpr.Policies;
using Gdpr.Retention;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>Policies that a test states in full, because what they say of dates is what it is about.</summary>
internal static class StatedPolicy
{
    /// <summary>The controller's member of such a policy.</summary>
    public const string Controllers = """
        "controllers": { "us": { "name": "Us", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@us.example" } }
        """;

    /// <summary>The rules of a policy, as of <see cref="Shop.Now"/>.</summary>
    public static RetentionEvaluator Read(string json)
    {
        var policy = PolicyReader.Read(json);
        policy.Policy.ShouldNotBeNull(string.Join('\n', policy.Findings.Select(finding => finding.ToString())));
        return RetentionSchedule.Compile(policy.Policy!).At(Shop.Now);
    }
}
