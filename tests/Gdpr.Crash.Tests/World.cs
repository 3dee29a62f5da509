using Gdpr.CrashApp.Shop;
using Gdpr.Disposal;
using Gdpr.Retention;
using Microsoft.Data.Sqlite;
using NodaTime;

namespace Gdpr.Crash.Tests;

/// <summary>What outlives a process: a folder with databases, stores, witness and keys, gone with the test.</summary>
internal sealed class World : IDisposable
{
    private World(bool hasModel) => (Folder, HasModel) = (Directory.CreateTempSubdirectory("gdpr-crash-").FullName, hasModel);

    public string Folder { get; }

    /// <summary>Whether customers and orders are reached through the model of an application.</summary>
    public bool HasModel { get; }

    /// <summary>A shop whose rules are approved, with two holds placed.</summary>
    /// <param name="each">How many records there are of each kind.</param>
    /// <param name="overwrites">Whether the host itself writes with <c>secure_delete</c>.</param>
    /// <param name="hasModel">Whether customers and orders are reached through the model of an application.</param>
    public static async Task<World> CreateAsync(int each, bool overwrites = true, bool hasModel = false)
    {
        var world = new World(hasModel);
        CrashShop.Create(world.Folder, each, overwrites);
        await using (var host = world.Open(CrashShop.Now))
        {
            await BeginAsync(host);
        }

        world.Close();
        return world;
    }

    /// <summary>Approves the rules and places two holds.</summary>
    public static async Task BeginAsync(CrashHost host)
    {
        var sweep = host.Get<Sweep>();
        await sweep.ApproveAsync(await sweep.PreviewAsync(), "data-protection-officer");
        foreach (var terms in new[] { HeldSubject($"gone-{CrashShop.HeldCustomer}"), HeldRecord(CrashShop.Orders, $"{CrashShop.HeldOrder}") })
        {
            (await host.Get<LegalHolds>().PlaceAsync(terms)).Phase.ShouldBe(Gdpr.Subjects.HoldPhase.Placed);
        }
    }

    /// <summary>The same again, in a folder of its own.</summary>
    public World Copy()
    {
        var copy = new World(HasModel);
        foreach (var file in Directory.GetFiles(Folder))
        {
            File.Copy(file, Path.Combine(copy.Folder, Path.GetFileName(file)));
        }

        return copy;
    }

    public CrashHost Open(TimeProvider time, int batchSize = 3) => CrashHost.Open(Folder, time, batchSize, hasModel: HasModel);

    public CrashHost Open(Instant now, int batchSize = 3) => Open(new ShiftedTime(now), batchSize);

    /// <summary>Closes the connections that are kept open for the next use, so that the files stand as they are.</summary>
    public void Close() => SqliteConnection.ClearAllPools();

    /// <summary>Everything in the tables of the host, and nothing of the library's.</summary>
    public string Dump() => string.Join('\n', from database in new[] { "crm", "web" }
                                              from table in Rows(database, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'gdpr%' ORDER BY name")
                                              from row in Rows(database, $"SELECT '{table}', * FROM {table} ORDER BY 1, 2, 3")
                                              select row);

    /// <summary>Every disposal that there is evidence of, whichever plan it was done under.</summary>
    public IReadOnlyList<string> Evidence() =>
        [.. new[] { "crm", "web" }.SelectMany(database => Rows(database, "SELECT data_set, hex(record), action, fields, rule, reason FROM gdpr_evidence_record WHERE batch > 0")).Order(StringComparer.Ordinal)];

    /// <summary>The files in which something stands that was disposed of.</summary>
    public IReadOnlyList<string> FilesWith(string marker)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(marker);
        return [.. Directory.GetFiles(Folder).Where(file => Read(file).AsSpan().IndexOf(bytes) >= 0).Select(file => Path.GetFileName(file)!)];

        static byte[] Read(string file)
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            return content;
        }
    }

    public IReadOnlyList<string> Rows(string database, string query)
    {
        using var connection = new SqliteConnection($"Data Source={CrashHost.DatabaseOf(database, Folder)};Pooling=False;Mode=ReadOnly");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = query;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "NULL" : Convert.ToString(reader.GetValue(i), null))));
        }

        return rows;
    }

    public static HoldTerms HeldSubject(string subject) => Terms(new HoldScope { Subjects = new HashSet<string> { subject } });

    public static HoldTerms HeldRecord(string dataSet, string key) =>
        Terms(new HoldScope { DataSets = new HashSet<string> { dataSet }, Records = new HashSet<string> { key } });

    public void Dispose()
    {
        Close();
        Directory.Delete(Folder, recursive: true);
    }

    private static HoldTerms Terms(HoldScope scope) => new("A matter", "A reason", "legal-counsel", new LocalDate(2026, 11, 1), new LocalDate(2027, 2, 1), scope);
}
