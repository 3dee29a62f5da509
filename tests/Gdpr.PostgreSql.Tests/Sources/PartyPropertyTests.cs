using FsCheck;
using FsCheck.Fluent;
using Gdpr.Core.Tests;
using Gdpr.Core.Tests.Retention;
using Gdpr.PostgreSql.Sources;
using Gdpr.PostgresServer;
using Gdpr.Sources;
using Gdpr.Sqlite.Tests.Sources;
using Npgsql;

namespace Gdpr.PostgreSql.Tests.Sources;

/// <summary>Rows that concern several people: a sweep leaves of each what is not yet due for those whose it is.</summary>
public sealed class PartyPropertyTests
{
    private static readonly Gen<(RetentionCase Case, int Seed)> Cases =
        from found in RetentionCases.InPlainZones
        from seed in Gen.Choose(0, int.MaxValue)
        select (found, seed);

    [PostgresFact]
    public async Task A_sweep_leaves_of_each_row_exactly_what_is_due_for_nobody_concerned()
    {
        await using var database = await SourceDatabase.CreateAsync(PostgreSqlSourceSchema.Script());
        await Task.Run(() => Check.One(
            PropertyCases.Of(60),
            Prop.ForAll(Arb.From(Cases), found => ShouldSweepAsync(database, new PartyCase(found.Case, found.Seed), found.Seed).GetAwaiter().GetResult())));
    }

    private static async Task ShouldSweepAsync(SourceDatabase database, PartyCase stored, int seed)
    {
        foreach (var now in stored.Instants)
        {
            await database.RunAsync("DROP TABLE IF EXISTS rows; DROP TABLE IF EXISTS people; TRUNCATE gdpr.gdpr_block, gdpr.gdpr_mark, gdpr.gdpr_fact_sum, gdpr.gdpr_position, gdpr.gdpr_evidence");
            await using (var connection = new NpgsqlConnection(database.ConnectionString))
            {
                await connection.OpenAsync();
                stored.Fill(connection, isTyped: true);
            }

            var source = database.Source(stored.Mapping, "source");
            await source.PrepareAsync(stored.Schedule, CancellationToken.None);
            (await source.ChangeFactsAsync(stored.FactChanges, 7, CancellationToken.None)).ShouldBeEmpty();
            var evaluator = stored.Schedule.At(now);
            string[] expected = [.. stored.Records.Select(record => stored.After(evaluator, record)).OfType<string>()];

            var survey = await source.SurveyAsync(evaluator, stored.DataSet.Path, 0, CancellationToken.None);
            var done = new List<BatchEvidence>();
            while (true)
            {
                var batch = await source.DisposeAsync(
                    new DisposalBatch("plan", done.Count + 1, evaluator, stored.DataSet.Path, 1 + (seed % 7), 7, SourceDatabase.Keys), CancellationToken.None);
                if (batch.Rows.Count == 0)
                {
                    break;
                }

                done.Add(batch);
            }

            (await database.RowsAsync(stored.Left)).ShouldBe(expected);
            done.Sum(batch => batch.Rows.Count).ShouldBe((int)survey.Lines.Sum(line => line.Due));
            done.SelectMany(batch => batch.NativeKeys).ShouldBeUnique();
        }
    }
}
