using Gdpr.Journals;
using NodaTime;
using static Gdpr.Testing.JournalSamples;

namespace Gdpr.Testing;

public sealed partial class SubjectVaultContract
{
    private const int LargePayload = 1 << 20;

    private static LocalDate Today { get; } = new(2026, 2, 28);

    private void AddPayloads()
    {
        Add(A_payload_is_read_back_under_its_commitment);
        Add(A_payload_that_was_never_put_is_not_there);
        Add(Putting_a_payload_again_changes_nothing);
        Add(Controllers_do_not_share_payloads);
        Add(Payloads_of_a_purpose_are_erased);
        Add(All_payloads_of_a_person_are_erased);
        Add(Payloads_are_erased_by_commitment);
        Add(An_erased_payload_can_be_put_again_by_who_still_has_it);
    }

    private void AddTombstones()
    {
        Add(Tombstones_stand_through_their_last_day);
        Add(Tombstones_expire);
        Add(A_tombstone_that_is_there_is_left_as_it_is);
        Add(Controllers_do_not_share_tombstones);
        Add(Suppression_is_of_a_channel);
        Add(Suppression_is_of_a_purpose_since_a_date);
        Add(Suppression_is_found_under_an_old_key);
        Add(Controllers_do_not_share_suppression);
    }

    private static Tombstone Stone(string record, int daysLeft, string keyId = "k1") => new(
        "crm.customers", new KeyedDigest(keyId, Digest.Of(System.Text.Encoding.UTF8.GetBytes(record))), Today.PlusDays(daysLeft));

    private static async Task<IEnumerable<Tombstone>> StonesAsync(ISubjectVault vault, string controller, LocalDate on, CancellationToken ct) =>
        (await Expect.ListAsync(vault.ReadTombstonesAsync(controller, on, ct), ct).ConfigureAwait(false))
        .OrderBy(stone => stone.Until).ThenBy(stone => stone.Record.Digest.ToString(), StringComparer.Ordinal);

    private static async Task A_payload_is_read_back_under_its_commitment(ContractHost<ISubjectVault> host, CancellationToken ct)
    {
        var vault = await OpenAsync(host, ct).ConfigureAwait(false);
        var key = await vault.KeyOfAsync(Controller, Email("a"), ct).ConfigureAwait(false);
        foreach (var (subject, content) in new (SubjectKey?, byte[])[] { (key, RandomBytes(100)), (null, [0, 255, 0]), (key, []), (key, RandomBytes(LargePayload)) })
        {
            var payload = JournalPayload.Create(content);
            await vault.PutPayloadAsync(Controller, subject, "books", payload, ct).ConfigureAwait(false);
            var read = await vault.ReadPayloadAsync(Controller, payload.Commitment, ct).ConfigureAwait(false);
            Expect.That(read is not null && read.Content.Span.SequenceEqual(content) && read.Salt.Span.SequenceEqual(payload.Salt.Span),
                "content and salt are read back as they were put.");
        }
    }

    private static async Task A_payload_that_was_never_put_is_not_there(ContractHost<ISubjectVault> host, CancellationToken ct)
    {
        var vault = await OpenAsync(host, ct).ConfigureAwait(false);
        Expect.Equal(null, await vault.ReadPayloadAsync(Controller, Digest.Of("nothing"u8), ct).ConfigureAwait(false), "A payload that was never put");
    }

    private static async Task Putting_a_payload_again_changes_nothing(ContractHost<ISubjectVault> host, CancellationToken ct)
    {
        var vault = await OpenAsync(host, ct).ConfigureAwait(false);
        var key = await vault.KeyOfAsync(Controller, Email("a"), ct).ConfigureAwait(false);
        var payload = JournalPayload.Create(RandomBytes(10));
        await vault.PutPayloadAsync(Controller, key, "books", payload, ct).ConfigureAwait(false);
        await vault.PutPayloadAsync(Controller, key, "books", payload, ct).ConfigureAwait(false);
        Expect.Equal(1, await vault.ErasePayloadsAsync(Controller, key, null, ct).ConfigureAwait(false), "How many payloads there were");
    }

    private static async Task Controllers_do_not_share_payloads(ContractHost<ISubjectVault> host, CancellationToken ct)
    {
        var vault = await OpenAsync(host, ct).ConfigureAwait(false);
        var key = await vault.KeyOfAsync(Controller, Email("a"), ct).ConfigureAwait(false);
        var payload = JournalPayload.Create(RandomBytes(10));
        await vault.PutPayloadAsync(Controller, key, "books", payload, ct).ConfigureAwait(false);
        foreach (var other in new[] { OtherController, "", "Example" })
        {
            Expect.Equal(null, await vault.ReadPayloadAsync(other, payload.Commitment, ct).ConfigureAwait(false), "The payload that another controller reads");
            Expect.Equal(0, await vault.ErasePayloadsAsync(other, key, null, ct).ConfigureAwait(false), "How many payloads another controller erases");
            Expect.Equal(
                0, await vault.ErasePayloadsAsync(other, [payload.Commitment], ct).ConfigureAwait(false), "How many payloads another controller erases by commitment");
        }

        Expect.That(await vault.ReadPayloadAsync(Controller, payload.Commitment, ct).ConfigureAwait(false) is not null, "the payload is still there.");
    }

