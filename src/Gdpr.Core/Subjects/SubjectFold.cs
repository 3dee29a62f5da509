using System.Text.Json;
using Gdpr.Journals;
using NodaTime;

namespace Gdpr.Subjects;

/// <summary>What follows for a person's state from an entry of the person's stream: pure.</summary>
internal static class SubjectFold
{
    /// <summary>The state after an entry; the same state where the entry was folded already.</summary>
    public static SubjectState After(SubjectState before, JournalEntry entry)
    {
        if (entry.Version <= before.Version)
        {
            return before;
        }

        var after = Next(before, entry);
        var changesFacts = ChangesFacts(entry.Content.Type);
        return after with
        {
            Version = entry.Version,
            Position = entry.Position,
            StatedAt = before.Version == 0 || entry.Content.Type == SubjectEntries.Restated ? entry.Position : before.StatedAt,
            LastOccurredAt = entry.Content.OccurredAt,
            LeavingSince = entry.Content.Type switch
            {
                SubjectEntries.Leaving => entry.Content.OccurredAt,
                SubjectEntries.Restated or SubjectEntries.ProofRestated => after.LeavingSince,
                _ => null,
            },
            FactsPosition = changesFacts ? entry.Position : after.FactsPosition,
        };
    }

    /// <summary>Whether an entry changes what stands beside the data.</summary>
    public static bool ChangesFacts(string type) => type is not (SubjectEntries.ConsentRequested or SubjectEntries.RestrictionLiftingTold
        or SubjectEntries.Leaving or SubjectEntries.Staying or SubjectEntries.Present or SubjectEntries.Restated or SubjectEntries.ProofRestated);

    private static SubjectState Next(SubjectState before, JournalEntry entry)
    {
        var content = entry.Content;
        return content.Type switch
        {
            SubjectEntries.Restated => EntryData.Read(entry, SubjectJson.Default.SubjectState),
            SubjectEntries.Known => before with { Identity = content.Payload?.ToString() },
            SubjectEntries.Forgotten => before with { IsForgotten = true, Identity = null },
            SubjectEntries.ConsentRequested => WithConsent(before, entry, ConsentPhase.Requested),
            SubjectEntries.ConsentGiven => WithConsent(before, entry, ConsentPhase.Given),
            SubjectEntries.ConsentRefused => WithConsent(before, entry, ConsentPhase.Refused),
            SubjectEntries.ConsentWithdrawn => WithConsent(before, entry, ConsentPhase.Withdrawn),
            SubjectEntries.ConsentExpired => WithConsent(before, entry, ConsentPhase.Expired),
            SubjectEntries.ConsentSuperseded => WithConsent(before, entry, ConsentPhase.Superseded),
            SubjectEntries.ObjectionRaised => WithObjection(before, entry),
            SubjectEntries.ObjectionUpheld => WithObjectionAt(before, entry, ObjectionPhase.Upheld),
            SubjectEntries.ObjectionOverruled => WithObjectionAt(before, entry, ObjectionPhase.Overruled),
            SubjectEntries.ObjectionEnded => WithObjectionAt(before, entry, ObjectionPhase.Ended),
            SubjectEntries.RestrictionPlaced => WithRestriction(before, entry),
            SubjectEntries.RestrictionLiftingTold => WithRestrictionAt(
                before, entry, one => one with { Phase = RestrictionPhase.LiftingTold, LiftingToldAt = content.OccurredAt }),
            SubjectEntries.RestrictionLifted => WithRestrictionAt(before, entry, one => one with { Phase = RestrictionPhase.Lifted }),
            SubjectEntries.RequestOpened => WithRequest(before, entry),
            SubjectEntries.RequestClosed => WithRequestClosed(before, entry),
            SubjectEntries.ErasureGranted => WithEnding(before, entry, isErasure: true),
            SubjectEntries.ErasureDone => WithErasureDone(before, entry),
            SubjectEntries.ErasureDoubted => WithErasureDoubted(before, entry),
            SubjectEntries.ErasureTakenBack => WithErasureTakenBack(before, entry),
            SubjectEntries.WithdrawalTakenBack => WithWithdrawalTakenBack(before, entry),
            SubjectEntries.PurposeEnded => WithEnding(before, entry, isErasure: false),
            _ => before,
        };
    }

