using Gdpr.Retention;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Processing;

/// <summary>Decides whether a use of data is allowed: pure, and without allocating where it is allowed and nothing takes a closer look.</summary>
internal static class ProcessingJudge
{
    public static ProcessingDecision Decide(in ProcessingQuestion question, SubjectStanding standing, Instant now, bool isPeriodChecked)
    {
        ArgumentNullException.ThrowIfNull(standing);
        var use = question.Use ?? throw new ArgumentException("The question names no use: prepare one.", nameof(question));
        if (!standing.HoldsFor(use.Program, now))
        {
            standing = standing.For(use.Program, now);
        }

        if (use.Denials.Length > 0 || standing.IsUnreadable || !IsKnown(standing) || !IsOwn(use, standing) || !IsWithinOrganisation(question))
        {
            return Refuse(question, standing, now);
        }

        var (picks, factor) = (0L, 1L);
        var many = use.IsNumbered ? null : new List<int>(use.Parts.Length);
        AllowedUse? applied = null;
        foreach (var part in use.Parts)
        {
            if (standing.IsRestricted(part.Index))
            {
                if (!MayUseRestricted(question, part, standing, now))
                {
                    return Refuse(question, standing, now);
                }

                applied = question.RestrictedUse;
            }

            var pick = Pick(question, part, standing, now, ref applied);
            if (pick < 0)
            {
                return Refuse(question, standing, now);
            }

            if (many is not null)
            {
                many.Add(pick);
                continue;
            }

            picks += pick * factor;
            factor *= part.Candidates.Length;
        }

        return many is null ? use.Allowed(picks, isPeriodChecked, applied) : use.Allowed(many, isPeriodChecked, applied);
    }

    /// <summary>The first activity that carries a part, or -1.</summary>
    private static int Pick(in ProcessingQuestion question, UsePart part, SubjectStanding standing, Instant now, ref AllowedUse? applied)
    {
        var candidates = part.Candidates;
        for (var index = 0; index < candidates.Length; index++)
        {
            var candidate = candidates[index];
            if (!candidate.MayCarryAt(now))
            {
                continue;
            }

            if (!standing[candidate.Activity.Index])
            {
                return index;
            }

            if (PersonReasons.Of(question, part, candidate.Activity, standing.State!, now).Count == 0)
            {
                applied = PersonReasons.LooksPastObjection(question, part, candidate.Activity, standing.State!, now) ? question.RestrictedUse : applied;
                return index;
            }
        }

        return -1;
    }

    private static ProcessingDecision Refuse(in ProcessingQuestion question, SubjectStanding standing, Instant now)
    {
        var use = question.Use;
        var reasons = new List<ProcessingReason>(use.Denials);
        if (standing.IsUnreadable)
        {
            reasons.Add(ProcessingReasons.Of(ProcessingReasons.StateUnreadable));
        }
        else if (!IsKnown(standing) && (standing.IsRegistered || IsOwn(use, standing)))
        {
            // Whom another controller has registered is not told.
            reasons.Add(ProcessingReasons.Of(ProcessingReasons.PersonUnknown));
        }

        if (!IsOwn(use, standing))
        {
            reasons.Add(ProcessingReasons.Of(ProcessingReasons.OtherController));
        }

        if (!IsWithinOrganisation(question))
        {
            reasons.Add(ProcessingReasons.Of(ProcessingReasons.OtherOrganisation) with { About = use.Plan.Role });
        }

        foreach (var part in use.Parts)
        {
            reasons.AddRange(ReasonsOf(question, part, standing, now));
        }

        return ProcessingDecision.Refused([.. reasons.Distinct()], use.Plan.Client?.Id);
    }

    private static IEnumerable<ProcessingReason> ReasonsOf(ProcessingQuestion question, UsePart part, SubjectStanding standing, Instant now)
    {
        if (!standing.IsUnreadable && standing.IsRestricted(part.Index) && !MayUseRestricted(question, part, standing, now))
        {
            var code = question.RestrictedUse == AllowedUse.Consent ? ProcessingReasons.NoConsentSinceRestriction : ProcessingReasons.Restricted;
            yield return ProcessingReasons.Of(code) with { DataSet = part.DataSet };
        }

        var all = new List<ProcessingReason>();
        foreach (var candidate in part.Candidates)
        {
            ProcessingReason[] reasons = [.. CandidateReasons(question, part, candidate, standing, now)];
            if (Array.TrueForAll(reasons, reason => reason.NeedsHuman))
            {
                // This way is open, or a human can open it: what stands in the others' is no matter.
                all = [.. reasons];
                break;
            }

            all.AddRange(reasons);
        }

        foreach (var reason in all)
        {
            yield return reason;
        }
    }

    private static IEnumerable<ProcessingReason> CandidateReasons(
        in ProcessingQuestion question, UsePart part, UseCandidate candidate, SubjectStanding standing, Instant now)
    {
        List<ProcessingReason> reasons = [.. candidate.Reasons];
        if (!candidate.Agreement.Contains(now))
        {
            reasons.Add(ProcessingReasons.Of(ProcessingReasons.NoAgreement) with { Activity = candidate.Activity.Id, DataSet = part.DataSet });
        }

        if (!candidate.Impact.Contains(now))
        {
            reasons.Add(ProcessingReasons.Of(ProcessingReasons.ImpactNotAssessed) with { Activity = candidate.Activity.Id, DataSet = part.DataSet });
        }

        if (!candidate.Interest.Contains(now))
        {
            reasons.Add(ProcessingReasons.Of(ProcessingReasons.InterestNotAssessed) with { Activity = candidate.Activity.Id, DataSet = part.DataSet });
        }

        if (!candidate.Instruction.Contains(now))
        {
            reasons.Add(ProcessingReasons.Of(ProcessingReasons.OutsideInstruction) with { Activity = candidate.Activity.Id, DataSet = part.DataSet });
        }

        if (standing.State is { } state)
        {
            reasons.AddRange(PersonReasons.Of(question, part, candidate.Activity, state, now));
        }

        return reasons;
    }

    private static bool MayUseRestricted(in ProcessingQuestion question, UsePart part, SubjectStanding standing, Instant now) => question.RestrictedUse switch
    {
        null => false,
        AllowedUse.Consent => PersonReasons.HasConsentedSinceRestriction(question.Use, part.DataSet, standing.State!, now),
        _ => true,
    };

    private static bool IsKnown(SubjectStanding standing) => standing is { IsRegistered: true, Subject.Key.Value.Length: > 0, State.IsForgotten: not true };

    private static bool IsOwn(ProcessingUse use, SubjectStanding standing) => use.Controller == standing.Subject.Controller;

    private static bool IsWithinOrganisation(in ProcessingQuestion question) =>
        question.Use.Plan.BoundTo is not { } organisation || organisation == question.SubjectOrganisation;
}
