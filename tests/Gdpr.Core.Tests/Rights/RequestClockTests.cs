using Gdpr.Policies;
using Gdpr.Processing.Tasks;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>The clock of requests, end to end over the dated examples of Art. 12(3): both dates, extension, pause, warning, overdue.</summary>
public sealed class RequestClockTests
{
    [Theory]
    [InlineData("2026-01-31", "2026-02-28", "2026-03-02")]
    [InlineData("2027-01-31", "2027-02-28", "2027-03-01")]
    [InlineData("2026-11-24", "2026-12-24", "2026-12-24")]
    [InlineData("2026-11-25", "2026-12-25", "2026-12-28")]
    [InlineData("2026-12-01", "2027-01-01", "2027-01-04")]
    [InlineData("2026-12-06", "2027-01-06", "2027-01-07")]
    [InlineData("2028-03-31", "2028-04-30", "2028-05-02")]
    [InlineData("2026-03-05", "2026-04-05", "2026-04-07")]
    public async Task A_request_has_both_its_dates_from_the_day_of_receipt(string received, string conservative, string legal)
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2028, 12, 1, 0, 0), new RightsData().Customer());
        var on = NodaTime.Text.LocalDatePattern.Iso.Parse(received).Value;
        var request = await world.ReceiveAsync(
            DataSubjectRight.Access, await world.PersonAsync(), intake => intake with { ReceivedAt = RightsWorld.At(on.Year, on.Month, on.Day, 23, 59) });

        var clock = world.Requests.ClockOf(request);
        (Iso(clock.Conservative.LastDay), Iso(clock.LegalLatest.LastDay)).ShouldBe((conservative, legal));
        clock.Target.LastDay.ShouldBe(on.PlusDays(14));
    }

    [Fact]
    public async Task The_local_day_counts_and_not_the_day_of_utc()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 7, 1, 8, 0), new RightsData().Customer());
        var request = await world.ReceiveAsync(
            DataSubjectRight.Access, await world.PersonAsync(), intake => intake with { ReceivedAt = Instant.FromUtc(2026, 6, 30, 22, 15) });

        world.Requests.ClockOf(request).LegalLatest.LastDay.ShouldBe(new LocalDate(2026, 8, 3));
    }

    [Fact]
    public async Task An_extension_told_within_the_month_gives_three_months_from_receipt_and_one_told_late_gives_nothing()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 1, 31, 9, 0), new RightsData().Customer());
        var subject = await world.PersonAsync();
        var request = await world.ReceiveAsync(DataSubjectRight.Access, subject);
        var late = await world.ReceiveAsync(DataSubjectRight.Portability, subject);

        world.Set(2026, 3, 2, 23);
        var extended = await world.Requests.ExtendAsync(request.Id, ExtensionReason.Complexity, RightsWorld.Officer);
        var clock = world.Requests.ClockOf(extended);
        (clock.LegalLatest.LastDay, clock.Conservative.LastDay).ShouldBe((new LocalDate(2026, 4, 30), new LocalDate(2026, 4, 28)));

        world.Set(2026, 3, 3, 0);
        (await Should.ThrowAsync<RequestException>(() =>
            world.Requests.ExtendAsync(late.Id, ExtensionReason.NumberOfRequests, RightsWorld.Officer))).Code.ShouldBe("E-DSR-02");
        (await world.Requests.ListOverdueAsync()).Select(one => one.Id).ShouldBe([late.Id]);
    }

    [Fact]
    public async Task A_pause_for_identity_moves_the_laws_last_day_and_never_the_conservative_one()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 9, 1, 9, 0), new RightsData().Customer());
        var request = await world.ReceiveAsync(DataSubjectRight.Access, await world.PersonAsync(), intake => intake with { Identity = null });
        (await Should.ThrowAsync<RequestException>(() => world.Requests.AssessAsync(request.Id))).Code.ShouldBe("E-DSR-09");

        world.Set(2026, 9, 2);
        (await world.Requests.AskForIdentityAsync(request.Id, "unknown-address", RightsWorld.Officer)).Phase.ShouldBe(RequestPhase.IdentityPending);
        world.Set(2026, 9, 12);
        var shown = await world.Requests.ConfirmIdentityAsync(request.Id, IdentityMethod.ElectronicIdentification, RightsWorld.Officer);

        var clock = world.Requests.ClockOf(shown);
        (clock.PausedDays, clock.Conservative.LastDay, clock.LegalLatest.LastDay).ShouldBe((10, new LocalDate(2026, 10, 1), new LocalDate(2026, 10, 12)));
        shown.Identity.Method.ShouldBe(IdentityMethod.ElectronicIdentification);
        (await world.Requests.AssessAsync(request.Id)).Lines.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Identity_asked_for_late_stops_no_clock()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 9, 1, 9, 0), new RightsData().Customer());
        var request = await world.ReceiveAsync(DataSubjectRight.Access, await world.PersonAsync(), intake => intake with { Identity = null });
        world.Set(2026, 9, 20);
        var asked = await world.Requests.AskForIdentityAsync(request.Id, "unknown-address", RightsWorld.Officer);
        world.Set(2026, 9, 30);

        var clock = world.Requests.ClockOf(asked);
        (clock.PausedDays, clock.LegalLatest.LastDay).ShouldBe((0, new LocalDate(2026, 10, 1)));
    }

    [Fact]
    public async Task It_is_warned_before_the_conservative_day_and_found_overdue_after_the_laws_last()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 1, 31, 9, 0), new RightsData().Customer());
        var request = await world.ReceiveAsync(DataSubjectRight.Access, await world.PersonAsync());
        world.Set(2026, 2, 20);
        await world.PumpAsync();
        (await world.Requests.FindAsync(request.Id))!.WarnedAt.ShouldBeNull();

        world.Set(2026, 2, 21);
        await world.PumpAsync();
        (await world.Requests.FindAsync(request.Id))!.WarnedAt.ShouldNotBeNull();
        var task = (await world.Tasks.ListOpenAsync()).Single(one => one.Kind == "answer-request");
        task.DueBy.ShouldBeLessThanOrEqualTo(world.Requests.ClockOf(request).Conservative.End);

        world.Set(2026, 3, 2, 23);
        await world.PumpAsync();
        (await world.Requests.FindAsync(request.Id))!.OverdueAt.ShouldBeNull();
        world.Set(2026, 3, 3, 0);
        await world.PumpAsync();
        (await world.Requests.FindAsync(request.Id))!.OverdueAt.ShouldNotBeNull();

        // Answered all the same, and not called done because a timer fired.
        (await world.Requests.FindAsync(request.Id))!.IsOpen.ShouldBeTrue();
    }

    [Fact]
    public async Task A_request_without_an_instant_of_receipt_from_the_future_or_from_before_the_law_applied_is_not_taken_in()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 1, 31, 9, 0), new RightsData().Customer());
        var subject = await world.PersonAsync();

        foreach (var at in new Instant?[] { null, world.Now + Duration.FromHours(1), RightsWorld.At(2018, 5, 24, 23, 59), Instant.MinValue })
        {
            (await Should.ThrowAsync<RequestException>(() =>
                world.ReceiveAsync(DataSubjectRight.Access, subject, intake => intake with { ReceivedAt = at }))).Code.ShouldBe("E-DSR-01");
        }
    }

    [Fact]
    public async Task Identity_that_was_doubted_after_it_was_known_stops_the_answer_and_the_clock_until_it_is_shown_anew()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), new RightsData().Customer());
        var request = await world.ReceiveAsync(DataSubjectRight.Access, await world.PersonAsync());
        var answer = await world.Requests.ComposeAccessAsync(request.Id);
        world.Set(2026, 2, 3);
        await world.Requests.AskForIdentityAsync(request.Id, "unknown-device", RightsWorld.Officer);
        (await Should.ThrowAsync<RequestException>(() => world.Requests.ComposeAccessAsync(request.Id))).Code.ShouldBe("E-DSR-09");
        (await Should.ThrowAsync<RequestException>(() => world.Requests.GiveAnswerAsync(answer, RightsWorld.Officer))).Code.ShouldBe("E-DSR-09");

        world.Set(2026, 2, 5);
        await world.Requests.ConfirmIdentityAsync(request.Id, IdentityMethod.ElectronicIdentification, RightsWorld.Officer);
        world.Set(2026, 12, 1);

        world.Requests.ClockOf((await world.Requests.FindAsync(request.Id))!).PausedDays.ShouldBe(2);
        (await world.Requests.ListOverdueAsync()).ShouldHaveSingleItem().Id.ShouldBe(request.Id);
        await world.Requests.GiveAnswerAsync(answer, RightsWorld.Officer);
    }

    [Fact]
    public async Task What_was_decided_is_not_carried_out_while_proof_of_identity_is_awaited()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), new RightsData().Customer("c1", new LocalDate(2025, 3, 31)));
        var scope = new RequestScope { DataSets = ["crm.customers"] };
        var request = await world.ReceiveAsync(DataSubjectRight.Erasure, await world.PersonAsync(), intake => intake with { Scope = scope });
        await world.Requests.AssessAsync(request.Id);
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);

        var asked = await world.Requests.AskForIdentityAsync(request.Id, "unknown-device", RightsWorld.Officer);
        await world.PumpAsync(approve: false);

        (asked.Phase, asked.Identity.IsShown).ShouldBe((RequestPhase.Decided, false));
        (await Should.ThrowAsync<RequestException>(() => world.Requests.ExecuteAsync(request.Id))).Code.ShouldBe("E-DSR-09");
        (await world.Requests.FindAsync(request.Id))!.Results.ShouldBeEmpty();
        await world.Requests.ConfirmIdentityAsync(request.Id, IdentityMethod.SignedIn, RightsWorld.Officer);
        (await world.Requests.ExecuteAsync(request.Id)).Results.ShouldNotBeEmpty();
    }

    private static string Iso(LocalDate date) => NodaTime.Text.LocalDatePattern.Iso.Format(date);

    [Fact]
    public async Task An_extension_that_turns_out_to_have_been_told_after_the_month_of_the_first_receipt_gives_no_more_time()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 3, 10, 10, 0), new RightsData().Customer());
        var subject = await world.PersonAsync();
        var request = await world.ReceiveAsync(DataSubjectRight.Access, subject);
        world.Set(2026, 4, 7);
        await world.Requests.ExtendAsync(request.Id, ExtensionReason.Complexity, RightsWorld.Officer);

        // A letter of 1 March is found in a drawer: the first receipt governs.
        var after = await world.ReceiveAsync(DataSubjectRight.Access, subject, intake => intake with { ReceivedAt = RightsWorld.At(2026, 3, 1) });

        (after.Id, after.ReceivedAt).ShouldBe((request.Id, RightsWorld.At(2026, 3, 1)));
        world.Requests.ClockOf(after).LegalLatest.LastDay.ShouldBe(new LocalDate(2026, 4, 1));
        (await world.Requests.ListOverdueAsync()).ShouldHaveSingleItem();
        (await Should.ThrowAsync<RequestException>(() =>
            world.Requests.ExtendAsync(request.Id, ExtensionReason.Complexity, RightsWorld.Officer))).Code.ShouldBe("E-DSR-02");
    }

    /// <summary>Told in time that nobody was identified; the person shows who they are in June, and the month runs from there.</summary>
    [Fact]
    public async Task Who_is_identified_after_an_answer_in_time_is_not_answered_late_the_next_day()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 3, 10, 10, 0), new RightsData().Customer());
        var request = await world.ReceiveAsync(DataSubjectRight.Access, await world.PersonAsync(), intake => intake with { Identity = null });
        world.Set(2026, 3, 12);
        await world.Requests.DecideNotIdentifiableAsync(request.Id, isDoubtRemaining: false, RightsWorld.Officer);
        await world.Requests.GiveAnswerAsync(await world.Requests.ComposeAnswerAsync(request.Id), RightsWorld.Officer);
        world.Set(2026, 6, 1);
        await world.Requests.ConfirmIdentityAsync(request.Id, IdentityMethod.ElectronicIdentification, RightsWorld.Officer);
        await world.PumpAsync();

        (await world.Requests.ListOverdueAsync()).ShouldBeEmpty("the first answer came in two days, and nothing could be given before today");
        var clock = world.Requests.ClockOf((await world.Requests.FindAsync(request.Id))!);
        (clock.Conservative.LastDay, clock.PausedDays).ShouldBe((new LocalDate(2026, 7, 1), 0));
        world.Set(2026, 7, 10);
        await world.PumpAsync();
        (await world.Requests.ListOverdueAsync()).ShouldHaveSingleItem("a month has passed since");
    }

    [Fact]
    public async Task What_is_decided_anew_after_a_complaint_is_not_late_the_moment_the_complaint_is_right()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 3, 10, 10, 0), new RightsData().Customer());
        var request = await world.HandleAsync(DataSubjectRight.Erasure, await world.PersonAsync(), intake => intake with
        {
            Scope = new RequestScope { DataSets = ["crm.orders"] },
        });
        await world.AnswerAndCloseAsync(request);
        world.Set(2026, 6, 1);
        var complained = await world.Requests.ComplainAsync(request.Id, RightsWorld.Officer, "There is more.");
        await world.PumpAsync();
        (await world.Requests.ListOverdueAsync()).ShouldBeEmpty();
        await world.Requests.AnswerComplaintAsync(request.Id, complained.Complaints[^1].Id, isUpheld: true, "management");
        await world.PumpAsync();

        (await world.Requests.ListOverdueAsync()).ShouldBeEmpty("the request was answered in time, and the complaint is of today");
        await world.Requests.AssessAsync(request.Id);
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        await world.Requests.ExecuteAsync(request.Id);
        (await world.Requests.ComposeAnswerAsync(request.Id)).Content.IsLate.ShouldBeFalse();
    }
}
