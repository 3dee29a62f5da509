using Gdpr.Journals;
using static Gdpr.Testing.JournalSamples;

namespace Gdpr.Testing;

/// <summary>What every <see cref="IKeyRing"/> does.</summary>
public sealed class KeyRingContract : ContractSuite<IKeyRing>
{
    /// <summary>Makes the suite.</summary>
    /// <param name="newHost">Makes a ring of at least two keys; called once per case.</param>
    public KeyRingContract(Func<ContractHost<IKeyRing>> newHost)
        : base(newHost)
    {
        Add(The_current_key_comes_first);
        Add(Keys_have_different_ids);
        Add(The_same_bytes_have_the_same_code);
        Add(Different_bytes_have_different_codes);
        Add(Different_keys_give_different_codes);
        Add(A_code_is_no_plain_digest);
        Add(A_key_that_is_not_there_is_named);
        Add(Another_handle_gives_the_same_codes);
        Add(Threads_get_the_same_codes);
    }

    private static byte[] Content { get; } = [.. Enumerable.Range(0, 200).Select(i => (byte)i)];

    private static async Task The_current_key_comes_first(ContractHost<IKeyRing> host, CancellationToken ct)
    {
        var ring = await host.OpenAsync(ct).ConfigureAwait(false);
        Expect.That(ring.KeyIds.Count >= 2, "the suite is given a ring of at least two keys.");
        Expect.Equal(ring.CurrentKeyId, ring.KeyIds[0], "The first of the keys");
    }

    private static async Task Keys_have_different_ids(ContractHost<IKeyRing> host, CancellationToken ct)
    {
        var ring = await host.OpenAsync(ct).ConfigureAwait(false);
        Expect.Equal(ring.KeyIds.Count, ring.KeyIds.Distinct(StringComparer.Ordinal).Count(), "The number of different ids");
        Expect.That(ring.KeyIds.All(id => id.Length > 0), "every key has an id.");
    }

    private static async Task The_same_bytes_have_the_same_code(ContractHost<IKeyRing> host, CancellationToken ct)
    {
        var ring = await host.OpenAsync(ct).ConfigureAwait(false);
        foreach (var id in ring.KeyIds)
        {
            Expect.Equal(ring.Authenticate(id, Content), ring.Authenticate(id, [.. Content]), "The code of the same bytes");
        }
    }

    private static async Task Different_bytes_have_different_codes(ContractHost<IKeyRing> host, CancellationToken ct)
    {
        var ring = await host.OpenAsync(ct).ConfigureAwait(false);
        byte[][] contents = [[], [0], [0, 0], Content, Content[1..], [.. Content, 0], RandomBytes(1 << 20)];
        var codes = contents.Select(content => ring.Authenticate(ring.CurrentKeyId, content)).Distinct().Count();
        Expect.Equal(contents.Length, codes, "The number of different codes");
    }

    private static async Task Different_keys_give_different_codes(ContractHost<IKeyRing> host, CancellationToken ct)
    {
        var ring = await host.OpenAsync(ct).ConfigureAwait(false);
        Expect.Equal(ring.KeyIds.Count, ring.KeyIds.Select(id => ring.Authenticate(id, Content)).Distinct().Count(), "The number of different codes");
    }

    private static async Task A_code_is_no_plain_digest(ContractHost<IKeyRing> host, CancellationToken ct)
    {
        var ring = await host.OpenAsync(ct).ConfigureAwait(false);
        Expect.That(ring.Authenticate(ring.CurrentKeyId, Content) != Digest.Of(Content), "a code cannot be made without the key.");
    }

    private static async Task A_key_that_is_not_there_is_named(ContractHost<IKeyRing> host, CancellationToken ct)
    {
        var ring = await host.OpenAsync(ct).ConfigureAwait(false);
        foreach (var id in new[] { "no-such-key", "", ring.CurrentKeyId + " " })
        {
            var missing = await Expect.ThrowsAsync<KeyMissingException>(
                () => Task.FromResult(ring.Authenticate(id, Content)), "A key that is not there").ConfigureAwait(false);
            Expect.Equal(id, missing.KeyId, "The key that the exception names");
        }
    }

    private static async Task Another_handle_gives_the_same_codes(ContractHost<IKeyRing> host, CancellationToken ct)
    {
        var ring = await host.OpenAsync(ct).ConfigureAwait(false);
        var other = await host.OpenAsync(ct).ConfigureAwait(false);
        Expect.Equal(ring.CurrentKeyId, other.CurrentKeyId, "The current key");
        Expect.Sequence(ring.KeyIds, other.KeyIds, "The keys");
        Expect.Sequence(
            ring.KeyIds.Select(id => ring.Authenticate(id, Content)), ring.KeyIds.Select(id => other.Authenticate(id, Content)), "The codes");
    }

    private static async Task Threads_get_the_same_codes(ContractHost<IKeyRing> host, CancellationToken ct)
    {
        var ring = await host.OpenAsync(ct).ConfigureAwait(false);
        var expected = ring.Authenticate(ring.CurrentKeyId, Content);
        var codes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(
            () => Enumerable.Range(0, 200).Select(_ => ring.Authenticate(ring.CurrentKeyId, Content)).Distinct().ToList(), ct))).ConfigureAwait(false);
        Expect.That(codes.All(found => found is [var only] && only == expected), "every thread gets the same code.");
    }
}
