using Gdpr.Subjects;

namespace Gdpr.Processing;

/// <summary>What an objection stops (Art. 21): pure.</summary>
internal static class ObjectionJudge
{
    /// <summary>Whether an objection concerns an activity. One to direct marketing that names no purpose concerns every such activity; a duty in law is not
    /// objected to (Art. 21(1)).</summary>
    public static bool Concerns(ObjectionState objection, ProgramActivity activity) => objection.IsTo(activity.Purpose, activity.IsMarketing)
        && (objection.IsMarketing || !activity.IsObligation);

    /// <summary>Whether an objection stops a message, over its channel or over all; <see langword="null"/> where nobody says over which channel the message
    /// goes.</summary>
    public static bool? Stops(ObjectionState objection, string? channel) =>
        objection.Channel is null ? true : channel is null ? null : string.Equals(objection.Channel, channel, StringComparison.OrdinalIgnoreCase);

    /// <summary>The code of the reason, once it is known that it concerns the use.</summary>
    public static string ReasonOf(ObjectionState objection) => objection switch
    {
        { IsMarketing: true } => ProcessingReasons.MarketingObjection,
        { Phase: ObjectionPhase.Upheld } => ProcessingReasons.ObjectionUpheld,
        _ => ProcessingReasons.ObjectionPending,
    };
}
