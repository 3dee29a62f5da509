using System.Text.Json;
using Gdpr.Journals;

namespace Gdpr.Subjects;

/// <content>How people become known.</content>
public sealed partial class SubjectDirectory
{
    /// <summary>The person with the identifiers given, made known where they are not; further identifiers are tied to the same person. Who was forgotten and comes back
    /// is somebody new; who was about to be is not forgotten. An objection to direct marketing for which one of the identifiers is suppressed stands again (Art. 21(3)),
    /// and the gate denies with it: <see cref="RegisterAndReportAsync"/> says so.</summary>
    /// <param name="registration">Who, with which controller, and under which ids the sources know them.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="UnknownControllerException">The controller is none of the policy's, and no registered client.</exception>
    /// <exception cref="StatesDifferException">The state store says that the person was forgotten, and the journal does not: nothing was done.</exception>
    /// <exception cref="ForgettingStoppedException">A crash came in between when the person was forgotten, and destruction is stopped: they stay forgotten.</exception>
    /// <exception cref="IdentifierConflictException">One of the identifiers is another person's.</exception>
    /// <exception cref="InvalidTextException">A text is too long, or has signs that no text may have (<see cref="TextOptions"/>): nothing is recorded.</exception>
    public async Task<DataSubject> RegisterAsync(SubjectRegistration registration, CancellationToken cancellationToken = default) =>
        (await RegisterAndReportAsync(registration, cancellationToken).ConfigureAwait(false)).Subject;