    private static SubjectState WithConsent(SubjectState before, JournalEntry entry, ConsentPhase phase)
    {
        var data = EntryData.Read(entry, SubjectJson.Default.ConsentData);
        var known = before.ConsentTo(data.Purpose, data.Field);
        var next = new ConsentState(data.Purpose, phase, entry.Content.OccurredAt, entry.RecordedAt)
        {
            Field = data.Field,
            Text = data.Text,
            TextVersion = data.TextVersion,
            Language = data.Language,
            Channel = data.Channel,
            IsExplicit = data.Explicit,
            IsByGuardian = data.ByGuardian,
            ValidUntil = data.ValidUntil,
            ImportedFrom = data.ImportedFrom,
            Record = data.Record,

            // What proves a consent proves it after its end too (Art. 7(1)).
            Proof = entry.Content.Payload?.ToString() ?? (data.Record is not null && known?.Record == data.Record ? known.Proof : null),
            Version = entry.Version,
            Requests = data.Request is { } request ? [.. (known?.Requests ?? []).Where(one => one != request), request] : null,
            Before = data.Request is null ? null : known is { Phase: ConsentPhase.Given } ? known : known?.Before,
        };
        if (known is null || Outweighs(next, known))
        {
            return With(next);
        }

        // What the person says apart from requests for erasure outlasts them, also where it comes after them only by being recorded.
        return IsOwnEnd(next) && known is { Requests: not null } && (known.Before is not { } was || Outweighs(next, was))
            ? With(next with { OccurredAt = known.OccurredAt }) : before;

        SubjectState With(ConsentState one) => before with { Consents = [.. before.Consents.Where(other => other != known), one] };
    }

    private static bool IsOwnEnd(ConsentState one) => one is { Phase: ConsentPhase.Refused or ConsentPhase.Withdrawn, Requests: null };

    /// <summary>Whether a step of a consent counts rather than the one known: the later, and of the same instant the restrictive one. That somebody was asked again
    /// changes nothing of an answer; an answer always outweighs the question.</summary>
    private static bool Outweighs(ConsentState next, ConsentState known) => (next.Phase, known.Phase) switch
    {
        (ConsentPhase.Requested, not ConsentPhase.Requested) => false,
        (not ConsentPhase.Requested, ConsentPhase.Requested) => true,
        _ => next.OccurredAt > known.OccurredAt || (next.OccurredAt == known.OccurredAt && next.Phase != ConsentPhase.Given),
    };

    private static SubjectState WithObjection(SubjectState before, JournalEntry entry)
    {
        var data = EntryData.Read(entry, SubjectJson.Default.ObjectionData);
        var phase = data.IsMarketing ? ObjectionPhase.Upheld : ObjectionPhase.Pending;
        var raised = new ObjectionState(data.Id, data.Purposes, phase, entry.Content.OccurredAt, entry.RecordedAt)
        {
            IsMarketing = data.IsMarketing,
            Channel = data.Channel,
            Until = data.Until,
            Request = data.Request,
            IsFromSuppression = data.Suppressed == true,
            Except = data.Except,
        };
        return before with
        {
            // Raised anew, because a complaint was upheld, it is weighed anew.
            Objections = before.Objections.Any(one => one.Id == data.Id)
                ? [.. before.Objections.Select(one => one.Id == data.Id && one is { IsMarketing: false, Phase: ObjectionPhase.Overruled or ObjectionPhase.Upheld }
                    ? one with { Phase = phase, WasUpheld = one.Phase == ObjectionPhase.Upheld } : one)]
                : [.. before.Objections, raised],
        };
    }

    private static SubjectState WithObjectionAt(SubjectState before, JournalEntry entry, ObjectionPhase phase)
    {
        var id = EntryData.Read(entry, SubjectJson.Default.ItemData).Id;
        return before with { Objections = [.. before.Objections.Select(one => one.Id == id ? one with { Phase = phase } : one)] };
    }

    private static SubjectState WithRestriction(SubjectState before, JournalEntry entry)
    {
        var data = EntryData.Read(entry, SubjectJson.Default.RestrictionData);
        var placed = new RestrictionState(data.Id, data.Ground, data.DataSets, RestrictionPhase.Placed, entry.Content.OccurredAt, entry.RecordedAt)
        {
            ReviewBy = data.ReviewBy,
            Request = data.Request,
        };
        return before with
        {
            // Placed anew while it stands, it is the same one, to be reviewed on another date: what was consented to since it was asked for still was. One that was
            // lifted is another.
            Restrictions =
            [
                .. before.Restrictions.Where(one => one.Id != data.Id),
                before.Restrictions.FirstOrDefault(one => one.Id == data.Id && one.Stands) is { } standing
                    ? placed with { OccurredAt = standing.OccurredAt, RecordedAt = standing.RecordedAt } : placed,
            ],
        };
    }

