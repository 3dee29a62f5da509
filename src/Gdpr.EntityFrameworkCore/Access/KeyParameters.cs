using System.Data.Common;
using Gdpr.Relational.Queries;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Gdpr.EntityFrameworkCore.Access;

/// <summary>Values of keys as parameters of a command, stored as EF Core stores them.</summary>
internal static class KeyParameters
{
    /// <summary>Adds a value.</summary>
    /// <returns>How the text refers to it.</returns>
    public static string Add(DbCommand command, SqlDialect dialect, IProperty part, object? value, string name)
    {
        command.Parameters.Add(part.GetRelationalTypeMapping().CreateParameter(command, dialect.Parameter(name), value, part.IsNullable));
        return dialect.Parameter(name);
    }

    /// <summary>Adds a value that the database itself has given of a column.</summary>
    /// <returns>How the text refers to it.</returns>
    public static string Add(DbCommand command, SqlDialect dialect, IColumn column, object value, string name)
    {
        var parameter = column.StoreTypeMapping.Converter is null
            ? column.StoreTypeMapping.CreateParameter(command, dialect.Parameter(name), value, column.IsNullable) : command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (dialect.Parameter(name), value);
        command.Parameters.Add(parameter);
        return dialect.Parameter(name);
    }
}
