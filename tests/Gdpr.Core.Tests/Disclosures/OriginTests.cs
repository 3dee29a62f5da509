using Gdpr.Controls;
using Gdpr.Disclosures;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing.Tasks;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Disclosures;

/// <summary>Where data comes from, and who has to be told of it.</summary>
public sealed class OriginTests
{
    private static readonly Collection Bought = new("crm.customers", "register");
    private static readonly NoticeGiven Notice = new("notice", "email") { Language = "sv" };

    [Fact]
    public async Task Origin_and_channel_are_recorded_of_each_person()
    {
        await using var office = Office.Open();
        var person = await office.PersonAsync();
        var decision = await Collections(office).CollectAsync(new Collection("crm.customers", "form") { Channel = "web", Record = "C-17" }, [person]);

        decision.IsAllowed.ShouldBeTrue();
        decision.Owed.ShouldBeEmpty();
        var line = (await Collections(office).ReadForAsync(person)).Collected.ShouldHaveSingleItem();
        line.ShouldBe(new CollectedData("crm.customers", "form", Office.Now, Office.Now) { From = OriginKind.Person, Channel = "web", Record = "C-17" });
    }

    [Theory]
    [InlineData("crm.orders", "register", "origin-undeclared")]
    [InlineData("crm.customers", "unheard-of", "origin-undeclared")]
    [InlineData("crm.unheard-of", "form", "data-set-undeclared")]
    [InlineData("crm.customers.name", "form", "data-set-undeclared")]
    [InlineData("crm.customers", "telephone", "registrar-missing")]
    public async Task Collection_from_elsewhere_than_declared_is_refused_and_journalled(string dataSet, string origin, string code)
    {
        await using var office = Office.Open();
        var person = await office.PersonAsync();
        var decision = await Collections(office).CollectAsync(new Collection(dataSet, origin), [person]);

        decision.IsAllowed.ShouldBeFalse();
        decision.Reasons.ShouldHaveSingleItem().Code.ShouldBe(code);
        (await Collections(office).ReadForAsync(person)).Collected.ShouldBeEmpty();
        (await office.EntriesAsync()).Single(entry => entry.Content.Type == "collection-refused").Content.Data.ShouldContain(code);
    }

    [Fact]
    public async Task What_is_registered_by_hand_says_by_which_function()
    {
        await using var office = Office.Open();
        var person = await office.PersonAsync();
        (await Collections(office).CollectAsync(new Collection("crm.customers", "telephone") { By = "customer-service" }, [person])).IsAllowed.ShouldBeTrue();
        (await Collections(office).ReadForAsync(person)).Collected.ShouldHaveSingleItem().By.ShouldBe("customer-service");
        await Should.ThrowAsync<ArgumentException>(() => Collections(office).CollectAsync(new Collection("crm.customers", "telephone") { By = "a@person.example" }, [person]));
    }

    [Fact]
    public async Task Data_from_elsewhere_than_the_person_is_told_within_a_month()
    {
        await using var office = Office.Open();
        office.Clock.Advance(Instant.FromUtc(2027, 1, 31, 10, 0) - Office.Now);
        var person = await office.PersonAsync();
        var decision = await Collections(office).CollectAsync(Bought, [person]);

        // 31 January and a month is Sunday 28 February 2027; the law's latest is Monday 1 March.
        decision.Owed.ShouldBe([person]);
        decision.NoticeDueBy.ShouldBe(Midnight(2027, 3, 1));
        var origins = await Collections(office).ReadForAsync(person);
        (origins.DueBy, origins.LegalLatest).ShouldBe((Midnight(2027, 3, 1), Midnight(2027, 3, 2)));
        origins.IsOverdue(Midnight(2027, 3, 2) - Duration.Epsilon).ShouldBeFalse();
        origins.IsOverdue(Midnight(2027, 3, 2)).ShouldBeTrue();
    }

    [Fact]
    public async Task The_month_runs_from_the_data_that_was_obtained_first_in_whatever_order_it_is_recorded()
    {
        await using var office = Office.Open();
        var (person, told) = (await office.PersonAsync(), await office.PersonAsync("2"));
        var earlier = Bought with { ObtainedAt = Office.Now - Duration.FromDays(20) };
        await Collections(office).CollectAsync(Bought, [person, told]);
        var late = (await Collections(office).ReadForAsync(person)).DueBy!.Value;
        await Collections(office).RecordNoticeAsync(Notice, [told]);

        // What was bought twenty days ago is entered now; what was bought ten days ago after that.
        (await Collections(office).CollectAsync(earlier, [person, told])).Owed.ShouldBe([person], "whoever was told, was");
        await Collections(office).CollectAsync(Bought with { ObtainedAt = Office.Now - Duration.FromDays(10) }, [person]);

        var origins = await Collections(office).ReadForAsync(person);
        origins.OwedSince.ShouldBe(earlier.ObtainedAt);
        origins.DueBy!.Value.ShouldBeLessThan(late);
        (await Collections(office).ListOwedAsync(origins.DueBy)).Select(one => one.Subject).ShouldBe([person]);
        (await Collections(office).ReadForAsync(told)).OwedSince.ShouldBeNull();
        await Collections(office).RecordNoticeAsync(Notice, [person]);
        (await Collections(office).ReadForAsync(person)).OwedSince.ShouldBeNull();
    }