    private static async Task Payloads_of_a_purpose_are_erased(ContractHost<ISubjectVault> host, CancellationToken ct)
    {
        var vault = await OpenAsync(host, ct).ConfigureAwait(false);
        var key = await vault.KeyOfAsync(Controller, Email("a"), ct).ConfigureAwait(false);
        var payloads = await PutAsync(
            vault, (key, "books"), (key, "newsletter"), (key, "newsletter"), (null, "newsletter"), (new SubjectKey("other"), "newsletter")).ConfigureAwait(false);

        Expect.Equal(2, await vault.ErasePayloadsAsync(Controller, key, "newsletter", ct).ConfigureAwait(false), "How many payloads were erased");
        Expect.Equal(0, await vault.ErasePayloadsAsync(Controller, key, "newsletter", ct).ConfigureAwait(false), "How many payloads were erased the second time");
        await CheckThereAsync(host, payloads, [true, false, false, true, true], ct).ConfigureAwait(false);
    }

    private static async Task All_payloads_of_a_person_are_erased(ContractHost<ISubjectVault> host, CancellationToken ct)
    {
        var vault = await OpenAsync(host, ct).ConfigureAwait(false);
        var key = await vault.KeyOfAsync(Controller, Email("a"), ct).ConfigureAwait(false);
        var payloads = await PutAsync(vault, (key, "books"), (key, "newsletter"), (null, "books"), (new SubjectKey("other"), "books")).ConfigureAwait(false);

        Expect.Equal(2, await vault.ErasePayloadsAsync(Controller, key, null, ct).ConfigureAwait(false), "How many payloads were erased");
        await CheckThereAsync(host, payloads, [false, false, true, true], ct).ConfigureAwait(false);
    }

    private static async Task Payloads_are_erased_by_commitment(ContractHost<ISubjectVault> host, CancellationToken ct)
    {
        var vault = await OpenAsync(host, ct).ConfigureAwait(false);
        var key = await vault.KeyOfAsync(Controller, Email("a"), ct).ConfigureAwait(false);
        var payloads = await PutAsync(vault, (key, "books"), (null, "books"), (key, "books")).ConfigureAwait(false);
        Digest[] commitments = [payloads[0].Commitment, payloads[1].Commitment, Digest.Of("nothing"u8)];

        Expect.Equal(2, await vault.ErasePayloadsAsync(Controller, commitments, ct).ConfigureAwait(false), "How many payloads were erased");
        Expect.Equal(0, await vault.ErasePayloadsAsync(Controller, commitments, ct).ConfigureAwait(false), "How many payloads were erased the second time");
        await CheckThereAsync(host, payloads, [false, false, true], ct).ConfigureAwait(false);
    }

    private static async Task An_erased_payload_can_be_put_again_by_who_still_has_it(ContractHost<ISubjectVault> host, CancellationToken ct)
    {
        var vault = await OpenAsync(host, ct).ConfigureAwait(false);
        var key = await vault.KeyOfAsync(Controller, Email("a"), ct).ConfigureAwait(false);
        var payload = (await PutAsync(vault, (key, "books")).ConfigureAwait(false))[0];
        await vault.ErasePayloadsAsync(Controller, key, null, ct).ConfigureAwait(false);
        await vault.PutPayloadAsync(Controller, key, "books", payload, ct).ConfigureAwait(false);
        await CheckThereAsync(host, [payload], [true], ct).ConfigureAwait(false);
    }

    private static async Task<List<JournalPayload>> PutAsync(ISubjectVault vault, params (SubjectKey? Subject, string Purpose)[] owners)
    {
        var payloads = new List<JournalPayload>();
        foreach (var (subject, purpose) in owners)
        {
            payloads.Add(JournalPayload.Create(RandomBytes(16)));
            await vault.PutPayloadAsync(Controller, subject, purpose, payloads[^1], CancellationToken.None).ConfigureAwait(false);
        }

        return payloads;
    }

    private static async Task CheckThereAsync(ContractHost<ISubjectVault> host, List<JournalPayload> payloads, IEnumerable<bool> expected, CancellationToken ct)
    {
        var vault = await OpenAsync(host, ct).ConfigureAwait(false);
        var found = new List<bool>();
        foreach (var payload in payloads)
        {
            found.Add(await vault.ReadPayloadAsync(Controller, payload.Commitment, ct).ConfigureAwait(false) is not null);
        }

        Expect.Sequence(expected, found, "Which payloads are there");
    }

    private static async Task Tombstones_stand_through_their_last_day(ContractHost<ISubjectVault> host, CancellationToken ct)
    {
        var vault = await OpenAsync(host, ct).ConfigureAwait(false);
        Tombstone[] stones = [Stone("a", -1), Stone("b", 0), Stone("c", 1)];
        await vault.AddTombstonesAsync(Controller, stones, ct).ConfigureAwait(false);
        Expect.Sequence(stones[1..], await StonesAsync(vault, Controller, Today, ct).ConfigureAwait(false), "The tombstones that stand today");
        Expect.Sequence(stones[2..], await StonesAsync(vault, Controller, Today.PlusDays(1), ct).ConfigureAwait(false), "The tombstones that stand tomorrow");
        Expect.Sequence(stones, await StonesAsync(vault, Controller, Today.PlusDays(-1), ct).ConfigureAwait(false), "The tombstones that stood yesterday");
    }

