using System.Numerics;

namespace Gdpr.Retention;

/// <content>What a purpose may see.</content>
public sealed partial class RetentionEvaluator
{
    /// <summary>Whether a purpose, or whoever names none, may see a record. What is unknown is not visible.</summary>
    /// <param name="record">The record, of a data set of this evaluator's schedule.</param>
    /// <param name="purpose">The purpose's id. A record is visible to it where one of its own rules is alive, an obligation included, and, for a rule of kind
    /// purpose, nothing has ended it, its consent is in force and no objection to it is pending. <see langword="null"/> where no purpose is named: visible
    /// is then what has the fate <see cref="Fate.Keep"/>.</param>
    /// <param name="use">What restricted data is used for, where Art. 18(2) allows it: restrictions under Art. 18 and pending objections then hide nothing; what
    /// is restricted because the person needs it is visible beyond its expiry; to legal claims, so is what a hold covers. <see langword="null"/> for any
    /// other use: restricted records are not visible, whatever the purpose.</param>
    /// <exception cref="ArgumentException">The record's data set belongs to another schedule, or the policy has no such purpose.</exception>
    /// <remarks>A record past a statutory limit is visible to nobody. A record is visible as soon as one of its field groups is.</remarks>
    public bool IsVisible(in RetentionRecord record, string? purpose = null, AllowedUse? use = null)
    {
        var dataSet = Own(record);
        var index = -1;
        if (purpose is not null && (index = dataSet.PurposeIndex(purpose)) < 0 && !dataSet.PolicyPurposes.Contains(purpose))
        {
            throw new ArgumentException($"The policy has no purpose '{purpose}'.", nameof(purpose));
        }

        var states = StatesOf(record, dataSet, 0);
        foreach (var group in dataSet.Groups)
        {
            if (IsVisible(dataSet, group, states, record.KnownFacts, purpose is null ? null : index, use))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsVisible(DataSetSchedule dataSet, FieldGroup group, RuleStates states, in RecordFacts facts, int? purpose, AllowedUse? use)
    {
        const RecordFlags Restrictions = RecordFlags.Restricted | RecordFlags.RestrictedForClaims;
        if ((dataSet.Limit & group.RuleMask & ~states.Alive) != 0 || (use is null && ((facts.Flags | facts.UnknownFlags) & Restrictions) != 0))
        {
            return false;
        }

        var keeping = use is null ? RecordFlags.None
            : RecordFlags.RestrictedForClaims | (use == AllowedUse.LegalClaims ? RecordFlags.Hold : RecordFlags.None);
        if ((facts.Flags & keeping) != 0)
        {
            return true;
        }

        var alive = states.Alive & group.RuleMask;
        var pending = use is null ? facts.Stated.ObjectionPending | facts.Unknown.ObjectionPending : 0;
        for (var rest = alive & (dataSet.Purpose | (purpose is null ? 0 : dataSet.Obligation)); rest != 0; rest &= rest - 1)
        {
            var rule = dataSet.RuleTable[BitOperations.TrailingZeroCount(rest)];
            var isObjected = rule.Kind == RuleKind.Purpose && (pending >> rule.PurposeIndex & 1) != 0;
            if (!isObjected && (purpose is null || purpose == rule.PurposeIndex))
            {
                return true;
            }
        }

        return false;
    }
}
