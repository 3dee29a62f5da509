using System.Data.Common;
using System.Runtime.CompilerServices;
using System.Text;
using Gdpr.EntityFrameworkCore.Access;
using Gdpr.EntityFrameworkCore.Mapping;
using Gdpr.EntityFrameworkCore.Sources;
using Gdpr.Relational;
using Gdpr.Relational.Queries;
using Gdpr.Retention;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;

namespace Gdpr.EntityFrameworkCore.Visibility;

/// <summary>What queries of a host's contexts may see, by the policy in force and the clock.</summary>
internal sealed class ContextVisibility
{
    private const string Prefix = "gdpr";

    private readonly Func<RetentionSchedule> _schedule;
    private readonly IClock _clock;
    private readonly MappedContext[] _contexts;
    private readonly Lazy<DbContextSource[]> _sources;
    private readonly ConditionalWeakTable<IModel, ContextModel> _models = [];

    public ContextVisibility(IServiceProvider services, Func<RetentionSchedule> schedule)
    {
        (_schedule, _clock, _contexts) = (schedule, services.GetRequiredService<IClock>(), [.. services.GetServices<MappedContext>()]);
        _sources = new Lazy<DbContextSource[]>(() => [.. services.GetServices<IPersonalDataSource>().OfType<DbContextSource>()]);
        Fingerprint = string.Join(';', _contexts
            .SelectMany(context => context.Options.Statements.Select(statement => $"{context.Type}/{statement.Key}={statement.Value.DataSet}")
                .Concat(context.Options.ElsewhereKept.Select(type => $"{context.Type}/{type}>")))
            .Order(StringComparer.Ordinal));
        Accesses = new AccessRecorder(services, this);
        Bypasses = new BypassLog(services.GetService<ILogger<ContextVisibility>>() ?? (ILogger)NullLogger.Instance);
    }

    /// <summary>What is said beside models, as far as filters depend on it: contexts of which different things are said have models of their own.</summary>
    public string Fingerprint { get; }

    /// <summary>The rules of the policy in force.</summary>
    public RetentionSchedule Schedule => _schedule();

    public BypassLog Bypasses { get; }

    public AccessRecorder Accesses { get; }

    /// <summary>What is said beside the model of a context: beside those of the sources, where it is none.</summary>
    public IReadOnlyDictionary<Type, RecordStatement> StatementsOf(Type context) =>
        (IsSource(context)
            ? _contexts.Where(mapped => mapped.Type.IsAssignableFrom(context)).SelectMany(mapped => OtherSources.SaidBeside(mapped.Options, _contexts).Statements)
            : OtherSources.StatementsFor(_contexts))
            .GroupBy(statement => statement.Key, statement => statement.Value).ToDictionary(statements => statements.Key, statements => statements.Last());

    /// <summary>The source that has a data set: of a context, or, where that is no source or its source says that it is kept elsewhere, of another;
    /// <see langword="null"/> where none has.</summary>
    private DbContextSource? SourceOf(Type context, string dataSet)
    {
        var own = _sources.Value.Where(source => source.ContextType.IsAssignableFrom(context)).ToArray();
        return Array.Find(own, source => source.Map.DataSets.ContainsKey(dataSet))
            ?? (own.Length == 0 || Array.Exists(own, source => source.Map.KeptElsewhere.Any(record => record.DataSet == dataSet))
                ? Array.Find(_sources.Value, source => source.Map.DataSets.ContainsKey(dataSet))
                : null);
    }

    /// <summary>What the objects of an entity type are, where they are records.</summary>
    public EfRecord? RecordOf(DbContext context, IEntityType type) => ModelOf(context).Records.GetValueOrDefault(type);

    /// <summary>What of a context's model is guarded.</summary>
    /// <exception cref="InvalidOperationException">Records of it have no filter: everybody would see everything.</exception>
    public ContextModel ModelOf(DbContext context) => _models.GetValue(EfTables.ModelOf(context), model => Read(context.GetType(), model));

