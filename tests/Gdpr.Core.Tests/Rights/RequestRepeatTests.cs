using Gdpr.Consents;
using Gdpr.Rights;
using Gdpr.Subjects;
using Gdpr.Testing;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>Who asks again: for the same only while the earlier request is undecided, and never so that something goes on that was to stop.</summary>
public sealed class RequestRepeatTests
{
    private static readonly RequestScope Faces = new() { Purposes = ["personalisation"] };
    private static readonly RequestScope News = new() { Purposes = ["direct-marketing"] };
    private static readonly RequestScope Support = new() { Purposes = ["customer-support"] };

    [Fact]
    public async Task Who_withdraws_consents_anew_and_withdraws_again_has_withdrawn()
    {
        await using var world = Open();
        var subject = await world.PersonAsync();
        await world.ConsentAsync(subject, "personalisation");
        world.Set(2026, 2, 3);
        var first = await world.ReceiveAsync(DataSubjectRight.Withdrawal, subject, intake => intake with { Scope = Faces });
        world.Set(2026, 6, 1);
        await world.ConsentAsync(subject, "personalisation");
        world.Set(2026, 9, 1);

        var second = await world.ReceiveAsync(DataSubjectRight.Withdrawal, subject, intake => intake with { Scope = Faces });

        (await world.StateAsync(subject)).ConsentTo("personalisation")!.Phase.ShouldBe(ConsentPhase.Withdrawn);
        second.Id.ShouldNotBe(first.Id);
        (second.Outcome, second.Phase, second.ReceivedAt).ShouldBe((RequestOutcome.Granted, RequestPhase.Executed, world.Now));
    }

    [Fact]
    public async Task Who_objects_to_marketing_consents_anew_and_objects_again_has_objected()
    {
        await using var world = Open();
        var subject = await world.PersonAsync();
        await world.ReceiveAsync(DataSubjectRight.Objection, subject, intake => intake with { Scope = News, IsMarketing = true });
        world.Set(2026, 6, 1);
        await world.Get<ConsentService>().GiveAsync(
            new ConsentGrant(subject, "direct-marketing", new ShownText("consent", "1", "en"), new ConsentAct(ConsentActKind.TickedBox, "web")));
        (await world.StateAsync(subject)).Objections.ShouldAllBe(one => !one.Stands(world.Now));
        world.Set(2026, 9, 1);

        await world.ReceiveAsync(DataSubjectRight.Objection, subject, intake => intake with { Scope = News, IsMarketing = true });

        var state = await world.StateAsync(subject);
        state.Objections.ShouldContain(one => one.Stands(world.Now));
        state.ConsentTo("direct-marketing")!.Phase.ShouldBe(ConsentPhase.Withdrawn);
    }

    [Fact]
    public async Task Who_objects_again_after_an_objection_was_overruled_is_heard()
    {
        var data = new RightsData();
        data.Tickets.Put(new Ticket("t1", "c1", null, "Marker-Text", null, new LocalDate(2026, 1, 10)));
        await using var world = Open(data);
        var subject = await world.PersonAsync();
        var first = await world.ReceiveAsync(DataSubjectRight.Objection, subject, intake => intake with { Scope = Support });
        foreach (var line in (await world.Requests.AssessAsync(first.Id)).Lines.Where(line => line is { Verdict: RightsVerdict.NeedsHuman, Activity.Length: > 0 }))
        {
            await world.Requests.ResolveAsync(first.Id, line.Id, isGranted: false, "fraud-prevention", RightsWorld.Officer);
        }

        await world.Requests.DecideAsync(first.Id, RightsWorld.Officer);
        await world.Requests.ExecuteAsync(first.Id);
        world.Set(2026, 9, 1);

        var second = await world.ReceiveAsync(DataSubjectRight.Objection, subject, intake => intake with { Scope = Support, Words = "My situation has changed." });

        (await world.StateAsync(subject)).Objections.Single(one => one.Stands(world.Now)).Request.ShouldBe(second.Id);
    }

    [Fact]
    public async Task A_second_objection_is_linked_to_the_one_that_is_weighed_and_withdraws_what_was_consented_to_since()
    {
        await using var world = Open();
        var subject = await world.PersonAsync();
        var scope = new RequestScope { Purposes = ["customer-support", "personalisation"] };
        var first = await world.ReceiveAsync(DataSubjectRight.Objection, subject, intake => intake with { Scope = scope });
        world.Set(2026, 2, 10);
        await world.ConsentAsync(subject, "personalisation");
        world.Set(2026, 2, 11);

        var second = await world.ReceiveAsync(DataSubjectRight.Objection, subject, intake => intake with { Scope = scope });

        second.Id.ShouldBe(first.Id);
        var state = await world.StateAsync(subject);
        state.ConsentTo("personalisation")!.Phase.ShouldBe(ConsentPhase.Withdrawn);
        state.Objections.ShouldHaveSingleItem().Request.ShouldBe(first.Id);
    }

