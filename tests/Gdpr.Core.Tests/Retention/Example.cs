using Gdpr.Policies;
using Gdpr.Retention;
using NodaTime;
using NodaTime.Text;

namespace Gdpr.Core.Tests.Retention;

/// <summary>A small policy over one data set, <c>sys.set</c>, and records of it as short text.</summary>
internal sealed class Example
{
    /// <summary>The basis of an activity that rests on consent.</summary>
    public const string Consent = """ "consent": { "text": "text" } """;

    /// <summary>One field, a name, that stays restricted for 30 days before it is erased.</summary>
    public const string RestrictedFirst = """ "name": { "category": "identity.name", "disposal": { "action": "restrict", "for": "P30D", "then": "erase" } } """;

    private const string OneField = """ "name": "identity.name" """;

    private readonly RetentionSchedule _schedule;
    private readonly DataSetSchedule _dataSet;
    private readonly DateTimeZone _zone;

    private Example(RetentionSchedule schedule, string zone)
    {
        _schedule = schedule;
        _dataSet = schedule.DataSet("sys.set");
        _zone = DateTimeZoneProviders.Tzdb[zone];
    }

    public DataSetSchedule DataSet => _dataSet;

    /// <summary>Compiles a policy whose parts are given as JSON; activities cover the whole data set unless they say otherwise.</summary>
    public static Example Of(
        string activities, string triggers = "start, end, seen", string fields = OneField, string zone = "Europe/Stockholm", string fiscalYears = "") =>
        new(RetentionSchedule.Compile(Policy(activities, triggers, fields, zone, fiscalYears)), zone);

    /// <summary>Compiles a later version of a policy.</summary>
    public static Example Of(GdprPolicy policy, params SupersededPolicy[] earlier) =>
        new(RetentionSchedule.Compile(policy, earlier), policy.Controllers.Values.First().TimeZone);

    /// <summary>The policy alone. A trigger with a question mark is unknown where it is missing, any other has not happened then.</summary>
    public static GdprPolicy Policy(
        string activities, string triggers = "start, end, seen", string fields = OneField, string zone = "Europe/Stockholm", string fiscalYears = "")
    {
        var whenNull = triggers.Split(", ").Select(trigger =>
            trigger.EndsWith('?') ? $$"""  "{{trigger[..^1]}}": { "whenNull": "unknown" } """ : $$"""  "{{trigger}}": { "whenNull": "notHappened" } """);
        var result = PolicyReader.Read($$"""
            { "policy": "example", "version": "1", "effective": "2020-01-01",
              "controllers": { "us": { "name": "Us", "country": "SE", "timeZone": "{{zone}}", "authority": "IMY", "contact": "privacy@us.example",
                "fiscalYears": [{{fiscalYears}}] } },
              "systems": { "sys": { "dataSets": { "set": { "subject": "customer", "triggers": { {{string.Join(',', whenNull)}} }, "fields": { {{fields}} } } } } },
              "activities": { {{activities}} } }
            """);
        result.Findings.Where(finding => finding.Code.StartsWith("E-JSON", StringComparison.Ordinal)).ShouldBeEmpty();
        return result.Policy!;
    }

    /// <summary>A rule that keeps for a period after a trigger, as JSON.</summary>
    public static string Keep(string period, string after) => $""" "keep": "{period}", "after": "{after}" """;

    public static string KeepFromFiscalYearEnd(string period, string of) => $$""" "keep": "{{period}}", "after": { "fiscalYearEndOf": "{{of}}" } """;

    public static string KeepFromCalendarYearEnd(string period, string of) => $$""" "keep": "{{period}}", "after": { "calendarYearEndOf": "{{of}}" } """;

    /// <summary>A statutory minimum, as more of an activity.</summary>
    public static string Minimum(string period, string after, string law) => $$""", "minimum": { {{Keep(period, after)}}, "law": "{{law}}" }""";

    /// <summary>A statutory maximum, as more of an activity.</summary>
    public static string Limit(string period, string after, string law) => $$""", "limit": { {{Keep(period, after)}}, "law": "{{law}}" }""";

    /// <summary>An activity as JSON; its purpose has the same name unless another is given.</summary>
    public static string Purpose(
        string id, string retention, string purpose = "", string basis = """ "contract": {} """, string data = "sys.set", string more = "")
    {
        var references = string.Join(", ", data.Split(", ").Select(path => $"\"{path}\""));
        return $$"""
            "{{id}}": { "purpose": "{{(purpose.Length > 0 ? purpose : id)}}", "basis": { {{basis}} }, "data": [{{references}}], "retention": { {{retention}} } {{more}} }
            """;
    }

    /// <summary>An activity that a law commands, as JSON.</summary>
    public static string Duty(string id, string retention, string data = "sys.set", string more = "") =>
        Purpose(id, retention, basis: """ "legalObligation": { "law": "SFS 1999:1078 7:2" } """, data: data, more: more);

    /// <summary>The decision at noon of a day, or at an instant.</summary>
    /// <param name="now">A local date, or an instant ending in Z.</param>
    /// <param name="record">Triggers as <c>start=2024-01-01, end=?</c>; one left out is missing, <c>no</c> has not happened.</param>
    /// <param name="facts">Facts as in records.csv.</param>
    public FateDecision On(string now, string record = "", string facts = "") =>
        _schedule.At(At(now)).Evaluate(new RetentionRecord(_dataSet, Values(record), _dataSet.Facts(facts)));

    /// <summary>The decision over the group that a field belongs to.</summary>
    public FateDecision FieldOn(string field, string now, string record = "", string facts = "")
    {
        var group = _dataSet.FieldGroups.Index().Single(group => group.Item.Fields.Contains(field)).Index;
        return _schedule.At(At(now)).EvaluateGroup(new RetentionRecord(_dataSet, Values(record), _dataSet.Facts(facts)), group);
    }

    /// <summary>The decision over a whole record, taken apart.</summary>
    public FateExplanation Explain(string now, string record = "", string facts = "") =>
        _schedule.At(At(now)).Explain(new RetentionRecord(_dataSet, Values(record), _dataSet.Facts(facts)));

    private Instant At(string now) => now.EndsWith('Z')
        ? InstantPattern.ExtendedIso.Parse(now).Value
        : LocalDatePattern.Iso.Parse(now).Value.At(new LocalTime(12, 0)).InZoneLeniently(_zone).ToInstant();

    private TriggerValue[] Values(string record)
    {
        var stated = record.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('=')).ToDictionary(part => part[0], part => part[1]);
        stated.Keys.ShouldBeSubsetOf(_dataSet.Triggers);
        return [.. _dataSet.Triggers.Select(trigger => stated.GetValueOrDefault(trigger) switch
        {
            null => TriggerValue.Missing,
            "?" => TriggerValue.Unknown,
            "no" => TriggerValue.NotHappened,
            { } text when text.EndsWith('Z') => TriggerValue.At(InstantPattern.ExtendedIso.Parse(text).Value),
            { } text => TriggerValue.On(LocalDatePattern.Iso.Parse(text).Value),
        })];
    }
}

/// <summary>Dates as they are written.</summary>
internal static class DecisionChecks
{
    public static FateDecision ShouldBe(this FateDecision decision, Fate fate, string reason, string? due = null, string? rule = null)
    {
        $"{decision.Fate}, {decision.Reason.Code()}, due {decision.Due:uuuu-MM-dd}, rule {decision.Rule?.Id}".ShouldBe($"{fate}, {reason}, due {due}, rule {rule}");
        return decision;
    }
}
