using Gdpr.Breaches;
using Gdpr.Controls;
using Gdpr.Core.Tests.Breaches;
using Gdpr.Core.Tests.Disposal;
using Gdpr.Journals;
using Gdpr.Processing.Tasks;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Controls;

/// <summary>One list of everything that falls due, with dates.</summary>
public sealed class DueCalendarTests
{
    [Fact]
    public async Task The_policy_alone_makes_evidence_reviews_and_ends_fall_due()
    {
        await using var shop = Office.Open();

        var items = await shop.Get<DueCalendar>().ListAsync();

        items.Select(item => (item.Kind, item.Id, item.LastDay)).ShouldBe(
        [
            ("control-evidence", "control/daily-backup/crm", new LocalDate(2026, 11, 2)),
            ("control-evidence", "control/restore-test/crm/Controller", new LocalDate(2026, 11, 8)),
            ("control-evidence", "control/restore-test/crm/Processor", new LocalDate(2026, 11, 8)),
            ("assessment-review", "assessment/risk-crm", new LocalDate(2026, 12, 1)),
            ("document-review", "document/security-policy", new LocalDate(2027, 1, 15)),
            ("agreement-end", "agreement/carrier-agreement", new LocalDate(2027, 1, 31)),
            ("control-evidence", "control/access-review/crm", new LocalDate(2027, 2, 1)),
            ("transfer-end", "transfer/printer", new LocalDate(2027, 6, 30)),
            ("control-evidence", "control/encryption/crm", new LocalDate(2027, 11, 1)),
            ("control-evidence", "control/training", new LocalDate(2027, 11, 1)),
            ("recipient-evidence", "recipient/carrier/encryption", new LocalDate(2027, 11, 1)),
            ("assessment-review", "assessment/tia", new LocalDate(2027, 12, 1)),
            ("assessment-review", "assessment/lia", new LocalDate(2028, 1, 31)),
            ("transfer-end", "transfer/analyst", new LocalDate(2031, 12, 27)),
        ]);
        items.ShouldAllBe(item => item.Article != null);
        items.Single(item => item.Id == "document/security-policy").Owner.ShouldBe("Board");
        items.Single(item => item.Id == "document/security-policy").DueBy.ShouldBe(Office.At(2027, 1, 16, 0));
    }

    [Fact]
    public async Task An_assessment_of_an_interest_is_reviewed_within_twenty_four_months_whatever_it_says_itself()
    {
        await using var shop = Office.Open();
        await shop.Evidence().RecordAsync(new Evidence(EvidenceTarget.Assessment("lia"), EvidenceOutcome.Passed, Office.By)
        {
            At = Office.At(2026, 11, 20),
            NextReview = new LocalDate(2040, 1, 1),
        });

        (await DueAsync(shop, "assessment/lia")).LastDay.ShouldBe(new LocalDate(2028, 11, 20));
    }

    [Fact]
    public async Task A_recorded_review_moves_the_next_one_and_a_failed_one_is_due_at_once()
    {
        await using var shop = Office.Open();
        await shop.Evidence().RecordAsync(new Evidence(EvidenceTarget.Document("security-policy"), EvidenceOutcome.Passed, "Board"));
        await shop.Evidence().RecordAsync(new Evidence(EvidenceTarget.Assessment("risk-crm"), EvidenceOutcome.Passed, "Security") { NextReview = new LocalDate(2027, 5, 1) });
        (await DueAsync(shop, "document/security-policy")).LastDay.ShouldBe(new LocalDate(2027, 11, 22));
        (await DueAsync(shop, "assessment/risk-crm")).LastDay.ShouldBe(new LocalDate(2027, 5, 1));
        await Should.ThrowAsync<InvalidEvidenceException>(
            () => shop.Evidence().RecordAsync(new Evidence(EvidenceTarget.Assessment("risk-crm"), EvidenceOutcome.Passed, "Security")));

        shop.Clock.Advance(Duration.FromHours(1));
        await shop.Evidence().RecordAsync(new Evidence(EvidenceTarget.Document("security-policy"), EvidenceOutcome.Failed, "Board"));

        (await DueAsync(shop, "document/security-policy")).LastDay.ShouldBe(new LocalDate(2026, 11, 22));
    }

    [Theory]
    [InlineData("document/security-policy")]
    [InlineData("assessment/risk-crm")]
    [InlineData("control/daily-backup/crm")]
    public async Task What_was_overdue_stays_so_on_the_day_on_which_a_look_at_it_fails(string id)
    {
        await using var shop = Office.Open();
        var target = id.Split('/') switch
        {
            ["document", var document] => EvidenceTarget.Document(document),
            ["assessment", var assessment] => EvidenceTarget.Assessment(assessment),
            [_, var control, _] => EvidenceTarget.Control(control),
            _ => throw new InvalidOperationException(id),
        };
        await shop.Evidence().RecordAsync(new Evidence(target, EvidenceOutcome.Passed, Office.By)
        {
            NextReview = target.Kind == EvidenceKind.Assessment ? new LocalDate(2027, 5, 1) : null,
        });
        var due = await DueAsync(shop, id);
        shop.Clock.Set(due.DueBy + Duration.FromDays(3));

        await shop.Evidence().RecordAsync(new Evidence(target, EvidenceOutcome.Failed, Office.By));

        (await DueAsync(shop, id)).LastDay.ShouldBe(due.LastDay);
        (await shop.Get<DueCalendar>().ListOverdueAsync()).ShouldContain(item => item.Id == id);
    }

