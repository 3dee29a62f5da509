using Gdpr.Consents;
using Gdpr.Core.Tests.Rights;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing;
using Gdpr.Retention;
using Gdpr.Rights;
using Gdpr.Subjects;
using Gdpr.Testing;
using NodaTime;

namespace Gdpr.Core.Tests.Subjects;

/// <summary>Who nobody needs to know any more is forgotten, and nobody else.</summary>
public sealed partial class ForgettingTests
{
    private const string Newsletter = "direct-marketing";

    private static readonly LocalDateTime Start = new(2026, 2, 2, 10, 0);
    private static readonly SubjectIdentifier Host = SubjectIdentifier.OfHost("c1");
    private static readonly SubjectIdentifier Email = SubjectIdentifier.OfEmail("c1@marker.example");

    // The archive that only people can look into is left out.
    private static readonly GdprPolicy Policy = RightsWorld.PolicyWith(json =>
    {
        json["systems"]!.AsObject().Remove("paper");
        json["activities"]!.AsObject().Remove("archive");
    });

    [Fact]
    public async Task Of_whom_nothing_is_left_nobody_can_tell_whose_key_it_was_and_who_comes_back_is_somebody_new()
    {
        await using var world = Open(WithOrder(sent: new LocalDate(2025, 10, 1)));
        var person = await PersonAsync(world);
        await world.ConsentAsync(person, Newsletter);
        var proof = await world.StateAsync(person);
        await world.Get<Unsubscription>().UnsubscribeAsync(Email, new UnsubscribeOrder([Newsletter], "email", "mail"));

        await LookTwiceAsync(world);

        world.Data.Orders.Find("o1").ShouldBeNull();
        (await world.Directory.FindAsync(Host)).ShouldBeNull();
        (await world.Directory.FindAsync(Email)).ShouldBeNull();
        (await world.Stores.Vault.ReadIdentifiersAsync("acme", person.Key, CancellationToken.None)).ShouldBeEmpty();
        (await world.Stores.Vault.ErasePayloadsAsync("acme", person.Key, null, CancellationToken.None)).ShouldBe(0);
        (await world.Directory.NativeIdsAsync(person, "crm.customers")).ShouldBeEmpty();
        (await world.Get<IProcessingGate>().DecideAsync(person, "service-provision")).IsAllowed.ShouldBeFalse();
        (await world.Get<Suppression>().CheckAsync(Email, "email", Newsletter)).IsSuppressed.ShouldBeTrue();
        proof.Consents.ShouldNotBeEmpty();
        await ShouldVerifyAsync(world);

        var anew = await PersonAsync(world);
        anew.ShouldNotBe(person);
        (await world.StateAsync(anew)).Consents.ShouldBeEmpty();
        (await world.Directory.FindAsync(Email)).ShouldBe(anew);
    }

    [Fact]
    public async Task An_objection_to_marketing_that_named_no_address_outlives_the_key_as_the_suppression_of_every_address()
    {
        await using var world = Open();
        var person = await PersonAsync(world);
        await world.RecordAsync(
            person, SubjectEntries.ObjectionRaised, $$"""{"id":"o1","purposes":["{{Newsletter}}"],"isMarketing":true}""");
        (await world.Get<Suppression>().ReadAsync(Email)).ShouldBeEmpty();

        await LookTwiceAsync(world);

        (await world.Directory.FindAsync(Email)).ShouldBeNull();
        (await world.Get<Suppression>().CheckAsync(Email, "email", Newsletter)).IsSuppressed.ShouldBeTrue();
    }

    [Fact]
    public async Task What_is_to_be_recorded_under_a_key_that_was_forgotten_is_refused_by_name()
    {
        await using var world = Open();
        var person = await PersonAsync(world);
        await LookTwiceAsync(world);

        await Should.ThrowAsync<ForgottenSubjectException>(() => world.ConsentAsync(person, Newsletter));
        await Should.ThrowAsync<ForgottenSubjectException>(() => world.ReceiveAsync(DataSubjectRight.Access, person));
        (await world.Stores.EntriesAsync())[^1].Content.Type.ShouldNotBe("request-received");
    }

