using Gdpr.Journals;
using Gdpr.Sources;

namespace Gdpr.Testing;

public sealed partial class DisposalSourceContract
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    private void AddLookingAhead()
    {
        Add(What_is_looked_for_ahead_is_not_changed_before_it_may_be);
        Add(What_is_looked_for_ahead_and_may_not_be_changed_stays);
        Add(A_hold_put_after_a_record_was_looked_for_keeps_it);
        Add(The_end_of_a_plan_stops_what_was_looked_for_ahead);
    }

    private static Task What_is_looked_for_ahead_is_not_changed_before_it_may_be(ContractHost<DisposalSourceHandle> host, CancellationToken ct) =>
        LookAheadAsync(host, ct, async (handle, keys, mayChange, disposing) =>
        {
            await ExpectThereAsync(handle, keys, ct).ConfigureAwait(false);
            mayChange.SetResult(true);
            Expect.Equal(2, (await disposing.ConfigureAwait(false)).Rows.Count, "The number of records disposed of");
            await ExpectThereAsync(handle, keys.Skip(2), ct).ConfigureAwait(false);
        });

    private static Task What_is_looked_for_ahead_and_may_not_be_changed_stays(ContractHost<DisposalSourceHandle> host, CancellationToken ct) =>
        LookAheadAsync(host, ct, async (handle, keys, mayChange, disposing) =>
        {
            mayChange.SetResult(false);
            Expect.Equal(0, (await disposing.ConfigureAwait(false)).Rows.Count, "The number of records disposed of");
            await ExpectThereAsync(handle, keys, ct).ConfigureAwait(false);
            Expect.Equal(0, (await EvidenceAsync(handle, "plan", 0, ct).ConfigureAwait(false)).Count, "The number of batches with evidence");
            Expect.Equal(2, (await DisposeAsync(handle, Batch(), ct).ConfigureAwait(false)).Rows.Count, "The number of records that the batch, asked for again, disposes of");
        });

    private static Task A_hold_put_after_a_record_was_looked_for_keeps_it(ContractHost<DisposalSourceHandle> host, CancellationToken ct) =>
        LookAheadAsync(host, ct, async (handle, keys, mayChange, disposing) =>
        {
            await PutAsync(handle, ct, Change(Of(keys[0]), Hold)).ConfigureAwait(false);
            mayChange.SetResult(true);
            Expect.Sequence([keys[1]], (await disposing.ConfigureAwait(false)).NativeKeys, "The records disposed of");
            await ExpectThereAsync(handle, keys.Where(key => key != keys[1]), ct).ConfigureAwait(false);
        });

    private static Task The_end_of_a_plan_stops_what_was_looked_for_ahead(ContractHost<DisposalSourceHandle> host, CancellationToken ct) =>
        LookAheadAsync(host, ct, async (handle, keys, mayChange, disposing) =>
        {
            await handle.Source.EndPlanAsync("plan", DataSet, Evaluator.Now, ct).ConfigureAwait(false);
            mayChange.SetResult(true);
            await Expect.ThrowsAsync<SourceUnavailableException>(() => disposing, "A batch of a plan that has been ended since it was looked for").ConfigureAwait(false);
            await ExpectThereAsync(handle, keys, ct).ConfigureAwait(false);
        });

    /// <summary>Asks a source that looks ahead for a batch, and gives it time to look. Nothing is asked of another.</summary>
    private static async Task LookAheadAsync(
        ContractHost<DisposalSourceHandle> host, CancellationToken ct,
        Func<DisposalSourceHandle, IReadOnlyList<string>, TaskCompletionSource<bool>, Task<BatchEvidence>, Task> work)
    {
        var (handle, keys) = await OpenWithSixAsync(host, ct).ConfigureAwait(false);
        if (!handle.Source.Capabilities.HasFlag(SourceCapabilities.LooksAhead))
        {
            return;
        }

        var mayChange = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var disposing = Task.Run(() => DisposeAsync(handle, Batch() with { MayChange = mayChange.Task }, ct), ct);
        await Task.Delay(Moment, ct).ConfigureAwait(false);
        await work(handle, keys, mayChange, disposing).ConfigureAwait(false);
    }
}
