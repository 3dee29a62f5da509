using Gdpr.Journals;
using Gdpr.Testing;

namespace Gdpr.Core.Tests.Journals;

public sealed class JournalCheckpointsTests
{
    [Fact]
    public async Task An_empty_journal_has_no_checkpoint() => (await new JournalFixture().Checkpoints.MakeAsync(default)).ShouldBeNull();

    [Fact]
    public async Task A_checkpoint_is_kept_and_witnessed()
    {
        var fixture = await JournalFixture.WithEntriesAsync(checkpoints: 0, after: 3);

        var made = await fixture.Checkpoints.MakeAsync(default);

        (made!.Number, made.Position, made.At).ShouldBe((1, 3, fixture.Clock.GetCurrentInstant()));
        (await fixture.Store.ReadCheckpointsAsync(default).ToListAsync()).ShouldBe([made]);
        (await fixture.Witness.ReadAsync(default)).ShouldBe(made);
    }

    [Fact]
    public async Task Nothing_new_makes_no_new_checkpoint()
    {
        var fixture = await JournalFixture.WithEntriesAsync(checkpoints: 1, after: 0);

        var again = await fixture.Checkpoints.MakeAsync(default);

        again!.Number.ShouldBe(1);
        (await fixture.Store.ReadCheckpointsAsync(default).CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_checkpoint_that_was_not_witnessed_is_witnessed_by_the_next_call()
    {
        var fixture = await JournalFixture.WithEntriesAsync(checkpoints: 1, after: 2);
        var faults = new FaultPoints();
        var checkpoints = new JournalCheckpoints(fixture.Store, fixture.Keys, faults.Around(fixture.Witness), fixture.Clock);
        faults.FailAt(2, FaultMoment.Before);
        await Should.ThrowAsync<InjectedFaultException>(() => checkpoints.MakeAsync(default).AsTask());
        (await fixture.Witness.ReadAsync(default))!.Number.ShouldBe(1);

        await fixture.Checkpoints.MakeAsync(default);

        (await fixture.Witness.ReadAsync(default))!.Number.ShouldBe(2);
        (await fixture.Store.ReadCheckpointsAsync(default).CountAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task A_store_behind_its_witness_gets_no_checkpoint_however_often_one_is_asked_for()
    {
        var fixture = await JournalFixture.WithEntriesAsync();
        var restored = new JournalFixture();
        foreach (var entry in (await fixture.EntriesAsync())[..8])
        {
            await restored.Store.AppendAsync(entry.Stream, JournalStream.AnyVersion, entry.RecordedAt, [entry.Content], null, default);
        }

        var checkpoints = new JournalCheckpoints(restored.Store, fixture.Keys, fixture.Witness, fixture.Clock);
        for (var attempt = 0; attempt < 5; attempt++)
        {
            await restored.RecordAsync("hold/0", attempt);
            await Should.ThrowAsync<WitnessException>(() => checkpoints.MakeAsync(default).AsTask());
        }

        (await restored.Store.ReadCheckpointsAsync(default).CountAsync()).ShouldBe(0);
        (await fixture.Witness.ReadAsync(default))!.Number.ShouldBe(3);
    }

    [Fact]
    public async Task Nothing_is_built_on_a_forged_checkpoint()
    {
        var fixture = await JournalFixture.WithEntriesAsync(checkpoints: 0, after: 3);
        await new JournalCheckpoints(fixture.Store, InMemoryKeyRing.WithRandomKey(), null, fixture.Clock).MakeAsync(default);
        await fixture.RecordAsync("hold/0", 1);

        var refused = await Should.ThrowAsync<JournalFaultException>(() => fixture.Checkpoints.MakeAsync(default).AsTask());

        refused.Code.ShouldBe("E-JRN-02");
        refused.Faults.ShouldHaveSingleItem().Kind.ShouldBe(JournalFaultKind.CheckpointForged);
    }

    [Fact]
    public async Task Parallel_makers_agree()
    {
        var fixture = await JournalFixture.WithEntriesAsync(checkpoints: 0, after: 30);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(maker => Task.Run(async () =>
        {
            await fixture.Store.AppendAsync(
                $"hold/{maker}", JournalStream.AnyVersion, fixture.Clock.GetCurrentInstant(), [new NewJournalEntry("x", default, "{}")], null, default);
            await fixture.Checkpoints.MakeAsync(default);
        })));
        await fixture.Checkpoints.MakeAsync(default);

        (await fixture.Verifier.VerifyAsync(default)).Faults.ShouldBeEmpty();
        (await fixture.Witness.ReadAsync(default))!.Position.ShouldBe(38);
    }
}
