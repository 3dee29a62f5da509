using System.Text;
using System.Text.RegularExpressions;
using NodaTime;
using NodaTime.Text;

namespace Gdpr.Files.Sources;

/// <summary>Reads which units the form of a date names.</summary>
internal static class DateForm
{
    // From the largest to the smallest; each needs all before it.
    private static readonly (string Letters, string Name, int Least, int Most, Period Unit)[] Units =
    [
        ("uy", "year (uuuu)", 4, 4, Period.FromYears(1)),
        ("M", "month (MM)", 1, 4, Period.FromMonths(1)),
        ("d", "day (dd)", 1, 2, Period.FromDays(1)),
        ("H", "hour (HH)", 1, 2, Period.FromHours(1)),
        ("m", "minute (mm)", 1, 2, Period.FromMinutes(1)),
        ("s", "second (ss)", 1, 2, Period.FromSeconds(1)),
        ("fF", "fraction of a second (fff)", 1, 9, Period.FromTicks(1)),
    ];

    // Weeks and quarters, in English, Swedish and German, directly before a number.
    private static readonly Regex OtherUnit = new(
        @"(?:^|[^\p{L}])(?<word>w|wk|week|v|vecka|kw|woche|q|quarter|kvartal|quartal)[^\p{L}]*$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);

    /// <summary>The smallest unit that a form names, and whether it is one of the time of day.</summary>
    /// <exception cref="InvalidPatternException">A unit is unknown or incomplete, or a larger one than it is missing.</exception>
    public static (Period Unit, bool HasTime) UnitOf(string form)
    {
        var named = new bool[Units.Length];
        foreach (var (before, run) in Runs(form))
        {
            var unit = Array.FindIndex(Units, unit => unit.Letters.Contains(run[0], StringComparison.Ordinal));
            if (unit < 0 || run.Length < Units[unit].Least || run.Length > Units[unit].Most)
            {
                throw new InvalidPatternException(
                    $"'{run}' is no unit to read a date by: write the year as uuuu, then MM, dd, HH (00 to 23), mm, ss, and quote every other letter.");
            }

            if (unit is 1 or 2 && OtherUnit.Match(before) is { Success: true } other)
            {
                throw new InvalidPatternException(
                    $"'{other.Groups["word"].Value}' before {run} says that the number is one of weeks or quarters, which cannot be read as {Units[unit].Name}: "
                    + "give the files names with dates, or take the time of the last writing.");
            }

            named[unit] = true;
        }

        var smallest = Array.LastIndexOf(named, true);
        var missing = Array.IndexOf(named, false);
        if (smallest < 0 || (missing >= 0 && missing < smallest))
        {
            throw new InvalidPatternException($"it names no {Units[Math.Max(missing, 0)].Name}, without which the smaller units say no date.");
        }

        return (Units[smallest].Unit, smallest > 2);
    }

    /// <summary>The runs of one letter in a form that are not quoted, each with the literal text before it. What stands for a separator by itself, T and Z,
    /// is none.</summary>
    private static List<(string Before, string Run)> Runs(string form)
    {
        var (runs, before) = (new List<(string, string)>(), new StringBuilder());
        var quote = '\0';
        for (var i = 0; i < form.Length; i++)
        {
            var letter = form[i];
            if (letter == '\\')
            {
                i++;
                before.Append(i < form.Length ? form[i] : letter);
            }
            else if (quote != '\0')
            {
                quote = letter == quote ? '\0' : quote;
                before.Append(quote == '\0' ? "" : letter);
            }
            else if (letter is '\'' or '"')
            {
                quote = letter;
            }
            else if (char.IsAsciiLetter(letter) && letter is not ('T' or 'Z'))
            {
                var start = i;
                while (i + 1 < form.Length && form[i + 1] == letter)
                {
                    i++;
                }

                runs.Add((before.ToString(), form[start..(i + 1)]));
                before.Clear();
            }
            else
            {
                before.Append(letter);
            }
        }

        return runs;
    }
}
