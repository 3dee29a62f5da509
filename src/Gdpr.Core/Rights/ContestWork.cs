using Gdpr.Subjects;

namespace Gdpr.Rights;

/// <summary>Has decisions undone that were taken by automated means alone although nothing permits them (Art. 22(1)-(2)): only people can, and it is done when they say
/// so.</summary>
internal sealed class ContestWork(RightsParts parts)
{
    /// <summary>Asks whoever looks at such decisions anew to undo what was contested, and takes up what they have done since. Idempotent.</summary>
    public async ValueTask<DataSubjectRequest> ExecuteAsync(DataSubjectRequest request, CancellationToken cancellationToken)
    {
        var forbidden = request.Lines.Where(line => line is { Verdict: RightsVerdict.Granted, Reason: RightsReasons.AutomatedForbidden }).ToArray();
        var standing = new HashSet<string>(StringComparer.Ordinal);
        foreach (var activity in forbidden.Select(line => line.Activity).Distinct(StringComparer.Ordinal))
        {
            var last = await parts.LastTaskAsync(request, RightsTasks.UndoDecision, activity, cancellationToken).ConfigureAwait(false);
            var outcome = RightsWork.OutcomeOf(request, last);
            if (outcome == RightsOutcomes.Done)
            {
                continue;
            }

            standing.Add(activity);
            var reviewer = parts.Policy().Activities.GetValueOrDefault(activity)?.Profiling?.HumanReview;
            await parts.AskAsync(
                request, RightsTasks.UndoDecision, activity, reviewer ?? parts.Options.Owner, outcome ?? RightsReasons.AutomatedForbidden,
                "Nothing permits the decision that the person contests (Art. 22(2)): undo it and what came of it, and say that it is done. Where one is needed, a human "
                + "takes it anew.", cancellationToken).ConfigureAwait(false);
        }

        DataSetResult[] results = [.. forbidden.GroupBy(line => line.DataSet, StringComparer.Ordinal).Select(lines => lines.Any(line => standing.Contains(line.Activity))
            ? new DataSetResult(lines.Key, ReceiptLevel.Requested) { Reason = RightsReasons.AutomatedForbidden }
            : new DataSetResult(lines.Key, ReceiptLevel.Reported))];
        return Array.TrueForAll(results, result => request.Results.Any(known => known.DataSet == result.DataSet && known.Level == result.Level)) ? request
            : await parts.Requests.RecordAsync(request.Id, _ => [RequestStep.Of(results)], cancellationToken).ConfigureAwait(false);
    }
}
