using Gdpr.Core.Tests.Policies;
using Gdpr.Disclosures;
using Gdpr.Journals;
using Gdpr.Processing.Tasks;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Core.Tests.Disclosures;

/// <summary>Agreements: in force, lapsing, complete; and changes of sub-processors.</summary>
public sealed class AgreementTests
{
    private static readonly LocalDate Today = new(2026, 11, 22);
    private static readonly DisclosureRequest Operator = new("operator", "service-provision", "crm.customers.phone");

    [Fact]
    public void Every_agreement_is_listed_with_its_parties_and_every_item_of_Art_28_3()
    {
        var sms = AgreementRegister.Of(Office.Policy(), Today).Single(agreement => agreement.Id == "sms");

        sms.IsInForce.ShouldBeTrue();
        sms.DaysLeft.ShouldBe(404);
        sms.Recipients.ShouldBe(["sms"]);
        sms.Items.Select(item => item.Article).ShouldBe(
            ["Art. 28(3)", "Art. 28(3)", "Art. 28(3)", "Art. 28(3)", .. "abcdefgh".Select(letter => $"Art. 28(3)({letter})")]);
        sms.Items.Single(item => item.Member == "end").ShouldBe(new AgreementItem("Art. 28(3)(g)", "end", "9", null));
        sms.Items.Single(item => item.Member == "categories").Clause.ShouldBe("contact.phone");
        sms.IsComplete.ShouldBeTrue();
    }

    [Fact]
    public void What_an_agreement_does_not_say_has_the_code_of_its_finding()
    {
        var policy = Office.Policy("""
            - /agreements/sms/clauses
            /agreements/sms/terms/duration = " "
            """);
        var sms = AgreementRegister.Of(policy, Today).Single(agreement => agreement.Id == "sms");
        sms.IsComplete.ShouldBeFalse();
        sms.Items.Select(item => item.Missing).OfType<string>().ShouldBe(["E-DPA-09", .. Enumerable.Range(1, 8).Select(number => $"E-DPA-0{number}")]);
    }

    [Theory]
    [InlineData("en", "In force from 2026-01-01 until 2027-12-31", "Art. 28(3)(g) Deletion or return at the end: clause 9", "Art. 28(3)(a) Documented instructions: missing (E-DPA-01)")]
    [InlineData("sv", "Gäller från 2026-01-01 till 2027-12-31", "Art. 28(3)(g) Radering eller återlämnande när det upphör: avtalets punkt 9", "Art. 28(3)(a) Dokumenterade instruktioner: saknas (E-DPA-01)")]
    public void An_agreement_is_rendered_with_all_that_Art_28_3_asks_for(string language, params string[] lines)
    {
        var policy = Office.Policy("- /agreements/sms/clauses/instructions");
        var text = AgreementText.Render(AgreementRegister.Of(policy, Today).Single(agreement => agreement.Id == "sms"), language).Split('\n');
        text.Length.ShouldBe(15);
        foreach (var line in lines)
        {
            text.ShouldContain(line);
        }
    }

    [Theory]
    [InlineData(38, "")]
    [InlineData(39, "partner")]
    [InlineData(404, "partner,sms")]
    public void Those_that_lapse_soon_are_listed_the_next_first(int days, string listed) =>
        string.Join(",", AgreementRegister.LapsingWithin(Office.Policy(), Today, days).Select(agreement => agreement.Id)).ShouldBe(listed);

    [Fact]
    public void An_agreement_that_has_ended_is_not_about_to_lapse() =>
        AgreementRegister.LapsingWithin(Office.Policy(), new LocalDate(2027, 1, 1), 30).ShouldBeEmpty();

    [Fact]
    public async Task A_new_sub_processor_is_not_used_until_the_time_to_object_has_ended()
    {
        await using var office = Office.Open();
        var person = await office.PersonAsync();
        var change = await office.Get<SubProcessorChanges>().AnnounceAsync(new SubProcessorNotice("operator", "sms"));

        // Given on Sunday 22 November: 30 days end with 22 December.
        change.ObjectBy.ShouldBe(new LocalDateTime(2026, 12, 23, 0, 0).InZoneStrictly(DateTimeZoneProviders.Tzdb["Europe/Stockholm"]).ToInstant());
        (await office.Disclosures.DiscloseAsync(Operator, person)).Reasons.ShouldHaveSingleItem().Code.ShouldBe("sub-processor-pending");
        var task = (await office.Get<HumanTasks>().ListOpenAsync()).ShouldHaveSingleItem();
        (task.Kind, task.DueBy).ShouldBe(("review-sub-processor", change.ObjectBy));

        office.Clock.Advance(change.ObjectBy - Office.Now);
        (await office.Disclosures.DiscloseAsync(Operator, person)).IsAllowed.ShouldBeTrue();
    }

