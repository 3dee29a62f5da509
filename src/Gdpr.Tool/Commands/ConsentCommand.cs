using System.CommandLine;
using System.Globalization;
using Gdpr.Consents;
using Gdpr.Policies;
using Gdpr.Tool.Consents;
using Gdpr.Tool.Records;
using Gdpr.Tool.Terminals;
using Gdpr.Tool.Workplaces;
using NodaTime;
using Spectre.Console;

namespace Gdpr.Tool.Commands;

/// <summary><c>gdpr consent</c>: takes over consents that were given before.</summary>
internal static class ConsentCommand
{
    private const int ShownRefusals = 100;

    public static Command Create(Terminal terminal) => new("consent", "Takes over consents that were given before the library was there.") { CreateImport(terminal) };

    private static Command CreateImport(Terminal terminal)
    {
        var file = new Option<string>("--file", "-f")
        {
            Description = $"The file: CSV with a header, or JSON lines (.jsonl). Columns: {string.Join(", ", ConsentColumns.Names)}.",
            Required = true,
        };
        var source = new Option<string?>("--source") { Description = "Where the consents of lines without a source were kept: a short word, such as old-crm." };
        var controller = new Option<string?>("--controller") { Description = "The controller; with one in the policy, it is the default." };
        var output = CommandLine.Output("table", "json");
        var command = new Command("import", "Imports consents with their source and evidence. Running it again goes on where it stopped, and changes nothing that is on record.");
        var options = new WorkplaceOptions(command, withPolicy: true);
        foreach (var option in new Option[] { file, source, controller, output })
        {
            command.Add(option);
        }

        command.SetAction((parsed, cancellation) => Task.Run(
            () => ImportAsync(
                terminal, options.Read(parsed), parsed.GetRequiredValue(file), parsed.GetValue(source), parsed.GetValue(controller),
                parsed.GetRequiredValue(output) == "json", cancellation),
            CancellationToken.None));
        return command;
    }

    private static async Task<int> ImportAsync(
        Terminal terminal, Places places, string file, string? source, string? controller, bool isJson, CancellationToken cancellation)
    {
        var workplace = await Workplace.OpenAsync(places, 0, [], isLooking: false, terminal, cancellation).ConfigureAwait(false);
        await using (workplace.ConfigureAwait(false))
        {
            var owner = ControllerOf(workplace.Schedule.Policy, controller);
            var today = workplace.Clock.GetCurrentInstant().InZone(DateTimeZoneProviders.Tzdb[owner.Controller.TimeZone]).Date;
            var (columns, bad) = (new ConsentColumns(owner.Controller.Country, today, source), new BadLines());
            var report = await WithProgressAsync(terminal, progress => workplace.ConsentImport.ImportAsync(
                ConsentFile.ReadAsync(file, terminal, columns, bad, cancellation), owner.Id, progress, cancellation)).ConfigureAwait(false);
            await workplace.WitnessAsync().ConfigureAwait(false);
            bad.WriteTo(terminal.Error, file);
            if (isJson)
            {
                await terminal.Out.WriteLineAsync(ToolJson.Write(ConsentImportOutput.Of(report, bad.Count), ToolJson.Default.ConsentImportOutput)).ConfigureAwait(false);
            }
            else
            {
                Write(terminal, file, report, bad.Count);
            }

            return bad.Count > 0 ? ExitCode.BadInput : report.Refused.Count > 0 ? ExitCode.Findings : ExitCode.Done;
        }
    }

    private static (string Id, Controller Controller) ControllerOf(GdprPolicy policy, string? named)
    {
        var id = named ?? (policy.Controllers.Count == 1 ? policy.Controllers.Keys.First() : null);
        return id is not null && policy.Controllers.TryGetValue(id, out var controller)
            ? (id, controller)
            : throw new BadInputException($"--controller: name one of the policy's controllers: {string.Join(", ", policy.Controllers.Keys)}.");
    }

    private static async Task<ConsentImportReport> WithProgressAsync(Terminal terminal, Func<IProgress<ConsentImportProgress>?, Task<ConsentImportReport>> work) =>
        !terminal.Traits.ErrorIsTerminal || !terminal.Traits.HasAnsi
            ? await work(null).ConfigureAwait(false)
            : await terminal.RichError().Status().StartAsync("Importing", context => work(new Shown(context))).ConfigureAwait(false);

    private static void Write(Terminal terminal, string file, ConsentImportReport report, long bad)
    {
        var counts = report.Counts;
        terminal.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{counts.Imported} imported, {counts.Unchanged} on record already, {counts.Refused} refused, {bad} not readable."));
        foreach (var reason in report.Refused.CountBy(refused => refused.Reason).OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {reason.Key}: {reason.Value}"));
        }

        foreach (var refused in report.Refused.Take(ShownRefusals))
        {
            terminal.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{file}({refused.Line}): {refused.Reason}"));
        }

        if (report.Refused.Count > ShownRefusals)
        {
            terminal.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{file}: {report.Refused.Count - ShownRefusals} more refused lines are not shown; --output json lists all."));
        }

        if (report.Effects.NotReached.Count > 0)
        {
            terminal.Error.WriteLine($"Not reached, and told by the next sweep: {string.Join(", ", report.Effects.NotReached)}.");
        }
    }

    private sealed class Shown(StatusContext context) : IProgress<ConsentImportProgress>
    {
        public void Report(ConsentImportProgress value) => context.Status = string.Create(
            CultureInfo.InvariantCulture, $"{value.Read} read, {value.Imported} imported, {value.Unchanged} on record already, {value.Refused} refused");
    }
}

/// <summary>An import, as <c>gdpr consent import --output json</c> writes it.</summary>
internal sealed record ConsentImportOutput(long Read, long Imported, long Unchanged, long Refused, long Unreadable, IReadOnlyList<RefusedLine> Lines)
{
    public static ConsentImportOutput Of(ConsentImportReport report, long bad) => new(
        report.Counts.Read + bad, report.Counts.Imported, report.Counts.Unchanged, report.Counts.Refused, bad,
        [.. report.Refused.Select(refused => new RefusedLine(refused.Line, refused.Reason))]);
}

/// <summary>A line that was refused, and why.</summary>
internal sealed record RefusedLine(long Line, string Reason);
