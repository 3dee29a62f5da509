using Gdpr.Policies;

namespace Gdpr.Rights;

/// <summary>Which arrangements between joint controllers a request is about (Art. 26): pure.</summary>
internal static class JointArrangements
{
    /// <summary>The arrangements of activities that the request reaches, each once, ordinally. None where the request is handed on, is the same as another's, or nobody
    /// is identified by it.</summary>
    public static IReadOnlyList<JointConcern> Of(GdprPolicy policy, DataSubjectRequest request) =>
        !request.IsOpen || request.For is not null || request.Outcome is RequestOutcome.Forwarded or RequestOutcome.NotIdentifiable ? [] :
        [
            .. policy.Activities.Values
                .Where(activity => activity.Capacity == ProcessingCapacity.JointController && (activity.Controller ?? request.Controller) == request.Controller
                    && ActivityReach.IsReached(policy, request.Scope, activity))
                .SelectMany(activity => AgreementsOf(policy, activity)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
                .Select(agreement => new JointConcern(
                    agreement, policy.Agreements.GetValueOrDefault(agreement)?.Arrangement?.AnsweredBy,
                    [
                        .. policy.Recipients
                            .Where(recipient => recipient.Value is { Kind: RecipientKind.JointController } other && other.Agreement == agreement)
                            .Select(recipient => recipient.Key).Order(StringComparer.Ordinal),
                    ])),
        ];

    /// <summary>The arrangements of an activity: the one that it names, and those with the joint controllers that receive its data.</summary>
    private static IEnumerable<string> AgreementsOf(GdprPolicy policy, Activity activity) =>
        activity.Recipients.Select(disclosure => policy.Recipients.GetValueOrDefault(disclosure.Recipient))
            .Where(recipient => recipient?.Kind == RecipientKind.JointController).Select(recipient => recipient!.Agreement)
            .Append(activity.Agreement).OfType<string>();
}

/// <summary>An arrangement that a request is about.</summary>
/// <param name="Agreement">The agreement's id.</param>
/// <param name="AnsweredBy">The joint controller that answers requests, where it is another than the organisation itself.</param>
/// <param name="Others">The joint controllers under it that the policy declares.</param>
internal sealed record JointConcern(string Agreement, string? AnsweredBy, IReadOnlyList<string> Others)
{
    /// <summary>What people are asked to do.</summary>
    public string Question => AnsweredBy is { } answering
        ? $"Hand the request to '{answering}', which answers it under the arrangement, with what is held here, and tell the others of the arrangement ({Named}). "
            + "The clock runs on from the receipt here: where the person is not answered in time, answer."
        : $"Tell the joint controllers of the arrangement ({Named}) of the request, so that each does its part; it is answered from here.";

    private string Named => Others.Count > 0 ? string.Join(", ", Others) : "the policy declares none of them";
}
