using System.Text;
using Gdpr.Consents;
using Gdpr.Journals;
using Gdpr.Processing;
using Gdpr.Processing.Tasks;
using Gdpr.Rights;
using Gdpr.Subjects;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using static Gdpr.Conformance.Tests.Pitfalls.AllPackages;

namespace Gdpr.Conformance.Tests.Pitfalls;

/// <summary>How other systems failed with consent, the gate and people's rights, and what happens here: with every package registered, from beginning to end.</summary>
public sealed class ConsentGateRightsTests
{
    [Fact]
    public async Task Nobody_who_never_answered_is_written_to()
    {
        await using var host = await StartAsync();
        var person = await host.CustomerAsync();

        (await host.AskAsync(person, Newsletter)).Reasons.ShouldContain(reason => reason.Code == ProcessingReasons.ConsentMissing);
        await host.Get<ConsentService>().RequestAsync(person, host.Get<ConsentService>().Ask(Newsletter, "sv"), "web");
        (await host.AskAsync(person, Newsletter)).IsAllowed.ShouldBeFalse("asked is not answered");
        (await host.AskAsync(person with { Key = new SubjectKey("somebody") }, Newsletter)).IsAllowed.ShouldBeFalse("unknown never allows");
        await host.GiveAsync(person);
        (await host.AskAsync(person, Newsletter)).IsAllowed.ShouldBeTrue();
    }

