using System.Collections.Concurrent;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Processing;

/// <summary>The opaque keys of the people who process, under which the journal names them. The vault can forget whose they are.</summary>
internal sealed class ActorKeys(SubjectDirectory directory, ISubjectVault vault, IKeyRing keys, IClock clock)
{
    private const int Most = 4096;

    // Nobody is forgotten within a day of the look that found them needless: who was kept for the first use is for all in this time.
    private static readonly Duration KnownFor = Duration.FromHours(12);

    private readonly ConcurrentDictionary<(string Controller, string Account), (string Key, Instant At)> _known = new();

    /// <summary>The key of an account with one of the policy's own controllers.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="controller">The controller whose data is used; a client's people are processed by the organisation's own.</param>
    /// <param name="account">The host's id of the account.</param>
    /// <param name="areStatesKnown">Whether states can be read. Where they cannot, nobody is forgotten, and nobody needs to be kept.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <remarks>An account may be that of somebody who is about to be forgotten: who does something is not.</remarks>
    public async ValueTask<string> OfAsync(GdprPolicy policy, string controller, string account, bool areStatesKnown, CancellationToken cancellationToken)
    {
        var own = policy.Controllers.ContainsKey(controller) ? controller : policy.Controllers.Keys.First();
        var now = clock.GetCurrentInstant();
        if (_known.TryGetValue((own, account), out var known) && now >= known.At && now - known.At < KnownFor)
        {
            return known.Key;
        }

        var identifier = SubjectIdentifier.OfHost(account).Hash(own, keys);
        if (!areStatesKnown)
        {
            return await FindAsync(own, account, cancellationToken).ConfigureAwait(false)
                ?? (await vault.KeyOfAsync(own, identifier, cancellationToken).ConfigureAwait(false)).ToString();
        }

        var key = (await directory.KeepAsync(own, identifier, cancellationToken).ConfigureAwait(false)).Key.ToString();
        if (_known.Count >= Most)
        {
            _known.Clear();
        }

        _known[(own, account)] = (key, now);
        return key;
    }

    /// <summary>The key of an account that has one.</summary>
    public async ValueTask<string?> FindAsync(string controller, string account, CancellationToken cancellationToken) =>
        (await vault.FindAsync(controller, SubjectIdentifier.OfHost(account).Hash(controller, keys), cancellationToken).ConfigureAwait(false))?.ToString();
}
