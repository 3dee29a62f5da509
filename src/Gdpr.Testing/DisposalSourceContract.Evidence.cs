using Gdpr.Journals;
using Gdpr.Sources;

namespace Gdpr.Testing;

public sealed partial class DisposalSourceContract
{
    private void AddEvidence()
    {
        Add(Evidence_names_each_record_and_why_it_went);
        Add(Evidence_is_read_back_as_it_was_returned);
        Add(A_batch_without_records_leaves_no_evidence);
        Add(The_plans_that_it_lists_are_those_that_it_has_evidence_of);
        Add(Records_are_found_again_by_the_names_that_evidence_gives_them);
    }

    private static Task<List<BatchEvidence>> EvidenceAsync(DisposalSourceHandle handle, string plan, int afterBatch, CancellationToken ct) =>
        Expect.ListAsync(handle.Source.ReadEvidenceAsync(plan, afterBatch, ct), ct);

    private static async Task Evidence_names_each_record_and_why_it_went(ContractHost<DisposalSourceHandle> host, CancellationToken ct)
    {
        var (handle, _) = await OpenWithSixAsync(host, ct).ConfigureAwait(false);
        var batch = await DisposeAsync(handle, Batch(3), ct).ConfigureAwait(false);
        Expect.Equal(("plan", DataSet, 3), (batch.Plan, batch.DataSet, batch.Number), "The plan, the data set and the number");
        Expect.Sequence(batch.NativeKeys.Select(RecordNames.Of(Keys, DataSet).Of), batch.Rows.Select(row => row.Record), "The names of the records");
        foreach (var row in batch.Rows)
        {
            Expect.Equal((DisposalKind.Erased, 0, "service", "all-ended"), (row.Action, row.Fields.Count, row.Rule, row.Reason), "The action, fields, rule and reason");
        }
    }

    private static async Task Evidence_is_read_back_as_it_was_returned(ContractHost<DisposalSourceHandle> host, CancellationToken ct)
    {
        var handle = await OpenAsync(host, ct).ConfigureAwait(false);
        await handle.AddAsync([.. Due(7)], ct).ConfigureAwait(false);
        var written = new List<BatchEvidence>();
        foreach (var number in new[] { 1, 2, 10 })
        {
            written.Add(await DisposeAsync(handle, Batch(number, limit: 2), ct).ConfigureAwait(false));
        }

        await DisposeAsync(handle, Batch(limit: 2, plan: "another plan"), ct).ConfigureAwait(false);
        var other = await OpenAsync(host, ct).ConfigureAwait(false);

        var read = await EvidenceAsync(other, "plan", 0, ct).ConfigureAwait(false);

        Expect.Sequence(
            written.Select(batch => (batch.Plan, batch.DataSet, batch.Number)), read.Select(batch => (batch.Plan, batch.DataSet, batch.Number)), "The batches");
        Expect.Sequence(written.Select(batch => batch.Root), read.Select(batch => batch.Root), "The roots of the batches");
        Expect.Sequence(
            written.SelectMany(batch => batch.Rows).Select(row => Convert.ToHexString(row.Leaf())),
            read.SelectMany(batch => batch.Rows).Select(row => Convert.ToHexString(row.Leaf())),
            "The rows");
        Expect.Sequence([10], (await EvidenceAsync(other, "plan", 2, ct).ConfigureAwait(false)).Select(batch => batch.Number), "The batches after the second");
        Expect.Sequence([], await EvidenceAsync(other, "no plan", 0, ct).ConfigureAwait(false), "The batches of a plan that never was");
    }

    private static async Task The_plans_that_it_lists_are_those_that_it_has_evidence_of(ContractHost<DisposalSourceHandle> host, CancellationToken ct)
    {
        var handle = await OpenAsync(host, ct).ConfigureAwait(false);
        await handle.AddAsync([.. Due(5)], ct).ConfigureAwait(false);
        await DisposeAsync(handle, Batch(1, limit: 2), ct).ConfigureAwait(false);
        await DisposeAsync(handle, Batch(2, limit: 2), ct).ConfigureAwait(false);
        await DisposeAsync(handle, Batch(plan: "another plan"), ct).ConfigureAwait(false);
        await handle.Source.EndPlanAsync("plan without batches", DataSet, Evaluator.Now, ct).ConfigureAwait(false);
        var other = await OpenAsync(host, ct).ConfigureAwait(false);

        var listed = await Expect.ListAsync(other.Source.ReadPlansAsync(ct), ct).ConfigureAwait(false);

        if (listed.Count > 0)
        {
            Expect.Sequence(["another plan", "plan"], listed.Order(StringComparer.Ordinal), "The plans");
        }

        foreach (var batch in await EvidenceAsync(other, "plan", 0, ct).ConfigureAwait(false))
        {
            Expect.That(batch.At is null || batch.At == Evaluator.Now, "evidence says when records were judged, or nothing of it.");
        }
    }

    private static async Task A_batch_without_records_leaves_no_evidence(ContractHost<DisposalSourceHandle> host, CancellationToken ct)
    {
        var handle = await OpenAsync(host, ct).ConfigureAwait(false);
        await handle.AddAsync([.. Six.Skip(2)], ct).ConfigureAwait(false);
        Expect.Equal(0, (await DisposeAsync(handle, Batch(), ct).ConfigureAwait(false)).Rows.Count, "The number of rows where nothing is due");
        Expect.Equal(0, (await DisposeAsync(handle, Batch(), ct).ConfigureAwait(false)).Rows.Count, "The number of rows of the same batch again");
        Expect.Sequence([], await EvidenceAsync(handle, "plan", 0, ct).ConfigureAwait(false), "The batches with evidence");
    }

    private static async Task Records_are_found_again_by_the_names_that_evidence_gives_them(ContractHost<DisposalSourceHandle> host, CancellationToken ct)
    {
        var (handle, keys) = await OpenWithSixAsync(host, ct).ConfigureAwait(false);
        if (handle.Source is not IRecallingSource source)
        {
            return;
        }

        var names = RecordNames.Of(Keys, DataSet);
        var there = new Dictionary<KeyedDigest, string>();
        var found = await Expect.ListAsync(source.FindReturnedAsync(DataSet, key => there.TryAdd(names.Of(key), key), ct), ct).ConfigureAwait(false);
        Expect.Sequence(keys.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal), "The records found where all are sought");

        var evidence = await DisposeAsync(handle, Batch(), ct).ConfigureAwait(false);
        Expect.Equal(2, evidence.Rows.Count(row => there.ContainsKey(row.Record)), "The rows of evidence whose names had been there");
        var left = new HashSet<KeyedDigest>(there.Keys.Except(evidence.Rows.Select(row => row.Record)));
        Expect.Sequence(
            [], await Expect.ListAsync(source.FindReturnedAsync(DataSet, key => !left.Contains(names.Of(key)), ct), ct).ConfigureAwait(false),
            "The records found whose names are in the evidence");
    }
}
