using System.Runtime.CompilerServices;
using Gdpr.Journals;
using Gdpr.Sources;

namespace Gdpr.Testing;

/// <summary>Counts the calls to stores and sources put behind it, in one row over all of them, and lets one fail: so a test can make a process fail at
/// every step there is.</summary>
/// <remarks>Run once without faults to learn how many calls there are, then once for each call and moment. Safe to use from several threads; which call
/// has which number is only as certain as the order of the calls. A sequence is one call: it fails before its first element or after its last.</remarks>
public sealed class FaultPoints
{
    private readonly Lock _gate = new();
    private readonly List<string> _calls = [];
    private int _failingCall;
    private FaultMoment _moment;
    private bool _staysDown;
    private bool _isDown;

    /// <summary>What has been called, in order, such as <c>IJournalStore.AppendAsync</c>.</summary>
    public IReadOnlyList<string> Calls
    {
        get
        {
            lock (_gate)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>Orders a fault.</summary>
    /// <param name="call">The number of the call that fails, from 1, counted from the last <see cref="Reset"/>.</param>
    /// <param name="moment">Whether it fails before or after it has done its work.</param>
    /// <param name="staysDown">Whether every call after it fails too, before it does anything: as if the process had died there.</param>
    public void FailAt(int call, FaultMoment moment, bool staysDown = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(call, 1);
        lock (_gate)
        {
            (_failingCall, _moment, _staysDown) = (call, moment, staysDown);
        }
    }

    /// <summary>Takes away the fault and counts from 1 again.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            _calls.Clear();
            (_failingCall, _staysDown, _isDown) = (0, false, false);
        }
    }

    /// <summary>A journal store whose calls are counted.</summary>
    /// <param name="inner">The store behind.</param>
    public IJournalStore Around(IJournalStore inner) => new FaultyJournalStore(NotNull(inner), this);

    /// <summary>A vault whose calls are counted.</summary>
    /// <param name="inner">The vault behind.</param>
    public ISubjectVault Around(ISubjectVault inner) => new FaultySubjectVault(NotNull(inner), this);

    /// <summary>A state store whose calls are counted.</summary>
    /// <param name="inner">The store behind.</param>
    public IStateStore Around(IStateStore inner) => new FaultyStateStore(NotNull(inner), this);

    /// <summary>A witness whose calls are counted.</summary>
    /// <param name="inner">The witness behind.</param>
    public IJournalWitness Around(IJournalWitness inner) => new FaultyWitness(NotNull(inner), this);

    /// <summary>A source whose calls are counted.</summary>
    /// <param name="inner">The source behind.</param>
    public IDisposalSource Around(IDisposalSource inner) => new FaultyDisposalSource(NotNull(inner), this);

    internal async ValueTask<T> RunAsync<T>(string name, Func<ValueTask<T>> call)
    {
        var number = Begin(name);
        var result = await call().ConfigureAwait(false);
        End(number, name);
        return result;
    }

    internal async ValueTask RunAsync(string name, Func<ValueTask> call)
    {
        var number = Begin(name);
        await call().ConfigureAwait(false);
        End(number, name);
    }

    internal async IAsyncEnumerable<T> Run<T>(string name, IAsyncEnumerable<T> items, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var number = Begin(name);
        await foreach (var item in items.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            yield return item;
        }

        End(number, name);
    }

    private static T NotNull<T>(T inner)
    {
        ArgumentNullException.ThrowIfNull(inner);
        return inner;
    }

    private int Begin(string name)
    {
        lock (_gate)
        {
            _calls.Add(name);
            var number = _calls.Count;
            if (_isDown || (number == _failingCall && _moment == FaultMoment.Before))
            {
                _isDown |= _staysDown;
                throw new InjectedFaultException(number, name, FaultMoment.Before);
            }

            return number;
        }
    }

    private void End(int number, string name)
    {
        lock (_gate)
        {
            if (number == _failingCall && _moment == FaultMoment.After)
            {
                _isDown |= _staysDown;
                throw new InjectedFaultException(number, name, FaultMoment.After);
            }
        }
    }
}
