using Gdpr.Journals;
using NodaTime;
using static Gdpr.Testing.JournalSamples;

namespace Gdpr.Testing;

/// <summary>What every <see cref="IJournalWitness"/> does.</summary>
public sealed class WitnessContract : ContractSuite<IJournalWitness>
{
    /// <summary>Makes the suite.</summary>
    /// <param name="newHost">Makes a witness that knows nothing; called once per case.</param>
    public WitnessContract(Func<ContractHost<IJournalWitness>> newHost)
        : base(newHost)
    {
        Add(Nothing_is_witnessed_at_first);
        Add(The_latest_checkpoint_is_read_back);
        Add(Numbers_may_be_left_out);
        Add(The_same_checkpoint_is_accepted_again);
        Add(A_lower_number_is_refused);
        Add(Another_checkpoint_of_the_same_number_is_refused);
        Add(Tombstones_are_kept);
        Add(A_tombstone_is_kept_once);
        Add(Tombstones_and_checkpoints_leave_each_other_alone);
        Add(Many_tombstones_are_kept);
        Add(Another_handle_knows_the_same);
        Add(Parallel_writers_lose_nothing);
        Add(Cancelled_writes_keep_nothing);
    }

    private static Tombstone Stone(string record, string dataSet = "crm.customers") => new(
        dataSet, new KeyedDigest("k1", Digest.Of(System.Text.Encoding.UTF8.GetBytes(record))), new LocalDate(2026, 2, 28));

    private static Task<List<Tombstone>> StonesAsync(IJournalWitness witness, CancellationToken ct) => Expect.ListAsync(witness.ReadTombstonesAsync(ct), ct);

    private static async Task Nothing_is_witnessed_at_first(ContractHost<IJournalWitness> host, CancellationToken ct)
    {
        var witness = await host.OpenAsync(ct).ConfigureAwait(false);
        Expect.Equal(null, await witness.ReadAsync(ct).ConfigureAwait(false), "The latest checkpoint");
        Expect.Sequence([], await StonesAsync(witness, ct).ConfigureAwait(false), "The tombstones");
    }

    private static async Task The_latest_checkpoint_is_read_back(ContractHost<IJournalWitness> host, CancellationToken ct)
    {
        var witness = await host.OpenAsync(ct).ConfigureAwait(false);
        for (var number = 1; number <= 12; number++)
        {
            var checkpoint = Checkpoint(number, number * 1000) with { KeyId = $"nyckel å \"{number}\"" };
            await witness.WriteAsync(checkpoint, ct).ConfigureAwait(false);
            Expect.Equal(checkpoint, await witness.ReadAsync(ct).ConfigureAwait(false), "The latest checkpoint");
        }
    }

    private static async Task Numbers_may_be_left_out(ContractHost<IJournalWitness> host, CancellationToken ct)
    {
        var witness = await host.OpenAsync(ct).ConfigureAwait(false);
        await witness.WriteAsync(Checkpoint(7, 70), ct).ConfigureAwait(false);
        await witness.WriteAsync(Checkpoint(9, 90), ct).ConfigureAwait(false);
        Expect.Equal(Checkpoint(9, 90), await witness.ReadAsync(ct).ConfigureAwait(false), "The latest checkpoint");
    }

    private static async Task The_same_checkpoint_is_accepted_again(ContractHost<IJournalWitness> host, CancellationToken ct)
    {
        var witness = await host.OpenAsync(ct).ConfigureAwait(false);
        await witness.WriteAsync(Checkpoint(2, 20), ct).ConfigureAwait(false);
        await witness.WriteAsync(Checkpoint(2, 20), ct).ConfigureAwait(false);
        Expect.Equal(Checkpoint(2, 20), await witness.ReadAsync(ct).ConfigureAwait(false), "The latest checkpoint");
    }

    private static async Task A_lower_number_is_refused(ContractHost<IJournalWitness> host, CancellationToken ct)
    {
        var witness = await host.OpenAsync(ct).ConfigureAwait(false);
        await witness.WriteAsync(Checkpoint(3, 30), ct).ConfigureAwait(false);
        foreach (var handle in new[] { witness, await host.OpenAsync(ct).ConfigureAwait(false) })
        {
            await Expect.ThrowsAsync<WitnessException>(() => handle.WriteAsync(Checkpoint(2, 40), ct).AsTask(), "Writing checkpoint 2 over 3").ConfigureAwait(false);
            Expect.Equal(Checkpoint(3, 30), await handle.ReadAsync(ct).ConfigureAwait(false), "The latest checkpoint");
        }
    }

    private static async Task Another_checkpoint_of_the_same_number_is_refused(ContractHost<IJournalWitness> host, CancellationToken ct)
    {
        var witness = await host.OpenAsync(ct).ConfigureAwait(false);
        var kept = Checkpoint(3, 30);
        await witness.WriteAsync(kept, ct).ConfigureAwait(false);
        foreach (var other in new[]
        {
            kept with { Position = 31 }, kept with { History = default }, kept with { At = kept.At.PlusTicks(1) },
            kept with { KeyId = "k2" }, kept with { Mac = default },
        })
        {
            await Expect.ThrowsAsync<WitnessException>(() => witness.WriteAsync(other, ct).AsTask(), "Writing another checkpoint 3 over 3").ConfigureAwait(false);
        }

        Expect.Equal(kept, await witness.ReadAsync(ct).ConfigureAwait(false), "The latest checkpoint");
    }

