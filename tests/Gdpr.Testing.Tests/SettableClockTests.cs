using NodaTime;

namespace Gdpr.Testing.Tests;

public sealed class SettableClockTests
{
    private static readonly Instant Start = Instant.FromUtc(2026, 3, 1, 12, 0);

    [Fact]
    public void It_stands_still_until_it_is_moved()
    {
        var clock = new SettableClock(Start);
        clock.GetCurrentInstant().ShouldBe(Start);
        clock.GetUtcNow().ShouldBe(Start.ToDateTimeOffset());

        clock.Advance(Duration.FromSeconds(5));

        clock.GetCurrentInstant().ShouldBe(Start + Duration.FromSeconds(5));
        clock.GetElapsedTime(0).ShouldBe(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Setting_it_back_takes_nothing_from_what_has_elapsed()
    {
        var clock = new SettableClock(Start);
        clock.Advance(Duration.FromSeconds(5));

        clock.Set(Start - Duration.FromDays(1));

        clock.GetCurrentInstant().ShouldBe(Start - Duration.FromDays(1));
        clock.GetElapsedTime(0).ShouldBe(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void It_does_not_advance_backwards() =>
        Should.Throw<ArgumentOutOfRangeException>(() => new SettableClock(Start).Advance(Duration.FromTicks(-1)));

    [Fact]
    public void Timers_fire_in_the_order_of_their_times_and_see_the_clock_at_them()
    {
        var clock = new SettableClock(Start);
        var fired = new List<(string, Duration)>();
        using var late = clock.CreateTimer(_ => Note("late"), null, TimeSpan.FromSeconds(9), Timeout.InfiniteTimeSpan);
        using var often = clock.CreateTimer(_ => Note("often"), null, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(4));

        clock.Advance(Duration.FromSeconds(3));
        fired.ShouldBeEmpty();
        clock.Advance(Duration.FromSeconds(9));

        fired.ShouldBe([("often", Duration.FromSeconds(4)), ("often", Duration.FromSeconds(8)), ("late", Duration.FromSeconds(9)), ("often", Duration.FromSeconds(12))]);

        void Note(string name) => fired.Add((name, clock.GetCurrentInstant() - Start));
    }

    [Fact]
    public void A_timer_that_was_disposed_or_stopped_does_not_fire()
    {
        var clock = new SettableClock(Start);
        var fired = 0;
        using var stopped = clock.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        stopped.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan).ShouldBeTrue();
        var disposed = clock.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        disposed.Dispose();
        disposed.Change(TimeSpan.Zero, TimeSpan.Zero).ShouldBeFalse();

        clock.Advance(Duration.FromMinutes(1));

        fired.ShouldBe(0);
    }

    [Fact]
    public async Task A_delay_ends_when_the_clock_passes_it()
    {
        var clock = new SettableClock(Start);
        var delay = Task.Delay(TimeSpan.FromSeconds(20), clock);

        clock.Advance(Duration.FromSeconds(19));
        delay.IsCompleted.ShouldBeFalse();
        clock.Advance(Duration.FromSeconds(1));

        await delay;
    }
}
