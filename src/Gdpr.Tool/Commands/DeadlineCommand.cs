using System.CommandLine;
using System.CommandLine.Parsing;
using Gdpr.Time;
using Gdpr.Tool.Terminals;
using NodaTime;

namespace Gdpr.Tool.Commands;

/// <summary><c>gdpr deadline</c>: a statutory deadline, with the steps by which it was found.</summary>
/// <remarks>One of three events is given: a receipt, from which months or weeks run; an awareness, from which hours run; the end of a financial year,
/// from which years of bookkeeping run.</remarks>
internal static class DeadlineCommand
{
    private const int MostYears = 100;
    private const int MostWeeks = MostYears * 52;

    // What extends a prior consultation (Art. 36(2)), the one deadline of the GDPR that is counted in weeks.
    private const int WeeksOfExtension = 6;
    private const int MostPausedDays = 36_500;
    private const int MostHours = 87_600;

    // There are no Gregorian holidays before, and no room for the longest period after.
    private const int FirstYear = 1583;
    private const int LastYear = 9000;

    public static Command Create(Terminal terminal)
    {
        var options = new Options();
        var command = new Command("deadline", "Computes a statutory deadline and explains each step.");
        foreach (var option in options.All)
        {
            command.Add(option);
        }

        command.Validators.Add(options.Check);
        command.SetAction(parsed => Run(terminal, options, parsed));
        return command;
    }

    private static int Run(Terminal terminal, Options options, ParseResult parsed)
    {
        var language = parsed.GetRequiredValue(options.Language);
        var zone = parsed.GetRequiredValue(options.Zone);
        var output = new DeadlineOutput(terminal, parsed.GetRequiredValue(options.Output) == "json", language);
        if (parsed.GetValue(options.Received) is { } received)
        {
            var weeks = parsed.GetValue(options.Weeks);
            output.Write(StatutoryDeadline.Compute(new StatutoryDeadlineRequest
            {
                Received = received,
                Zone = zone,
                Period = weeks > 0 ? CalendarPeriod.FromWeeks(weeks) : CalendarPeriod.FromMonths(parsed.GetValue(options.Months)),
                Extension = weeks > 0 ? CalendarPeriod.FromWeeks(WeeksOfExtension) : CalendarPeriod.FromMonths(2),
                Extended = parsed.GetValue(options.Extended),
                PausedDays = parsed.GetValue(options.PausedDays),
                Calendar = parsed.GetRequiredValue(options.Calendar) == SwedishHolidays.Law1930.Id ? SwedishHolidays.Law1930 : SwedishHolidays.Regulation1182,
            }), zone);
        }
        else if (parsed.GetValue(options.Aware) is { } aware)
        {
            output.Write(HourDeadline.Compute(aware, parsed.GetValue(options.Hours), zone), zone);
        }
        else
        {
            output.Write(BookkeepingReport.Of(parsed.GetValue(options.FiscalYearEnd)!.Value, parsed.GetValue(options.Years), language));
        }

        return ExitCode.Done;
    }

    /// <summary>The options, and which of them go together.</summary>
    private sealed class Options
    {
        private readonly (Option Event, Option[] Details)[] _forms;

        public Options()
        {
            Calendar.AcceptOnlyFromAmong(SwedishHolidays.Regulation1182.Id, SwedishHolidays.Law1930.Id);
            _forms =
            [
                (Received, [Months, Weeks, Extended, PausedDays, Calendar, Zone]),
                (Aware, [Hours, Zone]),
                (FiscalYearEnd, [Years]),
            ];
        }

        public Option<Instant?> Received { get; } = CommandLine.InstantOption("--received", "When a request, or another event, came in", FirstYear, LastYear);

        public Option<int> Months { get; } = CommandLine.NumberOption("--months", "The period in months", 1, 1, MostYears * 12);

        public Option<int> Weeks { get; } = CommandLine.NumberOption("--weeks", "The period in weeks, instead of months", 0, 1, MostWeeks);

        public Option<bool> Extended { get; } = new("--extended")
        {
            Description = "The period is extended by two months (Art. 12(3)), one in weeks by six weeks (Art. 36(2)).",
        };

        public Option<int> PausedDays { get; } =
            CommandLine.NumberOption("--paused-days", "For how many calendar days the clock validly stood still", 0, 0, MostPausedDays);

        public Option<string> Calendar { get; } = new("--calendar")
        {
            Description = "The holidays: se-1182 for deadlines of Union law, se-1930 for those of Swedish law.",
            DefaultValueFactory = _ => SwedishHolidays.Regulation1182.Id,
        };

        public Option<Instant?> Aware { get; } = CommandLine.InstantOption("--aware", "When a breach became known", FirstYear, LastYear);

        public Option<int> Hours { get; } = CommandLine.NumberOption("--hours", "The period in hours", 72, 1, MostHours);

        public Option<LocalDate?> FiscalYearEnd { get; } = CommandLine.DateOption("--fiscal-year-end", "The last day of a financial year", FirstYear, LastYear);

        public Option<int> Years { get; } = CommandLine.NumberOption("--years", "The period in years", 7, 1, MostYears);

        public Option<DateTimeZone> Zone { get; } = CommandLine.Zone();

        public Option<string> Language { get; } = CommandLine.Language();

        public Option<string> Output { get; } = CommandLine.Output("text", "json");

        public IEnumerable<Option> All => [Received, Months, Weeks, Extended, PausedDays, Calendar, Aware, Hours, FiscalYearEnd, Years, Zone, Language, Output];

        public void Check(CommandResult parsed)
        {
            var given = _forms.Where(form => IsGiven(form.Event)).ToArray();
            if (given is not [var (_, allowed)])
            {
                parsed.AddError($"Give exactly one of {string.Join(", ", _forms.Select(form => form.Event.Name))}.");
                return;
            }

            foreach (var stray in _forms.SelectMany(form => form.Details).Distinct().Where(detail => !allowed.Contains(detail) && IsGiven(detail)))
            {
                parsed.AddError($"{stray.Name} does not go with {given[0].Event.Name}. Leave it out.");
            }

            if (IsGiven(Months) && IsGiven(Weeks))
            {
                parsed.AddError("A period has either --months or --weeks. Leave one of them out.");
            }

            bool IsGiven(Option option) => parsed.GetResult(option) is { Implicit: false };
        }
    }
}
