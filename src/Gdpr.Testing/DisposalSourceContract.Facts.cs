using System.Collections.Concurrent;
using System.Globalization;
using Gdpr.Journals;
using Gdpr.Retention;
using Gdpr.Sources;
using NodaTime;

namespace Gdpr.Testing;

public sealed partial class DisposalSourceContract
{
    private static readonly RecordFact Hold = RecordFact.Of(RecordFlags.Hold);

    private void AddFacts()
    {
        Add(Facts_behind_the_journal_stop_a_batch);
        Add(The_position_of_the_facts_is_the_one_stated_last);
        Add(Facts_older_than_those_that_are_there_are_refused_unless_all_are_put_again);
        Add(A_hold_on_a_record_keeps_it_until_it_is_taken_away);
        Add(A_hold_on_a_person_keeps_their_records);
        Add(A_purpose_that_has_ended_for_one_person_ends_for_nobody_else);
        Add(What_forbids_finds_a_person_in_any_case_and_what_permits_exactly);
        Add(A_hold_on_everything_keeps_what_comes_later_too);
        Add(Facts_that_reflect_another_entry_at_the_position_stop_a_batch);
        Add(A_hold_that_nobody_knows_of_for_certain_keeps_as_well);
        Add(A_fact_put_again_replaces_the_one_of_its_id);
        Add(A_purpose_that_has_ended_lets_a_record_go);
        Add(Where_everything_is_put_again_only_what_forbids_destruction_stays_meanwhile);
        Add(A_fact_on_a_record_that_is_gone_is_refused_whole);
        Add(A_fact_that_was_put_on_a_record_stays_on_it_while_that_is_away);
        Add(A_change_of_facts_between_batches_is_seen_by_the_next);
        Add(Of_batches_and_holds_at_once_a_granted_hold_keeps_its_record);
    }

    private static FactChange Change(FactTarget target, RecordFact? fact, string id = "h1") => new(id, DataSet, target, fact);

    private static FactTarget.Records Of(params IReadOnlyList<string> keys) => new(keys);

    private static async Task PutAsync(DisposalSourceHandle handle, CancellationToken ct, params IReadOnlyList<FactChange> changes) =>
        Expect.Sequence([], await handle.Source.ChangeFactsAsync(changes, 1, ct).ConfigureAwait(false), "The records named that are not there");

    private static async Task Facts_behind_the_journal_stop_a_batch(ContractHost<DisposalSourceHandle> host, CancellationToken ct)
    {
        var (handle, keys) = await OpenWithSixAsync(host, ct).ConfigureAwait(false);
        Expect.Equal(0, await handle.Source.ReadFactsPositionAsync(ct).ConfigureAwait(false), "The position of facts that nobody has put");
        await handle.Source.ChangeFactsAsync([], 41, ct).ConfigureAwait(false);
        var refused = await Expect.ThrowsAsync<FactsBehindException>(() => DisposeAsync(handle, Batch(position: 42), ct), "A batch that demands more")
            .ConfigureAwait(false);
        Expect.Equal((42L, 41L), (refused.Demanded, refused.Found), "The positions demanded and found");
        await ExpectThereAsync(handle, keys, ct).ConfigureAwait(false);
        await DisposeAsync(handle, Batch(position: 41), ct).ConfigureAwait(false);
        await ExpectThereAsync(handle, keys.Skip(2), ct).ConfigureAwait(false);
        await Expect.ThrowsAsync<FactsBehindException>(() => DisposeAsync(handle, Batch(2, position: 42), ct), "A batch that demands more, where nothing is due")
            .ConfigureAwait(false);
    }

