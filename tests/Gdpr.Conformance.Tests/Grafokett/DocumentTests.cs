using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Policies;
using NodaTime;

namespace Gdpr.Conformance.Tests.Grafokett;

/// <summary>The policies that Grafokett promises to have.</summary>
public sealed class DocumentTests
{
    [Theory]
    [InlineData("internet-policy")]
    [Trait("clause", "GRA-22")]
    public Task The_internet_policy_falls_due_for_review_every_year(string document) => ReviewedAsync(document);

    [Theory]
    [InlineData("data-policy")]
    [InlineData("retention-policy")]
    [Trait("clause", "GRA-23")]
    public Task The_data_policy_falls_due_for_review_every_year(string document) => ReviewedAsync(document);

    private static async Task ReviewedAsync(string document)
    {
        await Measures.ShouldBeReviewedAsync(Organisation.Grafokett, document, new LocalDate(2027, 11, 21));
        Organisation.Grafokett.FindingsWithout($"/documents/{document}/reviewEvery").ShouldContain(finding => finding.Code == FindingCodes.DocumentWithoutReview);
    }
}
