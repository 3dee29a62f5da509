using System.Text.Json;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Subjects;

namespace Gdpr.Rights;

/// <summary>Erasure that was granted and waits, behind a hold for instance: it is about what was there when it was granted. What has come since is found before
/// anything is destroyed; nothing is told apart by guessing, so that then a human does.</summary>
internal sealed class WaitingErasures(RightsParts parts, Func<IKeyRing> keys) : IWaitingErasure
{
    /// <summary>After the name of a record whose contract was in force when erasure was granted: that it is so later is no sign of a new one.</summary>
    private const string InForce = "*";

    private const string CameSince =
        "While erasure waited, or since it was done in data that was moved, something has come to the person's data, as by a new contract. Erase by hand what was there when "
        + "it was granted and no law keeps, leave what came since, and say: done. Until then nothing of it is used or destroyed.";

    private const string NoLongerKnown =
        "The policy does not know this data set any more: it is called otherwise by now, or gone. Erase by hand what was granted, where it is now and no law keeps it, and say: "
        + "done. Until then nothing of the person is used or destroyed in the data sets that it may be.";

    /// <summary>The names of the records that are there of a person in a data set, when erasure of some purposes is granted; <see langword="null"/> where they cannot be
    /// read.</summary>
    public async ValueTask<IReadOnlyList<string>?> NamesAsync(DataSubject subject, string dataSet, IReadOnlyList<string> purposes, CancellationToken cancellationToken)
    {
        var found = await FindAsync(subject, dataSet, cancellationToken).ConfigureAwait(false);
        return found is not { Status: GatherStatus.Read } ? null
            : [.. found.Records.Select(record => NameOf(record, keys().CurrentKeyId) + (IsInForce(found.DataSet, record, purposes) ? InForce : ""))
                .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public async ValueTask ExamineAsync(string dataSet, DataSubject? person, CancellationToken cancellationToken)
    {
        foreach (var request in await parts.Register.ReadActiveAsync(cancellationToken).ConfigureAwait(false))
        {
            if (request is not { Right: DataSubjectRight.Erasure, Outcome: not null, Subject: { } subject }
                || (person is not null && person != subject)
                || !request.Lines.Any(line => line.DataSet == dataSet && line.Verdict == RightsVerdict.Granted))
            {
                continue;
            }

            var state = await parts.States.ReadLatestAsync(subject, cancellationToken).ConfigureAwait(false);
            foreach (var ending in state.Endings.Where(ending =>
                ErasureWork.IsOf(ending, request) && ending.DataSets.Contains(dataSet, StringComparer.Ordinal) && IsWaiting(ending)))
            {
                var found = await FindAsync(subject, dataSet, cancellationToken).ConfigureAwait(false);
                if (found is { Status: GatherStatus.NotReached })
                {
                    // What cannot be read may be new: nothing is destroyed until it can.
                    throw new SourceUnavailableException(dataSet, found.Detail ?? "its records cannot be read.");
                }

                if (found is { Status: GatherStatus.Read } && found.Records.Any(record => !WasThere(ending, found.DataSet, record)))
                {
                    await DoubtAsync(request, subject, ending, cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    /// <summary>Takes up what people have told apart since: what was granted is done, and stands in the way of nothing any more. Asks them where they have not.</summary>
    public async ValueTask ResolveAsync(DataSubjectRequest request, DataSubject subject, CancellationToken cancellationToken)
    {
        var state = await parts.States.ReadLatestAsync(subject, cancellationToken).ConfigureAwait(false);
        foreach (var ending in state.Endings.Where(ending => ErasureWork.IsOf(ending, request) && ending is { IsDone: false, IsInDoubt: false } && !IsDeclared(ending)))
        {
            await RecordAsync(subject, ending, SubjectEntries.ErasureDoubted, one => one is { IsDone: false, IsInDoubt: false }, cancellationToken).ConfigureAwait(false);
        }

        state = await parts.States.ReadLatestAsync(subject, cancellationToken).ConfigureAwait(false);
        foreach (var ending in state.Endings.Where(ending =>
            ErasureWork.IsOf(ending, request) && ending is { IsDone: false, IsInDoubt: true } && !ErasureWork.IsToDecideAnew(ending, request)))
        {
            var last = await parts.LastTaskAsync(request, RightsTasks.TellApart, ending.DataSets[0], cancellationToken).ConfigureAwait(false);
            var isAnswered = last is { Outcome: RightsOutcomes.Done, DoneAt: { } answered } && (ending.DoubtedAt is not { } doubted || answered >= doubted);
            if (isAnswered || await FindAsync(subject, ending.DataSets[0], cancellationToken).ConfigureAwait(false) is
                { Status: GatherStatus.Read, Records.Count: 0 })
            {
                await RecordAsync(subject, ending, SubjectEntries.ErasureDone, one => !one.IsDone, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await AskAsync(request, ending.DataSets[0], last?.Outcome, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private bool IsDeclared(EndingState ending) => parts.Inventory.IsDeclared(ending.DataSets[0]);

    private async ValueTask DoubtAsync(DataSubjectRequest request, DataSubject subject, EndingState ending, CancellationToken cancellationToken)
    {
        await RecordAsync(subject, ending, SubjectEntries.ErasureDoubted, IsWaiting, cancellationToken).ConfigureAwait(false);
        await AskAsync(request, ending.DataSets[0], null, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask RecordAsync(DataSubject subject, EndingState ending, string type, Func<EndingState, bool> isToRecord, CancellationToken cancellationToken)
    {
        await parts.Subjects.RecordAsync(
            subject,
            state => !state.Endings.Any(one => one.Id == ending.Id && one.IsErasure && isToRecord(one)) ? []
                : [new PersonalEntry(parts.Subjects.EntryOf(subject, type, JsonSerializer.Serialize(new ItemData(ending.Id), SubjectJson.Default.ItemData)))],
            null, cancellationToken).ConfigureAwait(false);
        await parts.SettleAsync(cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask AskAsync(DataSubjectRequest request, string dataSet, string? outcome, CancellationToken cancellationToken) => await parts.AskAsync(
        request, RightsTasks.TellApart, dataSet, parts.Options.ManualOwner,
        outcome ?? (parts.Inventory.IsDeclared(dataSet) ? RightsReasons.CameSince : RightsReasons.UnknownDataSet),
        parts.Inventory.IsDeclared(dataSet) ? CameSince : NoLongerKnown, cancellationToken).ConfigureAwait(false);


    /// <summary>What there is of a person in a data set; <see langword="null"/> where the person's controller holds it no longer.</summary>
    private async ValueTask<PersonDataSet?> FindAsync(DataSubject subject, string dataSet, CancellationToken cancellationToken) =>
        (await parts.Inventory.GatherAsync(subject, [dataSet], cancellationToken).ConfigureAwait(false)).SingleOrDefault();

    /// <summary>Whether a record was there when erasure was granted, and no contract has begun in it since.</summary>
    private bool WasThere(EndingState ending, DataSetSchedule dataSet, ExportedRecord record)
    {
        if (ending.Records is null)
        {
            // What was there could not be read when it was granted: only its contract tells what has come since.
            return !IsInForce(dataSet, record, ending.Purposes);
        }

        string[] names = [.. keys().KeyIds.Select(keyId => NameOf(record, keyId))];
        return names.Any(name => ending.Records.Contains(name + InForce, StringComparer.Ordinal))
            || (names.Any(name => ending.Records.Contains(name, StringComparer.Ordinal)) && !IsInForce(dataSet, record, ending.Purposes));
    }

    private bool IsInForce(DataSetSchedule dataSet, ExportedRecord record, IReadOnlyList<string> purposes)
    {
        var assessment = parts.Assessment();
        return assessment.Explain(dataSet, record)?.Groups.SelectMany(group => group.Rules).Any(rule =>
            purposes.Contains(rule.Rule.Purpose, StringComparer.Ordinal) && assessment.IsContractInForce(rule)) == true;
    }

    /// <summary>The name of a record; where no text names it, the one that all such records of the data set share: then only its contract tells what has come
    /// since.</summary>
    private string NameOf(ExportedRecord record, string keyId) => $"{keyId}/{RecordNames.Of(keys(), keyId, record.DataSet).Of(record.NativeKey ?? "").Digest}";

    /// <summary>What was done once, and is to be done again after a restore, is about what the person was known by then, and examined no more.</summary>
    private static bool IsWaiting(EndingState ending) => ending is { IsDone: false, IsInDoubt: false, DoneIdentity: null };
}
