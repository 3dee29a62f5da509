using Gdpr.Policies;
using Gdpr.Time;

namespace Gdpr.Core.Tests.Policies;

/// <summary>What the library itself keeps of people.</summary>
public sealed class BuiltInProcessingTests
{
    [Fact]
    public void Every_data_set_of_the_library_has_a_purpose_with_a_law_and_an_end()
    {
        var activities = BuiltInProcessing.Activities(CalendarPeriod.FromYears(5));

        activities.Values.SelectMany(activity => activity.Data).ShouldBe(BuiltInProcessing.DataSets.Keys.Select(dataSet => $"gdpr.{dataSet}"), ignoreOrder: true);
        activities.Values.ShouldAllBe(activity => activity.Basis!.LegalObligation!.Law.Contains("Art. ") && activity.Retention != null
            && Vocabulary.Purposes.ContainsKey(activity.Purpose));
        BuiltInProcessing.DataSets.Values.SelectMany(dataSet => dataSet.Fields.Values).ShouldAllBe(field => Vocabulary.Categories.ContainsKey(field.Category));
        BuiltInProcessing.DataSets.Values.SelectMany(dataSet => dataSet.Subject).ShouldAllBe(subject => Vocabulary.Subjects.ContainsKey(subject));
    }

    [Fact]
    public void A_policy_may_not_take_the_librarys_own_system() =>
        PolicyReader.Read("""{ "policy": "p", "systems": { "gdpr": { "dataSets": {} } } }""").Findings
            .ShouldContain(finding => finding.Code == FindingCodes.ReservedId && finding.Path == "/systems/gdpr");
}
