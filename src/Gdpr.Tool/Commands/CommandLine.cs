using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using Gdpr.Tool.Records;
using NodaTime;

namespace Gdpr.Tool.Commands;

/// <summary>The arguments and options that several commands share.</summary>
internal static class CommandLine
{
    /// <summary>The last year that an instant on the command line may lie in: the calendar ends a year later.</summary>
    private const int LastYear = 9998;

    public static Argument<string> Policy() => new("policy") { Description = "The policy's JSON file." };

    /// <summary>The form of the output.</summary>
    /// <param name="forms">The forms, the default first.</param>
    public static Option<string> Output(params string[] forms)
    {
        var option = new Option<string>("--output", "-o")
        {
            Description = $"The form of the output: {string.Join(", ", forms)}.",
            DefaultValueFactory = _ => forms[0],
        };
        option.AcceptOnlyFromAmong(forms);
        return option;
    }

    public static Option<string> Language()
    {
        var option = new Option<string>("--language", "-l") { Description = "The language of the explanation: en, sv.", DefaultValueFactory = _ => "en" };
        option.AcceptOnlyFromAmong("en", "sv");
        return option;
    }

    /// <summary>The versions before a policy.</summary>
    public static Option<string[]> Earlier() => new("--earlier")
    {
        Description = "The file of a version before the policy. Repeat it for each: what they had let go is not taken up again.",
        DefaultValueFactory = _ => [],
    };

    /// <summary>An instant, with its offset from UTC.</summary>
    public static Option<Instant?> InstantOption(string name, string description) =>
        new(name) { Description = $"{description} (ISO 8601 with Z or an offset).", CustomParser = ReadInstant };

    /// <summary>A local date.</summary>
    public static Option<LocalDate?> DateOption(string name, string description) =>
        new(name) { Description = $"{description} (yyyy-MM-dd).", CustomParser = ReadDate };

    /// <summary>A time zone by its IANA id.</summary>
    public static Option<DateTimeZone> Zone() => new("--zone")
    {
        Description = "The time zone in which days and clock hours are counted: an IANA id.",
        DefaultValueFactory = _ => DateTimeZoneProviders.Tzdb["Europe/Stockholm"],
        CustomParser = ReadZone,
    };

    private static Instant? ReadInstant(ArgumentResult argument)
    {
        var form = TimeText.Read(Encoding.UTF8.GetBytes(argument.Tokens[0].Value), out _, out var instant);
        if (form == TimeForm.Instant && instant < Instant.FromUtc(LastYear + 1, 1, 1, 0, 0))
        {
            return instant;
        }

        var name = NameOf(argument);
        argument.AddError(form switch
        {
            TimeForm.Date => $"{name} names a moment, not a whole day. Add a time and an offset: 2026-01-31T00:00:00+01:00.",
            TimeForm.WithoutOffset => $"{name} has no offset, so it may be any of many moments. Add Z or an offset: 2026-01-31T10:00:00+01:00.",
            TimeForm.Instant => $"{name} lies beyond the year {LastYear}. Correct the year.",
            _ => $"{name} is not a date-time that exists. Write one with its offset: 2026-01-31T10:00:00+01:00.",
        });
        return null;
    }

    private static LocalDate? ReadDate(ArgumentResult argument)
    {
        if (TimeText.Read(Encoding.UTF8.GetBytes(argument.Tokens[0].Value), out var date, out _) == TimeForm.Date && date.Year <= LastYear)
        {
            return date;
        }

        argument.AddError($"{NameOf(argument)} is not a date that exists. Write it as 2026-12-31.");
        return null;
    }

    private static DateTimeZone ReadZone(ArgumentResult argument)
    {
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(argument.Tokens[0].Value) is { } zone)
        {
            return zone;
        }

        argument.AddError($"{NameOf(argument)} is not the id of a time zone. Write one such as Europe/Stockholm.");
        return DateTimeZone.Utc;
    }

    private static string NameOf(ArgumentResult argument) => (argument.Parent as OptionResult)?.Option.Name ?? argument.Argument.Name;
}
