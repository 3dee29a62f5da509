using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Sqlite.Tests.Sources;

public sealed class SweepTests
{
    private const string Table = "CREATE TABLE customers (id INTEGER PRIMARY KEY, subject TEXT, name TEXT, contract_ended TEXT)";

    [Fact]
    public async Task What_is_due_goes_and_what_is_kept_stays()
    {
        using var database = new Database(Table,
            "INSERT INTO customers VALUES (1, 's1', 'A', '2026-03-14'), (2, 's2', 'B', '2026-03-15'), (3, 's3', 'C', NULL), (4, 's4', 'D', 'last spring'), (5, 's5', 'E', '2020-01-01T10:00:00Z')");
        var source = database.Source(map => map.DataSet(Shop.Customers));
        var evaluator = Shop.Evaluator();
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);

        var survey = await source.SurveyAsync(evaluator, Shop.Customers, 3, CancellationToken.None);
        survey.Records.ShouldBe(5);
        survey.Lines.Select(line => $"{line.Fate} {line.Rule} {line.Records} {line.Due} {string.Join(',', line.Missing)} {string.Join(',', line.Examples.Select(e => e.NativeKey))}")
            .ShouldBe(["Keep service 2 0  2,3", "Erase service 2 2  1,5", "Undetermined service 1 0 contract-ended 4"]);

        var batches = await source.SweepAsync(evaluator, Shop.Customers, limit: 1);

        batches.SelectMany(batch => batch.NativeKeys).ShouldBe(["1", "5"]);
        database.Rows("SELECT id FROM customers ORDER BY id").ShouldBe(["2", "3", "4"]);
        database.Rows("SELECT plan, batch, seq, data_set, action, fields, rule, reason, length(record) FROM gdpr_evidence ORDER BY batch, seq")
            .ShouldBe(["plan|1|0|crm.customers|1|[]|service|all-ended|32", "plan|2|0|crm.customers|1|[]|service|all-ended|32"]);
        var read = new List<BatchEvidence>();
        await foreach (var batch in source.ReadEvidenceAsync("plan", 0, CancellationToken.None))
        {
            read.Add(batch);
        }

        read.Select(batch => batch.Root).ShouldBe(batches.Select(batch => batch.Root));
    }
}
