using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gdpr.Journals;

namespace Gdpr.Rights;

/// <summary>What follows for a request from an entry of its stream: pure.</summary>
internal static class RequestFold
{
    /// <summary>The request after an entry; as it was where the entry was folded already.</summary>
    public static DataSubjectRequest? After(DataSubjectRequest? before, JournalEntry entry)
    {
        if (before is not null && entry.Version <= before.Version)
        {
            return before;
        }

        var after = entry.Content.Type switch
        {
            RequestEntries.Received => Received(entry),
            RequestEntries.Restated => EntryData.Read(entry, RequestJson.Default.DataSubjectRequest) with { StatedAt = entry.Position },
            RequestEntries.WordsRestated => before,
            _ => before is null ? null : Next(before, entry),
        };
        return after is null ? null : after with { Version = entry.Version };
    }

    private static DataSubjectRequest Received(JournalEntry entry)
    {
        var data = EntryData.Read(entry, RequestJson.Default.ReceivedData);
        return new DataSubjectRequest
        {
            Id = data.Id,
            Controller = entry.Content.Controller ?? "",
            SubjectKey = entry.Content.Subject?.ToString(),
            Right = data.Right,
            Scope = data.Scope,
            Channel = data.Channel,
            ReceivedAt = entry.Content.OccurredAt,
            RecordedAt = entry.RecordedAt,
            Identity = new RequestIdentity { Method = data.Identity, ShownAt = data.Identity is null ? null : entry.Content.OccurredAt },
            Mandate = data.Mandate,
            Ground = data.Ground,
            ReviewBy = data.ReviewBy,
            Until = data.Until,
            Decision = data.Decision,
            IsMarketing = data.IsMarketing,
            MarketingChannel = data.MarketingChannel,
            For = data.For,
            Words = entry.Content.Payload?.ToString(),
            StatedAt = entry.Position,
        };
    }

    private static DataSubjectRequest Next(DataSubjectRequest before, JournalEntry entry)
    {
        var at = entry.Content.OccurredAt;
        switch (entry.Content.Type)
        {
            case RequestEntries.Assessed:
                return before with { Lines = EntryData.Read(entry, RequestJson.Default.AssessedData).Lines, Phase = Later(before.Phase, RequestPhase.Assessing) };
            case RequestEntries.LineDecided:
                var decided = EntryData.Read(entry, RequestJson.Default.AssessedData).Lines.ToDictionary(line => line.Id, StringComparer.Ordinal);
                var isOtherwise = IsConsentedSince(before, decided);
                var changed = before with
                {
                    Lines = [.. before.Lines.Select(line => decided.GetValueOrDefault(line.Id) ?? line)],

                    // What it comes to is said anew, and then it is carried out.
                    Phase = isOtherwise && before.Phase is (RequestPhase.Executed or RequestPhase.RecipientsNotified) ? RequestPhase.Decided : before.Phase,
                };
                return isOtherwise && before.IsAnswered ? ToldAgain(changed, at) : changed;
            case RequestEntries.Results:
                var results = EntryData.Read(entry, RequestJson.Default.ResultsData).Results;
                return before with
                {
                    Results =
                    [
                        .. before.Results.Where(old => results.All(one => one.DataSet != old.DataSet)).Concat(results)
                            .OrderBy(one => one.DataSet, StringComparer.Ordinal),
                    ],
                };
            case RequestEntries.FeeAsked:
                var fee = EntryData.Read(entry, RequestJson.Default.FeeData);
                return before with { Fee = new RequestFee(fee.Amount, fee.Currency, at, fee.By), Grounds = entry.Content.Payload?.ToString() };
            case RequestEntries.Answered:
                return before with { Answers = [.. before.Answers, EntryData.Read(entry, RequestJson.Default.GivenAnswer)] };
            default:
                var words = entry.Content.Payload?.ToString();
                var next = Next(before, entry.Content.Type, at, EntryData.Read(entry, RequestJson.Default.StepData));
                return entry.Content.Type switch
                {
                    RequestEntries.Decided when words is not null => next with { Grounds = words },
                    RequestEntries.Complained => next with { Complaints = [.. next.Complaints.SkipLast(1), next.Complaints[^1] with { Words = words }] },
                    _ => next,
                };
        }
    }

