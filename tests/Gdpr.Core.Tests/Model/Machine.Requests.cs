using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;
using static Gdpr.Core.Tests.Model.TradersPolicy;

namespace Gdpr.Core.Tests.Model;

/// <content>Requests: every step is tried in every state, and what the law does not allow must be refused for the right reason.</content>
internal sealed partial class Machine
{
    private DataSubjectRequests Requests => _traders.Get<DataSubjectRequests>();

    private async Task<bool> DoWithRequestAsync(Command command)
    {
        if (command.Act == Act.Ask)
        {
            await AskAsync(Law.People[command.Who], command.A, command.B);
            return false;
        }

        if (Law.Asks.Count == 0)
        {
            await RefusedAsync("E-DSR-11", () => Requests.AssessAsync("none"));
            return false;
        }

        var ask = Law.Asks[^(1 + (command.A % Law.Asks.Count))];
        if (command.Act != Act.Handle)
        {
            return await StepAsync(ask, command.Act, isGranted: command.B % 2 == 0);
        }

        foreach (var act in new[] { Act.Assess, Act.Resolve, Act.Decide, Act.Execute, Act.Answer, Act.Close })
        {
            CompareRows(await StepAsync(ask, act, isGranted: command.B % 2 == 0));
        }

        return false;
    }

    private async Task AskAsync(Individual person, int kind, int variant)
    {
        var (right, ground) = kind switch
        {
            0 => (DataSubjectRight.Access, (RestrictionGround?)null),
            1 or 2 => (DataSubjectRight.Erasure, null),
            3 => (DataSubjectRight.Restriction, RestrictionGround.AccuracyContested),
            4 => (DataSubjectRight.Restriction, RestrictionGround.Unlawful),
            5 => (DataSubjectRight.Restriction, RestrictionGround.Claims),
            _ => (DataSubjectRight.Objection, null),
        };
        var path = right != DataSubjectRight.Objection && variant > 4 ? PathOf(person.Controller, Tables[variant - 5]) : null;
        var intake = new RequestIntake(right, _subjects[person])
        {
            ReceivedAt = Law.Now,
            Channel = "mail",
            Identity = IdentityMethod.KnownAddress,
            Scope = kind == 7 ? new RequestScope { Purposes = [Improvement] } : path is null ? RequestScope.All : new RequestScope { DataSets = [path] },
            Ground = ground,
            ReviewBy = ground == RestrictionGround.Claims && variant != 4 ? Law.TodayOf(person.Controller).PlusMonths(6) : null,
            IsMarketing = kind == 6,
        };
        if (ground == RestrictionGround.Claims && intake.ReviewBy is null)
        {
            await RefusedAsync("E-RSTR-01", () => Requests.ReceiveAsync(intake));
            return;
        }

        var received = await Requests.ReceiveAsync(intake);
        var ask = new Ask(received.Id, person, right, path, ground, kind == 6, Law.Now);
        if (Law.FindSame(ask) is { } earlier)
        {
            received.Id.ShouldBe(earlier.Id, "the earlier request for the same governs");
            earlier.LastWord = Law.Now;
            return;
        }

        Law.Asks.ShouldNotContain(one => one.Id == received.Id, "what was asked for is not in effect any more, so the request is a new one");
        Law.Asks.Add(ask);
        Law.Receive(ask);
    }

    private async Task<bool> StepAsync(Ask ask, Act act, bool isGranted)
    {
        var closed = ask.IsClosed ? "E-DSR-12" : null;
        switch (act)
        {
            case Act.Assess:
                if (await StepAsync(closed, () => Requests.AssessAsync(ask.Id)))
                {
                    Law.Assess(ask);
                    await CompareLinesAsync(ask);
                }

                return false;
            case Act.Resolve:
                await ResolveAsync(ask, isGranted);
                return false;
            case Act.Decide:
                var isOpen = !ask.IsAssessed || ask.Verdicts.ContainsValue(RightsVerdict.NeedsHuman);
                if (await StepAsync(closed ?? (ask.IsDecided ? null : isOpen ? "E-DSR-10" : null), () => Requests.DecideAsync(ask.Id, Traders.Officer)))
                {
                    Law.Decide(ask);
                }

                return false;
            case Act.Execute:
                return await CarryOutAsync(ask, closed ?? (ask.IsDecided ? null : "E-DSR-10"), () => Requests.ExecuteAsync(ask.Id));
            case Act.Answer:
                return await AnswerAsync(ask, closed);
            case Act.Close:
                var isDone = ask is { IsDecided: true, IsExecuted: true } && (ask.IsAnswered || ask.IsMarketing);
                if (await StepAsync(ask.IsClosed || isDone ? null : "E-DSR-07", () => Requests.CloseAsync(ask.Id, Traders.Officer)) && !ask.IsClosed)
                {
                    Law.Close(ask);
                }

                return false;
            case Act.Extend:
                await ExtendAsync(ask, closed);
                return false;
            case Act.TellLifting:
                if (await StepAsync(ask.Ground is null ? "E-DSR-12" : null, () => Requests.TellLiftingAsync(ask.Id, Traders.Officer))
                    && ask.Restriction is { Stands: true } told)
                {
                    told.ToldAt ??= Law.Now;
                }

                return false;
            default:
                var why = ask.Ground is null ? "E-DSR-12" : ask.Restriction is { Stands: true, ToldAt: null } ? "E-RSTR-03" : null;
                if (await StepAsync(why, () => Requests.LiftRestrictionAsync(ask.Id, "verified", Traders.Officer)) && ask.Restriction is { Stands: true } lifted)
                {
                    Law.Lift(lifted);
                }

                return false;
        }
    }

