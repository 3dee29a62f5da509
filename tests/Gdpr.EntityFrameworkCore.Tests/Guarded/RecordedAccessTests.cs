using System.Text.Json;
using Gdpr.EntityFrameworkCore.Sources;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Subjects;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Gdpr.EntityFrameworkCore.Tests.Guarded;

/// <summary>Accesses are recorded however a query ends, and with everybody whom the records concern.</summary>
public sealed class RecordedAccessTests
{
    private static Task<GuardedHost<Context>> HostAsync() => GuardedHost<Context>.CreateAsync(
        GuardedPolicies.Of(others: "messages"),
        configure: MapMessages, use: gdpr => gdpr.JournalAccess(_ => "clerk"), isPooled: true);

    private static void MapMessages(DbContextSourceOptions options) => options.Map<Message>(
        "crm.messages", map => map.Owner("sender", message => message.Sender).Owner("recipient", message => message.Recipient).Field("name", message => message.Text));

    [Fact]
    public async Task Everybody_whom_a_shared_record_concerns_is_named()
    {
        await using var host = await HostAsync();
        await host.AddAsync(new Message { Id = 1, Sender = "anna", Recipient = "bo", Text = "hello" });
        await using var context = host.Open();

        var message = await context.Set<Message>().SingleAsync();
        message.Text = "other";
        await context.SaveChangesAsync();

        foreach (var entry in (await host.EntriesAsync()).TakeLast(2))
        {
            Subjects(entry).ShouldBe([await KeyAsync(host, "anna"), await KeyAsync(host, "bo")], ignoreOrder: true);
        }
    }

    [Fact]
    public async Task A_reader_that_breaks_off_is_recorded_with_what_it_saw()
    {
        await using var host = await HostAsync();
        await host.AddAsync([.. Enumerable.Range(1, 5).Select(i => new Customer { Id = i, Person = $"p{i}" })]);
        var before = (await host.EntriesAsync()).Count;
        await using (var context = host.Open())
        {
            await foreach (var customer in context.Set<Customer>().OrderBy(customer => customer.Id).AsAsyncEnumerable())
            {
                if (customer.Id == 2)
                {
                    break;
                }
            }

            var entry = (await host.EntriesAsync())[before..].ShouldHaveSingleItem();
            Subjects(entry).ShouldBe([await KeyAsync(host, "p1"), await KeyAsync(host, "p2")], ignoreOrder: true);
            JsonDocument.Parse(entry.Content.Data).RootElement.GetProperty("records").GetInt32().ShouldBe(2);
        }

        await using var other = host.Open();
        Should.Throw<InvalidDataException>(() =>
        {
            foreach (var customer in other.Set<Customer>().OrderBy(customer => customer.Id))
            {
                throw new InvalidDataException();
            }
        });
        (await host.EntriesAsync()).Count.ShouldBe(before + 2);
    }

    [Fact]
    public async Task What_was_read_by_whoever_had_a_pooled_context_before_is_nobody_elses()
    {
        await using var host = await HostAsync();
        await host.AddAsync([.. Enumerable.Range(1, 5).Select(i => new Customer { Id = i, Person = $"p{i}" })]);
        await using (var context = host.Open())
        {
            // An enumerator that is left where it stands.
            var reader = context.Set<Customer>().OrderBy(customer => customer.Id).AsAsyncEnumerable().GetAsyncEnumerator();
            await reader.MoveNextAsync();
        }

        var before = (await host.EntriesAsync()).Count;
        await using var other = host.Open();
        await other.Set<Customer>().Where(customer => customer.Id == 5).ToListAsync();
        Subjects((await host.EntriesAsync())[before..].ShouldHaveSingleItem()).ShouldBe([await KeyAsync(host, "p5")]);
    }

    [Fact]
    public async Task A_query_within_a_loop_over_another_is_recorded_for_its_own_purpose()
    {
        await using var host = await HostAsync();
        await host.AddAsync([.. Enumerable.Range(1, 3).Select(i => new Customer { Id = i, Person = $"p{i}" })]);
        var before = (await host.EntriesAsync()).Count;
        await using var context = host.Open();
        await foreach (var customer in context.ForPurpose("service-provision").Set<Customer>().OrderBy(customer => customer.Id).AsAsyncEnumerable())
        {
            if (customer.Id == 2)
            {
                (await context.Set<Customer>().AsNoTracking().SingleAsync(other => other.Id == 3)).Person.ShouldBe("p3");
            }
        }

        var entries = (await host.EntriesAsync())[before..];
        entries.Count.ShouldBe(2);
        Subjects(entries[0]).ShouldBe([await KeyAsync(host, "p3")]);
        entries[0].Content.Data.ShouldNotContain("service-provision");
        Subjects(entries[1]).ShouldBe([await KeyAsync(host, "p1"), await KeyAsync(host, "p2"), await KeyAsync(host, "p3")], ignoreOrder: true);
        entries[1].Content.Data.ShouldContain("service-provision");
    }

