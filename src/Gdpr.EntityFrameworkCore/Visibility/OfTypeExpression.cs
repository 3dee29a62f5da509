using System.Linq.Expressions;

namespace Gdpr.EntityFrameworkCore.Visibility;

/// <summary>Whether an entity is of a type, asked in the filter of a hierarchy whose types have tables of their own.</summary>
/// <remarks>EF Core puts an entity of a derived type in the place of the root's where a query, a navigation or a join begins there, and cannot ask it whether it is of
/// a type that it has nothing to do with. Here that is answered as soon as it is known of what type the entity is.</remarks>
internal sealed class OfTypeExpression(Expression entity, Type type) : Expression
{
    public override ExpressionType NodeType => ExpressionType.Extension;

    public override Type Type => typeof(bool);

    public override bool CanReduce => true;

    public override Expression Reduce() => type.IsAssignableFrom(entity.Type) ? Constant(true)
        : entity.Type.IsAssignableFrom(type) ? TypeIs(entity, type)
        : Constant(false);

    public override string ToString() => $"({entity} Is {type.Name})";

    protected override Expression VisitChildren(ExpressionVisitor visitor)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        var visited = visitor.Visit(entity);
        return visited == entity ? this

            // The filter's own parameter may still be replaced by one of a derived type.
            : visited is ParameterExpression ? new OfTypeExpression(visited, type)
            : new OfTypeExpression(visited, type).Reduce();
    }
}
