namespace Gdpr.Policies;

/// <summary>Which addresses data may be sent to.</summary>
internal static class Endpoints
{
    /// <summary>Whether an address encrypts, or does not leave the machine.</summary>
    public static bool IsEncrypted(string endpoint) =>
        Uri.TryCreate(endpoint, UriKind.Absolute, out var address) && IsEncrypted(address);

    /// <inheritdoc cref="IsEncrypted(string)"/>
    public static bool IsEncrypted(Uri address) =>
        address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback);
}
