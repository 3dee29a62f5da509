using System.Collections;
using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Gdpr.EntityFrameworkCore.Visibility;

/// <summary>Tells that a query gives objects that it makes itself, out of nothing but columns of what it reads: EF Core includes nothing with those. What cannot be told
/// is taken for an object of the model that is passed on.</summary>
internal sealed class ValuesAlone : ExpressionVisitor
{
    private readonly IModel _model;
    private bool _isWithin;
    private bool _passesOn;

    private ValuesAlone(IModel model) => _model = model;

    /// <summary>Whether it can be told of a query.</summary>
    public static bool Are(Expression query, IModel model)
    {
        if (MayBeOf(query.Type, model))
        {
            return false;
        }

        var visitor = new ValuesAlone(model);
        visitor.Visit(query);
        return !visitor._passesOn;
    }

    public override Expression? Visit(Expression? node)
    {
        // What is made of values, or chosen among such, is none of the model's: what it is made of is looked at by itself.
        _passesOn |= _isWithin
            && node is not (null or LambdaExpression or NewExpression or MemberInitExpression or ConditionalExpression or ConstantExpression { Value: null })
            && node.NodeType != ExpressionType.Quote && IncludedTypes.MayBeIn(node.Type);
        return _passesOn ? node : base.Visit(node);
    }

    protected override Expression VisitLambda<T>(Expression<T> node)
    {
        var before = _isWithin;
        _isWithin = true;
        Visit(node.Body);
        _isWithin = before;
        return node;
    }

    /// <summary>An object is not passed on where a column of it is read, however many other objects lead to it. What the model does not map is code, and so is a
    /// conversion that somebody wrote: that is given the object, with all that is included.</summary>
    protected override Expression VisitMember(MemberExpression node)
    {
        Expression? on = node;
        for (; on is MemberExpression or UnaryExpression { NodeType: ExpressionType.Convert or ExpressionType.TypeAs, Method: null };
            on = on is MemberExpression { Expression: var of } ? of : ((UnaryExpression)on).Operand)
        {
            _passesOn |= on is MemberExpression { Expression: { } owner, Member.Name: var name } && !IsMapped(owner.Type, name);
        }

        if (on is not ParameterExpression)
        {
            Visit(on);
        }

        return node;
    }

    private bool IsMapped(Type type, string member)
    {
        IEntityType[] own = [.. _model.GetEntityTypes().Where(entity => type.IsAssignableFrom(entity.ClrType))];
        return own.Length > 0
            ? Array.TrueForAll(own, entity => entity.FindProperty(member) is not null || entity.FindNavigation(member) is { IsCollection: false })
            : !_model.GetEntityTypes().Any(entity => entity.ClrType.IsAssignableFrom(type));
    }

    private static bool MayBeOf(Type type, IModel model)
    {
        if (type.IsArray)
        {
            return MayBeOf(type.GetElementType()!, model);
        }

        if (type.IsGenericType)
        {
            return Array.Exists(type.GetGenericArguments(), argument => MayBeOf(argument, model));
        }

        return type != typeof(string) && !type.IsValueType && (type.IsAssignableTo(typeof(IEnumerable)) || model.GetEntityTypes()
            .Any(entity => type.IsAssignableFrom(entity.ClrType) || entity.ClrType.IsAssignableFrom(type)));
    }
}
