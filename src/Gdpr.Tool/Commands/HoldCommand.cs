using System.CommandLine;
using Gdpr.Disposal;
using Gdpr.Retention;
using Gdpr.Subjects;
using Gdpr.Tool.Terminals;
using Gdpr.Tool.Workplaces;
using NodaTime;

namespace Gdpr.Tool.Commands;

/// <summary><c>gdpr hold</c>: places legal holds, lists, shows and releases them.</summary>
internal static class HoldCommand
{
    public static Command Create(Terminal terminal) => new("hold", "Places legal holds, lists, shows and releases them. A hold forbids destruction; it permits no use.")
    {
        CreatePlace(terminal), CreateList(terminal), CreateShow(terminal), CreateRelease(terminal),
    };

    private static Command CreatePlace(Terminal terminal)
    {
        var matter = Required("--matter", "The matter, such as a case number. The vault keeps it, as it does the next two");
        var reason = Required("--reason", "Why the data is needed");
        var approver = Required("--approver", "The function that decided it");
        var from = CommandLine.DateOption("--from", "The hold's first day; by default today", 1900, 9998);
        var reviewBy = CommandLine.DateOption("--review-by", "The day by which it is reviewed: at most six months after its first", 1900, 9998);
        reviewBy.Required = true;
        var dataSets = Many("--data-set", "Only records of this data set");
        var subjects = Many("--subject", "Only records of this person, as the database names people");
        var records = Many("--record", "Only the record of this key, as text; a composite key as a JSON array. Needs one --data-set");
        var everything = new Option<bool>("--everything") { Description = "Confirms a hold on everything: it stops all destruction." };
        var output = CommandLine.Output("table", "json");
        var command = new Command("place", "Places a hold: from then on nothing that it covers is destroyed.");
        var options = new WorkplaceOptions(command, withPolicy: true);
        foreach (var option in new Option[] { matter, reason, approver, from, reviewBy, dataSets, subjects, records, everything, output })
        {
            command.Add(option);
        }

        command.SetAction((parsed, cancellation) => ActAsync(terminal, options.Read(parsed), parsed.GetRequiredValue(output), cancellation, workplace =>
        {
            var terms = new HoldTerms(
                parsed.GetRequiredValue(matter), parsed.GetRequiredValue(reason), parsed.GetRequiredValue(approver),
                parsed.GetValue(from) ?? TodayOf(workplace), parsed.GetRequiredValue(reviewBy)!.Value,
                new HoldScope { DataSets = Set(parsed.GetValue(dataSets)), Subjects = Set(parsed.GetValue(subjects)), Records = Set(parsed.GetValue(records)) });
            return workplace.Holds.PlaceAsync(terms, parsed.GetValue(everything), cancellation);
        }));
        return command;
    }

    private static Command CreateList(Terminal terminal)
    {
        var output = CommandLine.Output("table", "json");
        var command = new Command("list", "Lists the holds: no matter, no reason and no person, which only the vault knows.");
        var options = new WorkplaceOptions(command, withPolicy: true);
        command.Add(output);
        command.SetAction(async (parsed, cancellation) =>
        {
            var workplace = await Workplace.OpenAsync(options.Read(parsed), 0, [], isLooking: true, terminal, cancellation).ConfigureAwait(false);
            await using (workplace.ConfigureAwait(false))
            {
                HoldReport[] holds = [.. (await workplace.Holds.ListAsync(cancellation).ConfigureAwait(false)).Select(HoldReport.Of)];
                if (parsed.GetRequiredValue(output) == "json")
                {
                    await terminal.Out.WriteLineAsync(ToolJson.Write(holds, ToolJson.Default.HoldReportArray)).ConfigureAwait(false);
                }
                else
                {
                    Write(terminal.Out, holds);
                }

                return ExitCode.Done;
            }
        });
        return command;
    }

    private static Command CreateShow(Terminal terminal)
    {
        var id = CreateId();
        var output = CommandLine.Output("table", "json");
        var command = new Command("show", "Shows what a hold is for, and on whom, to whoever reviews it: personal data.");
        var options = new WorkplaceOptions(command, withPolicy: true);
        command.Add(id);
        command.Add(output);
        command.SetAction(async (parsed, cancellation) =>
        {
            var workplace = await Workplace.OpenAsync(options.Read(parsed), 0, [], isLooking: true, terminal, cancellation).ConfigureAwait(false);
            await using (workplace.ConfigureAwait(false))
            {
                if (await TryAsync(() => workplace.Holds.ReadTermsAsync(parsed.GetRequiredValue(id), cancellation)).ConfigureAwait(false) is not { } terms)
                {
                    await terminal.Error.WriteLineAsync("The hold was released or refused: what it was for has been erased.").ConfigureAwait(false);
                    return ExitCode.Findings;
                }

                await HoldTermsReport.Of(terms).WriteAsync(terminal.Out, parsed.GetRequiredValue(output)).ConfigureAwait(false);
                return ExitCode.Done;
            }
        });
        return command;
    }

