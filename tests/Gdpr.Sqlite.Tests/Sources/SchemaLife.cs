using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Relational;
using Gdpr.Relational.Coverage;
using Gdpr.Relational.Mapping;
using Gdpr.Retention;
using Gdpr.Schemas;
using Gdpr.Sources;
using Gdpr.Subjects;
using Gdpr.Testing;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>What becomes of the rows of a schema, from coverage to erasure, in the real container: a person's copy, a hold on one and an erasure for another,
/// a sweep today, a sweep in the year 2100, one when the hold is released and a restriction stands, and one when that is lifted.</summary>
/// <param name="Schema">The schema.</param>
/// <param name="Held">Who is held and then restricted, as the rows name people.</param>
/// <param name="Erased">Who gets a copy, and then erasure.</param>
/// <param name="DataSets">The data sets in which both are.</param>
/// <param name="Tables">The tables looked at, each with what tells its rows apart, as SQL.</param>
internal sealed record SchemaLife(string Schema, string Held, string Erased, string[] DataSets, (string Table, string Key)[] Tables)
{
    /// <summary>Which records are in the copy.</summary>
    public required string Copy { get; init; }

    /// <summary>A text of the person's that the copy has, and one of somebody else's that it must not have.</summary>
    public required (string Own, string Foreign) Texts { get; init; }

    /// <summary>What the copy withholds, because it is others'.</summary>
    public string Withheld { get; init; } = "";

    /// <summary>What is there after the first sweep, in the order of the tables.</summary>
    public required string[] Today { get; init; }

    /// <summary>What is there in 2100, while the hold stands, and likewise while the restriction does.</summary>
    public required string[] WhileHeld { get; init; }

    /// <summary>What is there when neither stands any more.</summary>
    public required string[] AtLast { get; init; }

    public static IReadOnlyList<SchemaLife> All { get; } =
    [
        new("music", "1", "2", ["music.customers", "music.invoices"],
            [("\"Customer\"", "\"CustomerId\""), ("\"Invoice\"", "\"InvoiceId\""), ("\"InvoiceLine\"", "\"InvoiceLineId\""), ("\"Employee\"", "\"EmployeeId\"")])
        {
            Copy = "music.customers 2, music.invoices 3",
            Texts = ("c2@mail.example", "c1@mail.example"),
            Today = ["1", "1 2 3", "1 2 3 4", "1 2"],
            WhileHeld = ["1", "1 2", "1 2 3", "2"],
            AtLast = ["", "", "", ""],
        },
        new("trade", "ALFA", "BETA", ["trade.customers", "trade.orders"],
            [
                ("customers", "customer_id"), ("customer_customer_demo", "customer_id"), ("orders", "order_id"), ("order_details", "order_id || '/' || product_id"),
                ("shipments", "shipment_id"), ("employees", "employee_id"), ("employee_territories", "employee_id"),
            ])
        {
            Copy = "trade.customers BETA, trade.orders 2",
            Texts = ("Contact B", "Contact A"),
            Today = ["ALFA", "ALFA", "1 2", "1/1 1/2 2/1", "1 2", "1 2", "1 2"],
            WhileHeld = ["ALFA", "ALFA", "1", "1/1 1/2", "1", "2", "2"],
            AtLast = ["", "", "", "", "", "", ""],
        },
        new("accounts", "u1", "u2", ["web.users"],
            [("\"AspNetUsers\"", "\"Id\""), ("\"AspNetUserClaims\"", "\"UserId\""), ("\"AspNetUserLogins\"", "\"UserId\""), ("\"AspNetUserRoles\"", "\"UserId\""),
                ("\"AspNetUserTokens\"", "\"UserId\""), ("\"AspNetRoles\"", "\"Id\"")])
        {
            Copy = "web.users u2",
            Texts = ("u2@mail.example", "u1@mail.example"),
            Today = ["u1", "u1", "u1", "u1", "u1", "r1"],
            WhileHeld = ["u1", "u1", "u1", "u1", "u1", "r1"],
            AtLast = ["", "", "", "", "", "r1"],
        },
        new("nasty", "1", "2", ["club.people", "club.orders", "club.messages"],
            [
                ("people", "id"), ("\"order\"", "\"group\""), ("messages", "id || ':' || coalesce(body, '-')"), ("profiles", "person_id"), ("notes", "id"),
                ("comments", "id"), ("subscriptions", "id"), ("relations", "a || '/' || b"), ("memberships", "tenant || '/' || person_id"), ("attendance", "id"), ("log_lines", "line"), ("departments", "id"),
            ])
        {
            Copy = "club.people 2, club.orders 2, club.messages 1, club.messages 2, club.messages 3, club.messages 4",
            Withheld = "1 club.messages.body other-person 1, 3 club.messages.body other-person 1",
            Texts = ("p2@mail.example", "p1@mail.example"),
            Today = ["1 2 3", "1 2", "1:hello 2:-", "1 2", "1 2 3", "1 2 3", "1 2 3", "1/2 2/3", "1/1 1/2 2/2", "1 2", "boot in in", "1"],
            WhileHeld = ["1 2", "1", "1:hello 2:-", "1 2", "1 2 3", "1 2 3", "1 2 3", "1/2", "1/1 1/2 2/2", "1 2", "boot in in", "1"],
            AtLast = ["", "", "", "", "3", "3", "3", "", "", "", "boot", "1"],
        },
    ];

