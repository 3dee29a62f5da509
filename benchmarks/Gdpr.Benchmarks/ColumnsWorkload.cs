using Gdpr.Retention;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Benchmarks;

/// <summary>Records in random order: 64 rule sets of one to four rules over three triggers, of which a fifth has not happened; a hold on one in a hundred,
/// an objection under examination on two;
/// of one in a thousand, a trigger exactly at a cutoff of its rule set, or one tick or one day beside it.</summary>
internal sealed class ColumnsWorkload
{
    private const int RuleSets = 64;

    private readonly NaiveRule[][] _rules;
    private readonly NaiveRetention _naive = new(Workloads.Zone, Workloads.Now);
    private readonly RetentionEvaluator _evaluator;
    private readonly byte[] _dataSets;
    private readonly long[][] _triggers;
    private readonly ReadOnlyMemory<long>[] _columns;
    private readonly RecordFlags[] _flags;

    public ColumnsWorkload(int records)
    {
        NaiveRule[][] declared = [.. Enumerable.Range(0, RuleSets).Select(index => Workloads.Rules(1 + (index % 4), seed: index))];
        _evaluator = RetentionSchedule.Compile(Workloads.PolicyOf(declared)).At(Workloads.Now);

        // A schedule numbers its data sets in the order of their ids: d10 comes before d2.
        _rules = [.. declared.Select((rules, index) => (Rules: rules, _evaluator.Schedule.DataSet($"s.d{index}").Index)).OrderBy(set => set.Index).Select(set => set.Rules)];
        _dataSets = new byte[records];
        _triggers = [new long[records], new long[records], new long[records]];
        _columns = [.. _triggers.Select(column => new ReadOnlyMemory<long>(column))];
        _flags = new RecordFlags[records];
        var random = new Random(records);
        var first = Instant.FromUtc(2012, 1, 1, 0, 0).ToUnixTimeTicks();
        for (var i = 0; i < records; i++)
        {
            _dataSets[i] = (byte)random.Next(RuleSets);
            _flags[i] = random.Next(100) switch
            {
                0 => RecordFlags.Hold,
                1 or 2 => RecordFlags.Restricted,
                _ => RecordFlags.None,
            };
            foreach (var column in _triggers)
            {
                column[i] = random.Next(5) == 0 ? RetentionColumns.NotHappened : random.NextInt64(first, Workloads.Now.ToUnixTimeTicks());
            }

            if (random.Next(1000) == 0)
            {
                var rules = _rules[_dataSets[i]];
                var rule = rules[random.Next(rules.Length)];
                _triggers[rule.Trigger][i] = BesideCutoff(rule, random);
            }
        }
    }

    /// <summary>The fates by NodaTime, record by record.</summary>
    public void Naive(Span<Fate> fates) => Naive(fates, 0, fates.Length);

    /// <summary>The fates of some of the records by NodaTime.</summary>
    public void Naive(Span<Fate> fates, int start, int count)
    {
        Span<long> events = stackalloc long[Workloads.Triggers];
        for (var i = start; i < start + count; i++)
        {
            for (var trigger = 0; trigger < events.Length; trigger++)
            {
                events[trigger] = _triggers[trigger][i];
            }

            fates[i] = _naive.FateOf(_rules[_dataSets[i]], events, _flags[i]);
        }
    }

    /// <summary>The fates by columns.</summary>
    public void Columns(Span<Fate> fates) => _evaluator.FatesOf(new RetentionColumns(_dataSets, _columns) { Flags = _flags }, fates);

    /// <summary>The fates of some of the records by columns.</summary>
    public void Columns(Span<Fate> fates, int start, int count)
    {
        ReadOnlyMemory<long>[] columns = [_columns[0].Slice(start, count), _columns[1].Slice(start, count), _columns[2].Slice(start, count)];
        _evaluator.FatesOf(new RetentionColumns(_dataSets.AsSpan(start, count), columns) { Flags = _flags.AsSpan(start, count) }, fates.Slice(start, count));
    }

    private static long BesideCutoff(NaiveRule rule, Random random)
    {
        var cutoff = CalendarPeriod.FromMonths(rule.Period.Months).CutoffOn(LocalDays.TodayAt(Workloads.Now, Workloads.Zone));
        ReadOnlySpan<long> beside = [0, -1, 1, -NodaConstants.TicksPerDay, NodaConstants.TicksPerDay];
        return LocalDays.StartOf(cutoff, Workloads.Zone).ToUnixTimeTicks() + beside[random.Next(beside.Length)];
    }
}
