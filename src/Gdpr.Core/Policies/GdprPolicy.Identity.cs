namespace Gdpr.Policies;

public sealed partial class GdprPolicy
{
    /// <summary>The SHA-256 hash of the canonical JSON, in lower-case hexadecimal.</summary>
    public string Hash => "";
}