    private static async Task Facts_that_reflect_another_entry_at_the_position_stop_a_batch(ContractHost<DisposalSourceHandle> host, CancellationToken ct)
    {
        var (handle, keys) = await OpenWithSixAsync(host, ct).ConfigureAwait(false);
        var (own, other) = (Digest.Of("own"u8), Digest.Of("other"u8));
        await handle.Source.ChangeFactsAsync([], new JournalPosition(41, other), ct).ConfigureAwait(false);
        Expect.Equal(new JournalPosition(41, other), await handle.Source.ReadFactsPositionAsync(ct).ConfigureAwait(false), "The position of the facts, and its entry");
        foreach (var demanded in new[] { new JournalPosition(41, own), new JournalPosition(40, own) })
        {
            await Expect.ThrowsAsync<FactsBehindException>(() => DisposeAsync(handle, Batch(position: demanded), ct), "A batch of another journal").ConfigureAwait(false);
        }

        await ExpectThereAsync(handle, keys, ct).ConfigureAwait(false);
        await DisposeAsync(handle, Batch(position: new JournalPosition(41, other)), ct).ConfigureAwait(false);
        await ExpectThereAsync(handle, keys.Skip(2), ct).ConfigureAwait(false);
    }

    private static async Task The_position_of_the_facts_is_the_one_stated_last(ContractHost<DisposalSourceHandle> host, CancellationToken ct)
    {
        var handle = await OpenAsync(host, ct).ConfigureAwait(false);
        foreach (var position in new[] { 3L, 5L, 5L, 0L, 4L, long.MaxValue })
        {
            await handle.Source.ChangeFactsAsync([], position, ct).ConfigureAwait(false);
            Expect.Equal(position, await handle.Source.ReadFactsPositionAsync(ct).ConfigureAwait(false), "The position of the facts");
        }

        var other = await OpenAsync(host, ct).ConfigureAwait(false);
        Expect.Equal(long.MaxValue, await other.Source.ReadFactsPositionAsync(ct).ConfigureAwait(false), "The position that another handle reads");
    }

    private static async Task Facts_older_than_those_that_are_there_are_refused_unless_all_are_put_again(ContractHost<DisposalSourceHandle> host, CancellationToken ct)
    {
        var (handle, keys) = await OpenWithSixAsync(host, ct).ConfigureAwait(false);
        await handle.Source.ChangeFactsAsync([Change(Of(keys[0]), Hold)], 7, ct).ConfigureAwait(false);

        await Expect.ThrowsAsync<SourceUnavailableException>(
            () => handle.Source.ChangeFactsAsync([Change(Of(keys[0]), null)], 6, ct).AsTask(), "Facts of a worker that was away").ConfigureAwait(false);

        Expect.Equal(7, await handle.Source.ReadFactsPositionAsync(ct).ConfigureAwait(false), "The position of the facts");
        await DisposeAsync(handle, Batch(position: 7), ct).ConfigureAwait(false);
        await ExpectThereAsync(handle, keys.Where(key => key != keys[1]), ct).ConfigureAwait(false);
    }

    private static async Task A_hold_on_a_record_keeps_it_until_it_is_taken_away(ContractHost<DisposalSourceHandle> host, CancellationToken ct)
    {
        var (handle, keys) = await OpenWithSixAsync(host, ct).ConfigureAwait(false);
        await PutAsync(handle, ct, Change(Of(keys[0]), Hold)).ConfigureAwait(false);
        await DisposeAsync(handle, Batch(), ct).ConfigureAwait(false);
        await ExpectThereAsync(handle, keys.Where(key => key != keys[1]), ct).ConfigureAwait(false);

        await PutAsync(handle, ct, Change(Of(keys[0]), null)).ConfigureAwait(false);
        await DisposeAsync(handle, Batch(plan: "next"), ct).ConfigureAwait(false);
        await ExpectThereAsync(handle, keys.Skip(2), ct).ConfigureAwait(false);
    }

    private static async Task A_hold_on_a_person_keeps_their_records(ContractHost<DisposalSourceHandle> host, CancellationToken ct)
    {
        var (handle, keys) = await OpenWithSixAsync(host, ct).ConfigureAwait(false);
        await PutAsync(handle, ct, Change(new FactTarget.Subjects(["p1", "p9"]), Hold)).ConfigureAwait(false);
        var later = await handle.AddAsync([new DisposalSourceRecord(7, "p1", new LocalDate(2020, 1, 1))], ct).ConfigureAwait(false);
        await DisposeAsync(handle, Batch(), ct).ConfigureAwait(false);
        await ExpectThereAsync(handle, keys.Where(key => !handle.KnowsPeople || key != keys[1]).Concat(later), ct).ConfigureAwait(false);
    }

