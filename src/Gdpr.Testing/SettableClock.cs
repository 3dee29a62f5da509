using NodaTime;

namespace Gdpr.Testing;

/// <summary>A clock that stands still until a test sets it: for what takes an <see cref="IClock"/> and for what takes a <see cref="TimeProvider"/>.</summary>
/// <remarks>Timers, delays and timeouts made with it fire when the clock passes their time, on the thread that moves it, in the order of their times.
/// Safe to use from several threads.</remarks>
public sealed class SettableClock : TimeProvider, IClock
{
    private readonly Lock _gate = new();
    private readonly List<SettableTimer> _timers = [];
    private Instant _now;
    private long _elapsedTicks;

    /// <summary>Makes a clock.</summary>
    /// <param name="now">What it shows.</param>
    public SettableClock(Instant now) => _now = now;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>What the clock shows.</summary>
    public Instant GetCurrentInstant()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => GetCurrentInstant().ToDateTimeOffset();

    /// <summary>How long the clock has been moved on: setting it back does not take from it.</summary>
    public override long GetTimestamp()
    {
        lock (_gate)
        {
            return _elapsedTicks;
        }
    }

    /// <summary>Moves the clock on, and fires what falls due on the way.</summary>
    /// <param name="duration">How far; not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">The duration is negative: use <see cref="Set"/> for a clock that goes wrong.</exception>
    public void Advance(Duration duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, Duration.Zero);
        Instant end;
        lock (_gate)
        {
            end = _now + duration;
        }

        while (TakeNextDue(end) is { } due)
        {
            due.Fire();
        }

        lock (_gate)
        {
            MoveTo(end);
        }
    }

    /// <summary>Sets the clock, as somebody who corrects it would: timers keep the time that they still have to run.</summary>
    /// <param name="now">What it shows from now on; it may be earlier.</param>
    public void Set(Instant now)
    {
        lock (_gate)
        {
            _now = now;
        }
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new SettableTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private SettableTimer? TakeNextDue(Instant end)
    {
        lock (_gate)
        {
            var limit = _elapsedTicks + Math.Max((end - _now).BclCompatibleTicks, 0);
            if (_timers.Where(timer => timer.Due <= limit).MinBy(timer => timer.Due) is not { } next)
            {
                return null;
            }

            MoveTo(_now + Duration.FromTicks(Math.Max(next.Due - _elapsedTicks, 0)));
            if (next.Period > 0)
            {
                next.Due += next.Period;
            }
            else
            {
                _timers.Remove(next);
            }

            return next;
        }
    }

    private void MoveTo(Instant instant)
    {
        _elapsedTicks += Math.Max((instant - _now).BclCompatibleTicks, 0);
        _now = Instant.Max(_now, instant);
    }

    private sealed class SettableTimer(SettableClock clock, TimerCallback callback, object? state) : ITimer
    {
        private bool _isDisposed;

        /// <summary>When it fires next, in elapsed ticks of the clock.</summary>
        public long Due { get; set; }

        /// <summary>How often it fires after that; 0 for never.</summary>
        public long Period { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                if (_isDisposed)
                {
                    return false;
                }

                clock._timers.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    Due = clock._elapsedTicks + dueTime.Ticks;
                    Period = period == Timeout.InfiniteTimeSpan ? 0 : period.Ticks;
                    clock._timers.Add(this);
                }

                return true;
            }
        }

        public void Dispose()
        {
            lock (clock._gate)
            {
                _isDisposed = true;
                clock._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
