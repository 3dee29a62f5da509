using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Processing;

/// <summary>Keeps record of who is given access to what: accounts and mail addresses added or removed, rights granted, changed or taken away
/// (Art. 32(1)(b), (4)).</summary>
/// <remarks>Ask before the change is made, and make it only where it is allowed. A role that is delegated to customers changes its own organisation's accounts
/// only, and hands on only roles that are delegated too.</remarks>
public sealed class AccessAdministration
{
    private const string Purpose = "access-administration";
    private const int LongestRight = 128;

    private readonly Func<GdprPolicy> _policy;
    private readonly SubjectDirectory _directory;
    private readonly Journal _journal;
    private readonly IJournalStore _store;
    private readonly ISubjectVault _vault;
    private readonly JournalFolds _folds;
    private readonly AccessRegister _register;
    private readonly ActorKeys _keys;
    private readonly IProcessingActorSource? _actors;
    private readonly IClock _clock;

    internal AccessAdministration(
        Func<GdprPolicy> policy, SubjectDirectory directory, Journal journal, IJournalStore store, ISubjectVault vault, JournalFolds folds, AccessRegister register,
        ActorKeys keys, IProcessingActorSource? actors, IClock clock)
    {
        (_policy, _directory, _journal, _store, _vault) = (policy, directory, journal, store, vault);
        (_folds, _register, _keys, _actors, _clock) = (folds, register, keys, actors, clock);
    }

    /// <summary>Decides whether a change of access may be made, and records it either way.</summary>
    /// <param name="change">The change.</param>
    /// <param name="cancellationToken">Cancels before anything is recorded.</param>
    /// <returns>What was recorded: <see cref="AccessEvent.IsDenied"/> says whether it may not be made, and <see cref="AccessEvent.Reasons"/> why.</returns>
    /// <exception cref="ArgumentException">The change is not well-formed, or lies in the future.</exception>
    /// <exception cref="UnknownControllerException">The controller is none of the policy's.</exception>
    /// <exception cref="StatesDifferException">The state store says that the account's person, or the actor, was forgotten, and the journal does not: nothing is
    /// recorded, and trying again changes nothing.</exception>
    /// <exception cref="ForgettingStoppedException">One of them was forgotten when a crash came in between, and destruction is stopped: nothing is recorded.</exception>
    /// <exception cref="InvalidTextException">A text is too long, or has signs that no text may have (<see cref="TextOptions"/>): nothing is recorded.</exception>
    public async Task<AccessEvent> RecordAsync(AccessChange change, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        var (policy, now) = (_policy(), _clock.GetCurrentInstant());
        _journal.Texts.CheckId(change.Account, "the account");
        _journal.Texts.CheckLine(change.Address, "the address");
        _journal.Texts.CheckId(change.Organisation, "the organisation");
        _journal.Texts.CheckLine(change.Right, "the right");
        Check(change, policy, now);
        var controller = _directory.ControllerOf(change.Controller);
        var actor = change.Actor ?? _actors?.Current;
        ProcessingReason[] reasons = [.. Judge(policy, change, actor)];
        var account = await _keys.OfAsync(policy, controller, change.Account, true, cancellationToken).ConfigureAwait(false);
        var data = new AccessData(change.Kind)
        {
            Right = change.Right,
            System = change.System,
            ByRole = actor?.Role is { } role && policy.Roles.ContainsKey(role) ? role : null,
            By = actor is not { Id.Length: > 0 } ? null
                : actor.IsService ? policy.Roles.GetValueOrDefault(actor.Role) is { Service: true } ? actor.Id : null
                : await _keys.OfAsync(policy, controller, actor.Id, true, cancellationToken).ConfigureAwait(false),
            Reasons = reasons.Length == 0 ? null : [.. reasons.Select(reason => reason.Code)],
        };
        var entry = new NewJournalEntry(
            reasons.Length == 0 ? AccessEntries.Changed : AccessEntries.Denied, change.OccurredAt ?? now,
            JsonSerializer.Serialize(data, AccessEventJson.Default.AccessData))
        {
            Controller = controller,
            Subject = new SubjectKey(account),
        };
        var details = new AccessDetails(change.Account, change.Address, change.Organisation);
        var recorded = await _journal.RecordAsync(
            AccessEntries.StreamOf(controller, account), JournalStream.AnyVersion, entry, Purpose,
            JsonSerializer.SerializeToUtf8Bytes(details, AccessEventJson.Default.AccessDetails), cancellationToken).ConfigureAwait(false);
        return EventOf(recorded, data, details);
    }

