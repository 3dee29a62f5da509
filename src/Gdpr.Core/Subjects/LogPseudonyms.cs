using System.Buffers.Binary;
using System.Net;
using System.Text;
using Gdpr.Journals;
using Gdpr.Policies;

namespace Gdpr.Subjects;

/// <summary>What stands in a log in place of a user's name or address (Art. 4(5), 25(1), 32(1)(a)): the same for the same person, so that a fault can be followed
/// through the lines, and nobody's for whoever has the log and not the key.</summary>
/// <remarks>It remains personal data of the controller, who has the key: a log is a data set of the policy, with its period. A source of log lines knows people by
/// their pseudonyms: register them as the native ids of its data set, and the lines are found for the person. What the vault keeps cannot be joined with a
/// log. Asks no store, and is safe to use from several threads.</remarks>
public sealed class LogPseudonyms
{
    private const int Size = 16;

    private readonly IKeyRing _keys;
    private readonly Func<GdprPolicy> _policy;

    internal LogPseudonyms(IKeyRing keys, Func<GdprPolicy> policy) => (_keys, _policy) = (keys, policy);

    private static ReadOnlySpan<byte> PersonDomain => "gdpr-log-person-1"u8;

    private static ReadOnlySpan<byte> AddressDomain => "gdpr-log-address-1"u8;

    /// <summary>The pseudonym of a person, under the ring's current key: 32 hexadecimal digits.</summary>
    /// <param name="identifier">The identifier that would stand in the log.</param>
    /// <param name="controller">The controller, or a client's id; with exactly one controller declared, it is the default. With another controller the same person has
    /// another pseudonym.</param>
    /// <exception cref="UnknownControllerException">None is named, and the policy has several.</exception>
    public string Of(SubjectIdentifier identifier, string? controller = null)
    {
        ArgumentNullException.ThrowIfNull(identifier);
        return Of(identifier.Hash(ControllerOf(controller), _keys).Digests[0]);
    }

    /// <summary>The pseudonym of an address, under the ring's current key: 32 hexadecimal digits. An IPv4 address that is written as one of IPv6 is the same.</summary>
    /// <param name="address">The address.</param>
    /// <param name="controller">The controller, as for a person.</param>
    /// <exception cref="UnknownControllerException">None is named, and the policy has several.</exception>
    public string Of(IPAddress address, string? controller = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        return Of(address, ControllerOf(controller), _keys.CurrentKeyId);
    }

    /// <summary>The pseudonyms that a person has had, under every key of the ring, the current one first: the native ids under which log lines are the
    /// person's.</summary>
    /// <param name="identifier">The identifier.</param>
    /// <param name="controller">The controller, as for <see cref="Of(SubjectIdentifier, string?)"/>.</param>
    /// <exception cref="UnknownControllerException">None is named, and the policy has several.</exception>
    public IReadOnlyList<string> AllOf(SubjectIdentifier identifier, string? controller = null)
    {
        ArgumentNullException.ThrowIfNull(identifier);
        return [.. identifier.Hash(ControllerOf(controller), _keys).Digests.Select(Of)];
    }

    /// <summary>The pseudonyms that an address has had, under every key of the ring, the current one first.</summary>
    /// <param name="address">The address.</param>
    /// <param name="controller">The controller, as for <see cref="Of(IPAddress, string?)"/>.</param>
    /// <exception cref="UnknownControllerException">None is named, and the policy has several.</exception>
    public IReadOnlyList<string> AllOf(IPAddress address, string? controller = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        var known = ControllerOf(controller);
        return [.. _keys.KeyIds.Select(key => Of(address, known, key))];
    }

    // The digest stands in the vault: a second one over it keeps the two apart.
    private string Of(KeyedDigest identifier) => TextOf(identifier.KeyId, [.. PersonDomain, .. identifier.Digest.ToArray()]);

    private string Of(IPAddress address, string controller, string key)
    {
        var length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, Encoding.UTF8.GetByteCount(controller));
        var bytes = (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).GetAddressBytes();
        return TextOf(key, [.. AddressDomain, .. length, .. Encoding.UTF8.GetBytes(controller), .. bytes]);
    }

    private string TextOf(string key, ReadOnlySpan<byte> content) => Convert.ToHexStringLower(_keys.Authenticate(key, content).ToArray().AsSpan(0, Size));

    private string ControllerOf(string? named) =>
        named ?? (_policy().Controllers is { Count: 1 } only ? only.Keys.First() : throw new UnknownControllerException(named));
}