    private static async Task Tombstones_expire(ContractHost<ISubjectVault> host, CancellationToken ct)
    {
        var vault = await OpenAsync(host, ct).ConfigureAwait(false);
        Tombstone[] stones = [Stone("a", -400), Stone("b", -1), Stone("c", 0)];
        await vault.AddTombstonesAsync(Controller, stones, ct).ConfigureAwait(false);
        Expect.Equal(2, await vault.ExpireTombstonesAsync(Controller, Today, ct).ConfigureAwait(false), "How many tombstones expired");
        Expect.Equal(0, await vault.ExpireTombstonesAsync(Controller, Today, ct).ConfigureAwait(false), "How many tombstones expired the second time");
        Expect.Sequence(stones[2..], await StonesAsync(vault, Controller, Today.PlusDays(-500), ct).ConfigureAwait(false), "The tombstones left");
    }

    private static async Task A_tombstone_that_is_there_is_left_as_it_is(ContractHost<ISubjectVault> host, CancellationToken ct)
    {
        var vault = await OpenAsync(host, ct).ConfigureAwait(false);
        await vault.AddTombstonesAsync(Controller, [Stone("a", 1), Stone("a", 1)], ct).ConfigureAwait(false);
        await vault.AddTombstonesAsync(Controller, [Stone("a", 1), Stone("a", 2)], ct).ConfigureAwait(false);
        await vault.AddTombstonesAsync(Controller, [], ct).ConfigureAwait(false);
        Expect.Sequence([Stone("a", 1), Stone("a", 2)], await StonesAsync(vault, Controller, Today, ct).ConfigureAwait(false), "The tombstones");
    }

    private static async Task Controllers_do_not_share_tombstones(ContractHost<ISubjectVault> host, CancellationToken ct)
    {
        var vault = await OpenAsync(host, ct).ConfigureAwait(false);
        await vault.AddTombstonesAsync(Controller, [Stone("a", 0)], ct).ConfigureAwait(false);
        Expect.Sequence([], await StonesAsync(vault, OtherController, Today, ct).ConfigureAwait(false), "The tombstones of another controller");
        Expect.Equal(
            0, await vault.ExpireTombstonesAsync(OtherController, Today.PlusDays(9), ct).ConfigureAwait(false), "How many tombstones of another controller expire");
        Expect.Sequence([Stone("a", 0)], await StonesAsync(vault, Controller, Today, ct).ConfigureAwait(false), "The controller's own tombstones");
    }

    private static async Task Suppression_is_of_a_channel(ContractHost<ISubjectVault> host, CancellationToken ct)
    {
        var vault = await OpenAsync(host, ct).ConfigureAwait(false);
        await vault.SuppressAsync(Controller, Email("a"), "email", ct).ConfigureAwait(false);
        await vault.SuppressAsync(Controller, Email("a"), "email", ct).ConfigureAwait(false);
        Expect.That(await vault.IsSuppressedAsync(Controller, Email("a"), "email", ct).ConfigureAwait(false), "who objected is suppressed.");
        Expect.That(!await vault.IsSuppressedAsync(Controller, Email("a"), "sms", ct).ConfigureAwait(false), "other channels are not suppressed.");
        Expect.That(!await vault.IsSuppressedAsync(Controller, Email("b"), "email", ct).ConfigureAwait(false), "other people are not suppressed.");
        Expect.Equal(null, await vault.FindAsync(Controller, Email("a"), ct).ConfigureAwait(false), "The key of a person who was only suppressed");
    }

    private static async Task Suppression_is_found_under_an_old_key(ContractHost<ISubjectVault> host, CancellationToken ct)
    {
        var vault = await OpenAsync(host, ct).ConfigureAwait(false);
        await vault.SuppressAsync(Controller, Email("a", "k1"), "email", ct).ConfigureAwait(false);
        Expect.That(await vault.IsSuppressedAsync(Controller, Email("a", "k2", "k1"), "email", ct).ConfigureAwait(false), "suppression is found under an old key.");
        await vault.SuppressAsync(Controller, Email("a", "k2", "k1"), "email", ct).ConfigureAwait(false);
        Expect.That(
            await vault.IsSuppressedAsync(Controller, Email("a", "k2"), "email", ct).ConfigureAwait(false), "suppressing again hashes anew under the current key.");
    }

    private static async Task Controllers_do_not_share_suppression(ContractHost<ISubjectVault> host, CancellationToken ct)
    {
        var vault = await OpenAsync(host, ct).ConfigureAwait(false);
        await vault.SuppressAsync(Controller, Email("a"), "email", ct).ConfigureAwait(false);
        Expect.That(!await vault.IsSuppressedAsync(OtherController, Email("a"), "email", ct).ConfigureAwait(false), "suppression does not cross controllers.");
    }
}
