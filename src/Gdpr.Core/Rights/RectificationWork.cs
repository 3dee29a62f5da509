using System.Globalization;
using System.Text.Json;
using Gdpr.Disclosures;
using Gdpr.Journals;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Subjects;

namespace Gdpr.Rights;

/// <summary>A value that is right, or what the person says of one that stays.</summary>
/// <param name="DataSet">The data set's path.</param>
/// <param name="NativeKey">The record's key in its source; empty where nobody knows it, and people look for the record.</param>
/// <param name="Field">The field's id.</param>
/// <param name="Value">The value: text, a number, a truth value, <c>null</c>; of a disputed one, what the person says.</param>
public sealed record Correction(string DataSet, string NativeKey, string Field, JsonElement Value)
{
    /// <summary>Whether the value cannot be verified, or is an opinion: what the person says is kept beside it.</summary>
    public bool IsDisputed { get; init; }

    /// <summary>The data set and the field: nothing of the record.</summary>
    public override string ToString() => $"{nameof(Correction)} of {DataSet}.{Field}";
}

/// <summary>Corrects what is wrong, supplements what is incomplete, and annotates what must stay as it is (Art. 16).</summary>
internal sealed class RectificationWork(RightsParts parts)
{
    private const string Purpose = "requests";

    /// <summary>The corrections that bring a category right wherever something else is held of the person. A place where nothing is held stays empty.</summary>
    public async ValueTask<IReadOnlyList<Correction>> FindAsync(
        DataSubjectRequest request, DataSubject subject, string category, JsonElement value, CancellationToken cancellationToken)
    {
        var (assessment, corrections) = (parts.Assessment(), new List<Correction>());
        foreach (var found in await parts.Inventory.GatherAsync(subject, request.Scope.Reached, cancellationToken).ConfigureAwait(false))
        {
            var path = found.DataSet.Path;
            string[] fields = [.. found.DataSet.FieldGroups.Where(group => assessment.IsOwn(request, group)).SelectMany(group => group.Fields)
                .Where(field => assessment.FieldOf(path, field).Category == category && request.Scope.Reaches(path, field))];
            corrections.AddRange(found.Status == GatherStatus.Read
                ? from record in found.Records
                  from field in fields
                  where record.Fields.TryGetValue(field, out var held) && held.ValueKind != JsonValueKind.Null && !JsonElement.DeepEquals(held, value)
                  select new Correction(path, record.NativeKey ?? "", field, value)
                : fields.Select(field => new Correction(path, "", field, value)));
        }

        return corrections;
    }

    /// <summary>Carries out corrections; each is done, annotated, or left to people.</summary>
    public async ValueTask<DataSubjectRequest> RectifyAsync(
        DataSubjectRequest request, DataSubject subject, IReadOnlyList<Correction> corrections, CancellationToken cancellationToken)
    {
        var results = new List<DataSetResult>();
        foreach (var dataSet in corrections.GroupBy(correction => correction.DataSet, StringComparer.Ordinal))
        {
            var ids = await parts.Directory.NativeIdsAsync(subject, dataSet.Key, cancellationToken).ConfigureAwait(false);
            var items = new List<ItemResult>();
            foreach (var record in dataSet.GroupBy(correction => correction.NativeKey, StringComparer.Ordinal))
            {
                items.AddRange(await RectifyAsync(request, subject, dataSet.Key, record.Key, ids, [.. record], cancellationToken).ConfigureAwait(false));
            }

            // What came of other fields before stands, and so does what people have not said to be done.
            items.InsertRange(0, request.Results.Where(result => result.DataSet == dataSet.Key).SelectMany(result => result.Items).Where(item =>
                item.Code == ResultCode.NotReached
                    ? !items.Exists(one => one.Code == ResultCode.NotReached && one.Fields.SequenceEqual(item.Fields, StringComparer.Ordinal))
                    : !dataSet.Any(correction => item.Fields.Contains(correction.Field, StringComparer.Ordinal))).ToList());
            var isDone = items.TrueForAll(item => item.Code != ResultCode.NotReached);
            results.Add(new DataSetResult(dataSet.Key, isDone ? ReceiptLevel.Reported : ReceiptLevel.Requested)
            {
                Items = items,
                Reason = isDone ? null : RightsReasons.ByHand,
            });
        }

        // A notice has one value for each field: where several records are corrected, each value is told in one of its own.
        var told = (Corrected: Rounds(With(ResultCode.Corrected)), Annotated: Rounds(With(ResultCode.Annotated)));
        for (var round = 0; round < Math.Max(told.Corrected.Count, told.Annotated.Count); round++)
        {
            var notice = NoticeOf(request, round, told.Corrected.ElementAtOrDefault(round) ?? [], told.Annotated.ElementAtOrDefault(round) ?? []);
            await parts.Notices.NotifyAsync(subject, notice, cancellationToken).ConfigureAwait(false);
        }

        return await parts.Requests.RecordAsync(request.Id, _ => [RequestStep.Of(results)], cancellationToken).ConfigureAwait(false);

        Correction[] With(ResultCode code) => [.. corrections.Where(correction => results.Any(result => result.DataSet == correction.DataSet
            && result.Items.Any(item => item.Code == code && item.Fields.Contains(correction.Field, StringComparer.Ordinal))))];
    }

