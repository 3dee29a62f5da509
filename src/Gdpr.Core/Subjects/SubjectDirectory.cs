using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Policies;

namespace Gdpr.Subjects;

/// <summary>Whom the library knows: opaque keys for people, found by their identifiers, and the ids under which the data sources know them.</summary>
/// <remarks>Identifiers are kept as keyed hashes only. The native ids are a payload of the person's: erased when the vault forgets whose key it is.</remarks>
public sealed class SubjectDirectory
{
    private const string Purpose = "identity";

    private readonly Func<GdprPolicy> _policy;
    private readonly Func<string, CancellationToken, ValueTask<bool>> _isClient;
    private readonly Func<CancellationToken, ValueTask<string?>> _findStop;
    private readonly ISubjectVault _vault;
    private readonly IKeyRing _keys;
    private readonly SubjectRegister _register;
    private readonly SubjectCommands _commands;

    internal SubjectDirectory(
        Func<GdprPolicy> policy, Func<string, CancellationToken, ValueTask<bool>> isClient, Func<CancellationToken, ValueTask<string?>> findStop, ISubjectVault vault,
        IKeyRing keys, SubjectRegister register, SubjectCommands commands)
    {
        (_policy, _isClient, _findStop) = (policy, isClient, findStop);
        _vault = vault;
        _keys = keys;
        _register = register;
        _commands = commands;
    }

