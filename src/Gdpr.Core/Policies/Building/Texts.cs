namespace Gdpr.Policies.Building;

/// <summary>Texts as builders take them: English, and Swedish where there is one.</summary>
internal static class Texts
{
    public static LocalizedText Of(string en, string? sv)
    {
        ArgumentNullException.ThrowIfNull(en);
        return new LocalizedText { En = en, Sv = sv };
    }
}
