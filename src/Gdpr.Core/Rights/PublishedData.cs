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

    /// <summary>Has people take reasonable steps to inform controllers who process what was made public and is erased here: once for what is done at a time.</summary>
    public static async ValueTask InformAsync(RightsParts parts, DataSubjectRequest request, RequestLine[] done, string action, CancellationToken cancellationToken)
    {
        var published = Of(parts.Policy(), done);
        if (published.Count == 0 || await parts.LastTaskAsync(request, RightsTasks.InformControllers, action, cancellationToken).ConfigureAwait(false) is not null)
        {
            return;
        }

        await parts.AskAsync(
            request, RightsTasks.InformControllers, action, parts.Options.Owner, RightsReasons.MadePublic,
            $"These fields of the person had been made public and are erased: {string.Join(", ", published)}. Take reasonable steps, given technology and cost, to inform "
            + "controllers who process them, such as search engines and known copies, that the person asks them to erase links, copies and replications, and keep a note of "
            + "the steps. Say that they were told, or that it is impossible (Art. 17(2)).", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether a recipient is anybody, and so nobody who can be told.</summary>
    public static bool IsPublic(GdprPolicy policy, string recipient) => policy.Recipients.GetValueOrDefault(recipient)?.Kind == RecipientKind.Public;

    /// <summary>What is looked for by hand has lines of no activity: any that publishes it counts.</summary>
    private static bool IsPublished(GdprPolicy policy, string activity, string field) => policy.Activities.Any(one =>
        (activity.Length == 0 || one.Key == activity) && one.Value.Recipients.Any(disclosure =>
            IsPublic(policy, disclosure.Recipient) && disclosure.Data.Any(data => RecipientNotifications.IsSame(data, field))));
}
