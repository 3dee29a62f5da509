using Gdpr.Tool.Tests.Support;
using NodaTime;

namespace Gdpr.Tool.Tests.Oracle;

/// <summary>The command against an evaluator written apart from the library, over random policies and records.</summary>
public sealed class OracleTests : IDisposable
{
    private const int RecordsPerPolicy = 40;

    private readonly TemporaryFiles _files = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Every_record_has_the_fate_and_due_date_that_plain_date_arithmetic_gives(int seed) => await CompareAsync(seed, policies: 40, versions: false);

    [Fact]
    public async Task What_an_earlier_version_had_let_go_stays_let_go() => await CompareAsync(seed: 3, policies: 20, versions: true);

    public void Dispose() => _files.Dispose();

    private async Task CompareAsync(int seed, int policies, bool versions)
    {
        var random = new RandomPolicies(seed);
        var disagreements = new List<string>();
        for (var number = 0; number < policies; number++)
        {
            disagreements.AddRange(await CompareAsync(random, $"{seed}-{number}", versions));
        }

        disagreements.ShouldBeEmpty();
    }

    private async Task<List<string>> CompareAsync(RandomPolicies random, string name, bool versions)
    {
        var now = random.Now();
        var policy = random.Policy();
        var today = now.InZone(policy.Zone).Date;
        var effective = today.PlusDays(-random.Days(400));
        string[] earlier = [];
        if (versions)
        {
            var before = random.WithOtherPeriods(policy);
            policy = policy with { Earlier = (before, effective) };
            earlier = ["--earlier", _files.Write($"{name}-before.json", NaiveJson.Of(before, "1", effective.PlusDays(-400)))];
        }

        var policyFile = _files.Write($"{name}.json", NaiveJson.Of(policy, "2", effective));
        var records = Enumerable.Range(0, RecordsPerPolicy).Select(i => random.Record(policy, i, today)).ToArray();
        var csv = _files.Write($"{name}.csv", Csv(policy, records, random));
        string[] args = ["evaluate", policyFile, csv, "--at", random.Text(now), .. earlier];

        var whole = await ToolRun.OfAsync(args);
        whole.ExitCode.ShouldBe(ExitCode.Done, whole.Error);
        whole.Lines.Length.ShouldBe(records.Length + 1);
        var byField = await ToolRun.OfAsync([.. args, "--by-field"]);
        var groups = byField.Lines.Skip(1).Select(line => line.Split(',')).ToLookup(line => line[0]);

        var disagreements = new List<string>();
        for (var i = 0; i < records.Length; i++)
        {
            var evaluator = new NaiveEvaluator(policy, records[i]);
            Compare(evaluator.Decide(today), whole.Lines[i + 1].Split(','), "the record");
            var expected = evaluator.DecideGroups(today).ToArray();
            groups[records[i].Id].Select(line => line[5]).ShouldBe(expected.Select(group => group.Fields));
            foreach (var (group, line) in expected.Zip(groups[records[i].Id]))
            {
                Compare(group.Decision, line, group.Fields);
            }

            void Compare(NaiveDecision decision, string[] line, string what)
            {
                var due = decision.Due is { } date ? NaiveJson.Text(date) : "";
                if (line[1] != decision.Fate || line[2] != due || (decision.Reason is not null && (line[4] != decision.Reason || (!decision.LeavesRuleOpen && line[3] != (decision.Rule ?? "")))))
                {
                    disagreements.Add(
                        $"{policyFile} at {now} ({policy.Zone.Id}), {records[i].Id}, {what}: expected {decision.Fate},{due},{decision.Rule},{decision.Reason}; was {string.Join(',', line[1..5])}");
                }
            }
        }

        return disagreements;
    }

    private static string Csv(NaivePolicy policy, NaiveRecord[] records, RandomPolicies random)
    {
        var lines = records.Select(record => string.Join(',',
        [
            record.Id, NaiveJson.DataSet, "s1",
            .. policy.Triggers.Select(trigger => record.Triggers[trigger.Id] switch
            {
                null => "",
                LocalDate date => NaiveJson.Text(date),
                Instant instant => random.Text(instant),
                var unknown => unknown.ToString()!,
            }),
            string.Join(';', record.Facts),
        ]));
        return string.Join('\n', [string.Join(',', ["record", "dataset", "subject", .. policy.Triggers.Select(trigger => trigger.Id), "facts"]), .. lines]);
    }
}
