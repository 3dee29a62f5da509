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

    /// <summary>The name of what holds the parts of a key together.</summary>
    public const string PartsName = "gdpr_parts";

    private static readonly MethodInfo Visible = typeof(VisibilityFunctions).GetMethod(nameof(IsVisible))!;

    private static readonly MethodInfo Joined = typeof(VisibilityFunctions).GetMethod(nameof(Parts))!;

    private static readonly MethodInfo Property = typeof(EF).GetMethod(nameof(EF.Property))!;

    public static bool IsVisible<TKey>(string dataSet, TKey key) => throw NotHere(dataSet, key);

    /// <summary>A part of a key, and the rest of it: a key may have as many columns as the database allows.</summary>
    public static bool Parts<TFirst, TRest>(TFirst first, TRest rest) => throw NotHere(first, rest);

    /// <summary>The condition that the row of an entity is visible.</summary>
    /// <param name="dataSet">The data set.</param>
    /// <param name="key">The entity's key.</param>
    /// <param name="entity">The entity.</param>
    public static Expression Call(string dataSet, IReadOnlyKey key, Expression entity)
    {
        var whole = key.Properties.Select(part => PropertyOf(entity, part)).Reverse()
            .Aggregate((rest, first) => Expression.Call(Joined.MakeGenericMethod(first.Type, rest.Type), first, rest));
        return Expression.Call(Visible.MakeGenericMethod(whole.Type), Expression.Constant(dataSet), whole);
    }

    /// <summary>A property of an entity, as a query asks for it.</summary>
    public static Expression PropertyOf(Expression entity, IReadOnlyProperty property) =>
        Expression.Call(Property.MakeGenericMethod(property.ClrType), entity, Expression.Constant(property.Name));

    private static InvalidOperationException NotHere(params ReadOnlySpan<object?> arguments) =>
        new($"{Name} is asked of the database, of {arguments.Length} values: no object can answer it.");
}

/// <summary>Writes <see cref="VisibilityFunctions"/> as SQL.</summary>
internal sealed class VisibilityTranslator(ISqlExpressionFactory expressions) : IMethodCallTranslator
{
    public SqlExpression? Translate(
        SqlExpression? instance, MethodInfo method, IReadOnlyList<SqlExpression> arguments, IDiagnosticsLogger<DbLoggerCategory.Query> logger)
    {
        ArgumentNullException.ThrowIfNull(method);
        return method.DeclaringType != typeof(VisibilityFunctions) ? null : expressions.Function(
            method.Name == nameof(VisibilityFunctions.Parts) ? VisibilityFunctions.PartsName : VisibilityFunctions.Name,
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
