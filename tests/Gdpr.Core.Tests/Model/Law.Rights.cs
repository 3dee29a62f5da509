using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;
using static Gdpr.Core.Tests.Model.TradersPolicy;

namespace Gdpr.Core.Tests.Model;

/// <content>What people may ask for, and what follows.</content>
internal sealed partial class Law
{
    /// <summary>The last day, inclusive, to answer, however it is counted: the month, or all three of them, from the receipt; in steps where that is earlier.</summary>
    public static LocalDate LastDayToAnswer(Ask ask)
    {
        var received = ask.Received.InZone(ZoneOf(ask.Person.Controller)).Date;
        var inSteps = received.PlusMonths(1).PlusMonths(2);
        return !ask.IsExtended ? received.PlusMonths(1) : inSteps < received.PlusMonths(3) ? inSteps : received.PlusMonths(3);
    }

    public static Instant EndOf(LocalDate day, Individual person) => day.PlusDays(1).AtStartOfDayInZone(ZoneOf(person.Controller)).ToInstant();

    /// <summary>What follows at once of a request, before anybody has assessed it.</summary>
    public void Receive(Ask ask)
    {
        var person = ask.Person;
        if (ask.Right == DataSubjectRight.Objection)
        {
            if (ask.IsMarketing)
            {
                SayNo(person, ask.Received);
                (ask.IsDecided, ask.IsExecuted) = (true, true);
            }

            person.Objections.Add(new Objection(ask, ask.IsMarketing, ask.Received));
        }
        else if (ask.Ground is not null)
        {
            Assess(ask);
        }
    }

    public void SayYes(Individual person)
    {
        person.Consent = (true, Now);
        foreach (var objection in person.Objections.Where(one => one is { IsMarketing: true, State: ObjectionState.Upheld }))
        {
            objection.State = ObjectionState.TakenBack;
        }
    }

    /// <summary>A withdrawal or a refusal: never undone by what was said before it.</summary>
    public static void SayNo(Individual person, Instant at) => person.Consent = person.Consent is { } said && said.At > at ? said : (false, at);

    public void Assess(Ask ask)
    {
        ask.IsAssessed = true;
        if (!ask.IsDecided)
        {
            ask.Verdicts = Judge(ask, PathsIn(ask));
        }

        if (ask.Ground is not null && ask.Restriction is null && ask.Verdicts.Count > 0)
        {
            ask.Person.Restrictions.Add(new Restriction(ask));
        }
    }

    public void Resolve(Ask ask, bool isGranted)
    {
        foreach (var line in ask.Verdicts.Where(line => line.Value == RightsVerdict.NeedsHuman).Select(line => line.Key).ToArray())
        {
            ask.Verdicts[line] = isGranted ? RightsVerdict.Granted : RightsVerdict.Refused;
            ask.Found.Add(line);
        }
    }

    public static void Decide(Ask ask)
    {
        ask.IsRefused = !ask.IsDecided && ask.Verdicts.Count > 0 && ask.Verdicts.Values.All(verdict => verdict is not RightsVerdict.Granted);
        ask.IsDecided = true;
    }

    /// <summary>Ends what was granted of, and settles objections. What is destroyed by it shows in the rows.</summary>
    public void Execute(Ask ask)
    {
        ask.IsExecuted = ask.Right != DataSubjectRight.Access || ask.IsAnswered;
        if (ask.Right == DataSubjectRight.Erasure)
        {
            RefuseConsented(ask);
            EndGranted(ask);
        }

        foreach (var objection in ask.Person.Objections.Where(one => one.Ask == ask && one.State == ObjectionState.Pending && ask.Verdicts.Count > 0))
        {
            objection.State = ask.Verdicts.Values.Any(verdict => verdict == RightsVerdict.Granted) ? ObjectionState.Upheld : ObjectionState.Overruled;
        }
    }

    /// <summary>What was granted, and of which the person has said yes to before it was carried out, is refused.</summary>
    private static void RefuseConsented(Ask ask)
    {
        foreach (var line in ask.Verdicts.Where(line => line.Key.Purpose == Newsletter && line.Value == RightsVerdict.Granted).Select(line => line.Key).ToArray())
        {
            var isCarriedOut = ask.Person.Grants.Exists(grant => grant.Ask == ask && grant.Path == line.Path && grant.Purpose == line.Purpose);
            ask.Verdicts[line] = !isCarriedOut && IsConsentedSince(ask) ? RightsVerdict.Refused : RightsVerdict.Granted;
        }
    }

