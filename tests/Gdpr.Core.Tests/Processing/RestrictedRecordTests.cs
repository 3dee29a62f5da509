using Gdpr.Processing;
using Gdpr.Retention;
using NodaTime;

namespace Gdpr.Core.Tests.Processing;

/// <summary>Art. 18(2): what a record says of itself, beside what is recorded of the person.</summary>
public sealed class RestrictedRecordTests
{
    /// <summary>What only the record says came nobody knows when: a consent is known to have come since where the restriction is in the journal.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_record_that_is_restricted_is_used_with_a_consent_since_the_restriction_and_with_no_other(bool isUnknown)
    {
        await using var office = Office.Open();
        var person = await office.PersonAsync();
        var facts = isUnknown ? default(RecordFacts).WithUnknown(RecordFlags.Restricted) : default(RecordFacts).With(RecordFlags.Restricted);
        var request = new ProcessingRequest(person, "direct-marketing")
        {
            Data = ["crm.customers.email"],
            RestrictedUse = AllowedUse.Consent,
            Records = [new ProcessingRecord("crm.customers", [TriggerValue.Missing]) { Facts = facts }],
        };

        await office.ConsentAsync(person);
        (await office.Gate.DecideAsync(request)).Reasons.Select(reason => reason.Code).ShouldBe([ProcessingReasons.NoConsentSinceRestriction]);
        office.Clock.Advance(Duration.FromMinutes(1));
        await office.RestrictAsync(person, dataSets: "\"crm.customers\"");
        (await office.Gate.DecideAsync(request)).Reasons.Select(reason => reason.Code).Distinct().ShouldBe([ProcessingReasons.NoConsentSinceRestriction]);
        office.Clock.Advance(Duration.FromMinutes(1));
        await office.ConsentAsync(person);

        var decision = await office.Gate.DecideAsync(request);
        (decision.IsAllowed, decision.RestrictedUse).ShouldBe((true, AllowedUse.Consent));
    }

    [Fact]
    public async Task The_use_of_a_record_that_only_the_record_says_is_restricted_is_recorded_as_one()
    {
        await using var office = Office.Open();
        var person = await office.PersonAsync();
        var restricted = default(RecordFacts).With(RecordFlags.Restricted);
        var claims = new ProcessingRequest(person, "service-provision")
        {
            Data = ["crm.customers.name"],
            RestrictedUse = AllowedUse.LegalClaims,
            Records = [new ProcessingRecord("crm.customers", [TriggerValue.On(new LocalDate(2026, 11, 1))]) { Facts = restricted }],
        };

        (await office.Gate.DecideAsync(claims)).RestrictedUse.ShouldBe(AllowedUse.LegalClaims);
        (await office.Gate.DecideAsync(claims with { Records = [claims.Records[0] with { Facts = default }] })).RestrictedUse.ShouldBeNull();

        (await office.EntriesAsync("processing-allowed")).Select(entry => entry.Content.Data.Contains("LegalClaims", StringComparison.Ordinal)).ShouldBe([true, false]);
        var purpose = RetentionSchedule.Compile(Office.Policy()).Find("crm.customers")!.PurposeIndex(claims.Purpose);
        var objected = default(RecordFacts).With(PurposeFact.ObjectionPending, purpose);
        var pending = await office.Gate.DecideAsync(claims with
        {
            RestrictedUse = AllowedUse.Consent,
            Records = [claims.Records[0] with { Facts = objected }],
        });
        pending.Reasons.Select(reason => reason.Code).ShouldBe([ProcessingReasons.NoConsentSinceRestriction]);
    }
}
