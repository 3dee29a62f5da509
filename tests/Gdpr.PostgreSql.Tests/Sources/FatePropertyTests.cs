using FsCheck;
using FsCheck.Fluent;
using Gdpr.Core.Tests;
using Gdpr.Core.Tests.Retention;
using Gdpr.PostgreSql.Sources;
using Gdpr.PostgresServer;
using Gdpr.Relational;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Queries;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.PostgreSql.Tests.Sources;

/// <summary>The rows that the SQL selects for each fate are the evaluator's, and a sweep leaves what disposing of exactly those leaves.</summary>
public sealed class FatePropertyTests
{
    private static readonly Gen<(RetentionCase Case, int Seed)> Cases =
        from found in RetentionCases.InPlainZones
        from seed in Gen.Choose(0, int.MaxValue)
        select (found, seed);

    [PostgresFact]
    public Task The_sql_selects_for_each_fate_exactly_the_records_that_the_evaluator_does() => CheckAsync(150, ShouldAgreeAsync);

    [PostgresFact]
    public Task A_sweep_leaves_exactly_what_disposing_of_each_due_record_leaves() => CheckAsync(150, ShouldSweepAsync);

    [PostgresFact]
    public Task What_a_run_leaves_to_see_to_is_all_that_a_survey_of_every_record_finds_undetermined_or_due() => CheckAsync(150, ShouldFindUnsettledAsync);

    private static async Task CheckAsync(int cases, Func<SourceDatabase, StoredCase, int, Task> law)
    {
        await using var database = await SourceDatabase.CreateAsync(PostgreSqlSourceSchema.Script());
        await Task.Run(() => Check.One(
            PropertyCases.Of(cases),
            Prop.ForAll(Arb.From(Cases), found => law(database, new StoredCase(found.Case, found.Seed), found.Seed).GetAwaiter().GetResult())));
    }

    private static async Task<(SqlSource Source, PostgreSqlDatabase Database)> FillAsync(SourceDatabase database, StoredCase stored, bool hasFacts = true)
    {
        await database.RunAsync(stored.Statements + "TRUNCATE gdpr.gdpr_block, gdpr.gdpr_mark, gdpr.gdpr_fact_sum, gdpr.gdpr_position, gdpr.gdpr_evidence");
        var tables = new PostgreSqlDatabase($"{database.ConnectionString};Search Path={(stored.IsQualified ? "public" : "odd")}");
        var source = new SqlSource("source", tables, stored.Mapping);
        await source.PrepareAsync(stored.Schedule, CancellationToken.None);
        (await source.ChangeFactsAsync(hasFacts ? stored.FactChanges : [], 7, CancellationToken.None)).ShouldBeEmpty();
        return (source, tables);
    }

    private static async Task ShouldAgreeAsync(SourceDatabase database, StoredCase stored, int seed)
    {
        var (source, tables) = await FillAsync(database, stored);
        foreach (var now in stored.Instants)
        {
            var evaluator = stored.Schedule.At(now);
            var expected = stored.Records.ToDictionary(record => record.Key, record => string.Join(' ', stored.Decide(evaluator, record).Select(decision => decision.Fate)));

            (await FatesAsync(tables, stored, evaluator)).ShouldBe(expected, ignoreOrder: true);
            var survey = await source.SurveyAsync(evaluator, stored.DataSet.Path, 0, CancellationToken.None);
            survey.Lines.GroupBy(line => line.Fate).ToDictionary(lines => lines.Key, lines => lines.Sum(line => line.Records))
                .ShouldBe(stored.Records.GroupBy(record => stored.Decide(evaluator, record).Min(decision => decision.Fate)).ToDictionary(records => records.Key, records => (long)records.Count()), ignoreOrder: true);
        }
    }

    // Facts that end purposes, and unknown ones, have every record read: half of the cases have none.
    private static async Task ShouldFindUnsettledAsync(SourceDatabase database, StoredCase stored, int seed)
    {
        var (source, _) = await FillAsync(database, stored, hasFacts: seed % 2 == 0);
        foreach (var now in stored.Instants)
        {
            var evaluator = stored.Schedule.At(now);
            var all = await source.SurveyAsync(evaluator, stored.DataSet.Path, 100, CancellationToken.None);
            var found = await source.SurveyUnsettledAsync(evaluator, stored.DataSet.Path, 100, CancellationToken.None);
            Said(found).ShouldBe(Said(all.Unsettled()));
            found.Records.ShouldBe(found.Lines.Sum(line => line.Records));
        }

        static IEnumerable<string> Said(DataSetSurvey survey) => survey.Lines.Select(line =>
            $"{line.Fate} {line.Rule} {line.Reason} {line.Records} {line.Due} {string.Join(',', line.Missing)}: {string.Join(' ', line.Examples.Select(one => one.NativeKey).Order(StringComparer.Ordinal))}");
    }

    private static async Task ShouldSweepAsync(SourceDatabase database, StoredCase stored, int seed)
    {
        var (source, _) = await FillAsync(database, stored);
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

        var survey = await source.SurveyAsync(evaluator, stored.DataSet.Path, 0, CancellationToken.None);
        var batches = await source.SweepAsync(evaluator, stored.DataSet.Path, limit: 1 + (seed % 7));

        var names = groups.SelectMany(group => group.Fields).Select(field => $"coalesce(\"{field}; drop\", '')");
        (await database.RowsAsync($"SELECT no || ': ' || {string.Join(" || ', ' || ", names)} FROM odd.\"the \"\"records\"\"\" ORDER BY no")).ShouldBe(expected);
        batches.Sum(batch => batch.Rows.Count).ShouldBe((int)survey.Lines.Sum(line => line.Due));
        batches.SelectMany(batch => batch.NativeKeys).ShouldBeUnique();
        var read = new List<string>();
        await foreach (var batch in source.ReadEvidenceAsync("plan", 0, CancellationToken.None))
        {
            read.Add($"{batch.Number} {batch.Root}");
        }

        read.ShouldBe(batches.Select(batch => $"{batch.Number} {batch.Root}"));
    }

    private static async Task<Dictionary<string, string>> FatesAsync(PostgreSqlDatabase tables, StoredCase stored, RetentionEvaluator evaluator)
    {
        await using var connection = await tables.OpenAsync(CancellationToken.None);
        var mapped = await new LiveMapping("source", tables, stored.Mapping, baseline: null).FindAsync(connection, stored.Schedule, stored.DataSet.Path, CancellationToken.None);
        var values = new SqlValues(tables.Dialect);
        var facts = stored.FactChanges.Count > 0;
        var text = new DueQuery(tables.Dialect, mapped, evaluator, new FactsBeside(facts, facts)).Text(values, null, ordered: true);
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
}
