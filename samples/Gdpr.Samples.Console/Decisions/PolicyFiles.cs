using Gdpr.Policies;

namespace Gdpr.Samples.Decisions;

/// <summary>The policies that lie beside the program.</summary>
internal static class PolicyFiles
{
    /// <summary>Reads the policy of an organisation, with everything that validation finds.</summary>
    public static PolicyReadResult Read(string organisation) =>
        PolicyReader.Read(TextOf(organisation));

    /// <summary>The text of an organisation's policy.</summary>
    public static string TextOf(string organisation) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "policies", organisation + ".json"));
}
