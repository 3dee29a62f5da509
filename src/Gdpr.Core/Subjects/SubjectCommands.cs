using System.Data.Common;
using System.Text.Json;
using Gdpr.Journals;
using NodaTime;

namespace Gdpr.Subjects;

/// <summary>The one way in which something is recorded of a person: decided from the latest state, appended, and folded at once.</summary>
/// <remarks>Contradicting commands that arrive together are decided one after the other: whoever comes second decides again, from what the first has
/// left. The next reader on any node that shares the state store sees it.</remarks>
internal sealed class SubjectCommands(Journal journal, SubjectRegister register, RecentSubjects recent, IClock clock)
{
    private const int Attempts = 50;
    private const int PeoplePerBatch = 1000;

    /// <summary>What looks at the texts of callers before anything is written.</summary>
    public InputTexts Texts => journal.Texts;

    /// <summary>Decides from a person's latest state what is to be recorded, and records it, all or none.</summary>
    /// <param name="subject">The person.</param>
    /// <param name="decide">Pure: asked again where somebody else has appended meanwhile. No entries: nothing is recorded. Throws to refuse.</param>
    /// <param name="transaction">The host's transaction to take part in; the state follows when it has committed.</param>
    /// <param name="cancellationToken">Cancels before anything is written.</param>
    /// <returns>The state afterwards.</returns>
    /// <exception cref="ForgottenSubjectException">Nobody can tell any more whose key it is, and there was something to record.</exception>
    public ValueTask<SubjectState> RecordAsync(
        DataSubject subject, Func<SubjectState, IReadOnlyList<PersonalEntry>> decide, DbTransaction? transaction, CancellationToken cancellationToken) =>
        RecordAsync(subject, (state, _) => ValueTask.FromResult(decide(state)), transaction, cancellationToken);

