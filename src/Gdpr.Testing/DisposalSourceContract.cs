using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Sources;
using NodaTime;
using static Gdpr.Testing.JournalSamples;

namespace Gdpr.Testing;

/// <summary>What every <see cref="IDisposalSource"/> does, over the records of one small policy: they are kept for three months after <c>ended</c>.</summary>
public sealed partial class DisposalSourceContract : ContractSuite<DisposalSourceHandle>
{
    /// <summary>The data set that the source has to hold, with a trigger <c>ended</c> and a field <c>content</c>.</summary>
    public const string DataSet = "crm.records";

    private const string Purpose = "service-provision";

    // Of the six, the first two are due, one of them since today; the next three are kept, one of them a day too young; of the last nobody knows.
    private static readonly DisposalSourceRecord[] Six =
    [
        new(1, "p1", new LocalDate(2020, 2, 29)), new(2, "p2", new LocalDate(2026, 3, 14)),
        new(3, "p1", new LocalDate(2026, 3, 15)), new(4, "p2", new LocalDate(2026, 6, 15)), new(5, "p3", new LocalDate(2026, 7, 1)),
        new(6, "p3", null),
    ];

    private static readonly InMemoryKeyRing Keys = InMemoryKeyRing.WithRandomKey();

    /// <summary>Makes the suite.</summary>
    /// <param name="newHost">Makes a source without records somewhere; called once per case.</param>
    public DisposalSourceContract(Func<ContractHost<DisposalSourceHandle>> newHost)
        : base(newHost)
    {
        Add(It_says_what_it_is);
        Add(Preparing_it_again_changes_nothing);
        Add(A_policy_without_its_data_set_is_refused);
        Add(A_survey_counts_every_record_and_changes_nothing);
        Add(What_is_undetermined_or_due_is_found_without_what_is_kept);
        Add(Exactly_the_due_are_disposed_of);
        Add(A_batch_takes_no_more_than_its_limit_and_the_last_is_empty);
        Add(A_batch_number_is_used_once);
        Add(No_batch_of_a_plan_is_done_after_its_end);
        Add(What_was_disposed_of_is_not_there_when_read_again);
        Add(A_cancelled_call_changes_nothing);
        AddLookingAhead();
        AddEvidence();
        AddFacts();
    }

    /// <summary>The rules of the policy.</summary>
    public static RetentionSchedule Schedule { get; } = Compile("records");

    private static RetentionEvaluator Evaluator { get; } = Schedule.At(Instant.FromUtc(2026, 6, 15, 12, 0));

    private static RetentionSchedule Compile(string dataSet) => RetentionSchedule.Compile(PolicyReader.Parse(
        $$"""
        { "policy": "contract", "version": "1", "effective": "2020-01-01",
          "controllers": { "us": { "name": "Us", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@us.example" } },
          "systems": { "crm": { "dataSets": { "{{dataSet}}": {
            "subject": "customer", "triggers": { "ended": { "whenNull": "unknown" } }, "fields": { "content": "free-text" } } } } },
          "activities": { "service": {
            "purpose": "{{Purpose}}", "basis": { "contract": {} }, "data": ["crm.{{dataSet}}"], "retention": { "keep": "P3M", "after": "ended" } } } }
        """));

    private static async Task<DisposalSourceHandle> OpenAsync(ContractHost<DisposalSourceHandle> host, CancellationToken ct)
    {
        var handle = await host.OpenAsync(ct).ConfigureAwait(false);
        await handle.Source.PrepareAsync(Schedule, ct).ConfigureAwait(false);
        return handle;
    }

    private static async Task<(DisposalSourceHandle Handle, IReadOnlyList<string> Keys)> OpenWithSixAsync(
        ContractHost<DisposalSourceHandle> host, CancellationToken ct)
    {
        var handle = await OpenAsync(host, ct).ConfigureAwait(false);
        return (handle, await handle.AddAsync(Six, ct).ConfigureAwait(false));
    }

    private static IEnumerable<DisposalSourceRecord> Due(int count) =>
        Enumerable.Range(1, count).Select(i => new DisposalSourceRecord(i, $"p{i}", new LocalDate(2020, 1, 1)));

