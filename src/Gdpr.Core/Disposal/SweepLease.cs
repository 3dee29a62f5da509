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
    private long _renewed;

    private SweepLease(IStateStore states, TimeProvider time, Lease lease, long taken)
    {
        _states = states;
        _time = time;
        _lease = lease;
        _renewed = taken;
        _beating = BeatAsync();
    }

    /// <summary>The lease of a data set, which says which run sweeps it.</summary>
    public static string NameOf(string dataSet) => $"sweep/{dataSet}";

    /// <summary>The lease of one worker on a data set that several share.</summary>
    public static string NameOf(string dataSet, string worker) => $"sweep/{dataSet}/{worker}";

    /// <summary>Takes a lease, or answers <see langword="null"/> where somebody else has it.</summary>
    public static async ValueTask<SweepLease?> TryTakeAsync(IStateStore states, TimeProvider time, Lease lease, CancellationToken cancellationToken)
    {
        var asked = time.GetTimestamp();
        return await states.TryTakeLeaseAsync(lease, time.GetCurrentInstant(), Life, cancellationToken).ConfigureAwait(false)
            ? new SweepLease(states, time, lease, asked)
            : null;
    }

    /// <summary>Asks for a lease in the name of a run, for a worker.</summary>
    public static async ValueTask<TakenLease> TakeAsync(SweepParts parts, string name, string run, string worker, CancellationToken cancellationToken) =>
        new(await TryTakeAsync(parts.States, parts.Time, new Lease(name, run, worker), cancellationToken).ConfigureAwait(false));

    /// <summary>Asks whether the lease is still this worker's; one that was renewed less than a heartbeat ago is, for it has most of its life before it.</summary>
    public async ValueTask<bool> IsKeptAsync()
    {
        if (!_isLost && _time.GetElapsedTime(Volatile.Read(ref _renewed)) >= Heartbeat)
        {
            await RenewAsync(CancellationToken.None).ConfigureAwait(false);
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

    private async ValueTask RenewAsync(CancellationToken cancellationToken)
    {
        var asked = _time.GetTimestamp();
        if (await _states.TryTakeLeaseAsync(_lease, _time.GetCurrentInstant(), Life, cancellationToken).ConfigureAwait(false))
        {
            Volatile.Write(ref _renewed, asked);
        }
        else
        {
            _isLost = true;
        }
    }

    private async Task BeatAsync()
    {
        using var timer = new PeriodicTimer(Heartbeat, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false))
            {
                await RenewAsync(_stopping.Token).ConfigureAwait(false);
                if (_isLost)
                {
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

/// <summary>A lease that was asked for, given back when it is disposed of; or none, where somebody else has it.</summary>
internal sealed class TakenLease(SweepLease? lease) : IAsyncDisposable
{
    public SweepLease? Lease => lease;

    public bool IsTaken => lease is not null;

    public ValueTask DisposeAsync() => lease?.DisposeAsync() ?? ValueTask.CompletedTask;
}
