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
        var (terms, unknown) = TermsOf(directory.ControllerOf(subject.Controller), purpose, field, type);
        var (isRecorded, taken) = (false, Array.Empty<string>());
        var state = await commands.RecordAsync(
            subject,
            before =>
            {
                RefuseUnknown(before);
                var entries = new List<PersonalEntry>();
                var consent = before.ConsentTo(purpose, field);
                if (unknown is not null && consent is null && (field is not null || GivenFields(before, purpose).Length == 0))
                {
                    throw unknown;
                }

                if (!IsSaid(consent, TimeOf(occurredAt, consent, now)))
                {
                    entries.Add(new PersonalEntry(commands.EntryOf(subject, type, dataOf(consent), TimeOf(occurredAt, consent, now))));
                }

                var fields = field is null ? GivenFields(before, purpose) : [];
                entries.AddRange(EndFields(subject, fields, occurredAt, now, channel));

                // A field that was given without being asked for by itself is taken back all the same; one that was refused was never given.
                var isTaken = field is not null && (consent?.Phase == ConsentPhase.Given || (type == SubjectEntries.ConsentWithdrawn && entries.Count > 0));
                taken = [.. fields.Select(one => one.Field!), .. isTaken ? [field!] : Array.Empty<string>()];
                isRecorded = entries.Count > 0;
                return entries;
            },
            null, cancellationToken).ConfigureAwait(false);
        await OpenFieldTasksAsync(subject, purpose, taken, now).ConfigureAwait(false);
        var known = state.ConsentTo(purpose, field);
        return new ConsentResult(subject, purpose, known)
        {
            IsRecorded = isRecorded && known?.Phase != ConsentPhase.Given,
            Consequence = terms?.Consequence?.In(ConsentQuestion.LanguageOf(known?.Language ?? "en")),

            // Also where it is all on record: a call that was cut short is completed by the next.
            Effects = await aftermath.FollowAsync(subject, field is null ? [purpose] : []).ConfigureAwait(false),
        };
    }

    /// <summary>What the policy says of a consent. One that is on record is taken back also where the policy knows it no longer (Art. 7(3)).</summary>
    private (ConsentTerms? Terms, UnknownConsentException? Unknown) TermsOf(string controller, string purpose, string? field, string type)
    {
        try
        {
            return (ConsentTerms.Of(policy(), controller, purpose, field), null);
        }
        catch (UnknownConsentException unknown) when (type == SubjectEntries.ConsentWithdrawn)
        {
            return (null, unknown);
        }
    }

    /// <summary>The optional fields that were given for a purpose: with the purpose they go, also those that went with a request for erasure alone, which may yet be
    /// nobody's.</summary>
    public static ConsentState[] GivenFields(SubjectState state, string purpose) =>
        [.. state.Consents.Where(one => one.Purpose == purpose && one.Field is not null && (one.Phase == ConsentPhase.Given || one.Before is not null))];

    /// <summary>Takes fields back that were given for a purpose, each no earlier than it was given where nobody says when.</summary>
    public IEnumerable<PersonalEntry> EndFields(
        DataSubject subject, IEnumerable<ConsentState> fields, Instant? occurredAt, Instant now, string? channel, string? reason = null) =>
        fields.Select(one => new PersonalEntry(commands.EntryOf(
            subject, SubjectEntries.ConsentWithdrawn, DataOf(one, one.Purpose, one.Field) with { Channel = channel, Reason = reason }, TimeOf(occurredAt, one, now))));

    /// <summary>Takes a field back that becomes known as given only after its purpose was taken back: it went with the purpose, and comes back with nothing.</summary>
    public IEnumerable<PersonalEntry> WithPurpose(DataSubject subject, SubjectState before, ConsentData given, Instant at)
    {
        if (given.Field is not null && before.TakenBackSince(given.Purpose, at) is { } whole)
        {
            var data = given with { Channel = whole.Channel, ValidUntil = null, Reason = ConsentReasons.Withdrawn };
            yield return new PersonalEntry(commands.EntryOf(subject, SubjectEntries.ConsentWithdrawn, data, whole.OccurredAt));
        }
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

    /// <summary>Whether somebody has said no already, and nothing since: saying it again changes nothing. What only went with a request for erasure may yet count
    /// again.</summary>
    private static bool IsSaid(ConsentState? known, Instant at) =>
        known is { Phase: ConsentPhase.Withdrawn or ConsentPhase.Refused, Requests: null } && known.OccurredAt <= at;

    /// <summary>Asks a person to see to it that fields are emptied: rules end whole purposes, and one person's field is emptied where it is kept.</summary>
    public async ValueTask OpenFieldTasksAsync(DataSubject subject, string purpose, IEnumerable<string> fields, Instant now)
    {
        foreach (var field in fields)
        {
            var task = new HumanTask(commands.NewId(), "erase-optional-field", options.Owner, renewal.DueBy(subject.Controller, now), now)
            {
                Controller = subject.Controller,
                Subject = subject.Key.ToString(),
                About = field,
                Reason = ConsentReasons.Withdrawn,
                Question = $"The person has taken back the optional field {field} for the purpose {purpose}: empty it where it is kept, unless another purpose has it.",
            };
            await tasks.OpenAsync(task, CancellationToken.None).ConfigureAwait(false);
        }
    }
}
