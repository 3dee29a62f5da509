using System.Linq.Expressions;
using Gdpr.EntityFrameworkCore.Mapping;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Metadata.Conventions;
using Microsoft.EntityFrameworkCore.Metadata.Conventions.Infrastructure;

namespace Gdpr.EntityFrameworkCore.Visibility;

/// <summary>Puts the named filter on every entity type whose objects are records, beside the filters of the host.</summary>
internal sealed class VisibilityConvention(IReadOnlyDictionary<Type, RecordStatement> beside) : IModelFinalizingConvention
{
    public void ProcessModelFinalizing(IConventionModelBuilder modelBuilder, IConventionContext<IConventionModelBuilder> context)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        foreach (var root in modelBuilder.Metadata.GetEntityTypes().Where(type => type.BaseType is null && !type.IsOwned()).ToArray())
        {
            if (FilterOf(root) is { } filter)
            {
                Put(filter, (IMutableEntityType)root);
            }
        }
    }

    private static void Put(LambdaExpression filter, IMutableEntityType root)
    {
        // A filter without a name tolerates none with one beside it. Under a name of its own, whatever ignores all filters ignores it as before.
        if (root.GetDeclaredQueryFilters().FirstOrDefault(found => found.IsAnonymous) is { Expression: { } own })
        {
            root.SetQueryFilter((LambdaExpression?)null);
            root.SetQueryFilter(VisibilityFilter.HostsOwn, own);
        }

        root.SetQueryFilter(VisibilityFilter.Name, filter);
    }

    private LambdaExpression? FilterOf(IReadOnlyEntityType root)
    {
        // The most derived type that says what an object is comes first.
        var types = root.GetDerivedTypesInclusive().Reverse().Select(type => (Type: type, DataSet: EfModelMap.DataSetOf(type, beside)))
            .Where(found => found.Type == root || found.DataSet != EfModelMap.DataSetOf(found.Type.BaseType!, beside)).ToArray();
        if (root.FindPrimaryKey() is not { } key)
        {
            return null;
        }

        var entity = Expression.Parameter(root.ClrType, "record");
        if (Array.TrueForAll(types, type => type.DataSet is null))
        {
            // What stands in the rows of records is seen with them.
            return SharedRows.OwnersOf(root, beside).Select(owner => EfModelMap.DataSetOf(owner, beside)!).Distinct(StringComparer.Ordinal)
                .Select(dataSet => VisibilityFunctions.Call(dataSet, key, entity)).ToArray() is { Length: > 0 } owners
                ? Expression.Lambda(owners.Aggregate(Expression.OrElse), entity)
                : null;
        }

        Expression visible = Expression.Constant(true);
        foreach (var (type, dataSet) in types.Reverse())
        {
            var own = dataSet is null ? Expression.Constant(true) : VisibilityFunctions.Call(dataSet, key, entity);
            if (type == root)
            {
                visible = own;
            }
            else
            {
                var isOfType = IsOfType(type, root, entity);
                visible = Expression.AndAlso(Expression.OrElse(Expression.Not(isOfType), own), Expression.OrElse(isOfType, visible));
            }
        }

        return Expression.Lambda(visible, entity);
    }

    /// <summary>Whether an object is of a type, in words that EF Core understands for queries of another type of the hierarchy too: by the discriminator, where
    /// the hierarchy has one.</summary>
    private static Expression IsOfType(IReadOnlyEntityType type, IReadOnlyEntityType root, Expression entity) => root.FindDiscriminatorProperty() is not { } discriminator
        ? new OfTypeExpression(entity, type.ClrType)
        : type.GetDerivedTypesInclusive().Where(derived => !derived.IsAbstract()).Select(Expression (derived) => Expression.Equal(
            VisibilityFunctions.PropertyOf(entity, discriminator), Expression.Constant(derived.GetDiscriminatorValue(), discriminator.ClrType)))
            .DefaultIfEmpty(Expression.Constant(false)).Aggregate(Expression.OrElse);
}

/// <summary>Adds <see cref="VisibilityConvention"/> to the contexts that use the library.</summary>
internal sealed class VisibilityConventionPlugin(IDbContextOptions options, ICurrentDbContext current) : IConventionSetPlugin
{
    public ConventionSet ModifyConventions(ConventionSet conventionSet)
    {
        ArgumentNullException.ThrowIfNull(conventionSet);
        if (options.FindExtension<GdprOptionsExtension>() is { } extension)
        {
            conventionSet.ModelFinalizingConventions.Add(new VisibilityConvention(extension.Visibility.StatementsOf(current.Context.GetType())));
        }

        return conventionSet;
    }
}