    /// <summary>Whether the person has said yes since they asked for erasure: the later word.</summary>
    private static bool IsConsentedSince(Ask ask) => ask.Person.Consent is { IsGiven: true } consent && consent.At > ask.LastWord;

    /// <summary>Looks again at what had to wait: the contract may have ended, or the law's time be over.</summary>
    public void Look(Ask ask)
    {
        var waiting = WaitingOf(ask);
        var now = Judge(ask, [.. waiting.Select(line => line.Path).Distinct()]);
        foreach (var line in waiting.Where(line => now.GetValueOrDefault(line, RightsVerdict.NotApplicable) == RightsVerdict.Granted))
        {
            ask.Verdicts[line] = RightsVerdict.Granted;
        }

        Execute(ask);
    }

    /// <summary>What waits and may be ended or not, because something has come since: here the law leaves it to whoever looks.</summary>
    public static (string Path, int Field, string Purpose)[] DoubtfulOf(Ask ask) => [.. WaitingOf(ask).Where(line => MayBeEnded(ask, line))];

    /// <summary>Takes over what was found of that.</summary>
    public void Found(Ask ask, IEnumerable<(string Path, int Field, string Purpose)> granted)
    {
        foreach (var line in granted)
        {
            ask.Verdicts[line] = RightsVerdict.Granted;
        }

        EndGranted(ask);
    }

    /// <summary>What the law or a contract refuses for the time being, and no human.</summary>
    private static (string Path, int Field, string Purpose)[] WaitingOf(Ask ask) => [.. ask.Verdicts
        .Where(line => line.Value == RightsVerdict.Deferred || (line.Value == RightsVerdict.Refused && !ask.Found.Contains(line.Key))).Select(line => line.Key)];

    /// <summary>Whether something that a restriction keeps has nothing left that justifies it.</summary>
    public bool IsOver(Restriction restriction) => PathsIn(restriction.Ask).Any(path => RowsOf(restriction.Ask.Person, path)
        .Any(row => PurposesByFieldOf(path).Any(field => field.All(purpose => LifeOf(purpose, path, row) is Life.Over or Life.Either))));

    /// <summary>Says of granted erasure that it is done, where nothing of the person is left: what is collected anew is no part of it.</summary>
    public void SayDone(Ask ask)
    {
        foreach (var grant in ask.Person.Grants.Where(grant => grant.Ask == ask && grant.DoneAt is null && !RowsOf(ask.Person, grant.Path).Any()))
        {
            grant.DoneAt = Now;
        }
    }

    public void Lift(Restriction restriction)
    {
        restriction.Stands = false;
        restriction.Ask.Freezes &= !restriction.Ask.IsAnswered;
    }

    /// <summary>With the whole answer, what waited for it is free; while accuracy is contested, nobody knows yet what is right.</summary>
    public static void Answer(Ask ask)
    {
        ask.IsAnswered = true;
        ask.Freezes &= ask.Restriction is { Stands: true, Ground: RestrictionGround.AccuracyContested };
    }

    public static void Close(Ask ask)
    {
        ask.IsClosed = true;
        ask.Freezes &= ask.Restriction is { Stands: true, Ground: RestrictionGround.AccuracyContested };
    }

    /// <summary>Notes since when at the latest something that waits need wait no longer.</summary>
    public void NoteGrantable()
    {
        foreach (var ask in Asks.Where(ask => ask is { Right: DataSubjectRight.Erasure, IsExecuted: true }))
        {
            var waiting = WaitingOf(ask);
            var now = Judge(ask, [.. waiting.Select(line => line.Path).Distinct()]);
            var isGrantable = waiting.Any(line => now.GetValueOrDefault(line, RightsVerdict.NotApplicable) == RightsVerdict.Granted);
            ask.GrantableSince = isGrantable ? ask.GrantableSince ?? Now : null;
        }
    }

