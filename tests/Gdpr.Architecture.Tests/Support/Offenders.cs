namespace Gdpr.Architecture.Tests.Support;

internal static class Offenders
{
    /// <summary>Fails with every offender at once, so that one run shows all there is to mend.</summary>
    public static void ShouldBeNone(this IEnumerable<string> offenders, string rule)
    {
        var found = offenders.Distinct(StringComparer.Ordinal).ToList();
        if (found.Count > 0)
        {
            Assert.Fail($"{rule}\n{found.Count} offender(s):\n  {string.Join("\n  ", found)}");
        }
    }
}