    private static DisposalBatch Batch(int number = 1, int limit = 100, JournalPosition position = default, string plan = "plan") =>
        new(plan, number, Evaluator, DataSet, limit, position, Keys);

    private static Task<BatchEvidence> DisposeAsync(DisposalSourceHandle handle, DisposalBatch batch, CancellationToken ct) =>
        handle.Source.DisposeAsync(batch, ct).AsTask();

    private static async Task ExpectThereAsync(DisposalSourceHandle handle, IEnumerable<string> keys, CancellationToken ct) =>
        Expect.Sequence(keys.Order(StringComparer.Ordinal), await handle.ReadAsync(ct).ConfigureAwait(false), "The records that are there");

    private static Task It_says_what_it_is(ContractHost<DisposalSourceHandle> host, CancellationToken ct) => WithTwoAsync(host, ct, (first, second) =>
    {
        Expect.That(first.Source.Name.Length > 0, "the source has a name.");
        Expect.Equal(first.Source.Name, second.Source.Name, "The name of another handle");
        Expect.Sequence([DataSet], first.Source.DataSets, "The data sets");
        Expect.That(
            first.Source.Capabilities.HasFlag(SourceCapabilities.Dispose | SourceCapabilities.Verify), "the source disposes, and reads again what it disposed of.");
        Expect.Equal(first.Source.MappingOf(DataSet), second.Source.MappingOf(DataSet), "What identifies the mapping of another handle");
    });

    private static async Task WithTwoAsync(ContractHost<DisposalSourceHandle> host, CancellationToken ct, Action<DisposalSourceHandle, DisposalSourceHandle> work) =>
        work(await OpenAsync(host, ct).ConfigureAwait(false), await OpenAsync(host, ct).ConfigureAwait(false));

    private static async Task Preparing_it_again_changes_nothing(ContractHost<DisposalSourceHandle> host, CancellationToken ct)
    {
        var (handle, keys) = await OpenWithSixAsync(host, ct).ConfigureAwait(false);
        await DisposeAsync(handle, Batch(limit: 1), ct).ConfigureAwait(false);
        await handle.Source.ChangeFactsAsync([], 7, ct).ConfigureAwait(false);
        var there = await handle.ReadAsync(ct).ConfigureAwait(false);
        await handle.Source.PrepareAsync(Schedule, ct).ConfigureAwait(false);
        await OpenAsync(host, ct).ConfigureAwait(false);
        await ExpectThereAsync(handle, there, ct).ConfigureAwait(false);
        Expect.Equal(keys.Count - 1, there.Count, "The number of records");
        Expect.Equal(7, await handle.Source.ReadFactsPositionAsync(ct).ConfigureAwait(false), "The position of the facts");
        Expect.Equal(1, (await EvidenceAsync(handle, "plan", 0, ct).ConfigureAwait(false)).Count, "The number of batches with evidence");
    }

    private static async Task A_policy_without_its_data_set_is_refused(ContractHost<DisposalSourceHandle> host, CancellationToken ct)
    {
        var handle = await host.OpenAsync(ct).ConfigureAwait(false);
        var refused = await Expect.ThrowsAsync<SourceMappingException>(
            () => handle.Source.PrepareAsync(Compile("others"), ct).AsTask(), "Preparing for a policy without the data set").ConfigureAwait(false);
        Expect.That(refused.Problems.Any(problem => problem.Contains(DataSet, StringComparison.Ordinal)), "the data set is named.");
    }

    private static async Task A_survey_counts_every_record_and_changes_nothing(ContractHost<DisposalSourceHandle> host, CancellationToken ct)
    {
        var (handle, keys) = await OpenWithSixAsync(host, ct).ConfigureAwait(false);
        var survey = await handle.Source.SurveyAsync(Evaluator, DataSet, 2, ct).ConfigureAwait(false);
        Expect.Equal(6, survey.Records, "The number of records");
        Expect.Sequence(
            ["Keep 3 0 ", "Erase 2 2 ", "Undetermined 1 0 ended"],
            survey.Lines.Select(line => $"{line.Fate} {line.Records} {line.Due} {string.Join(',', line.Missing)}"),
            "The lines (fate, records, due, missing)");
        Expect.That(survey.Lines.All(line => line.Examples.Count == Math.Min(2, line.Records)), "there are two examples of each line, or as many as there are records.");
        Expect.Sequence(
            keys.Take(2).Order(StringComparer.Ordinal),
            survey.Lines.Single(line => line.Fate == Fate.Erase).Examples.Select(example => example.NativeKey).Order(StringComparer.Ordinal),
            "The examples of what is due");
        await ExpectThereAsync(handle, keys, ct).ConfigureAwait(false);
    }

