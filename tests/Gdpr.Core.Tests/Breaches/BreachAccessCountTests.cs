using Gdpr.Breaches;
using Gdpr.Core.Tests.Disposal;
using Gdpr.Journals;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Breaches;

/// <summary>A breach is told no smaller than the log of access shows.</summary>
public sealed class BreachAccessCountTests
{
    [Fact]
    public async Task An_account_that_read_the_records_of_three_people_one_by_one_read_at_least_three()
    {
        await using var shop = Shop.Open(sources: world => [world.Data.Crm, world.Data.Web]);
        var by = await shop.PersonAsync("mallory");
        foreach (var id in new[] { "a", "b", "c" })
        {
            var person = await shop.PersonAsync(id);
            var entry = new NewJournalEntry("personal-data-access", shop.Clock.GetCurrentInstant(),
                $$"""{"dataSet":"crm.customers","action":"read","by":"{{by.Key}}","categories":["contact.email"],"records":1}""")
            { Subject = person.Key, Controller = "shop" };
            await shop.Get<Journal>().RecordAsync("access/test", JournalStream.AnyVersion, entry, CancellationToken.None);
            shop.Clock.Advance(Duration.FromMinutes(1));
        }

        var scope = await shop.Breaches().ScopeAsync(new BreachScopeQuery { Actors = ["mallory"] });

        scope.People.AtLeast.ShouldBe(3);
        scope.Records.AtLeast.ShouldBeGreaterThanOrEqualTo(3, "three people, and at least one record of each");
    }
}
