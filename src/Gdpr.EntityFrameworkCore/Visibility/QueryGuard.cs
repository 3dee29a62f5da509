using System.Linq.Expressions;
using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Query;

namespace Gdpr.EntityFrameworkCore.Visibility;

/// <summary>Catches, on the expression tree, queries that would see or change records past their guards.</summary>
internal sealed class QueryGuard : IQueryExpressionInterceptor
{
    private QueryGuard()
    {
    }

    /// <summary>The one for all contexts: what it asks by is each context's own.</summary>
    public static QueryGuard Instance { get; } = new();

    public Expression QueryCompilationStarting(Expression queryExpression, QueryExpressionEventData eventData)
    {
        ArgumentNullException.ThrowIfNull(eventData);
        if (eventData.Context is not { } context || GdprOptionsExtension.Of(context) is not { } extension)
        {
            return queryExpression;
        }

        var guarded = extension.Visibility.ModelOf(context);
        var asked = new ReadAgain(guarded).Visit(queryExpression);
        var found = new Findings(context.Model, guarded, SharedClasses.In(asked, context.Model));
        found.Find(asked);
        found.Report((what, mend) => extension.Visibility.Bypasses.Report(extension.Options, what, mend));
        foreach (var (text, isOfRecords) in RawTexts.In(asked, guarded))
        {
            RawTexts.Report(context, extension, text, reads: !isOfRecords, othersToo: true);
        }

        return found.Unfiltered is { Count: > 0 } unfiltered ? UnfilteredReads.In(asked, unfiltered) : asked;
    }

    /// <summary>Lets what EF Core asks by itself, for <c>Reload</c> and <c>GetDatabaseValues</c>, see what some purpose may see: it ignores every filter.</summary>
    private sealed class ReadAgain(ContextModel guarded) : ExpressionVisitor
    {
        private static readonly MethodInfo Ignore = typeof(EntityFrameworkQueryableExtensions).GetMethods()
            .Single(method => method.Name == nameof(EntityFrameworkQueryableExtensions.IgnoreQueryFilters) && method.GetParameters().Length == 2);

        private static readonly MethodInfo Tag = typeof(EntityFrameworkQueryableExtensions).GetMethod(nameof(EntityFrameworkQueryableExtensions.TagWith))!;

        private bool _isWithin;

        protected override Expression VisitMethodCall(MethodCallExpression node)
        {
            var before = _isWithin;
            _isWithin |= node.Method.Name == nameof(Queryable.Select)
                && node.Arguments is [_, UnaryExpression { Operand: LambdaExpression { Body: NewArrayExpression { Type: var made } } }] && made == typeof(object[]);
            var visited = (MethodCallExpression)base.VisitMethodCall(node);
            _isWithin = before;
            return before && IsIgnoringAll(visited) && visited.Method.GetGenericArguments() is [var type]
                && visited.Arguments[0].Type.IsAssignableTo(typeof(IQueryable)) && FiltersOf(visited.Arguments[0]) is { } filters
                ? Expression.Call(
                    Ignore.MakeGenericMethod(type), Expression.Call(Tag.MakeGenericMethod(type), visited.Arguments[0], Expression.Constant(QueryPurpose.Anybodys.Tag)),
                    Expression.Constant(filters, typeof(IReadOnlyCollection<string>)))
                : visited;
        }

        /// <summary>The host's own filters on the entity type from which a query begins, if its objects are records: what they own is read through them.</summary>
        private string[]? FiltersOf(Expression query) => FirstRoot.In(query)?.EntityType is { } type && guarded.RecordsOf(type) is not null
            ? [.. type.GetRootType().GetDeclaredQueryFilters().Select(filter => filter.Key).OfType<string>().Where(name => name != VisibilityFilter.Name)]
            : null;
    }

    /// <summary>Finds where a query begins.</summary>
    private sealed class FirstRoot : ExpressionVisitor
    {
        private EntityQueryRootExpression? _root;

        public static EntityQueryRootExpression? In(Expression query)
        {
            var visitor = new FirstRoot();
            visitor.Visit(query);
            return visitor._root;
        }

