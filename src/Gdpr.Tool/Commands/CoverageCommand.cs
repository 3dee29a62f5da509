using System.CommandLine;
using Gdpr.Tool.Terminals;
using Gdpr.Tool.Workplaces;
using NodaTime;

namespace Gdpr.Tool.Commands;

/// <summary><c>gdpr coverage</c>: what in a database can reach a person and is neither mapped nor excused, and what is mapped and not there.</summary>
internal static class CoverageCommand
{
    private const int FirstYear = 2000;
    private const int LastYear = 2999;

    public static Command Create(Terminal terminal)
    {
        var policy = CommandLine.Policy();
        var database = new Option<string?>("--database", "-d") { Description = "The SQLite database that holds the personal data." };
        var postgres = new Option<string?>("--postgres")
        {
            Description = "The connection string of the PostgreSQL database that holds the personal data. Leave the password out, and name it in PGPASSWORD or a .pgpass file.",
        };
        var mapping = new Option<string?>("--mapping")
        {
            Description = "The JSON file that says which tables and columns hold what. For a file, by default <database>.mapping.json; where none is there, tables and columns are found by their names.",
        };
        var baseline = new Option<string?>("--baseline") { Description = "The file with the gaps that are known: only others, and those whose day has passed, count." };
        var write = new Option<string?>("--write-baseline") { Description = "Records the gaps of today in this file. Gaps that it knows keep their owner and their day. Needs --owner and --mend-by." };
        var owner = new Option<string?>("--owner") { Description = "The function or team that mends the gaps recorded: no person." };
        var mendBy = CommandLine.DateOption("--mend-by", "The last day on which the gaps recorded may be there, at most twelve months ahead", FirstYear, LastYear);
        var output = CommandLine.Output("table", "json");
        var command = new Command("coverage", "Finds what in a database can reach a person and is neither mapped nor excused, and what is mapped and not there. Changes nothing in the database.")
        {
            policy, database, postgres, mapping, baseline, write, owner, mendBy, output,
        };
        command.Validators.Add(parsed =>
        {
            if ((parsed.GetValue(database) is null) == (parsed.GetValue(postgres) is null))
            {
                parsed.AddError("Name one database: a SQLite file with --database, or one of PostgreSQL with --postgres.");
            }

            if (parsed.GetValue(write) is not null && (parsed.GetValue(owner) is null || parsed.GetValue(mendBy) is null))
            {
                parsed.AddError("--write-baseline needs --owner and --mend-by: somebody mends each gap by a day.");
            }

            if (parsed.GetValue(write) is null && (parsed.GetValue(owner) is not null || parsed.GetValue(mendBy) is not null))
            {
                parsed.AddError("--owner and --mend-by belong to --write-baseline.");
            }

            if (parsed.GetValue(write) is not null && parsed.GetValue(baseline) is not null)
            {
                parsed.AddError("--write-baseline takes up the file that it writes. Leave --baseline out.");
            }
        });
        command.SetAction((parsed, cancellation) =>
        {
            var promise = parsed.GetValue(write) is { } file ? new BaselinePromise(file, parsed.GetValue(owner)!, parsed.GetValue(mendBy)!.Value) : null;
            var session = new CoverageSession(
                terminal, parsed.GetRequiredValue(policy), CoverageDatabase.Of(parsed.GetValue(database), parsed.GetValue(postgres), parsed.GetValue(mapping)),
                parsed.GetValue(baseline), promise, parsed.GetRequiredValue(output) == "json");
            return Task.Run(() => session.RunAsync(cancellation), CancellationToken.None);
        });
        return command;
    }
}

/// <summary>What is recorded of today's gaps.</summary>
/// <param name="File">Where.</param>
/// <param name="Owner">Who mends them.</param>
/// <param name="MendBy">By when.</param>
internal sealed record BaselinePromise(string File, string Owner, LocalDate MendBy);