    /// <summary>The person with the identifiers given, made known where they are not; further identifiers are tied to the same person. Who was forgotten and comes back
    /// is somebody new; who was about to be is not forgotten.</summary>
    /// <param name="registration">Who, with which controller, and under which ids the sources know them.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="UnknownControllerException">The controller is none of the policy's, and no registered client.</exception>
    /// <exception cref="StatesDifferException">The state store says that the person was forgotten, and the journal does not: nothing was done.</exception>
    /// <exception cref="ForgettingStoppedException">A crash came in between when the person was forgotten, and destruction is stopped: they stay forgotten.</exception>
    /// <exception cref="IdentifierConflictException">One of the identifiers is another person's.</exception>
    public async Task<DataSubject> RegisterAsync(SubjectRegistration registration, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(registration);
        if (registration.Identifiers.Count == 0)
        {
            throw new ArgumentException("A person is registered by at least one identifier.", nameof(registration));
        }

        var controller = await ControllerAsync(registration.Controller, cancellationToken).ConfigureAwait(false);
        HashedIdentifier[] hashed = [.. registration.Identifiers.Select(identifier => identifier.Hash(controller, _keys))];
        while (true)
        {
            var known = (await _vault.KeysOfAsync(controller, [hashed], cancellationToken).ConfigureAwait(false))[0];
            var subject = new DataSubject(controller, known?.Key ?? throw await ConflictAsync(controller, hashed, cancellationToken).ConfigureAwait(false));
            if (await TryMeetAsync(subject, registration, cancellationToken).ConfigureAwait(false))
            {
                return subject;
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
    /// <returns>Whether the person's key still is somebody's.</returns>
    private async ValueTask<bool> TryMeetAsync(DataSubject subject, SubjectRegistration registration, CancellationToken cancellationToken)
    {
        try
        {
            await _commands.RecordAsync(subject, NewsAsync, null, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (ForgottenSubjectException)
        {
            return false;
        }

        // Decided from the ids that are known when it is recorded: of registrations at the same time none takes back what another has added.
        async ValueTask<IReadOnlyList<PersonalEntry>> NewsAsync(SubjectState state, CancellationToken cancellationToken)
        {
            var isToSay = state.Version == 0 || state.LeavingSince is not null || state.IsForgotten;
            return await IdentityAsync(subject, state, registration, cancellationToken).ConfigureAwait(false) is { } identity ? [identity]
                : isToSay ? [_commands.PresentOf(subject)] : [];
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

    /// <summary>The person with an identifier, or <see langword="null"/> where nobody is known by it.</summary>
    /// <param name="identifier">The identifier.</param>
    /// <param name="controller">The controller; with exactly one declared, it is the default.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="UnknownControllerException">The controller is none of the policy's, and no registered client.</exception>
    public async Task<DataSubject?> FindAsync(SubjectIdentifier identifier, string? controller = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(identifier);
        var known = await ControllerAsync(controller, cancellationToken).ConfigureAwait(false);
        return await _vault.FindAsync(known, identifier.Hash(known, _keys), cancellationToken).ConfigureAwait(false) is { } key
            && new DataSubject(known, key) is var subject && !(await _register.ReadAsync(subject, cancellationToken).ConfigureAwait(false)).IsForgotten ? subject : null;
    }

    /// <summary>Where a person stands, as the journal has it.</summary>
    /// <param name="subject">The person.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<SubjectState> ReadStateAsync(DataSubject subject, CancellationToken cancellationToken = default) =>
        await _register.ReadLatestAsync(subject, cancellationToken).ConfigureAwait(false);

    /// <summary>The ids under which a data set's source knows a person; none where nobody has said them, or they were forgotten.</summary>
    /// <param name="subject">The person.</param>
    /// <param name="dataSet">The data set's path.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<string>> NativeIdsAsync(DataSubject subject, string dataSet, CancellationToken cancellationToken = default) =>
        IdsIn(await ReadNativeIdsAsync(subject, cancellationToken).ConfigureAwait(false), dataSet);

    /// <summary>A person's native ids in a data set, of those kept.</summary>
    internal static IReadOnlyList<string> IdsIn(IReadOnlyDictionary<string, IReadOnlyList<string>> known, string dataSet) =>
        known.GetValueOrDefault(dataSet) ?? known.GetValueOrDefault("") ?? [];

    /// <summary>All native ids that are kept of a person, by data set.</summary>
    internal async ValueTask<IReadOnlyDictionary<string, IReadOnlyList<string>>> ReadNativeIdsAsync(DataSubject subject, CancellationToken cancellationToken) =>
        await ReadNativeIdsAsync(subject, await _register.ReadLatestAsync(subject, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    /// <summary>All native ids that are kept of a person who stands so, by data set.</summary>
    internal async ValueTask<IReadOnlyDictionary<string, IReadOnlyList<string>>> ReadNativeIdsAsync(
        DataSubject subject, SubjectState state, CancellationToken cancellationToken)
    {
        var stored = state.Identity is { } commitment
            ? await _vault.ReadPayloadAsync(subject.Controller, Digest.Parse(commitment), cancellationToken).ConfigureAwait(false) : null;
        return stored is null
            ? PolicyMap<IReadOnlyList<string>>.Empty
            : JsonSerializer.Deserialize(stored.Content.Span, SubjectJson.Default.SubjectIdentity)!.NativeIds;
    }

    /// <summary>Sees to it that a person is not forgotten of whom something is about to be recorded elsewhere than in their own stream.</summary>
    /// <exception cref="ForgottenSubjectException">Nobody can tell any more whose key it is.</exception>
    internal ValueTask KeepAsync(DataSubject subject, CancellationToken cancellationToken) => _commands.KeepAsync([subject], cancellationToken);

    /// <summary>Says that nobody needs to know any more whose key it is, of a person who stands as given.</summary>
    internal async ValueTask LeaveAsync(DataSubject subject, SubjectState state, CancellationToken cancellationToken) =>
        await RecordIfAsync(subject, state, SubjectEntries.Leaving, cancellationToken).ConfigureAwait(false);

    /// <summary>Says that somebody needs to know after all, of a person who stands as given.</summary>
    internal async ValueTask StayAsync(DataSubject subject, SubjectState state, CancellationToken cancellationToken) =>
        await RecordIfAsync(subject, state, SubjectEntries.Staying, cancellationToken).ConfigureAwait(false);

    /// <summary>Forgets whose key it is, of a person who stands as given: first in the journal, from where on nothing is recorded under the key, then in the vault.
    /// </summary>
    /// <returns>Whether that was so: it is not where anything has been recorded of the person since.</returns>
    internal async ValueTask<bool> ForgetAsync(DataSubject subject, SubjectState state, CancellationToken cancellationToken)
    {
        if (!(await RecordIfAsync(subject, state, SubjectEntries.Forgotten, cancellationToken).ConfigureAwait(false)).IsForgotten)
        {
            return false;
        }

        await SeverAsync(subject, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Severs the key of a person who was forgotten from every identifier, and erases all that the vault keeps under it: afterwards nobody can tell whose key
    /// it was. Idempotent.</summary>
    internal async ValueTask SeverAsync(DataSubject subject, CancellationToken cancellationToken)
    {
        await _vault.ForgetAsync(subject.Controller, subject.Key, cancellationToken).ConfigureAwait(false);
        await _vault.ErasePayloadsAsync(subject.Controller, subject.Key, purpose: null, cancellationToken).ConfigureAwait(false);
    }

    private ValueTask<SubjectState> RecordIfAsync(DataSubject subject, SubjectState asGiven, string type, CancellationToken cancellationToken) => _commands.RecordAsync(
        subject, state => state.Version == asGiven.Version ? [new PersonalEntry(_commands.EntryOf(subject, type, "{}"))] : [], null, cancellationToken);

    /// <summary>The controller named, a registered client's included, or the only one of the policy.</summary>
    internal async ValueTask<string> ControllerAsync(string? named, CancellationToken cancellationToken) =>
        named is { Length: > 0 } && !_policy().Controllers.ContainsKey(named) && await _isClient(named, cancellationToken).ConfigureAwait(false)
            ? named : ControllerOf(named);

    /// <summary>The controller named of the policy's own, or the only one of them.</summary>
    internal string ControllerOf(string? named)
    {
        var controllers = _policy().Controllers;
        var controller = named ?? (controllers.Count == 1 ? controllers.Keys.First() : null);
        return controller is not null && controllers.ContainsKey(controller) ? controller : throw new UnknownControllerException(named);
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
