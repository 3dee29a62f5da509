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

    // A time that came twice or never is taken late: what is kept a little longer can still be erased.
    private static readonly ZoneLocalMappingResolver Late = Resolvers.CreateMappingResolver(Resolvers.ReturnLater, Resolvers.ReturnForwardShifted);

    private readonly Regex _expression;
    private readonly LocalDatePattern? _dates;
    private readonly LocalDateTimePattern? _times;
    private readonly DateTimeZone? _zone;
    private readonly Period _unit;

    private NameDate(Regex expression, LocalDatePattern? dates, LocalDateTimePattern? times, DateTimeZone? zone, Period unit)
    {
        _expression = expression;
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

            var (unit, hasTime) = UnitOf(trigger.Form);
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
    public TriggerValue Read(string key)
    {
        var match = _expression.Match(key);
        if (!match.Success)
        {
            return TriggerValue.Unknown;
        }

        var text = match.Groups[Group].Value;
        return _dates is not null ? OfDate(_dates.Parse(text)) : OfTime(_times!.Parse(text));
    }

    /// <summary>The smallest unit that a form names, and whether it is one of the time of day.</summary>
    private static (Period Unit, bool HasTime) UnitOf(string form)
    {
        var letters = Letters(form);
        return letters switch
        {
            _ when !letters.Contains('u') && !letters.Contains('y') => throw new InvalidPatternException("it names no year."),
            _ when letters.Contains('t') || letters.Contains('h') => throw new InvalidPatternException("write hours from 00 to 23 (HH)."),
            _ when letters.Contains('f') || letters.Contains('F') => (Period.FromTicks(1), true),
            _ when letters.Contains('s') => (Period.FromSeconds(1), true),
            _ when letters.Contains('m') => (Period.FromMinutes(1), true),
            _ when letters.Contains('H') => (Period.FromHours(1), true),
            _ when letters.Contains('d') => (Period.FromDays(1), false),
            _ when letters.Contains('M') => (Period.FromMonths(1), false),
            _ => (Period.FromYears(1), false),
        };
    }

    /// <summary>The letters of a pattern that are not quoted.</summary>
    private static HashSet<char> Letters(string form)
    {
        var letters = new HashSet<char>();
        var quote = '\0';
        for (var i = 0; i < form.Length; i++)
        {
            switch (form[i])
            {
                case '\\':
                    i++;
                    break;
                case '\'' or '"' when quote == '\0':
                    quote = form[i];
                    break;
                case var letter when letter == quote:
                    quote = '\0';
                    break;
                case var letter when quote == '\0' && char.IsAsciiLetter(letter):
                    letters.Add(letter);
                    break;
                default:
                    break;
            }
        }

        return letters;
    }

    private TriggerValue OfDate(ParseResult<LocalDate> parsed)
    {
        // The last year that the calendar knows has no day after it.
        if (!parsed.Success || parsed.Value.Year >= LocalDate.MaxIsoValue.Year)
        {
            return TriggerValue.Unknown;
        }

        var last = (parsed.Value + _unit).PlusDays(-1);
        return _zone is null ? TriggerValue.On(last) : TriggerValue.At(LocalDays.EndOf(last, _zone) - Duration.FromTicks(1));
    }

    private TriggerValue OfTime(ParseResult<LocalDateTime> parsed) => !parsed.Success || parsed.Value.Year >= LocalDate.MaxIsoValue.Year
        ? TriggerValue.Unknown
        : TriggerValue.At(_zone!.ResolveLocal(parsed.Value + _unit, Late).ToInstant() - Duration.FromTicks(1));
}
