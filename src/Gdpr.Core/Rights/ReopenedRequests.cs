using Gdpr.Disposal;
using NodaTime;

namespace Gdpr.Rights;

/// <summary>Requests whose erasure counts again, because a backup has come back: the pump looks at them next, and carries them out anew.</summary>
internal sealed class ReopenedRequests(RequestRegister register, RequestCommands requests, IClock clock) : IReopenedErasure
{
    /// <inheritdoc/>
    public async ValueTask<bool> ReopenAsync(string ending, CancellationToken cancellationToken)
    {
        var id = ErasureWork.RequestOf(ending);
        if (await register.FindLatestAsync(id, cancellationToken).ConfigureAwait(false) is null)
        {
            return false;
        }

        var now = clock.GetCurrentInstant();
        await requests.RecordAsync(
            id, one => one.NextLookAt <= now ? [] : [RequestStep.Of(RequestEntries.Looked, new StepData { At = now })], cancellationToken).ConfigureAwait(false);
        return true;
    }
}
