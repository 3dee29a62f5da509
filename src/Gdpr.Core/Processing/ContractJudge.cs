using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Processing;

/// <summary>Whether a contract was concluded after an erasure (Art. 6(1)(b)): pure.</summary>
/// <remarks>The sign of one is a record whose contract is in force, as its triggers say, and in which something has happened since the erasure was granted: a record
/// that was there before, and that a backup has brought back, shows nothing new. Without such a record the purpose stays ended; and so it does where a use is about
/// several records of a data set and one of them shows none.</remarks>
internal static class ContractJudge
{
    /// <summary>Whether it matters: only where an erasure was done.</summary>
    public static bool IsAsked(SubjectStanding standing) => standing.State is { Endings.Count: > 0 } state && state.Endings.Any(IsDoneErasure);

    /// <summary>A question with what a record shows: the activities whose contract is in force, and when something last happened in it.</summary>
    public static ProcessingQuestion Show(in ProcessingQuestion question, SubjectStanding standing, RetentionEvaluator evaluator, in RetentionRecord record)
    {
        if (question.Use is not { } use || record.DataSet is not { } dataSet || !IsAsked(standing))
        {
            return question;
        }

        var shown = question.Contracts is { } before ? new Dictionary<(string, string), Instant?>(before) : [];
        var rules = evaluator.Explain(record).Groups.SelectMany(group => group.Rules).ToLookup(rule => rule.Rule.ActivityId, StringComparer.Ordinal);
        foreach (var activity in use.Parts.Where(part => part.DataSet == dataSet.Path).SelectMany(part => part.Candidates).Select(candidate => candidate.Activity)
            .Where(activity => activity.Basis == LawfulBasisKind.Contract).Distinct())
        {
            var inForce = rules[activity.Id].FirstOrDefault(rule =>
                rule.Rule.Kind == RuleKind.Purpose && ContractReading.Of(activity.Activity.Retention, rule, evaluator.TodayIn(rule.Rule.Zone)) == ContractState.InForce);
            var since = inForce is null ? null : LastEventIn(record, inForce.Rule.Zone, evaluator.Now);
            var key = (activity.Id, dataSet.Path);
            shown[key] = shown.TryGetValue(key, out var other) && (other is null || other < since) ? other : since;
        }

        return question with { Contracts = shown };
    }

    /// <summary>Whether a contract that is shown to be in force outlasts an ending: an erasure that is done was of what came before.</summary>
    public static bool Outlasts(in ProcessingQuestion question, string dataSet, ProgramActivity activity, EndingState ending) =>
        IsDoneErasure(ending) && question.Contracts?.GetValueOrDefault((activity.Id, dataSet)) > ending.OccurredAt;

    private static bool IsDoneErasure(EndingState ending) => ending is { IsErasure: true, IsDone: true };

    /// <summary>When something last happened in a record: of a date, when its day began. What is yet to come has not.</summary>
    private static Instant? LastEventIn(in RetentionRecord record, DateTimeZone zone, Instant now)
    {
        Instant? last = null;
        foreach (var value in record.Triggers)
        {
            Instant? at = value.Form switch
            {
                TriggerForm.Date => zone.AtStartOfDay(DayNumber.ToDate((int)value.Raw)).ToInstant(),
                TriggerForm.Instant => Instant.FromUnixTimeTicks(value.Raw),
                _ => null,
            };
            last = at <= now && !(at <= last) ? at : last;
        }

        return last;
    }
}