    /// <summary>Puts into a command what its query may see now.</summary>
    /// <returns>What the query is for, and the data sets that it asks.</returns>
    /// <exception cref="SourceUnavailableException">The source could not be prepared.</exception>
    public async ValueTask<AskedCommand> CompleteAsync(DbContext context, DbCommand command, CancellationToken cancellationToken)
    {
        var text = command.CommandText;
        var asked = QueryPurpose.OfCommand(text);
        var evaluator = Schedule.At(_clock.GetCurrentInstant());
        var (complete, end, dataSets) = (new StringBuilder(text.Length * 2), 0, new List<string>());
        foreach (var marker in VisibilityMarker.In(text, context.QuotesByBrackets()))
        {
            var rows = await RowsAsync(context, evaluator, marker.DataSet, command.Connection!, cancellationToken).ConfigureAwait(false);
            var values = new SqlValues(rows.Dialect, string.Create(null, $"{Prefix}{dataSets.Count}_"));
            var own = marker.Row is { } row && IsOf(row, rows)
                ? new VisibilitySql(rows.Dialect, rows.DataSet, evaluator, values, row.Alias).OfRow(asked.Purpose, asked.Use, asked.IsAnybodys)
                : null;
            var condition = own is not null ? $"({own})"
                : new VisibilitySql(rows.Dialect, rows.DataSet, evaluator, values).OfKey(marker.Key, asked.Purpose, asked.Use, asked.IsAnybodys);
            complete.Append(text, end, marker.Start - end).Append(condition);
            values.AddTo(command);
            dataSets.Add(marker.DataSet);
            end = marker.End;
        }

        command.CommandText = complete.Append(text, end, text.Length - end).ToString();
        return new AskedCommand(asked, dataSets);
    }

    /// <summary>Whether a row of a query is one of a data set's table: then it is asked itself, and not found again by its key.</summary>
    private static bool IsOf(SqlRow row, RowConditions rows) =>
        string.Join('.', row.Table.Select(rows.Dialect.Quote)) is var table
        && (table == rows.Dialect.Table(rows.DataSet.Table.Name) || table == rows.Dialect.Table(rows.DataSet.Table.FullName))
        && row.Columns.SequenceEqual(rows.DataSet.Key.Select(column => column.Name), StringComparer.Ordinal);

    /// <summary>A data set as conditions on its rows are written, and the evaluator of this moment.</summary>
    public async ValueTask<(RowConditions Rows, RetentionEvaluator Evaluator)> RowsAsync(
        DbContext context, string dataSet, DbConnection connection, CancellationToken cancellationToken)
    {
        var evaluator = Schedule.At(_clock.GetCurrentInstant());
        return (await RowsAsync(context, evaluator, dataSet, connection, cancellationToken).ConfigureAwait(false), evaluator);
    }

    /// <summary>The id of somebody whom records of a data set concern, as the host writes it, of the text that the database gives.</summary>
    public string WrittenOf(DbContext context, string dataSet, string id) =>
        Found(context, dataSet).PeopleOf(dataSet).Select(property => StoredIds.Written(property, id)).FirstOrDefault(written => written != id) ?? id;

    /// <summary>Keeps facts about a data set from being changed until a transaction of the host's ends.</summary>
    public ValueTask KeepFactsAsync(DbContext context, string dataSet, DbTransaction transaction, CancellationToken cancellationToken) =>
        Found(context, dataSet).Of(Schedule).KeepFactsAsync(transaction, cancellationToken);

    private async ValueTask<RowConditions> RowsAsync(
        DbContext context, RetentionEvaluator evaluator, string dataSet, DbConnection connection, CancellationToken cancellationToken)
    {
        var source = Found(context, dataSet);
        if (!source.IsOf(context) && await source.IsReachedByAsync(connection, cancellationToken).ConfigureAwait(false) is not true)
        {
            throw new InvalidOperationException(
                $"{context.GetType().Name} is over another database than the source '{source.Name}', which knows what may be seen of '{dataSet}': nothing is shown of them. "
                + (IsSource(context.GetType()) ? "Take KeptElsewhere out, and give its records a data set of their own."
                    : "Add the context with AddDbContextSource, with data sets of its own."));
        }

        return await source.Of(evaluator.Schedule).RowsAsync(evaluator.Schedule, dataSet, connection, cancellationToken).ConfigureAwait(false);
    }

    private DbContextSource Found(DbContext context, string dataSet) =>
        SourceOf(context.GetType(), dataSet) ?? throw OtherSources.None(context.GetType(), dataSet);

    private bool IsSource(Type context) => Array.Exists(_contexts, mapped => mapped.Type.IsAssignableFrom(context));

    private ContextModel Read(Type context, IModel model)
    {
        var beside = StatementsOf(context);
        var found = ContextModel.Of(model, beside);
        if (!IsSource(context))
        {
            OtherSources.Check(context, model, found, beside, _sources.Value);
        }

        found.Taken = OtherSources.TakenBy(found, _sources.Value.Where(source => !source.ContextType.IsAssignableFrom(context))
            .Select(source => (source, ContextModel.Read(source.Map.Model, StatementsOf(source.ContextType)))));
        return found;
    }
}

/// <summary>What a command is for.</summary>
/// <param name="Purpose">What its query is for.</param>
/// <param name="DataSets">The data sets that it asks.</param>
internal sealed record AskedCommand(QueryPurpose Purpose, IReadOnlyList<string> DataSets);
