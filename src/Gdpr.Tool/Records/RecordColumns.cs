using System.Text;
using Gdpr.Policies.Json;
using Gdpr.Retention;

namespace Gdpr.Tool.Records;

/// <summary>What the columns of a file of records mean, read from its header.</summary>
internal sealed class RecordColumns
{
    /// <summary>The names that are not triggers.</summary>
    private static readonly string[] Fixed = ["record", "dataset", "subject", "facts"];

    private readonly Dictionary<string, DataSetColumns> _dataSets = new(StringComparer.Ordinal);

    /// <param name="header">The names of the columns.</param>
    /// <param name="schedule">The schedule whose data sets the records are of.</param>
    /// <exception cref="BadInputException">A column is unknown, missing or named twice.</exception>
    public RecordColumns(IReadOnlyList<string> header, RetentionSchedule schedule)
    {
        var indexes = Indexes(header, schedule);
        Names = header;
        Record = Required("record");
        DataSet = Required("dataset");
        Facts = indexes.GetValueOrDefault("facts", -1);
        LeftOut = [.. Known(schedule).Where(name => name != "subject" && !indexes.ContainsKey(name))];
        foreach (var dataSet in schedule.DataSets)
        {
            _dataSets.Add(dataSet.Path, new DataSetColumns(dataSet, header, [.. dataSet.Triggers.Select(trigger => indexes.GetValueOrDefault(trigger, -1))], Fixed));
        }

        int Required(string name) => indexes.TryGetValue(name, out var index)
            ? index
            : throw new BadInputException($"The header has no column '{name}'. Start the file with: record,dataset,subject, the triggers, facts.");
    }

    /// <summary>The names of the columns.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The index of the column that names the record.</summary>
    public int Record { get; }

    /// <summary>The index of the column that names the data set.</summary>
    public int DataSet { get; }

    /// <summary>The index of the column with the facts, or -1.</summary>
    public int Facts { get; }

    /// <summary>The columns that decide, but that the file leaves out, and which are therefore empty in every record.</summary>
    public IReadOnlyList<string> LeftOut { get; }

    /// <summary>The paths of the data sets.</summary>
    public IEnumerable<string> DataSets => _dataSets.Keys;

    /// <summary>The columns of a data set, or <see langword="null"/> when the policy has no such data set.</summary>
    public DataSetColumns? Find(ReadOnlySpan<byte> path)
    {
        const int LongestPath = 512;
        Span<char> text = stackalloc char[LongestPath];
        return path.Length <= LongestPath && Encoding.UTF8.TryGetChars(path, text, out var length)
            && _dataSets.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text[..length], out var columns)
            ? columns
            : null;
    }

    private static string[] Known(RetentionSchedule schedule) =>
        [.. Fixed, .. schedule.DataSets.SelectMany(dataSet => dataSet.Triggers).Distinct(StringComparer.Ordinal)];

    private static Dictionary<string, int> Indexes(IReadOnlyList<string> header, RetentionSchedule schedule)
    {
        var known = Known(schedule);
        var indexes = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < header.Count; i++)
        {
            var name = header[i];
            if (!known.Contains(name, StringComparer.Ordinal))
            {
                throw new BadInputException(Unknown(i, header, known));
            }

            if (!indexes.TryAdd(name, i))
            {
                throw new BadInputException($"The header names the column '{name}' twice. Keep one of them.");
            }
        }

        return indexes;
    }

    /// <summary>A column that nobody reads would silently be no value at all, so it is refused. A file without a header would show personal
    /// data in its first line, so the name is not repeated.</summary>
    private static string Unknown(int index, IReadOnlyList<string> header, string[] known)
    {
        if (header is [var only] && only.Contains(';', StringComparison.Ordinal))
        {
            return "The header has one column only. Separate columns with commas, not semicolons.";
        }

        var nearest = NearestWord.To(header[index], known);
        var mend = nearest is null ? "Name it as a trigger of the policy, or leave it out." : $"Did you mean '{nearest}'?";
        return $"Column {index + 1} of the header is neither record, dataset, subject, facts nor a trigger of the policy. {mend}";
    }
}

/// <summary>Where the triggers of a data set stand.</summary>
internal sealed class DataSetColumns
{
    private const int MostFactsRemembered = 4096;

    private readonly Dictionary<string, RecordFacts> _facts = new(StringComparer.Ordinal);

    /// <param name="dataSet">The data set.</param>
    /// <param name="header">The names of the columns.</param>
    /// <param name="triggers">Per trigger, the index of its column, or -1.</param>
    /// <param name="reserved">Names that a column cannot have as a trigger's.</param>
    public DataSetColumns(DataSetSchedule dataSet, IReadOnlyList<string> header, int[] triggers, IReadOnlyCollection<string> reserved)
    {
        Schedule = dataSet;
        Triggers = triggers;
        Others = [.. Enumerable.Range(0, header.Count).Where(i => !reserved.Contains(header[i]) && !triggers.Contains(i))];
        Unreadable = dataSet.Triggers.FirstOrDefault(trigger => reserved.Contains(trigger));
    }

    /// <summary>The data set.</summary>
    public DataSetSchedule Schedule { get; }

    /// <summary>Per trigger of the data set, the index of its column, or -1 where the file has none.</summary>
    public int[] Triggers { get; }

    /// <summary>The indexes of columns whose triggers the data set does not have.</summary>
    public int[] Others { get; }

    /// <summary>A trigger whose name means another column, so that no file can give its value; or none.</summary>
    public string? Unreadable { get; }

    /// <summary>Reads the facts of a record, remembering those read before: most records of a file have the same few.</summary>
    /// <param name="text">The facts as written.</param>
    /// <param name="facts">The facts.</param>
    /// <returns>What is wrong, or <see langword="null"/>.</returns>
    public string? ReadFacts(ReadOnlySpan<byte> text, out RecordFacts facts)
    {
        const int LongestOnStack = 512;
        Span<char> characters = text.Length <= LongestOnStack ? stackalloc char[LongestOnStack] : new char[text.Length];
        characters = characters[..Encoding.UTF8.GetChars(text, characters)];
        var lookup = _facts.GetAlternateLookup<ReadOnlySpan<char>>();
        if (lookup.TryGetValue(characters, out facts))
        {
            return null;
        }

        if (!Schedule.TryReadFacts(characters, out facts, out var problem, out _))
        {
            return problem;
        }

        facts = facts.AssumingConsent();
        if (_facts.Count < MostFactsRemembered)
        {
            lookup[characters] = facts;
        }

        return null;
    }
}
