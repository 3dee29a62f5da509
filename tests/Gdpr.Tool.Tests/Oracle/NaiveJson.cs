using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using NodaTime;

namespace Gdpr.Tool.Tests.Oracle;

/// <summary>Writes the oracle's policies as policy files.</summary>
internal static class NaiveJson
{
    public const string DataSet = "app.things";

    public static string Of(NaivePolicy policy, string version, LocalDate effective) => new JsonObject
    {
        ["policy"] = "oracle",
        ["version"] = version,
        ["effective"] = Text(effective),
        ["controllers"] = new JsonObject
        {
            ["one"] = new JsonObject
            {
                ["name"] = "One AB",
                ["country"] = "SE",
                ["timeZone"] = policy.Zone.Id,
                ["authority"] = "IMY",
                ["contact"] = "privacy@one.example",
                ["fiscalYears"] = Array(policy.FiscalYears.Select(Of)),
            },
        },
        ["systems"] = new JsonObject
        {
            ["app"] = new JsonObject
            {
                ["dataSets"] = new JsonObject
                {
                    ["things"] = new JsonObject
                    {
                        ["subject"] = "customer",
                        ["triggers"] = Map(policy.Triggers.Select(trigger =>
                            (trigger.Id, new JsonObject { ["whenNull"] = trigger.NullIsNotHappened ? "notHappened" : "unknown" }))),
                        ["fields"] = Map(policy.Fields.Select(field => (field.Id, new JsonObject { ["category"] = "identity.name", ["disposal"] = Disposal(field) }))),
                    },
                },
            },
        },
        ["activities"] = Map(policy.Activities.Select(activity => (activity.Id, Of(policy, activity)))),
    }.ToJsonString(new JsonSerializerOptions { WriteIndented = true });

    public static string Text(LocalDate date) => date.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture);

    private static JsonObject Of(NaiveFiscalYear year)
    {
        var json = new JsonObject { ["from"] = Text(year.From) };
        if (year.Yearly)
        {
            json["yearly"] = true;
        }

        if (year.To is { } to)
        {
            json["to"] = Text(to);
        }

        return json;
    }

    private static JsonObject Of(NaivePolicy policy, NaiveActivity activity)
    {
        var json = new JsonObject
        {
            ["purpose"] = activity.Purpose,
            ["basis"] = activity switch
            {
                { IsConsent: true } => new JsonObject { ["consent"] = new JsonObject { ["text"] = "consent-1" } },
                { IsObligation: true } => new JsonObject { ["legalObligation"] = new JsonObject { ["law"] = "SFS 2000:1" } },
                _ => new JsonObject { ["contract"] = new JsonObject() },
            },
            ["data"] = activity.Fields.Count == policy.Fields.Count
                ? new JsonArray(DataSet)
                : Array(activity.Fields.Select(field => JsonValue.Create($"{DataSet}.{field}"))),
            ["retention"] = Of(activity.Retention),
        };
        AddLawful("minimum", activity.Minimum);
        AddLawful("limit", activity.Limit);
        return json;

        void AddLawful(string member, NaiveRule? rule)
        {
            if (rule is not null)
            {
                json[member] = Of(rule);
                json[member]!["law"] = "SFS 2000:1";
            }
        }
    }

    private static JsonObject Of(NaiveRule rule)
    {
        var json = rule switch
        {
            NaiveRule.Keep keep => new JsonObject { ["keep"] = Text(keep.Period), ["after"] = Start(keep.Trigger, keep.Anchor) },
            NaiveRule.Within within => new JsonObject { ["within"] = Text(within.Period), ["of"] = Start(within.Trigger, within.Anchor) },
            NaiveRule.WhileConsent => new JsonObject { ["while"] = "consent" },
            NaiveRule.WhileRelation relation => Relation(relation),
            NaiveRule.All all => new JsonObject { ["allOf"] = Array(all.Limbs.Select(Of)) },
            NaiveRule.Any any => new JsonObject { ["anyOf"] = Array(any.Limbs.Select(Of)) },
            _ => throw new InvalidOperationException(),
        };
        if (rule.Fallback is { } fallback)
        {
            var inner = Of(fallback.Rule);
            if (fallback.Unless is { } unless)
            {
                inner["unless"] = Of(unless);
            }

            json["fallback"] = inner;
        }

        return json;
    }

    private static JsonObject Relation(NaiveRule.WhileRelation relation)
    {
        var running = new JsonObject { ["started"] = relation.Started, ["ended"] = relation.Ended };
        if (relation.KeepFor is { } period)
        {
            running["keep"] = Text(period);
        }

        var json = new JsonObject { ["while"] = running };
        if (relation.Assessment is { } assessment)
        {
            json["assessment"] = Of(assessment);
        }

        return json;
    }

    private static JsonNode Start(string trigger, NaiveAnchor anchor) => anchor switch
    {
        NaiveAnchor.Fiscal => new JsonObject { ["fiscalYearEndOf"] = trigger },
        NaiveAnchor.Calendar => new JsonObject { ["calendarYearEndOf"] = trigger },
        _ => JsonValue.Create(trigger),
    };

    private static JsonNode Disposal(NaiveField field)
    {
        JsonNode final = field.Anonymise ? new JsonObject { ["action"] = "anonymise", ["strategy"] = "null" } : JsonValue.Create("erase");
        return field.Grace is { } grace ? new JsonObject { ["action"] = "restrict", ["for"] = Text(grace), ["then"] = final } : final;
    }

    private static string Text(Period period) =>
        "P" + Part(period.Years, 'Y') + Part(period.Months, 'M') + Part(period.Weeks, 'W') + Part(period.Days, 'D');

    private static string Part(int number, char unit) => number == 0 ? "" : $"{number}{unit}";

    private static JsonArray Array(IEnumerable<JsonNode> nodes) => new([.. nodes]);

    private static JsonObject Map(IEnumerable<(string Id, JsonObject Value)> entries) => new(entries.Select(entry => KeyValuePair.Create(entry.Id, (JsonNode?)entry.Value)));
}
