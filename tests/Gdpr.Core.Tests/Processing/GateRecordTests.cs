using System.Text.Json;
using Gdpr.Processing;
using Gdpr.Retention;
using Gdpr.Subjects;
using Gdpr.Testing;
using NodaTime;
using NodaTime.Extensions;

namespace Gdpr.Core.Tests.Processing;

/// <summary>What the gate records and when it hears of what others have: sums, repetitions, other nodes, periods, organisations.</summary>
public sealed class GateRecordTests
{
    [Fact]
    public async Task The_same_use_within_one_request_is_recorded_once_and_every_other_by_itself()
    {
        await using var office = Office.Open();
        var (one, other) = (await office.PersonAsync("1"), await office.PersonAsync("2"));
        ProcessingRequest Request(DataSubject person, string id, string data = "crm.customers.name") =>
            new(person, "service-provision") { Data = [data], RequestId = id };

        await office.Gate.DecideAsync(Request(one, "r-1"));
        await office.Gate.DecideAsync(Request(one, "r-1"));
        (await office.EntriesAsync("processing-allowed")).Count.ShouldBe(1);

        await office.Gate.DecideAsync(Request(one, "r-1", "crm.customers.email"));
        await office.Gate.DecideAsync(Request(other, "r-1"));
        await office.Gate.DecideAsync(Request(one, "r-2"));
        await office.Gate.DecideAsync(Request(one, "r-2") with { RequestId = null });
        await office.Gate.DecideAsync(Request(one, "r-2") with { RequestId = null });
        (await office.EntriesAsync("processing-allowed")).Count.ShouldBe(6);
    }

