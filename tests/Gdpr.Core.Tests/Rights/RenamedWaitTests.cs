using System.Text.Json.Nodes;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>Erasure that waits in a data set which a later version of the policy calls otherwise: nobody finds it by itself, and people are told.</summary>
public sealed class RenamedWaitTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_waits_for_the_end_of_a_contract_is_asked_about_once_where_the_policy_knows_its_data_set_no_longer(bool isRenamed)
    {
        var (stores, data) = (new RightsStores(), new RightsData());
        data.Orders.Put(new Purchase("o1", "c1", "Marker-Address", null));
        await using (var before = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), data, stores))
        {
            var request = await before.HandleAsync(
                DataSubjectRight.Erasure, await before.PersonAsync(), intake => intake with { Scope = new RequestScope { DataSets = ["crm.orders"] } });
            request.Lines.ShouldHaveSingleItem().Verdict.ShouldBe(RightsVerdict.Deferred);
            await before.AnswerAndCloseAsync(request);
        }

        var policy = RightsWorld.PolicyWith(json =>
        {
            json["version"] = "2";
            json["effective"] = "2026-03-01";
            if (isRenamed)
            {
                var sets = json["systems"]!["crm"]!["dataSets"]!.AsObject();
                sets["deliveries"] = sets["orders"]!.DeepClone();
                sets.Remove("orders");
                json["activities"]!["delivery"]!["data"] = new JsonArray("crm.deliveries");
                json["activities"]!["delivery"]!["recipients"]![0]!["data"] = new JsonArray("crm.deliveries.address");
            }
        });
        await using var after = RightsWorld.Open(
            new LocalDateTime(2026, 3, 10, 10, 0), isRenamed ? new RightsData { Instead = [data.Erp, data.Desk] } : data, stores, policy: policy);
        for (var day = 10; day < 25; day += 5)
        {
            after.Set(2026, 3, day);
            await after.PumpAsync(approve: false);
        }

        var asked = (await after.Tasks.ListOpenAsync()).Where(task => task.Kind == "erase-by-hand").ToArray();
        if (isRenamed)
        {
            asked.ShouldHaveSingleItem().Reason.ShouldBe(RightsReasons.UnknownDataSet);
        }
        else
        {
            asked.ShouldBeEmpty();
        }

        data.Orders.Find("o1").ShouldNotBeNull();
    }
}
