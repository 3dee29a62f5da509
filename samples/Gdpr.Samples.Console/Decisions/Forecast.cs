using Gdpr.Retention;
using Gdpr.Samples.Data;
using Gdpr.Samples.Organisations;
using NodaTime;

namespace Gdpr.Samples.Decisions;

/// <summary>What every record of a database comes to today and in a year.</summary>
internal sealed class Forecast
{
    // Enough to choose from when the same person must also have something elsewhere.
    private const int Candidates = 100;

    private readonly Dictionary<Highlight, List<StoredRow>> _found = [];

    private Forecast(IReadOnlyList<DataSetForecast> dataSets) => DataSets = dataSets;

    public IReadOnlyList<DataSetForecast> DataSets { get; }

    /// <summary>The first records found of a kind that is worth explaining.</summary>
    public IReadOnlyList<StoredRow> Found(Highlight highlight) => _found.GetValueOrDefault(highlight) ?? [];

    /// <summary>Reads every record back from the database and judges it twice.</summary>
    /// <param name="database">The database.</param>
    /// <param name="today">The evaluator for today.</param>
    /// <param name="inAYear">The evaluator, of the same schedule, for the same day next year.</param>
    /// <param name="on">Today's date.</param>
    /// <param name="highlights">The kinds of records to look out for.</param>
    /// <param name="cancellation">Asked between data sets.</param>
    public static Forecast Of(
        SampleDatabase database, RetentionEvaluator today, RetentionEvaluator inAYear, LocalDate on,
        IReadOnlyList<Highlight> highlights, CancellationToken cancellation)
    {
        var dataSets = new List<DataSetForecast>();
        var forecast = new Forecast(dataSets);
        foreach (var table in database.Tables)
        {
            cancellation.ThrowIfCancellationRequested();
            var dataSet = today.Schedule.DataSet(table.Path);
            var counts = new DataSetForecast(table);
            foreach (var row in database.Read(table))
            {
                var record = new RetentionRecord(dataSet, row.Triggers, dataSet.Facts(row.Facts));
                var decision = today.Evaluate(record);
                counts.Add(decision, inAYear.Evaluate(record));
                forecast.LookOut(new JudgedRow(row, decision, on), highlights);
            }

            dataSets.Add(counts);
        }

        return forecast;
    }

    private void LookOut(JudgedRow judged, IReadOnlyList<Highlight> highlights)
    {
        foreach (var highlight in highlights)
        {
            if ((highlight.DataSet is not null && highlight.DataSet != judged.Row.Table.Path) || !highlight.Is(judged))
            {
                continue;
            }

            if (!_found.TryGetValue(highlight, out var rows))
            {
                _found.Add(highlight, rows = []);
            }

            if (rows.Count < Candidates)
            {
                rows.Add(judged.Row);
            }
        }
    }
}

/// <summary>What the records of one data set come to, counted.</summary>
internal sealed class DataSetForecast(DataSetTable table)
{
    private readonly Dictionary<Outcome, Counts> _counts = [];

    public DataSetTable Table { get; } = table;

    /// <summary>The counts by fate, reason and deciding rule; the fates that keep first.</summary>
    public IEnumerable<(Outcome Outcome, Counts Counts)> Lines =>
        _counts.Select(pair => (pair.Key, pair.Value)).OrderBy(line => line.Key.Fate).ThenByDescending(line => line.Value.Today).ThenBy(line => line.Key.Reason)
            .ThenBy(line => line.Key.Rule, StringComparer.Ordinal);

    public void Add(FateDecision today, FateDecision inAYear)
    {
        Of(today).Today++;
        Of(inAYear).InAYear++;
    }

    private Counts Of(FateDecision decision)
    {
        var outcome = new Outcome(decision.Fate, decision.Reason, decision.Rule?.Id);
        if (!_counts.TryGetValue(outcome, out var counts))
        {
            _counts.Add(outcome, counts = new Counts());
        }

        return counts;
    }
}

/// <summary>A fate, why, and the rule that decides; <see langword="null"/> where no rule does.</summary>
internal readonly record struct Outcome(Fate Fate, FateReason Reason, string? Rule);

/// <summary>How many records there are today and in a year.</summary>
internal sealed class Counts
{
    public int Today { get; set; }

    public int InAYear { get; set; }
}