    [Fact]
    public async Task One_that_is_accepted_is_used_at_once_and_one_that_is_objected_to_never()
    {
        await using var office = Office.Open();
        var (changes, person) = (office.Get<SubProcessorChanges>(), await office.PersonAsync());
        var first = await changes.AnnounceAsync(new SubProcessorNotice("operator", "sms") { Window = CalendarPeriod.FromDays(14) });
        await changes.AcceptAsync(first.Id, "lawyer");
        (await office.Disclosures.DiscloseAsync(Operator, person)).IsAllowed.ShouldBeTrue();
        (await office.Get<HumanTasks>().ListOpenAsync()).ShouldBeEmpty();

        office.Clock.Advance(Duration.FromDays(1));
        var second = await changes.AnnounceAsync(new SubProcessorNotice("operator", "sms"));
        await changes.ObjectAsync(second.Id, "It is in no country that we accept.", "lawyer");
        office.Clock.Advance(Duration.FromDays(100));
        (await office.Disclosures.DiscloseAsync(Operator, person)).Reasons.ShouldHaveSingleItem().Code.ShouldBe("sub-processor-refused");
        await Should.ThrowAsync<SubProcessorException>(() => changes.AcceptAsync(second.Id, "lawyer"));
        (await changes.ListAsync()).Select(change => change.Decision).ShouldBe([SubProcessorDecision.Refused, SubProcessorDecision.Accepted]);
    }

    [Fact]
    public async Task An_objection_outlives_the_expiry_of_the_notice_and_the_loss_of_every_state()
    {
        var world = new OfficeWorld();
        await using (var office = Office.Open(world))
        {
            var change = await office.Get<SubProcessorChanges>().AnnounceAsync(new SubProcessorNotice("operator", "sms"));
            await office.Get<JournalCheckpoints>().MakeAsync(CancellationToken.None);
            office.Clock.Advance(Duration.FromDays(1));
            await office.Get<SubProcessorChanges>().ObjectAsync(change.Id, "It is in no country that we accept.", "lawyer");
            (await office.Get<JournalExpiry>().ExpireAsync(office.Clock.GetCurrentInstant(), CancellationToken.None)).ShouldNotBeNull();
        }

        world.States = new InMemoryStateStore();
        await using var next = Office.Open(world);
        var known = (await next.Get<SubProcessorChanges>().ListAsync()).ShouldHaveSingleItem();
        (known.Decision, known.DecidedBy, known.Reason).ShouldBe((SubProcessorDecision.Refused, "lawyer", "It is in no country that we accept."));
        (await next.Disclosures.DiscloseAsync(Operator, await next.PersonAsync())).Reasons.ShouldHaveSingleItem().Code.ShouldBe("sub-processor-refused");
    }

    [Fact]
    public async Task A_notice_about_nobody_that_is_declared_is_refused()
    {
        await using var office = Office.Open();
        (await Should.ThrowAsync<SubProcessorException>(() => office.Get<SubProcessorChanges>().AnnounceAsync(new SubProcessorNotice("nobody", "sms")))).Code.ShouldBe("E-DISC-03");
        await Should.ThrowAsync<SubProcessorException>(() => office.Get<SubProcessorChanges>().AcceptAsync("unheard-of", "lawyer"));
    }

    [Fact]
    public async Task A_notice_of_before_the_regulation_applied_is_refused()
    {
        await using var office = Office.Open();
        await Should.ThrowAsync<SubProcessorException>(() => office.Get<SubProcessorChanges>().AnnounceAsync(
            new SubProcessorNotice("operator", "operator") { GivenAt = Instant.FromUtc(2015, 1, 1, 0, 0) }));
    }
}
