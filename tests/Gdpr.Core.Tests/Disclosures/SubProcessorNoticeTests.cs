using Gdpr.Disclosures;
using Gdpr.Processing;
using NodaTime;

namespace Gdpr.Core.Tests.Disclosures;

/// <summary>Several notices about one sub-processor: an objection to any of them that comes after the last is one to the sub-processor (Art. 28(2)).</summary>
public sealed class SubProcessorNoticeTests
{
    private static readonly SubProcessorNotice Sms = new("operator", "sms");

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public async Task Who_was_told_twice_and_objects_to_the_first_notice_has_objected(int days)
    {
        await using var office = Office.Open();
        var changes = office.Get<SubProcessorChanges>();
        var first = await changes.AnnounceAsync(Sms);
        office.Clock.Advance(Duration.FromDays(2));
        await changes.AnnounceAsync(Sms);
        office.Clock.Advance(Duration.FromDays(days));
        await changes.ObjectAsync(first.Id, "It is in no country that we accept.", "lawyer");
        office.Clock.Advance(Duration.FromDays(60));

        (await ReasonAsync(office)).ShouldBe(DisclosureReasons.SubProcessorRefused);
    }

    [Fact]
    public async Task Who_accepts_after_objecting_has_accepted_and_who_objects_after_accepting_has_objected()
    {
        await using var office = Office.Open();
        var changes = office.Get<SubProcessorChanges>();
        var (first, second, third) = (await changes.AnnounceAsync(Sms), await LaterAsync(), await LaterAsync());
        office.Clock.Advance(Duration.FromDays(1));
        await changes.ObjectAsync(first.Id, "It is in no country that we accept.", "lawyer");
        office.Clock.Advance(Duration.FromDays(1));
        await changes.AcceptAsync(third.Id, "lawyer");
        (await ReasonAsync(office)).ShouldBeNull();

        office.Clock.Advance(Duration.FromDays(1));
        await changes.ObjectAsync(second.Id, "It has moved.", "lawyer");
        (await ReasonAsync(office)).ShouldBe(DisclosureReasons.SubProcessorRefused);

        async Task<SubProcessorChange> LaterAsync()
        {
            office.Clock.Advance(Duration.FromDays(1));
            return await changes.AnnounceAsync(Sms);
        }
    }

    [Fact]
    public async Task What_was_accepted_or_refused_before_says_nothing_of_a_notice_that_comes_later()
    {
        await using var office = Office.Open();
        var changes = office.Get<SubProcessorChanges>();
        await changes.AcceptAsync((await changes.AnnounceAsync(Sms)).Id, "lawyer");
        office.Clock.Advance(Duration.FromDays(1));
        var second = await changes.AnnounceAsync(Sms);
        (await ReasonAsync(office)).ShouldBe(DisclosureReasons.SubProcessorPending);

        await changes.ObjectAsync(second.Id, "It is in no country that we accept.", "lawyer");
        office.Clock.Advance(Duration.FromDays(1));
        await changes.AnnounceAsync(Sms);
        (await ReasonAsync(office)).ShouldBe(DisclosureReasons.SubProcessorPending);
        office.Clock.Advance(Duration.FromDays(60));
        (await ReasonAsync(office)).ShouldBeNull();
    }

    [Fact]
    public async Task A_shorter_time_in_a_later_notice_takes_nothing_of_the_time_that_the_first_gave()
    {
        await using var office = Office.Open();
        var changes = office.Get<SubProcessorChanges>();
        await changes.AnnounceAsync(Sms with { Window = Gdpr.Time.CalendarPeriod.FromDays(60) });
        office.Clock.Advance(Duration.FromDays(1));
        await changes.AnnounceAsync(Sms with { Window = Gdpr.Time.CalendarPeriod.FromDays(7) });

        office.Clock.Advance(Duration.FromDays(20));
        (await ReasonAsync(office)).ShouldBe(DisclosureReasons.SubProcessorPending);
        office.Clock.Advance(Duration.FromDays(60));
        (await ReasonAsync(office)).ShouldBeNull();
    }

    private static async Task<string?> ReasonAsync(Office office)
    {
        var decision = await office.Disclosures.DiscloseAsync(
            new DisclosureRequest("operator", "service-provision", "crm.customers.phone"), await office.PersonAsync());
        return decision.IsAllowed ? null : decision.Reasons[0].Code;
    }
}