    [Fact]
    public async Task Whoever_is_owed_a_notice_is_listed_until_it_is_given()
    {
        await using var office = Office.Open();
        var people = await office.PeopleAsync(5);
        await Collections(office).CollectAsync(Bought, people);
        (await Collections(office).ListOwedAsync()).ShouldBeEmpty();
        (await Collections(office).ListOwedAsync(Office.Now + Duration.FromDays(40))).Count.ShouldBe(5);

        await Collections(office).RecordNoticeAsync(Notice, [people[0], people[1]]);
        await Collections(office).ExemptAsync(NoticeExemption.AlreadyInformed, "They were told by the seller.", "lawyer", [people[2]]);
        office.Clock.Advance(Duration.FromDays(40));
        (await Collections(office).ListOwedAsync()).Select(person => person.Subject).ShouldBe([people[3], people[4]], ignoreOrder: true);

        var told = await Collections(office).ReadForAsync(people[0]);
        told.Notices.ShouldHaveSingleItem().ShouldBe(new NoticeRecord("notice", "1", "email", Office.Now) { Language = "sv" });
        (told.OwedSince, told.DueBy).ShouldBe((null, null));
    }

    [Fact]
    public async Task Notices_that_are_owed_are_in_the_list_of_everything_that_falls_due_by_number_until_they_are_given()
    {
        await using var office = Office.Open();
        var people = await office.PeopleAsync(3);
        await Collections(office).CollectAsync(Bought, people);
        await Collections(office).RecordNoticeAsync(Notice, [people[0]]);

        var item = (await office.Get<DueCalendar>().ListAsync()).Single(item => item.Kind == DueKinds.NoticeOwed);
        var told = await Collections(office).ReadForAsync(people[1]);
        (item.Count, item.Controller, item.DueBy, item.LegalLimit).ShouldBe((2, "office", told.DueBy!.Value, told.LegalLatest));
        (item.LastDay, item.Id, item.Article).ShouldBe((new LocalDate(2026, 12, 22), "notice/office/2026-12-22", "Art. 14(3)(a)"));

        await Collections(office).RecordNoticeAsync(Notice, people);
        (await office.Get<DueCalendar>().ListAsync()).ShouldNotContain(item => item.Kind == DueKinds.NoticeOwed);
    }

    [Fact]
    public async Task Nothing_is_sent_to_who_is_owed_a_notice_unless_it_carries_it()
    {
        await using var office = Office.Open();
        var person = await office.PersonAsync();
        (await Collections(office).BeforeContactAsync(person)).ShouldBeNull();
        await Collections(office).CollectAsync(Bought, [person]);

        (await Collections(office).BeforeContactAsync(person))!.Code.ShouldBe("notice-owed");
        (await Collections(office).BeforeContactAsync(person, Notice)).ShouldBeNull();
        (await Collections(office).BeforeContactAsync(person)).ShouldBeNull();
        (await Collections(office).ListOwedAsync(Office.Now + Duration.FromDays(400))).ShouldBeEmpty();
    }

    [Fact]
    public async Task Nothing_is_disclosed_to_another_controller_before_the_person_is_told_and_a_processor_may_send_the_notice()
    {
        await using var office = Office.Open();
        var person = await office.PersonAsync();
        await Collections(office).CollectAsync(Bought, [person]);
        var carrier = new DisclosureRequest("carrier", "delivery", "crm.orders.address");

        (await office.Disclosures.DiscloseAsync(carrier, person)).Reasons.ShouldHaveSingleItem().ShouldBe(new DisclosureReason("notice-owed", "Art. 14(3)(c)"));
        (await office.Disclosures.DiscloseAsync(new DisclosureRequest("sms", "service-provision", "crm.customers.phone"), person)).IsAllowed.ShouldBeTrue();
        await Collections(office).RecordNoticeAsync(Notice, [person]);
        (await office.Disclosures.DiscloseAsync(carrier, person)).IsAllowed.ShouldBeTrue();
    }