    private static async Task Tombstones_are_kept(ContractHost<IJournalWitness> host, CancellationToken ct)
    {
        var witness = await host.OpenAsync(ct).ConfigureAwait(false);
        Tombstone[] stones = [Stone("a"), Stone("b"), Stone("a", "crm.kunder-å"), Stone("a") with { Until = new LocalDate(9999, 12, 31) }];
        await witness.AddTombstonesAsync(stones[..1], ct).ConfigureAwait(false);
        await witness.AddTombstonesAsync([], ct).ConfigureAwait(false);
        await witness.AddTombstonesAsync(stones[1..], ct).ConfigureAwait(false);
        CheckSame(stones, await StonesAsync(witness, ct).ConfigureAwait(false));
    }

    private static async Task A_tombstone_is_kept_once(ContractHost<IJournalWitness> host, CancellationToken ct)
    {
        var witness = await host.OpenAsync(ct).ConfigureAwait(false);
        await witness.AddTombstonesAsync([Stone("a"), Stone("a"), Stone("b")], ct).ConfigureAwait(false);
        await (await host.OpenAsync(ct).ConfigureAwait(false)).AddTombstonesAsync([Stone("b"), Stone("a")], ct).ConfigureAwait(false);
        CheckSame([Stone("a"), Stone("b")], await StonesAsync(witness, ct).ConfigureAwait(false));
    }

    private static async Task Tombstones_and_checkpoints_leave_each_other_alone(ContractHost<IJournalWitness> host, CancellationToken ct)
    {
        var witness = await host.OpenAsync(ct).ConfigureAwait(false);
        await witness.AddTombstonesAsync([Stone("a")], ct).ConfigureAwait(false);
        await witness.WriteAsync(Checkpoint(1, 10), ct).ConfigureAwait(false);
        await witness.AddTombstonesAsync([Stone("b")], ct).ConfigureAwait(false);
        Expect.Equal(Checkpoint(1, 10), await witness.ReadAsync(ct).ConfigureAwait(false), "The latest checkpoint");
        CheckSame([Stone("a"), Stone("b")], await StonesAsync(witness, ct).ConfigureAwait(false));
    }

    private static async Task Many_tombstones_are_kept(ContractHost<IJournalWitness> host, CancellationToken ct)
    {
        var witness = await host.OpenAsync(ct).ConfigureAwait(false);
        Tombstone[] stones = [.. Enumerable.Range(0, 3000).Select(number => Stone($"r{number}"))];
        await witness.AddTombstonesAsync(stones, ct).ConfigureAwait(false);
        CheckSame(stones, await StonesAsync(witness, ct).ConfigureAwait(false));
    }

    private static async Task Another_handle_knows_the_same(ContractHost<IJournalWitness> host, CancellationToken ct)
    {
        var witness = await host.OpenAsync(ct).ConfigureAwait(false);
        await witness.WriteAsync(Checkpoint(1, 10), ct).ConfigureAwait(false);
        await witness.AddTombstonesAsync([Stone("a")], ct).ConfigureAwait(false);

        var other = await host.OpenAsync(ct).ConfigureAwait(false);

        Expect.Equal(Checkpoint(1, 10), await other.ReadAsync(ct).ConfigureAwait(false), "The checkpoint that another handle reads");
        CheckSame([Stone("a")], await StonesAsync(other, ct).ConfigureAwait(false));
        await other.WriteAsync(Checkpoint(2, 20), ct).ConfigureAwait(false);
        Expect.Equal(Checkpoint(2, 20), await witness.ReadAsync(ct).ConfigureAwait(false), "The checkpoint that the first handle reads then");
    }

    private static async Task Parallel_writers_lose_nothing(ContractHost<IJournalWitness> host, CancellationToken ct)
    {
        const int Writers = 6;
        var witness = await host.OpenAsync(ct).ConfigureAwait(false);
        await Task.WhenAll(Enumerable.Range(1, Writers).Select(writer => Task.Run(
            async () =>
            {
                for (var i = 0; i < 10; i++)
                {
                    await witness.AddTombstonesAsync([Stone($"{writer}/{i}"), Stone("common")], ct).ConfigureAwait(false);
                }

                try
                {
                    await witness.WriteAsync(Checkpoint(writer, writer), ct).ConfigureAwait(false);
                }
                catch (WitnessException)
                {
                    // A writer of a higher number was first: what this case is about is that it stays.
                }
            },
            ct))).ConfigureAwait(false);
        Expect.Equal(Checkpoint(Writers, Writers), await witness.ReadAsync(ct).ConfigureAwait(false), "The latest checkpoint");
        CheckSame(
            Enumerable.Range(1, Writers).SelectMany(writer => Enumerable.Range(0, 10).Select(i => Stone($"{writer}/{i}"))).Append(Stone("common")),
            await StonesAsync(witness, ct).ConfigureAwait(false));
    }

    private static async Task Cancelled_writes_keep_nothing(ContractHost<IJournalWitness> host, CancellationToken ct)
    {
        var witness = await host.OpenAsync(ct).ConfigureAwait(false);
        await Expect.ThrowsAsync<OperationCanceledException>(
            () => witness.WriteAsync(Checkpoint(1, 1), Cancelled).AsTask(), "Writing when cancelled").ConfigureAwait(false);
        await Expect.ThrowsAsync<OperationCanceledException>(
            () => witness.AddTombstonesAsync([Stone("a")], Cancelled).AsTask(), "Adding when cancelled").ConfigureAwait(false);
        Expect.Equal(null, await witness.ReadAsync(ct).ConfigureAwait(false), "The latest checkpoint");
        Expect.Sequence([], await StonesAsync(witness, ct).ConfigureAwait(false), "The tombstones");
    }

    private static void CheckSame(IEnumerable<Tombstone> expected, IEnumerable<Tombstone> found) =>
        Expect.Sequence(expected.Select(Text).Order(StringComparer.Ordinal), found.Select(Text).Order(StringComparer.Ordinal), "The tombstones");

    private static string Text(Tombstone stone) => stone.ToString();
}