    /// <summary>Takes up what people have corrected by hand since; recipients are told that it was.</summary>
    public async ValueTask<DataSubjectRequest> RefreshAsync(DataSubjectRequest request, CancellationToken cancellationToken)
    {
        var (done, byHand) = (new List<DataSetResult>(), new List<string>());
        foreach (var result in request.Results.Where(result => result.Level == ReceiptLevel.Requested))
        {
            if (await parts.LastTaskAsync(request, RightsTasks.Rectify, result.DataSet, cancellationToken).ConfigureAwait(false) is not { Outcome: { } outcome })
            {
                continue;
            }

            if (outcome != RightsOutcomes.Done)
            {
                await AskAsync(request, result.DataSet, outcome, cancellationToken).ConfigureAwait(false);
                done.Add(result with
                {
                    Reason = outcome,
                    Items = [.. result.Items.Select(item => item.Code == ResultCode.NotReached ? item with { Reason = outcome } : item)],
                });
            }
            else
            {
                byHand.AddRange(result.Items.Where(item => item.Code == ResultCode.NotReached).SelectMany(item => item.Fields).Select(field => $"{result.DataSet}.{field}"));
                done.Add(result with
                {
                    Level = ReceiptLevel.Reported,
                    Reason = null,
                    Items = [.. result.Items.Select(item => item.Code == ResultCode.NotReached ? item with { Code = ResultCode.Corrected } : item)],
                });
            }
        }

        if (byHand.Count > 0 && request.Subject is { } subject)
        {
            // What the people have written only they know.
            var notice = new RecipientNotice(RecipientNoticeKind.Rectified, ActionOf(request)) { Data = [.. byHand.Distinct(StringComparer.Ordinal)] };
            await parts.Notices.NotifyAsync(subject, notice, cancellationToken).ConfigureAwait(false);
        }

        return done.Count == 0 ? request : await parts.Requests.RecordAsync(request.Id, _ => [RequestStep.Of(done)], cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<IReadOnlyList<ItemResult>> RectifyAsync(
        DataSubjectRequest request, DataSubject subject, string dataSet, string nativeKey, IReadOnlyList<string> ids, IReadOnlyList<Correction> corrections,
        CancellationToken cancellationToken)
    {
        var found = (await parts.Inventory.GatherAsync(subject, [dataSet], cancellationToken).ConfigureAwait(false)).FirstOrDefault();
        if (found is not { Status: GatherStatus.Read } || found.Records.FirstOrDefault(record => record.NativeKey == nativeKey) is not { } stored)
        {
            return [.. await LeaveAsync(request, dataSet, corrections, cancellationToken).ConfigureAwait(false)];
        }

        var items = new List<ItemResult>();
        var kept = corrections.Where(correction => correction.IsDisputed || IsVoucher(found.DataSet, stored, correction.Field)).ToArray();
        foreach (var correction in kept)
        {
            await AnnotateAsync(request, subject, correction, cancellationToken).ConfigureAwait(false);
            items.Add(new ItemResult([correction.Field], ResultCode.Annotated, 1) { Reason = correction.IsDisputed ? "disputed" : RightsReasons.LegalObligation });
        }

        // What the source can write is written together; what it cannot does not hold that up.
        var byHand = corrections.Except(kept).Where(correction => parts.Sources.FindRectifying(dataSet, correction.Field) is null).ToList();
        var written = corrections.Except(kept).Except(byHand).ToArray();
        if (written.Length > 0)
        {
            var values = written.ToDictionary(one => one.Field, one => one.Value, StringComparer.Ordinal);
            var source = parts.Sources.FindRectifying(dataSet, written[0].Field)!;
            if (await source.RectifyAsync(new Rectification(dataSet, nativeKey, ids, values), cancellationToken).ConfigureAwait(false))
            {
                items.AddRange(written.Select(one => new ItemResult([one.Field], ResultCode.Corrected, 1)));
            }
            else
            {
                byHand.AddRange(written);
            }
        }

        items.AddRange(byHand.Count > 0 ? await LeaveAsync(request, dataSet, byHand, cancellationToken).ConfigureAwait(false) : []);
        return items;
    }

    /// <summary>Whether a law commands to keep a field as it is: a voucher is corrected by another entry, never by writing over it.</summary>
    private bool IsVoucher(DataSetSchedule dataSet, ExportedRecord record, string field)
    {
        var group = dataSet.FieldGroups.Index().FirstOrDefault(one => one.Item.Fields.Contains(field, StringComparer.Ordinal));
        return group.Item is not null && (parts.Assessment().Explain(dataSet, record) is { } explained
            ? explained.Groups[group.Index].Rules.Any(rule => rule.Rule.Kind == RuleKind.Obligation && rule.State != LimbState.Past)
            : group.Item.Rules.Any(rule => rule.Kind == RuleKind.Obligation));
    }

    /// <summary>Keeps what the person says beside the data: in the vault, for as long as the record is there.</summary>
    private async ValueTask AnnotateAsync(DataSubjectRequest request, DataSubject subject, Correction correction, CancellationToken cancellationToken)
    {
        var data = new AnnotatedData(request.Id, correction.DataSet, correction.Field);
        var entry = new NewJournalEntry(AnnotationEntries.Annotated, parts.Now, JsonSerializer.Serialize(data, AnnotationJson.Default.AnnotatedData))
        {
            Controller = request.Controller,
            Subject = subject.Key,
        };
        var words = JsonSerializer.SerializeToUtf8Bytes(
            new AnnotationWords(correction.NativeKey, correction.Value.ToString()), AnnotationJson.Default.AnnotationWords);
        await parts.Journal.RecordAsync(AnnotationEntries.StreamOf(subject), JournalStream.AnyVersion, entry, Purpose, words, cancellationToken).ConfigureAwait(false);
        await parts.Folds.CatchUpAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private async ValueTask<IEnumerable<ItemResult>> LeaveAsync(
        DataSubjectRequest request, string dataSet, IReadOnlyList<Correction> corrections, CancellationToken cancellationToken)
    {
        await AskAsync(request, dataSet, RightsReasons.ByHand, cancellationToken).ConfigureAwait(false);
        return corrections.Select(correction => new ItemResult([correction.Field], ResultCode.NotReached, 1) { Reason = RightsReasons.ByHand });
    }

    private ValueTask<string> AskAsync(DataSubjectRequest request, string dataSet, string reason, CancellationToken cancellationToken) => parts.AskAsync(
        request, RightsTasks.Rectify, dataSet, parts.Options.ManualOwner, reason,
        "The source cannot write what is to be corrected: correct it by hand, and say that it is done.", cancellationToken);

    /// <summary>The same for corrections that are carried out again after a crash, and another for those of a later call: each is told.</summary>
    private static string ActionOf(DataSubjectRequest request) => string.Create(CultureInfo.InvariantCulture, $"{request.Id}-{request.Version}");

    /// <summary>The first different values of each field, the second, and so on.</summary>
    private static IReadOnlyList<Correction[]> Rounds(IReadOnlyList<Correction> corrections) =>
    [
        .. corrections.DistinctBy(one => (PathOf(one), TextOf(one))).GroupBy(PathOf, StringComparer.Ordinal).SelectMany(same => same.Index())
            .GroupBy(one => one.Index).OrderBy(round => round.Key).Select(round => round.Select(one => one.Item).ToArray()),
    ];

    private static RecipientNotice NoticeOf(
        DataSubjectRequest request, int round, IReadOnlyList<Correction> corrected, IReadOnlyList<Correction> annotated) =>
        new(RecipientNoticeKind.Rectified, round == 0 ? ActionOf(request) : string.Create(CultureInfo.InvariantCulture, $"{ActionOf(request)}-{round + 1}"))
        {
            Data = [.. corrected.Concat(annotated).Select(PathOf).Distinct(StringComparer.Ordinal)],
            Corrections = corrected.ToDictionary(PathOf, TextOf, StringComparer.Ordinal),
            Statements = annotated.ToDictionary(PathOf, one => TextOf(one) ?? "", StringComparer.Ordinal),
        };

    private static string PathOf(Correction correction) => $"{correction.DataSet}.{correction.Field}";

    private static string? TextOf(Correction correction) => correction.Value is { ValueKind: not JsonValueKind.Null } value ? value.ToString() : null;
}
