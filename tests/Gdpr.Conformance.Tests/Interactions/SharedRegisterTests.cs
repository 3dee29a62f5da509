using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Journals;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Conformance.Tests.Interactions;

/// <summary>Two firms with one register: what somebody asks of one is not told by the other.</summary>
public sealed class SharedRegisterTests
{
    [Theory]
    [InlineData(RestrictionGround.AccuracyContested)]
    [InlineData(RestrictionGround.Unlawful)]
    public async Task That_processing_is_restricted_with_one_firm_is_not_told_in_the_copy_of_the_other(RestrictionGround ground)
    {
        await using var host = await OrganisationHost.StartAsync(TwoFirms.Policy, now: Instant.FromUtc(2026, 3, 10, 9, 0));
        var (north, south) = (await PersonAsync(host, TwoFirms.North), await PersonAsync(host, TwoFirms.South));
        await host.PutAsync("crm.customers", "c1", "anna", "created=2026-01-01");
        await host.HandleAsync(DataSubjectRight.Restriction, north, intake => intake with
        {
            Ground = ground,
            Scope = new RequestScope { DataSets = ["crm.customers"] },
        });
        await host.RunDueAsync();

        (await RecordOfAsync(host, south)).ShouldBe((0, false));
        (await RecordOfAsync(host, north)).ShouldBe((1, true));
    }

    private static async Task<(int Restrictions, bool IsKeptOnly)> RecordOfAsync(OrganisationHost host, DataSubject subject)
    {
        var copy = await host.Get<DataSubjectRequests>().ComposeAccessAsync((await host.ReceiveAsync(DataSubjectRight.Access, subject)).Id);
        var record = copy.Content.DataSets.ShouldHaveSingleItem().Records.ShouldHaveSingleItem();
        return (record.Restrictions.Count, record.IsKeptOnly);
    }

    private static Task<DataSubject> PersonAsync(OrganisationHost host, string controller) => host.Get<SubjectDirectory>().RegisterAsync(
        new SubjectRegistration(SubjectIdentifier.OfHost("anna"))
        {
            Controller = controller,
        });
}
