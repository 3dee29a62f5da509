using Gdpr.Journals;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Disposal;

/// <summary>What a sweep works with.</summary>
internal sealed record SweepParts(
    Func<RetentionSchedule> Schedule, SourceInventory Inventory, SourcePreparation Preparation, IJournalStore Journal, IStateStore States, ISubjectVault Vault,
    JournalFolds Folds, PlanRegister Plans, ApprovalRegister Approvals, KillSwitchRegister Switch, FactsKeeper Facts,
    KeyRingCheck KeyRing, RestoreGuard Guard, DamageGuard Damage,
    DisposalExecutor Executor, JournalWriter Writer, DisposalMetrics Metrics, RestoredSources Restored,
    Func<IEnumerable<IWaitingErasure>> Waiting, SweepOptions Options, IClock Clock, TimeProvider Time)
{
    /// <summary>How far a caller's clock may be ahead of the host's.</summary>
    private static readonly Duration Ahead = Duration.FromMinutes(1);

    private volatile bool _isPrepared;

    /// <summary>Refuses to destroy at an instant that has not come.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The instant is more than a minute ahead of the clock.</exception>
    public void RefuseAhead(Instant at, string parameter)
    {
        if (at > Clock.GetCurrentInstant() + Ahead)
        {
            throw new ArgumentOutOfRangeException(parameter, "What is due at an instant in the future is not due yet: preview it, and run when it has come.");
        }
    }

    /// <summary>Has the stores create what they need, once.</summary>
    public async ValueTask PrepareStoresAsync(CancellationToken cancellationToken)
    {
        if (_isPrepared)
        {
            return;
        }

        await Journal.PrepareAsync(cancellationToken).ConfigureAwait(false);
        await States.PrepareAsync(cancellationToken).ConfigureAwait(false);
        await Vault.PrepareAsync(cancellationToken).ConfigureAwait(false);
        _isPrepared = true;
    }
}
