using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Gdpr.Core.Tests.Policies;
using Gdpr.Policies;
using Gdpr.Retention;

namespace Gdpr.Core.Tests.Retention;

/// <summary>Records name data sets and field groups by their places in a schedule: the same hash must give the same places.</summary>
public sealed class ScheduleOrderTests
{
    private static readonly string[] Sorted = ["controllers", "systems", "dataSets", "fields", "categories", "purposes"];

    [Fact]
    public void Policies_with_the_same_hash_have_the_same_places_whatever_the_order_in_which_they_are_written()
    {
        var policy = PolicyReader.Parse(LintPolicy.Flawless);
        var places = PlacesOf(policy);
        Check.One(PropertyCases.Of(100), Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var shuffled = PolicyReader.Parse(Shuffled(JsonNode.Parse(LintPolicy.Flawless)!.AsObject(), new Random(seed)).ToJsonString());
            shuffled.Hash.ShouldBe(policy.Hash);
            PlacesOf(shuffled).ShouldBe(places);
        }));
    }

    [Fact]
    public void Data_sets_and_field_groups_come_in_ordinal_order()
    {
        var schedule = RetentionSchedule.Compile(PolicyReader.Parse(LintPolicy.Flawless));

        schedule.DataSets.Select(dataSet => dataSet.Path).ShouldBe(["crm.customers", "crm.faxes", "crm.statistics", "erp.invoices", "hosting.sites"]);
        schedule.DataSets.Select(dataSet => dataSet.Index).ShouldBe([0, 1, 2, 3, 4]);
        schedule.DataSets[0].FieldGroups.Select(group => string.Join(' ', group.Fields)).ShouldBe(["crime", "email", "health", "name", "notes number password", "score"]);
    }

    [Fact]
    public void The_order_of_activities_and_triggers_is_that_of_the_policy()
    {
        var customers = RetentionSchedule.Compile(PolicyReader.Parse(LintPolicy.Flawless)).DataSet("crm.customers");

        customers.Triggers.ShouldBe(["created", "contract-started", "contract-ended", "last-contact", "last-invoice"]);
        customers.Rules.Select(rule => rule.Id).ShouldBe(
            ["service", "service.minimum", "service.limit", "newsletter", "prospects", "scoring", "health", "abuse", "events"]);
    }

    private static string PlacesOf(GdprPolicy policy) => string.Join('\n', RetentionSchedule.Compile(policy).DataSets.Select(dataSet =>
        $"{dataSet.Index} {dataSet.Path}: {string.Join(", ", dataSet.Triggers)}; {string.Join(", ", dataSet.Rules.Select(rule => rule.Id))}; "
        + string.Join(" | ", dataSet.FieldGroups.Select(group => string.Join(' ', group.Fields)))));

    /// <summary>The same document with every map shuffled whose order is no part of the policy.</summary>
    private static JsonObject Shuffled(JsonObject node, Random random, bool isSorted = false)
    {
        var members = node.ToArray();
        node.Clear();
        if (isSorted)
        {
            random.Shuffle(members);
        }

        foreach (var (name, value) in members)
        {
            if (value is JsonObject inner)
            {
                Shuffled(inner, random, Sorted.Contains(name));
            }

            node[name] = value;
        }

        return node;
    }
}
