using Gdpr.Consents;
using Gdpr.Journals;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>What is taken in: from people known by nothing but an address, from nobody known, and nothing in the clear that is personal.</summary>
public sealed class RequestIntakeTests
{
    [Fact]
    public async Task Marketing_objected_to_by_an_address_alone_stops_for_everybody_who_is_known_by_it()
    {
        await using var world = Open();
        var (shared, own) = (SubjectIdentifier.OfEmail("c1@marker.example"), SubjectIdentifier.OfEmail("c2@marker.example"));
        DataSubject[] people =
        [
            await world.Directory.RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("c1"), shared)),
            await world.Directory.RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("c2"), own)),
        ];
        foreach (var person in people)
        {
            await world.ConsentAsync(person, "direct-marketing");
        }

        var request = await world.Requests.ReceiveAsync(
            new RequestIntake(DataSubjectRight.Objection, null) { ReceivedAt = world.Now, IsMarketing = true, Addresses = [shared, own] });

        (request.Subject, request.Outcome, request.Identity.Method).ShouldBe((people[0], RequestOutcome.Granted, IdentityMethod.NotNeeded));
        foreach (var person in people)
        {
            var state = await world.StateAsync(person);
            state.ConsentTo("direct-marketing")!.Phase.ShouldBe(ConsentPhase.Withdrawn);
            state.Objections.ShouldHaveSingleItem().Stands(world.Now).ShouldBeTrue();
        }

        (await world.Get<Suppression>().CheckAsync(shared, "email", "direct-marketing")).IsSuppressed.ShouldBeTrue();
    }

    [Fact]
    public async Task Marketing_objected_to_by_a_known_person_stops_for_whoever_else_is_known_by_an_address_that_is_named()
    {
        await using var world = Open();
        var (home, work, unknown) = (await world.PersonAsync(), SubjectIdentifier.OfEmail("work@marker.example"), SubjectIdentifier.OfEmail("old@marker.example"));
        var other = await world.Directory.RegisterAsync(new SubjectRegistration(work));
        await world.ConsentAsync(other, "direct-marketing");

        var request = await world.ReceiveAsync(DataSubjectRight.Objection, home, intake => intake with
        {
            IsMarketing = true,
            Addresses = [work, unknown],
            Words = "Marker-Words",
            ReplyTo = "home@marker.example",
        });

        request.Subject.ShouldBe(home);
        foreach (var person in new[] { home, other })
        {
            var state = await world.StateAsync(person);
            state.Objections.ShouldHaveSingleItem().Stands(world.Now).ShouldBeTrue();
        }

        (await world.StateAsync(other)).ConsentTo("direct-marketing")!.Phase.ShouldBe(ConsentPhase.Withdrawn);
        (await world.Get<Suppression>().CheckAsync(unknown, "email", "direct-marketing")).IsSuppressed.ShouldBeTrue();
        var theirs = (await world.Requests.ListActiveAsync()).Single(one => one.Subject == other);
        (await world.Requests.ReadWordsAsync(theirs.Id)).ShouldBeNull("nobody has shown that they are the same");
        theirs.Identity.Method.ShouldBe(IdentityMethod.NotNeeded);
        (await world.Requests.ReadWordsAsync(request.Id))!.Value.Words.ShouldBe("Marker-Words");
    }

    [Fact]
    public async Task An_objection_for_a_time_suppresses_no_address_for_good()
    {
        await using var world = Open();
        var address = SubjectIdentifier.OfEmail("work@marker.example");
        var subject = await world.Directory.RegisterAsync(new SubjectRegistration(address));
        RequestIntake Until(RequestIntake intake) => intake with { IsMarketing = true, Addresses = [address], Until = RightsWorld.At(2026, 4, 1) };

        await world.ReceiveAsync(DataSubjectRight.Objection, subject, Until);

        (await world.Get<Suppression>().CheckAsync(address, "email", "direct-marketing")).IsSuppressed.ShouldBeTrue();
        world.Set(2026, 4, 2);
        await world.PumpAsync();
        (await world.StateAsync(subject)).Objections.ShouldAllBe(one => !one.Stands(world.Now));
        (await world.Get<Suppression>().CheckAsync(address, "email", "direct-marketing")).IsSuppressed.ShouldBeFalse();
        (await world.Get<Suppression>().ReadAsync(address)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_address_of_which_nobody_is_registered_is_suppressed_for_good_or_not_at_all()
    {
        await using var world = Open();
        var (subject, address) = (await world.PersonAsync(), SubjectIdentifier.OfEmail("work@marker.example"));
        var before = (await world.Stores.EntriesAsync()).Count;

        (await Should.ThrowAsync<RequestException>(() => world.ReceiveAsync(DataSubjectRight.Objection, subject, intake => intake with
        {
            IsMarketing = true,
            Addresses = [address],
            Until = RightsWorld.At(2026, 4, 1),
        }))).Code.ShouldBe("E-DSR-12");
        (await world.Stores.EntriesAsync()).Count.ShouldBe(before);
        (await world.Get<Suppression>().ReadAsync(address)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(DataSubjectRight.Withdrawal, false)]
    [InlineData(DataSubjectRight.Objection, true)]
    public async Task Of_somebody_whom_nobody_knows_nothing_is_called_done_before_it_is_found_out_who_asks(DataSubjectRight right, bool isMarketing)
    {
        await using var world = Open();

        var request = await world.Requests.ReceiveAsync(
            new RequestIntake(right, null) { ReceivedAt = world.Now, IsMarketing = isMarketing, Identity = IdentityMethod.NotNeeded });
        await world.PumpAsync(approve: false);

        request = (await world.Requests.FindAsync(request.Id))!;
        (request.Outcome, request.Phase, request.Identity.IsShown).ShouldBe((null, RequestPhase.Received, false));
        (await world.Requests.DecideNotIdentifiableAsync(request.Id, isDoubtRemaining: false, RightsWorld.Officer)).Outcome.ShouldBe(RequestOutcome.NotIdentifiable);
    }

    [Fact]
    public async Task That_no_identity_is_needed_opens_nobodys_data()
    {
        await using var world = Open();
        var person = await world.PersonAsync();

        (await Should.ThrowAsync<RequestException>(() =>
            world.ReceiveAsync(DataSubjectRight.Access, person, intake => intake with { Identity = IdentityMethod.NotNeeded }))).Code.ShouldBe("E-DSR-12");
        var request = await world.ReceiveAsync(DataSubjectRight.Access, person, intake => intake with { Identity = null });
        (await Should.ThrowAsync<RequestException>(() =>
            world.Requests.ConfirmIdentityAsync(request.Id, IdentityMethod.NotNeeded, RightsWorld.Officer))).Code.ShouldBe("E-DSR-12");
        (await Should.ThrowAsync<RequestException>(() => world.Requests.ComposeAccessAsync(request.Id))).Code.ShouldBe("E-DSR-09");
    }

    [Fact]
    public async Task What_stands_in_the_journal_in_the_clear_is_a_word_and_no_address()
    {
        await using var world = Open();
        var person = await world.PersonAsync();
        var request = await world.ReceiveAsync(DataSubjectRight.Restriction, person, intake => intake with { Ground = RestrictionGround.Unlawful, Identity = null });
        var before = (await world.Stores.EntriesAsync()).Count;
        const string Typed = "mail from anna@marker.example";

        foreach (var with in new Func<RequestIntake, RequestIntake>[]
        {
            intake => intake with { Channel = Typed }, intake => intake with { ForController = Typed }, intake => intake with { Decision = Typed },
            intake => intake with { Mandate = new RequestMandate(MandateKind.Guardian, Typed) },
        })
        {
            await Should.ThrowAsync<ArgumentException>(() => world.ReceiveAsync(DataSubjectRight.Access, person, with));
        }

        foreach (var step in new Func<Task>[]
        {
            () => world.Requests.AskForIdentityAsync(request.Id, Typed, RightsWorld.Officer),
            () => world.Requests.RefuseAsync(request.Id, Typed, RightsWorld.Officer),
            () => world.Requests.ResolveAsync(request.Id, "x", true, Typed, RightsWorld.Officer),
            () => world.Requests.LiftRestrictionAsync(request.Id, Typed, RightsWorld.Officer),
        })
        {
            await Should.ThrowAsync<ArgumentException>(step);
        }

        (await world.Stores.EntriesAsync()).Count.ShouldBe(before);
    }

    [Theory]
    [InlineData(MandateKind.Representative)]
    [InlineData(MandateKind.Guardian)]
    public async Task Nothing_is_given_out_or_done_for_whoever_has_not_shown_a_mandate(MandateKind kind)
    {
        await using var world = Open();
        var person = await world.PersonAsync();
        RequestIntake For(RequestIntake intake) => intake with { Mandate = new RequestMandate(kind) };
        var (access, erasure) = (await world.ReceiveAsync(DataSubjectRight.Access, person, For), await world.ReceiveAsync(DataSubjectRight.Erasure, person, For));

        // It is taken in, and the clock runs.
        (access.IsOpen, access.Mandate!.IsShown).ShouldBe((true, false));
        (await Should.ThrowAsync<RequestException>(() => world.Requests.ComposeAccessAsync(access.Id))).Code.ShouldBe("E-DSR-08");
        (await Should.ThrowAsync<RequestException>(() => world.Requests.AssessAsync(erasure.Id))).Code.ShouldBe("E-DSR-08");
        world.Data.Customers.Find("c1").ShouldNotBeNull();

        await Should.ThrowAsync<ArgumentException>(() => world.Requests.ConfirmMandateAsync(access.Id, "mail from anna@marker.example", RightsWorld.Officer));
        var shown = await world.Requests.ConfirmMandateAsync(access.Id, "poa-17", RightsWorld.Officer);
        shown.Mandate.ShouldBe(new RequestMandate(kind, "poa-17"));
        (await world.Requests.ComposeAccessAsync(access.Id)).ShouldNotBeNull();
        await world.Requests.ConfirmMandateAsync(erasure.Id, "poa-17", RightsWorld.Officer);
        (await world.Requests.AssessAsync(erasure.Id)).Lines.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData(DataSubjectRight.Restriction, RestrictionGround.Unlawful)]
    [InlineData(DataSubjectRight.Rectification, RestrictionGround.AccuracyContested)]
    public async Task Nothing_is_restricted_decided_or_told_for_whoever_has_not_shown_a_mandate(DataSubjectRight right, RestrictionGround ground)
    {
        await using var world = Open();
        var person = await world.PersonAsync();
        var request = await world.ReceiveAsync(right, person, intake => intake with
        {
            Ground = ground,
            Scope = new RequestScope { DataSets = ["crm.customers"] },
            Mandate = new RequestMandate(MandateKind.Representative),
        });
        await world.PumpAsync(approve: false);

        (await world.StateAsync(person)).Restrictions.ShouldBeEmpty();
        (await Should.ThrowAsync<RequestException>(() => world.Requests.DecideAsync(request.Id, RightsWorld.Officer))).Code.ShouldBe("E-DSR-08");
        (await Should.ThrowAsync<RequestException>(() =>
            world.Requests.InvokeClaimsAsync(request.Id, new LocalDate(2026, 12, 1)))).Code.ShouldBe("E-DSR-08");
        (await world.StateAsync(person)).Restrictions.ShouldBeEmpty();

        await world.Requests.ConfirmMandateAsync(request.Id, "poa-17", RightsWorld.Officer);
        await world.PumpAsync(approve: false);
        (await world.StateAsync(person)).Restrictions.ShouldHaveSingleItem().Stands.ShouldBeTrue();
        (await world.Requests.DecideAsync(request.Id, RightsWorld.Officer)).Outcome.ShouldBe(RequestOutcome.Granted);
    }

    [Fact]
    public async Task Nothing_is_decided_for_whoever_has_not_shown_who_they_are()
    {
        await using var world = Open();
        var request = await world.ReceiveAsync(DataSubjectRight.Erasure, await world.PersonAsync(), intake => intake with { Identity = null });
        await world.Requests.DecideNotIdentifiableAsync(request.Id, isDoubtRemaining: false, RightsWorld.Officer);
        var complained = await world.Requests.ComplainAsync(request.Id, RightsWorld.Officer);
        await world.Requests.AnswerComplaintAsync(request.Id, complained.Complaints[^1].Id, isUpheld: true, "management");

        (await Should.ThrowAsync<RequestException>(() => world.Requests.DecideAsync(request.Id, RightsWorld.Officer))).Code.ShouldBe("E-DSR-09");
    }

    [Fact]
    public async Task Where_nobody_acts_for_the_person_there_is_no_mandate_to_show()
    {
        await using var world = Open();
        var request = await world.ReceiveAsync(DataSubjectRight.Access, await world.PersonAsync());
        (await Should.ThrowAsync<RequestException>(() => world.Requests.ConfirmMandateAsync(request.Id, "poa-17", RightsWorld.Officer))).Code.ShouldBe("E-DSR-12");
    }

    [Theory]
    [InlineData(DataSubjectRight.Objection, -1)]
    [InlineData(DataSubjectRight.Objection, 0)]
    [InlineData(DataSubjectRight.Withdrawal, 1)]
    public async Task What_was_over_before_it_came_is_not_said_to_have_stopped_anything_and_nothing_but_an_objection_is_temporary(DataSubjectRight right, int days)
    {
        await using var world = Open();
        var (subject, before) = (await world.PersonAsync(), (await world.Stores.EntriesAsync()).Count);

        (await Should.ThrowAsync<RequestException>(() => world.ReceiveAsync(right, subject, intake => intake with
        {
            Scope = new RequestScope { Purposes = ["direct-marketing"] },
            Until = world.Now + Duration.FromDays(days),
        }))).Code.ShouldBe("E-DSR-12");
        (await world.Stores.EntriesAsync()).Count.ShouldBe(before);
    }

    [Fact]
    public async Task Claims_that_were_to_be_reviewed_before_today_are_not_taken_in()
    {
        await using var world = Open();
        var subject = await world.PersonAsync();
        Task<DataSubjectRequest> AskAsync(LocalDate by) => world.ReceiveAsync(
            DataSubjectRight.Restriction, subject, intake => intake with { Ground = RestrictionGround.Claims, ReviewBy = by });

        (await Should.ThrowAsync<RequestException>(() => AskAsync(new LocalDate(2026, 2, 1)))).Code.ShouldBe("E-RSTR-01");
        var request = await AskAsync(new LocalDate(2026, 2, 2));
        (await Should.ThrowAsync<RequestException>(() => world.Requests.InvokeClaimsAsync(request.Id, new LocalDate(2026, 2, 1)))).Code.ShouldBe("E-RSTR-01");
    }

    private static RightsWorld Open() => RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), new RightsData().Customer());
}
