using Gdpr.Consents;
using Gdpr.Core.Tests.Processing;
using Gdpr.Journals;
using Gdpr.Processing;
using Gdpr.Retention;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Consents;

/// <summary>Consents that go on though they should not.</summary>
public sealed class HostileLawConsentTests
{
    private const string Marketing = "direct-marketing";
    private const string Club = "club";
    private const string Interests = "crm.customers.interests";

    private const string WithClub = Office.Activities + """
        , "club": { "purpose": "club", "basis": { "consent": { "text": "newsletter-2026" } }, "data": ["crm.customers.name", "crm.customers.interests"], "retention": { "while": "consent" } }
        """;

    private static readonly ShownText Shown = new("newsletter-2026", "1", "en");
    private static readonly ConsentAct Act = new(ConsentActKind.TickedBox, "web");
    private static readonly SubjectIdentifier Address = SubjectIdentifier.OfEmail("kim@person.example");

    [Fact]
    public async Task An_older_consent_to_a_field_that_is_imported_after_the_purpose_was_withdrawn_does_not_bring_it_back()
    {
        await using var office = Open();
        var kim = await PersonAsync(office);
        await office.Get<ConsentService>().GiveAsync(new ConsentGrant(kim, Marketing, Shown, Act));
        office.Clock.Advance(Duration.FromMinutes(1));
        await office.Get<ConsentService>().WithdrawAsync(kim, Marketing);
        (await MayAsync(office, kim, Marketing)).ShouldBeFalse();

        await office.Get<ConsentImport>().ImportAsync(Rows(
            new ImportedConsent([Address], Marketing, Office.Now - Duration.FromDays(100), "old-crm", "form 17") { Field = Interests, Text = "newsletter-2026", TextVersion = "1" }));

        (await MayAsync(office, kim, Marketing)).ShouldBeFalse("the purpose was withdrawn as a whole after that consent was given");
    }

    [Fact]
    public async Task A_consent_to_a_field_that_arrives_late_does_not_outlive_the_withdrawal_of_the_purpose()
    {
        await using var office = Open();
        var kim = await PersonAsync(office);
        await office.Get<ConsentService>().GiveAsync(new ConsentGrant(kim, Marketing, Shown, Act));
        office.Clock.Advance(Duration.FromMinutes(10));
        await office.Get<ConsentService>().WithdrawAsync(kim, Marketing);
        office.Clock.Advance(Duration.FromMinutes(1));

        // Given five minutes before the withdrawal, on a device that was offline.
        await office.Get<ConsentService>().GiveAsync(
            new ConsentGrant(kim, Marketing, Shown, Act) { Field = Interests, OccurredAt = Office.Now + Duration.FromMinutes(5) });

        (await MayAsync(office, kim, Marketing)).ShouldBeFalse("the withdrawal came after it");
    }

    [Fact]
    public async Task Unsubscribing_from_a_purpose_ends_the_fields_that_were_given_for_it()
    {
        await using var office = Open();
        var kim = await PersonAsync(office);
        foreach (var field in new[] { null, Interests })
        {
            await office.Get<ConsentService>().GiveAsync(new ConsentGrant(kim, Club, Shown, Act) { Field = field });
        }

        office.Clock.Advance(Duration.FromMinutes(1));
        (await MayAsync(office, kim, Club)).ShouldBeTrue();
        await office.Get<Unsubscription>().UnsubscribeAsync(Address, new UnsubscribeOrder([Club], "email", "mail"));

        (await MayAsync(office, kim, Club)).ShouldBeFalse();
    }

    [Fact]
    public async Task Refusing_a_purpose_after_a_field_was_given_for_it_ends_the_field()
    {
        await using var office = Open();
        var kim = await PersonAsync(office);
        await office.Get<ConsentService>().GiveAsync(new ConsentGrant(kim, Club, Shown, Act) { Field = Interests });
        office.Clock.Advance(Duration.FromMinutes(1));
        await office.Get<ConsentService>().RefuseAsync(kim, Club);

        (await MayAsync(office, kim, Club)).ShouldBeFalse();
    }

    /// <summary>Nobody knows which version an imported consent was to: it was not to the one that is weighty.</summary>
    [Fact]
    public async Task A_weighty_change_of_a_text_supersedes_consents_of_which_nobody_knows_the_version()
    {
        await using var office = Open();
        var kim = await PersonAsync(office);
        await office.Get<ConsentImport>().ImportAsync(Rows(
            new ImportedConsent([Address], Marketing, Office.Now - Duration.FromDays(100), "old-crm", "form 17") { Text = "newsletter-2026" }));
        (await MayAsync(office, kim, Marketing)).ShouldBeTrue();

        await office.Get<ConsentService>().DecideTextChangeAsync(new ConsentTextChange("newsletter-2026", true, "dpo"));

        (await MayAsync(office, kim, Marketing)).ShouldBeFalse("whoever consented to an unknown version is to be asked anew");
    }

    [Fact]
    public async Task A_record_that_is_restricted_is_not_used_with_a_consent_that_there_is_not()
    {
        await using var office = Open();
        var kim = await PersonAsync(office);
        var facts = default(RecordFacts).With(RecordFlags.Restricted);
        var decision = await office.Gate.DecideAsync(new ProcessingRequest(kim, "service-provision")
        {
            Data = ["crm.customers.name"],
            RestrictedUse = AllowedUse.Consent,
            Records = [new ProcessingRecord("crm.customers", [TriggerValue.On(new LocalDate(2026, 11, 1))]) { Facts = facts }],
        });

        decision.IsAllowed.ShouldBeFalse("nobody has consented since the restriction");
    }

    private static Office Open() => Office.Open(policy: Office.Policy(
        WithClub, more: ""","purposes": { "club": { "title": { "en": "Club" } } }""") is var policy ? With(policy) : null!);

    private static Gdpr.Policies.GdprPolicy With(Gdpr.Policies.GdprPolicy policy)
    {
        var json = System.Text.Json.Nodes.JsonNode.Parse(Gdpr.Policies.PolicyWriter.ToJson(policy))!;
        json["roles"]!["staff"]!["may"]!.AsArray().Add(System.Text.Json.Nodes.JsonNode.Parse("""{ "purpose": "club" }"""));
        return Gdpr.Policies.PolicyReader.Read(json.ToJsonString()).Policy!;
    }

    private static async Task<DataSubject> PersonAsync(Office office) =>
        await office.Get<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("kim"), Address));

    private static async Task<bool> MayAsync(Office office, DataSubject person, string purpose) =>
        (await office.Gate.DecideAsync(new ProcessingRequest(person, purpose) { Data = [Interests], Channel = "email" })).IsAllowed;

    private static async IAsyncEnumerable<ImportedConsent> Rows(params ImportedConsent[] rows)
    {
        await Task.CompletedTask;
        foreach (var row in rows)
        {
            yield return row;
        }
    }
}
