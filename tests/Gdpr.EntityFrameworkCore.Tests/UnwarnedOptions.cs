using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Gdpr.EntityFrameworkCore.Tests;

/// <summary>Options of contexts of this many hosts in one process: no application has as many, of which EF Core warns.</summary>
internal static class UnwarnedOptions
{
    public static DbContextOptionsBuilder Unwarned(this DbContextOptionsBuilder options) =>
        options.ConfigureWarnings(warnings => warnings.Ignore(CoreEventId.ManyServiceProvidersCreatedWarning));

    public static DbContextOptionsBuilder<TContext> Unwarned<TContext>(this DbContextOptionsBuilder<TContext> options)
        where TContext : DbContext => (DbContextOptionsBuilder<TContext>)((DbContextOptionsBuilder)options).Unwarned();
}
