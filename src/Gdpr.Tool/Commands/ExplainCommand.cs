using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using Gdpr.Retention;
using Gdpr.Tool.Policies;
using Gdpr.Tool.Records;
using Gdpr.Tool.Terminals;
using NodaTime;
using Spectre.Console;

namespace Gdpr.Tool.Commands;

/// <summary><c>gdpr explain</c>: why one record has its fate, and when that changes.</summary>
/// <remarks>The record is found in a file by its name, or described on the command line.</remarks>
internal static class ExplainCommand
{
    public static Command Create(Terminal terminal)
    {
        var options = new Options();
        var command = new Command("explain", "Explains the fate of one record: each rule, its triggers, its end, what decided, and when it changes.")
        {
            options.Policy, options.Records, options.Record, options.DataSet, options.Trigger, options.Facts,
            options.At, options.Earlier, options.Language, options.Output,
        };
        command.Validators.Add(options.Check);

        // On a thread of its own: only once the action has returned its task are interruptions listened to.
        command.SetAction((parsed, cancellation) => Task.Run(() => Run(terminal, options, parsed, cancellation), CancellationToken.None));
        return command;
    }

    private static int Run(Terminal terminal, Options options, ParseResult parsed, CancellationToken cancellation)
    {
        var at = parsed.GetRequiredValue(options.At)!.Value;
        var schedule = ScheduleFiles.Compile(parsed.GetRequiredValue(options.Policy), parsed.GetValue(options.Earlier) ?? [], at, terminal.Error);
        var evaluator = schedule.At(at);
        var explained = parsed.GetValue(options.Records) is { } records
            ? FromFile(terminal, evaluator, records, parsed.GetRequiredValue(options.Record)!, cancellation)
            : FromCommandLine(evaluator, options, parsed);
        var language = parsed.GetRequiredValue(options.Language);
        if (parsed.GetRequiredValue(options.Output) == "json")
        {
            var reports = explained.Select(one => ExplanationReport.Of(one.Record, one.Explanation, language)).ToArray();
            terminal.Out.WriteLine(ToolJson.Write(reports, ToolJson.Default.ExplanationReportArray));
        }
        else
        {
            WriteText(terminal.Rich(), explained, language);
        }

        return ExitCode.Done;
    }

    private static void WriteText(IAnsiConsole console, IReadOnlyList<(string? Record, FateExplanation Explanation)> explained, string language)
    {
        foreach (var (record, explanation) in explained)
        {
            if (record is not null)
            {
                console.Write(new Text(PrintableText.Of(record) + "\n", new Style(decoration: Decoration.Bold)));
            }

            console.WriteLine(explanation.ToText(language));
        }
    }

    /// <summary>The records of a file that have a name: several where it stands on several lines.</summary>
    private static List<(string? Record, FateExplanation Explanation)> FromFile(
        Terminal terminal, RetentionEvaluator evaluator, string records, string name, CancellationToken cancellation)
    {
        var explained = new List<(string? Record, FateExplanation Explanation)>();
        var bad = new BadLines();
        using (var file = RecordFile.Open(records, terminal, evaluator.Schedule, bad))
        {
            file.MentionLeftOut(records, terminal.Error);
            var wanted = Encoding.UTF8.GetBytes(name);
            while (file.Read())
            {
                cancellation.ThrowIfCancellationRequested();
                if (file.Name.SequenceEqual(wanted))
                {
                    explained.Add((name, evaluator.Explain(file.Record)));
                }
            }
        }

        if (explained.Count > 0)
        {
            return explained;
        }

        bad.WriteTo(terminal.Error, records);
        throw new BadInputException($"{records}: no line that can be read has that name in its column 'record'. Correct --record.");
    }

    private static List<(string? Record, FateExplanation Explanation)> FromCommandLine(RetentionEvaluator evaluator, Options options, ParseResult parsed)
    {
        var path = parsed.GetRequiredValue(options.DataSet)!;
        var dataSet = evaluator.Schedule.Find(path)
            ?? throw new BadInputException($"--dataset: the policy has no such data set. Use one of {string.Join(", ", evaluator.Schedule.DataSets.Select(known => known.Path))}.");
        var values = new TriggerValue[dataSet.Triggers.Count];
        var given = new HashSet<string>(StringComparer.Ordinal);
        foreach (var written in parsed.GetValue(options.Trigger) ?? [])
        {
            var (name, value) = written.IndexOf('=') is var sign and >= 0 ? (written[..sign], written[(sign + 1)..]) : (written, null);
            var index = dataSet.TriggerIndex(name);
            if (value is null || index < 0)
            {
                var known = dataSet.Triggers.Count == 0 ? "it has none" : $"it has {string.Join(", ", dataSet.Triggers)}";
                throw new BadInputException($"--trigger is name=value, with a trigger of the data set {dataSet.Path}: {known}.");
            }

            if (!given.Add(name))
            {
                throw new BadInputException($"--trigger: '{name}' is given twice. Keep the value that is meant.");
            }

            if (RecordFile.ReadTrigger(Encoding.UTF8.GetBytes(value), out values[index]) is { } problem)
            {
                throw new BadInputException($"--trigger: '{name}' {problem}");
            }
        }

        if (!dataSet.TryReadFacts(parsed.GetValue(options.Facts), out var facts, out var fault, out _))
        {
            throw new BadInputException($"--facts: {fault}.");
        }

        return [(null, evaluator.Explain(new RetentionRecord(dataSet, values, facts.AssumingConsent())))];
    }

    /// <summary>The options, and which of them go together.</summary>
    private sealed class Options
    {
        public Options() => At.Required = true;

        public Argument<string> Policy { get; } = CommandLine.Policy();

        public Argument<string?> Records { get; } = new("records")
        {
            Description = "The records, as CSV; a hyphen for standard input. Leave it out to describe the record by --dataset, --trigger and --facts.",
            Arity = ArgumentArity.ZeroOrOne,
        };

        public Option<string?> Record { get; } = new("--record") { Description = "The name of the record in the file." };

        public Option<string?> DataSet { get; } = new("--dataset") { Description = "The data set of the record described, such as crm.customers." };

        public Option<string[]> Trigger { get; } = new("--trigger")
        {
            Description = "A trigger of the record described, as name=value with a value as in the file. Repeat it for each; one left out has no value.",
            DefaultValueFactory = _ => [],
        };

        public Option<string?> Facts { get; } = new("--facts") { Description = "The facts about the record described, as in the file: 'hold;?request-open'." };

        public Option<Instant?> At { get; } = CommandLine.InstantOption("--at", "The instant at which the record is judged");

        public Option<string[]> Earlier { get; } = CommandLine.Earlier();

        public Option<string> Language { get; } = CommandLine.Language();

        public Option<string> Output { get; } = CommandLine.Output("text", "json");

        public void Check(CommandResult parsed)
        {
            var inFile = parsed.GetValue(Records) is not null;
            if (inFile != IsGiven(Record) || inFile == IsGiven(DataSet))
            {
                parsed.AddError("Give either a file of records with --record, or --dataset with --trigger and --facts.");
            }
            else if (inFile && (IsGiven(Trigger) || IsGiven(Facts)))
            {
                parsed.AddError("--trigger and --facts describe a record that is in no file. Leave them out, or give --dataset instead of the file.");
            }

            bool IsGiven(Option option) => parsed.GetResult(option) is { Implicit: false };
        }
    }
}
