using Gdpr.EntityFrameworkCore.Mapping;
using Gdpr.Relational.Values;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Microsoft.EntityFrameworkCore;

/// <summary>Says in a model what its types and properties are to the policy, without touching the classes.</summary>
public static class GdprModelBuilderExtensions
{
    /// <summary>Says that the objects of an entity type are the records of a data set.</summary>
    /// <param name="entity">The entity type.</param>
    /// <param name="dataSet">The data set's path, such as <c>crm.customers</c>.</param>
    /// <param name="map">Says where its person, triggers and fields are; what it leaves out is found by attributes, annotations and names.</param>
    public static EntityTypeBuilder<TEntity> HasDataSet<TEntity>(this EntityTypeBuilder<TEntity> entity, string dataSet, Action<RecordMapBuilder<TEntity>>? map = null)
        where TEntity : class
    {
        ArgumentNullException.ThrowIfNull(entity);
        var builder = new RecordMapBuilder<TEntity>(dataSet);
        map?.Invoke(builder);
        entity.HasAnnotation(EfAnnotations.Record, builder.Statement.ToJson());
        return entity;
    }

    /// <summary>Says why an entity type holds no personal data.</summary>
    /// <param name="entity">The entity type.</param>
    /// <param name="because">The reason.</param>
    public static EntityTypeBuilder<TEntity> IsNotPersonalData<TEntity>(this EntityTypeBuilder<TEntity> entity, string because)
        where TEntity : class
    {
        ArgumentNullException.ThrowIfNull(entity);
        ArgumentException.ThrowIfNullOrWhiteSpace(because);
        entity.HasAnnotation(EfAnnotations.Excuse, because);
        return entity;
    }

    /// <summary>Says what category of personal data a property holds.</summary>
    /// <param name="property">The property.</param>
    /// <param name="category">The category's id in the policy, such as <c>contact.email</c>.</param>
    /// <param name="field">The field's id in the policy, where neither name nor category tells it.</param>
    /// <param name="erased">What stands in a column that may not be NULL when its content has been erased, as text.</param>
    public static PropertyBuilder<T> HasDataCategory<T>(this PropertyBuilder<T> property, string category, string? field = null, string? erased = null)
    {
        ArgumentNullException.ThrowIfNull(property);
        ArgumentException.ThrowIfNullOrWhiteSpace(category);
        property.HasAnnotation(EfAnnotations.Category, category);
        property.HasAnnotation(EfAnnotations.Field, field);
        property.HasAnnotation(EfAnnotations.Erased, erased);
        return property;
    }

    /// <summary>Says that a property is the id of the record's person.</summary>
    /// <param name="property">The property.</param>
    public static PropertyBuilder<T> IsDataSubjectId<T>(this PropertyBuilder<T> property)
    {
        ArgumentNullException.ThrowIfNull(property);
        property.HasAnnotation(EfAnnotations.Subject, "");
        return property;
    }

    /// <summary>Says that a property holds when an event happened from which retention periods run.</summary>
    /// <param name="property">The property.</param>
    /// <param name="trigger">The trigger's id in the policy, such as <c>contract-ended</c>.</param>
    /// <param name="zone">The zone that the clock showed where a stored time states no offset, as an IANA id.</param>
    /// <param name="form">How the value is stored, where the model does not tell.</param>
    public static PropertyBuilder<T> IsRetentionTrigger<T>(this PropertyBuilder<T> property, string trigger, string? zone = null, StorageForm? form = null)
    {
        ArgumentNullException.ThrowIfNull(property);
        ArgumentException.ThrowIfNullOrWhiteSpace(trigger);
        property.HasAnnotation(EfAnnotations.Trigger, trigger);
        property.HasAnnotation(EfAnnotations.Zone, zone);
        property.HasAnnotation(EfAnnotations.Form, form is { } stated ? FormNames.NameOf(stated) : null);
        return property;
    }

    /// <summary>Says why a property holds no personal data.</summary>
    /// <param name="property">The property.</param>
    /// <param name="because">The reason.</param>
    public static PropertyBuilder<T> IsNotPersonalData<T>(this PropertyBuilder<T> property, string because)
    {
        ArgumentNullException.ThrowIfNull(property);
        ArgumentException.ThrowIfNullOrWhiteSpace(because);
        property.HasAnnotation(EfAnnotations.Excuse, because);
        return property;
    }
}
