using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Policies;

namespace Gdpr.Subjects;

/// <summary>Whom the library knows: opaque keys for people, found by their identifiers, and the ids under which the data sources know them.</summary>
/// <remarks>Identifiers are kept as keyed hashes only. The native ids are a payload of the person's: erased when the vault forgets whose key it is.</remarks>
public sealed partial class SubjectDirectory
{
    private const string Purpose = "identity";

    private readonly Func<GdprPolicy> _policy;
    private readonly Func<string, CancellationToken, ValueTask<bool>> _isClient;
    private readonly Func<CancellationToken, ValueTask<string?>> _findStop;
    private readonly ISubjectVault _vault;
    private readonly IKeyRing _keys;
    private readonly SubjectRegister _register;
    private readonly SubjectCommands _commands;
    private readonly SuppressedAddresses _suppressed;

    internal SubjectDirectory(
        Func<GdprPolicy> policy, Func<string, CancellationToken, ValueTask<bool>> isClient, Func<CancellationToken, ValueTask<string?>> findStop, ISubjectVault vault,
        IKeyRing keys, SubjectRegister register, SubjectCommands commands, SuppressedAddresses suppressed)
    {
        (_policy, _isClient, _findStop) = (policy, isClient, findStop);
        _vault = vault;
        _keys = keys;
        _register = register;
        _commands = commands;
        _suppressed = suppressed;
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
        return await FindAsync(known, identifier.Hash(known, _keys), cancellationToken).ConfigureAwait(false);
    }

    internal async ValueTask<DataSubject?> FindAsync(string controller, HashedIdentifier identifier, CancellationToken cancellationToken) =>
        await _vault.FindAsync(controller, identifier, cancellationToken).ConfigureAwait(false) is { } key && new DataSubject(controller, key) is var subject
            && !(await _register.ReadAsync(subject, cancellationToken).ConfigureAwait(false)).IsForgotten ? subject : null;

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
}
