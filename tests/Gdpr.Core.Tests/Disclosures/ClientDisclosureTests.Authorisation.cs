using Gdpr.Disclosures;
using Gdpr.Journals;
using Gdpr.Processing;
using Gdpr.Processing.Tasks;
using Gdpr.Subjects;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Core.Tests.Disclosures;

/// <content>Authorisations, in particular and in general, and what becomes of them (Art. 28(2)).</content>
public sealed partial class ClientDisclosureTests
{
    [Fact]
    public async Task Of_a_general_authorisation_silence_until_the_agreed_day_authorises_and_an_objection_never_does()
    {
        await using var office = Open();
        var (changes, person) = (office.Get<SubProcessorChanges>(), await ClientAsync(office, General(CalendarPeriod.FromDays(10), "cooling")));
        (await CodesAsync(office, person)).ShouldBe(["sub-processor-not-authorised"], "who was never announced cannot be objected to");

        var change = await changes.AnnounceAsync(new SubProcessorNotice("hall", "customers") { Client = "acme" });

        change.ObjectBy.ShouldBe(new LocalDateTime(2026, 12, 3, 0, 0).InZoneStrictly(DateTimeZoneProviders.Tzdb["Europe/Stockholm"]).ToInstant());
        (await office.Get<HumanTasks>().ListOpenAsync()).ShouldHaveSingleItem().Controller.ShouldBe("acme");
        (await CodesAsync(office, person)).ShouldBe(["sub-processor-pending"]);
        office.Clock.Advance(change.ObjectBy - Office.Now);
        (await CodesAsync(office, person)).ShouldBeEmpty("it did not object");

        var again = await changes.AnnounceAsync(new SubProcessorNotice("hall", "customers") { Client = "acme" });
        await changes.ObjectAsync(again.Id, "Its halls are not guarded.", "client-lawyer");
        office.Clock.Advance(Duration.FromDays(100));
        var denied = await office.Disclosures.DiscloseAsync(Hall, person);
        denied.Reasons.ShouldHaveSingleItem().ShouldBe(new DisclosureReason("sub-processor-refused", "Art. 28(2)", "hall"));
    }

