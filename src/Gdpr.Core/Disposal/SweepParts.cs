using Gdpr.Journals;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Disposal;

/// <summary>What a sweep works with.</summary>
internal sealed record SweepParts(
    Func<RetentionSchedule> Schedule, SourceInventory Inventory, SourcePreparation Preparation, IJournalStore Journal, IStateStore States, ISubjectVault Vault,
    JournalFolds Folds, PlanRegister Plans, ApprovalRegister Approvals, FactsKeeper Facts, RestoreGuard Guard, DisposalExecutor Executor, JournalWriter Writer,
    DisposalMetrics Metrics, SweepOptions Options, IClock Clock, TimeProvider Time)
{
    private volatile bool _isPrepared;

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
