using Gdpr.Consents;
using Gdpr.Core.Tests.Disposal;
using Gdpr.Journals;
using Gdpr.Processing.Tasks;
using Gdpr.Subjects;
using NodaTime;
using static Gdpr.Core.Tests.Consents.ConsentShop;

namespace Gdpr.Core.Tests.Consents;

/// <summary>What was decided of a text holds for the consents that come in afterwards.</summary>
public sealed class DecidedTextTests
{
    [Theory]
    [InlineData("2026.1")]
    [InlineData(null)]
    public async Task A_consent_to_a_text_whose_change_was_found_to_matter_is_not_in_force_when_it_is_imported_afterwards(string? version)
    {
        var world = new ShopWorld();
        await using (var shop = Open(world))
        {
            await shop.GiveAsync(await shop.SubjectAsync("kept-1"));
            await ImportAsync(shop, "first@person.example", null);
        }

        await using var next = Open(world, Policy("2", "2026.2"));
        await next.Work.RunDueAsync(next.Clock.GetCurrentInstant(), TimeSpan.MaxValue);
        (await next.Consents().DecideTextChangeAsync(new ConsentTextChange("newsletter-text", IsWeighty: true, "data-protection"))).ShouldBe(2);

        var report = await ImportAsync(next, "late@person.example", version);
        next.Clock.Advance(Duration.FromDays(40));
        await next.Work.RunDueAsync(next.Clock.GetCurrentInstant(), TimeSpan.MaxValue);

        var subject = await next.Get<SubjectDirectory>().FindAsync(SubjectIdentifier.OfEmail("late@person.example"));
        var isInForce = subject is { } known && (await next.Get<SubjectDirectory>().ReadStateAsync(known)).ConsentTo(Newsletter)?.IsInForce(next.Clock.GetCurrentInstant()) == true;
        var isAsked = (await next.Get<HumanTasks>().ListOpenAsync()).Any(task => task.Kind == "assess-consent-text");
        (isInForce && !isAsked).ShouldBeFalse($"{report.Counts}: it is to the old text, and nobody is asked whether that matters");
    }

    private static Task<ConsentImportReport> ImportAsync(Shop shop, string email, string? version)
    {
        return shop.Get<ConsentImport>().ImportAsync(Rows());

        async IAsyncEnumerable<ImportedConsent> Rows()
        {
            await Task.Yield();
            yield return new ImportedConsent([SubjectIdentifier.OfEmail(email)], Newsletter, Shop.Now - Duration.FromDays(100), "old-crm", "form 17")
            {
                Text = version is null ? null : "newsletter-text",
                TextVersion = version,
            };
        }
    }
}
