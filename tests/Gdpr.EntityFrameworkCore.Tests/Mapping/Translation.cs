using Gdpr.EntityFrameworkCore.Mapping;
using Gdpr.EntityFrameworkCore.Sources;
using Gdpr.Policies;
using Gdpr.Relational.Mapping;
using Gdpr.Retention;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Gdpr.EntityFrameworkCore.Tests.Mapping;

/// <summary>Translates models without a database.</summary>
internal static class Translation
{
    public static (SqlMapping Mapping, IReadOnlyList<string> Problems) Of(
        Action<ModelBuilder> build, GdprPolicy policy, Action<DbContextSourceOptions>? configure = null, bool isPostgres = false)
    {
        using var context = new Built(build, isPostgres);
        var options = new DbContextSourceOptions();
        configure?.Invoke(options);
        var (mapping, problems) = EfSqlMapper.Translate(EfModelMap.Read(context.Model, options.Statements), RetentionSchedule.Compile(policy), EfTables.NameOf);
        return (mapping, problems);
    }

    public static EfModelMap Map(Action<ModelBuilder> build)
    {
        using var context = new Built(build, isPostgres: false);
        return EfModelMap.Read(context.Model);
    }

    /// <summary>The mapping of the one data set, of a model in which nothing is wrong.</summary>
    public static DataSetMapping DataSetOf(
        Action<ModelBuilder> build, GdprPolicy policy, Action<DbContextSourceOptions>? configure = null, bool isPostgres = false)
    {
        var (mapping, problems) = Of(build, policy, configure, isPostgres);
        problems.ShouldBeEmpty();
        return mapping.DataSets.Single().Value;
    }

    public static string Text(this ColumnPath? path) => path is null ? "" : string.Concat(path.Through.Select(Text)) + path.Column;

    public static string Text(this TriggerMapping trigger) =>
        $"{string.Concat(trigger.Through.Select(Text))}{trigger.Column} {trigger.Form}{(trigger.Zone is null ? "" : " " + trigger.Zone)}{(trigger.Aggregate is null ? "" : " " + trigger.Aggregate)}";

    public static string Text(this ChildMapping child) =>
        $"{child.Table}({string.Join(",", child.On.Select(on => $"{on.Key}={on.Value}"))}) {child.Action}{(child.Children.Count == 0 ? "" : $" [{string.Join("; ", child.Children.Select(Text))}]")}";

    private static string Text(JoinStep step) => $"{step.Table}({string.Join(",", step.On.Select(on => $"{on.Key}={on.Value}"))})/";

    private sealed class Built(Action<ModelBuilder> build, bool isPostgres) : DbContext
    {
        protected override void OnConfiguring(DbContextOptionsBuilder optionsBuilder)
        {
            optionsBuilder.ReplaceService<IModelCacheKeyFactory, NoCache>();
            if (isPostgres)
            {
                optionsBuilder.Unwarned().UseNpgsql("Host=none");
            }
            else
            {
                optionsBuilder.Unwarned().UseSqlite("Data Source=none");
            }
        }

        protected override void OnModelCreating(ModelBuilder modelBuilder) => build(modelBuilder);
    }

    /// <summary>Each model is another one: none is kept for the next.</summary>
    private sealed class NoCache : IModelCacheKeyFactory
    {
        public object Create(DbContext context, bool designTime) => new();
    }
}
