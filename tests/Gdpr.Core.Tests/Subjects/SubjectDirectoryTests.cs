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

    private static SubjectIdentifier Email(string name) => SubjectIdentifier.OfEmail($"{name}@marker.example");
}
