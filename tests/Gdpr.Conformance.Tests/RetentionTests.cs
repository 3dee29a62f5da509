using Gdpr.Retention;
using NodaTime;
using NodaTime.Text;

namespace Gdpr.Conformance.Tests;

/// <summary>What the policies decide about records with given dates.</summary>
public sealed class RetentionTests
{
    [Theory]
    [InlineData("customer-since=2019-01-01;last-contact=2024-11-20", Fate.Erase)]
    [InlineData("customer-since=2019-01-01;last-contact=2024-11-21", Fate.Keep)]
    [InlineData("customer-since=2019-01-01;last-contact=2024-11-20;last-invoice=2025-10-21", Fate.Keep)]
    [InlineData("customer-since=2019-01-01;last-contact=2024-11-20;last-invoice=2025-10-20", Fate.Erase)]
    [InlineData("customer-since=2019-01-01;last-invoice=2025-10-20", Fate.Undetermined)]
    public void Grafokett_ends_a_relation_that_nobody_ended_after_two_silent_years_without_invoices(string triggers, Fate fate) =>
        Judge(Organisation.Grafokett, "crm.customers", triggers, "2026-11-21").Fate.ShouldBe(fate);

    [Fact]
    public void Grafoketts_list_without_purpose_is_due() =>
        Judge(Organisation.Grafokett, "crm.fair-visitors", "", "2026-11-21").Fate.ShouldBe(Fate.Erase);

    [Theory]
    [InlineData("agreement-ended=2026-10-20;last-sign-in=2026-10-20", "consent-given:profile-picture", Fate.Erase)]
    [InlineData("agreement-ended=2026-10-21;last-sign-in=2026-10-20", "consent-withdrawn:profile-picture", Fate.Keep)]
    public void Insignis_keeps_accounts_for_a_month_after_the_agreement(string triggers, string facts, Fate fate) =>
        Judge(Organisation.Insignis, "directory.users", triggers, "2026-11-21", facts).Fate.ShouldBe(fate);

    [Theory]
    [InlineData("consent-given:profile-picture", Fate.Keep)]
    [InlineData("consent-withdrawn:profile-picture", Fate.Erase)]
    [InlineData("?consent-given:profile-picture", Fate.Undetermined)]
    public void Insignis_decides_on_the_picture_by_itself(string facts, Fate fate)
    {
        var schedule = RetentionSchedule.Compile(Organisation.Insignis.Policy);
        var users = schedule.DataSet("directory.users");
        var record = new RetentionRecord(users, Values(users, "last-sign-in=2026-11-01"), users.Facts(facts));
        var picture = users.FieldGroups.Select((group, index) => (group, index)).Single(one => one.group.Fields.Contains("picture"));

        picture.group.Fields.ShouldBe(["picture"]);
        schedule.At(Noon("2026-11-21")).EvaluateGroup(record, picture.index).Fate.ShouldBe(fate);
    }

    private static FateDecision Judge(Organisation organisation, string dataSet, string triggers, string today, string facts = "")
    {
        var schedule = RetentionSchedule.Compile(organisation.Policy);
        var one = schedule.DataSet(dataSet);
        return schedule.At(Noon(today)).Evaluate(new RetentionRecord(one, Values(one, triggers), one.Facts(facts)));
    }

    /// <summary>Trigger values in the data set's order, from text such as <c>left=2026-01-31;assessed=2025-05-05</c>.</summary>
    private static TriggerValue[] Values(DataSetSchedule dataSet, string text)
    {
        var stated = text.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        stated.Keys.Except(dataSet.Triggers).ShouldBeEmpty();
        return [.. dataSet.Triggers.Select(trigger => stated.TryGetValue(trigger, out var date) ? TriggerValue.On(Date(date)) : TriggerValue.Missing)];
    }

    private static LocalDate Date(string text) => LocalDatePattern.Iso.Parse(text).Value;

    private static Instant Noon(string date) => Date(date).At(new LocalTime(12, 0)).InZoneLeniently(DateTimeZoneProviders.Tzdb["Europe/Stockholm"]).ToInstant();
}