    [Fact]
    public async Task A_request_for_access_after_one_that_was_answered_has_a_clock_of_its_own()
    {
        await using var world = Open();
        var subject = await world.PersonAsync();
        var scope = new RequestScope { DataSets = ["crm.customers"] };
        var first = await world.ReceiveAsync(DataSubjectRight.Access, subject, intake => intake with { Scope = scope });
        await world.Requests.GiveAnswerAsync(await world.Requests.ComposeAccessAsync(first.Id), RightsWorld.Officer);
        world.Set(2026, 9, 1);

        var second = await world.ReceiveAsync(DataSubjectRight.Access, subject, intake => intake with { Scope = scope });
        world.Set(2026, 12, 1);

        (await world.Requests.ListOverdueAsync()).ShouldHaveSingleItem().Id.ShouldBe(second.Id);
        second.Id.ShouldNotBe(first.Id);
    }

    [Fact]
    public async Task Who_signs_in_and_asks_again_is_identified_in_the_request_that_goes_on()
    {
        await using var world = Open();
        var subject = await world.PersonAsync();
        var first = await world.ReceiveAsync(DataSubjectRight.Access, subject, intake => intake with { Identity = null });
        await world.Requests.AskForIdentityAsync(first.Id, "unknown-address", RightsWorld.Officer);
        world.Set(2026, 2, 6);

        var second = await world.ReceiveAsync(DataSubjectRight.Access, subject, intake => intake with { Identity = IdentityMethod.SignedIn });

        (second.Id, second.Identity.Method, second.Phase).ShouldBe((first.Id, IdentityMethod.SignedIn, RequestPhase.Received));
        world.Requests.ClockOf(second).PausedDays.ShouldBe(4);
        (await world.Requests.ComposeAccessAsync(second.Id)).RequestId.ShouldBe(first.Id);
    }

    [Fact]
    public async Task After_a_crash_at_any_moment_the_earlier_receipt_governs()
    {
        var faults = new FaultPoints();
        for (var (call, hasFailed) = (1, true); hasFailed; call++)
        {
            faults.Reset();
            await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 20, 10, 0), new RightsData().Customer(), faults: faults);
            var subject = await world.PersonAsync();
            var first = await world.ReceiveAsync(DataSubjectRight.Access, subject);
            faults.Reset();
            faults.FailAt(call, FaultMoment.Before, staysDown: true);
            try
            {
                // A letter that came earlier and is recorded later.
                await world.ReceiveAsync(DataSubjectRight.Access, subject, intake => intake with { ReceivedAt = RightsWorld.At(2026, 2, 2) });
                hasFailed = false;
            }
            catch (InjectedFaultException)
            {
                // The process has died.
            }

