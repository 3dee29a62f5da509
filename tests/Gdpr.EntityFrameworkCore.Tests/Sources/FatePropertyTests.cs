using FsCheck;
using FsCheck.Fluent;
using Gdpr.Core.Tests;
using Gdpr.Core.Tests.Retention;
using Gdpr.EntityFrameworkCore.Sources;
using Gdpr.PostgresServer;
using Gdpr.Retention;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Gdpr.EntityFrameworkCore.Tests.Sources;

/// <summary>Through a model, the rows that the SQL selects for each fate are the evaluator's, and a sweep leaves what disposing of exactly those leaves.</summary>
public sealed class FatePropertyTests
{
    private static readonly Gen<(RetentionCase Case, int Seed)> Cases =
        from found in RetentionCases.InPlainZones
        from seed in Gen.Choose(0, int.MaxValue)
        select (found, seed);

    [Fact]
    public void On_SQLite_a_sweep_through_a_model_disposes_of_exactly_what_the_evaluator_says() => Check.One(
        PropertyCases.Of(60),
        Prop.ForAll(Arb.From(Cases), found =>
        {
            var connectionString = $"Data Source=file:{Guid.NewGuid():N}?mode=memory&cache=shared;Pooling=False";
            using var open = new SqliteConnection(connectionString);
            open.Open();
            ShouldSweepAsync(found.Case, found.Seed, isPostgres: false, options => options.Unwarned().UseSqlite(connectionString)).GetAwaiter().GetResult();
        }));

    [PostgresFact]
    public void On_PostgreSQL_a_sweep_through_a_model_disposes_of_exactly_what_the_evaluator_says()
    {
        Check.One(PropertyCases.Of(40), Prop.ForAll(Arb.From(Cases), found => ShouldSweepOnPostgresAsync(found.Case, found.Seed).GetAwaiter().GetResult()));
    }

    private static async Task ShouldSweepOnPostgresAsync(RetentionCase found, int seed)
    {
        await using var database = await PostgresDatabase.CreateAsync();
        await ShouldSweepAsync(found, seed, isPostgres: true, options => options.Unwarned().UseNpgsql(database.ConnectionString));
    }

    private static async Task ShouldSweepAsync(RetentionCase found, int seed, bool isPostgres, Action<DbContextOptionsBuilder> configure)
    {
        var stored = new ModelCase(found, seed, isPostgres);
        await using (var context = new CaseContext(stored, configure))
        {
            await context.Database.EnsureCreatedAsync();
            stored.Fill(context);
        }

        var source = new DbContextSource("source", new CaseContexts(() => new CaseContext(stored, configure)), SourceCalls.Platforms, new DbContextSourceOptions());
        await source.PrepareAsync(stored.Schedule, CancellationToken.None);
        (await source.ChangeFactsAsync(stored.FactChanges, 7, CancellationToken.None)).ShouldBeEmpty();
        foreach (var now in stored.Instants)
        {
            var evaluator = stored.Schedule.At(now);
            var survey = await source.SurveyAsync(evaluator, stored.DataSet.Path, 0, CancellationToken.None);
            survey.Lines.GroupBy(line => line.Fate).ToDictionary(lines => lines.Key, lines => lines.Sum(line => line.Records))
                .ShouldBe(stored.Records.GroupBy(record => stored.Decide(evaluator, record).Min(decision => decision.Fate)).ToDictionary(records => records.Key, records => (long)records.Count()), ignoreOrder: true);
        }

        var (groups, first) = (stored.DataSet.FieldGroups, stored.Schedule.At(stored.Instants[0]));
        var expected = new List<string>();
        foreach (var record in stored.Records)
        {
            var fates = stored.Decide(first, record).Select(decision => decision.Fate).ToArray();
            if (!Array.TrueForAll(fates, fate => fate == Fate.Erase))
            {
                var fields = groups.Zip(fates).SelectMany(pair => pair.First.Fields.Select(field => (field, IsDue: pair.Second >= Fate.Anonymise)));
                expected.Add($"{record.Number}: {string.Join(", ", fields.Select(field => field.IsDue ? "" : $"{field.field} of {record.Number}"))}");
            }
        }

        await source.SweepAsync(first, stored.DataSet.Path, limit: 1 + (seed % 7));

        await using var left = new CaseContext(stored, configure);
        var rows = await left.Set<ModelCase.Row>().OrderBy(row => row.Number).ToListAsync();
        rows.Select(row => $"{row.Number}: {string.Join(", ", groups.SelectMany(group => group.Fields).Select(field => Of(row, field) ?? ""))}").ShouldBe(expected);
    }

    private static string? Of(ModelCase.Row row, string field) => field switch
    {
        "name" => row.Name,
        "email" => row.Email,
        _ => row.Notes,
    };

    /// <summary>A context with the model of one case.</summary>
    private sealed class CaseContext(ModelCase stored, Action<DbContextOptionsBuilder> configure) : DbContext
    {
        public ModelCase Stored => stored;

        protected override void OnConfiguring(DbContextOptionsBuilder optionsBuilder)
        {
            configure(optionsBuilder);
            optionsBuilder.ReplaceService<IModelCacheKeyFactory, ByCase>();
        }

        protected override void OnModelCreating(ModelBuilder modelBuilder) => stored.Build(modelBuilder);
    }

    private sealed class ByCase : IModelCacheKeyFactory
    {
        public object Create(DbContext context, bool designTime) => (((CaseContext)context).Stored, designTime);
    }

    private sealed class CaseContexts(Func<DbContext> create) : EfContexts
    {
        public override Type Type => typeof(CaseContext);

        public override EfContext Open() => new(create(), null, isOwned: true);
    }
}
