using Gdpr.Journals;
using Gdpr.Retention;
using Gdpr.Sources;
using NodaTime;

namespace Gdpr.Core.Tests.Model;

/// <summary>A record of any table: two dates and two fields, which each table names its own way.</summary>
internal sealed record Row(string Key, string Person, LocalDate? First, LocalDate? Second, string? One, string? Two);

/// <summary>A source that can be backed up and restored as a database is: the rows, and beside them the facts as they stood.</summary>
internal sealed class BackedUpSource(string name, IReadOnlyList<string> tables) : IDisposalSource, IExportSource
{
    private readonly List<(IReadOnlyList<FactChange> Changes, JournalPosition Position)> _facts = [];
    private InMemorySource _inner = new(name);
    private Dictionary<string, InMemoryRecords<Row>> _rows = [];

    public string Name => name;

    public IReadOnlyList<string> DataSets => _inner.DataSets;

    public SourceCapabilities Capabilities => _inner.Capabilities & ~SourceCapabilities.Rectify;

    /// <summary>The rows of each table, by its path.</summary>
    public IReadOnlyDictionary<string, InMemoryRecords<Row>> Rows => _rows;

    public static BackedUpSource Empty(string name, IReadOnlyList<string> tables)
    {
        var source = new BackedUpSource(name, tables);
        source.Create();
        return source;
    }

    public SourceBackup Backup() => new(_rows.ToDictionary(table => table.Key, table => table.Value.ToList()), [.. _facts]);

    public async Task RestoreAsync(SourceBackup backup)
    {
        Create();
        foreach (var (path, rows) in backup.Rows)
        {
            foreach (var row in rows)
            {
                _rows[path].Put(row);
            }
        }

        _facts.Clear();
        foreach (var (changes, position) in backup.Facts)
        {
            await ChangeFactsAsync([.. changes.Select(WithoutGone)], position, CancellationToken.None);
        }
    }

    public ValueTask PrepareAsync(RetentionSchedule schedule, CancellationToken cancellationToken) => _inner.PrepareAsync(schedule, cancellationToken);

    public bool Exports(string dataSet) => _inner.Exports(dataSet);

    public IAsyncEnumerable<ExportedRecord> ExportAsync(string dataSet, IReadOnlyList<string> nativeIds, CancellationToken cancellationToken) =>
        _inner.ExportAsync(dataSet, nativeIds, cancellationToken);

    public Digest MappingOf(string dataSet) => _inner.MappingOf(dataSet);

    public ValueTask<DataSetSurvey> SurveyAsync(RetentionEvaluator evaluator, string dataSet, int examples, CancellationToken cancellationToken) =>
        _inner.SurveyAsync(evaluator, dataSet, examples, cancellationToken);

    public ValueTask<BatchEvidence> DisposeAsync(DisposalBatch batch, CancellationToken cancellationToken) => _inner.DisposeAsync(batch, cancellationToken);

    public ValueTask<int> CountUndisposedAsync(BatchEvidence batch, CancellationToken cancellationToken) => _inner.CountUndisposedAsync(batch, cancellationToken);

    public IAsyncEnumerable<BatchEvidence> ReadEvidenceAsync(string plan, int afterBatch, CancellationToken cancellationToken) =>
        _inner.ReadEvidenceAsync(plan, afterBatch, cancellationToken);

    public ValueTask EndPlanAsync(string plan, string dataSet, Instant at, CancellationToken cancellationToken) =>
        _inner.EndPlanAsync(plan, dataSet, at, cancellationToken);

    public async ValueTask<IReadOnlyList<string>> ChangeFactsAsync(IReadOnlyList<FactChange> changes, JournalPosition position, CancellationToken cancellationToken)
    {
        var gone = await _inner.ChangeFactsAsync(changes, position, cancellationToken);
        if (gone.Count == 0)
        {
            _facts.Add((changes, position));
        }

        return gone;
    }

    public ValueTask<JournalPosition> ReadFactsPositionAsync(CancellationToken cancellationToken) => _inner.ReadFactsPositionAsync(cancellationToken);

    /// <summary>A fact on a record that had gone before the backup was made is not there to be put again.</summary>
    private FactChange WithoutGone(FactChange change) => change.Target is not FactTarget.Records records ? change
        : change with { Target = new FactTarget.Records([.. records.NativeKeys.Where(key => _rows[change.DataSet].Find(key) is not null)]) };

    private void Create()
    {
        _inner = new InMemorySource(name);
        _rows = TradersPolicy.Controllers.SelectMany(controller => tables.Select(table => (controller, table)))
            .ToDictionary(one => TradersPolicy.PathOf(one.controller, one.table), one => Add(TradersPolicy.PathOf(one.controller, one.table), one.table));
    }

    private InMemoryRecords<Row> Add(string path, string table) => _inner.Add<Row>(path, row => row.Key, set =>
    {
        set.Subject(row => row.Person);
        string[] triggers = table switch
        {
            TradersPolicy.Customers => ["ended", "seen"],
            TradersPolicy.Orders => ["sent", "created"],
            TradersPolicy.Invoices => ["booked"],
            _ => ["at"],
        };
        set.Trigger(triggers[0], row => ValueOf(row.First));
        if (triggers.Length > 1)
        {
            set.Trigger(triggers[1], row => ValueOf(row.Second));
        }

        string[] fields = table switch
        {
            TradersPolicy.Customers => ["name", "email"],
            TradersPolicy.Orders => ["address"],
            TradersPolicy.Invoices => ["payer", "note"],
            _ => ["page"],
        };
        set.Field(fields[0], row => row with { One = null }, row => row.One);
        if (fields.Length > 1)
        {
            set.Field(fields[1], row => row with { Two = null }, row => row.Two);
        }
    });

    public static TriggerValue ValueOf(LocalDate? date) => date is { } known ? TriggerValue.On(known) : TriggerValue.Missing;
}

/// <summary>A source as it stood when it was backed up.</summary>
internal sealed record SourceBackup(
    IReadOnlyDictionary<string, IReadOnlyList<Row>> Rows, IReadOnlyList<(IReadOnlyList<FactChange> Changes, JournalPosition Position)> Facts);
