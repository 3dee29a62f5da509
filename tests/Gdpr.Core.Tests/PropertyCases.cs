using System.Globalization;
using FsCheck;

namespace Gdpr.Core.Tests;

/// <summary>How many cases a property is tried on, and which.</summary>
internal static class PropertyCases
{
    /// <summary>At most this many cases a property, and each time the same ones: for runs that repeat the tests, as mutation testing does.</summary>
    private const string Variable = "GDPR_PROPERTY_CASES";

    /// <summary>Throws on a property that fails. Tries it on new cases each time, unless the environment asks for few.</summary>
    public static Config Of(int count)
    {
        var all = Config.QuickThrowOnFailure.WithMaxTest(count);
        return Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } atMost
            ? all
            : all.WithMaxTest(Math.Min(count, int.Parse(atMost, CultureInfo.InvariantCulture))).WithReplay(1, 1);
    }
}
