using Gdpr.Consents;
using Gdpr.Core.Tests.Disposal;
using Gdpr.Subjects;
using NodaTime;
using static Gdpr.Core.Tests.Consents.ConsentShop;

namespace Gdpr.Core.Tests.Consents;

/// <summary>Whose consent it was is judged by the day on which it was given.</summary>
public sealed class ChildsBirthdayTests
{
    [Fact]
    public async Task What_a_child_said_minutes_before_the_birthday_is_no_consent_after_it()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        var stockholm = DateTimeZoneProviders.Tzdb["Europe/Stockholm"];
        var tomorrow = shop.Clock.GetCurrentInstant().InZone(stockholm).Date.PlusDays(1);
        shop.Clock.Set(stockholm.AtStartOfDay(tomorrow).ToInstant() + Duration.FromMinutes(2));
        var grant = new ConsentGrant(subject, Club, new ShownText("club-text", "1", "sv"), Act)
        {
            Age = new AgeFacts { Country = "SE", BirthDate = tomorrow.PlusYears(-13) },
            OccurredAt = shop.Clock.GetCurrentInstant() - Duration.FromMinutes(5),
        };

        var refused = await Should.ThrowAsync<InvalidConsentException>(() => shop.Consents().GiveAsync(grant));
        refused.Problems.Select(problem => problem.Code).ShouldContain(ConsentReasons.GuardianNeeded);
    }
}
