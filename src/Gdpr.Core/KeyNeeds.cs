using System.Text.Json;
using Gdpr.Consents;
using Gdpr.Disclosures;
using Gdpr.Journals;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr;

/// <summary>Whether anything but the journal's entries needs to know whose key a person's is. Whatever cannot be told may.</summary>
internal sealed class KeyNeeds(
    PersonInventory inventory, SubjectDirectory directory, OriginRegister origins, HoldRegister holds, StoppedWork stops, ISubjectVault vault)
{
    /// <summary>What stands for several people at once, as it is now.</summary>
    public async ValueTask<CommonNeeds> ReadCommonAsync(CancellationToken cancellationToken)
    {
        var (held, isEverybody) = (new HashSet<string>(StringComparer.Ordinal), false);
        foreach (var hold in (await holds.ReadAsync(cancellationToken).ConfigureAwait(false)).Where(hold => hold.Stands))
        {
            var stored = hold.Payload.Length == 0 ? null
                : await vault.ReadPayloadAsync(hold.Controller, Digest.Parse(hold.Payload), cancellationToken).ConfigureAwait(false);
            var payload = stored is null ? null : JsonSerializer.Deserialize(stored.Content.Span, HoldJson.Default.HoldPayload);
            held.UnionWith(payload?.Subjects ?? []);

            // On whom a hold is whose payload is gone, nobody knows. One that names records, or data sets, is on nobody of whom there is no record.
            isEverybody |= payload is null || (payload is { Subjects.Count: 0, Records.Count: 0 } && hold.Placing.DataSets.Count == 0);
        }

        var owed = await stops.ReadAsync(cancellationToken).ConfigureAwait(false);
        return new CommonNeeds(isEverybody, held, owed.Select(stop => stop.Subject).ToHashSet());
    }

    /// <summary>Whether somebody who stands so is needed.</summary>
    public async ValueTask<KeyNeed> AskAsync(DataSubject subject, SubjectState state, CommonNeeds common, Instant now, CancellationToken cancellationToken)
    {
        if (state.IsForgotten || Stands(state, now) || common.IsEverybodyHeld || common.Owed.Contains(subject)
            || (await origins.ReadAsync(subject, cancellationToken).ConfigureAwait(false)).Owed is not null)
        {
            return KeyNeed.Needed;
        }

        var native = await directory.ReadNativeIdsAsync(subject, state, cancellationToken).ConfigureAwait(false);
        if (native.Values.Any(ids => ids.Any(common.Held.Contains)))
        {
            return KeyNeed.Needed;
        }

        if (state.Identity is not null && native.Count == 0)
        {
            return new KeyNeed(KeyNeedKind.Unknown, "the vault has lost the ids under which sources know them");
        }

        if (native.Keys.FirstOrDefault(path => path.Length > 0 && !inventory.IsDeclared(path)) is { } undeclared)
        {
            return new KeyNeed(KeyNeedKind.Unknown, $"the policy has no '{undeclared}' any more, where people are known");
        }

        return await inventory.FindFirstAsync(subject, native.Keys, cancellationToken).ConfigureAwait(false) switch
        {
            null => KeyNeed.None,
            { Records.Count: > 0 } => KeyNeed.Needed,
            { Status: GatherStatus.NotReached } there => new KeyNeed(KeyNeedKind.NotReached, $"'{there.DataSet.Path}' was not reached: {there.Detail}"),
            var there => new KeyNeed(KeyNeedKind.Unknown, $"no source finds people in '{there.DataSet.Path}'"),
        };
    }

    /// <summary>Whether something stands that would mean nothing if nobody knew whose it is. An objection that was upheld does not: of what it forbids to use nothing
    /// is left, and addresses are suppressed whoever's they are.</summary>
    private static bool Stands(SubjectState state, Instant now) =>
        state.Consents.Any(consent => consent.IsInForce(now))
        || state.Objections.Any(one => one.Phase == ObjectionPhase.Pending || (one.Until is not null && one.Stands(now)))
        || state.Restrictions.Any(one => one.Stands)
        || state.Requests.Any(one => one.IsOpen)
        || state.Endings.Any(one => one is { IsErasure: true, IsDone: false });
}

/// <summary>What stands for several people at once.</summary>
/// <param name="IsEverybodyHeld">Whether a legal hold is on everybody, or may be.</param>
/// <param name="Held">The native ids of those on whom legal holds are.</param>
/// <param name="Owed">Those for whom work is still to be stopped.</param>
internal sealed record CommonNeeds(bool IsEverybodyHeld, IReadOnlySet<string> Held, IReadOnlySet<DataSubject> Owed);

/// <summary>Whether a key is needed.</summary>
/// <param name="Kind">Whether it is.</param>
/// <param name="Why">Why nobody can tell, for people who can mend it. No personal data.</param>
internal sealed record KeyNeed(KeyNeedKind Kind, string? Why = null)
{
    public static KeyNeed None { get; } = new(KeyNeedKind.None);

    public static KeyNeed Needed { get; } = new(KeyNeedKind.Needed);
}

/// <summary>Whether a key is needed.</summary>
internal enum KeyNeedKind
{
    /// <summary>Nothing needs it.</summary>
    None,

    /// <summary>Something does.</summary>
    Needed,

    /// <summary>Nobody can tell until somebody mends something.</summary>
    Unknown,

    /// <summary>A source is down: it is asked again.</summary>
    NotReached,
}
