namespace Gdpr.Policies;

/// <summary>The built-in ids that a policy may use without declaring them: categories of data, kinds of people and purposes.</summary>
/// <remarks>
/// <para>A policy that declares an id of its own with the same name overrides the built-in one, whole.</para>
/// <para>Where the W3C Data Privacy Vocabulary 2.0 has the same notion, the entry names its term: <c>dpv:</c> stands for
/// <c>https://w3id.org/dpv#</c>, <c>pd:</c> for <c>https://w3id.org/dpv/pd#</c>.</para>
/// </remarks>
public static partial class Vocabulary
{
    private static LocalizedText Text(string en, string sv) => new() { En = en, Sv = sv };
}
