using Gdpr.EntityFrameworkCore.Tests.Guarded;
using Gdpr.Policies;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Values;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.EntityFrameworkCore.Tests.Hazards;

/// <summary>What the database would do of its own to records that a source of tables keeps, once a context deletes rows to which they refer, stops the start.</summary>
public sealed class CascadesAtStartTests
{
    private const string Mend = "let the reference in the database delete and change nothing (ON DELETE NO ACTION)";

    private const string Taken =
        "what is deleted there would take records with it, or their person, that nobody asked after; " + Mend + ", or let that source keep the records too.";

    private const string Firms = """CREATE TABLE "Firms" ("Id" INTEGER PRIMARY KEY); CREATE TABLE "Logins" ("Id" TEXT PRIMARY KEY);""";

    public static TheoryData<bool> Databases => [false, true];

    [Theory, MemberData(nameof(Databases))]
    public async Task A_cascade_from_a_contexts_table_to_records_of_a_source_of_tables_is_refused(bool isPostgres)
    {
        await using var host = await CreateAsync(isPostgres, """, firm_id INTEGER REFERENCES "Firms" ("Id") ON DELETE CASCADE""");
        var refused = await Should.ThrowAsync<SourceMappingException>(host.StartAsync);
        refused.Message.ShouldStartWith("The mapping of source 'hr' does not fit: ");
        refused.Problems.ShouldBe(
            [
                "crm.workers: the database deletes rows of 'workers' with what they refer to (workers(firm_id) -> Firms), and Staff of the source 'staff' has 'Firms': " + Taken,
            ]);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_cascade_over_a_table_that_nobody_has_is_refused(bool isPostgres)
    {
        await using var host = await CreateAsync(
            isPostgres,
            ", desk_id INTEGER REFERENCES desks (id) ON DELETE CASCADE",
            Firms + """CREATE TABLE desks (id INTEGER PRIMARY KEY, firm_id INTEGER REFERENCES "Firms" ("Id") ON DELETE CASCADE);""");
        (await Should.ThrowAsync<SourceMappingException>(host.StartAsync)).Problems.ShouldBe(
            [
                "crm.workers: the database deletes rows of 'desks' with what they refer to (desks(firm_id) -> Firms), and Staff of the source 'staff' has 'Firms': " + Taken,
            ]);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_reference_by_which_the_database_takes_the_person_from_such_records_is_refused(bool isPostgres)
    {
        await using var host = await CreateAsync(isPostgres, """, FOREIGN KEY (person) REFERENCES "Logins" ("Id") ON DELETE SET NULL""");
        (await Should.ThrowAsync<SourceMappingException>(host.StartAsync)).Problems.ShouldBe(
            [
                "crm.workers: the database empties what says whose rows of 'workers' are, or when they are due, with what they refer to (workers(person) -> Logins), and Staff of "
                    + "the source 'staff' has 'Logins': " + Taken,
            ]);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_reference_by_which_the_database_takes_nothing_that_decides_is_taken(bool isPostgres)
    {
        await using var host = await CreateAsync(
            isPostgres,
            """, firm_id INTEGER REFERENCES "Firms" ("Id") ON DELETE SET NULL, other_id INTEGER REFERENCES "Firms" ("Id")""");
        await host.StartAsync();
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Rows_that_go_with_a_record_anyway_and_records_that_one_source_keeps_with_what_they_refer_to_are_taken(bool isPostgres)
    {
        await using var host = await CreateAsync(
            isPostgres,
            ", team_id INTEGER REFERENCES teams (id) ON DELETE CASCADE",
            Firms + "CREATE TABLE teams (id INTEGER PRIMARY KEY, person TEXT, name TEXT, last_contact TEXT);",
            """
            CREATE TABLE badges (id INTEGER PRIMARY KEY, worker_id INTEGER REFERENCES workers (id) ON DELETE CASCADE, firm_id INTEGER REFERENCES "Firms" ("Id") ON DELETE CASCADE);
            """,
            hr => hr.DataSet("crm.teams", teams => Judged(teams, "teams").Child("workers", "team_id", "id", ChildAction.Sever)),
            workers => workers.Child("badges", "worker_id", "id"));
        await host.StartAsync();
    }

    [Fact]
    public async Task A_context_over_another_database_deletes_nothing_there()
    {
        await using var there = await ModuleHost.CreateAsync(GuardedPolicies.Of(), isPostgres: false, modules => modules.Context<Staff>("staff"));
        await there.CreateTablesAsync<Staff>();
        await using var apart = there.Open<Staff>();
        await using var host = await CreateAsync(
            isPostgres: false, """, firm_id INTEGER REFERENCES "Firms" ("Id") ON DELETE CASCADE""", elsewhere: apart.Database.GetConnectionString());
        await host.StartAsync();
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_reference_by_which_the_database_takes_the_person_from_a_contexts_records_and_of_which_its_model_does_not_say_so_is_refused(bool isPostgres)
    {
        await using var host = await ModuleHost.CreateAsync(
            GuardedPolicies.Of(), isPostgres, modules => modules.Context<Members>("members", source => source.StartUncovered("made by the test")));
        await host.ExecuteAsync(Firms + $"""
            CREATE TABLE "Members" ("Id" INTEGER PRIMARY KEY, "Person" TEXT REFERENCES "Logins" ("Id") ON DELETE SET NULL, "Name" TEXT, "FirmId" INTEGER REFERENCES "Firms" ("Id")
                ON DELETE SET NULL, "LastContact" {(isPostgres ? "date" : "TEXT")} NOT NULL);
            """);
        var refused = (await Should.ThrowAsync<SourceMappingException>(host.StartAsync)).Problems;
        refused.ShouldBe(
            [
                "crm.customers: the database empties what says whose rows of 'Members' are, or when they are due, with what they refer to (Members(Person) -> Logins), and the model "
                    + "does not say so: whoever deletes rows of 'Logins' would take that from records that nobody asked after; " + Mend
                    + ", or let the model have 'Logins' and say OnDelete(DeleteBehavior.SetNull).",
            ]);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Where_the_model_has_what_is_referred_to_it_may_say_so(bool isPostgres)
    {
        await using var host = await ModuleHost.CreateAsync(
            GuardedPolicies.Of(), isPostgres, modules => modules.Context<Silent>("members", source => source.StartUncovered("made by the test")));
        await host.ExecuteAsync(Firms + $"""
            CREATE TABLE "Members" ("Id" INTEGER PRIMARY KEY, "Person" TEXT REFERENCES "Logins" ("Id") ON DELETE SET NULL, "Name" TEXT, "FirmId" INTEGER,
                "LastContact" {(isPostgres ? "date" : "TEXT")} NOT NULL);
            """);
        (await Should.ThrowAsync<SourceMappingException>(host.StartAsync)).Problems.ShouldHaveSingleItem()
            .ShouldEndWith("; " + Mend + ", or let the model say OnDelete(DeleteBehavior.SetNull).");
    }

    [Fact]
    public async Task A_database_that_cannot_be_reached_keeps_no_other_from_being_looked_at()
    {
        await using var host = await ModuleHost.CreateAsync(GuardedPolicies.Of(others: ["workers", "staff"]), isPostgres: false, modules => modules
            .Context<Members>("members", source => source.StartUncovered("made by the test"), "Data Source=/nowhere/gdpr.db;Mode=ReadOnly")
            .Context<Staff>("staff", source => source.StartUncovered("made by the test"))
            .Tables("elsewhere", mapping => mapping.DataSet("crm.staff", data => Judged(data, "workers")), "Data Source=/nowhere/gdpr.db;Mode=ReadOnly")
            .Tables("hr", mapping => mapping.DataSet("crm.workers", data => Judged(data, "workers"))));
        await host.ExecuteAsync(
            Firms + """
            CREATE TABLE teams (id INTEGER PRIMARY KEY);
            CREATE TABLE workers (id INTEGER PRIMARY KEY, person TEXT, name TEXT, last_contact TEXT, firm_id INTEGER REFERENCES "Firms" ("Id") ON DELETE CASCADE);
            """);
        (await Should.ThrowAsync<SourceMappingException>(host.StartAsync)).Problems.ShouldHaveSingleItem().ShouldContain("workers(firm_id) -> Firms");
        await host.ExecuteAsync("DROP TABLE workers; CREATE TABLE workers (id INTEGER PRIMARY KEY, person TEXT, name TEXT, last_contact TEXT)");
        await host.StartAsync();
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Where_the_model_says_so_it_is_taken_since_the_model_is_asked_after(bool isPostgres)
    {
        await using var host = await ModuleHost.CreateAsync(
            GuardedPolicies.Of(), isPostgres, modules => modules.Context<Saying>("members", source => source.StartUncovered("made by the test")));
        await host.CreateTablesAsync<Saying>();
        await host.StartAsync();
    }

    /// <summary>Tables of workers whom the source <c>hr</c> keeps, beside a context with firms and logins.</summary>
    private static async Task<ModuleHost> CreateAsync(
        bool isPostgres, string columns, string before = Firms, string after = "", Action<SqlMappingBuilder>? hr = null, Action<DataSetMappingBuilder>? workers = null,
        string? elsewhere = null)
    {
        var others = hr is null ? new[] { "workers" } : ["workers", "teams"];
        var host = await ModuleHost.CreateAsync(GuardedPolicies.Of(others: others), isPostgres, modules => modules
            .Context<Staff>("staff", source => source.StartUncovered("made by the test"), elsewhere)
            .Tables("hr", mapping =>
            {
                mapping.DataSet("crm.workers", data =>
                {
                    Judged(data, "workers");
                    workers?.Invoke(data);
                });
                hr?.Invoke(mapping);
            }));
        await host.ExecuteAsync($"{before} CREATE TABLE workers (id INTEGER PRIMARY KEY, person TEXT, name TEXT, last_contact TEXT{columns}); {after}");
        return host;
    }

    private static DataSetMappingBuilder Judged(DataSetMappingBuilder data, string table) =>
        data.Table(table, "id").Subject("person").Trigger("last-contact", "last_contact", StorageForm.Iso).Field("name", "name");

    internal sealed class Staff(DbContextOptions<Staff> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<OtherContextTests.Firm>().ToTable("Firms");
            modelBuilder.Entity<Login>().ToTable("Logins");
            modelBuilder.Entity<Team>().ToTable("teams");
        }
    }

    internal sealed class Members(DbContextOptions<Members> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Member>().ToTable("Members");
    }

    internal sealed class Silent(DbContextOptions<Silent> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Login>().ToTable("Logins");
            modelBuilder.Entity<Member>().ToTable("Members").HasOne<Login>().WithMany().HasForeignKey(member => member.Person);
        }
    }

    internal sealed class Saying(DbContextOptions<Saying> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Login>().ToTable("Logins");
            modelBuilder.Entity<OtherContextTests.Firm>().ToTable("Firms");
            modelBuilder.Entity<Member>().ToTable("Members").HasOne<Login>().WithMany().HasForeignKey(member => member.Person).OnDelete(DeleteBehavior.SetNull);
        }
    }

    [NotPersonalData("random")]
    internal sealed class Login
    {
        public string Id { get; set; } = "";
    }

    [NotPersonalData("counted")]
    internal sealed class Team
    {
        public int Id { get; set; }
    }

    [DataSet("crm.customers")]
    internal sealed class Member
    {
        public int Id { get; set; }

        [DataSubjectId]
        public string? Person { get; set; }

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [NotPersonalData("which firm")]
        public int? FirmId { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);
    }
}
