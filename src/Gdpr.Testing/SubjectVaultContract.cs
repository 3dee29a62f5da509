using Gdpr.Journals;
using NodaTime;
using static Gdpr.Testing.JournalSamples;

namespace Gdpr.Testing;

/// <summary>What every <see cref="ISubjectVault"/> does.</summary>
public sealed partial class SubjectVaultContract : ContractSuite<ISubjectVault>
{
    private const string Controller = "example";
    private const string OtherController = "exämple";

    /// <summary>Makes the suite.</summary>
    /// <param name="newHost">Makes an empty vault somewhere; called once per case.</param>
    public SubjectVaultContract(Func<ContractHost<ISubjectVault>> newHost)
        : base(newHost)
    {
        Add(Nobody_is_known_at_first);
        Add(A_key_is_made_once_and_found_again);
        Add(Keys_are_opaque_and_different);
        Add(Kinds_of_identifiers_are_apart);
        Add(Controllers_do_not_share_people);
        Add(A_person_is_found_under_an_old_key);
        Add(A_person_found_under_an_old_key_is_hashed_anew);
        Add(Parallel_first_sights_of_one_person_make_one_key);
        Add(A_person_has_several_identifiers);
        Add(An_identifier_of_another_person_is_not_linked);
        Add(Linking_adds_nothing_when_one_of_its_digests_is_anothers);
        Add(A_forgotten_person_is_found_no_more);
        Add(Forgetting_leaves_others_payloads_and_suppression);
        Add(Another_handle_knows_the_same_people);
        Add(A_person_has_the_identifiers_that_were_tied);
        Add(Many_people_get_their_keys_at_once);
        Add(Identifiers_of_several_people_make_nobody);
        Add(Parallel_first_sights_of_one_person_by_several_identifiers_make_one_key);
        AddPayloads();
        AddTombstones();
        Add(Cancelled_work_changes_nothing);
    }

    private static async Task<ISubjectVault> OpenAsync(ContractHost<ISubjectVault> host, CancellationToken ct)
    {
        var vault = await host.OpenAsync(ct).ConfigureAwait(false);
        await vault.PrepareAsync(ct).ConfigureAwait(false);
        return vault;
    }

    private static HashedIdentifier Email(string name, params string[] keyIds) => Identifier(IdentifierKind.Email, name, keyIds.Length == 0 ? ["k1"] : keyIds);

    private static async Task Nobody_is_known_at_first(ContractHost<ISubjectVault> host, CancellationToken ct)
    {
        var vault = await OpenAsync(host, ct).ConfigureAwait(false);
        Expect.Equal(null, await vault.FindAsync(Controller, Email("a"), ct).ConfigureAwait(false), "The key of a person that nobody has seen");
        Expect.Equal(null, await vault.FindAsync(Controller, Email("a"), ct).ConfigureAwait(false), "The key of a person that was only looked up");
        Expect.That(!await vault.IsSuppressedAsync(Controller, Email("a"), "email", ct).ConfigureAwait(false), "nobody is suppressed at first.");
    }

    private static async Task A_key_is_made_once_and_found_again(ContractHost<ISubjectVault> host, CancellationToken ct)
    {
        var vault = await OpenAsync(host, ct).ConfigureAwait(false);
        var key = await vault.KeyOfAsync(Controller, Email("a"), ct).ConfigureAwait(false);
        Expect.Equal(key, await vault.KeyOfAsync(Controller, Email("a"), ct).ConfigureAwait(false), "The key at the second time");
        Expect.Equal(key, await vault.FindAsync(Controller, Email("a"), ct).ConfigureAwait(false), "The key that is found");
    }

