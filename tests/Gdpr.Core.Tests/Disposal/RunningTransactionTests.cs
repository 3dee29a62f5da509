using System.Data.Common;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Disposal;

/// <summary>A transaction of the host's that has appended to the journal and is still running: nobody reads the whole journal past it.</summary>
public sealed class RunningTransactionTests
{
    [Fact]
    public async Task A_hold_placed_meanwhile_is_not_granted_before_the_transaction_has_ended()
    {
        HeldBackJournal? journal = null;
        var world = new ShopWorld { AroundJournal = inner => journal = new HeldBackJournal(inner) };
        await using var shop = Shop.Open(world);
        await shop.ApproveAsync();
        journal!.IsHeldBack = true;

        var hold = await shop.Holds.PlaceAsync(Shop.Terms(records: ["gone-1"]));

        (hold.Phase, string.Join(' ', hold.NotReached)).ShouldBe((HoldPhase.Placing, "crm web"));
        (await shop.Holds.ListAsync()).ShouldHaveSingleItem().Phase.ShouldBe(HoldPhase.Placing);
        journal.IsHeldBack = false;
        await shop.Work.RunDueAsync(Shop.Now, TimeSpan.FromMinutes(1));
        (await shop.Holds.ListAsync()).ShouldHaveSingleItem().Phase.ShouldBe(HoldPhase.Placed);
        world.Data.Customers.Find("gone-1").ShouldNotBeNull();
        world.Data.Customers.Find("gone-2").ShouldBeNull();
    }

    [Fact]
    public async Task A_hold_can_be_released_before_anybody_was_told_of_it()
    {
        HeldBackJournal? journal = null;
        await using var shop = Shop.Open(new ShopWorld { AroundJournal = inner => journal = new HeldBackJournal(inner) });
        await shop.ApproveAsync();
        journal!.IsHeldBack = true;
        var hold = await shop.Holds.PlaceAsync(Shop.Terms(records: ["gone-1"]));

        (await shop.Holds.ReleaseAsync(hold.Id, "legal")).Phase.ShouldBe(HoldPhase.Releasing);

        (await shop.Holds.ListAsync()).ShouldHaveSingleItem().Phase.ShouldBe(HoldPhase.Releasing);
        journal.IsHeldBack = false;
        await shop.Work.RunDueAsync(Shop.Now, TimeSpan.FromMinutes(1));
        (await shop.Holds.ListAsync()).ShouldHaveSingleItem().Phase.ShouldBe(HoldPhase.Released);
    }

    /// <summary>A journal whose readers do not go past what was there when it began to be held back.</summary>
    private sealed class HeldBackJournal(IJournalStore inner) : IJournalStore
    {
        private long _heldBackAfter = long.MaxValue;

        public bool IsHeldBack
        {
            get => _heldBackAfter < long.MaxValue;
            set => _heldBackAfter = value ? inner.ReadAllAsync(0, CancellationToken.None).ToBlockingEnumerable().Last().Position : long.MaxValue;
        }

        public bool CanEnlist => inner.CanEnlist;

        public ValueTask PrepareAsync(CancellationToken cancellationToken) => inner.PrepareAsync(cancellationToken);

        public ValueTask<IReadOnlyList<JournalEntry>> AppendAsync(
            string stream, long expectedVersion, Instant recordedAt, IReadOnlyList<NewJournalEntry> entries, DbTransaction? transaction,
            CancellationToken cancellationToken) => inner.AppendAsync(stream, expectedVersion, recordedAt, entries, transaction, cancellationToken);

        public IAsyncEnumerable<JournalEntry> ReadStreamAsync(string stream, long afterVersion, CancellationToken cancellationToken) =>
            inner.ReadStreamAsync(stream, afterVersion, cancellationToken);

        public IAsyncEnumerable<JournalEntry> ReadAllAsync(long afterPosition, CancellationToken cancellationToken) =>
            inner.ReadAllAsync(afterPosition, cancellationToken).TakeWhile(entry => entry.Position <= _heldBackAfter);

        public ValueTask<StreamHead?> ReadHeadAsync(string stream, CancellationToken cancellationToken) => inner.ReadHeadAsync(stream, cancellationToken);

        public ValueTask AddCheckpointAsync(JournalCheckpoint checkpoint, CancellationToken cancellationToken) => inner.AddCheckpointAsync(checkpoint, cancellationToken);

        public IAsyncEnumerable<JournalCheckpoint> ReadCheckpointsAsync(CancellationToken cancellationToken) => inner.ReadCheckpointsAsync(cancellationToken);

        public ValueTask<JournalBase> ReadBaseAsync(CancellationToken cancellationToken) => inner.ReadBaseAsync(cancellationToken);

        public ValueTask ExpireAsync(JournalBase expired, CancellationToken cancellationToken) => inner.ExpireAsync(expired, cancellationToken);
    }
}
