using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Query;

namespace Gdpr.EntityFrameworkCore.Visibility;

/// <summary>Which entity types the objects of a class are in a query. Where several share a class, as those without one of their own share a dictionary, the
/// query's roots tell; what else may give such objects leaves it open, and then they may be any.</summary>
internal sealed class SharedClasses : ExpressionVisitor
{
    private readonly IModel _model;
    private readonly HashSet<IEntityType> _roots = [];
    private readonly HashSet<Type> _open = [];

    private SharedClasses(IModel model) => _model = model;

    public static SharedClasses In(Expression query, IModel model)
    {
        var classes = new SharedClasses(model);
        if (model.GetEntityTypes().Any(IsShared))
        {
            classes.Visit(query);
        }

        return classes;
    }

    /// <summary>The entity types that objects of a class may be.</summary>
    public IEnumerable<IEntityType> EntityTypesOf(Type type) => _model.FindEntityTypes(type).Where(found =>
        !IsShared(found) || _open.Contains(type) || _roots.Contains(found) || IsReached(found));

    public override Expression? Visit(Expression? node)
    {
        switch (node)
        {
            case EntityQueryRootExpression root:
                _roots.Add(root.EntityType);
                break;

            // A query from elsewhere: a variable, a property, a method of the host's or of the context's.
            case MemberExpression or ConstantExpression or MethodCallExpression when !IsOperator(node) && node.Type.IsAssignableTo(typeof(IQueryable)):
                _open.UnionWith(node.Type.GetGenericArguments());
                break;
        }

        return base.Visit(node);
    }

    private static bool IsShared(IEntityType type) => type.HasSharedClrType && !type.IsOwned();

    private static bool IsOperator(Expression node) => node is MethodCallExpression call
        && (call.Method.DeclaringType == typeof(Queryable) || call.Method.DeclaringType == typeof(EntityFrameworkQueryableExtensions));

    private bool IsReached(IEntityType type) => _model.GetEntityTypes()
        .Any(other => other.GetNavigations().Concat<INavigationBase>(other.GetSkipNavigations()).Any(navigation => navigation.TargetEntityType == type));
}
