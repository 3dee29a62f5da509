using FsCheck;
using FsCheck.Fluent;
using Gdpr.Core.Tests.Retention;
using Gdpr.Relational;
using Gdpr.Sources;
using Gdpr.Sqlite.Sources;
using Microsoft.Data.Sqlite;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>Rows that concern several people: a sweep leaves of each what is not yet due for those whose it is. Every batch compares the database's own reckoning
/// with the evaluator's, and fails where they differ.</summary>
public sealed class PartyPropertyTests
{
    private static readonly Gen<(RetentionCase Case, int Seed)> Cases =
        from found in RetentionCases.InPlainZones
        from seed in Gen.Choose(0, int.MaxValue)
        select (found, seed);

    [Fact]
    public void A_sweep_leaves_of_each_row_exactly_what_is_due_for_nobody_concerned() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(200),
        Prop.ForAll(Arb.From(Cases), found => ShouldSweepAsync(new PartyCase(found.Case, found.Seed), found.Seed).GetAwaiter().GetResult()));

    private static async Task ShouldSweepAsync(PartyCase stored, int seed)
    {
        foreach (var now in stored.Instants)
        {
            var text = $"Data Source=file:{Guid.NewGuid():N}?mode=memory&cache=shared;Pooling=False";
            await using var connection = new SqliteConnection(text);
            await connection.OpenAsync();
            stored.Fill(connection);
            var source = new SqlSource("source", new SqliteDatabase(text), stored.Mapping);
            await source.PrepareAsync(stored.Schedule, CancellationToken.None);
            (await source.ChangeFactsAsync(stored.FactChanges, 7, CancellationToken.None)).ShouldBeEmpty();
            var evaluator = stored.Schedule.At(now);
            string[] expected = [.. stored.Records.Select(record => stored.After(evaluator, record)).OfType<string>()];

            var survey = await source.SurveyAsync(evaluator, stored.DataSet.Path, 0, CancellationToken.None);
            var batches = await source.SweepAsync(evaluator, stored.DataSet.Path, limit: 1 + (seed % 7));

            Rows(connection, stored.Left).ShouldBe(expected);
            batches.Sum(batch => batch.Rows.Count).ShouldBe((int)survey.Lines.Sum(line => line.Due));
            batches.SelectMany(batch => batch.NativeKeys).ShouldBeUnique();
        }
    }

    private static List<string> Rows(SqliteConnection connection, string query)
    {
        using var command = connection.CreateCommand();
        command.CommandText = query;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }
}