    /// <summary>The same where the decision takes more than the state: what belongs to it is read anew each time.</summary>
    /// <inheritdoc cref="RecordAsync(DataSubject, Func{SubjectState, IReadOnlyList{PersonalEntry}}, DbTransaction?, CancellationToken)"/>
    public async ValueTask<SubjectState> RecordAsync(
        DataSubject subject, Func<SubjectState, CancellationToken, ValueTask<IReadOnlyList<PersonalEntry>>> decide, DbTransaction? transaction,
        CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var state = await register.ReadLatestAsync(subject, cancellationToken).ConfigureAwait(false);
            var entries = await decide(state, cancellationToken).ConfigureAwait(false);
            if (entries.Count == 0)
            {
                return state;
            }

            if (state.IsForgotten)
            {
                throw new ForgottenSubjectException([subject]);
            }

            try
            {
                await journal.RecordAsync(subject.Stream, state.Version, entries, transaction, cancellationToken).ConfigureAwait(false);
            }
            catch (JournalConflictException) when (attempt < Attempts)
            {
                continue;
            }

            if (transaction is not null)
            {
                recent.Add(subject, clock.GetCurrentInstant());
                return state;
            }

            return await register.ReadLatestAsync(subject, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Records what was decided of many people from the states given, each all or none.</summary>
    /// <param name="decided">The people, each once, the state that was decided from, and what is to be recorded, at least one entry.</param>
    /// <param name="cancellationToken">Cancels before anything is written.</param>
    /// <returns>Those of whom something was recorded meanwhile by somebody else, and nothing here: to be decided again.</returns>
    /// <exception cref="ForgottenSubjectException">Nobody can tell any more whose key one of them is: nothing was recorded.</exception>
    public async ValueTask<IReadOnlySet<DataSubject>> RecordEachAsync(
        IReadOnlyList<(DataSubject Subject, SubjectState Before, IReadOnlyList<PersonalEntry> Entries)> decided, CancellationToken cancellationToken)
    {
        RefuseForgotten(decided.Select(one => (one.Subject, one.Before)));
        var recorded = await journal.RecordEachAsync([.. decided.Select(one => (one.Subject.Stream, one.Before.Version, one.Entries))], cancellationToken)
            .ConfigureAwait(false);
        var changed = decided.Select((one, i) => (one.Subject, one.Before, Appended: recorded[i])).Where(one => one.Appended is not null);
        await register.WriteAllAsync(changed.Select(one => (one.Subject, one.Before, one.Appended!)), CancellationToken.None).ConfigureAwait(false);
        return decided.Where((_, i) => recorded[i] is null).Select(one => one.Subject).ToHashSet();
    }

    /// <summary>Sees to it that people are not forgotten whom something is about to be recorded of elsewhere than in their own streams.</summary>
    /// <remarks>What the state store has is enough: between the first look and the forgetting there is another, which meets whatever was recorded before the first was
    /// known everywhere.</remarks>
    /// <exception cref="ForgottenSubjectException">Nobody can tell any more whose key one of them is.</exception>
    public ValueTask KeepAsync(IEnumerable<DataSubject> people, CancellationToken cancellationToken) =>
        SayPresentAsync(people, static state => state.IsForgotten || state.LeavingSince is not null, cancellationToken);

    /// <summary>The same of people who have just got a key. They would stay known for ever if nothing were recorded of them: it is said that they are here.</summary>
    /// <inheritdoc cref="KeepAsync"/>
    public ValueTask MeetAsync(IEnumerable<DataSubject> people, CancellationToken cancellationToken) =>
        SayPresentAsync(people, static state => state.IsForgotten || state.LeavingSince is not null || state.Version == 0, cancellationToken);

    private async ValueTask SayPresentAsync(IEnumerable<DataSubject> people, Func<SubjectState, bool> isToSay, CancellationToken cancellationToken)
    {
        var states = await register.ReadManyAsync(people, cancellationToken).ConfigureAwait(false);
        RefuseForgotten(states.Select(one => (one.Key, one.Value)));
        foreach (var some in states.Where(one => isToSay(one.Value)).Chunk(PeoplePerBatch))
        {
            var meanwhile = await RecordEachAsync([.. some.Select(one => (one.Key, one.Value, Present(one.Key)))], cancellationToken).ConfigureAwait(false);
            foreach (var subject in meanwhile)
            {
                await RecordAsync(subject, state => isToSay(state) ? Present(subject) : [], null, cancellationToken).ConfigureAwait(false);
            }
        }

        IReadOnlyList<PersonalEntry> Present(DataSubject subject) => [PresentOf(subject)];
    }

    /// <summary>Refuses people together, all who were forgotten at once: the caller mends the list in one go.</summary>
    private static void RefuseForgotten(IEnumerable<(DataSubject Subject, SubjectState State)> people)
    {
        DataSubject[] forgotten = [.. people.Where(one => one.State.IsForgotten).Select(one => one.Subject)];
        if (forgotten.Length > 0)
        {
            throw new ForgottenSubjectException(forgotten);
        }
    }

    /// <summary>The entry that says that somebody deals with a person.</summary>
    public PersonalEntry PresentOf(DataSubject subject) => new(EntryOf(subject, SubjectEntries.Present, "{}"));

    /// <summary>An entry about a person that happened at an instant; <see langword="null"/> for now.</summary>
    public NewJournalEntry EntryOf(DataSubject subject, string type, string data, Instant? occurredAt = null) =>
        new(type, occurredAt ?? clock.GetCurrentInstant(), data) { Controller = subject.Controller, Subject = subject.Key };

    /// <summary>An entry about a person's consent.</summary>
    public NewJournalEntry EntryOf(DataSubject subject, string type, ConsentData data, Instant? occurredAt = null) =>
        EntryOf(subject, type, JsonSerializer.Serialize(data, SubjectJson.Default.ConsentData), occurredAt);

    /// <summary>A new id, in the order of time.</summary>
    public string NewId() => Guid.CreateVersion7(clock.GetCurrentInstant().ToDateTimeOffset()).ToString("N");
}
