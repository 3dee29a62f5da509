using Gdpr.PostgresServer;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Values;
using Gdpr.Testing;
using NodaTime.Text;

namespace Gdpr.PostgreSql.Tests.Sources;

/// <summary>Tables in PostgreSQL pass the suite that every source passes, whatever kind of key they have and however they are laid out. Each handle has connections of
/// its own.</summary>
public sealed class SourceContractTests
{
    private static readonly DisposalSourceContract Numbered = new(() => NewHost(
        "CREATE TABLE records (id bigint PRIMARY KEY, person text, content text, ended date)", "CAST(id AS text)",
        record => $"{record.Number}", record => $"{record.Number}", record => record is null ? "'infinity'" : $"'{record}'",
        records => records.Table("records")));

    private static readonly DisposalSourceContract Indexed = new(() => NewHost(
        "CREATE TABLE records (id uuid PRIMARY KEY, person text, content text, ended date); CREATE INDEX ON records (ended)", "CAST(id AS text)",
        record => $"'{Uuid(record)}'", Uuid, record => record is null ? "'infinity'" : $"'{record}'",
        records => records.Table("records")));

    private static readonly DisposalSourceContract Composite = new(() => NewHost(
        "CREATE TABLE records (country text, no integer, person text, content text, ended text, PRIMARY KEY (country, no)) PARTITION BY HASH (no); "
        + "CREATE TABLE r0 PARTITION OF records FOR VALUES WITH (MODULUS 2, REMAINDER 0); CREATE TABLE r1 PARTITION OF records FOR VALUES WITH (MODULUS 2, REMAINDER 1)",
        "'[\"' || country || '\",' || no || ']'",
        record => $"'é', {record.Number}", record => $"[\"é\",{record.Number}]", record => $"'{record}'",
        records => records.Table("records").TriggerExpression("ended", "coalesce(nullif(ended, ''), 'unknown')", StorageForm.Iso)));

    private static readonly DisposalSourceContract Ranged = new(() => NewHost(
        "CREATE TABLE records (id bigint, person text, content text, ended timestamptz, PRIMARY KEY (id, ended)) PARTITION BY RANGE (ended); "
        + "CREATE TABLE old PARTITION OF records FOR VALUES FROM ('1900-01-01 00:00+00') TO ('2001-01-01 00:00+00'); CREATE TABLE rest PARTITION OF records DEFAULT",
        "'[' || id || ',' || to_json(to_jsonb(ended AT TIME ZONE 'UTC') #>> '{}') || ']'",
        record => $"{record.Number}", record => $"[{record.Number},\"{(record.Ended is { } ended ? $"{LocalDatePattern.Iso.Format(ended)}T12:00:00" : "infinity")}\"]",
        record => record is null ? "'infinity'" : $"'{record} 12:00+00'", records => records.Table("records")));

    public static TheoryData<string> Cases => [.. Numbered.Cases.Select(one => one.Name)];

    [PostgresTheory, MemberData(nameof(Cases))]
    public Task A_table_with_a_number_as_its_key_keeps_the_contract(string name) => Numbered.RunAsync(name, CancellationToken.None);

    [PostgresTheory, MemberData(nameof(Cases))]
    public Task A_table_with_an_index_on_its_date_keeps_the_contract(string name) => Indexed.RunAsync(name, CancellationToken.None);

    [PostgresTheory, MemberData(nameof(Cases))]
    public Task A_table_in_partitions_with_a_key_of_several_columns_and_an_expression_keeps_the_contract(string name) => Composite.RunAsync(name, CancellationToken.None);

    [PostgresTheory, MemberData(nameof(Cases))]
    public Task A_table_in_ranges_of_the_time_that_is_part_of_its_key_keeps_the_contract(string name) => Ranged.RunAsync(name, CancellationToken.None);

    private static string Uuid(DisposalSourceRecord record) => $"00000000-0000-0000-0000-{record.Number:D12}";

    private static ContractHost<DisposalSourceHandle> NewHost(
        string table, string keyText, Func<DisposalSourceRecord, string> values, Func<DisposalSourceRecord, string> nativeKey, Func<string?, string> written,
        Action<DataSetMappingBuilder> map)
    {
        var creating = new Lazy<Task<SourceDatabase>>(() => SourceDatabase.CreateAsync(table));
        return new ContractHost<DisposalSourceHandle>(
            async _ =>
            {
                var database = await creating.Value;
                return new DisposalSourceHandle(
                    database.Source(mapping => mapping.DataSet(DisposalSourceContract.DataSet, records => map(records.Subject("person")))),
                    async (added, _) =>
                    {
                        await database.RunAsync(added.Select(record =>
                            $"INSERT INTO records VALUES ({values(record)}, '{record.Person}', 'content', {written(record.Ended is { } ended ? LocalDatePattern.Iso.Format(ended) : null)})"));
                        return [.. added.Select(nativeKey)];
                    },
                    async _ => await database.RowsAsync($"SELECT {keyText} FROM records"));
            },
            async () =>
            {
                if (creating.IsValueCreated)
                {
                    await (await creating.Value).DisposeAsync();
                }
            });
    }
}
