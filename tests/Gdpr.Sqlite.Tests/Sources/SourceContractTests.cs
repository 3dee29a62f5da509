using Gdpr.Relational.Mapping;
using Gdpr.Relational.Values;
using Gdpr.Testing;
using NodaTime.Text;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>Tables in SQLite pass the suite that every source passes, whatever kind of key they have. Each handle has connections of its own.</summary>
public sealed class SourceContractTests
{
    private static readonly DisposalSourceContract Numbered = new(() => NewHost(
        "id INTEGER PRIMARY KEY", record => $"{record.Number}", record => $"{record.Number}", records => records.Trigger("ended", "ended", StorageForm.Iso)));

    private static readonly DisposalSourceContract Composite = new(() => NewHost(
        "country TEXT, no INTEGER, PRIMARY KEY (country, no)", record => $"'é', {record.Number}", record => $"[\"é\",{record.Number}]",
        records => records.TriggerExpression("ended", "coalesce(nullif(ended, ''), 'unknown')", StorageForm.Iso)));

    private static readonly DisposalSourceContract OfNobodyKnown = new(() => NewHost(
        "id INTEGER PRIMARY KEY", record => $"{record.Number}", record => $"{record.Number}", records => records.Trigger("ended", "ended", StorageForm.Iso),
        knowsPeople: false));

    public static TheoryData<string> Cases => [.. Numbered.Cases.Select(one => one.Name)];

    [Theory, MemberData(nameof(Cases))]
    public Task A_table_with_a_number_as_its_key_keeps_the_contract(string name) => Numbered.RunAsync(name, CancellationToken.None);

    [Theory, MemberData(nameof(Cases))]
    public Task A_table_with_a_key_of_several_columns_and_an_expression_keeps_the_contract(string name) => Composite.RunAsync(name, CancellationToken.None);

    [Theory, MemberData(nameof(Cases))]
    public Task A_table_that_does_not_say_whose_a_row_is_keeps_the_contract(string name) => OfNobodyKnown.RunAsync(name, CancellationToken.None);

    private static ContractHost<DisposalSourceHandle> NewHost(
        string key, Func<DisposalSourceRecord, string> values, Func<DisposalSourceRecord, string> nativeKey, Action<DataSetMappingBuilder> map,
        bool knowsPeople = true)
    {
        var columns = key.Split(", PRIMARY");
        var database = new Database($"CREATE TABLE records ({columns[0]}, person TEXT, content TEXT, ended TEXT{(columns.Length > 1 ? ", PRIMARY" + columns[1] : "")})");
        var keyText = columns.Length > 1 ? "json_array(country, no)" : "id";
        return new ContractHost<DisposalSourceHandle>(
            _ => ValueTask.FromResult(new DisposalSourceHandle(
                database.Source(mapping => mapping.DataSet(DisposalSourceContract.DataSet, records => map(knowsPeople ? records.Subject("person") : records))),
                (added, _) =>
                {
                    database.Run(added.Select(record => $"INSERT INTO records VALUES ({values(record)}, '{record.Person}', 'content', '{Written(record)}')"));
                    return ValueTask.FromResult<IReadOnlyList<string>>([.. added.Select(nativeKey)]);
                },
                _ => ValueTask.FromResult<IReadOnlyCollection<string>>(database.Rows($"SELECT {keyText} FROM records")))
            {
                KnowsPeople = knowsPeople,
            }),
            () =>
            {
                database.Dispose();
                return ValueTask.CompletedTask;
            });

        static string Written(DisposalSourceRecord record) => record.Ended is { } ended ? LocalDatePattern.Iso.Format(ended) : "";
    }
}
