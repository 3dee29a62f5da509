using Gdpr.Journals;
using NodaTime;
using NodaTime.Extensions;

namespace Gdpr.Disposal;

/// <summary>The right to sweep a data set alone, kept alive by a heartbeat. Disposing gives it back at once.</summary>
internal sealed class SweepLease : IAsyncDisposable
{
    /// <summary>How long a lease lives without a heartbeat.</summary>
    public static readonly Duration Life = Duration.FromSeconds(20);

    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);

    private readonly IStateStore _states;
    private readonly TimeProvider _time;
    private readonly Lease _lease;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _beating;
    private volatile bool _isLost;

    private SweepLease(IStateStore states, TimeProvider time, Lease lease)
    {
        _states = states;
        _time = time;
        _lease = lease;
        _beating = BeatAsync();
    }

    /// <summary>Takes a lease, or answers <see langword="null"/> where somebody else has it.</summary>
    public static async ValueTask<SweepLease?> TryTakeAsync(IStateStore states, TimeProvider time, Lease lease, CancellationToken cancellationToken) =>
        await states.TryTakeLeaseAsync(lease, time.GetCurrentInstant(), Life, cancellationToken).ConfigureAwait(false) ? new SweepLease(states, time, lease) : null;

    /// <summary>Renews the lease.</summary>
    /// <returns>Whether it is still this worker's.</returns>
    public async ValueTask<bool> IsKeptAsync()
    {
        if (!_isLost && !await _states.TryTakeLeaseAsync(_lease, _time.GetCurrentInstant(), Life, CancellationToken.None).ConfigureAwait(false))
        {
            _isLost = true;
        }

        return !_isLost;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _beating.ConfigureAwait(false);
        _stopping.Dispose();
        if (!_isLost)
        {
            await _states.ReleaseLeaseAsync(_lease, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task BeatAsync()
    {
        using var timer = new PeriodicTimer(Heartbeat, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false))
            {
                if (!await _states.TryTakeLeaseAsync(_lease, _time.GetCurrentInstant(), Life, _stopping.Token).ConfigureAwait(false))
                {
                    _isLost = true;
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The lease is given back.
        }
        catch (Exception)
        {
            // A heart that stopped is a lease that may be lost: nothing more is destroyed under it.
            _isLost = true;
        }
    }
}
