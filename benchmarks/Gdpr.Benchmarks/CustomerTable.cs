using System.Globalization;
using Gdpr.Policies;
using Microsoft.Data.Sqlite;
using NodaTime;
using NodaTime.Text;

namespace Gdpr.Benchmarks;

/// <summary>A database of customers in a file of its own: what a sweep and what one writes by hand work on, each on one of its own.</summary>
internal sealed class CustomerTable : IDisposable
{
    public const string DataSet = "crm.customers";

    private const int Seed = 20_260_101;

    private readonly string _folder = Directory.CreateTempSubdirectory("gdpr-benchmark-").FullName;

    /// <summary>Fills a table.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="due">How many in a hundred are due, at random.</param>
    /// <param name="isIndexed">Whether there is an index on the date that decides.</param>
    public CustomerTable(int rows, int due, bool isIndexed)
    {
        Rows = rows;
        using var connection = Open();
        Run(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF");
        Run(connection, "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL, contract_ended TEXT)");
        using var transaction = connection.BeginTransaction();
        using var insert = connection.CreateCommand();
        insert.Transaction = transaction;
        insert.CommandText = "INSERT INTO customers VALUES ($id, $name, $email, $ended)";
        var values = new[] { "$id", "$name", "$email", "$ended" }.Select(name => insert.Parameters.Add(new SqliteParameter(name, ""))).ToArray();
        var random = new Random(Seed);
        for (var row = 1; row <= rows; row++)
        {
            var isDue = random.Next(100) < due;
            values[0].Value = row;
            values[1].Value = string.Create(CultureInfo.InvariantCulture, $"Customer number {row}");
            values[2].Value = string.Create(CultureInfo.InvariantCulture, $"customer-{row}@person.example");
            values[3].Value = LocalDatePattern.Iso.Format(isDue ? Cutoff.PlusDays(-1 - random.Next(2000)) : Cutoff.PlusDays(random.Next(60)));
            insert.ExecuteNonQuery();
            Due += isDue ? 1 : 0;
        }

        transaction.Commit();
        if (isIndexed)
        {
            Run(connection, "CREATE INDEX customers_ended ON customers (contract_ended)");
        }

        Run(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
    }

    /// <summary>The first date of which nothing is due.</summary>
    public static LocalDate Cutoff { get; } = new(2026, 3, 15);

    /// <summary>Customers are kept for three months after their contract.</summary>
    public static GdprPolicy Policy { get; } = PolicyReader.Read("""
        { "policy": "shop", "version": "1", "effective": "2020-01-01",
          "controllers": { "shop": { "name": "Shop AB", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@shop.example" } },
          "systems": { "crm": { "dataSets": { "customers": { "subject": "customer", "triggers": { "contract-ended": { "whenNull": "unknown" } },
            "fields": { "name": "identity.name", "email": "contact.email" } } } } },
          "activities": { "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers"],
            "retention": { "keep": "P3M", "after": "contract-ended" } } } }
        """).Policy!;

    public int Rows { get; }

    public int Due { get; }

    public string ConnectionString => $"Data Source={Path.Combine(_folder, "data.db")}";

    public string StoresConnectionString => $"Data Source={Path.Combine(_folder, "gdpr.db")}";

    public SqliteConnection Open()
    {
        var connection = new SqliteConnection(ConnectionString);
        connection.Open();
        return connection;
    }

    public (long Left, long Evident) Count()
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM customers";
        var left = (long)command.ExecuteScalar()!;
        command.CommandText = "SELECT sum(length(record)) / 32 FROM gdpr_evidence";
        return (left, (long)command.ExecuteScalar()!);
    }

    public static void Run(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }
}
