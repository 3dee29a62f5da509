using System.Text.Json.Nodes;
using Gdpr.Policies;
using Gdpr.Retention;
using NodaTime;
using NodaTime.Text;

namespace Gdpr.Tool.Corpus;

/// <summary>Cases of the fate of a record.</summary>
internal static class RetentionCases
{
    /// <summary>The fate of a record on a date, why, and when it changes.</summary>
    public static JsonObject Decide(CorpusCase one)
    {
        var schedule = RetentionSchedule.Compile(PolicyOf(one));
        var zone = DateTimeZoneProviders.Tzdb[schedule.Policy.Controllers.Values.First().TimeZone];
        var now = (TimeCases.DateOf(one, "today") + new LocalTime(12, 0)).InZoneLeniently(zone).ToInstant();
        var (dataSet, triggers, facts) = RecordOf(one, one.Given, schedule);
        var decision = schedule.At(now).Evaluate(new RetentionRecord(dataSet, triggers, facts));
        return new JsonObject
        {
            ["fate"] = decision.Fate.Code(),
            ["reason"] = decision.Reason.Code(),
            ["due"] = decision.Due is { } due ? LocalDatePattern.Iso.Format(due) : null,
            ["rule"] = decision.Rule?.Id,
            ["law"] = decision.Rule?.Law,
        };
    }

    /// <summary>The policy that a case names.</summary>
    public static GdprPolicy PolicyOf(CorpusCase one)
    {
        var name = one.Text("policy");
        var read = PolicyReader.Read((one.Policies.GetValueOrDefault(name) ?? throw one.Bad($"the file has no policy '{name}'")).ToJsonString());
        return read.Policy ?? throw one.Bad($"its policy '{name}' has errors: {string.Join("; ", read.Findings.Select(finding => $"{finding.Code} at {finding.Path}"))}");
    }

    /// <summary>A record, as a case states it: its data set, its triggers, and what is known of it.</summary>
    /// <param name="one">The case.</param>
    /// <param name="facts">Where it is stated.</param>
    /// <param name="schedule">The schedule.</param>
    public static (DataSetSchedule DataSet, TriggerValue[] Triggers, RecordFacts Facts) RecordOf(CorpusCase one, JsonObject facts, RetentionSchedule schedule)
    {
        var path = facts["dataSet"]?.GetValue<string>() ?? throw one.Bad("'dataSet' is missing: state it");
        var dataSet = schedule.Find(path) ?? throw one.Bad("the policy has no such data set");
        return dataSet.TryReadFacts(facts["facts"]?.GetValue<string>() ?? "", out var known, out var problem, out _)
            ? (dataSet, ValuesOf(one, facts, dataSet), known) : throw one.Bad($"'facts': {problem}");
    }

    private static TriggerValue[] ValuesOf(CorpusCase one, JsonObject facts, DataSetSchedule dataSet)
    {
        var values = new TriggerValue[dataSet.Triggers.Count];
        foreach (var (name, value) in facts["triggers"]?.AsObject() ?? [])
        {
            var index = dataSet.TriggerIndex(name);
            values[index >= 0 ? index : throw one.Bad($"the data set has no trigger '{name}'")] = value?.GetValue<string>() switch
            {
                null => TriggerValue.Missing,
                "unknown" => TriggerValue.Unknown,
                var text when LocalDatePattern.Iso.Parse(text) is { Success: true } date => TriggerValue.On(date.Value),
                var text when OffsetDateTimePattern.Rfc3339.Parse(text) is { Success: true } instant => TriggerValue.At(instant.Value.ToInstant()),
                _ => throw one.Bad($"the trigger '{name}' is neither a date, an instant, null nor unknown"),
            };
        }

        return values;
    }
}
