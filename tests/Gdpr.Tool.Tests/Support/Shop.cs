using System.Globalization;
using Gdpr.Tool.Terminals;
using Microsoft.Data.Sqlite;

namespace Gdpr.Tool.Tests.Support;

/// <summary>A policy, a database that it is about, and the command run on them.</summary>
internal sealed class Shop : IDisposable
{
    public const string Rules = """{ "keep": "P3M", "after": "account-closed", "fallback": { "keep": "P24M", "after": "last-login" } }""";

    private readonly TemporaryFiles _files = new();

    /// <param name="table">The table of customers; another to try mappings.</param>
    public Shop(string table = "CREATE TABLE customers (id INTEGER PRIMARY KEY, subject TEXT, name TEXT, email TEXT, account_closed TEXT, last_login TEXT)")
    {
        WritePolicy("1", Rules);
        Execute(table);
    }

    /// <summary>The policy's file.</summary>
    public string Policy => _files.PathOf("policy.json");

    /// <summary>The database's file.</summary>
    public string Database => _files.PathOf("shop.db");

    /// <summary>The path of a file beside them.</summary>
    public string PathOf(string name) => _files.PathOf(name);

    /// <summary>Writes a version of the policy.</summary>
    public void WritePolicy(string version, string rules) => _files.Write("policy.json", $$"""
        { "policy": "shop", "version": "{{version}}", "effective": "2026-01-01",
          "controllers": { "shop": { "name": "Shop AB", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@shop.example" } },
          "systems": { "shop": { "dataSets": {
            "customers": { "subject": "customer", "triggers": { "account-closed": { "whenNull": "notHappened" }, "last-login": { "whenNull": "unknown" } },
              "fields": { "name": "identity.name", "email": "contact.email" } },
            "letters": { "subject": "customer", "triggers": { "sent": { "whenNull": "unknown" } }, "fields": { "name": "identity.name" } } } } },
          "activities": {
            "shopping": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["shop.customers"], "retention": {{rules}} },
            "writing": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["shop.letters"], "retention": { "keep": "P1Y", "after": "sent" } } } }
        """);

    /// <summary>Writes a version with a longer period.</summary>
    public void WriteNewVersion() => WritePolicy("2", Rules.Replace("P3M", "P4M", StringComparison.Ordinal));

    /// <summary>Four customers: one active, one long gone, one of whom nobody knows, one gone for years.</summary>
    public Shop WithCustomers()
    {
        Execute("""
            INSERT INTO customers VALUES (1, 'a', 'A', 'a@shop.example', NULL, strftime('%Y-%m-%d', 'now')), (2, 'b', 'B', 'b@shop.example', '2025-01-31', '2025-01-15'),
              (3, 'c', 'C', 'c@shop.example', NULL, NULL), (4, 'd', 'D', 'd@shop.example', '2024-01-31', '2024-01-15')
            """);
        return this;
    }

    /// <summary>The ids of the customers that are there.</summary>
    public string Customers => Text(Database, "SELECT group_concat(id, ',') FROM (SELECT id FROM customers ORDER BY id)");

    /// <summary>Runs a command about policy and database.</summary>
    public Task<ToolRun> RunAsync(string command, params string[] args) => ToolRun.OfAsync([.. command.Split(' '), Policy, "--database", Database, .. args]);

    /// <summary>Runs a command about the journal.</summary>
    public Task<ToolRun> JournalAsync(string command, params string[] args) => ToolRun.OfAsync(["journal", command, "--database", Database, .. args]);

    /// <summary>Runs a command about policy and database on a terminal.</summary>
    public Task<ToolRun> OnTerminalAsync(string command, params string[] args) =>
        ToolRun.OfAsync(new TerminalTraits(true, true, true, 120, true), "", [command, Policy, "--database", Database, .. args]);

    /// <summary>Changes the database.</summary>
    public void Execute(string sql) => Execute(Database, sql);

    /// <summary>Changes a database behind the library's back.</summary>
    public static void Execute(string database, string sql) => Ask(database, sql, command => command.ExecuteNonQuery());

    /// <summary>One value of a database.</summary>
    public static string Text(string database, string sql) => Ask(database, sql, command => Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture) ?? "");

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _files.Dispose();
    }

    private static T Ask<T>(string database, string sql, Func<SqliteCommand, T> ask)
    {
        using var connection = new SqliteConnection($"Data Source={database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return ask(command);
    }
}
