using System.Data.Common;
using Gdpr.EntityFrameworkCore.Tests.Guarded;
using Gdpr.PostgresServer;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Gdpr.EntityFrameworkCore.Tests.Visibility;

/// <summary>A table that the model names with its schema is the one that the catalogue names without.</summary>
public sealed class QualifiedTableTests
{
    [PostgresFact]
    public async Task A_query_of_a_table_in_the_schema_public_is_judged_on_its_own_row()
    {
        var texts = new Texts();
        await using var host = await GuardedHost<InPublic>.CreateAsync(GuardedPolicies.Of(), isPostgres: true, more: options => options.AddInterceptors(texts));
        await using var context = host.Open();

        await context.Set<GivenAwayTests.Customer>().CountAsync();

        (texts.Last!.Split("\"Customers\"").Length - 1).ShouldBe(1, "the row is not found again by its key");
    }

    private sealed class Texts : DbCommandInterceptor
    {
        public string? Last { get; private set; }

        public override ValueTask<DbDataReader> ReaderExecutedAsync(
            DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
        {
            Last = command.CommandText;
            return new(result);
        }
    }

    internal sealed class InPublic(DbContextOptions<InPublic> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) =>
            modelBuilder.HasDefaultSchema("public").Entity<GivenAwayTests.Customer>().ToTable("Customers");
    }
}
