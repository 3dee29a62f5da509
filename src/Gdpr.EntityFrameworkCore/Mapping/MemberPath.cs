using System.Linq.Expressions;
using Gdpr.Relational.Mapping;

namespace Gdpr.EntityFrameworkCore.Mapping;

/// <summary>Reads the path of a member from an expression, such as <c>order => order.Customer.PersonId</c>.</summary>
internal static class MemberPath
{
    public static (string Path, TriggerAggregate? Aggregate) Of(LambdaExpression member)
    {
        ArgumentNullException.ThrowIfNull(member);
        var parts = new List<string>();
        var aggregate = Read(member.Body, member, parts);
        return (string.Join('.', parts), aggregate);
    }

    private static TriggerAggregate? Read(Expression expression, LambdaExpression whole, List<string> parts)
    {
        switch (expression)
        {
            case UnaryExpression { NodeType: ExpressionType.Convert or ExpressionType.ConvertChecked } convert:
                return Read(convert.Operand, whole, parts);
            case MemberExpression { Expression: { } before, Member: var member } when !IsNullableValue(member):
                var found = Read(before, whole, parts);
                parts.Add(member.Name);
                return found;
            case MemberExpression { Expression: { } before }:
                return Read(before, whole, parts);
            case MethodCallExpression { Method.Name: "Max" or "Min", Arguments: [var collection, LambdaExpression selector] } call:
                Read(collection, whole, parts);
                Read(selector.Body, whole, parts);
                return call.Method.Name == "Max" ? TriggerAggregate.Max : TriggerAggregate.Min;
            case ParameterExpression:
                return null;
            default:
                throw new ArgumentException(
                    $"'{whole}' names no member: write properties and references after each other, or Max or Min of a collection's member.", nameof(whole));
        }
    }

    private static bool IsNullableValue(System.Reflection.MemberInfo member) =>
        member is { Name: "Value", DeclaringType: { } type } && Nullable.GetUnderlyingType(type) is not null;
}
