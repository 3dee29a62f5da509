using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Processing;

/// <summary>What in a person's state stands between an activity and some fields: pure. The closer look behind <see cref="SubjectStanding"/>.</summary>
internal static class PersonReasons
{
    private static readonly string[] ChannelsWithoutConsent = ["post", "phone"];

    public static List<ProcessingReason> Of(in ProcessingQuestion question, UsePart part, ProgramActivity activity, SubjectState state, Instant now)
    {
        var reasons = new List<ProcessingReason>();
        AddConsents(reasons, part, activity, state, now);
        AddMarketingConsent(reasons, question.Channel, part, activity, state, now);
        AddObjections(reasons, question, part, activity, state, now);
        AddEndings(reasons, question, part, activity, state);
        return reasons;
    }

    /// <summary>Whether the person has consented to a purpose after everything that restricts the data set, or objects to the purpose, was said.</summary>
    public static bool HasConsentedSinceRestriction(ProcessingUse use, string dataSet, SubjectState state, Instant now) =>
        state.ConsentTo(use.Purpose) is { } consent && consent.IsInForce(now)
        && RestrictedAt(use, dataSet, state, now).All(at => consent.OccurredAt > at);

    /// <summary>Whether a pending objection would stop the use, were it not looked past (Art. 18(2)).</summary>
    public static bool LooksPastObjection(in ProcessingQuestion question, UsePart part, ProgramActivity activity, SubjectState state, Instant now)
    {
        foreach (var objection in state.Objections)
        {
            if (objection.Stands(now) && ObjectionJudge.Concerns(objection, activity) && ObjectionJudge.Stops(objection, question.Channel) != false
                && IsLookedPast(objection, question, part, state, now))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>When each thing was said that restricts a data set for a purpose: restrictions (Art. 18), and objections to the purpose.</summary>
    public static IEnumerable<Instant> RestrictedAt(ProcessingUse use, string dataSet, SubjectState state, Instant now) =>
        state.Restrictions.Where(one => one.Stands && NamedDataSets.Reach(one.DataSets, dataSet, use.Program.Policy)).Select(one => one.OccurredAt)
            .Concat(state.Objections.Where(one => one.Stands(now) && one.IsTo(use.Purpose, MarketingPurposes.Has(use.Program.Policy, use.Purpose)))
                .Select(one => one.OccurredAt));

    /// <summary>What is recorded of one optional field counts for that field; for the others, and where the purpose was taken back since, the purpose as a
    /// whole.</summary>
    private static void AddConsents(List<ProcessingReason> reasons, UsePart part, ProgramActivity activity, SubjectState state, Instant now)
    {
        if (ConsentJudge.EndedBy(activity, state) is { } ended)
        {
            reasons.Add(Reason(ended, part, activity));
        }

        var whole = activity.NeedsConsent ? ConsentJudge.Judge(activity, state.ConsentTo(activity.Purpose), now) : null;
        foreach (var field in part.Fields)
        {
            var path = $"{part.DataSet}.{field}";
            if (state.ConsentTo(activity.Purpose, path) is not { } own
                || (own.Phase == ConsentPhase.Given && state.TakenBackSince(activity.Purpose, own.OccurredAt) is not null))
            {
                if (whole is not null)
                {
                    reasons.Add(Reason(whole, part, activity));
                }
            }
            else if (ConsentJudge.IsTakenBack(own))
            {
                reasons.Add(Reason(ProcessingReasons.FieldTakenBack, part, activity) with { About = path });
            }
            else if (activity.NeedsConsent && ConsentJudge.Judge(activity, own, now) is { } code)
            {
                reasons.Add(Reason(code, part, activity) with { About = path });
            }
        }
    }

    private static void AddMarketingConsent(
        List<ProcessingReason> reasons, string? channel, UsePart part, ProgramActivity activity, SubjectState state, Instant now)
    {
        if (activity.NeedsMarketingConsent && !ChannelsWithoutConsent.Contains(channel, StringComparer.OrdinalIgnoreCase)
            && ConsentJudge.Judge(activity, state.ConsentTo(activity.Purpose), now) is not null)
        {
            reasons.Add(Reason(ProcessingReasons.MarketingConsentMissing, part, activity));
        }
    }

    private static void AddObjections(
        List<ProcessingReason> reasons, in ProcessingQuestion question, UsePart part, ProgramActivity activity, SubjectState state, Instant now)
    {
        foreach (var objection in state.Objections)
        {
            if (!objection.Stands(now) || !ObjectionJudge.Concerns(objection, activity) || IsLookedPast(objection, question, part, state, now))
            {
                continue;
            }

            if (ObjectionJudge.Stops(objection, question.Channel) is not false and var stops)
            {
                reasons.Add(Reason(stops is null ? ProcessingReasons.ChannelUnknown : ObjectionJudge.ReasonOf(objection), part, activity));
            }
        }
    }

    /// <summary>What awaits its assessment restricts the data (Art. 18(1)(d)), and does so no further than Art. 18(2).</summary>
    private static bool IsLookedPast(ObjectionState objection, in ProcessingQuestion question, UsePart part, SubjectState state, Instant now) =>
        objection is { IsMarketing: false, Phase: ObjectionPhase.Pending } && question.RestrictedUse is { } use
        && (use != AllowedUse.Consent || HasConsentedSinceRestriction(question.Use, part.DataSet, state, now));

    private static void AddEndings(List<ProcessingReason> reasons, in ProcessingQuestion question, UsePart part, ProgramActivity activity, SubjectState state)
    {
        if (activity.IsObligation)
        {
            return;
        }

        foreach (var ending in state.Endings)
        {
            if (state.IsEndedBy(ending, activity.Purpose) && IsOf(ending.DataSets, part.DataSet) && !ContractJudge.Outlasts(question, part.DataSet, activity, ending))
            {
                reasons.Add(Reason(ProcessingReasons.PurposeEnded, part, activity));
                return;
            }
        }
    }

    private static bool IsOf(IReadOnlyList<string> scope, string one) => scope.Count == 0 || scope.Contains(one, StringComparer.Ordinal);

    private static ProcessingReason Reason(string code, UsePart part, ProgramActivity activity) =>
        ProcessingReasons.Of(code) with { Activity = activity.Id, DataSet = part.DataSet };
}
