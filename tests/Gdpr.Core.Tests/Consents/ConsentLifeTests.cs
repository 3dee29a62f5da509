using Gdpr.Consents;
using Gdpr.Core.Tests.Disposal;
using Gdpr.Subjects;
using NodaTime;
using static Gdpr.Core.Tests.Consents.ConsentShop;

namespace Gdpr.Core.Tests.Consents;

/// <summary>A consent from the question to its end, in the real container.</summary>
public sealed class ConsentLifeTests
{
    [Fact]
    public async Task A_consent_is_in_force_from_when_it_is_given_until_it_is_withdrawn()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        (await shop.Get<SubjectDirectory>().ReadStateAsync(subject)).ConsentTo(Newsletter).ShouldBeNull();

        var given = await shop.GiveAsync(subject);
        given.IsRecorded.ShouldBeTrue();
        given.State!.IsInForce(Shop.Now).ShouldBeTrue();
        given.State.TextVersion.ShouldBe("2026.1");
        given.State.Language.ShouldBe("sv");
        given.Consequence.ShouldBe("Du får inga nyheter.");

        var withdrawn = await shop.Consents().WithdrawAsync(subject, Newsletter);
        withdrawn.State!.Phase.ShouldBe(ConsentPhase.Withdrawn);
        withdrawn.State.IsInForce(Shop.Now).ShouldBeFalse();
        withdrawn.Consequence.ShouldBe("Du får inga nyheter.");
        withdrawn.Effects.IsComplete.ShouldBeTrue();
        withdrawn.Effects.Due.ShouldBe(["crm.customers"]);
        (await shop.TypesAsync()).ShouldBe(["subject-known", "consent-given", "consent-withdrawn", "work-stopped"]);
        await shop.World.ShouldVerifyAsync();
    }

    [Fact]
    public async Task Withdrawal_makes_data_without_another_purpose_go_and_leaves_the_rest()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        await shop.GiveAsync(subject);
        await shop.ApproveAsync();
        (await shop.Work.RunDueAsync(Shop.Now, TimeSpan.MaxValue)).IsComplete.ShouldBeTrue();
        shop.Data.Customers.Find("kept-1")!.Email.ShouldNotBeNull();

        await shop.Consents().WithdrawAsync(subject, Newsletter);
        await shop.Work.RunDueAsync(Shop.Now, TimeSpan.MaxValue);

        shop.Data.Customers.Find("kept-1")!.Email.ShouldBeNull();
        shop.Data.Customers.Find("kept-1")!.Name.ShouldNotBeNull();
    }

    [Fact]
    public async Task Nothing_is_recorded_of_a_key_that_nobody_gave()
    {
        await using var shop = Open();
        var nobody = await shop.SubjectAsync() with { Key = new Gdpr.Journals.SubjectKey("made-up") };
        var question = shop.Consents().Ask(Newsletter, "sv");

        foreach (var attempt in new Func<Task>[]
        {
            () => shop.Consents().RequestAsync(nobody, question, "web"), () => shop.GiveAsync(nobody), () => shop.Consents().RefuseAsync(nobody, Newsletter),
            () => shop.Consents().WithdrawAsync(nobody, Newsletter),
        })
        {
            (await Should.ThrowAsync<UnknownSubjectException>(attempt)).Code.ShouldBe("E-SUBJ-03");
        }

        (await shop.TypesAsync()).ShouldBe(["subject-known"]);
    }

    [Fact]
    public async Task Withdrawing_twice_is_recorded_once()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        await shop.GiveAsync(subject);
        (await shop.Consents().WithdrawAsync(subject, Newsletter)).IsRecorded.ShouldBeTrue();
        (await shop.Consents().WithdrawAsync(subject, Newsletter)).IsRecorded.ShouldBeFalse();
        (await shop.TypesAsync()).Count(type => type == "consent-withdrawn").ShouldBe(1);
    }

    [Fact]
    public async Task Given_twice_and_withdrawn_once_is_withdrawn()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        await shop.GiveAsync(subject);
        shop.Clock.Advance(Duration.FromDays(1));
        await shop.GiveAsync(subject);
        shop.Clock.Advance(Duration.FromDays(1));
        await shop.Consents().WithdrawAsync(subject, Newsletter);
        (await shop.Get<SubjectDirectory>().ReadStateAsync(subject)).Consents.ShouldHaveSingleItem().Phase.ShouldBe(ConsentPhase.Withdrawn);
    }

    [Fact]
    public async Task Of_an_answer_and_its_opposite_at_the_same_instant_no_counts_whichever_comes_first()
    {
        await using var shop = Open();
        var (first, second) = (await shop.SubjectAsync("kept-1"), await shop.SubjectAsync("kept-2"));
        await shop.GiveAsync(first);
        (await shop.Consents().RefuseAsync(first, Newsletter)).State!.Phase.ShouldBe(ConsentPhase.Refused);
        await shop.Consents().RefuseAsync(second, Newsletter);
        (await shop.GiveAsync(second)).State!.Phase.ShouldBe(ConsentPhase.Refused);
    }

    [Fact]
    public async Task A_withdrawal_that_is_recorded_late_acts_at_once_and_keeps_its_own_time()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        await shop.GiveAsync(subject);
        shop.Clock.Advance(Duration.FromDays(10));
        var at = Shop.Now + Duration.FromDays(3);
        var withdrawn = await shop.Consents().WithdrawAsync(subject, Newsletter, new ConsentWithdrawal { OccurredAt = at, Channel = "post" });
        withdrawn.State!.OccurredAt.ShouldBe(at);
        withdrawn.State.RecordedAt.ShouldBe(shop.Clock.GetCurrentInstant());
        withdrawn.State.Phase.ShouldBe(ConsentPhase.Withdrawn);
    }

    [Fact]
    public async Task A_withdrawal_before_the_consent_is_on_record_and_ends_nothing()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        shop.Clock.Advance(Duration.FromDays(10));
        await shop.GiveAsync(subject);
        var withdrawn = await shop.Consents().WithdrawAsync(subject, Newsletter, new ConsentWithdrawal { OccurredAt = Shop.Now });
        withdrawn.IsRecorded.ShouldBeFalse();
        withdrawn.State!.Phase.ShouldBe(ConsentPhase.Given);
        (await shop.TypesAsync()).ShouldContain("consent-withdrawn");
    }

    /// <summary>Given five minutes before the withdrawal, on a device that was offline: it went with the purpose, and stays away when the purpose is consented to
    /// anew.</summary>
    [Fact]
    public async Task A_consent_to_a_field_that_arrives_after_the_purpose_was_withdrawn_has_gone_with_it()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        await shop.GiveAsync(subject);
        shop.Clock.Advance(Duration.FromMinutes(10));
        await shop.Consents().WithdrawAsync(subject, Newsletter);
        shop.Clock.Advance(Duration.FromMinutes(1));

        var late = await shop.Consents().GiveAsync(new ConsentGrant(subject, Newsletter, Shown, Act) { Field = Email, OccurredAt = Shop.Now + Duration.FromMinutes(5) });

        late.IsRecorded.ShouldBeFalse();
        await shop.GiveAsync(subject);
        var field = (await shop.Get<SubjectDirectory>().ReadStateAsync(subject)).ConsentTo(Newsletter, Email)!;
        (field.Phase, field.OccurredAt).ShouldBe((ConsentPhase.Withdrawn, Shop.Now + Duration.FromMinutes(10)));
        (await shop.Consents().ReadReceiptAsync(subject, field.Record!))!.Events.Count.ShouldBe(2, "given, and withdrawn: proof of both");
    }

    [Fact]
    public async Task What_has_not_happened_yet_is_refused()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        var ahead = Shop.Now + Duration.FromHours(1);
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => shop.GiveAsync(subject, ahead));
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => shop.Consents().WithdrawAsync(subject, Newsletter, new ConsentWithdrawal { OccurredAt = ahead }));
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => shop.Consents().RefuseAsync(subject, Newsletter, new ConsentRefusal { OccurredAt = ahead }));
        (await shop.TypesAsync()).ShouldBe(["subject-known"]);
    }

    [Fact]
    public async Task A_purpose_that_does_not_rest_on_consent_cannot_be_consented_to()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        var refused = await Should.ThrowAsync<UnknownConsentException>(() => shop.Consents().GiveAsync(new ConsentGrant(subject, "service-provision", Shown, Act)));
        refused.Code.ShouldBe("E-CONS-11");
        refused.Message.ShouldContain("service-provision");
        var hostile = await Should.ThrowAsync<UnknownConsentException>(() => shop.Consents().WithdrawAsync(subject, "marker@person.example"));
        hostile.Message.ShouldNotContain("marker");
    }

    [Fact]
    public async Task A_refusal_is_a_fact_of_its_own_and_costs_nothing()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        var refused = await shop.Consents().RefuseAsync(subject, Newsletter, new ConsentRefusal { Shown = Shown, Channel = "web" });
        refused.State!.Phase.ShouldBe(ConsentPhase.Refused);
        refused.State.TextVersion.ShouldBe("2026.1");
        refused.Consequence.ShouldBe("Du får inga nyheter.");
    }

    [Fact]
    public async Task A_question_changes_no_answer()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        await shop.GiveAsync(subject);
        var question = shop.Consents().Ask(Newsletter, "sv");
        (await shop.Consents().RequestAsync(subject, question, "web")).State!.Phase.ShouldBe(ConsentPhase.Given);
    }

    [Fact]
    public async Task Withdrawing_asks_for_less_than_giving()
    {
        // Art. 7(3): as easy to withdraw as to give. The person and the purpose are enough, and every channel will do.
        static int Required(string method) => typeof(ConsentService).GetMethod(method)!.GetParameters().Count(parameter => !parameter.HasDefaultValue);
        var grant = typeof(ConsentGrant).GetConstructors().Single(constructor => constructor.GetParameters().Length > 1).GetParameters();
        Required(nameof(ConsentService.WithdrawAsync)).ShouldBe(2);
        grant.Length.ShouldBeGreaterThan(2);

        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        await shop.GiveAsync(subject);
        (await shop.Consents().WithdrawAsync(subject, Newsletter, new ConsentWithdrawal { Channel = Act.Channel })).State!.Phase.ShouldBe(ConsentPhase.Withdrawn);
    }

    [Fact]
    public async Task A_withdrawal_counts_also_where_the_clock_was_set_back_meanwhile()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        await shop.GiveAsync(subject);
        shop.Clock.Set(Shop.Now - Duration.FromSeconds(5));

        var withdrawn = await shop.Consents().WithdrawAsync(subject, Newsletter);

        (withdrawn.IsRecorded, withdrawn.State!.Phase).ShouldBe((true, ConsentPhase.Withdrawn));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_withdrawal_counts_also_where_the_consent_came_from_a_clock_that_is_ahead(bool isTimeStated)
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        await shop.GiveAsync(subject, Shop.Now + Duration.FromSeconds(30));
        shop.Clock.Advance(Duration.FromSeconds(10));

        await shop.Consents().WithdrawAsync(
            subject, Newsletter, new ConsentWithdrawal { OccurredAt = isTimeStated ? shop.Clock.GetCurrentInstant() : null });
        shop.Clock.Advance(Duration.FromMinutes(10));

        (await shop.Get<SubjectDirectory>().ReadStateAsync(subject)).ConsentTo(Newsletter)!.IsInForce(shop.Clock.GetCurrentInstant()).ShouldBeFalse();
    }
}