        public override Expression? Visit(Expression? node)
        {
            _root ??= node as EntityQueryRootExpression;
            return _root is null ? base.Visit(node) : node;
        }
    }

    private static bool IsIgnoringAll(MethodCallExpression node) =>
        node.Method.DeclaringType == typeof(EntityFrameworkQueryableExtensions)
        && node is { Method.Name: nameof(EntityFrameworkQueryableExtensions.IgnoreQueryFilters), Arguments.Count: 1 };

    private sealed class Findings(IModel model, ContextModel guarded, SharedClasses classes) : ExpressionVisitor
    {
        private readonly HashSet<IEntityType> _records = [];
        private readonly HashSet<IEntityType> _others = [];
        private readonly Dictionary<Type, IEntityType?> _types = [];
        private readonly List<(string Verb, string Records)> _changed = [];
        private bool _ignores;
        private bool _isAllowed;
        private bool _includesNothing;

        /// <summary>The data sets that are read past their filter, ordinally.</summary>
        public IReadOnlyCollection<string> Unfiltered => !_ignores ? [] : new SortedSet<string>(
            _records.SelectMany(type => type.GetDerivedTypesInclusive()).Select(type => guarded.Records.GetValueOrDefault(type)?.DataSet).OfType<string>(),
            StringComparer.Ordinal);

        /// <summary>Looks at a whole query.</summary>
        public void Find(Expression query)
        {
            Visit(query);
            if (_ignores && !_includesNothing && IncludedTypes.MayBeIn(query.Type) && !ValuesAlone.Are(query, model))
            {
                _records.UnionWith(IncludedTypes.With(_records.Concat(_others)).Where(type => guarded.RecordsOf(type) is not null));
            }
        }

