using System.Collections.Concurrent;
using Gdpr.Journals;
using Gdpr.Policies;

namespace Gdpr.Processing;

/// <summary>The opaque keys of the people who process, under which the journal names them. The vault can forget whose they are.</summary>
internal sealed class ActorKeys(ISubjectVault vault, IKeyRing keys)
{
    private const int Most = 4096;

    private readonly ConcurrentDictionary<(string Controller, string Account), string> _known = new();

    /// <summary>The key of an account with one of the policy's own controllers.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="controller">The controller whose data is used; a client's people are processed by the organisation's own.</param>
    /// <param name="account">The host's id of the account.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask<string> OfAsync(GdprPolicy policy, string controller, string account, CancellationToken cancellationToken)
    {
        var own = policy.Controllers.ContainsKey(controller) ? controller : policy.Controllers.Keys.First();
        if (_known.TryGetValue((own, account), out var known))
        {
            return known;
        }

        var key = await FindAsync(own, account, cancellationToken).ConfigureAwait(false)
            ?? (await vault.KeyOfAsync(own, SubjectIdentifier.OfHost(account).Hash(own, keys), cancellationToken).ConfigureAwait(false)).ToString();
        if (_known.Count >= Most)
        {
            _known.Clear();
        }

        return _known[(own, account)] = key;
    }

    /// <summary>The key of an account that has one.</summary>
    public async ValueTask<string?> FindAsync(string controller, string account, CancellationToken cancellationToken) =>
        (await vault.FindAsync(controller, SubjectIdentifier.OfHost(account).Hash(controller, keys), cancellationToken).ConfigureAwait(false))?.ToString();
}
