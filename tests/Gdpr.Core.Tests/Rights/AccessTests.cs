using System.Text;
using System.Text.Json;
using Gdpr.Policies;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>Access (Art. 15): everything that the article asks for, tailored to the person; and what a copy must not hold.</summary>
public sealed class AccessTests
{
    /// <summary>The answer is the person's own: what others have consented to is none of theirs.</summary>
    [Fact]
    public async Task A_purpose_that_the_person_has_not_consented_to_or_has_ended_is_none_of_theirs()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), new RightsData().Customer());
        var subject = await world.PersonAsync();
        (await PurposesAsync()).ShouldBe(["credit", "service"]);
        await world.ConsentAsync(subject, "direct-marketing");
        (await PurposesAsync()).ShouldBe(["credit", "newsletter", "service"]);
        await world.HandleAsync(DataSubjectRight.Withdrawal, subject, intake => intake with { Scope = new RequestScope { Purposes = ["direct-marketing"] } });
        (await PurposesAsync()).ShouldBe(["credit", "service"]);

        // Nothing is left that the record is kept for, and it is still there: what it was processed for is told, as over.
        world.Data.Customers.Put(world.Data.Customers.Find("c1")! with { Ended = new LocalDate(2025, 1, 1) });
        var content = await ContentAsync();
        content.Purposes.ShouldAllBe(purpose => purpose.IsOver);
        content.Purposes.Select(purpose => purpose.Activity).ShouldContain("service");

        async Task<IEnumerable<string>> PurposesAsync() => (await ContentAsync()).Purposes.Where(purpose => !purpose.IsOver).Select(purpose => purpose.Activity);

        async Task<AccessAnswerContent> ContentAsync()
        {
            var request = await world.ReceiveAsync(DataSubjectRight.Access, subject, intake => intake with { Scope = new RequestScope { DataSets = ["crm.customers"] } });
            return (await world.Requests.ComposeAccessAsync(request.DuplicateOf ?? request.Id)).Content;
        }
    }

    [Fact]
    public async Task The_answer_holds_all_that_article_15_asks_for()
    {
        var data = ErasureTests.Past().Customer("c2");
        data.Tickets.Put(new Ticket("t1", "c1", "a1", "Marker-Text", "Marker-Agent", new LocalDate(2026, 1, 10)));
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), data);
        var subject = await world.PersonAsync();
        await world.ConsentAsync(subject, "direct-marketing");
        var request = await world.ReceiveAsync(DataSubjectRight.Access, subject);

        var content = (await world.Requests.ComposeAccessAsync(request.Id)).Content;

        content.IsProcessed.ShouldBe(true);
        content.Controller.Contact.ShouldBe("privacy@acme.example");
        content.Purposes.Select(purpose => purpose.Activity).ShouldBe(["books", "credit", "delivery", "faces", "newsletter", "service", "support"]);
        content.Purposes.Where(purpose => !purpose.IsOver).Select(purpose => purpose.Activity).ShouldBe(
            ["books", "newsletter", "support"], "what the others were for is still there, and nothing more");
        var books = content.Purposes.Single(purpose => purpose.Activity == "books");
        (books.Law, books.Until).ShouldBe(("SFS 1999:1078 7:2", new LocalDate(2032, 12, 31)));
        books.Criteria.ShouldBe("7 years after the end of the calendar year in which the fiscal year of booked closed");
        content.Purposes.Single(purpose => purpose.Activity == "support").Interest.ShouldBe("Good help");
        content.Purposes.Single(purpose => purpose.Activity == "service").Categories.ShouldContain("E-mail address");
        content.Recipients.Select(recipient => recipient.Name).ShouldBe(["Cloud Inc", "Printer AB"]);
        content.Recipients[0].Safeguard.ShouldBe(TransferMechanism.Adequacy);
        content.Sources.ShouldContain(source => source.DataSet == "crm.customers" && source.Title == "You");
        content.AutomatedDecisions.ShouldHaveSingleItem().Logic.ShouldBe("Income over debts.");
        content.Rights.ShouldBe(Enum.GetValues<DataSubjectRight>(), ignoreOrder: true);
        content.History.Consents.ShouldHaveSingleItem().Purpose.ShouldBe("direct-marketing");
        content.History.Requests.ShouldHaveSingleItem().Request.ShouldBe(request.Id);
        (content.Remedies.Company, content.Remedies.Authority).ShouldBe(("privacy@acme.example", "IMY"));
        content.Remedies.Court.ShouldContain("Acme AB");
        content.DataSets.Select(dataSet => dataSet.DataSet).ShouldBe(["crm.customers", "crm.orders", "desk.tickets", "erp.invoices"]);
    }

    [Fact]
    public async Task Secrets_stay_identity_numbers_are_masked_and_other_people_are_left_out_each_with_path_reason_and_count()
    {
        var data = new RightsData().Customer().Customer("c2");
        data.Tickets.Put(new Ticket("t1", "c1", "a1", "Marker-Text", "Marker-Agent", null));
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), data);
        var request = await world.ReceiveAsync(DataSubjectRight.Access, await world.PersonAsync());

        var answer = await world.Requests.ComposeAccessAsync(request.Id);

        var json = Encoding.UTF8.GetString(answer.ToJson());
        json.ShouldNotContain("Marker-Hash");
        json.ShouldNotContain("Marker-Agent");
        json.ShouldNotContain("c2@marker.example");
        json.ShouldNotContain("1239");
        json.ShouldContain("19900101-****");
        answer.Content.Limits.Select(limit => (limit.Path, limit.Reason, limit.Count)).ShouldBe(
        [
            ("crm.customers.password", RightsReasons.Credential, 1), ("crm.customers.pnr", RightsReasons.IdentityNumberMasked, 1),
                ("desk.tickets.agent", "other-person", 1),
        ]);
    }

    [Fact]
    public async Task Access_goes_through_restriction_and_hold()
    {
        var data = ErasureTests.Past();
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), data);
        var subject = await world.PersonAsync();
        await world.ReceiveAsync(DataSubjectRight.Restriction, subject, intake => intake with { Ground = RestrictionGround.AccuracyContested });
        await world.Get<Gdpr.Disposal.LegalHolds>().PlaceAsync(
            Disposal.Shop.Terms("crm.customers") with { From = new LocalDate(2026, 1, 1), ReviewBy = new LocalDate(2026, 6, 1) });
        var request = await world.ReceiveAsync(DataSubjectRight.Access, subject);

        var content = (await world.Requests.ComposeAccessAsync(request.Id)).Content;

        content.DataSets.Single(dataSet => dataSet.DataSet == "crm.customers").Records.ShouldHaveSingleItem().Restrictions.ShouldBe(["restricted"]);
        (await world.Get<Gdpr.Disposal.LegalHolds>().ListAsync()).ShouldHaveSingleItem().Phase.ShouldBe(HoldPhase.Placed);
        content.DataSets.Single(dataSet => dataSet.DataSet == "erp.invoices").Records.ShouldHaveSingleItem().IsKeptOnly.ShouldBeTrue();
    }

    [Fact]
    public async Task What_is_under_hold_is_given_and_the_hold_not_told()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), ErasureTests.Past());
        var subject = await world.PersonAsync();
        await world.Get<Gdpr.Disposal.LegalHolds>().PlaceAsync(
            Disposal.Shop.Terms("crm.customers") with { From = new LocalDate(2026, 1, 1), ReviewBy = new LocalDate(2026, 6, 1) });
        var request = await world.ReceiveAsync(DataSubjectRight.Access, subject);

        var record = (await world.Requests.ComposeAccessAsync(request.Id)).Content.DataSets.Single(dataSet => dataSet.DataSet == "crm.customers")
            .Records.ShouldHaveSingleItem();

        record.Restrictions.ShouldBeEmpty();
        record.Fields.Keys.ShouldContain("name");
        (await world.Get<Gdpr.Disposal.LegalHolds>().ListAsync()).ShouldHaveSingleItem().Phase.ShouldBe(HoldPhase.Placed);
    }

    [Fact]
    public async Task A_source_that_is_down_is_named_and_the_answer_completed_later()
    {
        var data = ErasureTests.Past();
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), data);
        var subject = await world.PersonAsync();
        data.ErpSwitch.IsDown = true;
        var request = await world.ReceiveAsync(DataSubjectRight.Access, subject);

        var partial = await world.Requests.ComposeAccessAsync(request.Id);
        partial.Missing.ShouldBe(["erp.invoices", "paper.letters"]);
        var given = await world.Requests.GiveAnswerAsync(partial, RightsWorld.Officer);
        (given.IsAnswered, given.IsOpen).ShouldBe((false, true));
        (await Should.ThrowAsync<RequestException>(() => world.Requests.CloseAsync(request.Id, RightsWorld.Officer))).Code.ShouldBe("E-DSR-07");

        data.ErpSwitch.IsDown = false;
        var task = (await world.Tasks.ListOpenAsync()).Single(one => one.Kind == "collect-by-hand");
        task.DueBy.ShouldBeLessThan(world.Requests.ClockOf(request).Conservative.End);
        await world.Tasks.CompleteAsync(task.Id, "done", "data-protection-coordinator");
        var whole = await world.Requests.ComposeAccessAsync(request.Id);
        whole.Missing.ShouldBeEmpty();
        whole.Content.DataSets.Single(dataSet => dataSet.DataSet == "paper.letters").IsByHand.ShouldBeTrue();
        await world.Requests.GiveAnswerAsync(whole, RightsWorld.Officer);
        var closed = await world.Requests.CloseAsync(request.Id, RightsWorld.Officer);
        (closed.Phase, closed.Outcome).ShouldBe((RequestPhase.Closed, RequestOutcome.Granted));
    }

    [Fact]
    public async Task Free_text_that_may_be_about_others_is_reviewed_before_it_is_given_out()
    {
        var data = new RightsData().Customer();
        data.Tickets.Put(new Ticket("t1", "c1", "a1", "Marker-Text", "Marker-Agent", null));
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), data);
        var request = await world.ReceiveAsync(DataSubjectRight.Access, await world.PersonAsync());
        var answer = await world.Requests.ComposeAccessAsync(request.Id);

        answer.ToReview.ShouldBe(["desk.tickets"]);
        (await Should.ThrowAsync<RequestException>(() => world.Requests.GiveAnswerAsync(answer, RightsWorld.Officer))).Code.ShouldBe("E-DSR-06");
        await world.Tasks.CompleteAsync((await world.Tasks.ListOpenAsync()).Single(one => one.Kind == "review-other-people").Id, "reviewed", RightsWorld.Officer);
        await world.Requests.GiveAnswerAsync(answer, RightsWorld.Officer);
    }

    [Fact]
    public async Task A_ticket_whose_time_ends_while_access_is_open_waits_for_the_answer_and_goes_the_same_day()
    {
        // Vector V5.
        var data = new RightsData();
        data.Tickets.Put(new Ticket("t1", "c1", null, "Marker-Text", null, new LocalDate(2024, 5, 31)));
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 5, 29, 9, 0), data);
        var subject = await world.PersonAsync();
        var request = await world.ReceiveAsync(DataSubjectRight.Access, subject);
        world.Requests.ClockOf(request).LegalLatest.LastDay.ShouldBe(new LocalDate(2026, 6, 29));

        world.Set(2026, 6, 15);
        await world.PumpAsync();
        data.Tickets.Find("t1").ShouldNotBeNull();

        await ErasureTests.FinishPaperAsync(world, request);
        var answer = await world.Requests.ComposeAccessAsync(request.Id);
        await ErasureTests.FinishPaperAsync(world, request);
        answer = await world.Requests.ComposeAccessAsync(request.Id);
        await world.Tasks.CompleteAsync((await world.Tasks.ListOpenAsync()).Single(one => one.Kind == "review-other-people").Id, "reviewed", RightsWorld.Officer);
        await world.Requests.GiveAnswerAsync(answer, RightsWorld.Officer);
        await world.Requests.CloseAsync(request.Id, RightsWorld.Officer);
        await world.PumpAsync();
        data.Tickets.Find("t1").ShouldBeNull();
    }

    [Fact]
    public async Task What_waited_for_the_answer_goes_when_it_is_given_though_nobody_closes_the_request()
    {
        var data = new RightsData().Customer("c1", new LocalDate(2025, 3, 31));
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), data);
        var scope = new RequestScope { DataSets = ["crm.customers"] };
        var request = await world.ReceiveAsync(DataSubjectRight.Access, await world.PersonAsync(), intake => intake with { Scope = scope });
        await world.PumpAsync();
        data.Customers.Find("c1")!.Name.ShouldNotBeNull();

        await world.Requests.GiveAnswerAsync(await world.Requests.ComposeAccessAsync(request.Id), RightsWorld.Officer);
        await world.PumpAsync();

        data.Customers.Find("c1")!.Name.ShouldBeNull();
        (await world.Requests.CloseAsync(request.Id, RightsWorld.Officer)).Phase.ShouldBe(RequestPhase.Closed);
    }

    [Fact]
    public async Task Nothing_held_is_said_to_be_so()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0));
        var request = await world.ReceiveAsync(DataSubjectRight.Access, await world.PersonAsync("nobody"));
        await world.Requests.ComposeAccessAsync(request.Id);
        await ErasureTests.FinishPaperAsync(world, request);

        var answer = await world.Requests.ComposeAccessAsync(request.Id);

        answer.Content.IsProcessed.ShouldBe(false);
        (await world.Requests.GiveAnswerAsync(answer, RightsWorld.Officer)).Outcome.ShouldBe(RequestOutcome.NothingHeld);
    }

    [Fact]
    public async Task The_journal_holds_the_digest_of_the_answer_and_nothing_of_the_person()
    {
        var data = ErasureTests.Past();
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), data);
        var request = await world.ReceiveAsync(
            DataSubjectRight.Access, await world.PersonAsync(), intake => intake with { Words = "Marker-Words", ReplyTo = "marker-reply@marker.example" });
        var answer = await world.Requests.ComposeAccessAsync(request.Id);
        await world.Requests.GiveAnswerAsync(answer, RightsWorld.Officer);

        (await world.Requests.FindAsync(request.Id))!.Answers.ShouldHaveSingleItem().Hash.ShouldBe(answer.Hash.ToString());
        (await world.Requests.ReadWordsAsync(request.Id)).ShouldBe(("Marker-Words", "marker-reply@marker.example"));
        string.Join('\n', (await world.Stores.EntriesAsync()).Select(entry => entry.Content.Data)).ShouldNotContain("arker-", Case.Sensitive);
    }

    [Fact]
    public async Task The_officers_table_neutralises_formulas_and_the_persons_file_is_faithful()
    {
        var data = new RightsData();
        data.Customers.Put(new Person("c1", "=1+1", "@evil", null, null, null, null, null));
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), data);
        var subject = await world.PersonAsync();
        var access = await world.ReceiveAsync(DataSubjectRight.Access, subject);
        var portability = await world.ReceiveAsync(DataSubjectRight.Portability, subject);

        (await world.Requests.ComposeAccessAsync(access.Id)).ToOfficersCsv("crm.customers").ShouldContain("'@evil,'=1+1");
        var csv = (await world.Requests.ComposePackageAsync(portability.Id)).Files.Single(file => file.Name == "crm.customers.csv");
        Encoding.UTF8.GetString(csv.Content.Span).ShouldContain("@evil,=1+1");
    }

    [Fact]
    public async Task A_review_lets_out_what_was_read_and_nothing_else_and_only_where_it_may_be_given_out()
    {
        var data = new RightsData();
        data.Tickets.Put(new Ticket("t1", "c1", null, "Marker-Text", null, new LocalDate(2026, 1, 10)));
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), data);
        var request = await world.ReceiveAsync(DataSubjectRight.Access, await world.PersonAsync());
        var first = await world.Requests.ComposeAccessAsync(request.Id);

        await world.CompleteAsync("review-other-people", "must-not-be-given-out");
        await RefusedAsync(first);
        await world.Requests.ComposeAccessAsync(request.Id);
        data.Tickets.Put(new Ticket("t2", "c1", null, "Marker-Later", null, new LocalDate(2026, 2, 1)));
        var second = await world.Requests.ComposeAccessAsync(request.Id);
        await world.CompleteAsync("review-other-people", "reviewed");
        await RefusedAsync(first);
        data.Tickets.Put(new Ticket("t3", "c1", null, "Marker-Latest", null, new LocalDate(2026, 2, 1)));
        await RefusedAsync(await world.Requests.ComposeAccessAsync(request.Id));

        await world.Requests.GiveAnswerAsync(second, RightsWorld.Officer);

        async Task RefusedAsync(AccessAnswer answer) =>
            (await Should.ThrowAsync<RequestException>(() => world.Requests.GiveAnswerAsync(answer, RightsWorld.Officer))).Code.ShouldBe("E-DSR-06");
    }

    /// <summary>Art. 15(3): a letter that says "granted" is no copy.</summary>
    [Fact]
    public async Task A_request_for_a_copy_is_not_answered_by_a_letter_without_the_copy()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), new RightsData().Customer());
        var request = await world.ReceiveAsync(DataSubjectRight.Access, await world.PersonAsync());
        await world.Requests.AssessAsync(request.Id);
        await world.CompleteAsync("collect-by-hand", "nothing-held");
        await world.Requests.AssessAsync(request.Id);
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        var letter = await world.Requests.ComposeAnswerAsync(request.Id);

        (await Should.ThrowAsync<RequestException>(() => world.Requests.GiveAnswerAsync(letter, RightsWorld.Officer))).Code.ShouldBe("E-DSR-07");

        (await world.Requests.FindAsync(request.Id))!.IsAnswered.ShouldBeFalse();
        await world.Requests.GiveAnswerAsync(await world.Requests.ComposeAccessAsync(request.Id), RightsWorld.Officer);
        (await world.Requests.CloseAsync(request.Id, RightsWorld.Officer)).Phase.ShouldBe(RequestPhase.Closed);
    }
}
