using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Gdpr.Samples.Organisations;
using NodaTime;
using NodaTime.Text;

namespace Gdpr.Samples;

/// <summary>What the command line asks for.</summary>
/// <param name="At">The instant that counts as now.</param>
/// <param name="Plain">Whether the text has no colour and no animation.</param>
/// <param name="Explore">Whether to ask what to look at.</param>
/// <param name="Organisations">The organisations to show.</param>
/// <param name="Language"><c>en</c> or <c>sv</c>.</param>
/// <param name="Rows">About how many rows each organisation gets.</param>
/// <param name="DatabaseFolder">Where the databases are made and stay, or <see langword="null"/> for a temporary folder.</param>
internal sealed record SampleOptions(
    Instant At, bool Plain, bool Explore, IReadOnlyList<Organisation> Organisations, string Language, int Rows, string? DatabaseFolder)
{
    /// <summary>The command, which reads the options and runs what it is given.</summary>
    public static RootCommand Command(IClock clock, Func<SampleOptions, CancellationToken, Task<int>> run)
    {
        var at = new Option<Instant?>("--at") { Description = "The instant that counts as now, such as 2026-10-01T12:00:00+02:00. The clock's, if left out.", CustomParser = ReadInstant };
        var plain = new Option<bool>("--plain") { Description = "No colour and no animation; the same text every time for the same --at." };
        var explore = new Option<bool>("--explore") { Description = "Pick an organisation, a person, a record and a date, and see the answer and the lines of C# that asked." };
        var organisation = new Option<string?>("--organisation") { Description = "Only this organisation." };
        organisation.AcceptOnlyFromAmong([.. Organisation.All.Select(one => one.Id)]);
        var language = new Option<string>("--language") { Description = "The language of the texts.", DefaultValueFactory = _ => "en" };
        language.AcceptOnlyFromAmong("en", "sv");
        var rows = new Option<int>("--rows")
        {
            Description = "About how many rows each organisation's database gets, from 200 to 1000000.",
            DefaultValueFactory = _ => 16_000,
            CustomParser = ReadRows,
        };
        var folder = new Option<string?>("--database-folder") { Description = "Make the databases here and leave them. Otherwise they lie in a temporary folder, which is removed." };

        var command = new RootCommand(
            """
            Judges the data of five organisations by their policies: what validation says, what there is, what may go today and in a year, and why.
            Exit codes: 0 done, 2 bad input, 3 failure, 130 interrupted.
            """)
        {
            at, plain, explore, organisation, language, rows, folder,
        };
        // On a thread of its own, so that the command can listen for Ctrl-C meanwhile.
        command.SetAction((result, cancellation) => Task.Run(() => run(
            new SampleOptions(
                result.GetValue(at) ?? clock.GetCurrentInstant(),
                result.GetValue(plain),
                result.GetValue(explore),
                [.. Organisation.All.Where(one => result.GetValue(organisation) is not { } id || one.Id == id)],
                result.GetValue(language)!,
                result.GetValue(rows),
                result.GetValue(folder)),
            cancellation)));
        return command;
    }

    private static int ReadRows(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var rows) && rows is >= 200 and <= 1_000_000)
        {
            return rows;
        }

        argument.AddError($"'{text}' is not a number of rows: write one from 200 to 1000000.");
        return 0;
    }

    private static Instant? ReadInstant(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (OffsetDateTimePattern.ExtendedIso.Parse(text) is not { Success: true, Value: var at })
        {
            argument.AddError($"'{text}' is not an instant: write date, time and offset, such as 2026-10-01T12:00:00+02:00 or 2026-10-01T10:00:00Z.");
            return null;
        }

        if (at.Year is < 2000 or > 2200)
        {
            argument.AddError("--at is from the year 2000 to 2200.");
            return null;
        }

        return at.ToInstant();
    }
}