    private static async Task A_purpose_that_has_ended_for_one_person_ends_for_nobody_else(ContractHost<DisposalSourceHandle> host, CancellationToken ct)
    {
        var (handle, keys) = await OpenWithSixAsync(host, ct).ConfigureAwait(false);
        await PutAsync(handle, ct, Change(new FactTarget.Subjects(["p2"]), RecordFact.Of(PurposeFact.PurposeEnded, Purpose))).ConfigureAwait(false);
        var survey = await handle.Source.SurveyAsync(Evaluator, DataSet, 0, ct).ConfigureAwait(false);
        Expect.Equal(
            handle.KnowsPeople ? 1 : 4, survey.Lines.Where(line => line.Fate == Fate.Undetermined).Sum(line => line.Records), "The number of undetermined records");
        await DisposeAllAsync(handle, ct).ConfigureAwait(false);
        await ExpectThereAsync(handle, keys.Skip(2).Where(key => !handle.KnowsPeople || key != keys[3]), ct).ConfigureAwait(false);

        await PutAsync(handle, ct, Change(new FactTarget.Subjects(["p2"]), null)).ConfigureAwait(false);
        survey = await handle.Source.SurveyAsync(Evaluator, DataSet, 0, ct).ConfigureAwait(false);
        Expect.Equal(1, survey.Lines.Where(line => line.Fate == Fate.Undetermined).Sum(line => line.Records), "The number of undetermined records afterwards");
    }

    private static async Task What_forbids_finds_a_person_in_any_case_and_what_permits_exactly(ContractHost<DisposalSourceHandle> host, CancellationToken ct)
    {
        var (handle, keys) = await OpenWithSixAsync(host, ct).ConfigureAwait(false);
        await PutAsync(
            handle, ct, Change(new FactTarget.Subjects(["P1"]), Hold),
            Change(new FactTarget.Subjects(["P2"]), RecordFact.Of(PurposeFact.PurposeEnded, Purpose), "h2")).ConfigureAwait(false);
        await DisposeAllAsync(handle, ct).ConfigureAwait(false);
        await ExpectThereAsync(handle, keys.Where(key => !handle.KnowsPeople || key != keys[1]), ct).ConfigureAwait(false);
    }

    private static async Task A_hold_on_everything_keeps_what_comes_later_too(ContractHost<DisposalSourceHandle> host, CancellationToken ct)
    {
        var (handle, keys) = await OpenWithSixAsync(host, ct).ConfigureAwait(false);
        await PutAsync(handle, ct, Change(new FactTarget.Everything(), Hold)).ConfigureAwait(false);
        var later = await handle.AddAsync([new DisposalSourceRecord(7, "p9", new LocalDate(2020, 1, 1))], ct).ConfigureAwait(false);
        await DisposeAsync(handle, Batch(), ct).ConfigureAwait(false);
        await ExpectThereAsync(handle, keys.Concat(later), ct).ConfigureAwait(false);
    }

    private static async Task A_hold_that_nobody_knows_of_for_certain_keeps_as_well(ContractHost<DisposalSourceHandle> host, CancellationToken ct)
    {
        var (handle, keys) = await OpenWithSixAsync(host, ct).ConfigureAwait(false);
        await PutAsync(handle, ct, Change(Of(keys[0]), RecordFact.Of(RecordFlags.Hold, isUnknown: true))).ConfigureAwait(false);
        await DisposeAsync(handle, Batch(), ct).ConfigureAwait(false);
        await ExpectThereAsync(handle, keys.Where(key => key != keys[1]), ct).ConfigureAwait(false);
    }

    private static async Task A_fact_put_again_replaces_the_one_of_its_id(ContractHost<DisposalSourceHandle> host, CancellationToken ct)
    {
        var (handle, keys) = await OpenWithSixAsync(host, ct).ConfigureAwait(false);
        await PutAsync(handle, ct, Change(Of(keys[0]), Hold), Change(Of(keys[0], keys[1]), Hold, "h2")).ConfigureAwait(false);
        await PutAsync(handle, ct, Change(Of(keys[0]), Hold)).ConfigureAwait(false);
        await PutAsync(handle, ct, Change(Of(keys[1]), Hold), Change(Of(), null, "h2"), Change(Of(), null, "never put")).ConfigureAwait(false);
        await DisposeAsync(handle, Batch(), ct).ConfigureAwait(false);
        await ExpectThereAsync(handle, keys.Skip(1), ct).ConfigureAwait(false);
    }

