using Gdpr.Relational.Mapping;
using Gdpr.Relational.Tables;
using Gdpr.Relational.Values;
using Gdpr.Retention;
using NodaTime;
using NodaTime.Text;

namespace Gdpr.Relational.Queries;

/// <summary>A condition on stored values, cheap to check, that every due record meets as long as no fact has ended a purpose: most that are kept fail it.</summary>
/// <remarks>Where the form of a column keeps the order of time, a past event is stored as less than the cutoff; two days more make up for offsets and zones.</remarks>
internal sealed class DuePrefilter(SqlDialect dialect, MappedDataSet dataSet, SqlValues values)
{
    private const int MarginDays = 2;

    public string Of(RetentionCutoffs cutoffs) => Condition.Or(cutoffs.Groups.Select(Of));

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

        if (trigger.Path.Through.Count > 0 || trigger.Expression is not null)
        {
            return Condition.True;
        }

        // The sign keeps the database from walking an index on the trigger: records come in the order of their keys.
        var column = $"r.{dialect.Quote(trigger.Path.Column)}";
        var missing = limb.WhenMissing == LimbState.Past ? $"{column} IS NULL" : Condition.False;
        return limb.Cutoff is not { } cutoff ? missing
            : Bound(trigger, cutoff.Date) is { } bound ? Condition.Or(missing, $"+{column} < {bound}")
            : Condition.True;
    }

    /// <summary>What every stored value of an event before a date is less than; <see langword="null"/> where the form does not tell.</summary>
    private string? Bound(MappedTrigger trigger, LocalDate cutoff)
    {
        if (cutoff.Year is < 2 or > 9990)
        {
            return null;
        }

        var date = cutoff.PlusDays(MarginDays);
        var days = Period.DaysBetween(new LocalDate(1970, 1, 1), date);
        return (trigger.Time.Form, trigger.Affinity) switch
        {
            (StorageForm.Iso, not (ColumnAffinity.Any or ColumnAffinity.Bytes)) => values.Text(LocalDatePattern.Iso.Format(date)),
            (StorageForm.CompactDate, ColumnAffinity.Integer or ColumnAffinity.Number) => Sql.Number((date.Year * 10_000L) + (date.Month * 100) + date.Day),
            (StorageForm.UnixSeconds, ColumnAffinity.Integer or ColumnAffinity.Number) => Sql.Number(days * 86_400L),
            (StorageForm.UnixMilliseconds, ColumnAffinity.Integer or ColumnAffinity.Number) => Sql.Number(days * 86_400_000L),
            (StorageForm.UnixMicroseconds, ColumnAffinity.Integer or ColumnAffinity.Number) => Sql.Number(days * 86_400_000_000L),
            (StorageForm.JulianDay, ColumnAffinity.Integer or ColumnAffinity.Number) => Sql.Number(days + 2_440_588L),
            (StorageForm.DotNetTicks, ColumnAffinity.Integer or ColumnAffinity.Number) => Sql.Number((days + 719_162L) * NodaConstants.TicksPerDay),
            _ => null,
        };
    }
}
