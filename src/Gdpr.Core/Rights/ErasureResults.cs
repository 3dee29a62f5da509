using System.Text.Json;
using Gdpr.Policies;
using Gdpr.Processing.Tasks;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Subjects;

namespace Gdpr.Rights;

/// <summary>What has become of a data set's items, read again: what is gone, and of what is left why and until when. The records of every item add up to what there
/// was.</summary>
internal static class ErasureResults
{
    /// <summary>What forbids to destroy, and is no purpose.</summary>
    private static readonly FateReason[] Blocks =
        [FateReason.Hold, FateReason.Restricted, FateReason.ObjectionPending, FateReason.RequestOpen, FateReason.LimitPassed];

    public static DataSetResult Of(
        DataSubjectRequest request, SubjectState state, IReadOnlyList<RequestLine> lines, PersonDataSet reread, bool isDisposed, string? failure,
        RightsAssessment assessment)
    {
        var dataSet = reread.DataSet;
        var before = lines.Max(line => line.Records);
        if (reread.Status != GatherStatus.Read)
        {
            return new DataSetResult(dataSet.Path, ReceiptLevel.Requested)
            {
                Items = [new ItemResult([.. lines.SelectMany(line => line.Fields).Distinct(StringComparer.Ordinal)], ResultCode.NotReached, before)],
                Reason = reread.Reason ?? RightsReasons.NotReached,
            };
        }

        var (items, isDone) = (new List<ItemResult>(), true);
        FateExplanation?[] explained = [.. reread.Records.Select(record => assessment.Explain(dataSet, record))];
        foreach (var (index, group) in dataSet.FieldGroups.Index())
        {
            string[] fields = [.. group.Fields.Where(field => request.Scope.Reaches(dataSet.Path, field))];
            if (fields.Length == 0 || !assessment.IsOf(request, group))
            {
                continue;
            }

            var own = lines.Where(line => line.Fields.Contains(fields[0], StringComparer.Ordinal)).ToArray();
            var kept = reread.Records.Zip(explained).SelectMany(pair => ItemsOf(pair.First, fields, theirs => IsByHand(request, own, assessment)
                ? EmptiedOf(pair.First, theirs, own)
                : ToldOf(pair.First, pair.Second?.Groups[index], index, theirs, own))).ToArray();
            isDone &= kept.All(item => item.Code != ResultCode.NotReached);
            var gone = Math.Max(before - reread.Records.Count, 0);
            items.AddRange(gone > 0 ? [new ItemResult(fields, ResultCode.Erased, gone)] : Array.Empty<ItemResult>());
            items.AddRange(kept.GroupBy(item => (string.Join(',', item.Fields), item.Code, item.Reason, item.Article, item.Law, item.Purpose, item.Until))
                .Select(same => same.First() with { Records = same.Count() }));
        }

        isDone &= failure is null;
        return new DataSetResult(dataSet.Path, isDone ? ReceiptLevel.Reread : ReceiptLevel.Requested)
        {
            Items = items,
            Reason = isDone ? null : failure ?? items.Find(item => item.Code == ResultCode.NotReached)?.Reason ?? RightsReasons.NotReached,
        };

        // What was asked of another controller keeps the record, and is that one's to tell: here only what keeps it beside that.
        ItemResult ToldOf(ExportedRecord record, GroupExplanation? all, int group, string[] theirs, RequestLine[] own)
        {
            var alone = all?.Decision is { Fate: Fate.Restrict, Reason: FateReason.Restricted or FateReason.RequestOpen }
                ? assessment.Explain(dataSet, record, assessment.OwnFactsOf(request, state, dataSet, record))!.Groups[group] : all;
            return alone?.Decision.Reason != all?.Decision.Reason && alone?.Decision.Fate is Fate.Erase or Fate.Anonymise
                ? new ItemResult(theirs, ResultCode.KeptRestricted, 1) { Reason = RightsReasons.OtherController }
                : ItemOf(record, alone, rule => assessment.IsOf(request, rule), theirs, own, isDisposed);
        }
    }

