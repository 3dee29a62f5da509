using FsCheck;
using FsCheck.Fluent;
using Gdpr.Core.Tests.Retention;
using Gdpr.Relational;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Queries;
using Gdpr.Retention;
using Gdpr.Sqlite.Sources;
using Microsoft.Data.Sqlite;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>The rows that the condition lets each purpose see are those that the evaluator does.</summary>
public sealed class VisibilityPropertyTests
{
    private static readonly AllowedUse?[] Uses = [null, .. Enum.GetValues<AllowedUse>()];

    private static readonly Gen<(RetentionCase Case, int Seed)> Cases =
        from found in RetentionCases.InPlainZones
        from seed in Gen.Choose(0, int.MaxValue)
        select (found, seed);

    [Fact]
    public void The_sql_lets_each_purpose_and_each_allowed_use_see_exactly_the_records_that_the_evaluator_does() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(200),
        Prop.ForAll(Arb.From(Cases), found => ShouldAgreeAsync(new StoredCase(found.Case, found.Seed), found.Seed).GetAwaiter().GetResult()));

    private static async Task ShouldAgreeAsync(StoredCase stored, int seed)
    {
        var text = $"Data Source=file:{Guid.NewGuid():N}?mode=memory&cache=shared;Pooling=False";
        await using var open = new SqliteConnection(text);
        await open.OpenAsync();
        stored.Fill(open);
        var sqlite = new SqliteDatabase(text);
        var source = new SqlSource("source", sqlite, stored.Mapping);
        await source.PrepareAsync(stored.Schedule, CancellationToken.None);
        await source.ChangeFactsAsync(stored.FactChanges, 1, CancellationToken.None);
        await using var connection = await sqlite.OpenAsync(CancellationToken.None);
        var (mapped, _) = MappingResolver.Resolve(stored.Mapping, stored.Schedule, await sqlite.DescribeAsync(connection, CancellationToken.None));
        string?[] purposes = [null, .. stored.Schedule.Policy.Activities.Values.Select(activity => activity.Purpose).Distinct()];
        foreach (var now in stored.Instants)
        {
            var evaluator = stored.Schedule.At(now);
            foreach (var (i, purpose) in purposes.Index())
            {
                var use = Uses[i == 0 ? seed % Uses.Length : (seed + i) % (2 * Uses.Length) is var pick && pick < Uses.Length ? pick : 0];
                var expected = stored.Records.Where(record => IsVisible(record)).Select(record => record.Key).Order(StringComparer.Ordinal);
                string.Join("; ", await VisibleAsync(connection, sqlite, mapped.Single(), evaluator, purpose, use)).ShouldBe(string.Join("; ", expected), $"{purpose} {use} at {now}");
                if (purpose is null && use is null)
                {
                    foreach (var record in stored.Records)
                    {
                        IsVisible(record).ShouldBe(stored.Decide(evaluator, record).Min(decision => decision.Fate) == Fate.Keep);
                    }
                }

                bool IsVisible(StoredRecord record)
                {
                    var facts = stored.FactsOf(record);
                    return evaluator.IsVisible(new RetentionRecord(stored.DataSet, record.Triggers, facts), purpose, use);
                }
            }
        }
    }

    private static async Task<IReadOnlyList<string>> VisibleAsync(
        System.Data.Common.DbConnection connection, SqliteDatabase sqlite, MappedDataSet mapped, RetentionEvaluator evaluator, string? purpose, AllowedUse? use)
    {
        var values = new SqlValues(sqlite.Dialect, "gdpr");
        var rows = new RecordQuery(sqlite.Dialect, mapped);

        // The alias of the library's own row, so that it shows if one is taken for the other.
        var key = rows.Key.Select(column => $"r.{column}").ToArray();
        var condition = new VisibilitySql(sqlite.Dialect, mapped, evaluator, values).OfKey(key, purpose, use);
        await using var command = new SqlStatement($"SELECT {rows.KeyText("r")} FROM {rows.Table} r WHERE {rows.HasKey("r")} AND {condition}", values).On(connection, null);
        await using var reader = await command.ExecuteReaderAsync();
        var keys = new List<string>();
        while (await reader.ReadAsync())
        {
            keys.Add(reader.GetString(0));
        }

        return [.. keys.Order(StringComparer.Ordinal)];
    }
}