    [Fact]
    public async Task Of_a_specific_authorisation_silence_authorises_nobody_and_a_yes_does()
    {
        await using var office = Open();
        var (changes, person) = (office.Get<SubProcessorChanges>(), await ClientAsync(office, Specific("cooling")));
        var change = await changes.AnnounceAsync(new SubProcessorNotice("hall", "customers") { Client = "acme" });

        (await CodesAsync(office, person)).ShouldBe(["sub-processor-pending"]);
        office.Clock.Advance(change.ObjectBy - Office.Now);
        (await CodesAsync(office, person)).ShouldBe(["sub-processor-not-authorised"]);
        await changes.AcceptAsync(change.Id, "client-lawyer");
        (await CodesAsync(office, person)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_one_client_objects_to_stands_in_nobody_elses_way_and_what_the_organisation_objects_to_in_everybodys()
    {
        await using var office = Open();
        var changes = office.Get<SubProcessorChanges>();
        var (acme, other) = (await ClientAsync(office, General(null, "hall", "cooling")), await ClientAsync(office, General(null, "hall", "cooling"), "other"));
        office.Clock.Advance(Duration.FromDays(1));
        var change = await changes.AnnounceAsync(new SubProcessorNotice("hall", "customers") { Client = "acme" });
        await changes.ObjectAsync(change.Id, "Its halls are not guarded.", "client-lawyer");

        (await CodesAsync(office, acme)).ShouldBe(["sub-processor-refused"]);
        (await CodesAsync(office, other, Hall with { Controller = "other" })).ShouldBeEmpty();

        var own = await changes.AnnounceAsync(new SubProcessorNotice("hall", "operator"));
        await changes.ObjectAsync(own.Id, "It is in no country that we accept.", "lawyer");
        (await CodesAsync(office, other, Hall with { Controller = "other" })).ShouldBe(["sub-processor-refused"]);
    }

    [Fact]
    public async Task A_later_authorisation_says_everything_and_takes_back_what_it_does_not_name()
    {
        await using var office = Open();
        var (changes, clients, person) = (office.Get<SubProcessorChanges>(), office.Get<ProcessorClients>(), await ClientAsync(office, Specific("cooling")));
        var change = await changes.AnnounceAsync(new SubProcessorNotice("hall", "customers") { Client = "acme" });
        office.Clock.Advance(Duration.FromDays(1));
        await changes.ObjectAsync(change.Id, "Its halls are not guarded.", "client-lawyer");

        // On equality the restrictive one counts.
        await clients.AuthoriseAsync("acme", Specific("hall", "cooling"));
        (await CodesAsync(office, person)).ShouldBe(["sub-processor-refused"]);
        office.Clock.Advance(Duration.FromDays(1));
        await clients.AuthoriseAsync("acme", General(null, "hall", "cooling"));
        (await CodesAsync(office, person)).ShouldBeEmpty();

        var again = await changes.AnnounceAsync(new SubProcessorNotice("hall", "customers") { Client = "acme" });
        await changes.AcceptAsync(again.Id, "client-lawyer");
        (await CodesAsync(office, person)).ShouldBeEmpty();
        await clients.AuthoriseAsync("acme", General(null, "cooling"));
        (await CodesAsync(office, person)).ShouldBe(["sub-processor-not-authorised"]);
    }

    [Fact]
    public async Task Authorisations_and_objections_outlive_the_expiry_of_the_journal_and_the_loss_of_every_state()
    {
        var world = new OfficeWorld();
        DataSubject person;
        await using (var office = Office.Open(world, Office.Policy(Policy)))
        {
            person = await ClientAsync(office, General(CalendarPeriod.FromDays(10), "hall", "cooling"));
            office.Clock.Advance(Duration.FromHours(1));
            var change = await office.Get<SubProcessorChanges>().AnnounceAsync(new SubProcessorNotice("hall", "customers") { Client = "acme" });
            await office.Get<JournalCheckpoints>().MakeAsync(CancellationToken.None);
            office.Clock.Advance(Duration.FromDays(1));
            (await office.Get<JournalExpiry>().ExpireAsync(office.Clock.GetCurrentInstant(), CancellationToken.None)).ShouldNotBeNull();
            await office.Get<SubProcessorChanges>().ObjectAsync(change.Id, "Its halls are not guarded.", "client-lawyer");
        }

        world.States = new InMemoryStateStore();
        await using var next = Office.Open(world, Office.Policy(Policy));
        var known = (await next.Get<SubProcessorChanges>().ListAsync()).ShouldHaveSingleItem();
        (known.Client, known.Decision).ShouldBe(("acme", SubProcessorDecision.Refused));
        (await CodesAsync(next, person)).ShouldBe(["sub-processor-refused"]);
        (await CodesAsync(next, person, Hall with { Recipient = "cooling" })).ShouldBe(["sub-processor-refused"], "it is engaged through the one that was refused");
        var authorised = (await next.Get<ProcessorClients>().FindAsync("acme"))!.SubProcessors!;
        (authorised.Kind, authorised.Reference, authorised.Window).ShouldBe((SubProcessorAuthorisationKind.General, "§ 6", CalendarPeriod.FromDays(10)));
        authorised.Recipients.ShouldBe(["hall", "cooling"]);
    }

    [Fact]
    public async Task An_authorisation_that_names_nobody_known_or_stands_nowhere_is_refused()
    {
        await using var office = Open();
        await ClientAsync(office, null);
        var clients = office.Get<ProcessorClients>();

        foreach (var wrong in new[]
        {
            Specific("nobody"), Specific("police"), Specific("partner"), new(SubProcessorAuthorisationKind.General, " "), new((SubProcessorAuthorisationKind)7, "§ 6"),
            new(SubProcessorAuthorisationKind.General, "§ 6\u202e"), General(default(CalendarPeriod)),
        })
        {
            (await Should.ThrowAsync<ProcessorClientException>(() => clients.AuthoriseAsync("acme", wrong))).Code.ShouldBe("E-CLIENT-03");
            (await Should.ThrowAsync<ProcessorClientException>(() => clients.RegisterAsync(Acme with { Id = "new", SubProcessors = wrong }))).Code.ShouldBe("E-CLIENT-03");
        }

        (await Should.ThrowAsync<ProcessorClientException>(() => clients.AuthoriseAsync("nobody", Specific("hall")))).Code.ShouldBe("E-CLIENT-01");
        (await Should.ThrowAsync<SubProcessorException>(() => office.Get<SubProcessorChanges>().AnnounceAsync(
            new SubProcessorNotice("hall", "customers") { Client = "nobody" }))).Code.ShouldBe("E-DISC-03");
        (await clients.FindAsync("acme"))!.SubProcessors.ShouldBeNull();
    }

    [Fact]
    public async Task The_same_authorisation_again_changes_nothing()
    {
        await using var office = Open();
        await ClientAsync(office, null);
        var clients = office.Get<ProcessorClients>();
        var first = await clients.AuthoriseAsync("acme", Specific("hall"));
        office.Clock.Advance(Duration.FromDays(1));
        (await clients.AuthoriseAsync("acme", Specific("hall"))).Version.ShouldBe(first.Version);
        (await clients.AuthoriseAsync("acme", Specific("hall", "cooling"))).SubProcessors!.Recipients.ShouldBe(["hall", "cooling"]);
    }
}