    private static SubjectState WithRestrictionAt(SubjectState before, JournalEntry entry, Func<RestrictionState, RestrictionState> step)
    {
        var id = EntryData.Read(entry, SubjectJson.Default.ItemData).Id;
        return before with { Restrictions = [.. before.Restrictions.Select(one => one.Id == id ? step(one) : one)] };
    }

    private static SubjectState WithRequest(SubjectState before, JournalEntry entry)
    {
        var data = EntryData.Read(entry, SubjectJson.Default.RequestData);
        var opened = new RequestState(data.Id, data.Right, data.DataSets, IsOpen: true, entry.Content.OccurredAt);
        return before with { Requests = [.. before.Requests.Where(one => one.Id != data.Id), opened] };
    }

    private static SubjectState WithRequestClosed(SubjectState before, JournalEntry entry)
    {
        var id = EntryData.Read(entry, SubjectJson.Default.ItemData).Id;
        return before with { Requests = [.. before.Requests.Select(one => one.Id == id ? one with { IsOpen = false } : one)] };
    }

    private static SubjectState WithErasureDone(SubjectState before, JournalEntry entry)
    {
        var id = EntryData.Read(entry, SubjectJson.Default.ItemData).Id;
        return before with
        {
            Endings =
            [
                .. before.Endings.Select(one => one.Id == id && one.IsErasure
                    ? one with { IsDone = true, IsInDoubt = false, Records = null, DonePosition = entry.Position, DoneIdentity = one.DoneIdentity ?? before.Identity }
                    : one),
            ],
        };
    }

    private static SubjectState WithErasureDoubted(SubjectState before, JournalEntry entry)
    {
        var id = EntryData.Read(entry, SubjectJson.Default.ItemData).Id;
        return before with
        {
            Endings = [.. before.Endings.Select(one => one.Id == id && one.IsErasure
            ? one with { IsInDoubt = !one.IsDone, DoubtedAt = entry.Content.OccurredAt } : one)]
        };
    }

    /// <summary>What was done of it stands, also where it is to be done again because a backup has come back.</summary>
    private static SubjectState WithErasureTakenBack(SubjectState before, JournalEntry entry)
    {
        var id = EntryData.Read(entry, SubjectJson.Default.ItemData).Id;
        EndingState[] taken = [.. before.Endings.Where(one => one.Id == id && one is { IsErasure: true, IsDone: false, DoneIdentity: null })];
        return taken.Length == 0 ? before : before with
        {
            Endings = [.. before.Endings.Except(taken)],
            TakenBack = [.. before.TakenBack ?? [], .. taken.Select(one => one with { IsDone = true, IsInDoubt = false, Records = null })],
        };
    }

    /// <summary>The consent counts as before where no other request has taken it back.</summary>
    private static SubjectState WithWithdrawalTakenBack(SubjectState before, JournalEntry entry)
    {
        var data = EntryData.Read(entry, SubjectJson.Default.ConsentData);
        if (before.ConsentTo(data.Purpose, data.Field) is not { Requests: { } requests } known || !requests.Contains(data.Request, StringComparer.Ordinal))
        {
            return before;
        }

        string[] others = [.. requests.Where(one => one != data.Request)];
        var next = others.Length > 0 || known.Before is not { } given ? known with { Requests = others }
            : given with { RecordedAt = entry.RecordedAt, Version = entry.Version };
        return before with { Consents = [.. before.Consents.Where(one => one != known), next] };
    }

    private static SubjectState WithEnding(SubjectState before, JournalEntry entry, bool isErasure)
    {
        var data = EntryData.Read(entry, SubjectJson.Default.EndingData);
        var known = before.Endings.FirstOrDefault(one => one.Id == data.Id && one.IsErasure == isErasure);

        // What is granted by and by ends when the first of it did: a consent since then has the last word.
        var at = known?.OccurredAt < entry.Content.OccurredAt ? known.OccurredAt : entry.Content.OccurredAt;
        var ending = new EndingState(data.Id, data.Purposes, data.DataSets, isErasure, at)
        {
            Reason = data.Reason,
            DoneIdentity = known?.DoneIdentity,

            // What was there when the first of it was granted, was.
            Records = known?.Records is { } there ? [.. there.Union(data.Records ?? [], StringComparer.Ordinal)] : data.Records,
            IsInDoubt = known?.IsInDoubt == true,
        };
        return before with
        {
            Endings = [.. before.Endings.Where(one => one.Id != data.Id || one.IsErasure != isErasure), ending],
            TakenBack = before.TakenBack?.Any(one => one.Id == data.Id) == true ? [.. before.TakenBack.Where(one => one.Id != data.Id)] : before.TakenBack,
        };
    }
}