    [Fact]
    public async Task Before_reading_it_is_recorded_that_somebody_reads_where_the_host_wants_it()
    {
        await using var host = await GuardedHost<Context>.CreateAsync(
            GuardedPolicies.Of(others: "messages"), configure: MapMessages, use: gdpr => gdpr.JournalAccess(_ => "clerk", access => access.RecordsBeforeReading = true));
        await host.AddAsync(new Customer { Id = 1, Person = "p1" });
        var before = (await host.EntriesAsync()).Count;
        await using var context = host.Open();
        await foreach (var _ in context.Set<Customer>().AsAsyncEnumerable())
        {
            Subjects((await host.EntriesAsync())[before..].ShouldHaveSingleItem()).ShouldBeEmpty();
        }

        Subjects((await host.EntriesAsync())[(before + 1)..].ShouldHaveSingleItem()).ShouldBe([await KeyAsync(host, "p1")]);
        await context.Set<Customer>().CountAsync();
        (await host.EntriesAsync()).Count.ShouldBe(before + 3, "a sum is recorded once");
    }

    [Fact]
    public async Task Every_way_of_reading_is_recorded_once_and_without_values()
    {
        await using var host = await HostAsync();
        await host.AddAsync(new Customer { Id = 1, Person = "p1", Name = "Secret" });
        await using var context = host.Open();
        var before = (await host.EntriesAsync()).Count;
        await context.Set<Customer>().AsNoTracking().ToListAsync();
        await context.Set<Customer>().AsNoTrackingWithIdentityResolution().ToListAsync();
        await context.Set<Customer>().Select(c => new { c.Id, c }).ToListAsync();
        await context.Set<Customer>().FindAsync(1);
        await context.Entry(context.Set<Customer>().Local.First()).ReloadAsync();
        await context.Set<Customer>().CountAsync();
        await context.Set<Customer>().AnyAsync();
        await context.Set<Customer>().FromSqlRaw("SELECT * FROM \"Customer\"").AsNoTracking().ToListAsync();
        var entries = (await host.EntriesAsync())[before..];
        entries.Count.ShouldBe(7);
        entries.ShouldAllBe(entry => !entry.Content.Data.Contains("Secret"));
    }

    [Fact]
    public async Task Whose_data_is_read_and_who_reads_it_are_not_forgotten()
    {
        await using var host = await HostAsync();
        await host.AddAsync(new Customer { Id = 1, Person = "anna" }, new Customer { Id = 2, Person = "bo" });
        var directory = host.Services.GetRequiredService<SubjectDirectory>();
        DataSubject[] people = [.. await directory.MeetAsync([.. new[] { "anna", "bo", "clerk" }.Select(SubjectIdentifier.OfHost)])];
        foreach (var person in people)
        {
            await RecordAsync(host, person, "subject-leaving");
        }

        await using var context = host.Open();
        await context.Set<Customer>().SingleAsync(customer => customer.Id == 1);

        (await Task.WhenAll(people.Select(person => LastOfAsync(host, person)))).ShouldBe(["subject-present", "subject-leaving", "subject-present"]);
    }

    [Fact]
    public async Task Whose_data_is_read_after_they_were_forgotten_is_somebody_new_and_known_only_as_long_as_that_is_needed()
    {
        await using var host = await HostAsync();
        await host.AddAsync(new Customer { Id = 1, Person = "anna" });
        var directory = host.Services.GetRequiredService<SubjectDirectory>();
        var before = (await directory.FindAsync(SubjectIdentifier.OfHost("anna")))!.Value;
        await RecordAsync(host, before, "subject-forgotten");

        await using var context = host.Open();
        await context.Set<Customer>().SingleAsync();

        var after = (await directory.FindAsync(SubjectIdentifier.OfHost("anna")))!.Value;
        after.ShouldNotBe(before);
        Subjects((await host.EntriesAsync())[^1]).ShouldBe([after.Key.ToString()]);
        (await LastOfAsync(host, after)).ShouldBe("subject-present");
    }

    private static async Task<string?> LastOfAsync(GuardedHost<Context> host, DataSubject person) =>
        (await host.EntriesAsync()).LastOrDefault(entry => entry.Stream == $"subject/{person}")?.Content.Type;

    private static async Task RecordAsync(GuardedHost<Context> host, DataSubject person, string type)
    {
        await host.Services.GetRequiredService<Journal>().RecordAsync(
            $"subject/{person}", JournalStream.AnyVersion,
            new NewJournalEntry(type, host.Clock.GetCurrentInstant(), "{}") { Controller = person.Controller, Subject = person.Key }, CancellationToken.None);
        await host.Services.GetRequiredService<SubjectDirectory>().ReadStateAsync(person);
    }

    private static IEnumerable<string> Subjects(JournalEntry entry) => entry.Content.Subject is { } one ? [one.Value]
        : JsonDocument.Parse(entry.Content.Data).RootElement.TryGetProperty("subjects", out var several) ? several.EnumerateArray().Select(subject => subject.GetString()!) : [];

    private static async Task<string> KeyAsync(GuardedHost<Context> host, string id) => (await host.Services.GetRequiredService<ISubjectVault>()
        .KeyOfAsync("us", SubjectIdentifier.OfHost(id).Hash("us", host.Services.GetRequiredService<IKeyRing>()), CancellationToken.None)).Value;

    internal sealed class Context(DbContextOptions<Context> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Customer>();
            modelBuilder.Entity<Message>();
        }
    }

    [DataSet("crm.customers")]
    internal sealed class Customer
    {
        public int Id { get; set; }

        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);
    }

    internal sealed class Message
    {
        public int Id { get; set; }

        public string? Sender { get; set; }

        public string? Recipient { get; set; }

        public string? Text { get; set; }

        [RetentionTrigger("last-contact")]
        public DateOnly LastContact { get; set; } = new(2026, 6, 1);
    }
}
