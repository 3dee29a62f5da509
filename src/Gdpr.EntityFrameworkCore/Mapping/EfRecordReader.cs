using System.Reflection;
using Gdpr.Policies;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Gdpr.EntityFrameworkCore.Mapping;

/// <summary>Reads what is said of one entity type, with the types that its objects are made of.</summary>
internal static class EfRecordReader
{
    private const string IdentityPersonalData = "Microsoft.AspNetCore.Identity.PersonalDataAttribute";
    private const string IdentityProtectedPersonalData = "Microsoft.AspNetCore.Identity.ProtectedPersonalDataAttribute";

    /// <summary>Reads an entity type.</summary>
    /// <param name="type">The type at the top of the records.</param>
    /// <param name="statement">What is said of it in code.</param>
    /// <param name="isOther">Whether a type of the hierarchy, with those beneath it, is the records of something else.</param>
    public static EfRecord Read(IEntityType type, RecordStatement? statement, Func<IEntityType, bool> isOther)
    {
        // Where types have tables of their own, a member that they inherit is in the others' too, which is none of this one's.
        HashSet<ITableBase> own = [.. TablesOf(type)];
        HashSet<ITableBase> others = [.. TablesOf(type.GetRootType()).Where(table => !own.Contains(table))];
        EfMember[] members = [.. MembersOf(type, "", isMany: false, isOther)
            .Select(member => member with { Columns = [.. member.Columns.Where(column => !others.Contains(column.Table))] })];
        string[] marks = [.. SubjectsOf(type, members, isOther).Distinct(StringComparer.Ordinal)];
        var stated = statement?.Subject ?? AttributeOf<DataSubjectIdAttribute>(type.ClrType)?.Path;
        var dataSet = statement?.DataSet ?? AttributeOf<DataSetAttribute>(type.ClrType)?.Path;
        return new EfRecord
        {
            Type = type,
            DataSet = dataSet,
            Excuse = dataSet is not null ? null
                : statement?.Excuse ?? type.FindAnnotation(EfAnnotations.Excuse)?.Value as string ?? EfModelMap.StatedExcuseOf(type.ClrType),
            Subject = stated ?? marks.FirstOrDefault(),
            SubjectMarks = stated is null ? marks : [],
            Statement = statement ?? new RecordStatement(),
            Members = members,
        };
    }

    private static IEnumerable<ITableBase> TablesOf(IEntityType type) =>
        type.GetDerivedTypesInclusive().SelectMany(own => own.GetTableMappings()).Select(mapping => mapping.Table);

    /// <summary>The members that are marked as the person's id, and the references to other records; a reference that such a member makes is the same again.</summary>
    private static IEnumerable<string> SubjectsOf(IEntityType type, EfMember[] members, Func<IEntityType, bool> isOther) => members.Where(member => member.IsSubject)
        .Select(member => member.Path).Concat(Inclusive(type, isOther).SelectMany(own => own == type ? own.GetNavigations() : own.GetDeclaredNavigations())
            .Where(navigation => !navigation.IsCollection && AttributeOf<DataSubjectIdAttribute>(navigation) is not null
                && !members.Any(member => member.IsSubject && navigation.ForeignKey.Properties.Contains(member.Property)))
            .Select(navigation => navigation.Name));

    private static IEnumerable<EfMember> MembersOf(IEntityType type, string prefix, bool isMany, Func<IEntityType, bool> isOther)
    {
        var types = Inclusive(type, isOther).ToArray();
        foreach (var member in types.SelectMany(own => own == type ? type.GetProperties() : own.GetDeclaredProperties()))
        {
            // What ties an owned object to its owner is no content of its own.
            if (!(type.IsOwned() && member.IsShadowProperty() && (member.IsForeignKey() || member.IsPrimaryKey())))
            {
                yield return MemberOf(member, prefix, ColumnsOf(member, type), isMany);
            }
        }

        foreach (var complex in types.SelectMany(own => own == type ? type.GetComplexProperties() : own.GetDeclaredComplexProperties()))
        {
            foreach (var member in MembersOf(complex, prefix, isMany))
            {
                yield return member;
            }
        }

        foreach (var owned in types.SelectMany(own => own == type ? type.GetNavigations() : own.GetDeclaredNavigations())
            .Where(navigation => navigation.ForeignKey.IsOwnership && !navigation.IsOnDependent))
        {
            foreach (var member in MembersOf(owned.TargetEntityType, $"{prefix}{owned.Name}.", isMany || owned.IsCollection, isOther))
            {
                yield return member;
            }
        }
    }

    private static IEnumerable<IEntityType> Inclusive(IEntityType type, Func<IEntityType, bool> isOther) =>
        type.GetDirectlyDerivedTypes().Where(derived => !isOther(derived)).SelectMany(derived => Inclusive(derived, isOther)).Prepend(type);