    [Fact]
    public async Task Data_bought_again_owes_nothing_to_who_was_told_unless_it_was_erased_meanwhile()
    {
        await using var office = Office.Open();
        var person = await office.PersonAsync();
        await Collections(office).CollectAsync(Bought, [person]);
        await Collections(office).RecordNoticeAsync(Notice, [person]);
        office.Clock.Advance(Duration.FromDays(30));
        (await Collections(office).CollectAsync(Bought, [person])).Owed.ShouldBeEmpty();

        await office.RecordAsync(person, SubjectEntries.ErasureGranted, new EndingData("e", [], []), SubjectJson.Default.EndingData);
        office.Clock.Advance(Duration.FromDays(30));
        (await Collections(office).CollectAsync(Bought, [person])).Owed.ShouldBe([person]);
        (await Collections(office).ReadForAsync(person)).Collected.ShouldHaveSingleItem().Last.ShouldBe(Office.Now + Duration.FromDays(60));
    }

    [Fact]
    public async Task The_clock_runs_from_the_first_that_was_not_told()
    {
        await using var office = Office.Open();
        var person = await office.PersonAsync();
        await Collections(office).CollectAsync(Bought, [person]);
        office.Clock.Advance(Duration.FromDays(10));
        await Collections(office).CollectAsync(Bought, [person]);
        (await Collections(office).ReadForAsync(person)).OwedSince.ShouldBe(Office.Now);
    }

    [Fact]
    public async Task A_notice_with_the_collection_leaves_nothing_owed_and_one_that_is_not_declared_is_refused()
    {
        await using var office = Office.Open();
        var person = await office.PersonAsync();
        (await Collections(office).CollectAsync(Bought with { Notice = Notice }, [person])).Owed.ShouldBeEmpty();
        (await Should.ThrowAsync<UnknownNoticeException>(() => Collections(office).RecordNoticeAsync(new NoticeGiven("text", "email"), [person]))).Code.ShouldBe("E-DISC-04");
    }

    [Fact]
    public async Task Data_taken_from_the_person_without_a_notice_on_record_is_remarked()
    {
        await using var office = Office.Open();
        var person = await office.PersonAsync();
        var form = new Collection("crm.customers", "form");
        (await Collections(office).CollectAsync(form, [person])).Remarks.ShouldHaveSingleItem().Code.ShouldBe("notice-not-shown");
        (await Collections(office).CollectAsync(form with { Notice = Notice }, [person])).Remarks.ShouldBeEmpty();
        (await Collections(office).CollectAsync(form, [person])).Remarks.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("anna@person.example", null)]
    [InlineData(null, "anna andersson")]
    public async Task What_may_tell_who_somebody_is_is_no_word_of_the_journal(string? channel, string? record)
    {
        await using var office = Office.Open();
        var person = await office.PersonAsync();
        await Should.ThrowAsync<ArgumentException>(() => Collections(office).CollectAsync(Bought with { Channel = channel, Record = record }, [person]));
    }

    [Fact]
    public async Task A_register_of_thousands_is_recorded_in_few_entries_and_outlives_them()
    {
        var world = new OfficeWorld();
        IReadOnlyList<DataSubject> people;
        await using (var office = Office.Open(world))
        {
            people = await office.PeopleAsync(2000);
            var before = (await office.EntriesAsync()).Count;
            await Collections(office).CollectAsync(Bought, people);
            ((await office.EntriesAsync()).Count - before).ShouldBe(4);
            await Collections(office).RecordNoticeAsync(Notice, [people[0]]);
            await office.Get<JournalCheckpoints>().MakeAsync(CancellationToken.None);
            world.Clock.Advance(Duration.FromDays(100));
            (await office.Get<JournalExpiry>().ExpireAsync(world.Clock.GetCurrentInstant(), CancellationToken.None)).ShouldNotBeNull();
        }

        world.States = new InMemoryStateStore();
        await using var next = Office.Open(world);
        (await Collections(next).ListOwedAsync()).Count.ShouldBe(1999);
        (await Collections(next).ReadForAsync(people[0])).Notices.Count.ShouldBe(1);
        (await Collections(next).ReadForAsync(people[1])).Collected.ShouldHaveSingleItem().First.ShouldBe(Office.Now);
    }

    private static CollectionRegister Collections(Office office) => office.Get<CollectionRegister>();

    private static Instant Midnight(int year, int month, int day) =>
        new LocalDateTime(year, month, day, 0, 0).InZoneStrictly(DateTimeZoneProviders.Tzdb["Europe/Stockholm"]).ToInstant();
}
