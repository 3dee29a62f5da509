using System.Globalization;
using System.Text;
using Gdpr.Retention;
using Gdpr.Tool.Terminals;
using Spectre.Console;

namespace Gdpr.Tool.Decisions;

/// <summary>Writes decisions in aligned columns, for people. The widths come from the first rows, so that the rest can be streamed.</summary>
internal sealed class TableDecisionWriter : DecisionWriter
{
    private const int RowsMeasured = 200;
    private const string Gap = "  ";

    private readonly TextWriter _writer;
    private readonly IAnsiConsole? _colours;
    private readonly bool _byField;
    private readonly List<string[]> _measured = [];
    private int[]? _widths;

    /// <param name="terminal">Where the output goes.</param>
    /// <param name="byField">Whether each decision is about a field group.</param>
    public TableDecisionWriter(Terminal terminal, bool byField)
    {
        _writer = terminal.Out;
        _colours = terminal.Traits is { OutputIsTerminal: true, HasColour: true } ? terminal.Rich() : null;
        _byField = byField;
    }

    public override void Begin() =>
        _measured.Add(_byField ? ["RECORD", "FATE", "DUE", "RULE", "REASON", "FIELDS"] : ["RECORD", "FATE", "DUE", "RULE", "REASON"]);

    public override void Write(ReadOnlySpan<byte> record, in FateDecision decision, WrittenGroup? group)
    {
        var due = decision.Due?.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture) ?? "-";
        string[] row =
        [
            PrintableText.Of(Encoding.UTF8.GetString(record)), decision.Fate.Code(), due, decision.Rule?.Id ?? "-", decision.Reason.Code(),
            .. group is null ? Enumerable.Empty<string>() : [string.Join(", ", group.Fields)],
        ];
        if (_widths is not null)
        {
            WriteRow(row, _widths);
            return;
        }

        _measured.Add(row);
        if (_measured.Count > RowsMeasured)
        {
            WriteMeasured();
        }
    }

    public override void End()
    {
        if (_widths is null)
        {
            WriteMeasured();
        }

        _writer.Flush();
    }

    private void WriteMeasured()
    {
        _widths = [.. Enumerable.Range(0, _measured[0].Length).Select(column => _measured.Max(row => row[column].Length))];
        foreach (var row in _measured)
        {
            WriteRow(row, _widths);
        }

        _measured.Clear();
    }

    private void WriteRow(string[] row, int[] widths)
    {
        const int FateColumn = 1;
        var cells = row.Select((cell, column) => column == row.Length - 1 ? cell : cell.PadRight(widths[column]) + Gap).ToArray();
        if (_colours is null)
        {
            _writer.WriteLine(string.Concat(cells));
            return;
        }

        _colours.Write(new Text(cells[0]));
        _colours.Write(new Text(cells[FateColumn], StyleOf(row[FateColumn])));
        _colours.WriteLine(string.Concat(cells[(FateColumn + 1)..]));
    }

    private static Style StyleOf(string fate) => new(fate switch
    {
        "keep" => Color.Green,
        "restrict" => Color.Yellow,
        "undetermined" => Color.Fuchsia,
        "erase" or "anonymise" => Color.Red,
        _ => Color.Default,
    });
}
