using System.Text.Json;
using Gdpr.Core.Tests.Disclosures;
using Gdpr.Disclosures;
using Gdpr.Journals;
using Gdpr.Rights;
using Gdpr.Subjects;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>What is wrong is found, corrected or annotated, and told to those who have it (Art. 16, 19).</summary>
public sealed class RectificationTests
{
    [Fact]
    public async Task What_is_wrong_is_corrected_what_is_disputed_or_a_voucher_is_annotated()
    {
        var data = ErasureTests.Past().Customer("c1");
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), data);
        var subject = await world.PersonAsync();
        var request = await world.ReceiveAsync(
            DataSubjectRight.Rectification, subject, intake =>
                intake with { Ground = RestrictionGround.AccuracyContested, Scope = new RequestScope { DataSets = ["crm.customers", "erp.invoices"] } });
        (await world.StateAsync(subject)).Restrictions.ShouldHaveSingleItem().Ground.ShouldBe(RestrictionGround.AccuracyContested);
        await world.Requests.AssessAsync(request.Id);
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);

        var rectified = await world.Requests.RectifyAsync(request.Id,
        [
            new Correction("crm.customers", "c1", "name", JsonSerializer.SerializeToElement("Right-Name")),
            new Correction("crm.customers", "c1", "score", JsonSerializer.SerializeToElement("Marker-Mine")) { IsDisputed = true },
            new Correction("crm.customers", "c1", "picture", JsonSerializer.SerializeToElement("x")),
            new Correction("erp.invoices", "i1", "payer", JsonSerializer.SerializeToElement("Right-Name")),
        ]);

        data.Customers.Find("c1")!.Name.ShouldBe("Right-Name");
        Code("crm.customers", "name").ShouldBe(ResultCode.Corrected);
        data.Customers.Find("c1")!.Score.ShouldBe("Marker-Score");
        data.Invoices.Find("i1")!.Payer.ShouldBe("Marker-Name");
        Code("erp.invoices", "payer").ShouldBe(ResultCode.Annotated);
        Code("crm.customers", "score").ShouldBe(ResultCode.Annotated);
        Code("crm.customers", "picture").ShouldBe(ResultCode.NotReached);
        (await world.Tasks.ListOpenAsync()).ShouldContain(task => task.Kind == "rectify-by-hand");
        string.Join('\n', (await world.Stores.EntriesAsync()).Select(entry => entry.Content.Data)).ShouldNotContain("arker-", Case.Sensitive);

        ResultCode Code(string dataSet, string field) =>
            rectified.Results.Single(result => result.DataSet == dataSet).Items.Single(item => item.Fields.Contains(field)).Code;
    }

    /// <summary>Two invoices with different wrong names: the recipient of both is told both, and not the last one twice.</summary>
    [Fact]
    public async Task Of_several_records_that_are_corrected_recipients_are_told_each_value()
    {
        var (data, channel) = (new RightsData().Customer(), new FakeChannel());
        data.Customers.Put(data.Customers.Find("c1")! with { Id = "c3" });
        await using var world = RightsWorld.Open(
            new LocalDateTime(2026, 2, 2, 10, 0), data, services: services => services.AddSingleton<INotificationChannel>(channel));
        var subject = await world.Directory.RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("c1"), SubjectIdentifier.OfHost("c3")));
        await world.Get<DisclosureService>().RecordMadeAsync(new DisclosureRequest("cloud", "service-provision", "crm.customers.email"), [subject], world.Now);
        var request = await world.HandleAsync(DataSubjectRight.Rectification, subject);

        await world.Requests.RectifyAsync(request.Id,
        [
            new Correction("crm.customers", "c1", "email", JsonSerializer.SerializeToElement("work@right.example")),
            new Correction("crm.customers", "c3", "email", JsonSerializer.SerializeToElement("home@right.example")),
        ]);
        await world.PumpAsync();
        world.Clock.Advance(Duration.FromMinutes(5));
        await world.PumpAsync();

        // What comes to its turn before what went earlier to the same recipient waits for it.
        channel.Sent.Select(sent => sent.Corrections["crm.customers.email"]).ShouldBe(["work@right.example", "home@right.example"]);
    }

    /// <summary>An annotation that nobody is shown is none: whoever uses the value finds it, the person gets it in the copy, and recipients of the value are told.</summary>
    [Fact]
    public async Task What_the_person_says_of_a_value_that_stays_is_found_beside_it_given_in_the_copy_and_told_to_recipients()
    {
        var (data, channel) = (ErasureTests.Past().Customer("c1"), new FakeChannel());
        await using var world = RightsWorld.Open(
            new LocalDateTime(2026, 2, 2, 10, 0), data, services: services => services.AddSingleton<INotificationChannel>(channel));
        var subject = await world.PersonAsync();
        await world.Get<DisclosureService>().RecordMadeAsync(new DisclosureRequest("cloud", "service-provision", "crm.customers.email"), [subject], world.Now);
        var request = await world.HandleAsync(DataSubjectRight.Rectification, subject);
        foreach (var said in new[] { "Marker-First", "Marker-Mine" })
        {
            await world.Requests.RectifyAsync(request.Id,
            [
                new Correction("crm.customers", "c1", "email", JsonSerializer.SerializeToElement(said)) { IsDisputed = true },
                new Correction("erp.invoices", "i1", "payer", JsonSerializer.SerializeToElement("Marker-Right")),
            ]);
            world.Clock.Advance(Duration.FromMinutes(1));
        }

        (await world.Requests.ReadAnnotationsAsync(subject)).Select(one => (one.DataSet, one.NativeKey, one.Field, one.Statement, one.Request)).ShouldBe(
            [("crm.customers", "c1", "email", "Marker-Mine", request.Id), ("erp.invoices", "i1", "payer", "Marker-Right", request.Id)]);
        var access = await world.HandleAsync(DataSubjectRight.Access, subject);
        var copy = (await world.Requests.ComposeAccessAsync(access.Id)).Content.DataSets;
        var customer = copy.Single(one => one.DataSet == "crm.customers").Records.Single();
        customer.Annotations.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            one => (one.Field, one.Statement).ShouldBe(("email", "Marker-Mine")), one => customer.Fields["email"].GetString().ShouldNotBe("Marker-Mine"));
        copy.Single(one => one.DataSet == "erp.invoices").Records.SelectMany(record => record.Annotations).Select(one => one.Statement).ShouldBe(["Marker-Right"]);
        await world.PumpAsync();
        channel.Sent.Last().Statements.ShouldBe(new Dictionary<string, string> { ["crm.customers.email"] = "Marker-Mine" });
        channel.Sent.Last().Corrections.ShouldBeEmpty();
        string.Join('\n', (await world.Stores.EntriesAsync()).Select(entry => entry.Content.Data)).ShouldNotContain("arker-", Case.Sensitive);
    }

    /// <summary>A voucher is kept for seven years and proofs for five: what was said of it goes with the voucher, and not before.</summary>
    [Fact]
    public async Task What_the_person_says_lives_as_long_as_the_record_and_no_longer()
    {
        var (stores, data) = (new RightsStores(), ErasureTests.Past().Customer("c1"));
        await using (var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), data, stores))
        {
            var request = await world.HandleAsync(DataSubjectRight.Rectification, await world.PersonAsync(), intake =>
                intake with { Scope = new RequestScope { DataSets = ["crm.customers", "erp.invoices"] } });
            await world.Requests.RectifyAsync(request.Id,
            [
                new Correction("erp.invoices", "i1", "payer", JsonSerializer.SerializeToElement("Marker-Right")),
                new Correction("crm.customers", "c1", "name", JsonSerializer.SerializeToElement("Marker-Gone")) { IsDisputed = true },
            ]);
            await world.AnswerAndCloseAsync(await world.Requests.ExecuteAsync(request.Id));
            data.Customers.Remove("c1");
            (await ExpireAsync(world, 2031)).ShouldBe(["Marker-Right"]);
        }

        stores.States = new InMemoryStateStore();
        await using var next = RightsWorld.Open(new LocalDateTime(2031, 6, 1, 13, 0), data, stores);
        (await SaidAsync(next)).ShouldBe(["Marker-Right"], "as the journal alone has it");
        data.Invoices.Remove("i1");
        (await ExpireAsync(next, 2037)).ShouldBeEmpty();
        (await stores.EntriesAsync()).Where(entry => entry.Stream.StartsWith("annotation/", StringComparison.Ordinal) && entry.Content.Payload is not null).ShouldBeEmpty();

        static async Task<IEnumerable<string>> SaidAsync(RightsWorld world) =>
            (await world.Requests.ReadAnnotationsAsync(await world.PersonAsync())).Select(one => one.Statement);

        static async Task<IEnumerable<string>> ExpireAsync(RightsWorld world, int year)
        {
            await world.Get<JournalCheckpoints>().MakeAsync(CancellationToken.None);
            world.Set(year, 6, 1);
            (await world.Get<JournalExpiry>().ExpireAsync(world.Now, CancellationToken.None)).ShouldNotBeNull();
            return await SaidAsync(world);
        }
    }

    [Fact]
    public async Task What_has_to_be_corrected_is_found_wherever_something_else_is_held_and_nowhere_else()
    {
        var data = new RightsData().Customer().Customer("c2");
        data.Customers.Put(data.Customers.Find("c1")! with { Id = "c3", Name = null });
        data.Invoices.Put(new Invoice("i1", "c1", "Right-Name", "10", new LocalDate(2026, 1, 1)));
        data.Invoices.Put(new Invoice("i2", "c1", "Wrong-Name", "10", new LocalDate(2026, 1, 1)));
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), data);
        var subject = await world.PersonAsync();
        await world.Directory.RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("c1"), SubjectIdentifier.OfHost("c3")));
        var request = await world.ReceiveAsync(DataSubjectRight.Rectification, subject);

        (await FindAsync("identity.name")).ShouldBe(["crm.customers/c1/name", "erp.invoices/i2/payer"], "of one record the name is not known, and of one it is right");
        data.ErpSwitch.IsDown = true;
        (await FindAsync("identity.name")).ShouldBe(["crm.customers/c1/name", "erp.invoices//payer"], "what cannot be asked is looked into by people");
        (await FindAsync("free-text")).ShouldBe(["paper.letters//letter"]);
        await Should.ThrowAsync<ArgumentException>(() => FindAsync("contact.phone"));

        async Task<IEnumerable<string>> FindAsync(string category) =>
            (await world.Requests.FindCorrectionsAsync(request.Id, category, JsonSerializer.SerializeToElement("Right-Name")))
            .Select(one => $"{one.DataSet}/{one.NativeKey}/{one.Field}");
    }

    [Fact]
    public async Task Recipients_are_told_of_each_correction_also_of_one_that_people_make_by_hand()
    {
        var data = new RightsData().Customer();
        data.Orders.Put(new Purchase("o1", "c1", "Wrong Street", null));
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), data);
        var (subject, disclosures) = (await world.PersonAsync(), world.Get<DisclosureService>());
        foreach (var (recipient, purpose, field) in new[] { ("cloud", "service-provision", "crm.customers.email"), ("printer", "order-handling", "crm.orders.address") })
        {
            (await disclosures.DiscloseAsync(new DisclosureRequest(recipient, purpose, field), subject)).IsAllowed.ShouldBeTrue();
        }

        var request = await world.HandleAsync(DataSubjectRight.Rectification, subject);
        foreach (var address in new[] { "first@right.example", "second@right.example" })
        {
            await world.Requests.RectifyAsync(request.Id, [new Correction("crm.customers", "c1", "email", JsonSerializer.SerializeToElement(address))]);
        }

        await world.Requests.RectifyAsync(request.Id, [new Correction("crm.orders", "o1", "address", JsonSerializer.SerializeToElement("Right Street"))]);
        (await ToldAsync()).ShouldBe(["cloud", "cloud"], "nobody has corrected the order yet");
        await world.Tasks.CompleteAsync((await world.Tasks.ListOpenAsync()).Single(task => task.Kind == "rectify-by-hand").Id, "done", "customer-service");
        await world.PumpAsync();

        (await ToldAsync()).ShouldBe(["cloud", "cloud", "printer"]);

        async Task<IEnumerable<string>> ToldAsync() =>
            (await world.Get<RecipientNotifications>().ReadForAsync(subject)).Select(notification => notification.Recipient);
    }

    [Fact]
    public async Task What_is_left_to_people_stays_so_until_they_say_that_it_is_done_whatever_is_corrected_meanwhile_or_later()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), new RightsData().Customer());
        var request = await world.HandleAsync(DataSubjectRight.Rectification, await world.PersonAsync());

        await CorrectAsync("picture", "first");
        await CorrectAsync("name", "Right-Name");
        (await CodesAsync()).ShouldBe(["name Corrected", "picture NotReached"]);
        await CompleteAsync();
        (await CodesAsync()).ShouldBe(["name Corrected", "picture Corrected"]);

        await CorrectAsync("picture", "second");
        (await CodesAsync()).ShouldBe(["name Corrected", "picture NotReached"]);
        await CompleteAsync();
        (await CodesAsync()).ShouldBe(["name Corrected", "picture Corrected"]);

        Task CorrectAsync(string field, string value) =>
            world.Requests.RectifyAsync(request.Id, [new Correction("crm.customers", "c1", field, JsonSerializer.SerializeToElement(value))]);

        async Task CompleteAsync()
        {
            await world.Tasks.CompleteAsync((await world.Tasks.ListOpenAsync()).Single(task => task.Kind == "rectify-by-hand").Id, "done", "customer-service");
            await world.PumpAsync();
        }

        async Task<IEnumerable<string>> CodesAsync() => (await world.Requests.GetAsync(request.Id, CancellationToken.None)).Results.Single().Items
            .Select(item => $"{item.Fields.Single()} {item.Code}").Order(StringComparer.Ordinal);
    }

    [Fact]
    public async Task Nobody_corrects_what_is_another_persons()
    {
        var data = new RightsData().Customer().Customer("c2");
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), data);
        var request = await world.ReceiveAsync(DataSubjectRight.Rectification, await world.PersonAsync());

        var result = await world.Requests.RectifyAsync(request.Id, [new Correction("crm.customers", "c2", "name", JsonSerializer.SerializeToElement("Evil"))]);

        data.Customers.Find("c2")!.Name.ShouldBe("Marker-Name-c2");
        result.Results.ShouldHaveSingleItem().Level.ShouldBe(ReceiptLevel.Requested);
    }

    [Fact]
    public async Task A_correction_that_people_could_not_make_stays_outstanding_with_the_reason_and_is_asked_for_again()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), new RightsData().Customer());
        var request = await world.HandleAsync(DataSubjectRight.Rectification, await world.PersonAsync());
        await world.Requests.RectifyAsync(request.Id, [new Correction("crm.customers", "c1", "picture", JsonSerializer.SerializeToElement("x"))]);
        await world.CompleteAsync("rectify-by-hand", "not-possible");

        (await ItemAsync()).ShouldBe((ResultCode.NotReached, "not-possible"));
        await world.CompleteAsync("rectify-by-hand", "done");
        (await ItemAsync()).Code.ShouldBe(ResultCode.Corrected);

        async Task<(ResultCode Code, string? Reason)> ItemAsync()
        {
            var item = (await world.Requests.ExecuteAsync(request.Id)).Results.ShouldHaveSingleItem().Items.ShouldHaveSingleItem();
            return (item.Code, item.Reason);
        }
    }

    [Theory]
    [InlineData("no.such", "name")]
    [InlineData("crm.customers", "no-such-field")]
    [InlineData("crm.customers", "")]
    [InlineData("anna@marker.example", "name")]
    public async Task A_correction_of_what_the_policy_does_not_declare_is_refused_and_nothing_is_corrected(string dataSet, string field)
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), new RightsData().Customer());

        await RefusedAsync(world, new Correction(dataSet, "c1", field, JsonSerializer.SerializeToElement("x")));
    }

    [Fact]
    public async Task A_correction_without_a_value_or_of_the_same_as_another_is_refused_and_nothing_is_corrected()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), new RightsData().Customer());

        await RefusedAsync(world, new Correction("crm.customers", "c1", "email", default));
        await RefusedAsync(world, new Correction("crm.customers", "c1", "name", JsonSerializer.SerializeToElement("Another")));
    }

    [Fact]
    public async Task Of_what_was_refused_nothing_is_carried_out()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), new RightsData().Customer());
        var request = await world.ReceiveAsync(DataSubjectRight.Rectification, await world.PersonAsync());
        await world.Requests.RefuseAsync(request.Id, RightsReasons.ManifestlyUnfounded, RightsWorld.Officer, "Asked for every day.");

        (await Should.ThrowAsync<RequestException>(() => world.Requests.RectifyAsync(
            request.Id, [new Correction("crm.customers", "c1", "name", JsonSerializer.SerializeToElement("Other"))]))).Code.ShouldBe("E-DSR-12");
        world.Data.Customers.Find("c1")!.Name.ShouldBe("Marker-Name-c1");
    }

    /// <summary>A correction that is none is refused, together with one that is.</summary>
    private static async Task RefusedAsync(RightsWorld world, Correction correction)
    {
        var request = await world.ReceiveAsync(DataSubjectRight.Rectification, await world.PersonAsync());
        var before = (await world.Stores.EntriesAsync()).Count;
        Correction right = new("crm.customers", "c1", "name", JsonSerializer.SerializeToElement("One"));

        var refusal = await Should.ThrowAsync<RequestException>(() => world.Requests.RectifyAsync(request.Id, [right, correction]));

        (refusal.Code, refusal.Message.Contains("marker", StringComparison.Ordinal)).ShouldBe(("E-DSR-12", false));
        (await world.Stores.EntriesAsync()).Count.ShouldBe(before);
        world.Data.Customers.Find("c1")!.Name.ShouldBe("Marker-Name-c1");
    }
}
