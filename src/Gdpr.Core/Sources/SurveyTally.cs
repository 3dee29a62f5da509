using Gdpr.Retention;

namespace Gdpr.Sources;

/// <summary>Counts records one by one into a survey. Its memory grows with the lines and their examples, not with the records.</summary>
/// <remarks>Not safe to use from several threads.</remarks>
public sealed class SurveyTally
{
    private readonly RetentionEvaluator _evaluator;
    private readonly string _dataSet;
    private readonly int _examples;
    private readonly Dictionary<LineKey, Line> _lines = [];
    private (Fate Fate, ScheduledRule? Rule, FateReason Reason) _last;
    private Line? _lastLine;
    private long _records;

    /// <summary>Starts a survey.</summary>
    /// <param name="evaluator">The rules and the instant.</param>
    /// <param name="dataSet">The data set's path.</param>
    /// <param name="examples">How many examples of each line to keep at most.</param>
    public SurveyTally(RetentionEvaluator evaluator, string dataSet, int examples)
    {
        ArgumentNullException.ThrowIfNull(evaluator);
        ArgumentNullException.ThrowIfNull(dataSet);
        _evaluator = evaluator;
        _dataSet = dataSet;
        _examples = examples;
    }

    /// <summary>Counts a record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="isDue">Whether something of it is to be disposed of now: a group of its fields is due and still in its old form.</param>
    /// <param name="nativeKey">Its key in the source, as text: asked for only where the record becomes an example.</param>
    public void Add(in RetentionRecord record, bool isDue, Func<string> nativeKey)
    {
        var decision = _evaluator.Evaluate(record);

        // Most records meet with the same as the one before.
        if (_lastLine is { } last && decision.Fate != Fate.Undetermined && (decision.Fate, decision.Rule, decision.Reason) == _last)
        {
            Count(last, decision, isDue, nativeKey);
        }
        else
        {
            Add(decision, decision.Fate == Fate.Undetermined ? MissingOf(_evaluator.Explain(record)) : [], isDue, nativeKey);
        }
    }

    /// <summary>Counts a record that concerns several people.</summary>
    /// <param name="judge">Who judged it.</param>
    /// <param name="record">The record.</param>
    /// <param name="verdict">What was found of it.</param>
    /// <param name="isDue">Whether something of it is to be disposed of now.</param>
    /// <param name="nativeKey">Its key in the source, as text: asked for only where the record becomes an example.</param>
    public void Add(PartyJudge judge, in PartyRecord record, PartyVerdict verdict, bool isDue, Func<string> nativeKey)
    {
        ArgumentNullException.ThrowIfNull(judge);
        ArgumentNullException.ThrowIfNull(verdict);
        Add(verdict.Record, verdict.Record.Fate == Fate.Undetermined ? MissingOf(judge.ExplainUndetermined(record, verdict)) : [], isDue, nativeKey);
    }

    private void Add(FateDecision decision, IReadOnlyList<string> missing, bool isDue, Func<string> nativeKey)
    {
        var key = new LineKey(decision.Fate, decision.Rule?.Id ?? "", decision.Reason, string.Join('\n', missing));
        if (!_lines.TryGetValue(key, out var line))
        {
            _lines.Add(key, line = new Line(missing));
        }

        (_last, _lastLine) = ((decision.Fate, decision.Rule, decision.Reason), line);
        Count(line, decision, isDue, nativeKey);
    }

    private void Count(Line line, in FateDecision decision, bool isDue, Func<string> nativeKey)
    {
        ArgumentNullException.ThrowIfNull(nativeKey);
        _records++;
        line.Records++;
        line.Due += isDue ? 1 : 0;
        if (line.Examples.Count < _examples)
        {
            line.Examples.Add(new RecordExample(nativeKey(), decision.Due));
        }
    }

    /// <summary>What was counted.</summary>
    public DataSetSurvey ToSurvey() => new(_dataSet, _records,
    [
        .. _lines.OrderByDescending(line => line.Value.Records)
            .ThenBy(line => line.Key.Fate)
            .ThenBy(line => line.Key.Rule, StringComparer.Ordinal)
            .ThenBy(line => line.Key.Reason)
            .ThenBy(line => line.Key.Missing, StringComparer.Ordinal)
            .Select(line => new SurveyLine(
                line.Key.Fate, line.Key.Rule, line.Key.Reason, line.Value.Records, line.Value.Due, line.Value.Missing, [.. line.Value.Examples])),
    ]);

    /// <summary>What would have to be known of an undetermined record: ids of triggers, and codes of facts.</summary>
    private static List<string> MissingOf(FateExplanation explanation)
    {
        var missing = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var group in explanation.Groups.Where(group => group.Decision.Fate == Fate.Undetermined))
        {
            missing.UnionWith(explanation.Facts.Where(IsUnknown).Select(fact => fact[1..]));
            foreach (var rule in group.Rules)
            {
                missing.UnionWith(rule.Facts.Where(IsUnknown).Select(fact => $"{fact[1..]}:{rule.Rule.Purpose}"));
                if (rule.State == LimbState.Unknown)
                {
                    missing.UnionWith(Leaves(rule.Limb).Where(leaf => leaf.State == LimbState.Unknown)
                        .Select(leaf => leaf.Trigger ?? $"consent-given:{rule.Rule.Purpose}"));
                }
            }
        }

        return [.. missing];
    }

    private static bool IsUnknown(string fact) => fact.StartsWith('?');

    private static IEnumerable<LimbExplanation> Leaves(LimbExplanation limb) => limb.Limbs.Count == 0 ? [limb] : limb.Limbs.SelectMany(Leaves);

    private readonly record struct LineKey(Fate Fate, string Rule, FateReason Reason, string Missing);

    private sealed class Line(IReadOnlyList<string> missing)
    {
        public IReadOnlyList<string> Missing { get; } = missing;

        public long Records { get; set; }

        public long Due { get; set; }

        public List<RecordExample> Examples { get; } = [];
    }
}
