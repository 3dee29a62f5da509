using System.Globalization;
using NodaTime;

namespace Gdpr.Time;

/// <summary>Computes a statutory deadline step by step, and writes each step down as it goes.</summary>
internal sealed class StatutoryDeadlineSteps
{
    private const int LongestSearch = 366;

    private readonly StatutoryDeadlineRequest _request;
    private readonly CalendarPeriod _whole;
    private readonly LocalDate _fromEvent;
    private readonly LocalDate _conservative;
    private readonly List<DeadlineStep> _steps = [];

    public StatutoryDeadlineSteps(StatutoryDeadlineRequest request)
    {
        _request = request;
        ReceivedOn = request.Received.InZone(request.Zone).Date;
        _whole = request.Extended ? request.Period.Plus(request.Extension) : request.Period;
        _fromEvent = _whole.EndOf(ReceivedOn);
        _conservative = _fromEvent;

        var moment = DeadlineWords.Moment(request.Received, request.Zone);
        Add(
            DeadlineStepCodes.EventNotCounted,
            ReceivedOn,
            null,
            Law("Art. 3(1)", "1 §"),
            $"The event is at {moment.En} in {request.Zone.Id}. That day is not counted.",
            $"Händelsen inträffar {moment.Sv} i {request.Zone.Id}. Den dagen räknas inte.");
        AddPeriodEnd(DeadlineStepCodes.PeriodEnds, _whole, _fromEvent);

        if (request.Extended)
        {
            var first = request.Period.EndOf(ReceivedOn);
            var inTwoSteps = request.Extension.EndOf(first);
            _conservative = LocalDate.Min(_fromEvent, inTwoSteps);
            var (period, extension) = (DeadlineWords.Period(request.Period), DeadlineWords.Period(request.Extension));
            var (to, end) = (DeadlineWords.Day(first), DeadlineWords.Day(inTwoSteps));
            Add(
                DeadlineStepCodes.CountedInTwoSteps,
                inTwoSteps,
                null,
                null,
                $"Counted in two steps, {period.En} to {to.En} and {extension.En} more, it ends on {end.En}.",
                $"Räknad i två steg, {period.Sv} till {to.Sv} och {extension.Sv} till, slutar den {end.Sv}.");
        }
    }

    /// <summary>The local date of the event.</summary>
    public LocalDate ReceivedOn { get; }

    public DeadlineDay AddConservative() => AddEnd(
        DeadlineStepCodes.Conservative,
        _conservative,
        "To plan by: the earliest defensible last day, without pause and not moved, is",
        "Att planera efter: den tidigaste försvarliga sista dagen, utan uppehåll och utan flyttning, är");

    public DeadlineDay AddLegalLatest() => AddEnd(
        DeadlineStepCodes.LegalLatest,
        Move(Pause(_fromEvent)),
        "The latest day that the law allows is",
        "Den senaste dag som lagen medger är");

    public (DeadlineDay Conservative, DeadlineDay LegalLatest) AddNotice()
    {
        var noticeEnd = _request.NoticePeriod.EndOf(ReceivedOn);
        AddPeriodEnd(DeadlineStepCodes.NoticePeriodEnds, _request.NoticePeriod, noticeEnd);
        var latest = AddEnd(
            DeadlineStepCodes.NoticeLegalLatest,
            Move(Pause(noticeEnd)),
            "The latest day for telling of the extension, with its reasons, is",
            "Den senaste dagen för att underrätta om förlängningen, med skäl, är");
        return (End(noticeEnd), latest);
    }

    public IReadOnlyList<DeadlineStep> ToList() => _steps.AsReadOnly();