    [Fact]
    public async Task Where_nobody_can_read_whether_data_is_restricted_it_is_not_used()
    {
        await using var host = await StartAsync();
        var person = await host.CustomerAsync();
        (await host.AskAsync(person, Service)).IsAllowed.ShouldBeTrue();

        await host.RunAsync("gdpr-journal.db", "ALTER TABLE gdpr_fold RENAME TO gdpr_fold_away");
        host.Clock.Advance(Duration.FromMinutes(10));

        var decision = await host.AskAsync(person, Service);
        decision.IsAllowed.ShouldBeFalse(decision.ToString());
        await host.RunAsync("gdpr-journal.db", "ALTER TABLE gdpr_fold_away RENAME TO gdpr_fold");
        host.Clock.Advance(Duration.FromMinutes(10));
        (await host.AskAsync(person, Service)).IsAllowed.ShouldBeTrue();
    }

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(false, false, false)]
    public async Task Every_rule_of_the_host_holds_in_whatever_order_it_is_registered(bool first, bool last, bool isAllowed)
    {
        await using var host = await StartAsync(
            services => services.AddSingleton<IProcessingRule>(new Rule("first", first)), services => services.AddSingleton<IProcessingRule>(new Rule("last", last)));
        var person = await host.CustomerAsync();

        (await host.AskAsync(person, Service)).IsAllowed.ShouldBe(isAllowed);

        // The library's own rules hold beside them.
        (await host.AskAsync(person, Newsletter)).IsAllowed.ShouldBeFalse();
    }

    [Fact]
    public async Task Who_said_yes_twice_and_no_once_is_not_written_to_whoever_asks()
    {
        var works = new Mailings();
        await using var host = await StartAsync(services => services.AddSingleton<IScheduledWork>(works));
        var (person, consents) = (await host.CustomerAsync(), host.Get<ConsentService>());
        await host.GiveAsync(person);
        await host.GiveAsync(person, "shop");
        (await host.AskAsync(person, Newsletter)).IsAllowed.ShouldBeTrue();

        await consents.WithdrawAsync(person, Newsletter);

        (await host.AskAsync(person, Newsletter)).Reasons.ShouldContain(reason => reason.Code == ProcessingReasons.ConsentWithdrawn);
        (await host.Get<SubjectDirectory>().ReadStateAsync(person)).Consents.ShouldHaveSingleItem().Phase.ShouldBe(ConsentPhase.Withdrawn);
        works.Cancelled.ShouldContain((person, Newsletter));

        // History is not overwritten: each answer stands in the journal and in the records, which prove what was shown.
        (await host.EntriesAsync()).Where(entry => entry.Content.Subject == person.Key).Select(entry => entry.Content.Type)
            .Where(type => type.StartsWith("consent-", StringComparison.Ordinal)).ShouldBe(["consent-given", "consent-given", "consent-withdrawn"]);
        (await consents.ReadRecordsAsync(person)).SelectMany(record => record.Events).Count().ShouldBeGreaterThanOrEqualTo(3);
        (await host.VerifyAsync()).Faults.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Yes_and_no_at_the_same_instant_are_a_no_in_either_order(bool isYesFirst)
    {
        await using var host = await StartAsync();
        var (person, consents) = (await host.CustomerAsync(), host.Get<ConsentService>());
        Func<Task>[] both = [() => host.GiveAsync(person), () => consents.WithdrawAsync(person, Newsletter)];
        foreach (var answer in isYesFirst ? both : both.Reverse())
        {
            await answer();
        }

        (await host.Get<SubjectDirectory>().ReadStateAsync(person)).ConsentTo(Newsletter)!.Phase.ShouldBe(ConsentPhase.Withdrawn);
        (await host.AskAsync(person, Newsletter)).IsAllowed.ShouldBeFalse();
    }

    [Fact]
    public async Task Yes_and_no_from_two_windows_at_once_lose_neither_answer_and_are_a_no()
    {
        await using var host = await StartAsync();
        var (person, consents) = (await host.CustomerAsync(), host.Get<ConsentService>());

        await Task.WhenAll(Enumerable.Range(0, 10).Select(index => Task.Run(async () =>
            await (index % 2 == 0 ? host.GiveAsync(person) : consents.WithdrawAsync(person, Newsletter)))));

        (await host.Get<SubjectDirectory>().ReadStateAsync(person)).ConsentTo(Newsletter)!.Phase.ShouldBe(ConsentPhase.Withdrawn);
        (await host.AskAsync(person, Newsletter)).IsAllowed.ShouldBeFalse();
        (await host.EntriesAsync()).Count(entry => entry.Content.Type == "consent-given").ShouldBe(5);
        (await host.VerifyAsync()).Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Extending_the_time_to_answer_lifts_no_restriction()
    {
        await using var host = await StartAsync();
        var person = await host.CustomerAsync();
        var request = await host.ReceiveAsync(DataSubjectRight.Restriction, person, intake => intake with { Ground = RestrictionGround.AccuracyContested });
        (await host.AskAsync(person, Service)).Reasons.ShouldContain(reason => reason.Code == ProcessingReasons.Restricted);

        var extended = await host.Requests.ExtendAsync(request.Id, ExtensionReason.Complexity, Officer);

        extended.Extension.ShouldNotBeNull();
        (await host.AskAsync(person, Service)).Reasons.ShouldContain(reason => reason.Code == ProcessingReasons.Restricted);
        (await host.Get<SubjectDirectory>().ReadStateAsync(person)).Restrictions.ShouldHaveSingleItem().Stands.ShouldBeTrue();
    }

    [Fact]
    public async Task An_objection_to_marketing_stops_what_is_queued_before_the_next_send()
    {
        var works = new Mailings();
        await using var host = await StartAsync(services => services.AddSingleton<IScheduledWork>(works));
        var person = await host.CustomerAsync();
        await host.GiveAsync(person);
        (await host.AskAsync(person, Newsletter)).IsAllowed.ShouldBeTrue();

        await host.ReceiveAsync(DataSubjectRight.Objection, person, intake => intake with { IsMarketing = true, Identity = null });

        (await host.AskAsync(person, Newsletter)).IsAllowed.ShouldBeFalse();
        works.Cancelled.ShouldContain((person, Newsletter));
        (await host.Get<Suppression>().CheckAsync(SubjectIdentifier.OfEmail("marker@shop.example"), "email", Newsletter)).IsSuppressed.ShouldBeTrue();
    }

    [Fact]
    public async Task An_answer_names_the_system_that_was_down_and_is_completed_later()
    {
        await using var host = await StartAsync();
        var person = await host.CustomerAsync();
        var request = await host.ReceiveAsync(DataSubjectRight.Access, person);
        await host.RunAsync("shop.db", "ALTER TABLE orders RENAME TO orders_away");
        await host.Requests.AssessAsync(request.Id);

        var partial = await host.Requests.ComposeAccessAsync(request.Id);
        partial.Missing.ShouldContain("shop.orders");
        Encoding.UTF8.GetString(partial.ToJson()).ShouldContain("marker-name");
        await ReviewAsync(host);
        await host.Requests.GiveAnswerAsync(partial, Officer);
        (await Should.ThrowAsync<RequestException>(() => host.Requests.CloseAsync(request.Id, Officer))).Code.ShouldBe("E-DSR-07");

        await host.RunAsync("shop.db", "ALTER TABLE orders_away RENAME TO orders");
        await host.Requests.AssessAsync(request.Id);
        var whole = await host.Requests.ComposeAccessAsync(request.Id);
        whole.Missing.ShouldNotContain("shop.orders");
        Encoding.UTF8.GetString(whole.ToJson()).ShouldContain("marker-address");
    }

    [Fact]
    public async Task A_copy_leaves_out_what_is_other_peoples_with_path_reason_and_count()
    {
        await using var host = await StartAsync();
        var person = await host.CustomerAsync();
        await host.CustomerAsync("c2", "somebody-else");
        var request = await host.ReceiveAsync(DataSubjectRight.Access, person);
        await host.Requests.AssessAsync(request.Id);

        var answer = await host.Requests.ComposeAccessAsync(request.Id);

        var text = Encoding.UTF8.GetString(answer.ToJson());
        text.ShouldContain("marker-text");
        text.ShouldNotContain("agent-name");
        text.ShouldNotContain("somebody-else");
        answer.Content.Limits.ShouldContain(limit => limit.Path == "desk.tickets.agent" && limit.Reason == RightsReasons.OtherPerson && limit.Count == 1);
        answer.ToReview.ShouldContain("desk.tickets");
        (await Should.ThrowAsync<RequestException>(() => host.Requests.GiveAnswerAsync(answer, Officer))).Code.ShouldBe("E-DSR-06");
    }

    [Fact]
    public async Task What_is_taken_along_is_not_the_copy_again()
    {
        await using var host = await StartAsync();
        var person = await host.CustomerAsync();
        var access = await host.ReceiveAsync(DataSubjectRight.Access, person);
        await host.Requests.AssessAsync(access.Id);
        var copy = Encoding.UTF8.GetString((await host.Requests.ComposeAccessAsync(access.Id)).ToJson());

        var package = await host.Requests.ComposePackageAsync((await host.CarryOutAsync(await host.ReceiveAsync(DataSubjectRight.Portability, person))).Id);

        var taken = string.Join('\n', package.Files.Select(file => Encoding.UTF8.GetString(file.Content.Span)));
        copy.ShouldContain("marker-text");
        taken.ShouldNotContain("marker-text", customMessage: "support rests on an interest");
        taken.ShouldContain("marker-address");
        taken.ShouldContain(RightsReasons.BasisNotPortable);
        package.Files.Select(file => file.Name).ShouldContain("shop.orders.csv");
    }

    [Theory]
    [InlineData("=HYPERLINK(1)")]
    [InlineData("+1+1")]
    [InlineData("@SUM(1)")]
    [InlineData("-2")]
    public async Task A_spreadsheet_gets_no_formulas_from_officers_exports_and_the_person_gets_their_data_as_it_is(string name)
    {
        await using var host = await StartAsync();
        var person = await host.CustomerAsync();
        await host.RunAsync("crm.db", $"UPDATE customers SET name = '{name}'");
        var access = await host.ReceiveAsync(DataSubjectRight.Access, person);
        await host.Requests.AssessAsync(access.Id);

        var officers = (await host.Requests.ComposeAccessAsync(access.Id)).ToOfficersCsv("crm.customers");
        var package = await host.Requests.ComposePackageAsync((await host.CarryOutAsync(await host.ReceiveAsync(DataSubjectRight.Portability, person))).Id);
        var own = Encoding.UTF8.GetString(package.Files.Single(file => file.Name == "crm.customers.csv").Content.Span);

        Cells(officers).ShouldNotContain(name);
        Cells(officers).ShouldContain(cell => cell.EndsWith(name, StringComparison.Ordinal) && cell[0] == '\'');
        Cells(own).ShouldContain(name);

        static IEnumerable<string> Cells(string csv) => csv.Split('\n', ',').Select(cell => cell.Trim('\r', '"'));
    }

    [Fact]
    public async Task An_erasure_is_done_when_every_system_has_answered_and_not_when_time_has_passed()
    {
        await using var host = await StartAsync();
        var person = await host.CustomerAsync();
        await host.ApproveAsync();
        await host.RunAsync("crm.db", "UPDATE customers SET ended = '2026-11-01'");
        await host.RunAsync("desk.db", "ALTER TABLE tickets RENAME TO tickets_away");

        var request = await host.CarryOutAsync(await host.ReceiveAsync(DataSubjectRight.Erasure, person));
        foreach (var _ in Enumerable.Range(0, 3))
        {
            host.Clock.Advance(Duration.FromDays(7));
            await host.PumpAsync();
        }

        request = (await host.Requests.FindAsync(request.Id))!;
        request.Results.Single(result => result.DataSet == "desk.tickets").Level.ShouldBe(ReceiptLevel.Requested);
        (request.Phase < RequestPhase.Executed).ShouldBeTrue($"it is {request.Phase}");
        await host.RunAsync("desk.db", "ALTER TABLE tickets_away RENAME TO tickets");
        host.Clock.Advance(Duration.FromHours(1));
        await host.PumpAsync();
        request = await host.CarryOutRestAsync(request);

        (await host.ReadAsync("desk.db", "SELECT text FROM tickets WHERE text IS NOT NULL")).ShouldBeEmpty();
        request.Results.Single(result => result.DataSet == "desk.tickets").Level.ShouldBe(ReceiptLevel.Reread);
    }

    private static async Task ReviewAsync(AllPackages host)
    {
        var tasks = host.Get<HumanTasks>();
        foreach (var task in (await tasks.ListOpenAsync()).Where(task => task.Kind == "review-other-people"))
        {
            await tasks.CompleteAsync(task.Id, "reviewed", Officer);
        }
    }

    private sealed class Rule(string name, bool agrees) : IProcessingRule
    {
        public string Name => name;

        public ValueTask<ProcessingRuleAnswer> JudgeAsync(ProcessingRuleContext context, CancellationToken cancellationToken) =>
            ValueTask.FromResult(agrees ? ProcessingRuleAnswer.Agrees : ProcessingRuleAnswer.Denies("ask again tomorrow"));
    }

    private sealed class Mailings : IScheduledWork
    {
        public List<(DataSubject Subject, string Purpose)> Cancelled { get; } = [];

        public string Name => "mailings";

        public ValueTask CancelAsync(DataSubject subject, string purpose, CancellationToken cancellationToken)
        {
            Cancelled.Add((subject, purpose));
            return ValueTask.CompletedTask;
        }
    }
}
