using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing.Tasks;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Consents;

/// <summary>The end of a consent because the person says so: refused or withdrawn (Art. 7(3)), at the time that counts, with what hangs on it.</summary>
internal sealed class ConsentEnding(
    Func<GdprPolicy> policy, SubjectDirectory directory, SubjectCommands commands, ConsentAftermath aftermath, ConsentRenewal renewal, HumanTasks tasks,
    ConsentOptions options, IClock clock)
{
    /// <summary>Records that a consent was refused or taken back, with the fields that were given for the same purpose.</summary>
    public async Task<ConsentResult> EndAsync(
        DataSubject subject, string purpose, string? field, string type, Func<ConsentState?, ConsentData> dataOf, Instant? occurredAt, string? channel,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(purpose);
        ClearText.CheckName(channel, nameof(channel));
        var now = clock.GetCurrentInstant();
        ConsentChecks.RefuseAhead(occurredAt, now);
        var (terms, isRecorded, taken) = (ConsentTerms.Of(policy(), directory.ControllerOf(subject.Controller), purpose, field), false, Array.Empty<string>());
        var state = await commands.RecordAsync(
            subject,
            before =>
            {
                RefuseUnknown(before);
                var entries = new List<PersonalEntry>();
                var consent = before.ConsentTo(purpose, field);
                if (!IsSaid(consent, TimeOf(occurredAt, consent, now)))
                {
                    entries.Add(new PersonalEntry(commands.EntryOf(subject, type, dataOf(consent), TimeOf(occurredAt, consent, now))));
                }

                // With the purpose go the fields that were given for it.
                ConsentState[] fields =
                    [.. before.Consents.Where(one => field is null && one.Purpose == purpose && one.Field is not null && one.Phase == ConsentPhase.Given)];
                entries.AddRange(fields.Select(one => new PersonalEntry(commands.EntryOf(
                    subject, SubjectEntries.ConsentWithdrawn, DataOf(one, purpose, one.Field) with { Channel = channel }, TimeOf(occurredAt, one, now)))));

                // A field that was given without being asked for by itself is taken back all the same; one that was refused was never given.
                var isTaken = field is not null && (consent?.Phase == ConsentPhase.Given || (type == SubjectEntries.ConsentWithdrawn && entries.Count > 0));
                taken = [.. fields.Select(one => one.Field!), .. isTaken ? [field!] : Array.Empty<string>()];
                isRecorded = entries.Count > 0;
                return entries;
            },
            null, cancellationToken).ConfigureAwait(false);
        foreach (var one in taken)
        {
            await OpenFieldTaskAsync(subject, purpose, one, now).ConfigureAwait(false);
        }

        var known = state.ConsentTo(purpose, field);
        return new ConsentResult(subject, purpose, known)
        {
            IsRecorded = isRecorded && known?.Phase != ConsentPhase.Given,
            Consequence = terms.Consequence?.In(ConsentQuestion.LanguageOf(known?.Language ?? "en")),

            // Also where it is all on record: a call that was cut short is completed by the next.
            Effects = await aftermath.FollowAsync(subject, field is null ? [purpose] : []).ConfigureAwait(false),
        };
    }

    /// <summary>Refuses a person whom nobody has registered.</summary>
    public static void RefuseUnknown(SubjectState state)
    {
        if (!state.IsRegistered)
        {
            throw new UnknownSubjectException();
        }
    }

    /// <summary>When a consent ends that is taken back now: where nobody says when it was, or what is known is of a clock ahead of this one, it comes after what is
    /// known, whatever the clocks say.</summary>
    public static Instant TimeOf(Instant? stated, ConsentState? known, Instant now) =>
        known is not null && (stated is null || known.OccurredAt > now) ? Instant.Max(stated ?? now, known.OccurredAt) : stated ?? now;

    /// <summary>The data of a step that goes on from a known one: which record, which text.</summary>
    public static ConsentData DataOf(ConsentState? known, string purpose, string? field) => new(purpose)
    {
        Field = field,
        Text = known?.Text,
        TextVersion = known?.TextVersion,
        Language = known?.Language,
        Explicit = known?.IsExplicit ?? false,
        ByGuardian = known?.IsByGuardian ?? false,
        ImportedFrom = known?.ImportedFrom,
        Record = known?.Record,
    };

    /// <summary>Whether somebody has said no already, and nothing since: saying it again changes nothing.</summary>
    private static bool IsSaid(ConsentState? known, Instant at) =>
        known is { Phase: ConsentPhase.Withdrawn or ConsentPhase.Refused } && known.OccurredAt <= at;

    /// <summary>Asks a person to see to it that a field is emptied: rules end whole purposes, and one person's field is emptied where it is kept.</summary>
    private ValueTask<HumanTask> OpenFieldTaskAsync(DataSubject subject, string purpose, string field, Instant now) => tasks.OpenAsync(
        new HumanTask(commands.NewId(), "erase-optional-field", options.Owner, renewal.DueBy(subject.Controller, now), now)
        {
            Controller = subject.Controller,
            Subject = subject.Key.ToString(),
            About = field,
            Reason = ConsentReasons.Withdrawn,
            Question = $"The person has taken back the optional field {field} for the purpose {purpose}: empty it where it is kept, unless another purpose has it.",
        },
        CancellationToken.None);
}
