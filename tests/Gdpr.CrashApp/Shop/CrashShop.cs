using Gdpr.Files.Keys;
using Gdpr.Policies;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Values;
using Microsoft.Data.Sqlite;
using NodaTime;

namespace Gdpr.CrashApp.Shop;

/// <summary>A small shop: of each data set some records are due whole, some in part, some not.</summary>
/// <remarks>What must not remain anywhere once it is disposed of carries the word <see cref="Marker"/>.</remarks>
internal static class CrashShop
{
    public const string Marker = "Marker-of-what-is-due";
    public const string Customers = "crm.customers";
    public const string Orders = "crm.orders";
    public const string Visits = "web.visits";

    /// <summary>The customer whose records may be under a hold: they do not carry the marker.</summary>
    public const int HeldCustomer = 3;

    /// <summary>The order that may be under a hold, likewise.</summary>
    public const int HeldOrder = 5;

    public static readonly Instant Now = Instant.FromUtc(2026, 11, 22, 12, 0);

    /// <summary>Customers go three months after their contract, their names a year later for the books; orders go after a month, with their lines; of visits
    /// only the network remains.</summary>
    public static GdprPolicy Policy { get; } = PolicyReader.Read("""
        { "policy": "shop", "version": "1", "effective": "2020-01-01",
          "controllers": { "shop": { "name": "Shop AB", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@shop.example" } },
          "systems": {
            "crm": { "dataSets": {
              "customers": { "subject": "customer", "triggers": { "ended": { "whenNull": "unknown" } }, "fields": { "name": "identity.name", "email": "contact.email" } },
              "orders": { "subject": "customer", "triggers": { "sent": { "whenNull": "unknown" } }, "fields": { "address": "contact.postal-address" } } } },
            "web": { "dataSets": {
              "visits": { "subject": "customer", "triggers": { "at": { "whenNull": "unknown" } },
                "fields": { "page": "free-text",
                  "ip": { "category": "online.ip-address", "disposal": { "action": "anonymise", "strategy": "ip-prefix" } },
                  "customer": { "category": "identity.customer-number", "disposal": { "action": "anonymise", "strategy": "sever" } } } } } } },
          "activities": {
            "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers"], "retention": { "keep": "P3M", "after": "ended" } },
            "books": { "purpose": "bookkeeping", "basis": { "legalObligation": { "law": "SFS 1999:1078 7:2" } }, "data": ["crm.customers.name"],
                       "retention": { "keep": "P1Y", "after": "ended" } },
            "delivery": { "purpose": "delivery", "basis": { "contract": {} }, "data": ["crm.orders"], "retention": { "keep": "P1M", "after": "sent" } },
            "statistics": { "purpose": "statistics", "basis": { "contract": {} }, "data": ["web.visits"], "retention": { "keep": "P1M", "after": "at" } } } }
        """).Policy!;

    public static SqlMapping MappingOf(string source) => source == "crm"
        ? SqlMapping.Build(map => map
            .DataSet(Customers, set => set.Subject("id").Child("addresses", "customer", "id").Child("referrals", "referrer", "id", ChildAction.Sever))
            .DataSet(Orders, set => set
                .Subject("customer")
                .Field("address", new FieldMapping { Columns = ["street", "city"], Erased = "" })
                .Child("lines", "purchase", "id", ChildAction.Delete, new ChildMapping { Table = "notes", On = new Dictionary<string, string> { ["line"] = "id" } })))
        : SqlMapping.Build(map => map.DataSet(Visits, set => set.Subject("customer").Trigger("at", "at", StorageForm.UnixSeconds)));