    [Fact]
    public async Task Nobody_is_forgotten_before_the_last_proof_period_has_ended_and_the_last_backup_has_gone()
    {
        await using var world = Open();
        var person = await PersonAsync(world);
        await world.PumpAsync();
        world.Set(2029, 2, 2);
        await world.ConsentAsync(person, Newsletter);
        await world.RecordAsync(person, SubjectEntries.ConsentWithdrawn, $$"""{"purpose":"{{Newsletter}}"}""");
        await world.PumpAsync();

        // The first entry has expired, the last has not.
        await LookAsync(world, 2031, 3, 10);
        await LookAsync(world, 2031, 6, 10);
        (await world.StateAsync(person)).LeavingSince.ShouldBeNull();

        // The proof ends with 2 February 2034; backups live for 35 days.
        await LookAsync(world, 2034, 2, 20);
        (await world.StateAsync(person)).LeavingSince.ShouldNotBeNull();
        await LookAsync(world, 2034, 3, 25);
        (await world.Directory.FindAsync(Host)).ShouldBe(person);
        await LookAsync(world, 2034, 4, 26);
        (await world.Directory.FindAsync(Host)).ShouldBeNull();
        await ShouldVerifyAsync(world);
    }

    [Fact]
    public async Task A_person_of_whom_a_source_has_a_record_is_not_forgotten_until_it_is_gone()
    {
        await using var world = Open(WithOrder(sent: null));
        var person = await PersonAsync(world);
        await LookTwiceAsync(world);
        (await world.Directory.FindAsync(Host)).ShouldBe(person);

        world.Data.Orders.Put(world.Data.Orders.Find("o1")! with { Sent = new LocalDate(2031, 1, 1) });
        await LookAsync(world, 2031, 8, 1);
        await LookAsync(world, 2031, 9, 1);
        await LookAsync(world, 2031, 11, 1);
        (await world.Directory.FindAsync(Host)).ShouldBeNull();
    }

    [Fact]
    public async Task A_source_that_is_down_may_have_a_record_and_the_pump_says_so_until_it_is_there_again()
    {
        await using var world = Open();
        var person = await PersonAsync(world);
        await world.PumpAsync();
        world.Set(2031, 3, 10);
        world.Data.ErpSwitch.IsDown = true;
        var step = (await world.Get<GdprWork>().RunDueAsync(world.Now, TimeSpan.FromMinutes(1))).Steps.Single(step => step.Name == "forgetting");
        (step.Reason, step.Detail).ShouldSatisfyAllConditions(
            said => said.Reason.ShouldBe("E-SUBJ-02"), said => said.Detail!.ShouldContain("erp.invoices"), said => said.Detail!.ShouldNotContain("c1"));
        (await world.StateAsync(person)).LeavingSince.ShouldBeNull();

        world.Data.ErpSwitch.IsDown = false;
        await LookAsync(world, 2031, 3, 11);
        (await world.StateAsync(person)).LeavingSince.ShouldNotBeNull();
    }

    [Fact]
    public async Task Where_no_source_finds_people_nobody_can_tell_and_nobody_is_forgotten()
    {
        await using var world = RightsWorld.Open(Start);
        var person = await PersonAsync(world);
        await world.PumpAsync();
        foreach (var month in new[] { 3, 5, 7 })
        {
            world.Set(2031, month, 10);
            var report = await world.Get<GdprWork>().RunDueAsync(world.Now, TimeSpan.FromMinutes(1));
            report.Steps.Single(step => step.Name == "forgetting").Detail!.ShouldContain("paper.letters");
        }

        (await world.Directory.FindAsync(Host)).ShouldBe(person);
    }