    [Fact]
    public async Task Holds_restrictions_and_consents_are_in_the_list_with_people_by_opaque_key_or_number_only()
    {
        await using var shop = Office.Open();
        await shop.Work.PrepareAsync(CancellationToken.None);
        var hold = await shop.Holds.PlaceAsync(Shop.Terms(records: ["gone-1"]));
        var (one, two) = (await shop.PersonAsync("kept-1"), await shop.PersonAsync("kept-2"));
        await RecordAsync(shop, one, SubjectEntries.RestrictionPlaced, """{"id":"r1","ground":"Claims","dataSets":[],"reviewBy":"2027-03-31"}""");
        await RecordAsync(shop, one, SubjectEntries.ConsentGiven, """{"purpose":"direct-marketing"}""");
        await RecordAsync(shop, two, SubjectEntries.ConsentGiven, """{"purpose":"direct-marketing"}""");

        (await DueAsync(shop, $"hold/{hold.Id}")).LastDay.ShouldBe(new LocalDate(2027, 2, 1));
        var restriction = await DueAsync(shop, "restriction/r1");
        (restriction.LastDay, restriction.Subject).ShouldBe((new LocalDate(2027, 3, 31), one.Key.Value));
        var renewal = await DueAsync(shop, "consent/shop/direct-marketing/2028-11-22");
        (renewal.Count, renewal.LastDay, renewal.Kind).ShouldBe((2, new LocalDate(2028, 11, 22), DueKinds.ConsentRenewal));
        await RecordAsync(shop, one, SubjectEntries.RestrictionLifted, """{"id":"r1"}""");
        await RecordAsync(shop, one, SubjectEntries.ConsentWithdrawn, """{"purpose":"direct-marketing"}""");
        (await shop.Get<DueCalendar>().ListAsync()).ShouldNotContain(item => item.Kind == DueKinds.RestrictionReview);
        (await DueAsync(shop, "consent/shop/direct-marketing/2028-11-22")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_breach_is_listed_once_though_its_duties_have_tasks_of_their_own()
    {
        await using var shop = Office.Open();
        var breach = await shop.Breaches().RecordAsync(Reports.Lost(shop.Clock.GetCurrentInstant()));

        var items = (await shop.Get<DueCalendar>().ListAsync()).Where(item => item.About == breach.Id).ToArray();

        items.Select(item => item.Id).ShouldBe([$"breach/{breach.Id}/assess", $"breach/{breach.Id}/notify-authority", $"breach/{breach.Id}/describe"]);
        items.ShouldAllBe(item => item.Kind == DueKinds.Breach);
        (items[1].LegalLimit - items[1].DueBy).ShouldBe(Duration.FromHours(1));
    }

    [Fact]
    public async Task A_request_is_due_on_its_conservative_day_with_the_legal_one_beside_it()
    {
        await using var shop = Office.Open();
        var person = await shop.PersonAsync("kept-1");
        shop.Clock.Set(Office.At(2027, 3, 1));

        // Received on Sunday 31 January 2027: the base day is Sunday 28 February, moved to Monday 1 March by law.
        var request = await shop.Get<DataSubjectRequests>().ReceiveAsync(
            new RequestIntake(DataSubjectRight.Access, person) { ReceivedAt = Office.At(2027, 1, 31), Identity = IdentityMethod.SignedIn });

        var item = await DueAsync(shop, $"request/{request.Id}");
        (item.Kind, item.LastDay, item.Subject).ShouldBe((DueKinds.Request, new LocalDate(2027, 2, 28), person.Key.Value));
        item.LegalLimit.ShouldBe(Office.At(2027, 3, 2, 0));
        (await shop.Get<DueCalendar>().ListOverdueAsync()).Single(one => one.About == request.Id).ShouldBe(item);
    }

    [Fact]
    public async Task The_review_of_a_restriction_that_was_asked_for_is_listed_once()
    {
        await using var shop = Office.Open();
        var person = await shop.PersonAsync("kept-1");

        await shop.Get<DataSubjectRequests>().ReceiveAsync(new RequestIntake(DataSubjectRight.Restriction, person)
        {
            ReceivedAt = shop.Clock.GetCurrentInstant(),
            Identity = IdentityMethod.SignedIn,
            Ground = RestrictionGround.Claims,
            ReviewBy = new LocalDate(2027, 3, 31),
        });

        var review = (await shop.Get<DueCalendar>().ListAsync()).Single(item => item.Kind == DueKinds.RestrictionReview);
        (review.LastDay, review.Subject).ShouldBe((new LocalDate(2027, 3, 31), person.Key.Value));
    }

    [Fact]
    public async Task A_task_is_listed_with_its_owner_until_it_is_done()
    {
        await using var shop = Office.Open();
        var tasks = shop.Get<HumanTasks>();
        var now = shop.Clock.GetCurrentInstant();
        await tasks.OpenAsync(new HumanTask("t1", "assess-objection", "legal", now + Duration.FromDays(1), now), CancellationToken.None);

        (await DueAsync(shop, "t1")).Owner.ShouldBe("legal");
        (await shop.Get<DueCalendar>().ListAsync(now)).ShouldNotContain(item => item.Id == "t1");
        (await shop.Get<DueCalendar>().ListAsync(now + Duration.FromDays(1))).ShouldContain(item => item.Id == "t1");
        await tasks.CompleteAsync("t1", "upheld", "legal");
        (await shop.Get<DueCalendar>().ListAsync()).ShouldNotContain(item => item.Id == "t1");
    }

    private static async Task<DueItem> DueAsync(Shop shop, string id) => (await shop.Get<DueCalendar>().ListAsync()).Single(item => item.Id == id);

    private static async Task RecordAsync(Shop shop, DataSubject subject, string type, string data)
    {
        var commands = shop.Get<SubjectCommands>();
        await commands.RecordAsync(subject, _ => [new PersonalEntry(commands.EntryOf(subject, type, data))], null, CancellationToken.None);
    }
}
