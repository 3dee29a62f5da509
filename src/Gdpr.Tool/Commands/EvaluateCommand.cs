using System.CommandLine;
using System.Globalization;
using Gdpr.Retention;
using Gdpr.Tool.Decisions;
using Gdpr.Tool.Policies;
using Gdpr.Tool.Records;
using Gdpr.Tool.Terminals;
using NodaTime;

namespace Gdpr.Tool.Commands;

/// <summary><c>gdpr evaluate</c>: the fate of every record of a file.</summary>
internal static class EvaluateCommand
{
    public static Command Create(Terminal terminal)
    {
        var policy = CommandLine.Policy();
        var records = new Argument<string>("records") { Description = "The records, as CSV; a hyphen for standard input." };
        var at = CommandLine.InstantOption("--at", "The instant at which the records are judged");
        at.Required = true;
        var byField = new Option<bool>("--by-field") { Description = "Write a line per field group instead of one per record." };
        var output = CommandLine.Output("csv", "json", "table");
        var earlier = CommandLine.Earlier();
        var spreadsheet = new Option<bool>("--spreadsheet")
        {
            Description = "Write CSV to be opened in a spreadsheet: marked as UTF-8, and with an apostrophe before names that would run as formulas.",
        };
        var command = new Command("evaluate", "Judges every record of a file: its fate, until when, by which rule, and why.")
        {
            policy, records, at, byField, output, earlier, spreadsheet,
        };
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(spreadsheet) && parsed.GetValue(output) is not (null or "csv"))
            {
                parsed.AddError("--spreadsheet goes with --output csv only. Leave one of them out.");
            }
        });
        command.SetAction((parsed, cancellation) =>
        {
            var run = new EvaluateRun(
                terminal,
                parsed.GetRequiredValue(policy),
                parsed.GetRequiredValue(records),
                parsed.GetRequiredValue(at)!.Value,
                parsed.GetValue(byField),
                parsed.GetRequiredValue(output),
                parsed.GetValue(earlier) ?? [],
                parsed.GetValue(spreadsheet));

            // On a thread of its own: only once the action has returned its task are interruptions listened to.
            return Task.Run(() => run.Run(cancellation), CancellationToken.None);
        });
        return command;
    }

    /// <summary>One run of the command.</summary>
    private sealed record EvaluateRun(
        Terminal Terminal, string Policy, string Records, Instant At, bool ByField, string Output, string[] Earlier, bool ForSpreadsheet)
    {
        private const int LinesBetweenLooks = 4096;

        public int Run(CancellationToken cancellation)
        {
            var schedule = ScheduleFiles.Compile(Policy, Earlier, At, Terminal.Error);
            var bad = new BadLines();
            using var file = RecordFile.Open(Records, Terminal, schedule, bad);
            file.MentionLeftOut(Records, Terminal.Error);
            var writer = Writer();
            try
            {
                var groups = new WrittenGroups(schedule);
                Progress.Run(Terminal, "Judging records", file.Length, show => Write(file, schedule.At(At), groups, writer, show, cancellation));
            }
            finally
            {
                bad.WriteTo(Terminal.Error, Records);
            }

            if (writer is CsvDecisionWriter { LiveFormulas: > 0 } csv)
            {
                Terminal.Error.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{csv.LiveFormulas} names of records begin as a formula does: add --spreadsheet if the output will be opened in a spreadsheet."));
            }

            return bad.Count > 0 ? ExitCode.BadInput : ExitCode.Done;
        }

        private DecisionWriter Writer() => Output switch
        {
            "json" => new JsonDecisionWriter(Terminal.Output),
            "table" => new TableDecisionWriter(Terminal, ByField),
            _ => new CsvDecisionWriter(Terminal.Output, ByField, ForSpreadsheet),
        };

        private void Write(
            RecordFile file, RetentionEvaluator evaluator, WrittenGroups groups, DecisionWriter writer, Action<long> show, CancellationToken cancellation)
        {
            writer.Begin();
            while (file.Read())
            {
                if (file.Count % LinesBetweenLooks == 0)
                {
                    cancellation.ThrowIfCancellationRequested();
                    show(file.Position);
                }

                Write(file, evaluator, groups, writer);
            }

            writer.End();
        }

        private void Write(RecordFile file, RetentionEvaluator evaluator, WrittenGroups groups, DecisionWriter writer)
        {
            var record = file.Record;
            if (!ByField)
            {
                writer.Write(file.Name, evaluator.Evaluate(record), group: null);
                return;
            }

            foreach (var group in groups.Of(record.DataSet))
            {
                writer.Write(file.Name, evaluator.EvaluateGroup(record, group.Index), group);
            }
        }
    }
}
