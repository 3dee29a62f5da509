using Gdpr.Journals;
using NodaTime;
using static Gdpr.Testing.JournalSamples;

namespace Gdpr.Testing;

public sealed partial class StateStoreContract
{
    private const string Leased = "sweep/crm.customers";

    private static readonly Duration Life = Duration.FromSeconds(20);
    private static readonly Lease First = new(Leased, "run-1", "worker-1");
    private static readonly Lease Second = new(Leased, "run-2", "worker-2");

    private void AddLeases()
    {
        Add(A_lease_is_taken_by_one_worker);
        Add(A_lease_can_be_taken_at_the_instant_of_its_end);
        Add(A_lease_given_under_a_clock_that_was_set_back_since_can_be_taken);
        Add(A_lease_is_kept_by_renewing_it);
        Add(A_released_lease_can_be_taken_at_once);
        Add(A_lease_is_released_only_by_who_has_it);
        Add(A_worker_that_lost_its_lease_does_not_get_it_back_by_renewing);
        Add(Leases_of_different_names_are_apart);
        Add(Of_parallel_workers_one_takes_the_lease);
    }

    private static async Task A_lease_is_taken_by_one_worker(ContractHost<IStateStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        Expect.Equal(null, await store.ReadLeaseAsync(Leased, Now, ct).ConfigureAwait(false), "A lease that nobody has taken");
        Expect.That(await store.TryTakeLeaseAsync(First, Now, Life, ct).ConfigureAwait(false), "a free lease is taken.");
        Expect.Equal(First, await store.ReadLeaseAsync(Leased, Now, ct).ConfigureAwait(false), "The lease");

        var other = await OpenAsync(host, ct).ConfigureAwait(false);
        Expect.That(!await other.TryTakeLeaseAsync(Second, Now, Life, ct).ConfigureAwait(false), "another worker does not take it meanwhile.");
        Expect.That(
            !await other.TryTakeLeaseAsync(Second, Now + Life - Tick, Life, ct).ConfigureAwait(false), "another worker does not take it the tick before its end.");
        Expect.Equal(First, await other.ReadLeaseAsync(Leased, Now + Life - Tick, ct).ConfigureAwait(false), "The lease the tick before its end");
    }

    private static Duration Tick => Duration.FromTicks(1);

    private static async Task A_lease_can_be_taken_at_the_instant_of_its_end(ContractHost<IStateStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        await store.TryTakeLeaseAsync(First, Now, Life, ct).ConfigureAwait(false);
        Expect.Equal(null, await store.ReadLeaseAsync(Leased, Now + Life, ct).ConfigureAwait(false), "The lease at the instant of its end");
        Expect.That(await store.TryTakeLeaseAsync(Second, Now + Life, Life, ct).ConfigureAwait(false), "another worker takes it at the instant of its end.");
        Expect.Equal(Second, await store.ReadLeaseAsync(Leased, Now + Life, ct).ConfigureAwait(false), "The lease");
    }

    private static async Task A_lease_given_under_a_clock_that_was_set_back_since_can_be_taken(ContractHost<IStateStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        await store.TryTakeLeaseAsync(First, Now, Life, ct).ConfigureAwait(false);
        Expect.That(!await store.TryTakeLeaseAsync(Second, Now - Life, Life, ct).ConfigureAwait(false), "clocks may differ by a life.");
        Expect.That(
            await store.TryTakeLeaseAsync(Second, Now - Life - Tick, Life, ct).ConfigureAwait(false), "a lease that ends more than two lives from now is taken.");
        Expect.Equal(Second, await store.ReadLeaseAsync(Leased, Now - Life - Tick, ct).ConfigureAwait(false), "The lease");
    }

