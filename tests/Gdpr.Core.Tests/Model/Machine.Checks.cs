using Gdpr.Controls;
using Gdpr.Disposal;
using Gdpr.Processing;
using Gdpr.Processing.Tasks;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;
using static Gdpr.Core.Tests.Model.TradersPolicy;

namespace Gdpr.Core.Tests.Model;

/// <content>What must be so after every command.</content>
internal sealed partial class Machine
{
    /// <summary>No public holidays stand in a longer row than the Easter ones, with the day that begins elsewhere.</summary>
    private static readonly Duration LongestRoll = Duration.FromDays(5);
    private static readonly TimeSpan Budget = TimeSpan.FromMinutes(10);

    private readonly HashSet<string> _woken = [];
    private readonly HashSet<string> _swept = [];
    private readonly HashSet<Ask> _carriedOut = [];
    private readonly Dictionary<string, Instant> _sweptAt = [];

    private async Task SweepAsync()
    {
        var result = await _traders.Get<Sweep>().RunAsync();
        result.IsComplete.ShouldBeTrue(string.Join(", ", result.DataSets));
        _swept.UnionWith(result.DataSets.Select(dataSet => dataSet.DataSet));
    }

    private async Task PumpAsync()
    {
        var doubtful = new List<(Ask Ask, (string Path, int Field, string Purpose)[] Lines)>();
        foreach (var ask in Law.Asks)
        {
            var request = (await Requests.FindAsync(ask.Id))!;
            var isLook = request is { IsStanding: true } && !(request.NextLookAt > Law.Now);
            if (ask is { IsDecided: true, IsExecuted: false })
            {
                Law.Execute(ask);
                _carriedOut.Add(ask);
            }

            if (!isLook && ask.GrantableSince is { } since)
            {
                (since + Duration.FromDays(1)).ShouldBeGreaterThan(Law.Now, $"{ask.Right} of {ask.Received} waits for nothing, and is not looked at");
            }

            if (isLook && ask is { Right: DataSubjectRight.Erasure, IsExecuted: true })
            {
                doubtful.Add((ask, Law.DoubtfulOf(ask)));
                Law.Look(ask);
                _carriedOut.Add(ask);
            }
            else if (isLook && ask.Restriction is { Stands: true, ToldAt: { } told, Ground: RestrictionGround.AccuracyContested } restriction
                && Law.IsOver(restriction) && Law.TodayOf(ask.Person.Controller) > told.InZone(ZoneOf(ask.Person.Controller)).Date.PlusDays(14))
            {
                Law.Lift(restriction);
            }
        }

        var report = await _traders.Get<GdprWork>().RunDueAsync(Law.Now, Budget);
        foreach (var (ask, lines) in doubtful.Where(one => one.Lines.Length > 0))
        {
            var request = (await Requests.FindAsync(ask.Id))!;
            Law.Found(ask, lines.Where(line => LineOf(request, line) is { Verdict: RightsVerdict.Granted }));
        }

        report.Steps.Where(step => step.Reason is not null).ShouldBeEmpty();
        report.IsComplete.ShouldBeTrue(string.Join(", ", report.DataSets));
        string[] done = [.. report.DataSets.Select(dataSet => dataSet.DataSet)];
        _woken.Except(done).ShouldBeEmpty("what may be due again wakes up by itself");
        _woken.Clear();
        foreach (var path in Law.Rows.Keys.Except(done))
        {
            (_sweptAt.GetValueOrDefault(path, Instant.MinValue) + Duration.FromHours(25)).ShouldBeGreaterThan(Law.Now, $"{path} is swept every day");
        }

        foreach (var path in done)
        {
            _sweptAt[path] = Law.Now;
        }

        _swept.UnionWith(done);
        await CheckWarnedAsync();
    }

