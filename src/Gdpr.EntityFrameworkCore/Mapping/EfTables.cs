using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Gdpr.EntityFrameworkCore.Mapping;

/// <summary>How a context's database names what the model has.</summary>
internal static class EfTables
{
    private const string WithoutSchemas = "Gdpr:WithoutSchemas";

    /// <summary>The context's model, which knows of its database what naming tables takes.</summary>
    public static IModel ModelOf(DbContext context)
    {
        if (IsSqlite(context))
        {
            context.Model.GetOrAddRuntimeAnnotationValue(WithoutSchemas, static _ => "", (object?)null);
        }

        return context.Model;
    }

    /// <summary>Whether the context's database reads <c>[</c> as the start of a quoted name; elsewhere it is the start of an array's index.</summary>
    public static bool QuotesByBrackets(this DbContext context) => IsSqlite(context);

    private static bool IsSqlite(DbContext context) => context.Database.ProviderName?.EndsWith(".Sqlite", StringComparison.Ordinal) == true;

    /// <summary>Whether the databases of two models are of one kind, so that they may be one: SQLite's are no server's.</summary>
    public static bool AreOfOneKind(IModel one, IModel other) => IsWithoutSchemas(one) == IsWithoutSchemas(other);

    /// <summary>A table's name as a mapping writes it: with its schema where the model states one, since without it the first is taken that the search path has.
    /// SQLite has no schemas.</summary>
    public static string NameOf(ITable table) => IsWithoutSchemas(table.Model.Model) ? table.Name
        : table.Schema is null ? Part(table.Name)
        : $"{Part(table.Schema)}.{Part(table.Name)}";

    /// <summary>The tables in which the objects of an entity type are rows by themselves: no part of another's row, and no document in one, without which the row
    /// stays.</summary>
    public static IEnumerable<ITable> RowsOf(IEntityType type) => type.IsMappedToJson() ? []
        : type.GetTableMappings().Select(mapping => mapping.Table).Where(table => !table.GetRowInternalForeignKeys(type).Any()).Distinct();

    /// <summary>Whether tables of two models over one database may be the same: which one a name without a schema is depends on the search path.</summary>
    public static bool MayBeOne(ITable one, ITable other) => one.Name.Equals(other.Name, StringComparison.OrdinalIgnoreCase)
        && (SchemaOf(one) is not { } schema || SchemaOf(other) is not { } others || schema.Equals(others, StringComparison.OrdinalIgnoreCase));

    private static string? SchemaOf(ITable table) => IsWithoutSchemas(table.Model.Model) ? null : table.Schema;

    private static bool IsWithoutSchemas(IModel model) => model.FindRuntimeAnnotation(WithoutSchemas) is not null;

    /// <summary>A name with a dot in it is none of two parts.</summary>
    private static string Part(string name) =>
        name.Contains('.', StringComparison.Ordinal) || name.StartsWith('"') ? $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : name;

    /// <summary>Whether the host has given the contexts one connection, instead of one to each or the means to open their own.</summary>
    /// <param name="context">A context.</param>
    /// <param name="other">Another, of another scope.</param>
    public static bool ShareOneConnection(DbContext context, DbContext other) => ReferenceEquals(context.Database.GetDbConnection(), other.Database.GetDbConnection());
}
