using Gdpr.Journals;
using NodaTime;

namespace Gdpr.Testing.Tests;

public sealed class FaultPointsTests
{
    private static readonly Instant Now = Instant.FromUtc(2026, 3, 1, 12, 0);

    [Fact]
    public async Task Calls_are_counted_over_all_stores()
    {
        var faults = new FaultPoints();
        var journal = faults.Around(new InMemoryJournalStore());
        var state = faults.Around(new InMemoryStateStore());

        await AppendAsync(journal);
        await state.ReadKillSwitchAsync(default);
        await journal.ReadAllAsync(0, default).CountAsync();

        faults.Calls.ShouldBe(["IJournalStore.AppendAsync", "IStateStore.ReadKillSwitchAsync", "IJournalStore.ReadAllAsync"]);
    }

    [Fact]
    public async Task A_call_that_fails_before_does_nothing()
    {
        var store = new InMemoryJournalStore();
        var faults = new FaultPoints();
        faults.FailAt(1, FaultMoment.Before);

        var fault = await Should.ThrowAsync<InjectedFaultException>(() => AppendAsync(faults.Around(store)));

        (fault.Call, fault.Name, fault.Moment).ShouldBe((1, "IJournalStore.AppendAsync", FaultMoment.Before));
        (await store.ReadAllAsync(0, default).CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_call_that_fails_after_has_done_its_work()
    {
        var store = new InMemoryJournalStore();
        var faults = new FaultPoints();
        faults.FailAt(1, FaultMoment.After);

        await Should.ThrowAsync<InjectedFaultException>(() => AppendAsync(faults.Around(store)));

        (await store.ReadAllAsync(0, default).CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task One_fault_passes_and_the_next_call_works()
    {
        var faults = new FaultPoints();
        var journal = faults.Around(new InMemoryJournalStore());
        faults.FailAt(2, FaultMoment.Before);

        await AppendAsync(journal);
        await Should.ThrowAsync<InjectedFaultException>(() => AppendAsync(journal));
        await AppendAsync(journal);
    }

    [Theory, InlineData(FaultMoment.Before), InlineData(FaultMoment.After)]
    public async Task What_stays_down_answers_nobody_until_it_is_reset(FaultMoment moment)
    {
        var faults = new FaultPoints();
        var journal = faults.Around(new InMemoryJournalStore());
        var witness = faults.Around(new InMemoryJournalWitness());
        faults.FailAt(1, moment, staysDown: true);

        await Should.ThrowAsync<InjectedFaultException>(() => AppendAsync(journal));
        await Should.ThrowAsync<InjectedFaultException>(() => witness.ReadAsync(default).AsTask());
        await Should.ThrowAsync<InjectedFaultException>(() => journal.ReadAllAsync(0, default).CountAsync().AsTask());

        faults.Reset();
        await AppendAsync(journal);
        faults.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_sequence_fails_before_its_first_element_or_after_its_last()
    {
        var store = new InMemoryJournalStore();
        await AppendAsync(store);
        await AppendAsync(store);
        foreach (var (moment, expected) in new[] { (FaultMoment.Before, 0), (FaultMoment.After, 2) })
        {
            var faults = new FaultPoints();
            faults.FailAt(1, moment);
            var seen = 0;

            await Should.ThrowAsync<InjectedFaultException>(async () =>
            {
                await foreach (var unused in faults.Around(store).ReadAllAsync(0, default))
                {
                    seen++;
                }
            });

            seen.ShouldBe(expected);
        }
    }

    [Fact]
    public async Task Stores_behind_fault_points_still_keep_their_contracts()
    {
        ContractSuite[] suites =
        [
            new JournalStoreContract(() => ContractHost.Of(new FaultPoints().Around(new InMemoryJournalStore()))),
            new SubjectVaultContract(() => ContractHost.Of(new FaultPoints().Around(new InMemorySubjectVault()))),
            new StateStoreContract(() => ContractHost.Of(new FaultPoints().Around(new InMemoryStateStore()))),
            new WitnessContract(() => ContractHost.Of(new FaultPoints().Around(new InMemoryJournalWitness()))),
        ];
        foreach (var one in suites.SelectMany(suite => suite.Cases))
        {
            await one.RunAsync(default);
        }
    }

    private static Task AppendAsync(IJournalStore journal) =>
        journal.AppendAsync("s", JournalStream.AnyVersion, Now, [new NewJournalEntry("t", Now, "{}")], null, default).AsTask();
}