    /// <summary>Registers a person as <see cref="RegisterAsync"/> does, and says for what the person is kept from marketing: an import from a list lists them.</summary>
    /// <inheritdoc cref="RegisterAsync"/>
    public async Task<RegistrationReport> RegisterAndReportAsync(SubjectRegistration registration, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(registration);
        if (registration.Identifiers.Count == 0)
        {
            throw new ArgumentException("A person is registered by at least one identifier.", nameof(registration));
        }

        _commands.Texts.CheckIds(registration.NativeIds.SelectMany(ids => ids.Value.Prepend(ids.Key)), "an id under which a source knows the person");
        var controller = await ControllerAsync(registration.Controller, cancellationToken).ConfigureAwait(false);
        HashedIdentifier[] hashed = [.. registration.Identifiers.Select(identifier => identifier.Hash(controller, _keys))];
        while (true)
        {
            var known = (await _vault.KeysOfAsync(controller, [hashed], cancellationToken).ConfigureAwait(false))[0];
            var subject = new DataSubject(controller, known?.Key ?? throw await ConflictAsync(controller, hashed, cancellationToken).ConfigureAwait(false));

            // After the identifiers are tied: whoever suppresses one from now on finds the person.
            var entries = await _suppressed.ReadAsync(controller, hashed, cancellationToken).ConfigureAwait(false);
            if (await TryMeetAsync(subject, registration, entries, cancellationToken).ConfigureAwait(false) is { } suppressed)
            {
                return new RegistrationReport(subject) { Suppressed = suppressed.Entries, StoppedPurposes = suppressed.Purposes };
            }

            await SeverForgottenAsync(subject, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The people with the identifiers given, each made known where they are not, of whom something is about to be recorded elsewhere than by commands of this
    /// library, such as that their data was read: nobody who was about to be forgotten is (Art. 5(1)(e)). Who was forgotten and comes back is somebody new.</summary>
    /// <param name="identifiers">One identifier for each person.</param>
    /// <param name="controller">The controller; with exactly one declared, it is the default.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The people, in the order of the identifiers. None of them is forgotten within a day: whatever is to be recorded is recorded by then.</returns>
    /// <exception cref="UnknownControllerException">The controller is none of the policy's, and no registered client.</exception>
    /// <exception cref="StatesDifferException">The state store says that somebody was forgotten, and the journal does not.</exception>
    /// <exception cref="ForgettingStoppedException">A crash came in between when somebody was forgotten, and destruction is stopped: they stay forgotten.</exception>
    public async Task<IReadOnlyList<DataSubject>> MeetAsync(
        IReadOnlyList<SubjectIdentifier> identifiers, string? controller = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(identifiers);
        var known = await ControllerAsync(controller, cancellationToken).ConfigureAwait(false);
        HashedIdentifier[] hashed = [.. identifiers.Select(identifier => identifier.Hash(known, _keys))];
        var people = new DataSubject[hashed.Length];
        var areNew = new bool[hashed.Length];
        for (var i = 0; i < hashed.Length; i++)
        {
            (people[i], areNew[i]) = await KeyOfAsync(known, hashed[i], cancellationToken).ConfigureAwait(false);
        }

        try
        {
            await _commands.KeepAsync(people, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < hashed.Length; i++)
            {
                // First what is suppressed: nobody is known to the gate without it.
                await (areNew[i] ? _suppressed.CarryAsync(people[i], [hashed[i]], cancellationToken) : default).ConfigureAwait(false);
            }

            await _commands.MeetAsync(people.Where((_, i) => areNew[i]), cancellationToken).ConfigureAwait(false);
        }
        catch (ForgottenSubjectException)
        {
            for (var i = 0; i < hashed.Length; i++)
            {
                people[i] = await KeepAsync(known, hashed[i], cancellationToken).ConfigureAwait(false);
            }
        }

        return people;
    }

    /// <summary>The person with an identifier, with a key where there was none, who is not forgotten because something is about to be recorded elsewhere than in their
    /// own stream.</summary>
    internal async ValueTask<DataSubject> KeepAsync(string controller, HashedIdentifier identifier, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (subject, isNew) = await KeyOfAsync(controller, identifier, cancellationToken).ConfigureAwait(false);
            try
            {
                await (isNew ? _suppressed.CarryAsync(subject, [identifier], cancellationToken) : default).ConfigureAwait(false);
                await (isNew ? _commands.MeetAsync([subject], cancellationToken) : _commands.KeepAsync([subject], cancellationToken)).ConfigureAwait(false);
                return subject;
            }
            catch (ForgottenSubjectException)
            {
                await SeverForgottenAsync(subject, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Reading first: most people have a key, and where vault and data share a SQLite file, whoever writes waits for the other.</summary>
    private async ValueTask<(DataSubject Subject, bool IsNew)> KeyOfAsync(string controller, HashedIdentifier identifier, CancellationToken cancellationToken) =>
        await _vault.FindAsync(controller, identifier, cancellationToken).ConfigureAwait(false) is { } known ? (new DataSubject(controller, known), false)
            : (new DataSubject(controller, await _vault.KeyOfAsync(controller, identifier, cancellationToken).ConfigureAwait(false)), true);

    /// <summary>Severs a key that the vault still knows, of somebody who was forgotten: whoever comes back gets a new one. A state alone permits nothing to be destroyed,
    /// and what stops destruction stops this.</summary>
    private async ValueTask SeverForgottenAsync(DataSubject subject, CancellationToken cancellationToken)
    {
        if (!(await _register.ReadJournalledAsync(subject, cancellationToken).ConfigureAwait(false)).IsForgotten)
        {
            throw new StatesDifferException();
        }

        if (await _findStop(cancellationToken).ConfigureAwait(false) is { } why)
        {
            throw new ForgettingStoppedException(why);
        }

        await SeverAsync(subject, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Records what is new of a person who is registered. Somebody of whom nothing is recorded would stay known for ever: it is, also where it is only that
    /// they are here; and who was about to be forgotten is not.</summary>
    /// <returns>What of the suppression stands against the person; <see langword="null"/> where the person's key is nobody's any more.</returns>
    private async ValueTask<SuppressionFinding?> TryMeetAsync(
        DataSubject subject, SubjectRegistration registration, IReadOnlyList<SuppressionEntry> entries, CancellationToken cancellationToken)
    {
        var suppressed = SuppressionFinding.None;
        try
        {
            await _commands.RecordAsync(subject, NewsAsync, null, cancellationToken).ConfigureAwait(false);
            return suppressed;
        }
        catch (ForgottenSubjectException)
        {
            return null;
        }

        // Decided from the ids that are known when it is recorded: of registrations at the same time none takes back what another has added.
        async ValueTask<IReadOnlyList<PersonalEntry>> NewsAsync(SubjectState state, CancellationToken cancellationToken)
        {
            var isToSay = state.Version == 0 || state.LeavingSince is not null || state.IsForgotten;
            suppressed = _suppressed.Find(subject, state, entries);
            return await IdentityAsync(subject, state, registration, cancellationToken).ConfigureAwait(false) is { } identity ? [.. suppressed.News, identity]
                : isToSay ? [.. suppressed.News, _commands.PresentOf(subject)] : suppressed.News;
        }
    }

    /// <summary>The entry that makes a person's native ids known; <see langword="null"/> where a registration names none that are new.</summary>
    internal async ValueTask<PersonalEntry?> IdentityAsync(DataSubject subject, SubjectState state, SubjectRegistration registration, CancellationToken cancellationToken)
    {
        if (registration.AllNativeIds() is not { Count: > 0 } wanted
            || Merge(await ReadNativeIdsAsync(subject, state, cancellationToken).ConfigureAwait(false), wanted) is not { } merged)
        {
            return null;
        }

        var personal = JsonSerializer.SerializeToUtf8Bytes(new SubjectIdentity(merged), SubjectJson.Default.SubjectIdentity);
        return new PersonalEntry(_commands.EntryOf(subject, SubjectEntries.Known, "{}"), Purpose, personal);
    }

    /// <summary>The refusal of identifiers of several people: it names the kind of the first that is not the first person's.</summary>
    private async ValueTask<IdentifierConflictException> ConflictAsync(
        string controller, IReadOnlyList<HashedIdentifier> identifiers, CancellationToken cancellationToken)
    {
        SubjectKey? first = null;
        foreach (var identifier in identifiers)
        {
            var owner = await _vault.FindAsync(controller, identifier, cancellationToken).ConfigureAwait(false);
            if (first is not null && owner is not null && owner != first)
            {
                return new IdentifierConflictException(identifier.Kind);
            }

            first ??= owner;
        }

        return new IdentifierConflictException(identifiers[^1].Kind);
    }

    /// <summary>What is known and what is wanted together; <see langword="null"/> where nothing is new.</summary>
    private static SortedDictionary<string, IReadOnlyList<string>>? Merge(
        IReadOnlyDictionary<string, IReadOnlyList<string>> known, IReadOnlyDictionary<string, IReadOnlyList<string>> wanted)
    {
        var merged = new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var (dataSet, ids) in known.Concat(wanted))
        {
            merged[dataSet] = [.. (merged.GetValueOrDefault(dataSet) ?? []).Union(ids, StringComparer.Ordinal)];
        }

        return merged.Any(pair => pair.Value.Count > (known.GetValueOrDefault(pair.Key)?.Count ?? 0)) ? merged : null;
    }
}
