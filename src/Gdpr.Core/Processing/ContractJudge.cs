using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Subjects;

namespace Gdpr.Processing;

/// <summary>Whether a contract was concluded after an erasure (Art. 6(1)(b)): pure.</summary>
/// <remarks>When an erasure is done, nothing is left of what it was about: a record whose contract is in force, as its triggers say, is of a new one. Without a
/// record there is no sign of any, and the purpose stays ended.</remarks>
internal static class ContractJudge
{
    /// <summary>Whether it matters: only where an erasure was done.</summary>
    public static bool IsAsked(SubjectStanding standing) => standing.State is { Endings.Count: > 0 } state && state.Endings.Any(IsDoneErasure);

    /// <summary>A question with what a record shows: the activities whose contract is in force.</summary>
    public static ProcessingQuestion Show(in ProcessingQuestion question, SubjectStanding standing, RetentionEvaluator evaluator, in RetentionRecord record)
    {
        if (question.Use is not { } use || record.DataSet is not { } dataSet || !IsAsked(standing))
        {
            return question;
        }

        var shown = new HashSet<(string Activity, string DataSet)>(question.Contracts ?? new HashSet<(string Activity, string DataSet)>());
        var rules = evaluator.Explain(record).Groups.SelectMany(group => group.Rules).ToLookup(rule => rule.Rule.ActivityId, StringComparer.Ordinal);
        foreach (var activity in use.Parts.Where(part => part.DataSet == dataSet.Path).SelectMany(part => part.Candidates).Select(candidate => candidate.Activity)
            .Where(activity => activity.Basis == LawfulBasisKind.Contract))
        {
            if (rules[activity.Id].Any(rule =>
                rule.Rule.Kind == RuleKind.Purpose && ContractReading.Of(activity.Activity.Retention, rule, evaluator.TodayIn(rule.Rule.Zone)) == ContractState.InForce))
            {
                shown.Add((activity.Id, dataSet.Path));
            }
        }

        return question with { Contracts = shown };
    }

    /// <summary>Whether a contract that is shown to be in force outlasts an ending: an erasure that is done was of what came before.</summary>
    public static bool Outlasts(in ProcessingQuestion question, string dataSet, ProgramActivity activity, EndingState ending) =>
        IsDoneErasure(ending) && question.Contracts?.Contains((activity.Id, dataSet)) == true;

    private static bool IsDoneErasure(EndingState ending) => ending is { IsErasure: true, IsDone: true };
}
