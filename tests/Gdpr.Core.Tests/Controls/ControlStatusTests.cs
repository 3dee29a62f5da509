using Gdpr.Controls;
using Gdpr.Core.Tests.Breaches;
using Gdpr.Core.Tests.Disposal;
using Gdpr.Disclosures;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Testing;
using NodaTime;

namespace Gdpr.Core.Tests.Controls;

/// <summary>A claim is not a fact: only fresh evidence that passed is a pass.</summary>
public sealed class ControlStatusTests
{
    [Fact]
    public async Task Without_any_evidence_a_measure_is_missing_and_one_without_cadence_only_declared()
    {
        await using var shop = Office.Open();

        var states = (await shop.Evidence().ReadAsync()).ToDictionary(status => status.Id, status => status.State);

        states["daily-backup"].ShouldBe(ControlState.Missing);
        states["training"].ShouldBe(ControlState.Missing);
        states["locks"].ShouldBe(ControlState.Declared);
    }

    [Fact]
    public async Task A_daily_measure_is_fresh_through_the_next_day_and_a_missed_day_turns_it_overdue()
    {
        await using var shop = Office.Open();
        shop.Clock.Set(Office.At(2026, 11, 23, 0, 30));
        await shop.PassAsync("daily-backup");
        shop.Clock.Set(Office.At(2026, 11, 24, 23, 59));
        (await shop.StatusAsync("daily-backup")).State.ShouldBe(ControlState.Pass);

        shop.Clock.Set(Office.At(2026, 11, 25, 0, 0));

        var status = await shop.StatusAsync("daily-backup");
        (status.State, status.IsOverdue, status.NextDue).ShouldBe((ControlState.Stale, true, new LocalDate(2026, 11, 24)));
        await shop.PassAsync("daily-backup");
        (await shop.StatusAsync("daily-backup")).State.ShouldBe(ControlState.Pass);
    }

    [Theory]
    [InlineData("restore-test", "2026-11-02", "2026-11-09")]
    [InlineData("access-review", "2026-08-31", "2026-11-30")]
    [InlineData("access-review", "2025-11-30", "2026-02-28")]
    [InlineData("encryption", "2024-02-29", "2025-02-28")]
    public async Task Cadences_are_calendar_time_from_the_day_of_the_evidence(string control, string on, string due)
    {
        await using var shop = Office.Open();
        var day = NodaTime.Text.LocalDatePattern.Iso.Parse(on).Value;
        await shop.PassAsync(control, Office.At(day.Year, day.Month, day.Day, 23, 30));

        (await shop.StatusAsync(control)).NextDue.ShouldBe(NodaTime.Text.LocalDatePattern.Iso.Parse(due).Value);
    }

    [Fact]
    public async Task A_failed_outcome_is_not_fresh_and_is_due_at_once_until_it_passes()
    {
        await using var shop = Office.Open();
        await shop.PassAsync("daily-backup");
        shop.Clock.Advance(Duration.FromHours(1));

        await shop.Evidence().RecordAsync(new Evidence(EvidenceTarget.Control("daily-backup"), EvidenceOutcome.Failed, Office.By) { Reference = "https://backup.shop.example/42" });

        var status = await shop.StatusAsync("daily-backup");
        (status.State, status.IsOverdue).ShouldBe((ControlState.Failed, true));
        status.Lines.ShouldHaveSingleItem().Reference.ShouldBe("https://backup.shop.example/42");
        status.Lines[0].LastPassed.ShouldBe(shop.Clock.GetCurrentInstant() - Duration.FromHours(1));
        shop.Clock.Advance(Duration.FromHours(1));
        await shop.PassAsync("daily-backup");
        (await shop.StatusAsync("daily-backup")).State.ShouldBe(ControlState.Pass);
    }

