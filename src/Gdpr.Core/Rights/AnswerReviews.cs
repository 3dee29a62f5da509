using System.Text;
using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing.Tasks;

namespace Gdpr.Rights;

/// <summary>The reviews of what may be about other people (Art. 15(4), 20(4)): each is of what was read, and lets nothing else out.</summary>
internal sealed class AnswerReviews(RightsParts parts)
{
    /// <summary>Has a human read what an answer gives out, where nobody has.</summary>
    public async ValueTask AskAsync(DataSubjectRequest request, IRightsAnswer answer, CancellationToken cancellationToken)
    {
        foreach (var dataSet in answer.ToReview)
        {
            var content = ContentOf(request, answer, dataSet);
            if (await IsReviewedAsync(request, dataSet, content, cancellationToken).ConfigureAwait(false))
            {
                continue;
            }

            // What has changed since it was to be read is to be read as it is now.
            if (await parts.LastTaskAsync(request, RightsTasks.Review, dataSet, cancellationToken).ConfigureAwait(false) is { IsOpen: true } open && !IsOf(open, content))
            {
                await parts.EndTaskAsync(open.Id, "superseded", parts.Options.Owner).ConfigureAwait(false);
            }

            await parts.AskAsync(
                request, RightsTasks.Review, dataSet, parts.Options.Owner, "other-people",
                "Read the free text of this data set before it is given out: leave out what is about other people and would harm them (Art. 15(4)). Say that it is "
                + "reviewed where it may be given out.", cancellationToken, content).ConfigureAwait(false);
        }
    }

    /// <summary>Whether a human has read everything of an answer that has to be.</summary>
    /// <exception cref="RequestException"><c>E-DSR-06</c>: somebody has to, or has found that it may not be given out.</exception>
    public async ValueTask CheckAsync(DataSubjectRequest request, IRightsAnswer answer, CancellationToken cancellationToken)
    {
        foreach (var dataSet in answer.ToReview)
        {
            if (!await IsReviewedAsync(request, dataSet, ContentOf(request, answer, dataSet), cancellationToken).ConfigureAwait(false))
            {
                throw new RequestException(
                    "E-DSR-06",
                    $"What is given out of '{dataSet}' may be about other people: have it reviewed as it is, complete the task '{RightsTasks.Review}' with "
                    + $"'{RightsOutcomes.Reviewed}', and answer then.");
            }
        }
    }

    private async ValueTask<bool> IsReviewedAsync(DataSubjectRequest request, string dataSet, string content, CancellationToken cancellationToken)
    {
        string? outcome = null;
        for (var round = 1; await parts.TaskOfAsync(request, RightsTasks.Review, RightsParts.AboutOf(dataSet, round), cancellationToken).ConfigureAwait(false)
            is { } task; round++)
        {
            outcome = IsOf(task, content) ? task.Outcome : outcome;
        }

        return outcome == RightsOutcomes.Reviewed;
    }

    private static bool IsOf(HumanTask task, string content) => task.About?.EndsWith(content, StringComparison.Ordinal) == true;

    /// <summary>What is read, by a digest that is this request's alone; in whatever order the source gives its records.</summary>
    private static string ContentOf(DataSubjectRequest request, IRightsAnswer answer, string dataSet)
    {
        var given = answer switch
        {
            AccessAnswer access => access.RecordsOf(dataSet),
            PortabilityPackage package => package.RecordsOf(dataSet),
            _ => [],
        };
        var records = given.Select(record => JsonSerializer.Serialize(
            new SortedDictionary<string, JsonElement>(record.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal),
            PackageJson.Default.SortedDictionaryStringJsonElement)).Order(StringComparer.Ordinal);
        return Digest.Of(Encoding.UTF8.GetBytes(string.Join('\n', [request.Id, dataSet, .. records]))).ToString();
    }
}

/// <summary>Free text of data sets whose records mention others.</summary>
internal static class FreeText
{
    public static bool MayBeAboutOthers(GdprPolicy policy, string dataSet, IEnumerable<IReadOnlyDictionary<string, JsonElement>> records)
    {
        _ = DataPath.TryParse(dataSet, out var path);
        var declared = policy.Systems[path.System].DataSets[path.DataSet];
        return declared.Mentions.Count > 0 && records.Any(record => record.Any(field =>
            field.Value.ValueKind != JsonValueKind.Null && policy.KindOf(declared.Fields[field.Key].Category) == DataCategoryKind.FreeText));
    }
}