    /// <summary>Every field that has gone was one that the law lets go, and of what was swept everything that the law wants gone has gone.</summary>
    private void CompareRows(bool isDestroying)
    {
        foreach (var (path, rows) in Law.Rows)
        {
            var actual = _traders.RowsOf(path).ToList().ToDictionary(row => row.Key);
            actual.Keys.Except(rows.Keys).ShouldBeEmpty($"what was gone in {path} has come back");
            foreach (var row in rows.Values)
            {
                var now = actual.GetValueOrDefault(row.Key);
                (now is null || now == row with { One = now.One, Two = now.Two }).ShouldBeTrue($"{path} {row.Key} was changed");
                CompareField(path, row, 0, row.One, now?.One, isDestroying);
                CompareField(path, row, 1, row.Two, now?.Two, isDestroying);
            }
        }

        foreach (var (path, rows) in Law.Rows.ToArray())
        {
            var left = _traders.RowsOf(path).ToList();
            if (_swept.Contains(path))
            {
                left.Where(row => AllGone(path, row)).ShouldBeEmpty($"nothing is left of rows that are gone in {path}");
            }

            Law.Rows[path] = new SortedDictionary<string, Row>(left.ToDictionary(row => row.Key), StringComparer.Ordinal);
            if (_swept.Contains(path))
            {
                Law.Replayed(path);
            }
        }

        foreach (var ask in _carriedOut)
        {
            Law.SayDone(ask);
        }

        _swept.Clear();
        _carriedOut.Clear();
    }

    private void CompareField(string path, Row row, int field, string? before, string? after, bool isDestroying)
    {
        if (before is null)
        {
            after.ShouldBeNull($"{path} {row.Key} has come back");
        }
        else if (after is null)
        {
            isDestroying.ShouldBeTrue($"{path} {row.Key}, field {field}, was destroyed by something that destroys nothing");
            Law.WhyKept(path, row, field).ShouldBeNull($"{path} {row.Key}, field {field}, was destroyed, although");
        }
        else
        {
            after.ShouldBe(before, $"{path} {row.Key}, field {field}, was changed");
            var isReached = _swept.Contains(path) || _carriedOut.Any(ask => ask.Person == Law.OwnerOf(path, row)
                && ask.Right == DataSubjectRight.Erasure && ask.Verdicts.Any(line => line.Key.Path == path && line.Value == RightsVerdict.Granted));
            (isReached && Law.MustGo(path, row, field)).ShouldBeFalse($"{path} {row.Key}, field {field}, is kept past its last justification");
        }
    }

    private bool AllGone(string path, Row row) => row is { One: null, Two: null } && Law.WhyKept(path, row, 0) is null && Law.MustGo(path, row, 0);

    private async Task CheckAsync()
    {
        foreach (var person in Law.People)
        {
            await CheckStandingAsync(person);
            foreach (var purpose in Purposes)
            {
                await CheckUseAsync(person, purpose);
            }
        }

        await CheckOtherControllerAsync();
        await CheckClocksAsync();
        (await _traders.VerifyAsync()).Faults.ShouldBeEmpty("the journal verifies");
    }

    private Task<ProcessingDecision> DecideAsync(Individual person, string purpose, Row? row)
    {
        var path = PathOf(person.Controller, TableOf(purpose));
        return _traders.Get<IProcessingGate>().DecideAsync(new ProcessingRequest(_subjects[person], purpose)
        {
            Actor = ProcessingActor.Person("clerk", "a1"),
            Channel = "email",
            Records = row is null ? [] : [new ProcessingRecord(path, TriggersOf(path, row))],
        });
    }

    /// <summary>Asks the gate of the purpose as such, and of the first record that it is about.</summary>
    private async Task CheckUseAsync(Individual person, string purpose)
    {
        foreach (var row in new[] { null, Law.RowsOf(person, PathOf(person.Controller, TableOf(purpose))).FirstOrDefault() }.Distinct())
        {
            var decision = await DecideAsync(person, purpose, row);
            if (decision.IsAllowed)
            {
                Law.WhyNotUsed(person, purpose, row).ShouldBeNull($"{person} may be used for {purpose}, although");
            }
            else
            {
                Law.MustBeUsable(person, purpose, row).ShouldBeFalse($"{person} may not be used for {purpose}, although it has a basis: {decision}");
            }
        }
    }

