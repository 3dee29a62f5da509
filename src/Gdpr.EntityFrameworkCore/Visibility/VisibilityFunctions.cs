using System.Linq.Expressions;
using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.EntityFrameworkCore.Query.SqlExpressions;

namespace Gdpr.EntityFrameworkCore.Visibility;

/// <summary>What a query filter asks of a row: whether it is visible. EF Core writes it as a function of this name, which no database has: right before a command
/// runs, the condition of that moment is put in its place. Were it not, the database would refuse the command.</summary>
internal static class VisibilityFunctions
{
    /// <summary>The function's name in SQL.</summary>
    public const string Name = "gdpr_visible";

    private static readonly MethodInfo[] ByParts =
        [.. typeof(VisibilityFunctions).GetMethods().Where(method => method.Name == nameof(IsVisible)).OrderBy(method => method.GetParameters().Length)];

    private static readonly MethodInfo Property = typeof(EF).GetMethod(nameof(EF.Property))!;

    /// <summary>How many columns a key may have.</summary>
    public static int MostParts => ByParts.Length;

    public static bool IsVisible<T1>(string dataSet, T1 first) => throw NotHere(dataSet, first);

    public static bool IsVisible<T1, T2>(string dataSet, T1 first, T2 second) => throw NotHere(dataSet, first, second);

    public static bool IsVisible<T1, T2, T3>(string dataSet, T1 first, T2 second, T3 third) => throw NotHere(dataSet, first, second, third);

    public static bool IsVisible<T1, T2, T3, T4>(string dataSet, T1 first, T2 second, T3 third, T4 fourth) => throw NotHere(dataSet, first, second, third, fourth);

    /// <summary>The condition that the row of an entity is visible.</summary>
    /// <param name="dataSet">The data set.</param>
    /// <param name="key">The entity's key.</param>
    /// <param name="entity">The entity.</param>
    public static Expression Call(string dataSet, IReadOnlyKey key, Expression entity)
    {
        var parts = key.Properties.Select(part => Expression.Call(Property.MakeGenericMethod(part.ClrType), entity, Expression.Constant(part.Name)));
        var method = ByParts[key.Properties.Count - 1].MakeGenericMethod([.. key.Properties.Select(part => part.ClrType)]);
        return Expression.Call(method, [Expression.Constant(dataSet), .. parts]);
    }

    private static InvalidOperationException NotHere(params ReadOnlySpan<object?> arguments) =>
        new($"{Name} is asked of the database, with {arguments.Length - 1} parts of a key: no object can answer it.");
}

/// <summary>Writes <see cref="VisibilityFunctions"/> as SQL.</summary>
internal sealed class VisibilityTranslator(ISqlExpressionFactory expressions) : IMethodCallTranslator
{
    public SqlExpression? Translate(
        SqlExpression? instance, MethodInfo method, IReadOnlyList<SqlExpression> arguments, IDiagnosticsLogger<DbLoggerCategory.Query> logger)
    {
        ArgumentNullException.ThrowIfNull(method);
        return method.DeclaringType != typeof(VisibilityFunctions) ? null : expressions.Function(
            VisibilityFunctions.Name,
            arguments.Select(expressions.ApplyDefaultTypeMapping)!,
            nullable: false,
            argumentsPropagateNullability: arguments.Select(_ => false),
            typeof(bool));
    }
}

/// <summary>Adds <see cref="VisibilityTranslator"/> to every relational provider.</summary>
internal sealed class VisibilityTranslatorPlugin(ISqlExpressionFactory expressions) : IMethodCallTranslatorPlugin
{
    public IEnumerable<IMethodCallTranslator> Translators { get; } = [new VisibilityTranslator(expressions)];
}
