using Gdpr.Journals;
using NodaTime;
using static Gdpr.Testing.JournalSamples;

namespace Gdpr.Testing;

public sealed partial class SubjectVaultContract
{
    private static async Task A_person_has_the_identifiers_that_were_tied(ContractHost<ISubjectVault> host, CancellationToken ct)
    {
        var vault = await OpenAsync(host, ct).ConfigureAwait(false);
        var key = await vault.KeyOfAsync(Controller, Email("a", "k2", "k1"), ct).ConfigureAwait(false);
        await vault.LinkAsync(Controller, key, Identifier(IdentifierKind.Phone, "a", "k1"), ct).ConfigureAwait(false);
        await vault.KeyOfAsync(Controller, Email("b"), ct).ConfigureAwait(false);

        var read = await vault.ReadIdentifiersAsync(Controller, key, ct).ConfigureAwait(false);

        var digests = read.SelectMany(identifier => identifier.Digests.Select(digest => (identifier.Kind, digest))).ToHashSet();
        (IdentifierKind, KeyedDigest)[] expected =
        [
            .. Email("a", "k2", "k1").Digests.Select(digest => (IdentifierKind.Email, digest)), (IdentifierKind.Phone, Identifier(IdentifierKind.Phone, "a", "k1").Digests[0]),
        ];
        Expect.That(digests.SetEquals(expected), "a person has the identifiers that were tied to the key, under every key of the ring.");
        Expect.Sequence([], await vault.ReadIdentifiersAsync(OtherController, key, ct).ConfigureAwait(false), "The identifiers with another controller");
        await vault.ForgetAsync(Controller, key, ct).ConfigureAwait(false);
        Expect.Sequence([], await vault.ReadIdentifiersAsync(Controller, key, ct).ConfigureAwait(false), "The identifiers of a person who was forgotten");
    }

    private static async Task Many_people_get_their_keys_at_once(ContractHost<ISubjectVault> host, CancellationToken ct)
    {
        const int People = 300;
        var vault = await OpenAsync(host, ct).ConfigureAwait(false);
        var known = await vault.KeyOfAsync(Controller, Email("p7"), ct).ConfigureAwait(false);
        IReadOnlyList<HashedIdentifier>[] people =
        [
            .. Enumerable.Range(1, People).Select(i => (IReadOnlyList<HashedIdentifier>)[Identifier(IdentifierKind.HostId, $"p{i}", "k1"), Email($"p{i}")]),
            [Email("p1")],
        ];

        var keys = await vault.KeysOfAsync(Controller, people, ct).ConfigureAwait(false);

        Expect.Equal(People + 1, keys.Count, "How many people are answered for");
        Expect.Equal(People, keys.Select(one => one!.Key).Distinct().Count(), "How many people there are");
        Expect.Equal(new KnownSubject(known, false), keys[6], "A person who was known by one of the identifiers");
        Expect.Equal(new KnownSubject(keys[0]!.Key, false), keys[People], "A person who comes a second time");
        Expect.That(keys[1]!.IsNew, "a person whom nobody knew is new.");
        Expect.Equal(known, await vault.FindAsync(Controller, Identifier(IdentifierKind.HostId, "p7", "k1"), ct).ConfigureAwait(false), "The key under the identifier that was new");
        (SubjectKey, JournalPayload)[] payloads = [.. keys.Take(People).Select(one => (one!.Key, JournalPayload.Create(RandomBytes(20))))];
        await vault.PutPayloadsAsync(Controller, "books", payloads, ct).ConfigureAwait(false);
        Expect.That(
            (await vault.ReadPayloadAsync(Controller, payloads[^1].Item2.Commitment, ct).ConfigureAwait(false))!.Content.Span.SequenceEqual(payloads[^1].Item2.Content.Span), "payloads are kept.");
        Expect.Equal(1, await vault.ErasePayloadsAsync(Controller, payloads[0].Item1, "books", ct).ConfigureAwait(false), "How many payloads a person has");
    }

