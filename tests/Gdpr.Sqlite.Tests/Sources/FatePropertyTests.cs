using FsCheck;
using FsCheck.Fluent;
using Gdpr.Core.Tests.Retention;
using Gdpr.Relational;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Queries;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Sqlite.Sources;
using Microsoft.Data.Sqlite;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>The rows that the SQL selects for each fate are the evaluator's, and a sweep leaves what disposing of exactly those leaves.</summary>
public sealed class FatePropertyTests
{
    private static readonly Gen<(RetentionCase Case, int Seed)> Cases =
        from found in RetentionCases.InPlainZones
        from seed in Gen.Choose(0, int.MaxValue)
        select (found, seed);

    [Fact]
    public void The_sql_selects_for_each_fate_exactly_the_records_that_the_evaluator_does() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(250),
        Prop.ForAll(Arb.From(Cases), found => ShouldAgreeAsync(new StoredCase(found.Case, found.Seed)).GetAwaiter().GetResult()));

    [Fact]
    public void A_sweep_leaves_exactly_what_disposing_of_each_due_record_leaves() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(150),
        Prop.ForAll(Arb.From(Cases), found => ShouldSweepAsync(new StoredCase(found.Case, found.Seed), found.Seed).GetAwaiter().GetResult()));

    [Fact]
    public void What_a_run_leaves_to_see_to_is_all_that_a_survey_of_every_record_finds_undetermined_or_due() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(250),
        Prop.ForAll(Arb.From(Cases), found => ShouldFindUnsettledAsync(new StoredCase(found.Case, found.Seed), found.Seed).GetAwaiter().GetResult()));

    // Facts that end purposes, and unknown ones, have the records read that they are about: half of the cases have none.
    private static async Task ShouldFindUnsettledAsync(StoredCase stored, int seed)
    {
        using var database = await InMemory.FillAsync(stored, hasFacts: seed % 2 == 0);
        foreach (var now in stored.Instants)
        {
            var evaluator = stored.Schedule.At(now);
            var all = await database.Source.SurveyAsync(evaluator, stored.DataSet.Path, 100, CancellationToken.None);
            var found = await database.Source.SurveyUnsettledAsync(evaluator, stored.DataSet.Path, 100, CancellationToken.None);
            Said(found).ShouldBe(Said(all.Unsettled()));
        }

        static IEnumerable<string> Said(DataSetSurvey survey) => survey.Lines.Select(line =>
            $"{line.Fate} {line.Rule} {line.Reason} {line.Records} {line.Due} {string.Join(',', line.Missing)}: {string.Join(' ', line.Examples.Select(one => one.NativeKey).Order(StringComparer.Ordinal))}");
    }

    private static async Task ShouldAgreeAsync(StoredCase stored)
    {
        using var database = await InMemory.FillAsync(stored);
        foreach (var now in stored.Instants)
        {
            var evaluator = stored.Schedule.At(now);
            var expected = stored.Records.ToDictionary(record => record.Key, record => string.Join(' ', stored.Decide(evaluator, record).Select(decision => decision.Fate)));

            (await database.FatesAsync(stored, evaluator)).ShouldBe(expected, ignoreOrder: true);
            var survey = await database.Source.SurveyAsync(evaluator, stored.DataSet.Path, 0, CancellationToken.None);
            survey.Lines.GroupBy(line => line.Fate).ToDictionary(lines => lines.Key, lines => lines.Sum(line => line.Records))
                .ShouldBe(stored.Records.GroupBy(record => stored.Decide(evaluator, record).Min(decision => decision.Fate)).ToDictionary(records => records.Key, records => (long)records.Count()), ignoreOrder: true);
        }
    }

    private static async Task ShouldSweepAsync(StoredCase stored, int seed)
    {
        using var database = await InMemory.FillAsync(stored);
        var evaluator = stored.Schedule.At(stored.Instants[0]);
        var groups = stored.DataSet.FieldGroups;
        var expected = new List<string>();
        foreach (var record in stored.Records)
        {
            var fates = stored.Decide(evaluator, record).Select(decision => decision.Fate).ToArray();
            if (!Array.TrueForAll(fates, fate => fate == Fate.Erase))
            {
                var fields = groups.Zip(fates).SelectMany(pair => pair.First.Fields.Select(field => (field, IsDue: pair.Second >= Fate.Anonymise)));
                expected.Add($"{record.Number}: {string.Join(", ", fields.Select(field => field.IsDue ? "" : $"{field.field} of {record.Number}"))}");
            }
        }

        var survey = await database.Source.SurveyAsync(evaluator, stored.DataSet.Path, 0, CancellationToken.None);
        var batches = await database.Source.SweepAsync(evaluator, stored.DataSet.Path, limit: 1 + (seed % 7));

        var names = groups.SelectMany(group => group.Fields).Select(field => $"coalesce(\"{field}; drop\", '')");
        database.Rows($"SELECT no || ': ' || {string.Join(" || ', ' || ", names)} FROM \"the \"\"records\"\"\" ORDER BY no").ShouldBe(expected);
        batches.Sum(batch => batch.Rows.Count).ShouldBe((int)survey.Lines.Sum(line => line.Due));
        batches.SelectMany(batch => batch.NativeKeys).ShouldBeUnique();
        database.Rows("PRAGMA foreign_key_check").ShouldBeEmpty();
    }

    /// <summary>A database in memory, shared by connections while one is open.</summary>
    private sealed class InMemory : IDisposable
    {
        private readonly SqliteConnection _connection;

        private InMemory(StoredCase stored)
        {
            var text = $"Data Source=file:{Guid.NewGuid():N}?mode=memory&cache=shared;Pooling=False";
            _connection = new SqliteConnection(text);
            _connection.Open();
            stored.Fill(_connection);
            Sqlite = new SqliteDatabase(text);
            Source = new SqlSource("source", Sqlite, stored.Mapping);
        }

        public SqliteDatabase Sqlite { get; }

        public SqlSource Source { get; }

        public static async Task<InMemory> FillAsync(StoredCase stored, bool hasFacts = true)
        {
            var database = new InMemory(stored);
            await database.Source.PrepareAsync(stored.Schedule, CancellationToken.None);
            (await database.Source.ChangeFactsAsync(hasFacts ? stored.FactChanges : [], 7, CancellationToken.None)).ShouldBeEmpty();
            return database;
        }

        public async Task<Dictionary<string, string>> FatesAsync(StoredCase stored, RetentionEvaluator evaluator)
        {
            await using var connection = await Sqlite.OpenAsync(CancellationToken.None);
            var (mapped, _) = MappingResolver.Resolve(stored.Mapping, stored.Schedule, await Sqlite.DescribeAsync(connection, CancellationToken.None));
            var values = new SqlValues(Sqlite.Dialect);
            var facts = stored.FactChanges.Count > 0;
            var text = new DueQuery(Sqlite.Dialect, mapped.Single(), evaluator, new FactsBeside(facts, facts)).Text(values, null, ordered: true);
            await using var command = new SqlStatement(text, values).On(connection, null);
            await using var reader = await command.ExecuteReaderAsync();
            var fates = new Dictionary<string, string>();
            var groups = stored.DataSet.FieldGroups.Count;
            while (await reader.ReadAsync())
            {
                fates.Add(reader.GetString(0), string.Join(' ', Enumerable.Range(reader.FieldCount - groups, groups).Select(i => (Fate)reader.GetInt64(i))));
            }

            return fates;
        }

        public IReadOnlyList<string> Rows(string query)
        {
            using var command = _connection.CreateCommand();
            command.CommandText = query;
            using var reader = command.ExecuteReader();
            var rows = new List<string>();
            while (reader.Read())
            {
                rows.Add(Convert.ToString(reader.GetValue(0), null)!);
            }

            return rows;
        }

        public void Dispose() => _connection.Dispose();
    }
}
