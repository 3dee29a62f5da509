using Gdpr.Time;
using NodaTime;

namespace Gdpr.Policies.Lint;

/// <summary>The end of a rule, as far as the dates of events tell it.</summary>
internal abstract record RuleEnd
{
    private RuleEnd()
    {
    }

    /// <summary>The ends of periods that this one is made of; <see langword="null"/> where a state carries the rule or a part of it is missing.</summary>
    public abstract IReadOnlyList<Leaf>? Leaves { get; }

    /// <summary>The end of a rule.</summary>
    public static RuleEnd Of(RetentionRule rule) => Of(rule, 0);

    /// <summary>The end that a rule has by itself, its fallback aside.</summary>
    public static RuleEnd WithoutFallback(RetentionRule rule) => Main(rule, 0);

    /// <summary>The end that a fallback gives the rule around it, the evidence that holds it back included.</summary>
    public static RuleEnd OfFallback(RetentionRule fallback) => Fallback(fallback, 0);

    /// <summary>The same end where all of its events come on one day, as if they were one event.</summary>
    public abstract RuleEnd FromOneEvent();

    /// <summary>The last day when every event is of one date. A fiscal year is taken to close in the event's own year.</summary>
    public abstract LocalDate On(LocalDate date);

    private static RuleEnd Of(RetentionRule? rule, int depth)
    {
        if (rule is null || depth >= RuleNodes.DepthLimit)
        {
            return new State();
        }

        var main = Main(rule, depth);
        return rule.Fallback is { } fallback ? new Any([main, Fallback(fallback, depth + 1)]) : main;
    }

    private static RuleEnd Fallback(RetentionRule fallback, int depth)
    {
        var end = Of(fallback, depth);
        return fallback.Unless is { } evidence ? new All([end, Of(evidence, depth)]) : end;
    }

    private static RuleEnd Main(RetentionRule rule, int depth) => rule switch
    {
        { AllOf.Count: > 0 } => new All([.. rule.AllOf.Select(limb => Of(limb, depth + 1))]),
        { AnyOf.Count: > 0 } => new Any([.. rule.AnyOf.Select(limb => Of(limb, depth + 1))]),
        { While: not null, Assessment: { } assessment } => new All([new State(), Of(assessment, depth + 1)]),
        { While: null } when (rule.After ?? rule.Of) is { } start && (rule.Keep ?? rule.Within) is { IsEmpty: false } period =>
            new Leaf(start.TriggerId, FormOf(start), period),
        _ => new State(),
    };

    private static PeriodForm FormOf(PeriodStart start) =>
        start.FiscalYearEndOf is not null ? PeriodForm.FiscalYear : start.CalendarYearEndOf is not null ? PeriodForm.CalendarYear : PeriodForm.Event;

    /// <summary>The end of a period.</summary>
    public sealed record Leaf(string Trigger, PeriodForm Form, CalendarPeriod Period) : RuleEnd
    {
        public override IReadOnlyList<Leaf> Leaves => [this];

        public override RuleEnd FromOneEvent() => this with { Trigger = "" };

        public override LocalDate On(LocalDate date) => Period.EndOf(Form == PeriodForm.Event ? date : new LocalDate(date.Year, 12, 31));
    }

    /// <summary>The last of several ends.</summary>
    public sealed record All(IReadOnlyList<RuleEnd> Limbs) : RuleEnd
    {
        public override IReadOnlyList<Leaf>? Leaves { get; } = LeavesOf(Limbs);

        public override RuleEnd FromOneEvent() => new All([.. Limbs.Select(limb => limb.FromOneEvent())]);

        public override LocalDate On(LocalDate date) => Limbs.Max(limb => limb.On(date));
    }

    /// <summary>The first of several ends.</summary>
    public sealed record Any(IReadOnlyList<RuleEnd> Limbs) : RuleEnd
    {
        public override IReadOnlyList<Leaf>? Leaves { get; } = LeavesOf(Limbs);

        public override RuleEnd FromOneEvent() => new Any([.. Limbs.Select(limb => limb.FromOneEvent())]);

        public override LocalDate On(LocalDate date) => Limbs.Min(limb => limb.On(date));
    }

    /// <summary>The end of a state, or of what cannot be told.</summary>
    public sealed record State : RuleEnd
    {
        public override IReadOnlyList<Leaf>? Leaves => null;

        public override RuleEnd FromOneEvent() => this;

        public override LocalDate On(LocalDate date) => throw new InvalidOperationException("The end of a state does not follow from a date.");
    }

    private static IReadOnlyList<Leaf>? LeavesOf(IReadOnlyList<RuleEnd> limbs) =>
        limbs.All(limb => limb.Leaves is not null) ? [.. limbs.SelectMany(limb => limb.Leaves!)] : null;
}

/// <summary>What a period runs from.</summary>
internal enum PeriodForm
{
    /// <summary>The event itself.</summary>
    Event,

    /// <summary>The end of its calendar year.</summary>
    CalendarYear,

    /// <summary>The end of the year in which its fiscal year closed.</summary>
    FiscalYear,
}