    private static async Task A_lease_is_kept_by_renewing_it(ContractHost<IStateStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        await store.TryTakeLeaseAsync(First, Now, Life, ct).ConfigureAwait(false);
        var renewed = Now + Duration.FromSeconds(15);
        Expect.That(await store.TryTakeLeaseAsync(First, renewed, Life, ct).ConfigureAwait(false), "the worker that has it renews it.");
        Expect.That(!await store.TryTakeLeaseAsync(Second, Now + Life, Life, ct).ConfigureAwait(false), "its life runs from the renewal.");
        Expect.That(!await store.TryTakeLeaseAsync(Second, renewed + Life - Tick, Life, ct).ConfigureAwait(false), "its life runs in full from the renewal.");
        Expect.That(await store.TryTakeLeaseAsync(Second, renewed + Life, Life, ct).ConfigureAwait(false), "it ends a life after the renewal.");
    }

    private static async Task A_released_lease_can_be_taken_at_once(ContractHost<IStateStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        await store.TryTakeLeaseAsync(First, Now, Life, ct).ConfigureAwait(false);
        await store.ReleaseLeaseAsync(First, ct).ConfigureAwait(false);
        await store.ReleaseLeaseAsync(First, ct).ConfigureAwait(false);
        Expect.Equal(null, await store.ReadLeaseAsync(Leased, Now, ct).ConfigureAwait(false), "A lease that was released");
        Expect.That(await store.TryTakeLeaseAsync(Second, Now, Life, ct).ConfigureAwait(false), "another worker takes a released lease at once.");
    }

    private static async Task A_lease_is_released_only_by_who_has_it(ContractHost<IStateStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        await store.TryTakeLeaseAsync(First, Now, Life, ct).ConfigureAwait(false);
        await store.ReleaseLeaseAsync(Second, ct).ConfigureAwait(false);
        Expect.Equal(First, await store.ReadLeaseAsync(Leased, Now, ct).ConfigureAwait(false), "The lease after another worker released it");
    }

    private static async Task A_worker_that_lost_its_lease_does_not_get_it_back_by_renewing(ContractHost<IStateStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        await store.TryTakeLeaseAsync(First, Now, Life, ct).ConfigureAwait(false);
        await store.TryTakeLeaseAsync(Second, Now + Life, Life, ct).ConfigureAwait(false);
        Expect.That(!await store.TryTakeLeaseAsync(First, Now + Life, Life, ct).ConfigureAwait(false), "a lease that another has taken is lost.");
        await store.ReleaseLeaseAsync(First, ct).ConfigureAwait(false);
        Expect.Equal(Second, await store.ReadLeaseAsync(Leased, Now + Life, ct).ConfigureAwait(false), "The lease after its former worker released it");
    }

    private static async Task Leases_of_different_names_are_apart(ContractHost<IStateStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        await store.TryTakeLeaseAsync(First, Now, Life, ct).ConfigureAwait(false);
        var other = Second with { Name = "sweep/crm.invoices" };
        Expect.That(await store.TryTakeLeaseAsync(other, Now, Life, ct).ConfigureAwait(false), "a lease of another name is free.");
        await store.ReleaseLeaseAsync(other, ct).ConfigureAwait(false);
        Expect.Equal(First, await store.ReadLeaseAsync(Leased, Now, ct).ConfigureAwait(false), "The lease after one of another name was released");
    }

    private static async Task Of_parallel_workers_one_takes_the_lease(ContractHost<IStateStore> host, CancellationToken ct)
    {
        const int Workers = 8;
        await OpenAsync(host, ct).ConfigureAwait(false);
        for (var round = 0; round < 5; round++)
        {
            var name = $"sweep/{round}";
            var taken = await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(
                async () =>
                {
                    var own = await OpenAsync(host, ct).ConfigureAwait(false);
                    return await own.TryTakeLeaseAsync(new Lease(name, $"run-{worker}", $"worker-{worker}"), Now, Life, ct).ConfigureAwait(false);
                },
                ct))).ConfigureAwait(false);
            Expect.Equal(1, taken.Count(one => one), $"How many of {Workers} workers took one lease");
        }
    }
}
