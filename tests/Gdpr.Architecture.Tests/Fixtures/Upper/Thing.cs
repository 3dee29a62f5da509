namespace Gdpr.Architecture.Tests.Fixtures.Upper;

/// <summary>Something of a floor above, for the test of the check of floors.</summary>
internal sealed class Thing
{
    public static int Count(string text) => text.Length;
}
