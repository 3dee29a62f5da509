using Gdpr.Retention;
using NodaTime;

namespace Gdpr.Benchmarks;

/// <summary>A rule as one would write it by hand: so long after an event.</summary>
/// <param name="Trigger">The index of the event among the record's.</param>
/// <param name="Period">How long.</param>
/// <param name="Kind">Whether the rule permits, commands or forbids keeping.</param>
internal readonly record struct NaiveRule(int Trigger, Period Period, RuleKind Kind);

/// <summary>A fate, and the first date on which it will be another.</summary>
internal readonly record struct NaiveDecision(Fate Fate, LocalDate? Due);

/// <summary>Retention by NodaTime's local dates, computed anew for every record: what one would write first, and correct.</summary>
/// <param name="zone">The zone in which days are counted.</param>
/// <param name="now">The instant at which records are judged.</param>
internal sealed class NaiveRetention(DateTimeZone zone, Instant now)
{
    private readonly LocalDate _today = now.InZone(zone).Date;

    /// <summary>The fate of a record.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="events">When each event happened; <see langword="null"/> where it has not.</param>
    /// <param name="flags">What is known beside.</param>
    public Fate FateOf(NaiveRule[] rules, ReadOnlySpan<Instant?> events, RecordFlags flags)
    {
        var alive = new KindsAlive();
        foreach (var rule in rules)
        {
            alive.Add(rule.Kind, events[rule.Trigger] is not { } instant || !(instant.InZone(zone).Date.Plus(rule.Period) < _today));
        }

        return alive.FateWith(flags);
    }

    /// <summary>The fate of a record, where each rule asks what date it is now.</summary>
    public Fate FateAskingToday(NaiveRule[] rules, ReadOnlySpan<Instant?> events, RecordFlags flags)
    {
        var alive = new KindsAlive();
        foreach (var rule in rules)
        {
            alive.Add(rule.Kind, events[rule.Trigger] is not { } instant || !(instant.InZone(zone).Date.Plus(rule.Period) < now.InZone(zone).Date));
        }

        return alive.FateWith(flags);
    }

    /// <summary>The fate of a record whose events are 100-nanosecond ticks since 1970, with <see cref="RetentionColumns.NotHappened"/>.</summary>
    public Fate FateOf(NaiveRule[] rules, ReadOnlySpan<long> events, RecordFlags flags)
    {
        var alive = new KindsAlive();
        foreach (var rule in rules)
        {
            var ticks = events[rule.Trigger];
            alive.Add(rule.Kind, ticks == RetentionColumns.NotHappened || !(Instant.FromUnixTimeTicks(ticks).InZone(zone).Date.Plus(rule.Period) < _today));
        }

        return alive.FateWith(flags);
    }

    /// <summary>The fate of a record, and when it will next change.</summary>
    public NaiveDecision Evaluate(NaiveRule[] rules, ReadOnlySpan<Instant?> events, RecordFlags flags)
    {
        Span<LocalDate> ends = stackalloc LocalDate[rules.Length];
        for (var i = 0; i < rules.Length; i++)
        {
            ends[i] = events[rules[i].Trigger] is { } instant ? instant.InZone(zone).Date.Plus(rules[i].Period) : LocalDate.MaxIsoValue;
        }

        var fate = FateOn(_today, rules, ends, flags);
        return new NaiveDecision(fate, fate is Fate.Keep or Fate.Restrict ? ChangeOf(fate, rules, ends, flags) : null);
    }

    private LocalDate? ChangeOf(Fate fate, NaiveRule[] rules, ReadOnlySpan<LocalDate> ends, RecordFlags flags)
    {
        var day = _today;
        while (true)
        {
            var next = LocalDate.MaxIsoValue;
            foreach (var end in ends)
            {
                next = end >= day && end < next ? end : next;
            }

            if (next == LocalDate.MaxIsoValue)
            {
                return null;
            }

            day = next.PlusDays(1);
            if (FateOn(day, rules, ends, flags) != fate)
            {
                return day;
            }
        }
    }

    private static Fate FateOn(LocalDate day, NaiveRule[] rules, ReadOnlySpan<LocalDate> ends, RecordFlags flags)
    {
        var alive = new KindsAlive();
        for (var i = 0; i < rules.Length; i++)
        {
            alive.Add(rules[i].Kind, !(ends[i] < day));
        }

        return alive.FateWith(flags);
    }

    /// <summary>What of a record's rules is alive, and what the facts make of it.</summary>
    private struct KindsAlive
    {
        private bool _purpose;
        private bool _obligation;
        private bool _limitPassed;

        public void Add(RuleKind kind, bool alive)
        {
            switch (kind)
            {
                case RuleKind.Purpose:
                    _purpose |= alive;
                    break;
                case RuleKind.Obligation:
                    _obligation |= alive;
                    break;
                default:
                    _limitPassed |= !alive;
                    break;
            }
        }

        public readonly Fate FateWith(RecordFlags flags)
        {
            var purpose = _purpose && (flags & RecordFlags.ErasureGranted) == 0;
            var held = (flags & (RecordFlags.Hold | RecordFlags.RequestOpen)) != 0;
            if (_limitPassed)
            {
                return held || _obligation ? Fate.Restrict : Fate.Erase;
            }

            if ((flags & RecordFlags.RestrictedForClaims) != 0)
            {
                return Fate.Restrict;
            }

            if (purpose || _obligation || held)
            {
                return purpose && (flags & RecordFlags.Restricted) == 0 ? Fate.Keep : Fate.Restrict;
            }

            return Fate.Erase;
        }
    }
}