    private async Task CheckStandingAsync(Individual person)
    {
        var state = await _traders.Get<SubjectDirectory>().ReadStateAsync(_subjects[person]);
        (state.ConsentTo(Newsletter)?.Phase == ConsentPhase.Given).ShouldBe(person.Consent is { IsGiven: true }, $"the consent of {person}");
        state.Restrictions.Where(one => one.Stands).Select(one => one.Id).Order(StringComparer.Ordinal).ShouldBe(
            person.Restrictions.Where(one => one.Stands).Select(one => one.Ask.Id).Order(StringComparer.Ordinal), $"the restrictions of {person}");
        var granted = state.Endings.SelectMany(ending => ending.Purposes.Select(purpose => $"{ending.Id}/{purpose}")).ToHashSet();

        // Of two requests that waited for the same, the first erases it, and for the second nothing is left to be granted.
        var before = person.Grants.ToArray();
        person.Grants.RemoveAll(grant => !IsGranted(grant) && !Law.RowsOf(person, grant.Path).Any()
            && Array.Exists(before, other => other.Ask != grant.Ask && (other.Path, other.Purpose) == (grant.Path, grant.Purpose) && IsGranted(other)));
        granted.Order(StringComparer.Ordinal).ShouldBe(
            person.Grants.Select(grant => $"{grant.Ask.Id}/{grant.Path}/{grant.Purpose}").Order(StringComparer.Ordinal), $"what was granted to {person}");

        bool IsGranted(Grant grant) => granted.Contains($"{grant.Ask.Id}/{grant.Path}/{grant.Purpose}");
    }

    /// <summary>Nothing of one trader's is used in the name of the other, and no request is told of it.</summary>
    private async Task CheckOtherControllerAsync()
    {
        foreach (var (own, other) in Law.People.Zip(Law.People.Skip(3).Concat(Law.People.Take(3))))
        {
            var path = PathOf(other.Controller, Customers);
            (await _traders.Get<IProcessingGate>().DecideAsync(new ProcessingRequest(_subjects[own], Service)
            {
                Actor = ProcessingActor.Person("clerk", "a1"),
                Data = [path],
            })).IsAllowed.ShouldBeFalse($"{path} in the name of {own}");
        }
    }

    private async Task CheckClocksAsync()
    {
        var due = (await _traders.Get<DueCalendar>().ListAsync()).Where(item => item.Kind == DueKinds.Request).ToDictionary(item => item.About!);
        var overdue = (await Requests.ListOverdueAsync()).Select(request => request.Id).ToHashSet();
        foreach (var ask in Law.Asks)
        {
            var isWaiting = ask is { IsAnswered: false, IsClosed: false };
            due.ContainsKey(ask.Id).ShouldBe(isWaiting, $"{ask.Right} {ask.Id} is {(isWaiting ? "not " : "")}said to wait");
            var end = Law.EndOf(Law.LastDayToAnswer(ask), ask.Person);
            if (isWaiting)
            {
                due[ask.Id].DueBy.ShouldBe(end, $"{ask.Right} of {ask.Received}");
                due[ask.Id].Controller.ShouldBe(ask.Person.Controller);
            }

            overdue.Contains(ask.Id).ShouldBe(isWaiting && (overdue.Contains(ask.Id) ? Law.Now >= end : Law.Now >= end + LongestRoll), $"{ask.Right} of {ask.Received}");
            var request = (await Requests.FindAsync(ask.Id))!;
            request.Lines.Select(line => line.DataSet).Concat(request.Results.Select(result => result.DataSet)).ShouldAllBe(
                path => Law.ControllerAt(path) == ask.Person.Controller, "one trader's request never names the other's data");
        }
    }

    /// <summary>The pump has reported every request whose time runs out.</summary>
    private async Task CheckWarnedAsync()
    {
        foreach (var ask in Law.Asks.Where(ask => ask is { IsAnswered: false, IsClosed: false } && Law.Now >= Law.EndOf(Law.LastDayToAnswer(ask), ask.Person)))
        {
            (await Requests.FindAsync(ask.Id))!.WarnedAt.ShouldNotBeNull($"{ask.Right} of {ask.Received} is neither answered nor reported");
        }
    }
}
