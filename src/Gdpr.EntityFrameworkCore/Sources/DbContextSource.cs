using System.Data.Common;
using System.Runtime.CompilerServices;
using Gdpr.EntityFrameworkCore.Coverage;
using Gdpr.EntityFrameworkCore.Hazards;
using Gdpr.EntityFrameworkCore.Mapping;
using Gdpr.EntityFrameworkCore.Visibility;
using Gdpr.Journals;
using Gdpr.Relational;
using Gdpr.Relational.Coverage;
using Gdpr.Relational.Mapping;
using Gdpr.Retention;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using NodaTime;

namespace Gdpr.EntityFrameworkCore.Sources;

/// <summary>A context's tables as a source: the model says where the data is, and the SQL source does the work.</summary>
internal sealed class DbContextSource : IDisposalSource, IExportSource, IRectifySource, ICountingSource, IRecallingSource, ICoveredSource, IClaimingSource
{
    private readonly EfContexts _contexts;
    private readonly IReadOnlyList<SqlPlatform> _platforms;
    private readonly DbContextSourceOptions _options;
    private readonly Func<RetentionSchedule, CoverageBaseline>? _baseline;
    private readonly Lazy<EfModelMap> _map;
    private readonly Lazy<SqlDatabase> _database;
    private readonly Lock _lock = new();
    private volatile Translated? _translated;

    public DbContextSource(
        string name, EfContexts contexts, IEnumerable<SqlPlatform> platforms, DbContextSourceOptions options, Func<RetentionSchedule, CoverageBaseline>? baseline = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        _baseline = baseline;
        (Name, _contexts, _platforms, _options) = (name, contexts, [.. platforms], options);
        _map = new Lazy<EfModelMap>(ReadModel);
        _database = new Lazy<SqlDatabase>(FindDatabase);
    }

    public string Name { get; }

    public EfModelMap Map => _map.Value;

    /// <summary>The contexts that are sources, with this one's: what is kept elsewhere may be said there.</summary>
    public IReadOnlyList<MappedContext> Contexts { private get; init; } = [];

    /// <summary>The sources of contexts, this one too: what is kept elsewhere one of the others keeps.</summary>
    public Func<IEnumerable<DbContextSource>> Sources { private get; init; } = static () => [];

    public IReadOnlyList<string> DataSets => [.. Map.DataSets.Keys.Order(StringComparer.Ordinal)];

    public IReadOnlyList<string> Claims => _translated?.Source.Claims ?? [];

    /// <summary>Once the model is translated, what its database can do: one that locks rows lets several workers share a run.</summary>
    public SourceCapabilities Capabilities => _translated?.Source.Capabilities
        ?? (SourceCapabilities.Find | SourceCapabilities.Export | SourceCapabilities.Rectify | SourceCapabilities.Dispose | SourceCapabilities.DisposesByPerson
            | SourceCapabilities.Verify | SourceCapabilities.GuardInTransaction);

    SqlDatabase ICoveredSource.Database => _database.Value;

    bool ICoveredSource.RequiresCoverage => _options.UncoveredBecause is null;

    /// <summary>Whether the source is that of a context.</summary>
    public bool IsOf(DbContext context) => _contexts.Type.IsInstanceOfType(context);

    CoveredParts ICoveredSource.Covered(RetentionSchedule schedule) =>
        EfCoverage.Of(Map, EfSqlMapper.Translate(Map, schedule, EfTables.NameOf), _options.ExcusedPlaces, _contexts.Type.Name, EfTables.NameOf);

    public ValueTask PrepareAsync(RetentionSchedule schedule, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        return Of(schedule).PrepareAsync(schedule, cancellationToken);
    }

    public Digest MappingOf(string dataSet) => Known.MappingOf(dataSet);

    public Digest NamingOf(string dataSet) => Known.NamingOf(dataSet);

    public ValueTask<DataSetSurvey> SurveyAsync(RetentionEvaluator evaluator, string dataSet, int examples, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(evaluator);
        return Of(evaluator.Schedule).SurveyAsync(evaluator, dataSet, examples, cancellationToken);
    }

    public ValueTask<DataSetSurvey> SurveyUnsettledAsync(RetentionEvaluator evaluator, string dataSet, int examples, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(evaluator);
        return Of(evaluator.Schedule).SurveyUnsettledAsync(evaluator, dataSet, examples, cancellationToken);
    }