    private static async Task What_is_undetermined_or_due_is_found_without_what_is_kept(ContractHost<DisposalSourceHandle> host, CancellationToken ct)
    {
        var (handle, keys) = await OpenWithSixAsync(host, ct).ConfigureAwait(false);
        var unsettled = await handle.Source.SurveyUnsettledAsync(Evaluator, DataSet, 2, ct).ConfigureAwait(false);
        Expect.Equal(3, unsettled.Records, "The number of records that are due or undetermined");
        Expect.Sequence(
            ["Erase 2 2 ", "Undetermined 1 0 ended"],
            unsettled.Lines.Select(line => $"{line.Fate} {line.Records} {line.Due} {string.Join(',', line.Missing)}"),
            "The lines (fate, records, due, missing)");
        await PutAsync(handle, ct, Change(Of(keys[^1]), RecordFact.Of(RecordFlags.Restricted, isUnknown: true))).ConfigureAwait(false);
        var known = (await handle.Source.SurveyAsync(Evaluator, DataSet, 0, ct).ConfigureAwait(false)).Unsettled();
        unsettled = await handle.Source.SurveyUnsettledAsync(Evaluator, DataSet, 0, ct).ConfigureAwait(false);
        Expect.Equal(known.Records, unsettled.Records, "The number of records that are due or undetermined when something about one is not known");
    }

    private static async Task Exactly_the_due_are_disposed_of(ContractHost<DisposalSourceHandle> host, CancellationToken ct)
    {
        var (handle, keys) = await OpenWithSixAsync(host, ct).ConfigureAwait(false);
        var batch = await DisposeAsync(handle, Batch(), ct).ConfigureAwait(false);
        Expect.Sequence(keys.Take(2).Order(StringComparer.Ordinal), batch.NativeKeys.Order(StringComparer.Ordinal), "The records of the batch");
        await ExpectThereAsync(handle, keys.Skip(2), ct).ConfigureAwait(false);
        Expect.Equal(0, (await handle.Source.SurveyAsync(Evaluator, DataSet, 0, ct).ConfigureAwait(false)).Lines.Sum(line => line.Due), "The records still due");
    }

    private static async Task A_batch_takes_no_more_than_its_limit_and_the_last_is_empty(ContractHost<DisposalSourceHandle> host, CancellationToken ct)
    {
        var handle = await OpenAsync(host, ct).ConfigureAwait(false);
        await handle.AddAsync([.. Due(7), new DisposalSourceRecord(8, "p8", null)], ct).ConfigureAwait(false);
        var disposed = new List<string>();
        for (var number = 1; ; number++)
        {
            var batch = await DisposeAsync(handle, Batch(number, limit: 3), ct).ConfigureAwait(false);
            if (batch.Rows.Count == 0)
            {
                break;
            }

            Expect.That(batch.Rows.Count <= 3, "a batch takes at most three records.");
            Expect.Equal(batch.Rows.Count, batch.NativeKeys.Count, "The number of native keys");
            disposed.AddRange(batch.NativeKeys);
        }

        Expect.Equal(7, disposed.Distinct(StringComparer.Ordinal).Count(), "The number of records disposed of");
        Expect.Equal(7, disposed.Count, "The number of times that one was");
        Expect.Equal(1, (await handle.ReadAsync(ct).ConfigureAwait(false)).Count, "The number of records left");
    }

    private static async Task A_batch_number_is_used_once(ContractHost<DisposalSourceHandle> host, CancellationToken ct)
    {
        var (handle, keys) = await OpenWithSixAsync(host, ct).ConfigureAwait(false);
        var first = await DisposeAsync(handle, Batch(limit: 1), ct).ConfigureAwait(false);
        var other = await OpenAsync(host, ct).ConfigureAwait(false);
        await Expect.ThrowsAsync<SourceUnavailableException>(() => DisposeAsync(other, Batch(), ct), "A batch number that there is evidence of").ConfigureAwait(false);
        await ExpectThereAsync(handle, keys.Except(first.NativeKeys), ct).ConfigureAwait(false);
        await DisposeAsync(other, Batch(plan: "another plan"), ct).ConfigureAwait(false);
        await ExpectThereAsync(handle, keys.Skip(2), ct).ConfigureAwait(false);
    }