    [Fact]
    public async Task Who_is_known_under_a_data_set_that_the_policy_no_longer_has_may_have_a_record_there()
    {
        await using var world = Open();
        var registration = new SubjectRegistration(Host) { NativeIds = new Dictionary<string, IReadOnlyList<string>> { ["crm.former"] = ["42"] } };
        var person = await world.Directory.RegisterAsync(registration);
        await world.PumpAsync();
        foreach (var month in new[] { 3, 5 })
        {
            world.Set(2031, month, 10);
            var report = await world.Get<GdprWork>().RunDueAsync(world.Now, TimeSpan.FromMinutes(1));
            report.Steps.Single(step => step.Name == "forgetting").Detail!.ShouldContain("crm.former");
        }

        (await world.Directory.FindAsync(Host)).ShouldBe(person);
        (await world.StateAsync(person)).LeavingSince.ShouldBeNull();
    }

    [Fact]
    public async Task Under_a_clock_that_was_set_back_no_waiting_begins()
    {
        await using var world = Open();
        var person = await PersonAsync(world);
        await world.PumpAsync();
        world.Set(2031, 3, 10);
        await world.Get<JournalExpiry>().ExpireAsync(world.Now - Duration.FromDays(1), CancellationToken.None);
        var step = world.Get<IEnumerable<ITimedStep>>().Single(step => step.Name == "forgetting");

        world.Set(2029, 3, 10);
        (await Should.ThrowAsync<PeopleNotForgottenException>(() => step.RunAsync(world.Now, CancellationToken.None).AsTask())).Message.ShouldContain("clock");
        (await world.StateAsync(person)).LeavingSince.ShouldBeNull();

        await LookAsync(world, 2031, 5, 10);
        (await world.StateAsync(person)).LeavingSince.ShouldNotBeNull();
    }