    [Fact]
    public async Task Evidence_recorded_late_counts_from_when_it_occurred_and_of_one_instant_the_failure_counts()
    {
        await using var shop = Office.Open();
        var now = shop.Clock.GetCurrentInstant();
        await shop.Evidence().RecordAsync(new Evidence(EvidenceTarget.Control("daily-backup"), EvidenceOutcome.Failed, Office.By) { At = now });

        await shop.PassAsync("daily-backup", now - Duration.FromHours(2));
        (await shop.StatusAsync("daily-backup")).State.ShouldBe(ControlState.Failed);
        await shop.PassAsync("daily-backup", now);
        (await shop.StatusAsync("daily-backup")).State.ShouldBe(ControlState.Failed);
        await Should.ThrowAsync<InvalidEvidenceException>(() => shop.PassAsync("daily-backup", now + Duration.FromSeconds(1)));
    }

    [Fact]
    public async Task A_measure_for_both_roles_passes_when_each_has_shown_it()
    {
        await using var shop = Office.Open();
        await ShowAsync(ProcessingCapacity.Controller);

        var status = await shop.StatusAsync("restore-test");
        status.State.ShouldBe(ControlState.Missing);
        status.Lines.Select(line => (line.Capacity, line.State)).ShouldBe(
            [(ProcessingCapacity.Controller, ControlState.Pass), (ProcessingCapacity.Processor, ControlState.Missing)]);
        await ShowAsync(ProcessingCapacity.Processor);
        (await shop.StatusAsync("restore-test")).State.ShouldBe(ControlState.Pass);

        Task ShowAsync(ProcessingCapacity capacity) => shop.Evidence().RecordAsync(
            new Evidence(EvidenceTarget.Control("restore-test") with { System = "crm", Capacity = capacity }, EvidenceOutcome.Passed, Office.By));
    }

    [Fact]
    public async Task Training_is_shown_by_each_member_of_staff_and_by_nobody_who_has_left()
    {
        await using var shop = Office.Open();
        var (one, two) = (await shop.PersonAsync("staff-1"), await shop.PersonAsync("staff-2"));
        await shop.Evidence().ExpectAsync("training", one, Office.By);
        await shop.Evidence().ExpectAsync("training", two, Office.By);
        await shop.Evidence().ExpectAsync("training", two, Office.By);
        await shop.Evidence().RecordAsync(new Evidence(EvidenceTarget.Training("training", one), EvidenceOutcome.Passed, Office.By));

        var status = await shop.StatusAsync("training");
        status.State.ShouldBe(ControlState.Missing);
        status.Lines.Select(line => (line.Person, line.State)).ShouldBe([(one, ControlState.Pass), (two, ControlState.Missing)], ignoreOrder: true);
        await shop.Evidence().ReleaseAsync("training", two, Office.By);
        (await shop.StatusAsync("training")).State.ShouldBe(ControlState.Pass);
        (await shop.World.EntriesAsync()).Count(entry => entry.Content.Type == "evidence-person-expected").ShouldBe(2);
        shop.Clock.Set(Office.At(2027, 11, 23));
        (await shop.StatusAsync("training")).State.ShouldBe(ControlState.Stale);
    }

    [Fact]
    public async Task Evidence_of_what_the_policy_does_not_declare_is_refused()
    {
        await using var shop = Office.Open();
        var person = await shop.PersonAsync("staff-1");
        EvidenceTarget[] wrong =
        [
            EvidenceTarget.Control("none"), EvidenceTarget.Document("none"), EvidenceTarget.Assessment("none"), EvidenceTarget.Agreement("none"),
            EvidenceTarget.Control("daily-backup") with { System = "web" }, EvidenceTarget.Control("restore-test") with { Capacity = ProcessingCapacity.JointController },
            EvidenceTarget.Control("training"), EvidenceTarget.Training("daily-backup", person), EvidenceTarget.Training("training", person with { Controller = "other" }),
            EvidenceTarget.OfRecipient("daily-backup", "carrier"), EvidenceTarget.OfRecipient("encryption", "nobody"),
        ];

        foreach (var target in wrong)
        {
            await Should.ThrowAsync<InvalidEvidenceException>(
                () => shop.Evidence().RecordAsync(new Evidence(target, EvidenceOutcome.Passed, Office.By) { NextReview = new LocalDate(2027, 1, 1) }), target.ToString());
        }

        foreach (var reference in new[] { "", "see the mail", "someone@shop.example", new string('x', 201) })
        {
            await Should.ThrowAsync<InvalidEvidenceException>(() => shop.Evidence().RecordAsync(
                new Evidence(EvidenceTarget.Control("locks"), EvidenceOutcome.Passed, Office.By) { Reference = reference }));
        }

        (await shop.World.EntriesAsync()).ShouldNotContain(entry => entry.Content.Type == "evidence-recorded");
    }