    private static Argument<string> CreateId()
    {
        var id = new Argument<string>("id") { Description = "The hold's id, as listed." };
        id.Validators.Add(parsed =>
        {
            if (string.IsNullOrWhiteSpace(parsed.GetValue(id)))
            {
                parsed.AddError("The hold's id is empty. gdpr hold list shows the ids.");
            }
        });
        return id;
    }

    private static Command CreateRelease(Terminal terminal)
    {
        var id = CreateId();
        var by = FunctionOption.Create(isRequired: true);
        var output = CommandLine.Output("table", "json");
        var command = new Command("release", "Releases a hold: what is due under it goes with the next sweep.");
        var options = new WorkplaceOptions(command, withPolicy: true);
        command.Add(id);
        command.Add(by);
        command.Add(output);
        command.SetAction((parsed, cancellation) => ActAsync(
            terminal, options.Read(parsed), parsed.GetRequiredValue(output), cancellation,
            workplace => workplace.Holds.ReleaseAsync(parsed.GetRequiredValue(id), parsed.GetRequiredValue(by)!, cancellation)));
        return command;
    }

    private static async Task<int> ActAsync(
        Terminal terminal, Places places, string output, CancellationToken cancellation, Func<Workplace, Task<HeldStatus>> act)
    {
        var workplace = await Workplace.OpenAsync(places, 0, [], isLooking: false, terminal, cancellation).ConfigureAwait(false);
        await using (workplace.ConfigureAwait(false))
        {
            var hold = await TryAsync(() => act(workplace)).ConfigureAwait(false);
            await workplace.WitnessAsync().ConfigureAwait(false);
            if (output == "json")
            {
                await terminal.Out.WriteLineAsync(ToolJson.Write(HoldReport.Of(hold), ToolJson.Default.HoldReport)).ConfigureAwait(false);
            }
            else
            {
                Write(terminal.Out, [HoldReport.Of(hold)]);
            }

            return ExitCodeOf(terminal.Error, hold);
        }
    }

    private static async Task<T> TryAsync<T>(Func<Task<T>> act)
    {
        try
        {
            return await act().ConfigureAwait(false);
        }
        catch (InvalidHoldException problem)
        {
            throw new BadInputException(string.Join(Environment.NewLine, problem.Problems));
        }
    }

    private static int ExitCodeOf(TextWriter messages, HeldStatus hold)
    {
        switch (hold.Phase)
        {
            case HoldPhase.Refused:
                messages.WriteLine("A record named is gone already: the hold was refused, and nothing is held by it.");
                return ExitCode.Findings;
            case HoldPhase.Placing:
                messages.WriteLine($"The hold stands, but is not granted yet: {string.Join(", ", hold.NotReached)} was not reached. Run gdpr sweep or place it again when it is.");
                return ExitCode.Failure;
            case HoldPhase.Releasing when hold.NotReached.Count == 0:
                messages.WriteLine("The release is recorded, and waits for the kill switch: run gdpr sweep when it is off.");
                return ExitCode.Failure;
            case HoldPhase.Releasing:
                messages.WriteLine($"The release is recorded, but {string.Join(", ", hold.NotReached)} was not reached: what was held there still is.");
                return ExitCode.Failure;
            default:
                return ExitCode.Done;
        }
    }

    private static void Write(TextWriter writer, HoldReport[] holds)
    {
        if (holds.Length == 0)
        {
            writer.WriteLine("No holds.");
            return;
        }

        TextColumns.Write(writer,
        [
            ["HOLD", "PHASE", "DATA SETS", "FROM", "REVIEW BY", "OVERDUE"],
            .. holds.Select(hold => new[]
            {
                hold.Hold, hold.Phase, hold.DataSets.Count > 0 ? string.Join(", ", hold.DataSets) : "all", hold.From, hold.ReviewBy, hold.IsOverdue ? "yes" : "-",
            }),
        ]);
    }

    private static Option<string> Required(string name, string description) => new(name) { Description = $"{description}.", Required = true };

    private static Option<string[]> Many(string name, string description) => new(name)
    {
        Description = $"{description}. Repeat it for several.",
        DefaultValueFactory = _ => [],
    };

    private static HashSet<string> Set(string[]? values) => new(values ?? [], StringComparer.Ordinal);

    private static LocalDate TodayOf(Workplace workplace) => workplace.Clock.GetCurrentInstant().InZone(workplace.Zone).Date;
}
