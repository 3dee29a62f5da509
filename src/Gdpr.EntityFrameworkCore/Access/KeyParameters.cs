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
}