    /// <summary>What was recorded of an account, in the order in which it was.</summary>
    /// <param name="account">The host's id of the account.</param>
    /// <param name="controller">The controller; with exactly one declared, it is the default.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<AccessEvent>> OfAccountAsync(string account, string? controller = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(account);
        var known = _directory.ControllerOf(controller);
        var key = await _keys.FindAsync(known, account, cancellationToken).ConfigureAwait(false);
        return key is null ? [] : await ReadAsync(known, key, Instant.MinValue, Instant.MaxValue, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What occurred in a time, the earliest first.</summary>
    /// <param name="from">The start, inclusive.</param>
    /// <param name="until">The end, exclusive.</param>
    /// <param name="controller">The controller; with exactly one declared, it is the default.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<AccessEvent>> InTimeAsync(Instant from, Instant until, string? controller = null, CancellationToken cancellationToken = default)
    {
        var known = _directory.ControllerOf(controller);
        await _folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        var events = new List<AccessEvent>();
        foreach (var account in await _register.AccountsAsync(known, from, until, cancellationToken).ConfigureAwait(false))
        {
            events.AddRange(await ReadAsync(known, account, from, until, cancellationToken).ConfigureAwait(false));
        }

        return [.. events.OrderBy(one => one.OccurredAt).ThenBy(one => one.RecordedAt)];
    }

    private static void Check(AccessChange change, GdprPolicy policy, Instant now)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(change.Account, nameof(change));
        if (change.OccurredAt > now)
        {
            throw new ArgumentException("A change of access lies in the future: record it when it has happened.", nameof(change));
        }

        var isRight = change.Kind is AccessChangeKind.RightGranted or AccessChangeKind.RightChanged or AccessChangeKind.RightRevoked;
        if (isRight ? change.Right is not { Length: >= 1 and <= LongestRight } : change.Right is not null)
        {
            throw new ArgumentException($"A change of a right names the right, in at most {LongestRight} characters, and no other change does.", nameof(change));
        }

        if (change.Kind is AccessChangeKind.AddressAdded or AccessChangeKind.AddressRemoved ? string.IsNullOrWhiteSpace(change.Address) : change.Address is not null)
        {
            throw new ArgumentException("A change of a mail address names the address, and no other change does.", nameof(change));
        }

        if (change.System is { } system && !policy.Systems.ContainsKey(system))
        {
            throw new ArgumentException("A change of access names a system that the policy declares.", nameof(change));
        }
    }

    private static IEnumerable<ProcessingReason> Judge(GdprPolicy policy, AccessChange change, ProcessingActor? actor)
    {
        if (actor is null || string.IsNullOrWhiteSpace(actor.Id))
        {
            yield return ProcessingReasons.Of(ProcessingReasons.ActorUnknown);
            yield break;
        }

        if (policy.Roles.GetValueOrDefault(actor.Role ?? "") is not { } role || role.Service != actor.IsService)
        {
            yield return ProcessingReasons.Of(ProcessingReasons.RoleUnknown);
            yield break;
        }

        if (role.May.All(permission => permission.Purpose != Purpose))
        {
            yield return ProcessingReasons.Of(ProcessingReasons.RoleWithoutPurpose) with { About = actor.Role };
        }

        if (role.Delegated && (string.IsNullOrWhiteSpace(actor.Organisation) || actor.Organisation != change.Organisation))
        {
            yield return ProcessingReasons.Of(ProcessingReasons.OtherOrganisation) with { About = actor.Role };
        }

        if (role.Delegated && change.Right is { } right && policy.Roles.GetValueOrDefault(right) is { Delegated: false })
        {
            yield return ProcessingReasons.Of(ProcessingReasons.RoleNotDelegated) with { About = right };
        }
    }

    private async ValueTask<List<AccessEvent>> ReadAsync(string controller, string account, Instant from, Instant until, CancellationToken cancellationToken)
    {
        var events = new List<AccessEvent>();
        await foreach (var entry in _store.ReadStreamAsync(AccessEntries.StreamOf(controller, account), 0, cancellationToken).ConfigureAwait(false))
        {
            if (entry.Content.OccurredAt < from || entry.Content.OccurredAt >= until)
            {
                continue;
            }

            var stored = entry.Content.Payload is { } payload ? await _vault.ReadPayloadAsync(controller, payload, cancellationToken).ConfigureAwait(false) : null;
            events.Add(EventOf(
                entry, JsonSerializer.Deserialize(entry.Content.Data, AccessEventJson.Default.AccessData)!,
                stored is null ? null : JsonSerializer.Deserialize(stored.Content.Span, AccessEventJson.Default.AccessDetails)));
        }

        return events;
    }

    private static AccessEvent EventOf(JournalEntry entry, AccessData data, AccessDetails? details) => new(
        data.Kind, entry.Content.Controller ?? "", entry.Content.Subject ?? default, entry.Content.OccurredAt, entry.RecordedAt,
        entry.Content.Type == AccessEntries.Denied)
    {
        Right = data.Right,
        System = data.System,
        ByRole = data.ByRole,
        By = data.By,
        Reasons = data.Reasons ?? [],
        AccountId = details?.Account,
        Address = details?.Address,
        Organisation = details?.Organisation,
    };
}
