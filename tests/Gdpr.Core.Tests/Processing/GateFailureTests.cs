using Gdpr.Journals;
using Gdpr.Processing;
using Gdpr.Retention;
using Gdpr.Subjects;
using Gdpr.Testing;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Core.Tests.Processing;

/// <summary>The gate where something is down, damaged, restored, or disagrees: what is unknown is never allowed, and nothing is swallowed.</summary>
public sealed class GateFailureTests
{
    [Fact]
    public async Task With_the_store_of_states_down_the_answer_is_no_and_no_exception()
    {
        await using var office = Office.Open();
        var person = await office.PersonAsync();
        office.Stores.StateFaults.Reset();
        office.Stores.StateFaults.FailAt(1, FaultMoment.Before, staysDown: true);

        var decision = await office.AskAsync(person, "service-provision", "crm.customers.name");

        decision.Outcome.ShouldBe(ProcessingOutcome.Denied);
        Codes(decision).ShouldContain(ProcessingReasons.StateUnreadable);
        (await office.EntriesAsync("processing-denied")).ShouldHaveSingleItem().Content.Data.ShouldContain("state-unreadable");
    }

    [Fact]
    public async Task With_every_single_call_to_the_stores_failing_nothing_is_ever_allowed_that_was_not_recorded()
    {
        await using var whole = Office.Open();
        var known = await whole.PersonAsync();
        whole.Stores.Faults.Reset();
        await whole.AskAsync(known, "service-provision", "crm.customers.name");
        var calls = whole.Stores.Faults.Calls.Count;
        calls.ShouldBeGreaterThan(0);

        for (var call = 1; call <= calls; call++)
        {
            await using var office = Office.Open();
            var person = await office.PersonAsync();
            office.Stores.Faults.Reset();
            office.Stores.Faults.FailAt(call, FaultMoment.Before, staysDown: true);

            var isAllowed = false;
            try
            {
                isAllowed = (await office.AskAsync(person, "service-provision", "crm.customers.name")).IsAllowed;
            }
            catch (ProcessingNotRecordedException)
            {
                // The call fails: whoever asked has no answer.
            }

            isAllowed.ShouldBeFalse($"call {call} failed");
        }
    }

    [Fact]
    public async Task What_cannot_be_recorded_is_not_allowed_and_the_call_fails()
    {
        await using var office = Office.Open();
        var person = await office.PersonAsync();
        await office.AskAsync(person, "service-provision", "crm.customers.name");
        office.Stores.Faults.Reset();
        office.Stores.Faults.FailAt(1, FaultMoment.Before, staysDown: true);

        var exception = await Should.ThrowAsync<ProcessingNotRecordedException>(() => office.AskAsync(person, "service-provision", "crm.customers.name"));

        exception.Code.ShouldBe("E-GATE-01");
    }

