using System.Globalization;
using NodaTime;

namespace Gdpr.Journals;

/// <summary>The normal form of Swedish identity, coordination and organisation numbers.</summary>
internal static class SwedishNumberForm
{
    private const int ShortLength = 10;
    private const int LongLength = 12;
    private const int SuffixLength = 4;
    private const int YearsPerCentury = 100;
    private const int CoordinationDays = 60;
    private const int LeastOrganisationMonth = 20;

    // What registers put before an organisation number where all numbers have twelve digits.
    private const string OrganisationCentury = "16";

    /// <summary>Twelve digits: the date of birth with its century, of coordination numbers with 60 added to the day, and four more.</summary>
    public static string Person(string number, LocalDate today, IdentifierKind kind)
    {
        var (digits, separator) = Read(number, kind);
        CheckDigit(digits[^ShortLength..], kind);
        var year = digits.Length == LongLength
            ? int.Parse(digits[..4], CultureInfo.InvariantCulture)
            : Year(int.Parse(digits[..2], CultureInfo.InvariantCulture), separator, today);
        if (separator == '+' && year > today.Year - YearsPerCentury)
        {
            throw new IdentifierFormException(kind, "it has a plus, and the person is not yet in the year of turning a hundred");
        }

        var shortForm = digits[^ShortLength..];
        CheckDate(year, int.Parse(shortForm[2..4], CultureInfo.InvariantCulture), int.Parse(shortForm[4..6], CultureInfo.InvariantCulture), today, kind);
        return string.Create(CultureInfo.InvariantCulture, $"{year:0000}{shortForm[2..]}");
    }

    /// <summary>Ten digits; of a sole trader the twelve of the person.</summary>
    public static string Organisation(string number, LocalDate today)
    {
        const IdentifierKind Kind = IdentifierKind.SwedishOrganisationNumber;
        var (digits, separator) = Read(number, Kind);
        var shortForm = digits[^ShortLength..];
        if (int.Parse(shortForm[2..4], CultureInfo.InvariantCulture) < LeastOrganisationMonth)
        {
            return Person(number, today, Kind);
        }

        if (separator == '+' || (digits.Length == LongLength && !digits.StartsWith(OrganisationCentury, StringComparison.Ordinal)))
        {
            throw new IdentifierFormException(Kind, $"an organisation number has {ShortLength} digits, or {LongLength} of which the first are {OrganisationCentury}");
        }

        CheckDigit(shortForm, Kind);
        return shortForm;
    }

    /// <summary>Whether a number in its normal form is a person's.</summary>
    public static bool IsPerson(string form) => form.Length == LongLength;

    /// <summary>A hyphen in any of the forms that keyboards and typesetters make of it.</summary>
    public static bool IsHyphen(char c) => c is '-' or '\u2212' or (>= '\u2010' and <= '\u2013');

    private static (string Digits, char? Separator) Read(string number, IdentifierKind kind)
    {
        var text = number.Trim();
        char? separator = null;
        if (text.Length > SuffixLength && text[^(SuffixLength + 1)] is var c && (c == '+' || IsHyphen(c)))
        {
            separator = c == '+' ? '+' : '-';
            text = text[..^(SuffixLength + 1)] + text[^SuffixLength..];
        }

        return text.Length is ShortLength or LongLength && text.All(char.IsAsciiDigit)
            ? (text, separator)
            : throw new IdentifierFormException(kind, $"it has {ShortLength} or {LongLength} digits, and at most a hyphen or a plus before the last four");
    }

    private static int Year(int yearOfCentury, char? separator, LocalDate today)
    {
        var year = today.Year - ((today.Year - yearOfCentury) % YearsPerCentury);
        return separator == '+' ? year - YearsPerCentury : year;
    }

    private static void CheckDate(int year, int month, int day, LocalDate today, IdentifierKind kind)
    {
        var isCoordination = day >= CoordinationDays;
        var dayOfMonth = isCoordination ? day - CoordinationDays : day;

        // A coordination number leaves what is not known of the date at zero.
        var isPartlyUnknown = isCoordination && (month == 0 || dayOfMonth == 0);
        if (isPartlyUnknown ? month > 12 || dayOfMonth > 31 || year > today.Year : !IsPast(year, month, dayOfMonth, today))
        {
            throw new IdentifierFormException(kind, "it does not begin with a date of birth that has been");
        }
    }

    private static bool IsPast(int year, int month, int day, LocalDate today) =>
        year >= 1 && month is >= 1 and <= 12 && day >= 1 && day <= CalendarSystem.Iso.GetDaysInMonth(year, month) && new LocalDate(year, month, day) <= today;

    /// <summary>The last of ten digits makes the sum of the others, every other doubled, a multiple of ten; the digits of what is doubled count each.</summary>
    private static void CheckDigit(string digits, IdentifierKind kind)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var weighted = (digits[i] - '0') * (i % 2 == 0 ? 2 : 1);
            sum += (weighted / 10) + (weighted % 10);
        }

        if (sum % 10 != 0)
        {
            throw new IdentifierFormException(kind, "its check digit is wrong");
        }
    }
}