    [Fact]
    public async Task What_could_not_be_recorded_does_not_count_as_recorded_the_next_time()
    {
        await using var office = Office.Open();
        var person = await office.PersonAsync();
        await office.AskAsync(person, "service-provision");
        var request = new ProcessingRequest(person, "service-provision") { Data = ["crm.customers.name"], RequestId = "r-1" };
        office.Stores.Faults.Reset();
        office.Stores.Faults.FailAt(1, FaultMoment.Before);
        await Should.ThrowAsync<ProcessingNotRecordedException>(() => office.Gate.DecideAsync(request));
        office.Stores.Faults.Reset();

        await office.Gate.DecideAsync(request);

        (await office.EntriesAsync("processing-allowed")).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_request_for_several_data_sets_is_one_entry_for_each()
    {
        const string Counted = """, "counted": { "purpose": "service-provision", "basis": { "contract": { "necessity": "N." } }, "data": ["crm.visits"], "retention": { "keep": "P1M", "after": "at" } }""";
        await using var office = Office.Open(policy: Office.Policy(Office.Activities + Counted));
        var person = await office.PersonAsync();

        (await office.AskAsync(person, "service-provision")).IsAllowed.ShouldBeTrue();

        (await office.EntriesAsync("processing-allowed")).Select(entry => JsonDocument.Parse(entry.Content.Data).RootElement.GetProperty("dataSet").GetString())
            .ShouldBe(["crm.customers", "crm.visits"]);
    }

    [Fact]
    public async Task Uses_that_the_activity_sums_up_are_one_entry_at_once_and_one_per_bounded_number_and_time_and_none_is_lost()
    {
        await using var office = Office.Open(configure: options => options.SumAtMost = 10);
        var person = await office.PersonAsync();

        for (var use = 1; use <= 25; use++)
        {
            (await office.AskAsync(person, "web-analytics")).IsAllowed.ShouldBeTrue();
        }

        (await CountsAsync(office)).ShouldBe([1, 10, 10]);
        office.Clock.Advance(Duration.FromMinutes(1));
        await office.AskAsync(person, "web-analytics");
        (await CountsAsync(office)).ShouldBe([1, 10, 10, 5]);
        (await office.EntriesAsync("processing-allowed")).ShouldBeEmpty();
        (await office.EntriesAsync("processing-summed")).ShouldAllBe(entry => entry.Content.Subject == null && entry.Content.Data.Contains("online.visits"));
    }

    [Fact]
    public async Task Sums_are_kept_apart_by_day_and_recorded_by_the_pump_and_when_the_host_stops()
    {
        var stores = new OfficeStores();
        await using (var office = Office.Open(stores))
        {
            var person = await office.PersonAsync();
            await office.AskAsync(person, "web-analytics");
            await office.AskAsync(person, "web-analytics");
            office.Clock.Advance(Duration.FromDays(1));
            await office.AskAsync(person, "web-analytics");
            await office.AskAsync(person, "web-analytics");
            foreach (var step in office.Steps.Where(step => step.Name == "uses"))
            {
                await step.RunAsync(office.Clock.GetUtcNow().ToInstant(), CancellationToken.None);
            }

            (await CountsAsync(office)).Sum().ShouldBe(4);
            await office.AskAsync(person, "web-analytics");
        }

        await using var after = Office.Open(stores);
        (await CountsAsync(after)).Sum().ShouldBe(5);
        (await after.EntriesAsync("processing-summed")).Select(entry => JsonDocument.Parse(entry.Content.Data).RootElement.GetProperty("day").GetString()).Distinct()
            .ShouldBe(["2026-11-22", "2026-11-23"]);
    }

    [Fact]
    public async Task While_sums_cannot_be_recorded_every_call_fails_and_afterwards_nothing_is_missing()
    {
        await using var office = Office.Open(configure: options => options.SumAtMost = 2);
        var person = await office.PersonAsync();
        await office.AskAsync(person, "web-analytics");
        await office.AskAsync(person, "web-analytics");
        office.Stores.Faults.Reset();
        office.Stores.Faults.FailAt(1, FaultMoment.Before, staysDown: true);
        for (var use = 0; use < 3; use++)
        {
            await Should.ThrowAsync<ProcessingNotRecordedException>(() => office.AskAsync(person, "web-analytics"));
        }

        office.Stores.Faults.Reset();
        await office.AskAsync(person, "web-analytics");

        (await CountsAsync(office)).ShouldBe([1, 5]);
    }

    [Fact]
    public async Task A_denial_is_an_entry_of_its_own_where_uses_are_summed_up_too()
    {
        await using var office = Office.Open();
        var person = await office.PersonAsync();
        await office.RestrictAsync(person);

        await office.AskAsync(person, "web-analytics");
        await office.AskAsync(person, "web-analytics");
        await office.Gate.DecideAsync(new ProcessingRequest(person, "web-analytics") { RestrictedUse = AllowedUse.LegalClaims });

        (await office.EntriesAsync("processing-denied")).Count.ShouldBe(2);
        (await office.EntriesAsync("processing-allowed")).ShouldHaveSingleItem().Content.Data.ShouldContain("LegalClaims");
        (await office.EntriesAsync("processing-summed")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_withdrawal_on_another_node_counts_at_once_where_the_tail_is_read_and_no_later_than_the_bound_otherwise()
    {
        await using var office = Office.Open(configure: options => options.StaleAfter = TimeSpan.FromSeconds(5));
        var person = await office.PersonAsync();
        await office.ConsentAsync(person);
        (await office.AskAsync(person, "direct-marketing")).IsAllowed.ShouldBeTrue();

        // The other node has appended and not folded: as when it died between the two, or recorded in a transaction of its host's.
        await office.AppendElsewhereAsync(person, SubjectEntries.ConsentWithdrawn, """{ "purpose": "direct-marketing" }""");

        (await office.Gate.DecideAsync(new ProcessingRequest(person, "direct-marketing") { IsStrict = true })).IsAllowed.ShouldBeFalse();
        office.Clock.Advance(Duration.FromSeconds(5));
        (await office.AskAsync(person, "direct-marketing")).IsAllowed.ShouldBeFalse();
    }

    [Fact]
    public async Task Without_the_strict_option_what_another_node_has_not_folded_counts_when_the_bound_has_passed_and_a_clock_that_goes_back_is_no_excuse()
    {
        await using var office = Office.Open(configure: options => options.StaleAfter = TimeSpan.FromSeconds(5));
        var person = await office.PersonAsync();
        await office.ConsentAsync(person);
        await office.AskAsync(person, "direct-marketing");
        await office.AppendElsewhereAsync(person, SubjectEntries.ConsentWithdrawn, """{ "purpose": "direct-marketing" }""");

        office.Clock.Set(Office.Now - Duration.FromSeconds(30));

        (await office.AskAsync(person, "direct-marketing")).IsAllowed.ShouldBeFalse();
    }

    [Fact]
    public void Who_was_recorded_about_in_a_transaction_of_the_hosts_is_read_from_the_journal_for_a_while()
    {
        var (recent, now, person) = (new RecentSubjects(), Office.Now, new DataSubject("office", new("k1")));
        recent.Contains(person, now).ShouldBeFalse();
        recent.Add(person, now);

        recent.Contains(person, now + Duration.FromMinutes(9)).ShouldBeTrue();
        recent.Contains(new DataSubject("office", new("k2")), now).ShouldBeFalse();
        recent.Contains(person, now + Duration.FromMinutes(10)).ShouldBeFalse();
    }

    [Fact]
    public void Where_too_many_were_recorded_about_to_tell_apart_everybody_is_read_from_the_journal()
    {
        var (recent, now) = (new RecentSubjects(), Office.Now);
        for (var person = 0; person <= 10_000; person++)
        {
            recent.Add(new DataSubject("office", new($"k{person}")), now);
        }

        recent.Contains(new DataSubject("office", new("anybody")), now + Duration.FromMinutes(9)).ShouldBeTrue();
        recent.Contains(new DataSubject("office", new("anybody")), now + Duration.FromMinutes(10)).ShouldBeFalse();
    }

    [Fact]
    public async Task After_a_withdrawal_no_call_that_begins_is_allowed_however_many_run_meanwhile()
    {
        await using var office = Office.Open();
        var person = await office.PersonAsync();
        await office.ConsentAsync(person);
        var (withdrawn, wrong, allowed) = (0, 0, 0);

        var asking = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var call = 0; call < 40; call++)
            {
                var wasWithdrawn = Volatile.Read(ref withdrawn) == 1;
                var isAllowed = (await office.AskAsync(person, "direct-marketing")).IsAllowed;
                Interlocked.Add(ref wrong, isAllowed && wasWithdrawn ? 1 : 0);
                Interlocked.Add(ref allowed, isAllowed ? 1 : 0);
            }
        })).ToArray();
        await Task.Yield();
        await office.RecordAsync(person, SubjectEntries.ConsentWithdrawn, """{ "purpose": "direct-marketing" }""");
        Volatile.Write(ref withdrawn, 1);
        await Task.WhenAll(asking);

