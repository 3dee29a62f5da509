using NodaTime;

namespace Gdpr.Policies;

public sealed partial class GdprPolicy
{
    /// <summary>Builds a policy in C#.</summary>
    /// <param name="policy">The policy's id, the same through all its versions.</param>
    /// <param name="version">The version.</param>
    /// <param name="effective">The first local date, inclusive, on which this version is in force.</param>
    /// <param name="describe">Declares its parts.</param>
    /// <exception cref="GdprPolicyException">A finding is an error; the exception carries all findings.</exception>
    public static GdprPolicy Build(string policy, string version, LocalDate effective, Action<PolicyBuilder> describe)
    {
        ArgumentNullException.ThrowIfNull(describe);
        var builder = new PolicyBuilder(policy, version, effective);
        describe(builder);
        return builder.Build();
    }
}