    private static async Task Keys_are_opaque_and_different(ContractHost<ISubjectVault> host, CancellationToken ct)
    {
        const int People = 50;
        var vault = await OpenAsync(host, ct).ConfigureAwait(false);
        var keys = new HashSet<SubjectKey>();
        for (var i = 0; i < People; i++)
        {
            var key = await vault.KeyOfAsync(Controller, Email($"p{i}"), ct).ConfigureAwait(false);
            Expect.That(key.Value.Length is >= 1 and <= 64 && key.Value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'), "a key has 1 to 64 plain characters.");
            Expect.That(Email($"p{i}").Digests.All(digest => !key.Value.Contains(digest.Digest.ToString()[..16], StringComparison.OrdinalIgnoreCase)),
                "a key is not made from a digest.");
            keys.Add(key);
        }

        Expect.Equal(People, keys.Count, "The number of different keys");
    }

    private static async Task Kinds_of_identifiers_are_apart(ContractHost<ISubjectVault> host, CancellationToken ct)
    {
        var vault = await OpenAsync(host, ct).ConfigureAwait(false);
        var email = Email("a");
        var phone = email with { Kind = IdentifierKind.Phone };
        var key = await vault.KeyOfAsync(Controller, email, ct).ConfigureAwait(false);
        Expect.Equal(null, await vault.FindAsync(Controller, phone, ct).ConfigureAwait(false), "The key under the same digest of another kind");
        Expect.That(key != await vault.KeyOfAsync(Controller, phone, ct).ConfigureAwait(false), "the same digest of another kind is another identifier.");
    }

    private static async Task Controllers_do_not_share_people(ContractHost<ISubjectVault> host, CancellationToken ct)
    {
        var vault = await OpenAsync(host, ct).ConfigureAwait(false);
        var key = await vault.KeyOfAsync(Controller, Email("a"), ct).ConfigureAwait(false);
        foreach (var other in new[] { OtherController, "", "Example", "example " })
        {
            Expect.Equal(null, await vault.FindAsync(other, Email("a"), ct).ConfigureAwait(false), "The key that another controller finds");
        }

        var theirs = await vault.KeyOfAsync(OtherController, Email("a"), ct).ConfigureAwait(false);
        Expect.That(theirs != key, "two controllers have different keys for one person.");
        await vault.ForgetAsync(OtherController, key, ct).ConfigureAwait(false);
        Expect.Equal(key, await vault.FindAsync(Controller, Email("a"), ct).ConfigureAwait(false), "The key after another controller forgot it");
        await vault.ForgetAsync(OtherController, theirs, ct).ConfigureAwait(false);
        Expect.Equal(key, await vault.FindAsync(Controller, Email("a"), ct).ConfigureAwait(false), "The key after another controller forgot its own");
    }

    private static async Task A_person_is_found_under_an_old_key(ContractHost<ISubjectVault> host, CancellationToken ct)
    {
        var vault = await OpenAsync(host, ct).ConfigureAwait(false);
        var key = await vault.KeyOfAsync(Controller, Email("a", "k1"), ct).ConfigureAwait(false);
        Expect.Equal(key, await vault.FindAsync(Controller, Email("a", "k2", "k1"), ct).ConfigureAwait(false), "The key found under the old of two keys");
        Expect.Equal(null, await vault.FindAsync(Controller, Email("a", "k2"), ct).ConfigureAwait(false), "The key under a new key alone, before it was hashed anew");
    }

    private static async Task A_person_found_under_an_old_key_is_hashed_anew(ContractHost<ISubjectVault> host, CancellationToken ct)
    {
        var vault = await OpenAsync(host, ct).ConfigureAwait(false);
        var key = await vault.KeyOfAsync(Controller, Email("a", "k1"), ct).ConfigureAwait(false);
        Expect.Equal(key, await vault.KeyOfAsync(Controller, Email("a", "k2", "k1"), ct).ConfigureAwait(false), "The key under the old of two keys");
        Expect.Equal(key, await vault.FindAsync(Controller, Email("a", "k2"), ct).ConfigureAwait(false), "The key under the new key alone");
        Expect.Equal(key, await vault.FindAsync(Controller, Email("a", "k1"), ct).ConfigureAwait(false), "The key under the old key alone");
    }

    private static async Task Parallel_first_sights_of_one_person_make_one_key(ContractHost<ISubjectVault> host, CancellationToken ct)
    {
        const int Threads = 8;
        await OpenAsync(host, ct).ConfigureAwait(false);
        for (var round = 0; round < 5; round++)
        {
            var name = $"p{round}";
            var keys = await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Run(
                async () => await (await OpenAsync(host, ct).ConfigureAwait(false)).KeyOfAsync(Controller, Email(name, "k2", "k1"), ct).ConfigureAwait(false), ct)))
                .ConfigureAwait(false);
            Expect.Equal(1, keys.Distinct().Count(), "The number of keys that parallel calls made for one person");
        }
    }

    private static async Task A_person_has_several_identifiers(ContractHost<ISubjectVault> host, CancellationToken ct)
    {
        var vault = await OpenAsync(host, ct).ConfigureAwait(false);
        var key = await vault.KeyOfAsync(Controller, Email("a"), ct).ConfigureAwait(false);
        var phone = Identifier(IdentifierKind.Phone, "a", "k2", "k1");
        await vault.LinkAsync(Controller, key, phone, ct).ConfigureAwait(false);
        await vault.LinkAsync(Controller, key, phone, ct).ConfigureAwait(false);
        Expect.Equal(key, await vault.FindAsync(Controller, phone, ct).ConfigureAwait(false), "The key under the identifier linked");
        Expect.Equal(key, await vault.FindAsync(Controller, Identifier(IdentifierKind.Phone, "a", "k1"), ct).ConfigureAwait(false), "The key under its older digest");
        Expect.Equal(key, await vault.KeyOfAsync(Controller, phone, ct).ConfigureAwait(false), "The key of the identifier linked");
        Expect.Equal(null, await vault.FindAsync(OtherController, phone, ct).ConfigureAwait(false), "The key that another controller finds");
    }

    private static async Task An_identifier_of_another_person_is_not_linked(ContractHost<ISubjectVault> host, CancellationToken ct)
    {
        var vault = await OpenAsync(host, ct).ConfigureAwait(false);
        var first = await vault.KeyOfAsync(Controller, Email("a"), ct).ConfigureAwait(false);
        var second = await vault.KeyOfAsync(Controller, Email("b"), ct).ConfigureAwait(false);
        await Expect.ThrowsAsync<IdentifierConflictException>(
            () => vault.LinkAsync(Controller, first, Email("b"), ct).AsTask(), "Linking another person's identifier").ConfigureAwait(false);
        Expect.Equal(second, await vault.FindAsync(Controller, Email("b"), ct).ConfigureAwait(false), "Whose identifier it is afterwards");
    }

    private static async Task Linking_adds_nothing_when_one_of_its_digests_is_anothers(ContractHost<ISubjectVault> host, CancellationToken ct)
    {
        var vault = await OpenAsync(host, ct).ConfigureAwait(false);
        var first = await vault.KeyOfAsync(Controller, Email("a"), ct).ConfigureAwait(false);
        await vault.KeyOfAsync(Controller, Email("b", "k1"), ct).ConfigureAwait(false);
        await Expect.ThrowsAsync<IdentifierConflictException>(
            () => vault.LinkAsync(Controller, first, Email("b", "k2", "k1"), ct).AsTask(),
            "Linking an identifier that is another person's under an old key").ConfigureAwait(false);
        Expect.Equal(null, await vault.FindAsync(Controller, Email("b", "k2"), ct).ConfigureAwait(false), "The key under the digest that was not in conflict");
    }

    private static async Task A_forgotten_person_is_found_no_more(ContractHost<ISubjectVault> host, CancellationToken ct)
    {
        var vault = await OpenAsync(host, ct).ConfigureAwait(false);
        var key = await vault.KeyOfAsync(Controller, Email("a", "k2", "k1"), ct).ConfigureAwait(false);
        var phone = Identifier(IdentifierKind.Phone, "a", "k1");
        await vault.LinkAsync(Controller, key, phone, ct).ConfigureAwait(false);

        await vault.ForgetAsync(Controller, key, ct).ConfigureAwait(false);
        await vault.ForgetAsync(Controller, key, ct).ConfigureAwait(false);

        foreach (var identifier in new[] { Email("a", "k2", "k1"), Email("a", "k1"), phone })
        {
            Expect.Equal(null, await vault.FindAsync(Controller, identifier, ct).ConfigureAwait(false), "The key of a person forgotten");
        }

        Expect.That(
            key != await vault.KeyOfAsync(Controller, Email("a", "k1"), ct).ConfigureAwait(false), "a person who comes back is a new person: nothing old revives.");
    }

    private static async Task Forgetting_leaves_others_payloads_and_suppression(ContractHost<ISubjectVault> host, CancellationToken ct)
    {
        var vault = await OpenAsync(host, ct).ConfigureAwait(false);
        var key = await vault.KeyOfAsync(Controller, Email("a"), ct).ConfigureAwait(false);
        var other = await vault.KeyOfAsync(Controller, Email("b"), ct).ConfigureAwait(false);
        var payload = JournalPayload.Create(RandomBytes(20));
        await vault.PutPayloadAsync(Controller, key, "books", payload, ct).ConfigureAwait(false);
        await vault.SuppressAsync(Controller, Email("a"), "email", ct).ConfigureAwait(false);

        await vault.ForgetAsync(Controller, key, ct).ConfigureAwait(false);

        Expect.Equal(other, await vault.FindAsync(Controller, Email("b"), ct).ConfigureAwait(false), "The key of another person");
        Expect.That(await vault.ReadPayloadAsync(Controller, payload.Commitment, ct).ConfigureAwait(false) is not null, "payloads have an end of their own.");
        Expect.That(await vault.IsSuppressedAsync(Controller, Email("a"), "email", ct).ConfigureAwait(false), "suppression outlives the person's profile.");
    }

    private static async Task Another_handle_knows_the_same_people(ContractHost<ISubjectVault> host, CancellationToken ct)
    {
        var vault = await OpenAsync(host, ct).ConfigureAwait(false);
        var key = await vault.KeyOfAsync(Controller, Email("a"), ct).ConfigureAwait(false);
        var payload = JournalPayload.Create(RandomBytes(20));
        await vault.PutPayloadAsync(Controller, key, "books", payload, ct).ConfigureAwait(false);
        await vault.SuppressAsync(Controller, Email("a"), "email", ct).ConfigureAwait(false);
        await vault.AddTombstonesAsync(Controller, [Stone("a", 0)], ct).ConfigureAwait(false);

        var other = await OpenAsync(host, ct).ConfigureAwait(false);

        Expect.Equal(key, await other.FindAsync(Controller, Email("a"), ct).ConfigureAwait(false), "The key that another handle finds");
        Expect.Equal(payload.Commitment, (await other.ReadPayloadAsync(Controller, payload.Commitment, ct).ConfigureAwait(false))?.Commitment,
            "The payload that another handle reads");
        Expect.That(await other.IsSuppressedAsync(Controller, Email("a"), "email", ct).ConfigureAwait(false), "another handle knows of the suppression.");
        Expect.Sequence([Stone("a", 0)], await StonesAsync(other, Controller, Today, ct).ConfigureAwait(false), "The tombstones that another handle reads");
    }

    private static async Task Cancelled_work_changes_nothing(ContractHost<ISubjectVault> host, CancellationToken ct)
    {
        var vault = await OpenAsync(host, ct).ConfigureAwait(false);
        var key = await vault.KeyOfAsync(Controller, Email("a"), ct).ConfigureAwait(false);
        var payload = JournalPayload.Create(RandomBytes(20));
        await vault.PutPayloadAsync(Controller, key, "books", payload, ct).ConfigureAwait(false);
        Func<Task>[] calls =
        [
            () => vault.KeyOfAsync(Controller, Email("b"), Cancelled).AsTask(),
            () => vault.LinkAsync(Controller, key, Email("b"), Cancelled).AsTask(),
            () => vault.ForgetAsync(Controller, key, Cancelled).AsTask(),
            () => vault.ErasePayloadsAsync(Controller, key, null, Cancelled).AsTask(),
            () => vault.ErasePayloadsAsync(Controller, [payload.Commitment], Cancelled).AsTask(),
            () => vault.AddTombstonesAsync(Controller, [Stone("a", 0)], Cancelled).AsTask(),
            () => vault.SuppressAsync(Controller, Email("a"), "email", Cancelled),
            () => vault.KeysOfAsync(Controller, [[Email("b")]], Cancelled).AsTask(),
            () => vault.PutPayloadsAsync(Controller, "books", [(key, payload)], Cancelled).AsTask(),
        ];
        foreach (var call in calls)
        {
            await Expect.ThrowsAsync<OperationCanceledException>(call, "A call that was cancelled before it began").ConfigureAwait(false);
        }

        Expect.Equal(key, await vault.FindAsync(Controller, Email("a"), ct).ConfigureAwait(false), "The key");
        Expect.Equal(null, await vault.FindAsync(Controller, Email("b"), ct).ConfigureAwait(false), "The key of the other identifier");
        Expect.That(await vault.ReadPayloadAsync(Controller, payload.Commitment, ct).ConfigureAwait(false) is not null, "the payload is still there.");
        Expect.Sequence([], await StonesAsync(vault, Controller, Today, ct).ConfigureAwait(false), "The tombstones");
        Expect.That(!await vault.IsSuppressedAsync(Controller, Email("a"), "email", ct).ConfigureAwait(false), "nobody is suppressed.");
    }
}
