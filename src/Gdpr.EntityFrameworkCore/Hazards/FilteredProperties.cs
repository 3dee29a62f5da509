using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Gdpr.EntityFrameworkCore.Hazards;

/// <summary>The properties of an entity type that one of its filters looks at.</summary>
internal sealed class FilteredProperties : ExpressionVisitor
{
    private readonly ParameterExpression _entity;
    private readonly SortedSet<string> _found = new(StringComparer.Ordinal);

    private FilteredProperties(ParameterExpression entity) => _entity = entity;

    public static IEnumerable<string> Of(IQueryFilter filter)
    {
        if (filter.Expression is not { Parameters: [var entity] } expression)
        {
            return [];
        }

        var visitor = new FilteredProperties(entity);
        visitor.Visit(expression.Body);
        return visitor._found;
    }

    protected override Expression VisitMember(MemberExpression node)
    {
        if (node.Expression is { } on && IsEntity(on))
        {
            _found.Add(node.Member.Name);
        }

        return base.VisitMember(node);
    }

    protected override Expression VisitMethodCall(MethodCallExpression node)
    {
        if (node.Method.DeclaringType == typeof(EF)
            && node is { Method.Name: nameof(EF.Property), Arguments: [var on, ConstantExpression { Value: string name }] } && IsEntity(on))
        {
            _found.Add(name);
        }

        return base.VisitMethodCall(node);
    }

    private bool IsEntity(Expression expression) =>
        expression == _entity || (expression is UnaryExpression { NodeType: ExpressionType.Convert or ExpressionType.TypeAs } convert && IsEntity(convert.Operand));
}