    /// <summary>Lives it.</summary>
    /// <param name="database">The database, with the schema's tables and rows.</param>
    /// <param name="configure">Adds the database's stores, and the mapping as a source.</param>
    /// <param name="rows">The rows of a query.</param>
    public Task LiveAsync(SqlDatabase database, Action<GdprBuilder, SqlMapping> configure, Func<string, Task<IReadOnlyList<string>>> rows)
    {
        var mapping = SqlMapping.Parse(new DatabaseSchema(Schema).Mapping);
        return LiveAsync(
            gdpr => configure(gdpr, mapping),
            async host => (await SqlCoverage.CheckAsync(host.GetRequiredService<GdprPolicies>().Schedule, database, mapping)).ShouldBeEmpty(),
            _ => Task.CompletedTask,
            rows);
    }

    /// <summary>Lives it.</summary>
    /// <param name="configure">Adds the database's stores, and a source.</param>
    /// <param name="cover">Looks whether everything is covered.</param>
    /// <param name="meanwhile">Looks at the data while the person who is to be erased is restricted, before anything is past.</param>
    /// <param name="rows">The rows of a query.</param>
    public async Task LiveAsync(
        Action<GdprBuilder> configure, Func<IServiceProvider, Task> cover, Func<IServiceProvider, Task> meanwhile, Func<string, Task<IReadOnlyList<string>>> rows)
    {
        var (clock, keys) = (new SettableClock(Shop.Now), InMemoryKeyRing.WithRandomKey());
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(clock);
        services.AddGdpr(gdpr => configure(gdpr.UsePolicy(PolicyReader.Read(new DatabaseSchema(Schema).Policy).GetUsable())
            .UseKeyRing("keys", _ => keys).ConfigureSweep(sweep => sweep.RequireApproval = false)));
        await using var host = services.BuildServiceProvider(validateScopes: true);
        await host.GetRequiredService<GdprWork>().PrepareAsync();
        await cover(host);

        var copy = await CopyAsync(host);
        string.Join(", ", copy.Select(record => $"{record.DataSet} {record.NativeKey}")).ShouldBe(Copy);
        var texts = string.Join(' ', copy.SelectMany(record => record.Fields.Values).Select(value => value.GetRawText()));
        texts.ShouldContain(Texts.Own);
        texts.ShouldNotContain(Texts.Foreign);

        string.Join(", ", copy.SelectMany(record => record.Redactions.Select(withheld => $"{record.NativeKey} {withheld.Path} {withheld.Reason} {withheld.Count}")))
            .ShouldBe(Withheld);

        await FactAsync(host, "restriction", Erased, RecordFact.Of(RecordFlags.Restricted));
        await meanwhile(host);
        await FactAsync(host, "restriction", Erased, null);

        var hold = await HoldAsync(host);
        await FactAsync(host, "erasure", Erased, RecordFact.Of(RecordFlags.ErasureGranted));
        await SweepAsync(host);
        (await ThereAsync(rows)).ShouldBe(Today, "today");

        clock.Advance(Instant.FromUtc(2100, 1, 1, 12, 0) - Shop.Now);
        await SweepAsync(host);
        (await ThereAsync(rows)).ShouldBe(WhileHeld, "while the hold stands");

        // What is restricted for claims outlasts expiry (Art. 18(1)(c)).
        await FactAsync(host, "restriction", Held, RecordFact.Of(RecordFlags.RestrictedForClaims));
        await host.GetRequiredService<LegalHolds>().ReleaseAsync(hold, "legal");
        await SweepAsync(host);
        (await ThereAsync(rows)).ShouldBe(WhileHeld, "while the restriction stands");
        await FactAsync(host, "restriction", Held, null);
        await SweepAsync(host);
        (await ThereAsync(rows)).ShouldBe(AtLast, "when it is lifted");

        var verifier = new JournalVerifier(host.GetRequiredService<IJournalStore>(), keys, vault: host.GetRequiredService<ISubjectVault>());
        var report = await verifier.VerifyAsync(CancellationToken.None);
        report.Faults.ShouldBeEmpty();
        report.Entries.ShouldBeGreaterThan(0);
    }