    private void AddPeriodEnd(string code, CalendarPeriod period, LocalDate end)
    {
        var (length, day) = (DeadlineWords.Period(period), DeadlineWords.Day(end));
        var inShortMonth = period.Days == 0 && end.Day < ReceivedOn.Day;
        var number = ReceivedOn.Day.ToString(CultureInfo.InvariantCulture);
        Add(
            code,
            end,
            null,
            Law("Art. 3(2)(c)", "1 §"),
            $"{length.En} from the event end on {day.En}{(inShortMonth ? $", the last day of a month without a day {number}" : "")}.",
            $"{length.Sv} från händelsen slutar {day.Sv}{(inShortMonth ? $", sista dagen i en månad utan dag {number}" : "")}.");
    }

    private LocalDate Pause(LocalDate lastDay)
    {
        if (_request.PausedDays == 0)
        {
            return lastDay;
        }

        var length = CalendarPeriod.FromDays(_request.PausedDays);
        var paused = length.EndOf(lastDay);
        var day = DeadlineWords.Day(paused);
        var days = _request.PausedDays.ToString(CultureInfo.InvariantCulture);
        var one = _request.PausedDays == 1;
        Add(
            DeadlineStepCodes.Paused,
            paused,
            null,
            null,
            $"The clock stood still for {days} calendar {(one ? "day, which is" : "days, which are")} added: {day.En}.",
            $"Fristen stod stilla i {days} {(one ? "kalenderdag" : "kalenderdagar")}, som läggs till: {day.Sv}.");
        return paused;
    }

    private LocalDate Move(LocalDate lastDay)
    {
        if (!_request.MovesToWorkingDay)
        {
            Add(
                DeadlineStepCodes.NotMoved,
                lastDay,
                null,
                null,
                "This period ends on its last day, working day or not.",
                "Den här tiden slutar på sin sista dag, arbetsdag eller inte.");
            return lastDay;
        }

        var moved = NextWorkingDay(lastDay);
        if (moved != lastDay)
        {
            var (skipped, day) = (DeadlineWords.NamedDays(lastDay, moved, _request.Calendar), DeadlineWords.Day(moved));
            Add(
                DeadlineStepCodes.MovedToWorkingDay,
                moved,
                null,
                Law("Art. 3(4)", "2 §"),
                $"Not a working day under {_request.Calendar.Id}: {skipped.En}. The last day moves to {day.En}.",
                $"Inte arbetsdag enligt {_request.Calendar.Id}: {skipped.Sv}. Sista dagen flyttas till {day.Sv}.");
        }

        return moved;
    }

    private LocalDate NextWorkingDay(LocalDate from)
    {
        var date = from;
        for (var i = 0; i <= LongestSearch && date < LocalDate.MaxIsoValue; i++)
        {
            if (_request.Calendar.IsWorkingDay(date))
            {
                return date;
            }

            date = date.PlusDays(1);
        }

        return date == LocalDate.MaxIsoValue
            ? date
            : throw new InvalidOperationException(
                $"The holiday calendar {_request.Calendar.Id} has no working day within a year after {DeadlineWords.Iso(from)}: "
                + "correct its IsWorkingDay.");
    }

    private DeadlineDay AddEnd(string code, LocalDate lastDay, string english, string swedish)
    {
        var end = End(lastDay);
        var day = DeadlineWords.Day(lastDay);
        Add(
            code,
            lastDay,
            end.End,
            null,
            $"{english} {day.En}, through the end of that day.",
            $"{swedish} {day.Sv}, till och med dagens slut.");
        return end;
    }

    private DeadlineDay End(LocalDate lastDay) => new(lastDay, LocalDays.EndOf(lastDay, _request.Zone));

    private string Law(string ofRegulation, string ofSwedishLaw) =>
        string.Equals(_request.Calendar.Id, SwedishHolidays.Law1930.Id, StringComparison.Ordinal)
            ? $"SFS 1930:173, {ofSwedishLaw}"
            : $"Regulation (EEC, Euratom) 1182/71, {ofRegulation}";

    private void Add(string code, LocalDate date, Instant? at, string? law, string english, string swedish) =>
        _steps.Add(new DeadlineStep(code, date, at, law, new DeadlineText(english, swedish)));
}