    private static async Task No_batch_of_a_plan_is_done_after_its_end(ContractHost<DisposalSourceHandle> host, CancellationToken ct)
    {
        var (handle, keys) = await OpenWithSixAsync(host, ct).ConfigureAwait(false);
        var first = await DisposeAsync(handle, Batch(limit: 1), ct).ConfigureAwait(false);
        var other = await OpenAsync(host, ct).ConfigureAwait(false);
        for (var time = 0; time < 2; time++)
        {
            await other.Source.EndPlanAsync("plan", DataSet, Evaluator.Now, ct).ConfigureAwait(false);
        }

        await Expect.ThrowsAsync<SourceUnavailableException>(() => DisposeAsync(handle, Batch(2), ct), "A batch of a plan that has been ended").ConfigureAwait(false);
        await ExpectThereAsync(handle, keys.Except(first.NativeKeys), ct).ConfigureAwait(false);
        Expect.Sequence([1], (await EvidenceAsync(other, "plan", 0, ct).ConfigureAwait(false)).Select(batch => batch.Number), "The batches that there is evidence of");
        await other.Source.EndPlanAsync("plan without batches", DataSet, Evaluator.Now, ct).ConfigureAwait(false);
        await Expect.ThrowsAsync<SourceUnavailableException>(
            () => DisposeAsync(handle, Batch(plan: "plan without batches"), ct), "The first batch of a plan that has been ended").ConfigureAwait(false);
        Expect.Equal(1, (await DisposeAsync(handle, Batch(plan: "another plan"), ct).ConfigureAwait(false)).Rows.Count, "What another plan disposes of");
    }

    private static async Task What_was_disposed_of_is_not_there_when_read_again(ContractHost<DisposalSourceHandle> host, CancellationToken ct)
    {
        var (handle, keys) = await OpenWithSixAsync(host, ct).ConfigureAwait(false);
        var batch = await DisposeAsync(handle, Batch(), ct).ConfigureAwait(false);
        Expect.Equal(0, await handle.Source.CountUndisposedAsync(batch, ct).ConfigureAwait(false), "The number of records still there");
        var other = await OpenAsync(host, ct).ConfigureAwait(false);
        var untrue = batch with { NativeKeys = [batch.NativeKeys[0], keys[3]] };
        var found = await other.Source.CountUndisposedAsync(untrue, ct).ConfigureAwait(false);
        Expect.Equal(1, found, "The number still there, of a record that is gone and one that is not");
    }

    private static async Task A_cancelled_call_changes_nothing(ContractHost<DisposalSourceHandle> host, CancellationToken ct)
    {
        var (handle, keys) = await OpenWithSixAsync(host, ct).ConfigureAwait(false);
        Func<Task>[] calls =
        [
            () => handle.Source.PrepareAsync(Schedule, Cancelled).AsTask(),
            () => handle.Source.SurveyAsync(Evaluator, DataSet, 0, Cancelled).AsTask(),
            () => DisposeAsync(handle, Batch(), Cancelled),
            () => handle.Source.ChangeFactsAsync([Change(new FactTarget.Everything(), Hold)], 9, Cancelled).AsTask(),
            () => handle.Source.ReadFactsPositionAsync(Cancelled).AsTask(),
        ];
        foreach (var call in calls)
        {
            await Expect.ThrowsAsync<OperationCanceledException>(call, "A call that was cancelled before it began").ConfigureAwait(false);
        }

        await ExpectThereAsync(handle, keys, ct).ConfigureAwait(false);
        Expect.Equal(0, await handle.Source.ReadFactsPositionAsync(ct).ConfigureAwait(false), "The position of the facts");
        Expect.Equal(2, (await DisposeAsync(handle, Batch(), ct).ConfigureAwait(false)).Rows.Count, "The number of records that a hold, had it been put, would keep");
    }
}
