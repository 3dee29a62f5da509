namespace Gdpr.Http;

/// <summary>Which addresses personal data is sent to.</summary>
internal static class Addresses
{
    /// <summary>Whether an address encrypts, or does not leave the machine; and carries no credentials.</summary>
    public static bool MayBeUsed(Uri address) =>
        address.IsAbsoluteUri && address.UserInfo.Length == 0
        && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback));

    /// <summary>Whether two addresses are of the same server, reached in the same way.</summary>
    public static bool AreSameServer(Uri one, Uri other) => one.Scheme == other.Scheme && one.Port == other.Port
        && string.Equals(one.IdnHost, other.IdnHost, StringComparison.OrdinalIgnoreCase);

    /// <summary>An address with a path added.</summary>
    public static Uri Below(Uri address, string path) => path.Length == 0 ? address
        : new UriBuilder(address) { Path = address.AbsolutePath.TrimEnd('/') + "/" + path }.Uri;
}
