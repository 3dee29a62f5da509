using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text;
using Gdpr.Tool.Records;
using NodaTime;

namespace Gdpr.Tool.Commands;

/// <summary>The arguments and options that several commands share.</summary>
internal static class CommandLine
{
    // The calendar ends with the year 9999: what is counted from a moment needs some room before that.
    private const int LastYearOfCalendar = 9998;

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
    public static Option<Instant?> InstantOption(string name, string description, int firstYear = 1, int lastYear = LastYearOfCalendar) => new(name)
    {
        Description = $"{description} (ISO 8601 with Z or an offset).",
        CustomParser = argument => ReadInstant(argument, name, firstYear, lastYear),
    };

    /// <summary>A local date.</summary>
    public static Option<LocalDate?> DateOption(string name, string description, int firstYear, int lastYear) => new(name)
    {
        Description = $"{description} (yyyy-MM-dd).",
        CustomParser = argument => ReadDate(argument, name, firstYear, lastYear),
    };

    /// <summary>A whole number within bounds, both inclusive.</summary>
    public static Option<int> NumberOption(string name, string description, int normally, int least, int most) => new(name)
    {
        Description = $"{description}.",
        DefaultValueFactory = _ => normally,
        CustomParser = argument =>
        {
            if (int.TryParse(argument.Tokens[0].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            {
                return number;
            }

            argument.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} is a whole number from {least} to {most}."));
            return normally;
        },
    };

    /// <summary>A time zone by its IANA id.</summary>
    public static Option<DateTimeZone> Zone() => new("--zone")
    {
        Description = "The time zone in which days and clock hours are counted: an IANA id.",
        DefaultValueFactory = _ => DateTimeZoneProviders.Tzdb["Europe/Stockholm"],
        CustomParser = argument => ReadZone(argument, "--zone"),
    };

    private static Instant? ReadInstant(ArgumentResult argument, string name, int firstYear, int lastYear)
    {
        var form = TimeText.Read(Encoding.UTF8.GetBytes(argument.Tokens[0].Value), out _, out var instant);
        if (form == TimeForm.Instant)
        {
            return CheckYear(argument, name, instant.InUtc().Year, firstYear, lastYear) ? instant : null;
        }

        argument.AddError(form switch
        {
            TimeForm.Date => $"{name} names a moment, not a whole day. Add a time and an offset: 2026-01-31T00:00:00+01:00.",
            TimeForm.WithoutOffset => $"{name} has no offset, so it may be any of many moments. Add Z or an offset: 2026-01-31T10:00:00+01:00.",
            _ => $"{name} is not a date-time that exists. Write one with its offset: 2026-01-31T10:00:00+01:00.",
        });
        return null;
    }

    private static LocalDate? ReadDate(ArgumentResult argument, string name, int firstYear, int lastYear)
    {
        if (TimeText.Read(Encoding.UTF8.GetBytes(argument.Tokens[0].Value), out var date, out _) == TimeForm.Date)
        {
            return CheckYear(argument, name, date.Year, firstYear, lastYear) ? date : null;
        }

        argument.AddError($"{name} is not a date that exists. Write it as 2026-12-31.");
        return null;
    }

    private static bool CheckYear(ArgumentResult argument, string name, int year, int first, int last)
    {
        if (year >= first && year <= last)
        {
            return true;
        }

        argument.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} lies outside the years {first} to {last}. Correct the year."));
        return false;
    }

    private static DateTimeZone ReadZone(ArgumentResult argument, string name)
    {
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(argument.Tokens[0].Value) is { } zone)
        {
            return zone;
        }

        argument.AddError($"{name} is not the id of a time zone. Write one such as Europe/Stockholm.");
        return DateTimeZone.Utc;
    }
}
