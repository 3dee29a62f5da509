using System.Text;
using System.Text.Unicode;
using Gdpr.Policies.Json;
using Gdpr.Retention;
using Gdpr.Tool.Terminals;

namespace Gdpr.Tool.Records;

/// <summary>Reads a file of records, one at a time and in constant memory. Lines that cannot be read are noted and passed over.</summary>
/// <remarks>The file is CSV (RFC 4180) in UTF-8, with or without a byte order mark, with any line ends. Nothing is allocated for a good line.</remarks>
internal sealed class RecordFile : IDisposable
{
    private readonly CsvLines _lines;
    private readonly BadLines _bad;
    private readonly RecordColumns _columns;
    private readonly TriggerValue[] _values;

    private DataSetColumns? _dataSet;
    private RecordFacts _facts;

    /// <param name="stream">The file. It is closed with this.</param>
    /// <param name="schedule">The schedule whose data sets the records are of.</param>
    /// <param name="bad">Takes the lines that cannot be read.</param>
    /// <exception cref="BadInputException">There is no usable header.</exception>
    public RecordFile(Stream stream, RetentionSchedule schedule, BadLines bad)
    {
        _lines = new CsvLines(stream);
        _bad = bad;
        _columns = new RecordColumns(ReadHeader(), schedule);
        _values = new TriggerValue[schedule.DataSets.Count == 0 ? 0 : schedule.DataSets.Max(dataSet => dataSet.Triggers.Count)];
    }

    /// <summary>The columns that decide, but that the file leaves out.</summary>
    public IReadOnlyList<string> LeftOut => _columns.LeftOut;

    /// <summary>Says which columns the file does not have: a trigger that is none of them has no value, and a fact none is stated of.</summary>
    /// <param name="path">The path, as the command line gives it.</param>
    /// <param name="messages">Takes a line, where there are any.</param>
    public void MentionLeftOut(string path, TextWriter messages)
    {
        if (LeftOut.Count > 0)
        {
            messages.WriteLine($"{path}: taken as empty in every record, for the file has no such column: {string.Join(", ", LeftOut)}.");
        }
    }

    /// <summary>Opens a file.</summary>
    /// <param name="path">The path; a hyphen for standard input.</param>
    /// <param name="terminal">Where standard input is.</param>
    /// <param name="schedule">The schedule whose data sets the records are of.</param>
    /// <param name="bad">Takes the lines that cannot be read.</param>
    /// <exception cref="BadInputException">The file cannot be read, or has no usable header.</exception>
    public static RecordFile Open(string path, Terminal terminal, RetentionSchedule schedule, BadLines bad)
    {
        var stream = InputFiles.Open(path, terminal);
        try
        {
            return new RecordFile(stream, schedule, bad);
        }
        catch (BadInputException problem)
        {
            stream.Dispose();
            throw new BadInputException($"{path}(1): {problem.Message}");
        }
    }

    /// <summary>The length of the file in bytes, where it is known.</summary>
    public long? Length => _lines.Length;

    /// <summary>How many bytes of the file have been used up.</summary>
    public long Position => _lines.Position;

    /// <summary>How many lines have been read, the header not counted.</summary>
    public long Count { get; private set; }

    /// <summary>The name of the current record, in UTF-8.</summary>
    public ReadOnlySpan<byte> Name => _lines.Field(_columns.Record);

    /// <summary>The current record. It is valid until the next one is read.</summary>
    public RetentionRecord Record => new(_dataSet!.Schedule, _values.AsSpan(0, _dataSet.Triggers.Length), _facts);

    /// <summary>Goes to the next record that can be read.</summary>
    /// <returns>Whether there is one.</returns>
    public bool Read()
    {
        while (_lines.Read())
        {
            Count++;
            if (TryReadRecord())
            {
                return true;
            }
        }

        return false;
    }

    public void Dispose() => _lines.Dispose();

    private string[] ReadHeader()
    {
        if (!_lines.Read())
        {
            throw new BadInputException("The file is empty. Start it with a header: record,dataset,subject, the triggers, facts.");
        }

        if (_lines.Problem is not null || !Utf8.IsValid(_lines.Raw))
        {
            throw new BadInputException("The header cannot be read: mend its quotes, and save the file as UTF-8.");
        }

        return [.. Enumerable.Range(0, _lines.FieldCount).Select(i => Encoding.UTF8.GetString(_lines.Field(i)))];
    }

