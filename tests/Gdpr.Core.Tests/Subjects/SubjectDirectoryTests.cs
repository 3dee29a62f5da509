using Gdpr.Core.Tests.Rights;
using Gdpr.Journals;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Subjects;

/// <summary>Whom the library knows by which identifiers.</summary>
public sealed class SubjectDirectoryTests
{
    [Fact]
    public async Task A_registration_that_is_refused_ties_no_identifier_to_anybody()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0));
        var (first, second, added) = (Email("a"), SubjectIdentifier.OfHost("b"), Email("b-private"));
        await world.Directory.RegisterAsync(new SubjectRegistration(first));
        await world.Directory.RegisterAsync(new SubjectRegistration(second));

        var refused = await Should.ThrowAsync<IdentifierConflictException>(() => world.Directory.RegisterAsync(new SubjectRegistration(first, added, second)));

        refused.Message.ShouldContain(nameof(IdentifierKind.HostId));
        (await world.Directory.FindAsync(added)).ShouldBeNull();
    }

    [Fact]
    public async Task Registrations_at_the_same_time_by_overlapping_identifiers_make_one_person()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0));
        for (var round = 0; round < 20; round++)
        {
            SubjectIdentifier[] all = [Email($"a{round}"), Email($"b{round}"), SubjectIdentifier.OfHost($"c{round}")];
            var known = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => world.Directory.RegisterAsync(
                new SubjectRegistration([all[i % 3], all[(i + 1) % 3], all[(i + 2) % 3]])))));
            known.Distinct().ShouldHaveSingleItem();
        }
    }

    [Fact]
    public async Task Of_registrations_at_the_same_time_that_add_different_native_ids_each_stays()
    {
        var stores = new RightsStores();
        var journal = new InterleavedJournal(stores.Journal);
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), stores: stores, journal: journal);
        var person = await world.Directory.RegisterAsync(Known("crm.customers", "first"));

        journal.LetIn(SubjectEntries.Known, () => world.Directory.RegisterAsync(Known("erp.invoices", "others")));
        (await world.Directory.RegisterAsync(Known("crm.orders", "own"))).ShouldBe(person);

        (await world.Directory.NativeIdsAsync(person, "crm.customers")).ShouldBe(["first"]);
        (await world.Directory.NativeIdsAsync(person, "erp.invoices")).ShouldBe(["others"]);
        (await world.Directory.NativeIdsAsync(person, "crm.orders")).ShouldBe(["own"]);
    }

    [Fact]
    public async Task A_registration_that_another_has_made_needless_meanwhile_records_nothing()
    {
        var stores = new RightsStores();
        var journal = new InterleavedJournal(stores.Journal);
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), stores: stores, journal: journal);

        journal.LetIn(SubjectEntries.Known, () => world.Directory.RegisterAsync(Known("crm.customers", "same")));
        var person = await world.Directory.RegisterAsync(Known("crm.customers", "same"));

        (await world.Directory.NativeIdsAsync(person, "crm.customers")).ShouldBe(["same"]);
        (await stores.EntriesAsync()).Count(entry => entry.Content.Type == SubjectEntries.Known).ShouldBe(1);
    }

    private static SubjectRegistration Known(string dataSet, string id) =>
        new(Email("a")) { NativeIds = new Dictionary<string, IReadOnlyList<string>> { [dataSet] = [id] } };

    private static SubjectIdentifier Email(string name) => SubjectIdentifier.OfEmail($"{name}@marker.example");
}