    /// <summary>The request that a new one is the same as, and whose receipt governs: still to be decided, and what it asks for is in effect or to come; what is objected to
    /// in marketing is decided when it comes. A restriction of what is kept for nothing has no effect that could be lifted.</summary>
    public Ask? FindSame(Ask ask) => Asks.Find(one => one is { IsClosed: false, IsDecided: false } && one.IsSame(ask) && one.Restriction is not { Stands: false });

    public static string[] PathsIn(Ask ask) => ask.Path is { } only ? [only] : [.. PathsOf(ask.Person)];

    private void EndGranted(Ask ask)
    {
        var person = ask.Person;
        var byTable = ask.Verdicts.GroupBy(line => (line.Key.Path, line.Key.Purpose)).ToDictionary(
            lines => lines.Key, lines => lines.All(line => line.Value == RightsVerdict.Granted));
        foreach (var (path, purpose) in byTable.Where(one => one.Value).Select(one => one.Key))
        {
            if (!person.Grants.Exists(grant => grant.Ask == ask && grant.Path == path && grant.Purpose == purpose))
            {
                person.Grants.Add(new Grant(ask, path, purpose, Now));
            }
        }

        if (ask.Path is null && byTable.GetValueOrDefault((PathOf(person.Controller, Customers), Newsletter)))
        {
            if (person.Consent is { IsGiven: true })
            {
                SayNo(person, ask.LastWord);
            }

            if (!person.Objections.Exists(one => one.Ask == ask))
            {
                person.Objections.Add(new Objection(ask, isMarketing: true, ask.LastWord));
            }
        }
    }

    /// <summary>Whether a purpose may have been ended for a request, or not: what was granted before may be about what has come since.</summary>
    public static bool MayBeEnded(Ask ask, (string Path, int Field, string Purpose) line) => ask.Right == DataSubjectRight.Erasure
        && ask.Person.Grants.Exists(grant => grant is { Stands: true, IsInDoubt: true } && grant.Path == line.Path && grant.Purpose == line.Purpose);

    private Dictionary<(string Path, int Field, string Purpose), RightsVerdict> Judge(Ask ask, IReadOnlyList<string> paths)
    {
        var verdicts = new Dictionary<(string Path, int Field, string Purpose), RightsVerdict>();
        foreach (var path in paths)
        {
            Row[] rows = [.. RowsOf(ask.Person, path)];
            foreach (var (field, purpose) in PurposesByFieldOf(path).SelectMany((purposes, field) => purposes.Select(purpose => (field, purpose))))
            {
                var line = (path, field, purpose);
                if (ask.Right == DataSubjectRight.Objection ? purpose == Improvement : rows.Length > 0)
                {
                    verdicts[line] = ask.Found.Contains(line) && ask.Verdicts.TryGetValue(line, out var found) ? found : Judge(ask, line, rows);
                }
            }
        }

        return verdicts;
    }

    private RightsVerdict Judge(Ask ask, (string Path, int Field, string Purpose) line, Row[] rows)
    {
        if (ask.Right != DataSubjectRight.Erasure)
        {
            return ask.Right == DataSubjectRight.Objection ? RightsVerdict.NeedsHuman : RightsVerdict.Granted;
        }

        var today = TodayOf(ask.Person.Controller);
        var isOver = rows.All(row => today > LastDayOf(line.Purpose, row));
        var isEnded = ask.Person.Grants.Exists(grant => grant is { Stands: true, IsInDoubt: false } && grant.Path == line.Path && grant.Purpose == line.Purpose);
        var objection = ask.Person.Objections.LastOrDefault(one => !one.IsMarketing)?.State;
        return line.Purpose switch
        {
            Newsletter => IsConsentedSince(ask) ? RightsVerdict.Refused : RightsVerdict.Granted,
            Books => isOver ? RightsVerdict.Granted : RightsVerdict.Refused,
            _ when isOver || isEnded => RightsVerdict.Granted,
            Service or Delivery => Array.Exists(rows, row => row.First is null) ? RightsVerdict.Deferred : RightsVerdict.Granted,
            Billing => RightsVerdict.Granted,
            _ => objection switch
            {
                ObjectionState.Upheld => RightsVerdict.Granted,
                ObjectionState.Overruled => RightsVerdict.Refused,
                _ => RightsVerdict.NeedsHuman,
            },
        };
    }
}