        wrong.ShouldBe(0);
        (await office.EntriesAsync("processing-allowed")).Count.ShouldBe(allowed);
        (await office.EntriesAsync("processing-denied")).Count.ShouldBe(320 - allowed);
        (await office.AskAsync(person, "direct-marketing")).IsAllowed.ShouldBeFalse();
    }

    [Theory]
    [InlineData("2026-11-01", true)]
    [InlineData("2026-08-22", true)]
    [InlineData("2026-08-21", false)]
    [InlineData(null, false)]
    public async Task With_the_triggers_of_a_record_its_period_decides_too_and_the_unknown_is_no(string? ended, bool isAllowed)
    {
        await using var office = Office.Open();
        var person = await office.PersonAsync();
        var trigger = ended is null ? TriggerValue.Missing : TriggerValue.On(NodaTime.Text.LocalDatePattern.Iso.Parse(ended).Value);

        var decision = await office.Gate.DecideAsync(
            new ProcessingRequest(person, "service-provision") { Data = ["crm.customers.name"], Records = [new ProcessingRecord("crm.customers", [trigger])] });

        decision.IsAllowed.ShouldBe(isAllowed);
        decision.IsPeriodChecked.ShouldBe(isAllowed);
        decision.Reasons.Select(reason => reason.Code).ShouldBe(isAllowed ? [] : [ProcessingReasons.PeriodOver]);
    }

    [Fact]
    public async Task A_record_kept_while_consent_lasts_is_seen_by_its_consent_and_one_of_another_data_set_says_nothing()
    {
        await using var office = Office.Open();
        var person = await office.PersonAsync();
        await office.ConsentAsync(person);
        var request = new ProcessingRequest(person, "direct-marketing") { Data = ["crm.customers.email"], Records = [new ProcessingRecord("crm.customers", [TriggerValue.Missing])] };

        (await office.Gate.DecideAsync(request)).IsPeriodChecked.ShouldBeTrue();
        var restricted = await office.Gate.DecideAsync(
            request with { Records = [request.Records[0] with { Facts = default(RecordFacts).With(RecordFlags.Restricted) }] });
        restricted.Reasons.Select(reason => reason.Code).ShouldBe([ProcessingReasons.Restricted]);
        (await office.Gate.DecideAsync(request with { Records = [new ProcessingRecord("crm.nothing", [])] })).Reasons.Select(reason => reason.Code)
            .ShouldBe([ProcessingReasons.DataNotDeclared]);
        (await office.Gate.DecideAsync(request with { Purpose = "no-such-purpose" })).Reasons.Select(reason => reason.Code).ShouldBe([ProcessingReasons.PurposeNotDeclared]);
    }

    [Theory]
    [InlineData("org-1", "org-1", true)]
    [InlineData("org-1", "org-2", false)]
    [InlineData("org-1", null, false)]
    [InlineData(null, "org-1", false)]
    [InlineData(null, null, false)]
    public async Task A_delegated_role_works_within_its_own_organisation_and_an_unknown_one_is_another(string? own, string? theirs, bool isAllowed)
    {
        await using var office = Office.Open(actor: ProcessingActor.Person("administrator", "bo", own));
        var person = await office.PersonAsync();

        var decision = await office.Gate.DecideAsync(new ProcessingRequest(person, "service-provision") { Data = ["crm.customers.name"], SubjectOrganisation = theirs });

        decision.Reasons.Select(reason => reason.Code).ShouldBe(isAllowed ? [] : [ProcessingReasons.OtherOrganisation]);
    }

    [Theory]
    [InlineData("sender", true, "crm.customers.email", "")]
    [InlineData("sender", true, "crm.customers.interests", ProcessingReasons.RoleWithoutCategory)]
    [InlineData("sender", false, "crm.customers.email", ProcessingReasons.RoleUnknown)]
    [InlineData("staff", true, "crm.customers.email", ProcessingReasons.RoleUnknown)]
    [InlineData("administrator", false, "crm.customers.email", ProcessingReasons.RoleWithoutPurpose)]
    [InlineData("nobody", false, "crm.customers.email", ProcessingReasons.RoleUnknown)]
    public async Task A_role_of_people_or_services_processes_what_it_is_permitted_and_nothing_else(string role, bool isService, string data, string expected)
    {
        await using var office = Office.Open();
        var person = await office.PersonAsync();
        await office.ConsentAsync(person);

        var decision = await office.Gate.DecideAsync(
            new ProcessingRequest(person, "direct-marketing") { Data = [data], Actor = new ProcessingActor(role, "someone", isService) { Organisation = "org" } });

        decision.Reasons.Select(reason => reason.Code).ShouldBe(expected.Length > 0 ? [expected] : []);
    }

    private static async Task<IEnumerable<long>> CountsAsync(Office office) =>
        (await office.EntriesAsync("processing-summed")).Select(entry => JsonDocument.Parse(entry.Content.Data).RootElement.GetProperty("count").GetInt64());
}