    private static async Task A_purpose_that_has_ended_lets_a_record_go(ContractHost<DisposalSourceHandle> host, CancellationToken ct)
    {
        var (handle, keys) = await OpenWithSixAsync(host, ct).ConfigureAwait(false);
        await PutAsync(handle, ct, Change(Of(keys[3]), RecordFact.Of(PurposeFact.PurposeEnded, Purpose))).ConfigureAwait(false);
        await DisposeAllAsync(handle, ct).ConfigureAwait(false);
        await ExpectThereAsync(handle, keys.Skip(2).Where(key => key != keys[3]), ct).ConfigureAwait(false);
    }

    private static async Task DisposeAllAsync(DisposalSourceHandle handle, CancellationToken ct)
    {
        // A batch may be smaller than its limit: only one without records says that nothing is left.
        for (var number = 1; (await DisposeAsync(handle, Batch(number), ct).ConfigureAwait(false)).Rows.Count > 0; number++)
        {
        }
    }

    private static async Task Where_everything_is_put_again_only_what_forbids_destruction_stays_meanwhile(ContractHost<DisposalSourceHandle> host, CancellationToken ct)
    {
        var (handle, keys) = await OpenWithSixAsync(host, ct).ConfigureAwait(false);
        await PutAsync(
            handle, ct, Change(Of(keys[0]), Hold), Change(Of(keys[3]), RecordFact.Of(PurposeFact.PurposeEnded, Purpose), "ended"),
            Change(Of(keys[4]), RecordFact.Of(RecordFlags.ErasureGranted), "granted")).ConfigureAwait(false);
        await handle.Source.ChangeFactsAsync([], JournalPosition.None, ct).ConfigureAwait(false);
        Expect.Equal(JournalPosition.None, await handle.Source.ReadFactsPositionAsync(ct).ConfigureAwait(false), "The position that the facts reflect");

        await PutAsync(handle, ct).ConfigureAwait(false);
        await DisposeAsync(handle, Batch(), ct).ConfigureAwait(false);
        await ExpectThereAsync(handle, keys.Where(key => key != keys[1]), ct).ConfigureAwait(false);
    }

    private static async Task A_fact_on_a_record_that_is_gone_is_refused_whole(ContractHost<DisposalSourceHandle> host, CancellationToken ct)
    {
        var (handle, keys) = await OpenWithSixAsync(host, ct).ConfigureAwait(false);
        await DisposeAsync(handle, Batch(limit: 1), ct).ConfigureAwait(false);
        var gone = keys.Except(await handle.ReadAsync(ct).ConfigureAwait(false)).Single();
        var due = keys.Take(2).Single(key => key != gone);

        var refused = await handle.Source.ChangeFactsAsync([Change(Of(due, gone), Hold), Change(new FactTarget.Everything(), Hold, "h2")], 9, ct).ConfigureAwait(false);

        Expect.Sequence([gone], refused, "The records named that are not there");
        Expect.Equal(0, await handle.Source.ReadFactsPositionAsync(ct).ConfigureAwait(false), "The position of the facts");
        await PutAsync(handle, ct, Change(Of(gone), null)).ConfigureAwait(false);
        await DisposeAsync(handle, Batch(2), ct).ConfigureAwait(false);
        await ExpectThereAsync(handle, keys.Skip(2), ct).ConfigureAwait(false);
    }

    private static async Task A_fact_that_was_put_on_a_record_stays_on_it_while_that_is_away(ContractHost<DisposalSourceHandle> host, CancellationToken ct)
    {
        var (handle, keys) = await OpenWithSixAsync(host, ct).ConfigureAwait(false);
        var gone = await DisposeAsync(handle, Batch(limit: 1), ct).ConfigureAwait(false);
        var due = keys.Take(2).Single(key => key != gone.NativeKeys[0]);
        FactChange[] changes = [Change(new FactTarget.Records([due, gone.NativeKeys[0]]) { WereThere = true }, Hold)];

        Expect.Sequence([], await handle.Source.ChangeFactsAsync(changes, 1, ct).ConfigureAwait(false), "The records named that are not there");

        await DisposeAsync(handle, Batch(2, position: 1), ct).ConfigureAwait(false);
        await ExpectThereAsync(handle, keys.Where(key => key != gone.NativeKeys[0]), ct).ConfigureAwait(false);
        await handle.Source.ChangeFactsAsync([Change(new FactTarget.Records([due]), null)], 2, ct).ConfigureAwait(false);
        await DisposeAsync(handle, Batch(plan: "next", position: 2), ct).ConfigureAwait(false);
        await ExpectThereAsync(handle, keys.Skip(2), ct).ConfigureAwait(false);
    }