    [Fact]
    public async Task A_recipient_proves_what_is_required_of_it_by_evidence_of_its_own()
    {
        await using var shop = Office.Open();
        await shop.PassAsync("encryption");
        (await UnprovenAsync()).ShouldBe(["encryption", "locks"]);
        (await shop.Evidence().ReadRecipientsAsync()).Select(one => (one.Recipient, one.Control, one.Line.State)).ShouldBe(
            [("carrier", "encryption", ControlState.Missing), ("carrier", "locks", ControlState.Declared)]);

        await shop.Evidence().RecordAsync(new Evidence(EvidenceTarget.OfRecipient("encryption", "carrier"), EvidenceOutcome.Passed, Office.By));
        await shop.Evidence().RecordAsync(new Evidence(EvidenceTarget.OfRecipient("locks", "carrier"), EvidenceOutcome.Passed, Office.By));
        (await UnprovenAsync()).ShouldBeEmpty();

        shop.Clock.Set(Office.At(2027, 11, 23));
        (await UnprovenAsync()).ShouldBe(["encryption"]);

        async Task<IReadOnlyList<string>> UnprovenAsync() => await shop.Get<IDisclosureEvidence>()
            .UnprovenAsync("carrier", ["encryption", "locks"], shop.Clock.GetCurrentInstant(), CancellationToken.None);
    }

    [Fact]
    public async Task Coverage_names_the_families_without_measures_and_the_activities_that_none_protects()
    {
        await using var shop = Office.Open();

        var coverage = await shop.Evidence().ReadCoverageAsync();

        coverage.UnprotectedActivities.ShouldBe(["statistics"]);
        coverage.Families.Select(family => family.Family).ShouldBe(Enum.GetValues<ControlFamily>());
        coverage.Gaps.ShouldNotContain(ControlFamily.Backup);
        coverage.Gaps.ShouldContain(ControlFamily.Malware);
        coverage.Families.Single(family => family.Family == ControlFamily.Physical).Worst.ShouldBe(ControlState.Declared);
    }

    [Fact]
    public async Task Evidence_outlives_a_lost_state_store_and_the_entries_that_said_it()
    {
        var world = new ShopWorld();
        await using (var shop = Office.Open(world))
        {
            await shop.PassAsync("encryption");
            var person = await shop.PersonAsync("staff-1");
            await shop.Evidence().ExpectAsync("training", person, Office.By);
            await shop.Get<JournalCheckpoints>().MakeAsync(CancellationToken.None);
            for (var time = 1; time <= 2; time++)
            {
                world.Clock.Advance(Duration.FromDays(100));
                (await shop.Get<JournalExpiry>().ExpireAsync(world.Clock.GetCurrentInstant(), CancellationToken.None)).ShouldNotBeNull();
            }
        }

        (await world.EntriesAsync()).Select(entry => entry.Content.Type).ShouldNotContain("evidence-recorded");
        world.States = new InMemoryStateStore();
        await using var next = Office.Open(world);
        (await next.StatusAsync("encryption")).State.ShouldBe(ControlState.Pass);
        (await next.StatusAsync("training")).Lines.ShouldHaveSingleItem().Person.ShouldNotBeNull();
        await world.ShouldVerifyAsync();
    }
}
