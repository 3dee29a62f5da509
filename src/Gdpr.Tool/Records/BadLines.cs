using System.Globalization;

namespace Gdpr.Tool.Records;

/// <summary>Lines that could not be read: the first hundred with their places, the rest counted.</summary>
internal sealed class BadLines
{
    /// <summary>How many are reported one by one.</summary>
    public const int Reported = 100;

    private readonly List<string> _reports = new(Reported);

    /// <summary>How many lines could not be read.</summary>
    public long Count { get; private set; }

    /// <summary>Notes a line.</summary>
    /// <param name="line">The line on which the field starts, from 1.</param>
    /// <param name="column">The character of that line at which the field starts, from 1.</param>
    /// <param name="problem">What is wrong and how to mend it, without any value of the line.</param>
    public void Add(long line, long column, string problem)
    {
        Count++;
        if (_reports.Count < Reported)
        {
            _reports.Add(string.Create(CultureInfo.InvariantCulture, $"({line},{column}): {problem}"));
        }
    }

    /// <summary>Writes the report; nothing when every line could be read.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="file">The name of the file.</param>
    public void WriteTo(TextWriter writer, string file)
    {
        foreach (var report in _reports)
        {
            writer.WriteLine($"{file}{report}");
        }

        if (Count > Reported)
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{file}: {Count - Reported} more bad lines are not shown."));
        }

        if (Count > 0)
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{file}: {Count} bad {(Count == 1 ? "line was" : "lines were")} left out; all others were judged."));
        }
    }
}