        public void Report(Action<string, string> report)
        {
            foreach (var (verb, records) in _changed)
            {
                report(
                    $"{verb} on {records} would change records without asking what forbids it.",
                    "Load them and call SaveChanges, which asks; erasure and expiry are the library's to do.");
            }

            if (_ignores && !_isAllowed && _records.Count > 0)
            {
                report(
                    $"A query ignores the filter '{VisibilityFilter.Name}' and would see "
                    + string.Join(", ", _records.Select(type => type.DisplayName()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
                    + " beyond what anybody may.",
                    "Name a purpose (ForPurpose), or the use that Art. 18(2) allows (ForAllowedUse); ignore other filters by their names.");
            }
        }

        public override Expression? Visit(Expression? node)
        {
            if (node is not null && Find(node.Type) is { } record)
            {
                _records.Add(record);
            }

            if (node is EntityQueryRootExpression root)
            {
                (guarded.RecordsOf(root.EntityType) is not null ? _records : _others).Add(root.EntityType);
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
                        // What is no list of names in plain sight may name any filter.
                        _ignores |= node.Arguments is not [_, ConstantExpression { Value: IEnumerable<string> names }]
                            || names.Contains(VisibilityFilter.Name, StringComparer.Ordinal);
                        break;
                    case nameof(EntityFrameworkQueryableExtensions.TagWith) when node.Arguments[1] is ConstantExpression { Value: string tag }:
                        _isAllowed |= QueryPurpose.Of(tag)?.Use is not null;
                        break;
                    case nameof(EntityFrameworkQueryableExtensions.IgnoreAutoIncludes):
                        _includesNothing = true;
                        break;
                    case nameof(EntityFrameworkQueryableExtensions.Include) when node.Arguments[1] is ConstantExpression { Value: string path }:
                        AddNavigations(path);
                        break;
                    case "ExecuteDelete" when DeletedBy(node.Arguments[0].Type) is { } deleted:
                        _changed.Add((node.Method.Name, deleted));
                        break;
                    case "ExecuteUpdate" when UpdatedBy(node) is { } updated:
                        _changed.Add((node.Method.Name, updated));
                        break;
                }
            }

            return base.VisitMethodCall(node);
        }

        private void AddNavigations(string path)
        {
            foreach (var name in path.Split('.'))
            {
                foreach (var target in model.GetEntityTypes().SelectMany(IncludedTypes.NavigationsOf).Where(navigation => navigation.Name == name)
                    .Select(navigation => navigation.TargetEntityType))
                {
                    (guarded.RecordsOf(target) is not null ? _records : _others).Add(target);
                }
            }
        }

        /// <summary>The records that go, or lose a part, when objects of a sequence are deleted.</summary>
        private string? DeletedBy(Type sequence) => TypesIn(sequence).Select(type => Name(type) ?? Part(type) ?? classes.EntityTypesOf(type)
            .SelectMany(entity => entity.GetDerivedTypesInclusive()).SelectMany(guarded.Cascades.DataSetsFrom).FirstOrDefault())
            .FirstOrDefault(found => found is not null);

        /// <summary>The records on which something is set: on one itself or on a part of it, or, where it cannot be told, on one that the update knows.</summary>
        private string? UpdatedBy(MethodCallExpression update)
        {
            var set = SetMembers.Of(update.Arguments[1]);
            return (set.Count > 0 ? set.Select(Changed) : TypesIn(update.Arguments[0].Type).Select(type => Name(type) ?? Part(type)))
                .FirstOrDefault(found => found is not null);
        }

        /// <summary>The record on which a member is, or the part of one: a part of an object that is no record is none of a record's, whatever its class.</summary>
        private string? Changed(LambdaExpression member)
        {
            string? part = null;
            foreach (var type in TypesOn(member))
            {
                if (Name(type) is { } record)
                {
                    return record;
                }

                if (Part(type) is { } found)
                {
                    part ??= found;
                }
                else if (classes.EntityTypesOf(type).Any(entity => !entity.IsOwned()))
                {
                    return null;
                }
            }

            return part;
        }

        /// <summary>The types of everything that a member is reached through.</summary>
        private static IEnumerable<Type> TypesOn(LambdaExpression member)
        {
            for (var on = Through(member.Body); on is not null; on = Through(on))
            {
                yield return on.Type;
            }
        }

        private static Expression? Through(Expression expression) => expression switch
        {
            MemberExpression member => member.Expression,
            UnaryExpression convert => convert.Operand,
            MethodCallExpression { Object: { } on } => on,
            MethodCallExpression { Arguments: [var on, ..] } => on,
            _ => null,
        };

        /// <summary>A type, and those that it is made of: the elements of a sequence, the members of a pair that a join makes.</summary>
        private static IEnumerable<Type> TypesIn(Type type) => type.IsGenericType ? type.GetGenericArguments().SelectMany(TypesIn).Prepend(type) : [type];

        private string? Part(Type type) => guarded.IsPart(type) ? type.Name : null;

        private string? Name(Type type) => Find(type)?.DisplayName();

        /// <summary>The record type that objects of a class are, or hold; <see langword="null"/> where there is none.</summary>
        private IEntityType? Find(Type type)
        {
            if (!_types.TryGetValue(type, out var found))
            {
                Type[] candidates = [type, .. type.IsGenericType ? type.GetGenericArguments() : []];
                IEntityType[] entities = [.. candidates.SelectMany(classes.EntityTypesOf)];
                found = entities.Select(guarded.RecordsOf).FirstOrDefault(record => record is not null);
                _others.UnionWith(entities.Where(entity => guarded.RecordsOf(entity) is null));
                _types.Add(type, found);
            }

            return found;
        }
    }

    /// <summary>The members that an update sets.</summary>
    private sealed class SetMembers : ExpressionVisitor
    {
        private readonly List<LambdaExpression> _members = [];

        public static IReadOnlyList<LambdaExpression> Of(Expression setters)
        {
            var visitor = new SetMembers();
            visitor.Visit(setters);
            return visitor._members;
        }

        protected override Expression VisitNew(NewExpression node)
        {
            if (node.Arguments is [var member, _] && Unquoted(member) is LambdaExpression selector)
            {
                _members.Add(selector);
                return node;
            }

            return base.VisitNew(node);
        }

        private static Expression Unquoted(Expression expression) => expression is UnaryExpression { NodeType: ExpressionType.Quote or ExpressionType.Convert } unary
            ? Unquoted(unary.Operand)
            : expression;
    }
}