    /// <summary>What has become of the person's own fields in a record that is still theirs, and that those of other people are as they were: the person never sees
    /// them, so that they are not read as empty.</summary>
    private static IEnumerable<ItemResult> ItemsOf(ExportedRecord record, string[] fields, Func<string[], ItemResult> itemOf)
    {
        var withheld = record.Redactions.Select(redaction => redaction.Path).ToHashSet(StringComparer.Ordinal);
        var others = fields.ToLookup(field => withheld.Contains($"{record.DataSet}.{field}"));
        if (others[false].Any())
        {
            yield return itemOf([.. others[false]]);
        }

        if (others[true].Any())
        {
            yield return new ItemResult([.. others[true]], ResultCode.Refused, 1) { Reason = RightsReasons.OtherPerson };
        }
    }

    /// <summary>Whether fields are erased by hand: what was granted of them does not end the purpose, which uses others that nobody asked about.</summary>
    public static bool IsByHand(DataSubjectRequest request, IEnumerable<RequestLine> lines, RightsAssessment assessment) =>
        lines.Any(line => line is { Verdict: RightsVerdict.Granted, Purpose.Length: > 0 } && !assessment.EndsAlone(request, line));

    /// <summary>Fields that are to be emptied by hand, where no other purpose keeps them.</summary>
    private static ItemResult EmptiedOf(ExportedRecord record, string[] fields, RequestLine[] lines) =>
        lines.FirstOrDefault(line => line.Verdict != RightsVerdict.Granted) is { } kept ? KeptBy(kept, fields)
            : fields.All(field => IsEmpty(record, field)) ? new ItemResult(fields, ResultCode.Erased, 1)
            : new ItemResult(fields, ResultCode.NotReached, 1) { Reason = RightsReasons.ByHand };

    private static ItemResult ItemOf(
        ExportedRecord record, GroupExplanation? explained, Func<ScheduledRule, bool> isOwn, string[] fields, RequestLine[] lines, bool isDisposed)
    {
        if (explained is null)
        {
            // The source does not say when things happened: only what the lines say can be said.
            var refused = lines.FirstOrDefault(line => line.Verdict != RightsVerdict.Granted);
            return refused is null ? new ItemResult(fields, ResultCode.NotReached, 1) { Reason = RightsReasons.NotReached } : KeptBy(refused, fields);
        }

        var decision = explained.Decision;
        if (decision.Rule is { } deciding && !isOwn(deciding) && (decision.Fate is Fate.Keep or Fate.Undetermined || decision.Reason == FateReason.ObligationAlive))
        {
            // What another controller keeps it for is that one's to say: here only what this one keeps it for, if it does.
            var state = decision.Fate == Fate.Undetermined ? LimbState.Unknown : LimbState.Alive;
            if (explained.Rules.FirstOrDefault(rule => isOwn(rule.Rule) && rule.Rule.Kind == deciding.Kind && rule.State == state) is not { } own)
            {
                var code = decision.Fate switch { Fate.Keep => ResultCode.Refused, Fate.Restrict => ResultCode.KeptRestricted, _ => ResultCode.Undetermined };
                return new ItemResult(fields, code, 1) { Reason = RightsReasons.OtherController };
            }

            decision = decision with { Rule = own.Rule };
        }

        var last = explained.Rules.FirstOrDefault(rule => ReferenceEquals(rule.Rule, decision.Rule))?.LastDay;
        return decision.Fate switch
        {
            Fate.Keep => new ItemResult(fields, ResultCode.Refused, 1)
            {
                Purpose = decision.Rule?.Purpose,
                Reason = lines.FirstOrDefault(line => line.Activity == decision.Rule?.Id)?.Reason ?? decision.Reason.Code(),
                Article = lines.FirstOrDefault(line => line.Activity == decision.Rule?.Id)?.Article,
                Until = lines.FirstOrDefault(line => line.Activity == decision.Rule?.Id)?.Verdict == RightsVerdict.Deferred ? null : last,
            },
            Fate.Restrict => new ItemResult(fields, ResultCode.KeptRestricted, 1)
            {
                Reason = decision.Reason.Code(),
                Article = ArticleOf(decision.Reason),
                Law = decision.Reason == FateReason.ObligationAlive ? decision.Rule?.Law : null,
                Purpose = decision.Reason == FateReason.ObligationAlive ? decision.Rule?.Purpose : null,
                Until = decision.Reason == FateReason.ObligationAlive ? last : null,
            },
            Fate.Undetermined => new ItemResult(fields, ResultCode.Undetermined, 1) { Reason = decision.Reason.Code(), Purpose = decision.Rule?.Purpose },

            // Due and still there: the fields have been emptied or changed, or they have not been reached. What was changed only the executor knows, which has read it
            // again, too.
            Fate.Anonymise => new ItemResult(
                fields, isDisposed || fields.All(field => IsEmpty(record, field)) ? ResultCode.Anonymised : ResultCode.NotReached, 1),
            _ => new ItemResult(fields, fields.All(field => IsEmpty(record, field)) ? ResultCode.Erased : ResultCode.NotReached, 1),
        };
    }