    private static async Task Identifiers_of_several_people_make_nobody(ContractHost<ISubjectVault> host, CancellationToken ct)
    {
        var vault = await OpenAsync(host, ct).ConfigureAwait(false);
        await vault.KeyOfAsync(Controller, Email("a"), ct).ConfigureAwait(false);
        var b = await vault.KeyOfAsync(Controller, Email("b"), ct).ConfigureAwait(false);

        var keys = await vault.KeysOfAsync(Controller, [[Email("a"), Email("b")], [Email("c")]], ct).ConfigureAwait(false);

        Expect.Equal(null, keys[0], "The key of identifiers of two people");
        Expect.That(keys[1]!.IsNew, "the others are answered for all the same.");
        Expect.Equal(b, await vault.FindAsync(Controller, Email("b"), ct).ConfigureAwait(false), "Whose the second identifier is");
        keys = await vault.KeysOfAsync(Controller, [[Email("a"), Email("d"), Email("b")]], ct).ConfigureAwait(false);
        Expect.Equal(null, keys[0], "The key of identifiers of two people and one of nobody");
        Expect.Equal(null, await vault.FindAsync(Controller, Email("d"), ct).ConfigureAwait(false), "Whose the identifier of nobody is afterwards");
    }

    private static async Task Parallel_first_sights_of_one_person_by_several_identifiers_make_one_key(ContractHost<ISubjectVault> host, CancellationToken ct)
    {
        const int Threads = 6;
        await OpenAsync(host, ct).ConfigureAwait(false);
        for (var round = 0; round < 5; round++)
        {
            HashedIdentifier[] all = [Email($"a{round}"), Email($"b{round}"), Identifier(IdentifierKind.Phone, $"c{round}", "k1")];
            var keys = await Task.WhenAll(Enumerable.Range(0, Threads).Select(i => Task.Run(
                async () => await (await OpenAsync(host, ct).ConfigureAwait(false))
                    .KeysOfAsync(Controller, [[all[i % 3], all[(i + 1) % 3], all[(i + 2) % 3]]], ct).ConfigureAwait(false), ct))).ConfigureAwait(false);
            Expect.Equal(1, keys.Select(one => one[0]?.Key).Distinct().Count(), "The number of keys that parallel calls made for one person");
            Expect.That(keys[0][0] is not null, "identifiers that nobody has yet are of one person.");
        }
    }

    private static async Task Suppression_is_of_a_purpose_since_a_date(ContractHost<ISubjectVault> host, CancellationToken ct)
    {
        var vault = await OpenAsync(host, ct).ConfigureAwait(false);
        var (news, all) = (new SuppressionEntry("email", "news", Now, "link"), new SuppressionEntry("email", "", Now, "nix"));
        await vault.SuppressAsync(Controller, Email("a", "k2", "k1"), news, ct).ConfigureAwait(false);
        await vault.SuppressAsync(Controller, Email("a", "k2", "k1"), all, ct).ConfigureAwait(false);
        Expect.Sequence([all, news], await vault.ReadSuppressionsAsync(Controller, Email("a", "k2", "k1"), ct).ConfigureAwait(false), "What is suppressed");

        var later = news with { Since = Now + Duration.FromDays(1), Source = "mail" };
        await vault.SuppressAsync(Controller, Email("a", "k2", "k1"), later, ct).ConfigureAwait(false);
        await vault.SuppressAsync(Controller, Email("a", "k2", "k1"), news, ct).ConfigureAwait(false);
        Expect.Sequence([all, later], await vault.ReadSuppressionsAsync(Controller, Email("a", "k1"), ct).ConfigureAwait(false), "Of two for the same purpose the later");
        Expect.Sequence([], await vault.ReadSuppressionsAsync(Controller, Email("b"), ct).ConfigureAwait(false), "What is suppressed for another");
    }
}
