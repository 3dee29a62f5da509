namespace Gdpr.Policies;

/// <summary>The published JSON schema of a policy, with which editors complete and check one while it is written.</summary>
/// <remarks>The schema knows members, kinds of values and which of them go together. What depends on several places at once, such as a
/// reference to a system that nobody declares, is found by <see cref="PolicyReader"/>. What the schema allows the reader can read, but for two things: a
/// whole number written with a fraction or an exponent, such as <c>12.0</c>, and a period of more than a thousand years. In one thing the schema is stricter:
/// <c>null</c> for a member, which the reader takes as its absence, is refused.</remarks>
public static class PolicySchema
{
    /// <summary>The member with which a document names its schema; it is no part of the policy.</summary>
    internal const string MemberName = "$schema";

    private const string ResourceName = "gdpr-policy.schema.json";

    /// <summary>The schema, in JSON Schema draft 2020-12.</summary>
    public static string Json => field ??= Load();

    private static string Load()
    {
        using var stream = typeof(PolicySchema).Assembly.GetManifestResourceStream(ResourceName)
            ?? throw new InvalidOperationException($"The assembly was built without {ResourceName}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