    /// <summary>What forbids the erasure, of what is kept and used for nothing else (Art. 17(3), 18).</summary>
    private static string? ArticleOf(FateReason reason) => reason switch
    {
        FateReason.ObligationAlive => "Art. 17(3)(b)",
        FateReason.Hold => "Art. 17(3)(e)",
        FateReason.Restricted => "Art. 18(1)-(2)",
        FateReason.ObjectionPending => "Art. 18(1)(d), 21(1)",
        FateReason.RequestOpen => "Art. 12(3), 18(1)",
        _ => null,
    };

    /// <summary>Whether an item is kept because something forbids to destroy it, or nobody can tell whether anything does, and not for another purpose.</summary>
    public static bool IsBlocked(ItemResult item) => item.Code == ResultCode.Undetermined
        || (item.Code == ResultCode.KeptRestricted && item.Reason is { } reason && Array.Exists(Blocks, block => block.Code() == reason));

    private static ItemResult KeptBy(RequestLine line, string[] fields) => new(fields, line.Law is null ? ResultCode.Refused : ResultCode.KeptRestricted, 1)
    {
        Reason = line.Reason,
        Article = line.Article,
        Law = line.Law,
        Purpose = line.Purpose,
        Until = line.Until,
    };

    private static bool IsEmpty(ExportedRecord record, string field) =>
        !record.Fields.TryGetValue(field, out var value) || value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined
            || (value.ValueKind == JsonValueKind.Object && value.EnumerateObject().All(inner => inner.Value.ValueKind == JsonValueKind.Null))
            || (value.ValueKind == JsonValueKind.String && value.GetString()!.Length == 0);

    /// <summary>What became of data that the policy calls otherwise by now, or has no more: what people say, where something was granted.</summary>
    public static DataSetResult? UnknownDataSet(string dataSet, IReadOnlyList<RequestLine> lines, DataSetResult? before, bool isToDo)
    {
        RequestLine[] granted = [.. lines.Where(line => line.Verdict == RightsVerdict.Granted).DistinctBy(line => line.Fields[0], StringComparer.Ordinal)];
        if (granted.Length == 0)
        {
            return before;
        }

        var code = isToDo ? ResultCode.NotReached : ResultCode.Erased;
        return new DataSetResult(dataSet, isToDo ? ReceiptLevel.Requested : ReceiptLevel.Reported)
        {
            Items = [.. granted.Select(line => new ItemResult(line.Fields, code, isToDo ? 0 : line.Records) { Reason = RightsReasons.UnknownDataSet })],
            Reason = isToDo ? RightsReasons.UnknownDataSet : null,
            Plans = before?.Plans ?? [],
            BackupUntil = before?.BackupUntil,
        };
    }

    /// <summary>What people say of a data set that no source can be asked about.</summary>
    public static DataSetResult ByHand(string dataSet, RequestLine line, HumanTask? task)
    {
        if (line.Verdict == RightsVerdict.Granted)
        {
            return new DataSetResult(dataSet, ReceiptLevel.Reported)
            {
                Items = [new ItemResult(line.Fields, ResultCode.Erased, line.Records) { Reason = line.Reason }],
            };
        }

        // The task that is open says why the one before it ended without being done.
        var reason = line.Reason == RightsReasons.ByHand ? task?.Reason ?? line.Reason : line.Reason;
        return new DataSetResult(dataSet, ReceiptLevel.Requested)
        {
            Items = [new ItemResult(line.Fields, ResultCode.NotReached, 0) { Reason = reason }],
            Reason = reason,
        };
    }

    /// <summary>One result for each field of some lines.</summary>
    public static IEnumerable<ItemResult> ItemsOf(IEnumerable<RequestLine> lines, ResultCode code, string reason) =>
        lines.GroupBy(line => line.Fields[0], StringComparer.Ordinal).Select(group =>
            new ItemResult(group.First().Fields, code, group.First().Records) { Reason = reason });
}
