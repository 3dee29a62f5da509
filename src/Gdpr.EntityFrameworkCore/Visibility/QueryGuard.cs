using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Query;

namespace Gdpr.EntityFrameworkCore.Visibility;

/// <summary>Catches, on the expression tree, queries that would see or change records past their guards.</summary>
internal sealed class QueryGuard : IQueryExpressionInterceptor
{
    public Expression QueryCompilationStarting(Expression queryExpression, QueryExpressionEventData eventData)
    {
        ArgumentNullException.ThrowIfNull(eventData);
        if (eventData.Context is { } context && GdprOptionsExtension.Of(context) is { } extension)
        {
            var found = new Findings(context.Model, type => extension.Visibility.IsRecord(context, type));
            found.Visit(queryExpression);
            found.Report((what, mend) => extension.Visibility.Bypasses.Report(extension.Options, what, mend));
        }

        return queryExpression;
    }

    private sealed class Findings(IModel model, Func<IEntityType, bool> isRecord) : ExpressionVisitor
    {
        private readonly SortedSet<string> _records = new(StringComparer.Ordinal);
        private readonly Dictionary<Type, string?> _types = [];
        private readonly List<(string Verb, string Records)> _changed = [];
        private bool _ignores;
        private bool _isAllowed;
        private bool _isEfsOwn;

        public void Report(Action<string, string> report)
        {
            foreach (var (verb, records) in _changed)
            {
                report(
                    $"{verb} on {records} would change records without asking what forbids it.",
                    "Load them and call SaveChanges, which asks; erasure and expiry are the library's to do.");
            }

            if (_ignores && !_isAllowed && !_isEfsOwn && _records.Count > 0)
            {
                report(
                    $"A query ignores the filter '{VisibilityFilter.Name}' and would see {string.Join(", ", _records)} beyond what anybody may.",
                    "Name a purpose (ForPurpose), or the use that Art. 18(2) allows (ForAllowedUse); ignore other filters by their names.");
            }
        }

        public override Expression? Visit(Expression? node)
        {
            if (node is not null && Name(node.Type) is { } record)
            {
                _records.Add(record);
            }

            if (node is EntityQueryRootExpression root && isRecord(root.EntityType))
            {
                _records.Add(root.EntityType.DisplayName());
            }

            return base.Visit(node);
        }

        protected override Expression VisitMethodCall(MethodCallExpression node)
        {
            if (node.Method.DeclaringType == typeof(EntityFrameworkQueryableExtensions))
            {
                switch (node.Method.Name)
                {
                    case nameof(EntityFrameworkQueryableExtensions.IgnoreQueryFilters):
                        _ignores |= node.Arguments.Count == 1
                            || (node.Arguments[1] is ConstantExpression { Value: IEnumerable<string> names }
                                && names.Contains(VisibilityFilter.Name, StringComparer.Ordinal));
                        break;
                    case nameof(EntityFrameworkQueryableExtensions.TagWith) when node.Arguments[1] is ConstantExpression { Value: string tag }:
                        _isAllowed |= QueryPurpose.Of(tag)?.Use is not null;
                        break;
                    case nameof(EntityFrameworkQueryableExtensions.Include) when node.Arguments[1] is ConstantExpression { Value: string path }:
                        AddNavigations(path);
                        break;
                    case "ExecuteDelete" or "ExecuteUpdate" when Name(node.Arguments[0].Type) is { } changed:
                        _changed.Add((node.Method.Name, changed));
                        break;
                }
            }
            else if (node.Method.Name == nameof(Queryable.Select)
                && node.Arguments is [_, UnaryExpression { Operand: LambdaExpression { Body: NewArrayExpression { Type: var made } } }]
                && made == typeof(object[]))
            {
                // So EF Core reads again what the context holds already, for Reload and GetDatabaseValues.
                _isEfsOwn = true;
            }

            return base.VisitMethodCall(node);
        }

        private void AddNavigations(string path)
        {
            foreach (var name in path.Split('.'))
            {
                _records.UnionWith(model.GetEntityTypes().SelectMany(type => type.GetNavigations().Concat<INavigationBase>(type.GetSkipNavigations()))
                    .Where(navigation => navigation.Name == name && isRecord(navigation.TargetEntityType))
                    .Select(navigation => navigation.TargetEntityType.DisplayName()));
            }
        }

        /// <summary>The record type that objects of a class are, or hold; <see langword="null"/> where there is none.</summary>
        private string? Name(Type type)
        {
            if (!_types.TryGetValue(type, out var name))
            {
                Type[] candidates = [type, .. type.IsGenericType ? type.GetGenericArguments() : []];
                name = candidates.SelectMany(model.FindEntityTypes).FirstOrDefault(isRecord)?.DisplayName();
                _types.Add(type, name);
            }

            return name;
        }
    }
}