    /// <summary>Makes databases and keys in a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="each">How many records there are of each kind.</param>
    /// <param name="overwrites">Whether the host itself writes with <c>secure_delete</c>: without it SQLite leaves copies of rows behind where it moves them
    /// from page to page.</param>
    public static void Create(string folder, int each, bool overwrites)
    {
        FileKeyRing.Create(Path.Combine(folder, "keys.json"));
        Run(folder, "crm", overwrites, [
            "CREATE TABLE customers (id TEXT PRIMARY KEY, name TEXT, email TEXT, ended TEXT)",
            "CREATE TABLE addresses (id INTEGER PRIMARY KEY, customer TEXT NOT NULL REFERENCES customers (id), street TEXT NOT NULL)",
            "CREATE INDEX addresses_customer ON addresses (customer)",
            "CREATE TABLE referrals (id INTEGER PRIMARY KEY, referrer TEXT REFERENCES customers (id), month TEXT)",
            "CREATE INDEX referrals_referrer ON referrals (referrer)",
            "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer TEXT NOT NULL, street TEXT NOT NULL, city TEXT NOT NULL, sent TEXT)",
            "CREATE TABLE lines (id INTEGER PRIMARY KEY, purchase INTEGER NOT NULL REFERENCES orders (id), item TEXT)",
            "CREATE INDEX lines_purchase ON lines (purchase)",
            "CREATE TABLE notes (id INTEGER PRIMARY KEY, line INTEGER NOT NULL REFERENCES lines (id), text TEXT)",
            "CREATE INDEX notes_line ON notes (line)",
            .. Enumerable.Range(1, each).SelectMany(CustomersAndOrders),
        ]);
        Run(folder, "web", overwrites, [
            "CREATE TABLE visits (site TEXT NOT NULL, number INTEGER NOT NULL, customer TEXT, page TEXT, ip TEXT, at INTEGER, PRIMARY KEY (site, number)) WITHOUT ROWID",
            .. Enumerable.Range(1, each).SelectMany(VisitsOf),
        ]);
    }

    private static IEnumerable<string> CustomersAndOrders(int i)
    {
        var mark = MarkOf(i);
        return
        [
            $"INSERT INTO customers VALUES ('gone-{i}', '{mark}', '{mark}@gone.example', '2020-01-31'), ('half-{i}', 'Kept for the books {i}', '{mark}@half.example', '2026-03-31')",
            $"INSERT INTO customers VALUES ('kept-{i}', 'Kept {i}', 'kept-{i}@kept.example', '2026-11-01'), ('odd-{i}', 'Undetermined {i}', 'odd-{i}@odd.example', 'last spring')",
            $"INSERT INTO addresses (customer, street) VALUES ('gone-{i}', '{mark} street'), ('kept-{i}', 'Kept street {i}')",
            $"INSERT INTO referrals (referrer, month) VALUES ('gone-{i}', '2020-01'), ('kept-{i}', '2026-11')",
            $"INSERT INTO orders VALUES ({i}, 'gone-{i}', '{mark} street', '{mark}', '2026-01-31T10:00:00Z'), ({10_000 + i}, 'kept-{i}', 'Kept street {i}', 'Lund', NULL)",
            $"INSERT INTO lines VALUES ({i}, {i}, '{mark}'), ({10_000 + i}, {10_000 + i}, 'kept')",
            $"INSERT INTO notes (line, text) VALUES ({i}, '{mark} note'), ({10_000 + i}, 'kept {i}')",
        ];
    }

    private static IEnumerable<string> VisitsOf(int i) =>
    [
        $"INSERT INTO visits VALUES ('se', {i}, 'gone-{i}', '{MarkOf(i)}/page', '198.51.100.{i % 256}', {1_767_225_600 + i})",
        $"INSERT INTO visits VALUES ('no', {i}, 'kept-{i}', '/kept/{i}', '203.0.113.{i % 256}', {1_795_000_000 + i})",
    ];

    private static string MarkOf(int i) => i is HeldCustomer or HeldOrder ? $"Held-{i}" : $"{Marker}-{i}";

    private static void Run(string folder, string database, bool overwrites, IEnumerable<string> statements)
    {
        using var connection = new SqliteConnection($"Data Source={CrashHost.DatabaseOf(database, folder)};Pooling=False");
        connection.Open();
        if (overwrites)
        {
            using var pragma = connection.CreateCommand();
            pragma.CommandText = "PRAGMA secure_delete = ON";
            pragma.ExecuteNonQuery();
        }

        using var transaction = connection.BeginTransaction();
        foreach (var statement in statements)
        {
            using var command = connection.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = statement;
            command.ExecuteNonQuery();
        }

        transaction.Commit();
    }
}