    [Fact]
    public async Task A_key_that_nobody_gave_or_that_is_another_controllers_is_nobodys_and_denied()
    {
        await using var office = Office.Open();
        var person = await office.PersonAsync();
        var byAddress = await office.Get<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfEmail("anna@marker.example")));
        var madeUp = person with { Key = new SubjectKey("made-up") };

        var decision = await office.AskAsync(madeUp, "service-provision", "crm.customers.name");

        decision.Outcome.ShouldBe(ProcessingOutcome.Denied);
        Codes(decision).ShouldBe([ProcessingReasons.PersonUnknown]);
        var use = await office.Gate.PrepareAsync(new ProcessingRequest(madeUp, "service-provision") { Data = ["crm.customers.name"] });
        Codes(office.Gate.Decide(new ProcessingQuestion(use), await office.Gate.StandingAsync(madeUp), Office.Now)).ShouldBe([ProcessingReasons.PersonUnknown]);
        office.Gate.Decide(new ProcessingQuestion(use), await office.Gate.StandingAsync(person), Office.Now).IsAllowed.ShouldBeTrue();
        (await office.AskAsync(byAddress, "service-provision", "crm.customers.name")).IsAllowed.ShouldBeTrue("who is known by an address alone is somebody");
    }

    [Fact]
    public async Task A_person_of_another_controller_or_of_nobody_is_denied_and_nothing_made_up_lands_in_the_journal()
    {
        await using var office = Office.Open();
        var person = await office.PersonAsync();
        var foreign = new DataSubject("marker-controller", person.Key);

        Codes(await office.AskAsync(foreign, "service-provision")).ShouldContain(ProcessingReasons.ControllerUnknown);
        Codes(await office.AskAsync(default, "service-provision")).ShouldContain(ProcessingReasons.ControllerUnknown);
        Codes(await office.AskAsync(person, "marker-purpose", "marker.data")).ShouldBe([ProcessingReasons.PurposeNotDeclared]);
        Codes(await office.Gate.DecideAsync(new ProcessingRequest(person, "service-provision")
        {
            Data = ["marker", "marker.set.field"],
            Activity = "marker-activity",
            Actor = ProcessingActor.Service("marker-role", "marker-service"),
            RequestId = "r-1",
        })).ShouldContain(ProcessingReasons.ActivityNotDeclared);

        (await office.EntriesAsync("processing-denied")).Count.ShouldBe(4);
        (await office.EntriesAsync("processing-denied")).ShouldAllBe(entry => !entry.Content.Data.Contains("marker") && !entry.Stream.Contains("marker"));
    }

    [Theory]
    [InlineData("Marker Anna")]
    [InlineData("anna@office.example")]
    [InlineData("")]
    [InlineData("a/b")]
    public async Task What_would_stand_in_the_journal_in_the_clear_is_refused_unless_it_is_a_word(string word)
    {
        await using var office = Office.Open();
        var person = await office.PersonAsync();

        var exception = await Should.ThrowAsync<ArgumentException>(() => office.Gate.DecideAsync(new ProcessingRequest(person, "service-provision") { RequestId = word }));
        await Should.ThrowAsync<ArgumentException>(() => office.Gate.DecideAsync(new ProcessingRequest(person, "service-provision") { Channel = word }));

        exception.Message.ShouldNotContain("anna", Case.Insensitive);
    }

    [Fact]
    public async Task The_journal_never_names_whoever_processed_or_whom_it_was_about()
    {
        await using var office = Office.Open(actor: ProcessingActor.Person("staff", "marker-account"));
        var person = await office.PersonAsync("marker-customer");
        await office.AskAsync(person, "service-provision");
        await office.AskAsync(person, "direct-marketing");
        await office.AskAsync(person, "web-analytics");

        var entries = new List<JournalEntry>();
        await foreach (var entry in office.Stores.Journal.ReadAllAsync(0, CancellationToken.None))
        {
            entries.Add(entry);
        }

        entries.ShouldAllBe(entry => !entry.Content.Data.Contains("marker") && !entry.Stream.Contains("marker"));
        var vaulted = (await office.Get<ISubjectVault>().FindAsync("office", SubjectIdentifier.OfHost("marker-account").Hash("office", office.Stores.Keys), CancellationToken.None)).ShouldNotBeNull();
        entries.ShouldContain(entry => entry.Content.Data.Contains($"\"actor\":\"{vaulted}\""));
    }

    [Fact]
    public async Task Every_gate_holds_in_any_order_of_registration()
    {
        (string Name, ProcessingRuleAnswer Answer)[] rules =
        [
            ("c", ProcessingRuleAnswer.Agrees), ("a", ProcessingRuleAnswer.Denies("Not on Sundays.")), ("b", ProcessingRuleAnswer.NeedsHuman("Is it so?")),
        ];
        var answers = new List<string>();
        foreach (var order in new[] { new[] { 0, 1, 2 }, [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0] })
        {
            await using var office = Office.Open(before: services =>
            {
                foreach (var index in order)
                {
                    services.AddSingleton<IProcessingRule>(new Rule(rules[index].Name, _ => rules[index].Answer));
                }
            });
            var person = await office.PersonAsync();

            var decision = await office.AskAsync(person, "service-provision", "crm.customers.name");

            decision.Outcome.ShouldBe(ProcessingOutcome.Denied);
            answers.Add(string.Join(' ', decision.Reasons));
        }

        answers.Distinct().ShouldHaveSingleItem().ShouldBe("host-rule a host-rule b");
    }

    [Fact]
    public async Task A_rule_opens_nothing_that_the_law_closes()
    {
        await using var office = Office.Open(before: services => services.AddSingleton<IProcessingRule>(new Rule("yes", _ => ProcessingRuleAnswer.Agrees)));
        var person = await office.PersonAsync();

        Codes(await office.AskAsync(person, "direct-marketing", "crm.customers.email")).ShouldBe([ProcessingReasons.ConsentMissing]);
    }

    [Fact]
    public async Task A_rule_that_fails_or_says_nothing_is_no_yes()
    {
        await using var office = Office.Open(before: services => services
            .AddSingleton<IProcessingRule>(new Rule("throws", _ => throw new InvalidOperationException("Marker")))
            .AddSingleton<IProcessingRule>(new Rule("cancelled", _ => throw new OperationCanceledException()))
            .AddSingleton<IProcessingRule>(new Rule("silent", _ => null!)));
        var person = await office.PersonAsync();

        var decision = await office.AskAsync(person, "service-provision", "crm.customers.name");

        decision.Reasons.Select(reason => reason.ToString()).ShouldBe(["host-rule-failed cancelled", "host-rule-failed silent", "host-rule-failed throws"]);
    }

    [Fact]
    public async Task What_a_rule_asks_a_human_becomes_one_task_with_owner_and_due_date()
    {
        var due = Office.Now + Duration.FromDays(3);
        await using var office = Office.Open(before: services => services
            .AddSingleton<IProcessingRule>(new Rule("export", _ => ProcessingRuleAnswer.NeedsHuman("May it leave the country?", "head-of-sales", due))));
        var person = await office.PersonAsync();

        var first = await office.AskAsync(person, "service-provision", "crm.customers.name");
        var second = await office.AskAsync(person, "service-provision", "crm.customers.name");

        first.Outcome.ShouldBe(ProcessingOutcome.NeedsHuman);
        second.Tasks.ShouldBe(first.Tasks);
        var task = (await office.Tasks.ListOpenAsync()).ShouldHaveSingleItem();
        (task.Id, task.Owner, task.DueBy, task.Question, task.Subject).ShouldBe((first.Tasks[0], "head-of-sales", due, "May it leave the country?", person.Key.ToString()));
        (await office.EntriesAsync("processing-needs-human")).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_journal_that_is_behind_its_witness_closes_the_gate_until_somebody_acknowledges_it()
    {
        var old = new OfficeStores();
        DataSubject person;
        await using (var before = Office.Open(old))
        {
            person = await before.PersonAsync();
            (await before.AskAsync(person, "service-provision", "crm.customers.name")).IsAllowed.ShouldBeTrue();
            await before.Get<JournalCheckpoints>().MakeAsync(CancellationToken.None);
        }

        // Restored from a backup from before everything; the witness lies outside it.
        var restored = new OfficeStores(old.Witness, old.Keys);
        await using var office = Office.Open(restored);
        person = await office.PersonAsync();

        Codes(await office.AskAsync(person, "service-provision", "crm.customers.name")).ShouldBe([ProcessingReasons.JournalRestored]);
        (await office.Get<Gdpr.Disposal.Sweep>().AcknowledgeRestoreAsync("data-protection-officer")).ShouldBeTrue();
        (await office.AskAsync(person, "service-provision", "crm.customers.name")).IsAllowed.ShouldBeTrue();
    }

    [Fact]
    public async Task A_backup_whose_replay_is_not_done_closes_the_gate_until_it_is()
    {
        var replay = new Replay { Code = ProcessingReasons.ReplayPending };
        await using var office = Office.Open(before: services => services.AddSingleton<IUseBlock>(replay));
        var person = await office.PersonAsync();

        Codes(await office.AskAsync(person, "service-provision", "crm.customers.name")).ShouldBe([ProcessingReasons.ReplayPending]);
        replay.Code = null;
        (await office.AskAsync(person, "service-provision", "crm.customers.name")).IsAllowed.ShouldBeTrue();
        replay.IsDown = true;
        Codes(await office.AskAsync(person, "service-provision", "crm.customers.name")).ShouldBe([ProcessingReasons.StateUnreadable]);
    }

    [Fact]
    public async Task While_the_gate_only_reports_everything_is_allowed_and_what_would_have_been_denied_is_recorded()
    {
        await using var office = Office.Open(configure: options => options.ReportOnly = true);
        var person = await office.PersonAsync();

        var decision = await office.AskAsync(person, "direct-marketing", "crm.customers.email");

        (decision.IsAllowed, decision.IsReportOnly).ShouldBe((true, true));
        Codes(decision).ShouldBe([ProcessingReasons.ConsentMissing]);
        (await office.EntriesAsync("processing-would-deny")).ShouldHaveSingleItem().Content.Data.ShouldContain("consent-missing");
        (await office.EntriesAsync("processing-allowed")).ShouldBeEmpty();
        office.Stores.Faults.Reset();
        office.Stores.Faults.FailAt(1, FaultMoment.Before, staysDown: true);
        await Should.ThrowAsync<ProcessingNotRecordedException>(() => office.AskAsync(person, "direct-marketing", "crm.customers.email"));
    }

    private static IEnumerable<string> Codes(ProcessingDecision decision) => decision.Reasons.Select(reason => reason.Code);

    private sealed class Rule(string name, Func<ProcessingRuleContext, ProcessingRuleAnswer> judge) : IProcessingRule
    {
        public string Name => name;

        public ValueTask<ProcessingRuleAnswer> JudgeAsync(ProcessingRuleContext context, CancellationToken cancellationToken) => ValueTask.FromResult(judge(context));
    }

    private sealed class Replay : IUseBlock
    {
        public string? Code { get; set; }

        public bool IsDown { get; set; }

        public ValueTask<string?> FindAsync(CancellationToken cancellationToken) =>
            IsDown ? throw new InvalidOperationException("Down.") : ValueTask.FromResult(Code);
    }
}
