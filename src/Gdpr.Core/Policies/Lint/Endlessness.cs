namespace Gdpr.Policies.Lint;

/// <summary>Whether a rule may run for ever, because events that would end it never come.</summary>
/// <remarks>
/// <para>A trigger whose missing value means "not happened" may never happen; one whose missing value means "unknown" leaves the record
/// undetermined and listed, which somebody resolves. Evidence that never comes is past, and a consent ends by withdrawal, which is the person's to give.</para>
/// <para>The answer grows with each event that never comes, save for the start of a relation: a relation that never starts is past. So all other
/// events are taken as never coming, and both cases are tried for each start.</para>
/// </remarks>
/// <param name="triggers">The triggers of the data set.</param>
internal sealed class Endlessness(IReadOnlyDictionary<string, Trigger> triggers)
{
    private const int MostStartsTried = 10;

    /// <summary>The parts of a rule that may each by itself carry it for ever, with the events that may never come.</summary>
    public IEnumerable<EndlessRule> In(RetentionRule rule, Place at)
    {
        if (!MayRunForever(rule))
        {
            return [];
        }

        return rule switch
        {
            // Two ends, and neither is certain: the fallback is what should have been.
            { Fallback: not null } => [new EndlessRule(at / "fallback", EventsOf(rule))],
            { AllOf.Count: > 0 } => Stated.In(rule.AllOf, at / "allOf").SelectMany(limb => In(limb.Value, limb.At)),
            { While: not null, Assessment: { } assessment } when MayRunForever(assessment) => In(assessment, at / "assessment"),
            _ => [new EndlessRule(at, EventsOf(rule))],
        };
    }

    private bool MayRunForever(RetentionRule rule)
    {
        var starts = RuleNodes.Within(rule, default)
            .Select(node => node.Rule.While?.Started)
            .Where(start => start is not null && MayNeverHappen(start))
            .Distinct(StringComparer.Ordinal)
            .Take(MostStartsTried)
            .ToArray();
        return Enumerable.Range(0, 1 << starts.Length).Any(world => RunsForever(rule, trigger => MayNeverHappen(trigger) && !Starts(trigger, world), 0));

        bool Starts(string? trigger, int world) => Array.IndexOf(starts, trigger) is var index and >= 0 && (world & (1 << index)) != 0;
    }

    private bool MayNeverHappen(string? trigger) => triggers.Find(trigger)?.WhenNull == WhenNull.NotHappened;

    private static bool RunsForever(RetentionRule rule, Func<string?, bool> never, int depth)
    {
        if (depth >= RuleNodes.DepthLimit)
        {
            return false;
        }

        var main = rule switch
        {
            { After: { } start } => never(start.TriggerId),
            { While: { Ended: { } ended } relation } =>
                (never(ended) && !never(relation.Started)) || (rule.Assessment is { } assessment && RunsForever(assessment, never, depth + 1)),
            { AllOf.Count: > 0 } => rule.AllOf.Any(limb => limb is not null && RunsForever(limb, never, depth + 1)),
            { AnyOf.Count: > 0 } => rule.AnyOf.All(limb => limb is not null && RunsForever(limb, never, depth + 1)),
            _ => false,
        };
        return main && (rule.Fallback is not { } fallback
            || RunsForever(fallback, never, depth + 1)
            || (fallback.Unless is { } evidence && RunsForever(evidence, never, depth + 1)));
    }

    private string EventsOf(RetentionRule rule) => string.Join(", ", RuleNodes.Within(rule, default)
        .SelectMany(node => new[] { node.Rule.After?.TriggerId, node.Rule.While?.Ended })
        .Where(MayNeverHappen)
        .Distinct(StringComparer.Ordinal)
        .Select(trigger => $"\"{trigger}\""));
}

/// <summary>A rule that may run for ever.</summary>
/// <param name="At">Where it stands.</param>
/// <param name="Events">The events that may never come, for messages.</param>
internal sealed record EndlessRule(Place At, string Events);
