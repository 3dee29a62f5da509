namespace Gdpr.EntityFrameworkCore.Mapping;

/// <summary>Whether an id of the policy and a name in code are the same: <c>contract-ended</c> and <c>ContractEnded</c>.</summary>
internal static class Names
{
    public static bool Same(string id, string name) => string.Equals(Plain(id), Plain(name), StringComparison.OrdinalIgnoreCase);

    private static string Plain(string name) =>
        name.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal);
}
