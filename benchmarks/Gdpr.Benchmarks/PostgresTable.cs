using System.Globalization;
using Gdpr.PostgreSql.Sources;
using Gdpr.PostgresServer;
using Npgsql;

namespace Gdpr.Benchmarks;

/// <summary>Customers in a PostgreSQL database of their own: what a sweep and what one writes by hand work on, each on one of its own. One record in a thousand is held.</summary>
internal sealed class PostgresTable : IAsyncDisposable
{
    private readonly PostgresDatabase _database;

    private PostgresTable(PostgresDatabase database, long rows, long due)
    {
        _database = database;
        Rows = rows;
        Due = due;
    }

    public long Rows { get; }

    /// <summary>How many records are due and not held.</summary>
    public long Due { get; }

    public string ConnectionString => _database.ConnectionString;

    /// <summary>Fills a table.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="due">How many in a hundred are due, in no order.</param>
    public static async Task<PostgresTable> CreateAsync(long rows, int due)
    {
        var database = await PostgresDatabase.CreateAsync();
        await database.ExecuteAsync(PostgreSqlSourceSchema.Script());
        await database.ExecuteAsync(string.Create(CultureInfo.InvariantCulture, $"""
            CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL, email text NOT NULL, contract_ended date);
            INSERT INTO customers SELECT i, 'Customer number ' || i, 'customer-' || i || '@person.example',
                DATE '2026-03-15' + CASE WHEN CAST(i AS bigint) * 7919 % 100 < {due} THEN -1 - CAST(CAST(i AS bigint) * 104729 % 2000 AS integer) ELSE CAST(CAST(i AS bigint) * 104729 % 60 AS integer) END
                FROM generate_series(1, {rows}) i;
            CREATE INDEX customers_contract_ended ON customers (contract_ended);
            INSERT INTO gdpr.gdpr_block SELECT 'crm.customers', 'record', CAST(i AS text), 'hold ' || i, 'hold', '', 0 FROM generate_series(1000, {rows}, 1000) i;
            INSERT INTO gdpr.gdpr_position VALUES ('crm', 0, repeat('0', 64));
            CREATE TABLE evidence_batch (plan text, batch integer, records bigint, at text, PRIMARY KEY (plan, batch));
            CREATE TABLE evidence_record (plan text, batch integer, seq bigint, record bytea, at text, PRIMARY KEY (plan, batch, seq));
            """));
        await database.ExecuteAsync("VACUUM ANALYZE");
        var left = await database.ReadAsync(
            "SELECT count(*) FROM customers c WHERE contract_ended < '2026-03-15' AND NOT EXISTS (SELECT 1 FROM gdpr.gdpr_block b WHERE b.key = CAST(c.id AS text))");
        return new PostgresTable(database, rows, (long)left!);
    }

    public async Task<long> CountAsync() => (long)(await _database.ReadAsync("SELECT count(*) FROM customers"))!;

    public async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();
}