    private static async Task A_change_of_facts_between_batches_is_seen_by_the_next(ContractHost<DisposalSourceHandle> host, CancellationToken ct)
    {
        var handle = await OpenAsync(host, ct).ConfigureAwait(false);
        var keys = await handle.AddAsync([.. Due(5)], ct).ConfigureAwait(false);
        var first = await DisposeAsync(handle, Batch(limit: 2), ct).ConfigureAwait(false);
        var held = keys.Except(first.NativeKeys).ElementAt(1);
        var other = await OpenAsync(host, ct).ConfigureAwait(false);
        await PutAsync(other, ct, Change(Of(held), Hold)).ConfigureAwait(false);
        await DisposeAsync(handle, Batch(2, position: 1), ct).ConfigureAwait(false);
        await ExpectThereAsync(handle, [held], ct).ConfigureAwait(false);
    }

    private static async Task Of_batches_and_holds_at_once_a_granted_hold_keeps_its_record(ContractHost<DisposalSourceHandle> host, CancellationToken ct)
    {
        const int Records = 40;
        var handle = await OpenAsync(host, ct).ConfigureAwait(false);
        var keys = await handle.AddAsync([.. Due(Records)], ct).ConfigureAwait(false);
        var disposed = new ConcurrentBag<string>();
        var granted = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        string[] plans = ["plan 1", "plan 2"];
        await Task.WhenAll(
        [
            .. plans.Select(plan => Task.Run(() => DisposeAllAsync(plan), ct)),

            // From both ends, so that some come in time.
            Task.Run(() => HoldAsync(keys.Where((_, i) => i % 2 == 0)), ct),
            Task.Run(() => HoldAsync(keys.Where((_, i) => i % 2 == 1).Reverse()), ct),
        ]).ConfigureAwait(false);

        await ExpectThereAsync(handle, granted.Where(hold => hold.Value).Select(hold => hold.Key), ct).ConfigureAwait(false);
        Expect.Sequence(
            granted.Where(hold => !hold.Value).Select(hold => hold.Key).Order(StringComparer.Ordinal),
            disposed.Order(StringComparer.Ordinal),
            "The records disposed of, each once");
        var evidence = await Task.WhenAll(plans.Select(plan => EvidenceAsync(handle, plan, 0, ct))).ConfigureAwait(false);
        Expect.Sequence(
            disposed.Select(key => RecordNames.Of(Keys, DataSet).Of(key).ToString()).Order(StringComparer.Ordinal),
            evidence.SelectMany(plan => plan).SelectMany(batch => batch.Rows).Select(row => row.Record.ToString()).Order(StringComparer.Ordinal),
            "The records named by the evidence");

        async Task DisposeAllAsync(string plan)
        {
            var own = await OpenAsync(host, ct).ConfigureAwait(false);
            for (var number = 1; ; number++)
            {
                var batch = await DisposeAsync(own, Batch(number, limit: 3, plan: plan), ct).ConfigureAwait(false);
                if (batch.Rows.Count == 0)
                {
                    return;
                }

                foreach (var key in batch.NativeKeys)
                {
                    disposed.Add(key);
                }
            }
        }

        async Task HoldAsync(IEnumerable<string> records)
        {
            var own = await OpenAsync(host, ct).ConfigureAwait(false);
            foreach (var key in records)
            {
                var change = Change(Of(key), Hold, string.Create(CultureInfo.InvariantCulture, $"hold on {key}"));
                granted[key] = (await own.Source.ChangeFactsAsync([change], 1, ct).ConfigureAwait(false)).Count == 0;
            }
        }
    }
}
