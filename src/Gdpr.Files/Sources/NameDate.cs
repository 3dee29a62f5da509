using System.Text.RegularExpressions;
using Gdpr.Retention;
using Gdpr.Time;
using NodaTime;
using NodaTime.Text;
using NodaTime.TimeZones;

namespace Gdpr.Files.Sources;

/// <summary>Reads a trigger's date out of a name.</summary>
internal sealed class NameDate
{
    private const string Group = "date";
    private const int FirstYear = 1970;

    // A time that came twice or never is taken late: what is kept a little longer can still be erased.
    private static readonly ZoneLocalMappingResolver Late = Resolvers.CreateMappingResolver(Resolvers.ReturnLater, Resolvers.ReturnForwardShifted);

    private readonly Regex _expression;
    private readonly LocalDatePattern? _dates;
    private readonly LocalDateTimePattern? _times;
    private readonly DateTimeZone? _zone;
    private readonly Period _unit;
    private readonly bool _isOfPath;

    private NameDate(Regex expression, LocalDatePattern? dates, LocalDateTimePattern? times, DateTimeZone? zone, Period unit)
    {
        _expression = expression;
        _isOfPath = expression.ToString().Contains('/', StringComparison.Ordinal);
        _dates = dates;
        _times = times;
        _zone = zone;
        _unit = unit;
    }

    /// <summary>Prepares the reading, or says what is wrong.</summary>
    public static NameDate? Create(FileTrigger.InName trigger, out string problem)
    {
        problem = "";
        var zone = trigger.Zone is null ? null : DateTimeZoneProviders.Tzdb.GetZoneOrNull(trigger.Zone);
        if (trigger.Zone is not null && zone is null)
        {
            problem = $"There is no time zone '{trigger.Zone}': name one of the IANA database, such as 'UTC' or 'Europe/Stockholm'.";
            return null;
        }

        try
        {
            var expression = new Regex(trigger.Expression, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            if (!expression.GetGroupNames().Contains(Group, StringComparer.Ordinal))
            {
                problem = $"The expression '{trigger.Expression}' has no group named '{Group}': write (?<{Group}>…) around the date.";
                return null;
            }

            var (unit, hasTime) = DateForm.UnitOf(trigger.Form);
            if (hasTime && zone is null)
            {
                problem = $"The form '{trigger.Form}' has a time of day: name the zone of the clock that wrote it.";
                return null;
            }

            return hasTime
                ? new NameDate(expression, null, LocalDateTimePattern.CreateWithInvariantCulture(trigger.Form), zone, unit)
                : new NameDate(expression, LocalDatePattern.CreateWithInvariantCulture(trigger.Form), null, zone, unit);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException or InvalidPatternException)
        {
            problem = $"The expression '{trigger.Expression}' or the form '{trigger.Form}' cannot be used: {exception.Message}";
            return null;
        }
    }

    /// <summary>When the last of the events in a record may have happened, by its name.</summary>
    /// <param name="key">The record's key.</param>
    /// <param name="now">Now: what is said to happen more than a year later is no date.</param>
    public TriggerValue Read(string key, Instant now)
    {
        var match = _expression.Match(_isOfPath ? key : key[(key.LastIndexOf('/') + 1)..]);
        if (!match.Success)
        {
            return TriggerValue.Unknown;
        }

        var text = match.Groups[Group].Value;
        return _dates is not null ? OfDate(_dates.Parse(text), now) : OfTime(_times!.Parse(text), now);
    }

    /// <summary>Whether a date can be that of events in a file: neither from before there were such files, nor from a future that nobody has written of.</summary>
    private static bool CanBe(LocalDate date, Instant now) => date.Year >= FirstYear && date <= now.InUtc().Date.PlusYears(1);

    private TriggerValue OfDate(ParseResult<LocalDate> parsed, Instant now)
    {
        if (!parsed.Success || !CanBe(parsed.Value, now))
        {
            return TriggerValue.Unknown;
        }

        var last = (parsed.Value + _unit).PlusDays(-1);
        return _zone is null ? TriggerValue.On(last) : TriggerValue.At(LocalDays.EndOf(last, _zone) - Duration.FromTicks(1));
    }

    private TriggerValue OfTime(ParseResult<LocalDateTime> parsed, Instant now) => parsed.Success && CanBe(parsed.Value.Date, now)
        ? TriggerValue.At(_zone!.ResolveLocal(parsed.Value + _unit, Late).ToInstant() - Duration.FromTicks(1))
        : TriggerValue.Unknown;
}