    public ValueTask<BatchEvidence> DisposeAsync(DisposalBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return Of(batch.Evaluator.Schedule).DisposeAsync(batch, cancellationToken);
    }

    public ValueTask<int> CountUndisposedAsync(BatchEvidence batch, CancellationToken cancellationToken) => Known.CountUndisposedAsync(batch, cancellationToken);

    public IAsyncEnumerable<BatchEvidence> ReadEvidenceAsync(string plan, int afterBatch, CancellationToken cancellationToken) =>
        Any.ReadEvidenceAsync(plan, afterBatch, cancellationToken);

    public ValueTask EndPlanAsync(string plan, string dataSet, Instant at, CancellationToken cancellationToken) => Any.EndPlanAsync(plan, dataSet, at, cancellationToken);

    public ValueTask<IReadOnlyList<string>> ChangeFactsAsync(IReadOnlyList<FactChange> changes, JournalPosition position, CancellationToken cancellationToken) =>
        Known.ChangeFactsAsync([.. changes.Select(change => change with { Target = Stored(change.DataSet, change.Target) })], position, cancellationToken);

    public ValueTask<JournalPosition> ReadFactsPositionAsync(CancellationToken cancellationToken) => Any.ReadFactsPositionAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask<JournalPosition?> ReadStatedPositionAsync(CancellationToken cancellationToken) => Any.ReadStatedPositionAsync(cancellationToken);

    public bool Exports(string dataSet) => Known.Exports(dataSet);

    public IAsyncEnumerable<ExportedRecord> ExportAsync(string dataSet, IReadOnlyList<string> nativeIds, CancellationToken cancellationToken) =>
        Known.ExportAsync(dataSet, Stored(dataSet, nativeIds), cancellationToken);

    public bool Rectifies(string dataSet, string field) => Known.Rectifies(dataSet, field);

