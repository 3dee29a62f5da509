using Gdpr.Disclosures;
using Gdpr.Policies;

namespace Gdpr.Rights;

/// <summary>What the controller makes public: erased, it lives on with whoever has copied it (Art. 17(2)).</summary>
internal static class PublishedData
{
    /// <summary>The fields of some lines that the policy says are made public, by path; ordinally.</summary>
    public static IReadOnlyList<string> Of(GdprPolicy policy, IEnumerable<RequestLine> lines) =>
    [
        .. lines.SelectMany(line => line.Fields.Select(field => $"{line.DataSet}.{field}").Where(field => IsPublished(policy, line.Activity, field)))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    /// <summary>Has people take reasonable steps to inform controllers who process what was made public and is erased here: once for each field, and anew where a
    /// complaint was right.</summary>
    public static async ValueTask InformAsync(RightsParts parts, DataSubjectRequest request, RequestLine[] done, CancellationToken cancellationToken)
    {
        var (published, about) = (Of(parts.Policy(), done), request.LastUpheld?.Id ?? "");
        var round = 1;
        while (published.Count > 0)
        {
            var which = RightsParts.AboutOf(about, round);
            if (await parts.TaskOfAsync(request, RightsTasks.InformControllers, which, cancellationToken).ConfigureAwait(false) is { } task)
            {
                published = [.. published.Except(task.About?.Split(' ') ?? [], StringComparer.Ordinal)];
                round++;
                continue;
            }

            // The next turn reads whether it is open for these: somebody else may just have opened it for others.
            await parts.OpenTaskAsync(
                request, RightsTasks.InformControllers, which, parts.Options.Owner, RightsReasons.MadePublic,
                $"These fields of the person had been made public and are erased: {string.Join(", ", published)}. Take reasonable steps, given technology and cost, to "
                + "inform controllers who process them, such as search engines and known copies, that the person asks them to erase links, copies and replications, and "
                + "keep a note of the steps. Say that they were told, or that it is impossible (Art. 17(2)).", cancellationToken, string.Join(' ', published))
                .ConfigureAwait(false);
        }
    }

    /// <summary>Whether a recipient is anybody, and so nobody who can be told.</summary>
    public static bool IsPublic(GdprPolicy policy, string recipient) => policy.Recipients.GetValueOrDefault(recipient)?.Kind == RecipientKind.Public;

    /// <summary>What is looked for by hand has lines of no activity: any that publishes it counts.</summary>
    private static bool IsPublished(GdprPolicy policy, string activity, string field) => policy.Activities.Any(one =>
        (activity.Length == 0 || one.Key == activity) && one.Value.Recipients.Any(disclosure =>
            IsPublic(policy, disclosure.Recipient) && disclosure.Data.Any(data => RecipientNotifications.IsSame(data, field))));
}