    private static DataSubjectRequest Next(DataSubjectRequest before, string type, NodaTime.Instant at, StepData step) => type switch
    {
        RequestEntries.Linked => before with { DuplicateOf = step.Other },
        RequestEntries.Repeated => before with
        {
            // The first receipt governs, also where it is recorded after the second.
            ReceivedAt = step.At < before.ReceivedAt ? step.At.Value : before.ReceivedAt,
            AskedLastAt = LastAsked(before, step),
            Duplicates = [.. before.Duplicates.Where(id => id != step.Other), step.Other!],
        },
        RequestEntries.IdentityAsked => before with
        {
            Phase = before.Outcome is null ? RequestPhase.IdentityPending : before.Phase,

            // What was taken for shown is so no more; of who complains it is asked anew.
            Identity = new RequestIdentity
            {
                AskedAt = before.Identity.IsShown || before.IsAskedOfBefore ? at : before.Identity.AskedAt ?? at,
            },
        },
        RequestEntries.IdentityShown => Identified(before, at) with { Identity = before.Identity with { Method = step.Method, ShownAt = at } },
        RequestEntries.MandateShown => before with { Mandate = before.Mandate! with { Evidence = step.Other } },
        RequestEntries.Extended => before with { Extension = new RequestExtension(at, step.Extension!.Value, step.By!) },
        RequestEntries.Forwarded => before with
        {
            ForwardedTo = step.Other,
            Outcome = RequestOutcome.Forwarded,
            DecidedAt = at,
            Phase = Later(before.Phase, RequestPhase.Decided),
        },
        RequestEntries.Decided => before with
        {
            Outcome = step.Outcome,
            Reason = step.Reason,
            DecidedAt = at,
            Phase = RequestPhase.Decided,
            IsStanding = before.IsStanding || (step.Outcome != RequestOutcome.NotIdentifiable && step is not { Outcome: RequestOutcome.Refused, Reason: not null }
                && before.Lines.Any(line => line.Verdict == RightsVerdict.Deferred)),
        },
        RequestEntries.FeeSettled => before with { Fee = before.Fee is { } asked ? asked with { SettledAt = at } : null },
        RequestEntries.Executed => before with { Phase = Later(before.Phase, RequestPhase.Executed) },
        RequestEntries.RecipientsToldOf => before with { Told = [.. (before.Told ?? []).Union(step.Lines!, StringComparer.Ordinal)] },
        RequestEntries.RecipientsTold => before with { Phase = Later(before.Phase, RequestPhase.RecipientsNotified), RecipientsToldAt = at },
        RequestEntries.Closed => before with { Phase = RequestPhase.Closed, ClosedAt = at, IsGivenUp = step.Reason == RightsReasons.IdentityNotShown },
        RequestEntries.Warned => before with { WarnedAt = before.WarnedAt ?? at },
        RequestEntries.Overdue => before with { OverdueAt = before.OverdueAt ?? at },
        RequestEntries.Looked => before with { NextLookAt = step.At, IsStanding = step.At is not null },
        RequestEntries.Complained => before with
        {
            Phase = RequestPhase.Assessing,
            ClosedAt = null,
            IsGivenUp = false,

            // The person is told again, and that is watched anew.
            WarnedAt = null,
            OverdueAt = null,
            OpenedAgainAt = before.IsAnswered || before.Phase == RequestPhase.Closed ? at : before.OpenedAgainAt,
            Complaints = [.. before.Complaints, new RequestComplaint(step.Other!, at, before.Outcome)
            {
                AnswersBefore = before.Answers.Count,
                PhaseBefore = before.Complaints.FirstOrDefault(one => one.AnsweredAt is null)?.PhaseBefore ?? before.Phase,
            }],
        },
        RequestEntries.ComplaintAnswered => (step.IsUpheld == true ? Reopened(before) : before with { Phase = PhaseAfter(before, step) }) with
        {
            Complaints = [.. before.Complaints.Select(one => one.Id != step.Other ? one : one with
            {
                AnsweredAt = at,
                IsUpheld = step.IsUpheld,

                // What was answered before it was found to be right answers nothing.
                AnswersBefore = step.IsUpheld == true ? before.Answers.Count : one.AnswersBefore,
            })],
        },
        _ => before,
    };