    public ValueTask<bool> RectifyAsync(Rectification rectification, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rectification);
        return Known.RectifyAsync(
            rectification with
            {
                NativeKey = StoredKeys(rectification.DataSet, [rectification.NativeKey])!.First(),
                NativeIds = Stored(rectification.DataSet, rectification.NativeIds),
            },
            cancellationToken);
    }

    public ValueTask<DataSetCount> CountAsync(string dataSet, IReadOnlyCollection<string>? records, CancellationToken cancellationToken) =>
        Known.CountAsync(dataSet, StoredKeys(dataSet, records), cancellationToken);

    /// <inheritdoc/>
    /// <remarks>The ids are given as the host writes them, not as their columns store them: by those it knows people.</remarks>
    public async IAsyncEnumerable<string> ReadPeopleAsync(
        string dataSet, IReadOnlyCollection<string>? records, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var id in Known.ReadPeopleAsync(dataSet, StoredKeys(dataSet, records), cancellationToken).ConfigureAwait(false))
        {
            yield return PeopleOf(dataSet).Aggregate(id, (written, property) => StoredIds.Written(property, written));
        }
    }

    /// <inheritdoc/>
    /// <remarks>Keys are sought as they are stored, since evidence names records by those, and given as the host writes them.</remarks>
    public IAsyncEnumerable<string> FindReturnedAsync(string dataSet, Func<string, bool> isSought, CancellationToken cancellationToken)
    {
        var key = Map.DataSets.GetValueOrDefault(dataSet)?.Type.FindPrimaryKey()?.Properties is [var one] ? one : null;
        var found = Known.FindReturnedAsync(dataSet, isSought, cancellationToken);
        return key is null ? found : found.Select(stored => StoredIds.Written(key, stored));
    }

    /// <summary>What in the model would keep what was erased, or take what has to be kept: it can be said before there is a database.</summary>
    public IReadOnlyList<string> Hazards(RetentionSchedule schedule) => [.. EfSqlMapper.Hazards(Map, schedule, EfTables.NameOf), .. OfModel(Map)];

    /// <summary>Whether a connection of a context leads to the source's database; <see langword="null"/> where it cannot be told.</summary>
    public ValueTask<bool?> IsReachedByAsync(DbConnection connection, CancellationToken cancellationToken) => Any.IsReachedByAsync(connection, cancellationToken);

    /// <summary>The class of its contexts.</summary>
    public Type ContextType => _contexts.Type;

    private SqlSource Known => _translated?.Source ?? throw new InvalidOperationException($"Source '{Name}' has not been prepared: call PrepareAsync first.");

    /// <summary>The source, or, before it has been prepared, one for what needs no mapping.</summary>
    private SqlSource Any => _translated?.Source ?? new SqlSource(Name, _database.Value, new SqlMapping());

    /// <summary>The source over the tables that the model is translated to, for a schedule.</summary>
    public SqlSource Of(RetentionSchedule schedule)
    {
        if (_translated is { } known && ReferenceEquals(known.Schedule, schedule))
        {
            return known.Source;
        }

        lock (_lock)
        {
            var map = Map;
            var (mapping, problems, people, _) = EfSqlMapper.Translate(map, schedule, EfTables.NameOf);
            string[] all = [.. problems, .. OfModel(map)];
            if (all.Length > 0)
            {
                throw new SourceMappingException(Name, all);
            }

            var json = mapping.ToJson();
            var source = _translated is { } before && before.Json == json ? before.Source
                : new SqlSource(Name, _database.Value, mapping, _options.Evidence, _baseline)
                {
                    Forms = new ShownContents(map),
                    Hazards = tables => LiveCascades.Of(map, EfTables.NameOf, tables),
                };
            _translated = new Translated(schedule, source, people, json);
            return source;
        }
    }

    private IEnumerable<string> OfModel(EfModelMap map) =>
        ModelHazards.Of(map, _options).Concat(OtherSources.ProblemsOf(map, _contexts.Type, [.. Sources().Where(source => source != this)]));

    /// <summary>The properties that hold the ids of the people whom the records of a data set concern.</summary>
    public IReadOnlyList<IProperty> PeopleOf(string dataSet) => _translated?.People.GetValueOrDefault(dataSet) ?? [];

    private IReadOnlyCollection<string>? StoredKeys(string dataSet, IReadOnlyCollection<string>? records) =>
        records is null ? null : ((FactTarget.Records)Stored(dataSet, new FactTarget.Records([.. records]))).NativeKeys;

    private FactTarget Stored(string dataSet, FactTarget target) => target switch
    {
        FactTarget.Subjects people => people with { NativeIds = Stored(dataSet, people.NativeIds) },
        FactTarget.Records records when Map.DataSets.GetValueOrDefault(dataSet)?.Type.FindPrimaryKey()?.Properties is [var key] =>
            records with { NativeKeys = [.. records.NativeKeys.Select(id => StoredIds.Stored(key, id))] },
        _ => target,
    };

    /// <summary>The ids of people in every form in which a column of the data set holds them.</summary>
    private IReadOnlyList<string> Stored(string dataSet, IReadOnlyList<string> ids) => PeopleOf(dataSet) is { Count: > 0 } people
        ? [.. ids.SelectMany(id => people.Select(property => StoredIds.Stored(property, id))).Distinct(StringComparer.Ordinal)]
        : ids;

    private EfModelMap ReadModel()
    {
        using var context = _contexts.Open();
        if (!context.Context.Database.IsRelational())
        {
            throw new SourceMappingException(
                Name, [$"{context.Context.GetType().Name} is over no relational database ({context.Context.Database.ProviderName}); use SQLite or PostgreSQL."]);
        }

        var (statements, elsewhere) = OtherSources.SaidBeside(_options, Contexts);
        return EfModelMap.Read(EfTables.ModelOf(context.Context), statements, elsewhere);
    }

    private SqlDatabase FindDatabase()
    {
        using var context = _contexts.Open();
        using var other = _contexts.Open();
        var database = context.Context.Database;
        if (EfTables.ShareOneConnection(context.Context, other.Context))
        {
            throw new SourceMappingException(
                Name,
                [
                    $"every {context.Context.GetType().Name} is over one and the same connection, so that a sweep would stand in the application's transactions; "
                    + "configure it with a connection string or a data source.",
                ]);
        }

        return (_platforms.FirstOrDefault(platform => platform.Serves(database.GetDbConnection())) ?? throw new SourceMappingException(
            Name,
            [$"no package is there for its database ({database.ProviderName}); add Gdpr.Sqlite with AddSqlitePlatform or Gdpr.PostgreSql with AddPostgreSqlPlatform."]))
            .Over(new EfConnections(_contexts));
    }

    /// <summary>The mapping for a schedule, and the source that works by it.</summary>
    private sealed record Translated(RetentionSchedule Schedule, SqlSource Source, IReadOnlyDictionary<string, IReadOnlyList<IProperty>> People, string Json);
}