    private async Task ResolveAsync(Ask ask, bool isGranted)
    {
        var request = (await Requests.FindAsync(ask.Id))!;
        foreach (var line in request.Lines.Where(line => line is { Verdict: RightsVerdict.NeedsHuman, Activity.Length: > 0 }))
        {
            await StepAsync(ask.IsClosed ? "E-DSR-12" : null, () => Requests.ResolveAsync(ask.Id, line.Id, isGranted, "weighed", Traders.Officer));
        }

        if (!ask.IsClosed)
        {
            Law.Resolve(ask, isGranted);
        }
    }

    private async Task<bool> AnswerAsync(Ask ask, string? closed)
    {
        if (ask.Right == DataSubjectRight.Access)
        {
            if (await StepAsync(closed, async () =>
            {
                var answer = await Requests.ComposeAccessAsync(ask.Id);
                var held = Law.PathsIn(ask).SelectMany(path => Law.RowsOf(ask.Person, path).Select(_ => path));
                var given = answer.Content.DataSets.SelectMany(dataSet => dataSet.Records.Select(_ => dataSet.DataSet));
                given.ShouldBe(held, ignoreOrder: true, "a person gets what is theirs");
                await Requests.GiveAnswerAsync(answer, Traders.Officer);
            }))
            {
                Law.Assess(ask);
                (ask.IsDecided, ask.IsExecuted) = (true, true);
                Law.Answer(ask);
            }

            return false;
        }

        var isUndone = ask.Right == DataSubjectRight.Erasure && !ask.IsExecuted && ask.Verdicts.ContainsValue(RightsVerdict.Granted);
        var why = closed ?? (!ask.IsDecided ? "E-DSR-10" : isUndone ? "E-DSR-07" : null);
        return await CarryOutAsync(ask, why, async () =>
        {
            await Requests.GiveAnswerAsync(await Requests.ComposeAnswerAsync(ask.Id), Traders.Officer);
            Law.Answer(ask);
        }, isWanted: !ask.IsExecuted);
    }

    /// <summary>The last day to tell of it moves to a working day. Which that is, others test: in between both answers are right here.</summary>
    private async Task ExtendAsync(Ask ask, string? closed)
    {
        RequestException? refused = null;
        try
        {
            await Requests.ExtendAsync(ask.Id, ExtensionReason.Complexity, Traders.Officer);
        }
        catch (RequestException exception)
        {
            refused = exception;
        }

        var end = Law.EndOf(Law.LastDayToAnswer(ask), ask.Person);
        var why = closed is not null || ask.IsExtended ? closed : ask.IsMarketing || ask.IsRefused ? "E-DSR-12" : Law.Now < end ? null : "E-DSR-02";
        if (why != "E-DSR-02" || Law.Now >= end + LongestRoll)
        {
            (refused?.Code).ShouldBe(why);
        }

        ask.IsExtended |= refused is null;
    }

    /// <summary>A step by which a request is carried out: what the law says follows of it first, so that the rows can be compared.</summary>
    private async Task<bool> CarryOutAsync(Ask ask, string? why, Func<Task> step, bool isWanted = true)
    {
        if (why is null && isWanted)
        {
            Law.Execute(ask);
        }

        if (await StepAsync(why, step))
        {
            _carriedOut.Add(ask);
            return true;
        }

        return false;
    }

    /// <returns>Whether the step was taken; otherwise it was refused, for the reason given.</returns>
    private static async Task<bool> StepAsync(string? why, Func<Task> step)
    {
        if (why is null)
        {
            await step();
            return true;
        }

        await RefusedAsync(why, step);
        return false;
    }

    private static async Task RefusedAsync(string code, Func<Task> step) => (await Should.ThrowAsync<RequestException>(step)).Code.ShouldBe(code);

    private async Task CompareLinesAsync(Ask ask)
    {
        var request = (await Requests.FindAsync(ask.Id))!;
        if (!ask.IsDecided)
        {
            foreach (var line in ask.Verdicts.Keys.Where(line => Law.MayBeEnded(ask, line)).ToArray())
            {
                var found = LineOf(request, line);
                ask.Verdicts[line] = found?.Verdict == RightsVerdict.Granted ? RightsVerdict.Granted : ask.Verdicts[line];
            }

            var expected = ask.Verdicts.Select(one => $"{one.Key.Path} {FieldsOf(one.Key.Path)[one.Key.Field]} {one.Key.Purpose}: {one.Value}");
            request.Lines.Where(line => line.Activity.Length > 0).Select(line => $"{line.DataSet} {line.Fields[0]} {line.Purpose}: {line.Verdict}")
                .ShouldBe(expected, ignoreOrder: true, "what the law says of a request");
        }
    }

    private static RequestLine? LineOf(DataSubjectRequest request, (string Path, int Field, string Purpose) line) => request.Lines.SingleOrDefault(one =>
        one.Activity.Length > 0 && one.DataSet == line.Path && one.Fields[0] == FieldsOf(line.Path)[line.Field] && one.Purpose == line.Purpose);
}