            faults.Reset();
            await world.PumpAsync(approve: false);
            if ((await world.Stores.EntriesAsync()).Count(entry => entry.Content.Type == "request-received") == 2)
            {
                (await world.Requests.FindAsync(first.Id))!.ReceivedAt.ShouldBe(RightsWorld.At(2026, 2, 2), $"died at call {call} of the journal");
                (await world.Requests.ListActiveAsync()).ShouldHaveSingleItem();
            }
        }
    }

    [Theory]
    [InlineData("stranger@else.example", null)]
    [InlineData(null, "me@home.example")]
    [InlineData("stranger@else.example", "me@home.example")]
    public async Task What_a_person_asks_is_not_answered_to_a_stranger_who_asked_in_their_name_before(string? strangers, string? own)
    {
        await using var world = Open();
        var subject = await world.PersonAsync();
        var stranger = await world.ReceiveAsync(DataSubjectRight.Access, subject, intake => intake with { Identity = null, ReplyTo = strangers, Words = "All of it." });

        var request = await world.ReceiveAsync(DataSubjectRight.Access, subject, intake => intake with { Identity = IdentityMethod.SignedIn, ReplyTo = own });

        request.Id.ShouldNotBe(stranger.Id);
        (await world.Requests.FindAsync(stranger.Id))!.Identity.IsShown.ShouldBeFalse("nobody has shown to be the one who wrote it");
        (await world.Requests.ReadWordsAsync(request.Id))?.ReplyTo.ShouldBe(own);
        (await world.Requests.ComposeAccessAsync(request.Id)).RequestId.ShouldBe(request.Id);
    }

    [Theory]
    [InlineData(null, "me@home.example", "ME@home.example ")]
    [InlineData(IdentityMethod.SignedIn, "me@home.example", "stranger@else.example")]
    public async Task Who_asks_again_from_the_same_address_or_after_showing_who_they_are_is_answered_by_the_first(IdentityMethod? shown, string first, string second)
    {
        await using var world = Open();
        var subject = await world.PersonAsync();
        var earlier = await world.ReceiveAsync(DataSubjectRight.Access, subject, intake => intake with { Identity = shown, ReplyTo = first });

        var later = await world.ReceiveAsync(
            DataSubjectRight.Access, subject, intake => intake with { Identity = shown is null ? IdentityMethod.KnownFacts : null, ReplyTo = second });

        later.Id.ShouldBe(earlier.Id);
        (await world.Requests.ReadWordsAsync(later.Id))!.Value.ReplyTo.ShouldBe(first);
    }

    [Fact]
    public async Task Who_asks_himself_is_answered_though_a_stranger_without_mandate_asked_before()
    {
        await using var world = Open();
        var subject = await world.PersonAsync();
        await world.ReceiveAsync(DataSubjectRight.Access, subject, intake => intake with { Identity = null, Mandate = new RequestMandate(MandateKind.Representative) });

        var own = await world.ReceiveAsync(DataSubjectRight.Access, subject, intake => intake with { Identity = IdentityMethod.ElectronicIdentification });

        (await world.Requests.ComposeAccessAsync(own.Id)).RequestId.ShouldBe(own.Id);
    }

    [Fact]
    public async Task The_own_request_of_a_person_is_not_answered_to_the_administrator_who_asked_before()
    {
        await using var world = RightsWorld.Open(
            new LocalDateTime(2026, 2, 2, 10, 0), new RightsData().Customer(), services: services => services.AddSingleton<IOrganisationPeople>(new Everybody()));
        var subject = await world.PersonAsync();
        var admins = await world.ReceiveAsync(DataSubjectRight.Access, subject, intake => intake with
        {
            Mandate = new RequestMandate(MandateKind.OrganisationAdministrator) { Organisation = "org-1" },
            ReplyTo = "boss@org.example",
        });

        var own = await world.ReceiveAsync(DataSubjectRight.Access, subject, intake => intake with { Identity = IdentityMethod.SignedIn });

        own.Id.ShouldNotBe(admins.Id);
    }

    [Fact]
    public async Task What_a_representative_asks_is_not_answered_to_another_whose_mandate_nobody_has_seen()
    {
        await using var world = Open();
        var subject = await world.PersonAsync();
        Task<DataSubjectRequest> AskAsync(string replyTo) => world.ReceiveAsync(
            DataSubjectRight.Access, subject, intake => intake with { Mandate = new RequestMandate(MandateKind.Representative), ReplyTo = replyTo });

        (await AskAsync("one@law.example")).Id.ShouldNotBe((await AskAsync("other@law.example")).Id);
    }

    [Theory]
    [InlineData(DataSubjectRight.Rectification, "My name is wrong.", "My e-mail address is wrong.", false)]
    [InlineData(DataSubjectRight.Rectification, "My name is wrong.", null, false)]
    [InlineData(DataSubjectRight.Rectification, null, "My name is wrong.", false)]
    [InlineData(DataSubjectRight.Rectification, "My name is wrong.", " My name is wrong.", true)]
    [InlineData(DataSubjectRight.Rectification, null, null, true)]
    [InlineData(DataSubjectRight.AutomatedDecision, "The one on the loan.", "The one on the card.", false)]
    [InlineData(DataSubjectRight.Access, "All of it.", "What you have, please.", true)]
    public async Task Two_letters_are_one_request_only_where_they_ask_for_the_same(DataSubjectRight right, string? first, string? second, bool isSame)
    {
        await using var world = Open();
        var subject = await world.PersonAsync();
        var earlier = await world.ReceiveAsync(right, subject, intake => intake with { Words = first });
        world.Set(2026, 2, 4);

        var later = await world.ReceiveAsync(right, subject, intake => intake with { Words = second });

        (later.Id == earlier.Id).ShouldBe(isSame);
        (await world.Requests.ListActiveAsync()).Count.ShouldBe(isSame ? 1 : 2);
    }

    [Fact]
    public async Task One_decision_that_is_contested_twice_is_looked_at_once()
    {
        await using var world = Open();
        var subject = await world.PersonAsync();
        Task<DataSubjectRequest> ContestAsync(string decision, string words) => world.ReceiveAsync(
            DataSubjectRight.AutomatedDecision, subject, intake => intake with { Decision = decision, Words = words });
        var first = await ContestAsync("loan-1", "I earn more than that.");

        (await ContestAsync("loan-1", "And my debts are paid.")).Id.ShouldBe(first.Id);
        (await ContestAsync("loan-2", "I earn more than that.")).Id.ShouldNotBe(first.Id);
    }

    private sealed class Everybody : IOrganisationPeople
    {
        public ValueTask<bool> BelongsAsync(DataSubject person, string organisation, CancellationToken cancellationToken) => ValueTask.FromResult(true);
    }

    private static RightsWorld Open(RightsData? data = null) => RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), data ?? new RightsData().Customer());
}
