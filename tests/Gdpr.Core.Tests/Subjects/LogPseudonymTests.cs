using System.Net;
using Gdpr.Core.Tests.Processing;
using Gdpr.Journals;
using Gdpr.Subjects;

namespace Gdpr.Core.Tests.Subjects;

/// <summary>Pseudonyms for logs: one person's are the same, and nobody's without the key.</summary>
public sealed class LogPseudonymTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly byte[] NewKey = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];
    private static readonly SubjectIdentifier Anna = SubjectIdentifier.OfEmail("anna@kund.example");

    [Fact]
    public void A_person_has_one_pseudonym_however_the_identifier_is_written()
    {
        var pseudonyms = Under(Ring(("k1", Key)));

        pseudonyms.Of(Anna).ShouldBe(pseudonyms.Of(SubjectIdentifier.OfEmail(" Anna@KUND.example")));
        pseudonyms.Of(Anna).ShouldNotBe(pseudonyms.Of(SubjectIdentifier.OfEmail("bo@kund.example")));
        pseudonyms.Of(Anna).ShouldMatch("^[0-9a-f]{32}$");
    }

    [Fact]
    public void The_pseudonyms_stay_the_same_over_versions_of_the_library()
    {
        var pseudonyms = Under(Ring(("k1", Key)));

        pseudonyms.Of(Anna).ShouldBe("1cd4b8ad8b97635dfbbb70168ebcbc73");
        pseudonyms.Of(IPAddress.Parse("192.0.2.17")).ShouldBe("ce350fa77b37b523775ad0e0db45e7d4");
    }

    [Fact]
    public void Another_key_or_another_controller_gives_another_pseudonym()
    {
        var pseudonyms = Under(Ring(("k1", Key)));
        var address = IPAddress.Parse("192.0.2.17");

        Under(Ring(("k1", NewKey))).Of(Anna).ShouldNotBe(pseudonyms.Of(Anna));
        pseudonyms.Of(Anna, "client").ShouldNotBe(pseudonyms.Of(Anna));
        pseudonyms.Of(address, "client").ShouldNotBe(pseudonyms.Of(address));
    }

    [Fact]
    public void What_the_vault_keeps_of_a_person_does_not_stand_in_a_log()
    {
        var ring = Ring(("k1", Key));

        Anna.Hash("office", ring).Digests.ShouldAllBe(digest => !digest.Digest.ToString().StartsWith(Under(ring).Of(Anna), StringComparison.Ordinal));
    }

    [Fact]
    public void Lines_from_before_a_new_key_are_still_the_persons()
    {
        var before = Under(Ring(("k1", Key)));
        var after = Under(Ring(("k2", NewKey), ("k1", Key)));
        var address = IPAddress.Parse("192.0.2.17");

        after.AllOf(Anna).ShouldBe([after.Of(Anna), before.Of(Anna)]);
        after.AllOf(address).ShouldBe([after.Of(address), before.Of(address)]);
        after.Of(Anna).ShouldNotBe(before.Of(Anna));
    }

    [Fact]
    public void An_address_of_the_old_kind_is_the_same_in_the_new_ones_form()
    {
        var pseudonyms = Under(Ring(("k1", Key)));

        pseudonyms.Of(IPAddress.Parse("::ffff:192.0.2.17")).ShouldBe(pseudonyms.Of(IPAddress.Parse("192.0.2.17")));
        pseudonyms.Of(IPAddress.Parse("2001:db8::1")).ShouldNotBe(pseudonyms.Of(IPAddress.Parse("2001:db8::2")));
    }

    private static LogPseudonyms Under(IKeyRing ring) => new(ring, () => Office.Policy());

    private static InMemoryKeyRing Ring(params (string Id, byte[] Key)[] keys) =>
        new(keys[0].Id, keys.ToDictionary(key => key.Id, key => (ReadOnlyMemory<byte>)key.Key));
}