    private static async Task SweepAsync(IServiceProvider host)
    {
        var result = await host.GetRequiredService<Sweep>().RunAsync();
        result.IsComplete.ShouldBeTrue(string.Join(' ', result.DataSets.Select(found => $"{found.DataSet} {found.Reason} {found.Detail}")));
    }

    private async Task<IReadOnlyList<ExportedRecord>> CopyAsync(IServiceProvider host)
    {
        var copy = new List<ExportedRecord>();
        foreach (var dataSet in DataSets)
        {
            var source = host.GetRequiredService<SourceInventory>().FindExporting(dataSet).ShouldNotBeNull();
            copy.AddRange(await source.ExportAsync(dataSet, [Erased], CancellationToken.None).ToListAsync());
        }

        return [.. copy.OrderBy(record => Array.IndexOf(DataSets, record.DataSet)).ThenBy(record => record.NativeKey, StringComparer.Ordinal)];
    }

    private async Task<string> HoldAsync(IServiceProvider host)
    {
        var scope = new HoldScope { DataSets = DataSets.ToHashSet(StringComparer.Ordinal), Subjects = new HashSet<string> { Held } };
        var hold = await host.GetRequiredService<LegalHolds>()
            .PlaceAsync(new HoldTerms("Matter", "Reason", "Approver", new LocalDate(2026, 6, 1), new LocalDate(2026, 9, 1), scope));
        hold.Phase.ShouldBe(HoldPhase.Placed);
        return hold.Id;
    }

    /// <summary>Puts a fact about a person beside the data, or takes it away.</summary>
    private async Task FactAsync(IServiceProvider host, string id, string person, RecordFact? fact)
    {
        var source = host.GetRequiredService<SourceInventory>().FindDisposing(DataSets[0]).ShouldNotBeNull();
        FactChange[] changes = [.. DataSets.Select(dataSet => new FactChange($"{id} {dataSet}", dataSet, new FactTarget.Subjects([person]), fact))];
        (await source.ChangeFactsAsync(changes, await source.ReadFactsPositionAsync(CancellationToken.None), CancellationToken.None)).ShouldBeEmpty();
    }

    private async Task<string[]> ThereAsync(Func<string, Task<IReadOnlyList<string>>> rows)
    {
        var there = new List<string>();
        foreach (var (table, key) in Tables)
        {
            there.Add(string.Join(' ', (await rows($"select {key} from {table}")).Order(StringComparer.Ordinal)));
        }

        return [.. there];
    }
}