    /// <summary>When the person asked last: a repeated request is their word where whoever sent it has shown to be them, or to act for them. A step that says nothing
    /// of it moves nothing: it would end what the person has consented to since.</summary>
    private static NodaTime.Instant LastAsked(DataSubjectRequest before, StepData step)
    {
        var known = before.AskedLastAt ?? before.ReceivedAt;
        return step is not { Method: not null, At: { } at } ? known : before.Identity.IsShown ? NodaTime.Instant.Max(at, known) : at;
    }

    /// <summary>A request whose person is identified: who was told not to be, and has shown it since, is answered what was asked (Art. 11(2)).</summary>
    private static DataSubjectRequest Identified(DataSubjectRequest before, NodaTime.Instant at) => before.Outcome == RequestOutcome.NotIdentifiable
        ? before with
        {
            Outcome = null,
            Reason = null,
            DecidedAt = null,
            Lines = [],
            Results = [],
            Phase = RequestPhase.Received,
            WarnedAt = null,
            OverdueAt = null,
            AnswersBefore = before.Answers.Count,
            Again = before.Again + 1,
            OpenedAgainAt = before.IsAnswered ? at : before.OpenedAgainAt,
        }
        : before with { Phase = before.Phase == RequestPhase.IdentityPending ? RequestPhase.Received : before.Phase };

    /// <summary>A request whose decision was found to be wrong: it is assessed, decided and carried out anew. What was handed on is handed on anew, and not decided
    /// here.</summary>
    private static DataSubjectRequest Reopened(DataSubjectRequest before) => (before.For is not null
        ? before with { ForwardedTo = null, Phase = RequestPhase.Decided }
        : before with { Outcome = null, Reason = null, Lines = [], Phase = RequestPhase.Received }) with
    {
        WarnedAt = null,
        OverdueAt = null,

        // What was done before does nothing of what is decided now, and recipients have not been told of that.
        Results = [],
        WasDone = before.HasDone,
        Told = null,
        RecipientsToldAt = null,
    };

    /// <summary>Whether something that was granted is not, because of what the person has consented to since.</summary>
    private static bool IsConsentedSince(DataSubjectRequest before, Dictionary<string, RequestLine> decided) => before.Lines.Any(line =>
        line.Verdict == RightsVerdict.Granted && decided.GetValueOrDefault(line.Id) is { Verdict: RightsVerdict.Refused, Reason: RightsReasons.ConsentedSince });

    /// <summary>A request that is answered once more: what was told of it is so no longer (Art. 12(3)-(4)).</summary>
    private static DataSubjectRequest ToldAgain(DataSubjectRequest before, NodaTime.Instant at) => before with
    {
        Phase = before.Phase == RequestPhase.Closed ? RequestPhase.Decided : before.Phase,
        ClosedAt = null,
        WarnedAt = null,
        OverdueAt = null,
        AnswersBefore = before.Answers.Count,
        OpenedAgainAt = at,
    };

    /// <summary>Where a request goes on whose decision stands: where it was, so that what was granted and not done is still done. What was closed is closed
    /// anew.</summary>
    private static RequestPhase PhaseAfter(DataSubjectRequest before, StepData step) => before is { Outcome: not null, Phase: RequestPhase.Assessing }
        ? before.Complaints.FirstOrDefault(one => one.Id == step.Other)?.PhaseBefore is { } phase and not RequestPhase.Closed ? phase : RequestPhase.Executed
        : before.Phase;

    private static RequestPhase Later(RequestPhase one, RequestPhase other) => one > other ? one : other;
}