    private static IEnumerable<EfMember> MembersOf(IComplexProperty complex, string prefix, bool isMany)
    {
        var (type, within) = (complex.ComplexType, $"{prefix}{complex.Name}.");
        foreach (var member in type.GetProperties())
        {
            yield return MemberOf(member, within, ColumnsOf(member, complex), isMany || complex.IsCollection);
        }

        foreach (var member in type.GetComplexProperties().SelectMany(nested => MembersOf(nested, within, isMany || complex.IsCollection)))
        {
            yield return member;
        }
    }

    private static EfMember MemberOf(IProperty property, string prefix, IReadOnlyList<EfColumn> columns, bool isMany)
    {
        var category = AttributeOf<DataCategoryAttribute>(property);
        var trigger = AttributeOf<RetentionTriggerAttribute>(property);
        var stated = Text(property, EfAnnotations.Category) ?? category?.Category;
        return new EfMember
        {
            Path = prefix + property.Name,
            Property = property,
            Columns = columns,
            IsMany = isMany,
            Category = stated,
            Field = Text(property, EfAnnotations.Field) ?? category?.Field,
            Erased = Text(property, EfAnnotations.Erased) ?? category?.Erased,
            IsPersonal = stated is not null || IsIdentityPersonalData(property),
            IsSubject = property.FindAnnotation(EfAnnotations.Subject) is not null || AttributeOf<DataSubjectIdAttribute>(property) is not null,
            Trigger = Text(property, EfAnnotations.Trigger) is { } id ? new TriggerMark(id, Text(property, EfAnnotations.Form), Text(property, EfAnnotations.Zone))
                : trigger is not null ? new TriggerMark(trigger.Trigger, trigger.Form, trigger.Zone)
                : null,
            Excuse = Text(property, EfAnnotations.Excuse) ?? AttributeOf<NotPersonalDataAttribute>(property)?.Because,
        };
    }

    private static EfColumn[] ColumnsOf(IProperty property, ITypeBase type)
    {
        EfColumn[] columns = [.. property.GetTableColumnMappings().Select(mapping => new EfColumn((ITable)mapping.TableMapping.Table, mapping.Column.Name))];
        return columns.Length > 0 || type is not IEntityType owned || !owned.IsMappedToJson() || owned.GetContainerColumnName() is not { } container
            ? columns
            : [.. owned.FindOwnership()!.PrincipalEntityType.GetRootOwner().GetTableMappings()
                .Select(mapping => new EfColumn(mapping.Table, container, IsJson: true)).Distinct()];
    }

    private static EfColumn[] ColumnsOf(IProperty property, IComplexProperty complex)
    {
        EfColumn[] columns = [.. property.GetTableColumnMappings().Select(mapping => new EfColumn((ITable)mapping.TableMapping.Table, mapping.Column.Name))];
        return columns.Length > 0 || complex.ComplexType.GetContainerColumnName() is not { } container
            ? columns
            : [.. complex.ComplexType.ContainingEntityType.GetTableMappings().Select(mapping => new EfColumn(mapping.Table, container, IsJson: true)).Distinct()];
    }

    /// <summary>The entity type whose table an owned type that is a JSON document stands in.</summary>
    private static IEntityType GetRootOwner(this IEntityType type)
    {
        while (type.IsMappedToJson() && type.FindOwnership() is { } ownership)
        {
            type = ownership.PrincipalEntityType;
        }

        return type;
    }

    /// <summary>By name: the attribute is ASP.NET Core Identity's, which the library does not need.</summary>
    private static bool IsIdentityPersonalData(IPropertyBase property) => MemberInfoOf(property) is { } member
        && member.GetCustomAttributes(inherit: true).Any(attribute => BasesOf(attribute.GetType())
            .Any(type => type.FullName is IdentityPersonalData or IdentityProtectedPersonalData));

    private static IEnumerable<Type> BasesOf(Type? type)
    {
        for (; type is not null; type = type.BaseType)
        {
            yield return type;
        }
    }

    private static string? Text(IReadOnlyAnnotatable property, string name) => property.FindAnnotation(name)?.Value as string;

    private static T? AttributeOf<T>(Type type)
        where T : Attribute => type.GetCustomAttribute<T>(inherit: true);

    private static T? AttributeOf<T>(IPropertyBase property)
        where T : Attribute => MemberInfoOf(property)?.GetCustomAttribute<T>(inherit: true);

    private static MemberInfo? MemberInfoOf(IPropertyBase property) => property.IsShadowProperty() ? null : (MemberInfo?)property.PropertyInfo ?? property.FieldInfo;
}
