using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Disposal;

/// <summary>The versions of the policy.</summary>
/// <param name="RecallAsync">The rules in force, bound by what earlier versions had let go; refuses where the version in force may not destroy.</param>
/// <param name="KeepAsync">Keeps a version, because something is decided under it, and gives the rules in force by then; refuses where it may not be.</param>
internal sealed record PolicyVersions(
    Func<CancellationToken, ValueTask<RetentionSchedule>> RecallAsync, Func<GdprPolicy, CancellationToken, ValueTask<RetentionSchedule>> KeepAsync);

/// <summary>What a sweep works with.</summary>
internal sealed record SweepParts(
    Func<RetentionSchedule> Schedule, PolicyVersions Versions, SourceInventory Inventory, SourcePreparation Preparation,
    IJournalStore Journal, IStateStore States, ISubjectVault Vault,
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

    /// <summary>Has the rules in force bound by what earlier versions had let go, also before this process began.</summary>
    /// <returns>The rules, and why nothing may be destroyed: the version in force may not decide about it, or nobody could tell; <see langword="null"/> where it
    /// may.</returns>
    public async ValueTask<(RetentionSchedule Schedule, Exception? Refused)> TryRecallAsync(CancellationToken cancellationToken)
    {
        try
        {
            await PrepareStoresAsync(cancellationToken).ConfigureAwait(false);
            return (await Versions.RecallAsync(cancellationToken).ConfigureAwait(false), null);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return (Schedule(), exception);
        }
    }
}
