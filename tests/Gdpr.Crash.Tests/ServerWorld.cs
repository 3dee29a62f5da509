using Gdpr.CrashApp.Shop;
using Gdpr.PostgresServer;
using NodaTime;
using Npgsql;

namespace Gdpr.Crash.Tests;

/// <summary>What outlives a process where the shop and the stores are in a database of PostgreSQL; witness and keys are in a folder.</summary>
internal sealed class ServerWorld : IAsyncDisposable
{
    private static readonly string[] Tables = ["customers", "addresses", "referrals", "orders", "lines", "notes", "visits"];

    private readonly PostgresDatabase _database;

    private ServerWorld(PostgresDatabase database, string folder, bool hasModel) => (_database, Folder, HasModel) = (database, folder, hasModel);

    public string Folder { get; }

    /// <summary>Whether customers and orders are reached through the model of an application.</summary>
    public bool HasModel { get; }

    /// <summary>The connection string.</summary>
    public string Server => _database.ConnectionString;

    /// <summary>A shop whose rules are approved, with two holds placed.</summary>
    /// <param name="each">How many records there are of each kind.</param>
    /// <param name="keys">The file of the keys, under which its records are named; copied.</param>
    /// <param name="hasModel">Whether customers and orders are reached through the model of an application.</param>
    public static async Task<ServerWorld> CreateAsync(int each, string keys, bool hasModel)
    {
        var world = new ServerWorld(await PostgresDatabase.CreateAsync(), Directory.CreateTempSubdirectory("gdpr-crash-").FullName, hasModel);
        File.Copy(keys, Path.Combine(world.Folder, "keys.json"));
        await world._database.ExecuteAsync(CrashShop.ScriptForPostgreSql(each));
        await using var host = world.Open(CrashShop.Now);
        await World.BeginAsync(host);
        return world;
    }

    public CrashHost Open(Instant now, int batchSize = 3) => CrashHost.Open(Folder, new ShiftedTime(now), batchSize, server: Server, hasModel: HasModel);

    /// <summary>Everything in the tables of the host.</summary>
    public async Task<string> DumpAsync()
    {
        var rows = new List<string>();
        foreach (var table in Tables)
        {
            rows.AddRange(await RowsAsync($"SELECT '{table}', * FROM {table} ORDER BY 1, 2, 3"));
        }

        return string.Join('\n', rows);
    }

    /// <summary>Every disposal that there is evidence of, whichever plan it was done under.</summary>
    public async Task<IReadOnlyList<string>> EvidenceAsync() =>
    [
        .. (await RowsAsync("SELECT data_set, upper(encode(record, 'hex')), action, fields, rule, reason FROM gdpr.gdpr_evidence_record WHERE batch > 0"))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>How many disposals there is evidence of by now.</summary>
    public async Task<long> CountEvidenceAsync() => (long)(await _database.ReadAsync("SELECT count(*) FROM gdpr.gdpr_evidence_record WHERE batch > 0"))!;

    /// <summary>The keys of the records that are there, as a source names them.</summary>
    public async Task<IReadOnlyList<(string DataSet, string Key)>> RecordsAsync() =>
    [
        .. (await RowsAsync("SELECT id FROM customers")).Select(key => (CrashShop.Customers, key)),
        .. (await RowsAsync("SELECT id FROM orders")).Select(key => (CrashShop.Orders, key)),
        .. (await RowsAsync("SELECT '[\"' || site || '\",' || number || ']' FROM visits")).Select(key => (CrashShop.Visits, key)),
    ];

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task<IReadOnlyList<string>> RowsAsync(string query)
    {
        await using var connection = new NpgsqlConnection(Server);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(query, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "NULL" : Convert.ToString(reader.GetValue(i), null))));
        }

        return rows;
    }
}
