using Gdpr.Relational.Mapping;
using Gdpr.Retention;

namespace Gdpr.Relational.Queries;

/// <summary>Conditions on stored values, cheap to check, that every due record meets of which no fact has ended a purpose: most that are kept fail them.</summary>
/// <remarks>Where the form of a column keeps the order of time, a past event is stored as less than the cutoff, and where the database does not tell it exactly, two
/// days more make up for offsets and zones.</remarks>
internal sealed class DuePrefilter(SqlDialect dialect, MappedDataSet dataSet, SqlValues values)
{
    private const int MarginDays = 2;

    /// <summary>A condition that every due record meets, unless a fact has ended a purpose of its own.</summary>
    public string Of(RetentionCutoffs cutoffs) => Condition.Or(cutoffs.Groups.Select(Of));

    /// <summary>A condition that every record meets that is due or undetermined, unless a fact has ended a purpose of its own or is unknown.</summary>
    public string OfUnsettled(RetentionCutoffs cutoffs) => Condition.Or(
        cutoffs.Groups.SelectMany(group => group.Rules.Concat(group.Graced))
            .Select(rule => rule.Rule.NeedsConsent ? Condition.True : Unknown(rule.Limb)).Prepend(Of(cutoffs)));

    private string Of(GroupCutoffs group) => Condition.Or(
        [Condition.And(group.Graced.Where(rule => rule.Rule.Kind != RuleKind.Limit).Select(rule => Past(rule.Limb))),
         .. group.Rules.Where(rule => rule.Rule.Kind == RuleKind.Limit).Select(rule => Past(rule.Limb))]);

    private string Past(CutoffLimb limb) => limb switch
    {
        CutoffLimb.All all => Condition.And(Past(all.First), Past(all.Second)),
        CutoffLimb.Any any => Condition.Or(Past(any.First), Past(any.Second)),
        CutoffLimb.Event happening => Past(happening),

        // Only a withdrawal, which is a fact, ends it.
        _ => Condition.False,
    };

    private string Past(CutoffLimb.Event limb)
    {
        if (dataSet.Triggers[limb.TriggerIndex] is not { } trigger)
        {
            return Condition.False;
        }

        if (!trigger.IsOwnColumn)
        {
            return Condition.True;
        }

        var column = $"r.{dialect.Quote(trigger.Path.Column)}";
        var missing = limb.WhenMissing == LimbState.Past ? $"{column} IS NULL" : Condition.False;
        return limb.Cutoff is not { } cutoff ? missing
            : dialect.Past(column, trigger.Kind, trigger.Time, cutoff) is { } past ? Condition.Or(missing, past)
            : cutoff.Date.Year is >= 2 and <= 9990
                && dialect.Before(column, trigger.Kind, trigger.Time, cutoff.Date.PlusDays(MarginDays), values.Text) is { } before ? Condition.Or(missing, before)
            : Condition.True;
    }

    private string Unknown(CutoffLimb limb) => limb switch
    {
        CutoffLimb.All all => Condition.Or(Unknown(all.First), Unknown(all.Second)),
        CutoffLimb.Any any => Condition.Or(Unknown(any.First), Unknown(any.Second)),
        CutoffLimb.Event happening => Unknown(happening),

        // Only a consent that was given, which is a fact, is known.
        _ => Condition.True,
    };

    private string Unknown(CutoffLimb.Event limb)
    {
        if (dataSet.Triggers[limb.TriggerIndex] is not { IsOwnColumn: true } trigger || limb.FiscalYears is not null)
        {
            return Condition.True;
        }

        var column = $"r.{dialect.Quote(trigger.Path.Column)}";
        return dialect.Unreadable(column, trigger.Kind, trigger.Time) is { } unreadable
            ? Condition.Or(unreadable, limb.WhenMissing == LimbState.Unknown ? $"{column} IS NULL" : Condition.False)
            : Condition.True;
    }
}
