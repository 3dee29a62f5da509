using System.Text.Json;
using Gdpr.Consents;
using Gdpr.Core.Tests.Disposal;
using Gdpr.Journals;
using Gdpr.Subjects;
using NodaTime;
using static Gdpr.Core.Tests.Consents.ConsentShop;

namespace Gdpr.Core.Tests.Consents;

/// <summary>The proof of a consent: a record and a receipt as ISO/IEC TS 27560:2023 has them (Art. 7(1)).</summary>
public sealed class ConsentRecordTests
{
    private static readonly string[] Mandatory =
    [
        "schema_version", "record_id", "pii_principal_id", "processing.privacy_notice", "processing.language", "processing.purposes",
        "processing.purposes.0.pii_information", "processing.purposes.0.pii_controllers", "processing.purposes.0.storage_locations", "processing.purposes.0.retention_period",
        "processing.purposes.0.jurisdiction", "processing.purposes.0.recipient_third_parties", "processing.purposes.0.withdrawal_method",
        "processing.purposes.0.pii_information.0.pii_type", "party_identification.0.party_id", "party_identification.0.party_address", "party_identification.0.party_name",
        "party_identification.0.party_contact", "party_identification.0.party_type", "events.0.event_time", "events.0.validity_duration", "events.0.entity_id",
        "events.0.event_type", "events.0.event_state",
    ];

    private static readonly string[] MandatoryForGdpr =
    [
        "processing.purposes.0.lawful_basis", "processing.purposes.0.collection_method", "processing.purposes.0.privacy_rights", "processing.purposes.0.authority_party",
        "processing.purposes.0.pii_information.0.special_pii_category", "processing.purposes.0.processing_method", "processing.purposes.0.geographic_restrictions",
    ];

    [Fact]
    public async Task A_record_has_every_member_that_is_mandatory()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        await shop.GiveAsync(subject);
        var record = (await shop.Consents().ReadRecordsAsync(subject)).ShouldHaveSingleItem();
        using var json = JsonDocument.Parse(record.ToJson());
        foreach (var path in Mandatory.Concat(MandatoryForGdpr))
        {
            var value = Find(json.RootElement, path);
            (value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText()).ShouldNotBeNullOrWhiteSpace(path);
            value.GetRawText().ShouldNotBe("[]", path);
        }

        var processing = record.Processing;
        processing.PrivacyNotice.ShouldBe("newsletter-text 2026.1");
        processing.Language.ShouldBe("sv");
        processing.Text.ShouldBe("Ja, skicka mig nyheter.");
        processing.Purposes.ShouldHaveSingleItem().PurposeType.ShouldBe("dpv:DirectMarketing");
        processing.Purposes[0].RecipientThirdParties.ShouldBe(["sender"]);
        processing.Purposes[0].PiiInformation.ShouldHaveSingleItem().PiiAttributeId.ShouldBe(Email);
        record.PiiPrincipalId.ShouldBe(subject.Key.ToString());
        record.Events.ShouldHaveSingleItem().EventState.ShouldBe("given");
        record.Events[0].EntityId.ShouldBe(subject.Key.ToString());
        record.Events[0].EventTime.ShouldBe("2026-11-22T12:00:00Z");
    }

    [Fact]
    public async Task A_record_is_kept_after_withdrawal_with_all_that_happened()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        await shop.Consents().RequestAsync(subject, shop.Consents().Ask(Newsletter, "sv"), "web");
        shop.Clock.Advance(Duration.FromMinutes(1));
        var given = await shop.GiveAsync(subject);
        shop.Clock.Advance(Duration.FromDays(1));
        await shop.Consents().WithdrawAsync(subject, Newsletter);
        var record = (await shop.Consents().ReadRecordsAsync(subject)).ShouldHaveSingleItem();
        record.RecordId.ShouldBe(given.State!.Record);
        record.Events.Select(one => one.EventState).ShouldBe(["requested", "given", "withdrawn"]);
        record.Processing.Text.ShouldNotBeNull();
    }

    [Fact]
    public async Task Each_answer_after_another_has_a_record_of_its_own()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        await shop.GiveAsync(subject);
        shop.Clock.Advance(Duration.FromDays(1));
        await shop.Consents().WithdrawAsync(subject, Newsletter);
        shop.Clock.Advance(Duration.FromDays(1));
        await shop.GiveAsync(subject);
        var records = await shop.Consents().ReadRecordsAsync(subject);
        records.Select(record => string.Join(',', record.Events.Select(one => one.EventState))).ShouldBe(["given,withdrawn", "given"]);
    }

    [Fact]
    public async Task A_receipt_names_nobody_by_the_organisations_key()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        var given = await shop.GiveAsync(subject);
        var receipt = await shop.Consents().ReadReceiptAsync(subject, given.State!.Record!);
        receipt!.ReceiptId.ShouldNotBeNull();
        receipt.PiiPrincipalId.ShouldBeNull();
        receipt.ToJson().ShouldNotContain(subject.Key.ToString());
        (await shop.Consents().ReadReceiptAsync(subject, "none")).ShouldBeNull();
    }

    [Fact]
    public async Task The_record_tells_what_was_shown_although_the_policy_has_changed_since()
    {
        var world = new ShopWorld();
        DataSubject subject;
        await using (var shop = Open(world))
        {
            subject = await shop.SubjectAsync();
            await shop.GiveAsync(subject);
        }

        await using var next = Open(world, Policy("2", "2026.2"));
        (await next.Consents().ReadRecordsAsync(subject)).ShouldHaveSingleItem().Processing.PrivacyNotice.ShouldBe("newsletter-text 2026.1");
    }

    [Fact]
    public async Task The_proof_outlives_the_entries_that_made_it_also_after_withdrawal()
    {
        var world = new ShopWorld();
        DataSubject subject;
        await using (var shop = Open(world))
        {
            subject = await shop.SubjectAsync();
            await shop.GiveAsync(subject);
            world.Clock.Advance(Duration.FromDays(1));
            await shop.Consents().WithdrawAsync(subject, Newsletter);
            await shop.Get<JournalCheckpoints>().MakeAsync(CancellationToken.None);
            world.Clock.Advance(Duration.FromDays(400));
            (await shop.Get<JournalExpiry>().ExpireAsync(world.Clock.GetCurrentInstant(), CancellationToken.None)).ShouldNotBeNull();
        }

        await world.ShouldVerifyAsync();
        (await world.EntriesAsync()).Select(entry => entry.Content.Type).ShouldNotContain("consent-given");
        await using var next = Open(world);
        var record = (await next.Consents().ReadRecordsAsync(subject)).ShouldHaveSingleItem();
        record.Processing.Text.ShouldBe("Ja, skicka mig nyheter.");
        record.Events.ShouldHaveSingleItem().EventState.ShouldBe("withdrawn");
    }

    [Fact]
    public async Task The_journal_holds_nothing_of_the_evidence()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        await shop.Consents().GiveAsync(new ConsentGrant(subject, Newsletter, Shown, Act with { Control = "Marker-Control" }) { Evidence = "Marker-Evidence" });
        (await shop.World.EntriesAsync()).ShouldAllBe(entry => !entry.Content.Data.Contains("Marker", StringComparison.Ordinal));
    }

    private static JsonElement Find(JsonElement element, string path)
    {
        foreach (var part in path.Split('.'))
        {
            element = int.TryParse(part, out var index) ? element[index] : element.TryGetProperty(part, out var member) ? member : throw new Xunit.Sdk.XunitException($"{path} is missing");
        }

        return element;
    }
}