    [Fact]
    public async Task What_is_recorded_while_the_pump_runs_holds_nobody_up()
    {
        await using var world = Open();
        var people = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => world.PersonAsync($"c{i}")));
        await world.PumpAsync();
        await PumpSinceAsync(2031, 3);
        await PumpSinceAsync(2031, 5);

        foreach (var person in people)
        {
            (await world.StateAsync(person)).IsForgotten.ShouldBeTrue();
        }

        // The pump began an hour ago: everything that it records is later.
        async Task PumpSinceAsync(int year, int month)
        {
            world.Set(year, month, 10);
            (await world.Get<GdprWork>().RunDueAsync(world.Now - Duration.FromHours(1), TimeSpan.FromMinutes(1))).Steps.ShouldAllBe(step => step.Reason == null);
        }
    }

    [Fact]
    public async Task A_state_that_says_forgotten_where_the_journal_does_not_severs_nobody()
    {
        await using var world = Open();
        var person = await PersonAsync(world);
        var state = (await world.Stores.States.ReadAsync("subjects", person.Controller, person.Key.ToString(), CancellationToken.None))!;
        var changed = state.Content.Replace("\"isForgotten\":false", "\"isForgotten\":true", StringComparison.OrdinalIgnoreCase);
        changed.ShouldNotBe(state.Content);
        await world.Stores.States.WriteAsync(state with { Content = changed, Position = state.Position + 1 }, CancellationToken.None);

        await Should.ThrowAsync<StatesDifferException>(() => PersonAsync(world));

        (await world.Stores.Vault.ReadIdentifiersAsync(person.Controller, person.Key, CancellationToken.None)).ShouldNotBeEmpty();
        (await world.Stores.Vault.ErasePayloadsAsync(person.Controller, person.Key, null, CancellationToken.None)).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_consent_in_force_keeps_the_link()
    {
        await using var world = Open();
        var person = await PersonAsync(world);
        await world.ConsentAsync(person, Newsletter);
        await LookTwiceAsync(world);
        (await world.Directory.FindAsync(Host)).ShouldBe(person);
        (await world.StateAsync(person)).ConsentTo(Newsletter)!.IsInForce(world.Now).ShouldBeTrue();
    }

    [Theory]
    [InlineData(SubjectEntries.RestrictionPlaced, """{"id":"r1","ground":"Claims","dataSets":[]}""", SubjectEntries.RestrictionLifted)]
    [InlineData(SubjectEntries.ObjectionRaised, """{"id":"r1","purposes":["customer-support"],"isMarketing":false}""", SubjectEntries.ObjectionEnded)]
    [InlineData(SubjectEntries.ErasureGranted, """{"id":"r1","purposes":[],"dataSets":["erp.invoices"]}""", SubjectEntries.ErasureDone)]
    public async Task Whatever_stands_keeps_the_link_and_what_is_over_does_not(string stands, string data, string over)
    {
        await using var world = Open();
        var person = await PersonAsync(world);
        await world.RecordAsync(person, stands, data);
        await LookTwiceAsync(world);
        (await world.Directory.FindAsync(Host)).ShouldBe(person);

        await world.RecordAsync(person, over, """{"id":"r1"}""");
        await LookTwiceAsync(world, 2037);
        (await world.Directory.FindAsync(Host)).ShouldBeNull();
    }

    [Fact]
    public async Task A_request_that_is_open_keeps_the_link()
    {
        await using var world = Open();
        var person = await PersonAsync(world);
        await world.ReceiveAsync(DataSubjectRight.Access, person);
        await LookTwiceAsync(world);
        (await world.Directory.FindAsync(Host)).ShouldBe(person);
    }

    [Fact]
    public async Task A_legal_hold_on_a_person_keeps_the_link()
    {
        await using var world = Open();
        var (held, other) = (await PersonAsync(world), await world.PersonAsync("c2"));
        await world.Get<LegalHolds>().PlaceAsync(new HoldTerms(
            "A dispute", "Its evidence", "A. Lawyer", new LocalDate(2026, 2, 2), new LocalDate(2026, 7, 1), new HoldScope { Subjects = new HashSet<string> { "c1" } }));
        await LookTwiceAsync(world);
        (await world.Directory.FindAsync(Host)).ShouldBe(held);
        (await world.Directory.FindAsync(SubjectIdentifier.OfHost("c2"))).ShouldBeNull();
        other.ShouldNotBe(held);
    }

    [Fact]
    public async Task Any_entry_that_names_a_key_keeps_it_whatever_it_is_and_wherever_it_names_it()
    {
        await using var world = Open();
        var (first, second) = (await PersonAsync(world), await world.PersonAsync("c2"));
        await world.PumpAsync();
        world.Set(2030, 1, 1);
        await world.Get<Journal>().RecordAsync(
            "host/notes", JournalStream.AnyVersion,
            new NewJournalEntry("note", world.Now, $$"""{"about":["call-{{first.Key}}","acme/{{second.Key}}"]}"""), CancellationToken.None);
        await world.PumpAsync();
        await LookAsync(world, 2031, 3, 10);
        await LookAsync(world, 2031, 5, 10);
        (await world.Directory.FindAsync(Host)).ShouldBe(first);
        (await world.Directory.FindAsync(SubjectIdentifier.OfHost("c2"))).ShouldBe(second);
    }

    [Fact]
    public async Task Who_comes_back_between_the_looks_keeps_the_key()
    {
        await using var world = Open();
        var person = await PersonAsync(world);
        await world.PumpAsync();
        await LookAsync(world, 2031, 3, 10);
        (await world.StateAsync(person)).LeavingSince.ShouldNotBeNull();

        (await PersonAsync(world)).ShouldBe(person);
        (await world.StateAsync(person)).LeavingSince.ShouldBeNull();
        await LookAsync(world, 2031, 5, 10);
        await LookAsync(world, 2031, 7, 10);
        (await world.Directory.FindAsync(Host)).ShouldBe(person);
    }

    [Fact]
    public async Task What_is_recorded_of_a_person_elsewhere_than_in_their_own_stream_takes_the_leaving_back()
    {
        await using var world = Open();
        var person = await PersonAsync(world);
        await world.PumpAsync();
        await LookAsync(world, 2031, 3, 10);

        await world.ReceiveAsync(DataSubjectRight.Access, person);

        (await world.StateAsync(person)).LeavingSince.ShouldBeNull();
        (await world.Stores.EntriesAsync()).Select(entry => entry.Content.Type).ShouldContain(SubjectEntries.Present);
    }

    [Fact]
    public async Task Whose_data_was_there_again_at_a_look_is_kept_until_the_backups_with_it_have_gone_too()
    {
        await using var world = Open();
        var person = await PersonAsync(world);
        await world.PumpAsync();
        await LookAsync(world, 2031, 3, 10);
        world.Data.Orders.Put(new Purchase("o1", "c1", "Marker-Street", null));
        await LookAsync(world, 2031, 5, 10);
        (await world.StateAsync(person)).LeavingSince.ShouldBeNull();

        // The sweep comes after the look.
        world.Data.Orders.Put(new Purchase("o1", "c1", "Marker-Street", new LocalDate(2031, 1, 1)));
        await LookAsync(world, 2031, 6, 20);
        world.Data.Orders.Find("o1").ShouldBeNull();
        await LookAsync(world, 2031, 7, 21);
        (await world.Directory.FindAsync(Host)).ShouldBe(person);
        await LookAsync(world, 2031, 8, 22);
        (await world.Directory.FindAsync(Host)).ShouldBe(person);
        await LookAsync(world, 2031, 9, 23);
        (await world.Directory.FindAsync(Host)).ShouldBeNull();
    }

    [Fact]
    public async Task Nobody_is_forgotten_while_destruction_is_stopped()
    {
        await using var world = Open();
        var person = await PersonAsync(world);
        await world.PumpAsync();
        await LookAsync(world, 2031, 3, 10);
        world.Set(2031, 5, 10);
        await world.Get<KillSwitchControl>().TurnOnAsync("Something is wrong.", "operations");
        var report = await world.Get<GdprWork>().RunDueAsync(world.Now, TimeSpan.FromMinutes(1));
        report.Steps.Single(step => step.Name == "forgetting").Detail!.ShouldContain(SweepReasons.KillSwitch);
        (await world.Directory.FindAsync(Host)).ShouldBe(person);
    }

    [Fact]
    public async Task Who_is_registered_by_an_address_alone_is_forgotten_too()
    {
        await using var world = Open();
        await world.Directory.RegisterAsync(new SubjectRegistration(Email));
        await LookTwiceAsync(world);
        (await world.Directory.FindAsync(Email)).ShouldBeNull();
    }

    private static RightsData WithOrder(LocalDate? sent)
    {
        var data = new RightsData();
        data.Orders.Put(new Purchase("o1", "c1", "Marker-Street", sent));
        return data;
    }

    private static RightsWorld Open(RightsData? data = null, RightsStores? stores = null) => RightsWorld.Open(Start, data, stores, policy: Policy);

    private static Task<DataSubject> PersonAsync(RightsWorld world) => world.Directory.RegisterAsync(new SubjectRegistration(Host, Email));

    /// <summary>What is left is proved by now, its period ends, and two looks follow, with the life of a backup in between.</summary>
    private static async Task LookTwiceAsync(RightsWorld world, int year = 2031)
    {
        await world.PumpAsync();
        await LookAsync(world, year, 3, 10);
        await LookAsync(world, year, 5, 10);
    }

    private static async Task LookAsync(RightsWorld world, int year, int month, int day)
    {
        world.Set(year, month, day);
        await world.PumpAsync();
    }

    private static async Task ShouldVerifyAsync(RightsWorld world) =>
        (await new JournalVerifier(world.Stores.Journal, world.Stores.Keys, world.Stores.Witness, world.Stores.Vault).VerifyAsync(CancellationToken.None))
            .Faults.ShouldBeEmpty();
}
