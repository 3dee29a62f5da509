using Gdpr.Consents;
using Gdpr.Core.Tests.Disposal;
using Gdpr.Subjects;
using NodaTime;
using static Gdpr.Core.Tests.Consents.ConsentShop;

namespace Gdpr.Core.Tests.Consents;

/// <summary>Who consents to a service for children (Art. 8, R-8).</summary>
public sealed class ChildConsentTests
{
    private static readonly ConsentOptions Options = new();

    [Theory]
    [InlineData("SE", "2013-11-22", null, "2026-11-22", ChildConsentKind.SelfConsent)]
    [InlineData("SE", "2013-11-23", null, "2026-11-22", ChildConsentKind.ParentNeeded)]
    [InlineData("se", "2013-11-22", null, "2026-11-22", ChildConsentKind.SelfConsent)]
    [InlineData("DE", "2013-11-22", null, "2026-11-22", ChildConsentKind.ParentNeeded)]
    [InlineData("DE", "2010-11-22", null, "2026-11-22", ChildConsentKind.SelfConsent)]
    [InlineData("DE", "2010-11-23", null, "2026-11-22", ChildConsentKind.ParentNeeded)]
    [InlineData(null, "2010-11-22", null, "2026-11-22", ChildConsentKind.SelfConsent)]
    [InlineData(null, "2010-11-23", null, "2026-11-22", ChildConsentKind.Unknown)]
    [InlineData(null, "2013-11-22", null, "2026-11-22", ChildConsentKind.Unknown)]
    [InlineData(null, "2013-11-23", null, "2026-11-22", ChildConsentKind.ParentNeeded)]
    [InlineData("SE", "2012-02-29", null, "2025-02-28", ChildConsentKind.ParentNeeded)]
    [InlineData("SE", "2012-02-29", null, "2025-03-01", ChildConsentKind.SelfConsent)]
    [InlineData("DE", "2012-02-29", null, "2028-02-28", ChildConsentKind.ParentNeeded)]
    [InlineData("DE", "2012-02-29", null, "2028-02-29", ChildConsentKind.SelfConsent)]
    [InlineData("SE", null, 13, "2026-11-22", ChildConsentKind.SelfConsent)]
    [InlineData("SE", null, 12, "2026-11-22", ChildConsentKind.ParentNeeded)]
    [InlineData(null, null, 14, "2026-11-22", ChildConsentKind.Unknown)]
    [InlineData(null, null, 16, "2026-11-22", ChildConsentKind.SelfConsent)]
    [InlineData(null, null, -1, "2026-11-22", ChildConsentKind.Unknown)]
    [InlineData("SE", "2027-01-01", null, "2026-11-22", ChildConsentKind.Unknown)]
    [InlineData("SE", "1850-01-01", null, "2026-11-22", ChildConsentKind.Unknown)]
    [InlineData("SE", null, null, "2026-11-22", ChildConsentKind.Unknown)]
    [InlineData(null, null, null, "2026-11-22", ChildConsentKind.Unknown)]
    public void The_law_of_the_childs_country_and_the_day_decide(string? country, string? born, int? stated, string on, ChildConsentKind expected) =>
        ChildConsent.Decide(new AgeFacts { Country = country, BirthDate = born is null ? null : Date(born), StatedAge = stated }, Date(on), Options).Kind.ShouldBe(expected);

    [Fact]
    public void Nothing_known_is_unknown() => ChildConsent.Decide(null, new LocalDate(2026, 11, 22), Options).Kind.ShouldBe(ChildConsentKind.Unknown);

    [Theory]
    [InlineData("2012-02-29", 13, "2025-03-01")]
    [InlineData("2012-02-29", 16, "2028-02-29")]
    [InlineData("2013-11-22", 13, "2026-11-22")]
    [InlineData("2013-12-31", 13, "2026-12-31")]
    public void A_birthday_on_29_February_is_on_1_March_in_common_years(string born, int years, string expected) =>
        ChildConsent.BirthdayOf(Date(born), years).ShouldBe(Date(expected));

    [Fact]
    public async Task A_guardians_consent_ends_as_the_child_comes_of_age()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        var given = await shop.Consents().GiveAsync(new ConsentGrant(subject, Club, new ShownText("club-text", "1", "sv"), Act)
        {
            Age = new AgeFacts { Country = "SE", BirthDate = new LocalDate(2013, 12, 1) },
            Guardian = new GuardianConsent("BankID of the guardian"),
        });
        given.State!.IsByGuardian.ShouldBeTrue();
        given.State.ValidUntil.ShouldBe(Instant.FromUtc(2026, 11, 30, 23, 0));
        given.State.IsInForce(Instant.FromUtc(2026, 11, 30, 22, 59)).ShouldBeTrue();
        given.State.IsInForce(Instant.FromUtc(2026, 11, 30, 23, 0)).ShouldBeFalse();

        shop.Clock.Advance(Duration.FromDays(10));
        await shop.Work.RunDueAsync(shop.Clock.GetCurrentInstant(), TimeSpan.MaxValue);
        (await shop.Get<SubjectDirectory>().ReadStateAsync(subject)).ConsentTo(Club)!.Phase.ShouldBe(ConsentPhase.Expired);
        (await shop.World.EntriesAsync()).Single(entry => entry.Content.Type == "consent-expired").Content.Data.ShouldContain(ConsentReasons.ChildOfAge);
    }

    [Fact]
    public async Task A_guardians_consent_for_a_child_of_unknown_age_does_not_last_for_ever()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        var given = await shop.Consents().GiveAsync(new ConsentGrant(subject, Club, new ShownText("club-text", "1", "sv"), Act) { Guardian = new GuardianConsent("call") });
        given.State!.ValidUntil.ShouldBe(Instant.FromUtc(2027, 11, 22, 23, 0));
    }

    [Fact]
    public async Task A_child_above_the_limit_consents_itself_and_without_end()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        var given = await shop.Consents().GiveAsync(
            new ConsentGrant(subject, Club, new ShownText("club-text", "1", "sv"), Act) { Age = new AgeFacts { Country = "SE", BirthDate = new LocalDate(2010, 1, 1) } });
        given.State!.IsByGuardian.ShouldBeFalse();
        given.State.ValidUntil.ShouldBeNull();
    }

    private static LocalDate Date(string text) => NodaTime.Text.LocalDatePattern.Iso.Parse(text).Value;
}
