using Gdpr.Policies;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Processing;

/// <summary>Whether a consent carries an activity (Art. 6(1)(a), 7, 9(2)(a), 22(2)(c)): pure.</summary>
internal static class ConsentJudge
{
    /// <summary>The code of the reason why it does not; <see langword="null"/> where it does.</summary>
    public static string? Judge(ProgramActivity activity, ConsentState? consent, Instant now)
    {
        switch (consent?.Phase)
        {
            case null:
                return ProcessingReasons.ConsentMissing;
            case ConsentPhase.Requested:
                return ProcessingReasons.ConsentNotAnswered;
            case ConsentPhase.Refused:
                return ProcessingReasons.ConsentRefused;
            case ConsentPhase.Withdrawn:
                return ProcessingReasons.ConsentWithdrawn;
            case ConsentPhase.Expired:
                return ProcessingReasons.ConsentExpired;
            case ConsentPhase.Superseded:
                return ProcessingReasons.ConsentSuperseded;
        }

        if (!consent.IsInForce(now))
        {
            return consent.OccurredAt > now ? ProcessingReasons.ConsentMissing : ProcessingReasons.ConsentExpired;
        }

        // Of an imported consent nobody may know the text: it carries what needs no particular one.
        if (activity.ConsentText is { } text && consent.Text is { } shown && shown != text)
        {
            return ProcessingReasons.ConsentToOtherText;
        }

        return activity.NeedsExplicitConsent && !(consent.IsExplicit && consent.Text is not null) ? ProcessingReasons.ConsentNotExplicit : null;
    }

    /// <summary>The code of the reason, where the person's word on a consent has ended a purpose that rests on something else: it is taken for what it says, and only
    /// what a law lays on the controller goes on.</summary>
    public static string? EndedBy(ProgramActivity activity, SubjectState state) => activity.NeedsConsent || activity.IsObligation ? null
        : state.ConsentTo(activity.Purpose)?.Phase switch
        {
            ConsentPhase.Refused => ProcessingReasons.ConsentRefused,
            ConsentPhase.Withdrawn => ProcessingReasons.ConsentWithdrawn,
            ConsentPhase.Expired => ProcessingReasons.ConsentExpired,
            _ => null,
        };

    /// <summary>Whether a person has taken a field back: refused it or withdrawn it, alone.</summary>
    public static bool IsTakenBack(ConsentState? field) => field?.Phase is ConsentPhase.Refused or ConsentPhase.Withdrawn;
}