    private bool TryReadRecord()
    {
        if (_lines.Problem is { } problem)
        {
            return Bad(_lines.ProblemOffset, problem);
        }

        if (_lines.FieldCount != _columns.Names.Count)
        {
            return Bad(0, $"The line has {_lines.FieldCount} fields and the header {_columns.Names.Count}. Give each column a field, empty where there is no value.");
        }

        if (!Utf8.IsValid(_lines.Raw))
        {
            return Bad(0, "The line is not UTF-8. Save the file as UTF-8.");
        }

        if (_lines.Field(_columns.Record).IsEmpty)
        {
            return BadField(_columns.Record, "The record has no name. Give each line one.");
        }

        _dataSet = _columns.Find(_lines.Field(_columns.DataSet));
        return _dataSet is null ? BadField(_columns.DataSet, UnknownDataSet()) : TryReadTriggers(_dataSet) && TryReadFacts(_dataSet);
    }

    private bool TryReadTriggers(DataSetColumns dataSet)
    {
        if (dataSet.Unreadable is { } reserved)
        {
            return BadField(_columns.DataSet, $"The data set has a trigger named '{reserved}', which is the name of another column. Rename the trigger in the policy.");
        }

        for (var i = 0; i < dataSet.Triggers.Length; i++)
        {
            var column = dataSet.Triggers[i];
            if (column < 0)
            {
                _values[i] = TriggerValue.Missing;
            }
            else if (ReadTrigger(_lines.Field(column), out _values[i]) is { } problem)
            {
                return BadField(column, $"The trigger '{_columns.Names[column]}' {problem}");
            }
        }

        foreach (var column in dataSet.Others)
        {
            if (!_lines.Field(column).IsEmpty)
            {
                return BadField(column, $"The data set {dataSet.Schedule.Path} has no trigger '{_columns.Names[column]}'. Leave the field empty, or correct the data set.");
            }
        }

        return true;
    }

    private bool TryReadFacts(DataSetColumns dataSet)
    {
        var text = _columns.Facts < 0 ? default : _lines.Field(_columns.Facts);
        return dataSet.ReadFacts(text, out _facts) is not { } problem || BadField(_columns.Facts, $"The facts cannot be read: {problem}.");
    }

    /// <summary>Reads the value of a trigger.</summary>
    /// <param name="text">The text; empty where there is no value, a question mark where it is unknown.</param>
    /// <param name="value">The value.</param>
    /// <returns>What is wrong, to follow the trigger's name, or <see langword="null"/>.</returns>
    internal static string? ReadTrigger(ReadOnlySpan<byte> text, out TriggerValue value)
    {
        value = TriggerValue.Missing;
        if (text.IsEmpty)
        {
            return null;
        }

        if (text is [(byte)'?'])
        {
            value = TriggerValue.Unknown;
            return null;
        }

        var form = TimeText.Read(text, out var date, out var instant);
        value = form switch
        {
            TimeForm.Date => TriggerValue.On(date),
            TimeForm.Instant => TriggerValue.At(instant),
            _ => TriggerValue.Missing,
        };
        return form switch
        {
            TimeForm.Malformed => "is neither a date (yyyy-MM-dd), a date-time with its offset (yyyy-MM-ddTHH:mm:ssZ or +02:00), empty nor '?'.",
            TimeForm.WithoutOffset => "is a date-time without an offset. Add Z or an offset such as +02:00, or give the local date alone.",
            _ => null,
        };
    }

    private string UnknownDataSet()
    {
        // What stands there may be anything, a name included: only known words are repeated.
        var nearest = NearestWord.To(Encoding.UTF8.GetString(_lines.Field(_columns.DataSet)), _columns.DataSets);
        return $"The policy has no such data set. {(nearest is null ? "Write system.dataSet, as in the policy." : $"Did you mean '{nearest}'?")}";
    }

    private bool BadField(int column, string problem) => Bad(_lines.OffsetOf(column), problem);

    private bool Bad(int offset, string problem)
    {
        var (line, character) = _lines.PlaceOf(offset);
        _bad.Add(line, character, problem);
        return false;
    }
}
