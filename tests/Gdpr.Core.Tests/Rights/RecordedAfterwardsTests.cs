using System.Text.Json;
using System.Text.Json.Nodes;
using Gdpr.Disclosures;
using Gdpr.Journals;
using Gdpr.Rights;
using Gdpr.Subjects;
using Gdpr.Testing;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>A disclosure that was made before the person's rights were carried out, and is recorded after that: its recipient is told, too.</summary>
public sealed class RecordedAfterwardsTests
{
    private static readonly LocalDateTime Morning = new(2026, 3, 10, 10, 0);

    [Theory]
    [InlineData(DataSubjectRight.Erasure, RecipientNoticeKind.Erased)]
    [InlineData(DataSubjectRight.Restriction, RecipientNoticeKind.Restricted)]
    [InlineData(DataSubjectRight.Withdrawal, RecipientNoticeKind.PurposeStopped)]
    public async Task The_recipient_of_a_disclosure_that_is_recorded_afterwards_is_told_and_nobody_else_twice(DataSubjectRight right, RecipientNoticeKind kind)
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer("c1", new LocalDate(2026, 3, 1)));
        var subject = await world.PersonAsync();
        await world.ConsentAsync(subject, "personalisation");
        var purpose = right == DataSubjectRight.Withdrawal ? "personalisation" : "service-provision";
        await RecordAsync("printer");
        world.Set(2026, 3, 12);
        var request = await world.ReceiveAsync(right, subject, intake => intake with
        {
            Scope = right == DataSubjectRight.Withdrawal ? new RequestScope { Purposes = ["personalisation"] } : new RequestScope { DataSets = ["crm.customers"] },
            Ground = right == DataSubjectRight.Restriction ? RestrictionGround.Unlawful : null,
        });
        await world.Requests.AssessAsync(request.Id);
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        await world.Requests.ExecuteAsync(request.Id);
        await world.PumpAsync();
        (await ToldAsync()).ShouldBe(["printer"]);
        world.Set(2026, 3, 14);

        await RecordAsync("cloud");
        await world.PumpAsync();

        (await ToldAsync()).ShouldBe(["cloud", "printer"]);

        Task RecordAsync(string recipient) => world.Get<DisclosureService>().RecordMadeAsync(
            new DisclosureRequest(recipient, purpose, "crm.customers.email"), [subject], RightsWorld.At(2026, 3, 10, 9));

        async Task<IEnumerable<string>> ToldAsync() =>
            (await world.Get<RecipientNotifications>().ReadForAsync(subject)).Where(told => told.Kind == kind).Select(told => told.Recipient).Order(StringComparer.Ordinal);
    }

    [Fact]
    public async Task The_recipient_of_a_disclosure_that_is_recorded_afterwards_is_told_of_what_was_corrected_meanwhile_once()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer());
        var subject = await world.PersonAsync();
        world.Set(2026, 3, 12);
        await RectifyAsync(world, subject);
        world.Set(2026, 3, 14);

        await RecordAsync(world, subject, "crm.customers.email");
        await RecordAsync(world, subject, "crm.customers.name");
        world.Set(2026, 3, 15);
        await world.PumpAsync();

        var told = (await world.Get<RecipientNotifications>().ReadForAsync(subject)).ShouldHaveSingleItem();
        (told.Recipient, told.Kind).ShouldBe(("cloud", RecipientNoticeKind.Rectified));
        told.Data.ShouldBe(["crm.customers.email"]);
        (await world.Get<RecipientNotifications>().ReadPayloadAsync(told, CancellationToken.None))?.Corrections.ShouldBeEmpty("what is held by now it was never disclosed");
        var task = (await world.Tasks.ListOpenAsync()).Where(task => task.Kind == "tell-correct-value").ShouldHaveSingleItem();
        task.Question!.ShouldContain("crm.customers.email", Case.Sensitive, "people tell it what is right");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_was_told_what_is_right_is_not_told_again_because_an_older_disclosure_comes_to_light(bool isLate)
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer());
        var subject = await world.PersonAsync();
        if (!isLate)
        {
            await RecordAsync(world, subject, "crm.customers.email");
        }

        world.Set(2026, 3, 12);
        await RectifyAsync(world, subject);
        world.Set(2026, 3, 14);
        await RecordAsync(world, subject, "crm.customers.email");
        await world.PumpAsync();
        (await world.Get<RecipientNotifications>().ReadForAsync(subject)).ShouldHaveSingleItem().Kind.ShouldBe(RecipientNoticeKind.Rectified);

        await RecordAsync(world, subject, "crm.customers.email");
        await world.PumpAsync();

        (await world.Get<RecipientNotifications>().ReadForAsync(subject)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Its_recipient_is_told_what_the_person_says_of_a_voucher_that_stays()
    {
        var data = new RightsData().Customer();
        data.Invoices.Put(new Invoice("i1", "c1", "Marker-Name", "100", new LocalDate(2026, 1, 2)));
        await using var world = RightsWorld.Open(Morning, data);
        var subject = await world.PersonAsync();
        world.Set(2026, 3, 12);
        await RectifyAsync(world, subject, "erp.invoices", "i1", "payer");
        world.Set(2026, 3, 14);
        await RecordAsync(world, subject, "erp.invoices.payer");

        var told = (await world.Get<RecipientNotifications>().ReadForAsync(subject)).ShouldHaveSingleItem();
        var payload = (await world.Get<RecipientNotifications>().ReadPayloadAsync(told, CancellationToken.None))!;
        payload.Statements!.ShouldHaveSingleItem().Value.ShouldBe("new@marker.example");
        payload.Corrections.ShouldBeEmpty("the voucher stays as it is");
        (await world.Tasks.ListOpenAsync()).ShouldNotContain(task => task.Kind == "tell-correct-value");
    }

    [Fact]
    public async Task Its_recipient_is_told_of_an_objection_to_all_marketing_too()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer());
        var subject = await world.PersonAsync();
        world.Set(2026, 3, 12);
        await world.HandleAsync(DataSubjectRight.Objection, subject, intake => intake with { IsMarketing = true });
        world.Set(2026, 3, 14);

        await world.Get<DisclosureService>().RecordMadeAsync(
            new DisclosureRequest("cloud", "direct-marketing", "crm.customers.email"), [subject], RightsWorld.At(2026, 3, 10, 9));

        (await world.Get<RecipientNotifications>().ReadForAsync(subject)).ShouldHaveSingleItem().Kind.ShouldBe(RecipientNoticeKind.PurposeStopped);
    }

    [Theory]
    [InlineData(DataSubjectRight.Erasure, RecipientNoticeKind.Erased, false)]
    [InlineData(DataSubjectRight.Erasure, RecipientNoticeKind.Erased, true)]
    [InlineData(DataSubjectRight.Rectification, RecipientNoticeKind.Rectified, true)]
    [InlineData(DataSubjectRight.Restriction, RecipientNoticeKind.Restricted, true)]
    public async Task The_pump_tells_it_wherever_the_process_stopped_after_the_disclosure_was_recorded(
        DataSubjectRight right, RecipientNoticeKind kind, bool areStatesLost)
    {
        var (stopped, call) = (0, 1);
        while (await StopsAtAsync(call++))
        {
            stopped++;
        }

        stopped.ShouldBeGreaterThan(5);

        async Task<bool> StopsAtAsync(int call)
        {
            var (stores, data, faults) = (new RightsStores(), new RightsData().Customer("c1", new LocalDate(2026, 3, 1)), new FaultPoints());
            DataSubject subject;
            bool isStopped;
            await using (var world = RightsWorld.Open(Morning, data, stores, everywhere: faults))
            {
                subject = await world.PersonAsync();
                await RecordAsync(world, subject, "crm.customers.email", "printer");
                world.Set(2026, 3, 12);
                await HandleAsync(world, subject, right);
                world.Set(2026, 3, 14);
                faults.Reset();
                faults.FailAt(call, FaultMoment.Before, staysDown: true);
                try
                {
                    await RecordAsync(world, subject, "crm.customers.email");
                    isStopped = false;
                }
                catch (InjectedFaultException)
                {
                    isStopped = true;
                }
            }

            if (!isStopped || (await stores.EntriesAsync()).Count(entry => entry.Content.Type == DisclosureEntries.Disclosed) < 2)
            {
                return isStopped;
            }

            stores.States = areStatesLost ? new InMemoryStateStore() : stores.States;
            await using (var world = RightsWorld.Open(new LocalDateTime(2026, 3, 14, 13, 0), data, stores))
            {
                await world.PumpAsync();
                await world.PumpAsync();

                var told = await world.Get<RecipientNotifications>().ReadForAsync(subject);
                told.Where(one => one.Kind == kind).Select(one => one.Recipient).ShouldBe(["printer", "cloud"], $"stopped at call {call}, {faults.Calls[call - 1]}");
                (await stores.EntriesAsync()).Count(entry => entry.Content.Type == DisclosureEntries.LateTold).ShouldBe(2);
            }

            return isStopped;
        }
    }

    private static Task RecordAsync(RightsWorld world, DataSubject subject, string field, string recipient = "cloud") =>
        world.Get<DisclosureService>().RecordMadeAsync(
            new DisclosureRequest(recipient, "service-provision", field), [subject], RightsWorld.At(2026, 3, 10, 9));

    private static async Task HandleAsync(RightsWorld world, DataSubject subject, DataSubjectRight right)
    {
        if (right == DataSubjectRight.Rectification)
        {
            await RectifyAsync(world, subject);
            return;
        }

        await world.HandleAsync(right, subject, intake => intake with
        {
            Scope = new RequestScope { DataSets = ["crm.customers"] },
            Ground = right == DataSubjectRight.Restriction ? RestrictionGround.Unlawful : null,
        });
        await world.PumpAsync();
    }

    private static async Task RectifyAsync(
        RightsWorld world, DataSubject subject, string dataSet = "crm.customers", string record = "c1", string field = "email")
    {
        var request = await world.ReceiveAsync(DataSubjectRight.Rectification, subject);
        await world.Requests.AssessAsync(request.Id);
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        await world.Requests.RectifyAsync(
            request.Id, [new Correction(dataSet, record, field, JsonSerializer.SerializeToElement("new@marker.example"))]);
    }

    /// <summary>Part of the record is kept by law, so that the erasure is never "done" before that ends.</summary>
    [Fact]
    public async Task The_recipient_of_a_disclosure_recorded_afterwards_is_told_of_an_erasure_of_which_a_part_is_kept_by_law()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer("c1", new LocalDate(2025, 3, 1)), policy: RightsWorld.PolicyWith(json =>
            json["activities"]!["ledger"] = JsonNode.Parse("""
                { "purpose": "accounting", "basis": { "legalObligation": { "law": "SFS 1999:1078 7:2" } }, "data": ["crm.customers.name"],
                  "retention": { "keep": "P7Y", "after": "created", "law": "SFS 1999:1078 7:2" } }
                """)));
        var subject = await world.PersonAsync();
        await RecordAsync("printer");
        world.Set(2026, 3, 12);
        var request = await world.HandleAsync(DataSubjectRight.Erasure, subject, intake => intake with { Scope = new RequestScope { DataSets = ["crm.customers"] } });
        world.Data.Customers.Find("c1")!.Email.ShouldBeNull();
        world.Data.Customers.Find("c1")!.Name.ShouldNotBeNull();
        await world.PumpAsync();
        (await ToldAsync()).ShouldBe(["printer"]);
        world.Set(2026, 3, 14);
        await RecordAsync("cloud");
        await world.PumpAsync();
        world.Set(2026, 3, 15);
        await world.PumpAsync();

        (await ToldAsync()).ShouldBe(["cloud", "printer"], $"the e-mail address was erased for good ({request.Phase})");

        Task RecordAsync(string recipient) => world.Get<DisclosureService>().RecordMadeAsync(
            new DisclosureRequest(recipient, "service-provision", "crm.customers.email"), [subject], RightsWorld.At(2026, 3, 10, 9));

        async Task<IEnumerable<string>> ToldAsync() =>
            (await world.Get<RecipientNotifications>().ReadForAsync(subject)).Where(told => told.Kind == RecipientNoticeKind.Erased)
                .Select(told => told.Recipient).Order(StringComparer.Ordinal);
    }

    /// <summary>The address is disclosed with a purpose whose rule does not name it; the recipient was told already of its own.</summary>
    [Fact]
    public async Task Who_was_told_of_an_erasure_is_not_told_again_because_an_older_disclosure_comes_to_light()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer("c1", new LocalDate(2025, 3, 1)));
        var subject = await world.PersonAsync();
        await RecordAsync(9);
        world.Set(2026, 3, 12);
        await world.HandleAsync(DataSubjectRight.Erasure, subject, intake => intake with { Scope = new RequestScope { DataSets = ["crm.customers"] } });
        await world.PumpAsync();
        (await world.Get<RecipientNotifications>().ReadForAsync(subject)).Count(told => told.Kind == RecipientNoticeKind.Erased).ShouldBe(1);
        world.Set(2026, 3, 14);
        await RecordAsync(8);
        await world.PumpAsync();

        (await world.Get<RecipientNotifications>().ReadForAsync(subject)).Count(told => told.Kind == RecipientNoticeKind.Erased)
            .ShouldBe(1, "the same recipient was told of the same erasure of the same field");

        Task RecordAsync(int hour) => world.Get<DisclosureService>().RecordMadeAsync(
            new DisclosureRequest("printer", "service-provision", "crm.customers.email"), [subject], RightsWorld.At(2026, 3, 10, hour));
    }

    /// <summary>What the ordinary path tells recipients of besides: a consent superseded by a new text, a purpose that the host has ended.</summary>
    [Theory]
    [InlineData("consent-superseded", """{"purpose":"personalisation","text":"consent","textVersion":"1"}""")]
    [InlineData("purpose-ended", """{"id":"e-1","purposes":["personalisation"],"dataSets":[],"reason":"ended"}""")]
    public async Task The_recipient_of_a_disclosure_recorded_afterwards_is_told_whatever_stopped_its_purpose(string type, string content)
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer());
        var subject = await world.PersonAsync();
        await world.ConsentAsync(subject, "personalisation");
        await RecordAsync("printer");
        world.Set(2026, 3, 12);
        await world.RecordAsync(subject, type, content);
        await world.PumpAsync();
        (await ToldAsync()).ShouldBe(["printer"]);
        world.Set(2026, 3, 14);
        await RecordAsync("cloud");
        await world.PumpAsync();

        (await ToldAsync()).ShouldBe(["cloud", "printer"]);

        Task RecordAsync(string recipient) => world.Get<DisclosureService>().RecordMadeAsync(
            new DisclosureRequest(recipient, "personalisation", "crm.customers.picture"), [subject], RightsWorld.At(2026, 3, 10, 9));

        async Task<IEnumerable<string>> ToldAsync() =>
            (await world.Get<RecipientNotifications>().ReadForAsync(subject)).Where(told => told.Kind == RecipientNoticeKind.PurposeStopped)
                .Select(told => told.Recipient).Order(StringComparer.Ordinal);
    }
}
