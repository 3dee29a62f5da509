using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Gdpr.EntityFrameworkCore.Mapping;

/// <summary>How a context's database names what the model has.</summary>
internal static class EfTables
{
    public static string NameOf(ITable table) => table.Name;

    /// <summary>Whether the host has given all contexts one connection, instead of the means to open their own.</summary>
    public static bool SharesOneConnection(DbContext context)
    {
        var options = context.GetService<IDbContextOptions>();
        return options.Extensions.OfType<RelationalOptionsExtension>().Any(extension => extension.Connection is not null);
    }
}
