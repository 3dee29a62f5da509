using Gdpr.Retention;
using Gdpr.Retention.Columns;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Benchmarks;

/// <summary>Records in random order: 64 rule sets of one to four rules over three triggers, of which a fifth has not happened; a hold on one in a hundred,
/// an objection under examination on two; of one in a thousand, a trigger exactly at a cutoff of its rule set, or one tick or one day beside it.</summary>
internal sealed class HotWorkload
{
    private const int Sets = 64;

    private readonly NaiveRule[][] _naiveRules;
    private readonly NaiveRetention _naive = new(Workloads.Zone, Workloads.Now);
    private readonly RetentionEvaluator _evaluator;

    public HotWorkload(int records)
    {
        NaiveRule[][] declared = [.. Enumerable.Range(0, Sets).Select(index => Workloads.Rules(1 + (index % 4), seed: index))];
        _evaluator = RetentionSchedule.Compile(Workloads.PolicyOf(declared)).At(Workloads.Now);

        // A schedule numbers its data sets in the order of their ids: d10 comes before d2.
        _naiveRules = [.. declared.Select((rules, index) => (Rules: rules, _evaluator.Schedule.DataSet($"s.d{index}").Index)).OrderBy(set => set.Index).Select(set => set.Rules)];
        RuleSets = [.. _naiveRules.Select(rules => rules.Select(RuleOf).ToArray())];
        DataSets = new byte[records];
        Flags = new RecordFlags[records];
        Instants = [new long[records], new long[records], new long[records]];
        Days = [new ushort[records], new ushort[records], new ushort[records]];
        var random = new Random(records);
        var first = Instant.FromUtc(2012, 1, 1, 0, 0).ToUnixTimeTicks();
        for (var i = 0; i < records; i++)
        {
            DataSets[i] = (byte)random.Next(Sets);
            Flags[i] = random.Next(100) switch
            {
                0 => RecordFlags.Hold,
                1 or 2 => RecordFlags.Restricted,
                _ => RecordFlags.None,
            };
            foreach (var column in Instants)
            {
                column[i] = random.Next(5) == 0 ? RetentionColumns.NotHappened : random.NextInt64(first, Workloads.Now.ToUnixTimeTicks());
            }

            if (random.Next(1000) == 0)
            {
                var rules = RuleSets[DataSets[i]];
                var rule = rules[random.Next(rules.Length)];
                ReadOnlySpan<long> beside = [0, -1, 1, -NodaConstants.TicksPerDay, NodaConstants.TicksPerDay];
                Instants[rule.Trigger][i] = rule.Cutoff + beside[random.Next(beside.Length)];
            }

            for (var trigger = 0; trigger < Days.Length; trigger++)
            {
                Days[trigger][i] = DayOf(Instants[trigger][i]);
            }
        }
    }

    public byte[] DataSets { get; }

    public RecordFlags[] Flags { get; }

    public long[][] Instants { get; }

    /// <summary>The same events as local days.</summary>
    public ushort[][] Days { get; }

    public HotRule[][] RuleSets { get; }

    /// <summary>The fates by NodaTime, record by record.</summary>
    public void Naive(Fate[] fates, int start, int count)
    {
        Span<long> events = stackalloc long[Workloads.Triggers];
        for (var i = start; i < start + count; i++)
        {
            for (var trigger = 0; trigger < events.Length; trigger++)
            {
                events[trigger] = Instants[trigger][i];
            }

            fates[i] = _naive.FateOf(_naiveRules[DataSets[i]], events, Flags[i]);
        }
    }

    /// <summary>The library over instants.</summary>
    /// <param name="width">How many records at a time.</param>
    public Judge OverInstants(LaneWidth width)
    {
        var columns = new ReadOnlyMemory<long>[Instants.Length];
        return (fates, start, count) =>
        {
            for (var trigger = 0; trigger < columns.Length; trigger++)
            {
                columns[trigger] = Instants[trigger].AsMemory(start, count);
            }

            _evaluator.FatesOf(new RetentionColumns(DataSets.AsSpan(start, count), columns) { Flags = Flags.AsSpan(start, count) }, fates.AsSpan(start, count), width);
        };
    }

    /// <summary>The library over days.</summary>
    /// <param name="width">How many records at a time.</param>
    public Judge OverDays(LaneWidth width)
    {
        var columns = new ReadOnlyMemory<ushort>[Days.Length];
        return (fates, start, count) =>
        {
            for (var trigger = 0; trigger < columns.Length; trigger++)
            {
                columns[trigger] = Days[trigger].AsMemory(start, count);
            }

            _evaluator.FatesOf(new RetentionDayColumns(DataSets.AsSpan(start, count), columns) { Flags = Flags.AsSpan(start, count) }, fates.AsSpan(start, count), width);
        };
    }

    /// <summary>The library over instants, by several threads.</summary>
    /// <param name="threads">How many.</param>
    public Judge OverInstants(int threads)
    {
        var batch = new RetentionBatch { DataSets = DataSets, Flags = Flags, Instants = [.. Instants.Select(column => new ReadOnlyMemory<long>(column))] };
        return (fates, _, _) => _evaluator.FatesOf(batch, fates, threads);
    }

    /// <summary>The library over days, by several threads.</summary>
    /// <param name="threads">How many.</param>
    public Judge OverDays(int threads)
    {
        var batch = new RetentionBatch { DataSets = DataSets, Flags = Flags, Days = [.. Days.Select(column => new ReadOnlyMemory<ushort>(column))] };
        return (fates, _, _) => _evaluator.FatesOf(batch, fates, threads);
    }

    private static HotRule RuleOf(NaiveRule rule)
    {
        var cutoff = CalendarPeriod.FromMonths(rule.Period.Months).CutoffOn(LocalDays.TodayAt(Workloads.Now, Workloads.Zone));
        return new HotRule(
            rule.Trigger, rule.Kind == RuleKind.Obligation, LocalDays.StartOf(cutoff, Workloads.Zone).ToUnixTimeTicks(), RetentionDayColumns.DayOf(cutoff));
    }

    private static ushort DayOf(long ticks) => ticks == RetentionColumns.NotHappened
        ? RetentionDayColumns.NotHappened
        : RetentionDayColumns.DayOf(Instant.FromUnixTimeTicks(ticks).InZone(Workloads.Zone).Date);
}
