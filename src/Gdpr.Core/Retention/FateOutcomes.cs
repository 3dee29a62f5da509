using System.Numerics;

namespace Gdpr.Retention;

/// <summary>Fates that are possible while something is unknown.</summary>
[Flags]
internal enum FateSet
{
    None = 0,
    Keep = 1,
    Restrict = 2,
    Dispose = 4,
}

/// <summary>All the fates that the ways of resolving what is unknown lead to: the same order as <see cref="FateOrder"/>, walked down every branch.</summary>
internal static class FateOutcomes
{
    /// <summary>The fates that the ways of resolving every unknown rule and fact, each by itself, lead to.</summary>
    public static FateSet Of(DataSetSchedule dataSet, FieldGroup group, RuleStates states, RuleStates graced, in RecordFacts facts)
    {
        var alive = states.Alive & group.RuleMask;
        var unknown = states.Unknown & group.RuleMask;
        var held = Possible(facts, RecordFlags.Hold).Or(Possible(facts, RecordFlags.RequestOpen))
            .Or(new Possibility((alive | unknown) & dataSet.Obligation, alive & dataSet.Obligation));
        var passed = dataSet.Limit & group.RuleMask & ~alive;
        var limit = new Possibility(passed, passed & ~unknown);
        var outcomes = FateSet.None;
        if (limit.CanBe)
        {
            outcomes |= (held.CanBe ? FateSet.Restrict : 0) | (held.CanNotBe ? FateSet.Dispose : 0);
        }

        if (!limit.CanNotBe)
        {
            return outcomes;
        }

        var claims = Possible(facts, RecordFlags.RestrictedForClaims);
        outcomes |= claims.CanBe ? FateSet.Restrict : 0;
        if (!claims.CanNotBe)
        {
            return outcomes;
        }

        var purposes = PurposePossibilities.Of(dataSet, group, alive, unknown, facts);
        if (purposes.CanCarry)
        {
            var restricted = Possible(facts, RecordFlags.Restricted);
            outcomes |= (restricted.CanBe ? FateSet.Restrict : 0) | (restricted.CanNotBe ? FateSet.Keep : 0);
        }

        if (purposes.CanFail)
        {
            outcomes |= held.CanBe || purposes.CanBeObjected ? FateSet.Restrict : 0;
            outcomes |= held.CanNotBe && purposes.CanAllBePast ? AtExpiry(dataSet, group, graced) : 0;
        }

        return outcomes;
    }

    /// <summary>What follows when nothing keeps the group: disposal, or the restriction that precedes it.</summary>
    private static FateSet AtExpiry(DataSetSchedule dataSet, FieldGroup group, RuleStates graced)
    {
        var rules = group.RuleMask & ~dataSet.Limit;
        if ((graced.Alive & rules) != 0)
        {
            return FateSet.Restrict;
        }

        return (graced.Unknown & rules) != 0 ? FateSet.Restrict | FateSet.Dispose : FateSet.Dispose;
    }

    private static Possibility Possible(in RecordFacts facts, RecordFlags flag) =>
        new((ulong)((facts.Flags | facts.UnknownFlags) & flag), (ulong)(facts.Flags & flag));

    /// <summary>Whether something may be so, and whether it may not be.</summary>
    private readonly record struct Possibility(bool CanBe, bool CanNotBe)
    {
        public Possibility(ulong possible, ulong certain)
            : this(possible != 0, certain == 0)
        {
        }

        public Possibility Or(Possibility other) => new(CanBe || other.CanBe, CanNotBe && other.CanNotBe);
    }

    /// <summary>What the purposes of a group may amount to, each objection and each unknown rule resolved by itself.</summary>
    /// <param name="CanCarry">Some purpose may be alive and free of objection.</param>
    /// <param name="CanFail">No purpose need be alive and free of objection.</param>
    /// <param name="CanBeObjected">With none free, some may be alive under a pending objection.</param>
    /// <param name="CanAllBePast">With none free, all may be past.</param>
    private readonly record struct PurposePossibilities(bool CanCarry, bool CanFail, bool CanBeObjected, bool CanAllBePast)
    {
        public static PurposePossibilities Of(DataSetSchedule dataSet, FieldGroup group, ulong alive, ulong unknown, in RecordFacts facts)
        {
            var all = new PurposePossibilities(false, true, false, true);
            for (var purpose = 0; purpose < dataSet.PurposeRules.Length; purpose++)
            {
                var rules = dataSet.PurposeRules[purpose] & group.RuleMask;
                if (((alive | unknown) & rules) == 0)
                {
                    continue;
                }

                var isAlive = (alive & rules) != 0;
                var objected = (facts.Stated.ObjectionPending >> purpose & 1) != 0;
                var mayBeObjected = objected || (facts.Unknown.ObjectionPending >> purpose & 1) != 0;
                all = new PurposePossibilities(
                    all.CanCarry || !objected,
                    all.CanFail && (mayBeObjected || !isAlive),
                    all.CanBeObjected || mayBeObjected,
                    all.CanAllBePast && !isAlive);
            }

            return all;
        }
    }
}
