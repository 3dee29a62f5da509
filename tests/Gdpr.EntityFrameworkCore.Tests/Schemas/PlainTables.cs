using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdpr.EntityFrameworkCore.Tests.Schemas;

/// <summary>Tables whose rows are no records, in a few words: their columns as text, such as <c>id int, name string?</c>.</summary>
internal static class PlainTables
{
    public static EntityTypeBuilder<Dictionary<string, object>> Plain(this ModelBuilder model, string table, string key, string columns) =>
        model.SharedTypeEntity<Dictionary<string, object>>(table, entity =>
        {
            entity.ToTable(table);
            foreach (var column in columns.Split(", "))
            {
                var (name, type) = (column.Split(' ')[0], column.Split(' ')[1]);
                var clr = type.TrimEnd('?') switch { "int" => typeof(int), "date" => typeof(DateOnly), "decimal" => typeof(decimal), _ => typeof(string) };
                entity.IndexerProperty(clr.IsValueType && type.EndsWith('?') ? typeof(Nullable<>).MakeGenericType(clr) : clr, name).IsRequired(!type.EndsWith('?'));
            }

            if (key.Length == 0)
            {
                entity.HasNoKey();
            }
            else
            {
                entity.HasKey(key.Split(", "));
            }
        }).SharedTypeEntity<Dictionary<string, object>>(table);

    /// <summary>Says that a table refers to another one.</summary>
    public static EntityTypeBuilder<Dictionary<string, object>> To(this EntityTypeBuilder<Dictionary<string, object>> entity, string other, params string[] columns)
    {
        entity.HasOne(other, null).WithMany().HasForeignKey(columns);
        return entity;
    }

    /// <summary>Says that a table refers to records.</summary>
    public static EntityTypeBuilder<Dictionary<string, object>> To<TRecord>(this EntityTypeBuilder<Dictionary<string, object>> entity, string column)
    {
        entity.HasOne(typeof(TRecord), null).WithMany().HasForeignKey(column);
        return entity;
    }

    /// <summary>Columns are called as properties are, in lower case with underscores.</summary>
    public static void SnakeCase(this ModelBuilder model)
    {
        foreach (var property in model.Model.GetEntityTypes().SelectMany(type => type.GetDeclaredProperties()).Where(property => char.IsUpper(property.Name[0])))
        {
            if (property.GetColumnName() == property.Name)
            {
                property.SetColumnName(string.Concat(property.Name.Select((letter, i) => i > 0 && char.IsUpper(letter) ? $"_{letter}" : $"{letter}")).ToLowerInvariant());
            }
        }
    }
}
