using System.Data.Common;
using System.Text;
using Gdpr.EntityFrameworkCore.Mapping;
using Gdpr.EntityFrameworkCore.Sources;
using Gdpr.Relational;
using Gdpr.Relational.Queries;
using Gdpr.Retention;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.DependencyInjection;

namespace Gdpr.EntityFrameworkCore.Visibility;

/// <summary>What queries of a host's contexts may see, by the policy in force and the clock.</summary>
internal sealed class ContextVisibility
{
    private const string Prefix = "gdpr";

    private readonly IServiceProvider _services;
    private readonly MappedContext[] _contexts;
    private readonly Lazy<DbContextSource[]> _sources;

    public ContextVisibility(IServiceProvider services, IEnumerable<MappedContext> contexts)
    {
        (_services, _contexts) = (services, [.. contexts]);
        _sources = new Lazy<DbContextSource[]>(() => [.. services.GetServices<IPersonalDataSource>().OfType<DbContextSource>()]);
        Fingerprint = string.Join(';', _contexts.SelectMany(context => context.Options.Statements.Select(statement => $"{context.Type}/{statement.Key}={statement.Value.DataSet}"))
            .Order(StringComparer.Ordinal));
    }

    /// <summary>What is said beside models, as far as filters depend on it: contexts of which different things are said have models of their own.</summary>
    public string Fingerprint { get; }

    public RetentionSchedule Schedule => Policies.Schedule;

    private GdprPolicies Policies => _services.GetRequiredService<GdprPolicies>();

    /// <summary>What is said beside the model of a context.</summary>
    public IReadOnlyDictionary<Type, RecordStatement> StatementsOf(Type context) =>
        _contexts.Where(mapped => mapped.Type.IsAssignableFrom(context)).SelectMany(mapped => mapped.Options.Statements)
            .GroupBy(statement => statement.Key, statement => statement.Value).ToDictionary(statements => statements.Key, statements => statements.Last());

    /// <summary>The source of a context that has a data set; <see langword="null"/> where none has.</summary>
    public DbContextSource? SourceOf(Type context, string dataSet) =>
        Array.Find(_sources.Value, source => source.ContextType.IsAssignableFrom(context) && source.Map.DataSets.ContainsKey(dataSet));

    /// <summary>Whether the objects of an entity type are records.</summary>
    public bool IsRecord(DbContext context, IEntityType type) => EfModelMap.DataSetOf(type, StatementsOf(context.GetType())) is not null;

    /// <summary>Puts into a command what its query may see now.</summary>
    /// <exception cref="SourceUnavailableException">The source could not be prepared.</exception>
    public async ValueTask CompleteAsync(DbContext context, DbCommand command, CancellationToken cancellationToken)
    {
        var text = command.CommandText;
        var asked = QueryPurpose.OfCommand(text);
        var evaluator = Policies.EvaluateNow();
        var (complete, end, parts) = (new StringBuilder(text.Length * 2), 0, 0);
        foreach (var marker in VisibilityMarker.In(text))
        {
            var source = SourceOf(context.GetType(), marker.DataSet) ?? throw new InvalidOperationException(
                $"No source of {context.GetType().Name} has the data set '{marker.DataSet}': add the context with AddDbContextSource.");
            var rows = await source.Of(evaluator.Schedule).RowsAsync(evaluator.Schedule, marker.DataSet, command.Connection!, cancellationToken).ConfigureAwait(false);
            var values = new SqlValues(rows.Dialect, string.Create(null, $"{Prefix}{parts++}_"));
            var condition = new VisibilitySql(rows.Dialect, rows.DataSet, evaluator, values).OfKey(marker.Key, asked.Purpose, asked.Use);
            complete.Append(text, end, marker.Start - end).Append(condition);
            values.AddTo(command);
            end = marker.End;
        }

        command.CommandText = complete.Append(text, end, text.Length - end).ToString();
    }
}
