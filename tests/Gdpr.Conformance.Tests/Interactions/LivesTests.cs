using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Consents;
using Gdpr.Disclosures;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Processing;
using Gdpr.Retention;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Conformance.Tests.Interactions;

/// <summary>The lives of some people with two firms, on real databases, over clock changes, leap days and the ends of months.</summary>
public sealed class LivesTests
{
    private static readonly ProcessingActor System = ProcessingActor.Service("web", "w1");

    /// <summary>One letter to both firms, in the hour in which one of them has Saturday and the other Sunday.</summary>
    [Fact]
    public async Task Who_writes_to_both_firms_at_midnight_has_two_clocks_and_two_answers_and_neither_tells_of_the_other()
    {
        // 23:30 on Saturday 24 October 2026 in Stockholm; 00:30 on Sunday in Helsinki, some hours before both clocks go back.
        var received = Instant.FromUtc(2026, 10, 24, 21, 30);
        await using var host = await OrganisationHost.StartAsync(TwoFirms.Policy, now: received);
        var (north, south) = (await PersonAsync(host, TwoFirms.North, "anna"), await PersonAsync(host, TwoFirms.South, "anna"));
        var requests = host.Get<DataSubjectRequests>();
        await host.PutAsync("crm.customers", "c1", "anna", "created=2026-01-01");
        await host.PutAsync("erp.invoices", "i1", "anna", "booked=2026-02-28");

        var (ofNorth, ofSouth) = (await host.ReceiveAsync(DataSubjectRight.Access, north), await host.ReceiveAsync(DataSubjectRight.Access, south));

        ofNorth.Id.ShouldNotBe(ofSouth.Id);
        (LastDays(requests.ClockOf(ofNorth)), LastDays(requests.ClockOf(ofSouth))).ShouldBe((("2026-11-24", "2026-11-24"), ("2026-11-25", "2026-11-25")));
        requests.ClockOf(ofNorth).LegalLatest.End.ShouldBe(Instant.FromUtc(2026, 11, 24, 23, 0));
        requests.ClockOf(ofSouth).LegalLatest.End.ShouldBe(Instant.FromUtc(2026, 11, 25, 22, 0));
        var (first, second) = (await requests.ComposeAccessAsync(ofNorth.Id), await requests.ComposeAccessAsync(ofSouth.Id, "sv"));
        first.Content.Purposes.Select(purpose => purpose.Activity).ShouldBe(["books", "service"]);
        second.Content.Purposes.Select(purpose => purpose.Activity).ShouldBe(["loyalty"]);
        first.Content.DataSets.Select(dataSet => dataSet.DataSet).ShouldBe(["crm.customers", "erp.invoices"], ignoreOrder: true);
        second.Content.DataSets.Select(dataSet => dataSet.DataSet).ShouldBe(["crm.customers"]);
        first.Content.Remedies.Authority.ShouldBe("IMY");
        second.Content.Remedies.Authority.ShouldBe("Dataombudsmannen");
        second.Content.History.Requests.ShouldHaveSingleItem().Request.ShouldBe(ofSouth.Id);

        // The answer to the one says nothing of the other, and ends nothing of it.
        await requests.GiveAnswerAsync(first, Requests.Officer);
        host.Clock.Set(Instant.FromUtc(2026, 11, 25, 12, 0));
        (await requests.ListOverdueAsync()).ShouldBeEmpty();
        host.Clock.Set(Instant.FromUtc(2026, 11, 25, 22, 0));
        (await requests.ListOverdueAsync()).ShouldHaveSingleItem().Id.ShouldBe(ofSouth.Id);
        await host.ShouldVerifyAsync();
    }

    /// <summary>The holidays are those of the place where action is taken: 6 June is one in Sweden, and a working day in Finland.</summary>
    [Theory]
    [InlineData("2025-05-06", "2025-06-06", "2025-06-09", "2025-06-06")]
    [InlineData("2026-05-19", "2026-06-19", "2026-06-19", "2026-06-19")]
    [InlineData("2026-02-28", "2026-03-28", "2026-03-30", "2026-03-30")]
    public async Task A_holiday_of_one_country_gives_a_firm_of_another_no_more_time(string received, string conservative, string north, string south)
    {
        var at = NodaTime.Text.LocalDatePattern.Iso.Parse(received).Value.AtMidnight().PlusHours(12).InUtc().ToInstant();
        await using var host = await OrganisationHost.StartAsync(TwoFirms.Policy, now: at);
        var requests = host.Get<DataSubjectRequests>();

        var ofNorth = await host.ReceiveAsync(DataSubjectRight.Access, await PersonAsync(host, TwoFirms.North, "anna"));
        var ofSouth = await host.ReceiveAsync(DataSubjectRight.Access, await PersonAsync(host, TwoFirms.South, "anna"));

        LastDays(requests.ClockOf(ofNorth)).ShouldBe((conservative, north));
        LastDays(requests.ClockOf(ofSouth)).ShouldBe((conservative, south));
    }

    /// <summary>Vector V5 of the specification, and its ticket's last day a leap year after its closing.</summary>
    [Fact]
    public async Task Who_asks_for_a_copy_two_days_before_a_ticket_ends_gets_it_and_the_ticket_goes_on_the_day_of_the_answer()
    {
        await using var host = await OrganisationHost.StartAsync(TwoFirms.Policy, now: Instant.FromUtc(2026, 5, 29, 8, 0));
        var (bo, requests) = (await PersonAsync(host, TwoFirms.North, "bo"), host.Get<DataSubjectRequests>());
        await host.PutAsync("desk.tickets", "t1", "bo", "opened=2024-05-01;closed=2024-05-31");
        var request = await host.ReceiveAsync(DataSubjectRight.Access, bo);

        LastDays(requests.ClockOf(request)).ShouldBe(("2026-06-29", "2026-06-29"));
        host.Clock.Set(Instant.FromUtc(2026, 6, 1, 8, 0));
        await host.SweepAsync();
        (await host.FindAsync("desk.tickets", "t1")).ShouldNotBeNull("an open request for access keeps it");

        host.Clock.Set(Instant.FromUtc(2026, 6, 29, 21, 59));
        (await requests.ListOverdueAsync()).ShouldBeEmpty();
        var answer = await requests.ComposeAccessAsync(request.Id);
        answer.Content.DataSets.ShouldHaveSingleItem().Records.ShouldHaveSingleItem().Fields["text"].GetString().ShouldBe("marker-text-t1");
        await requests.GiveAnswerAsync(answer, Requests.Officer);
        await host.SweepAsync();
        (await host.FindAsync("desk.tickets", "t1")).ShouldBeNull("nothing keeps it any more on the day on which it was answered");
        await host.ShouldVerifyAsync();
    }

    /// <summary>Vector V9: bought on 10 January, told by 10 February; who objects is not bought again.</summary>
    [Fact]
    public async Task Who_was_bought_and_objects_is_erased_is_not_taken_in_again_and_leaves_what_is_needed_for_that()
    {
        await using var host = await OrganisationHost.StartAsync(TwoFirms.Policy, now: Instant.FromUtc(2026, 1, 10, 9, 0));
        var email = SubjectIdentifier.OfEmail("Cilla.Åberg@EXEMPEL.se ");
        var cilla = await PersonAsync(host, TwoFirms.North, "cilla", email);
        var (register, requests) = (host.Get<CollectionRegister>(), host.Get<DataSubjectRequests>());
        await host.PutAsync("crm.leads", "l1", "cilla", "obtained=2026-01-10");
        var taken = await register.CollectAsync(new Collection("crm.leads", "register") { Controller = TwoFirms.North, Record = "l1" }, [cilla]);
        taken.IsAllowed.ShouldBeTrue(string.Join("; ", taken.Reasons));
        taken.NoticeDueBy.ShouldBe(Instant.FromUtc(2026, 2, 10, 23, 0));

        host.Clock.Set(Instant.FromUtc(2026, 1, 31, 23, 30));
        var objection = await host.ReceiveAsync(DataSubjectRight.Objection, cilla, intake => intake with { IsMarketing = true, Addresses = [email] });
        (await host.Get<Suppression>().ReadAsync(email, TwoFirms.North)).ShouldNotBeEmpty();
        (await host.Get<Suppression>().ReadAsync(email, TwoFirms.South)).ShouldBeEmpty("an objection to one firm is none to the other");
        LastDays(requests.ClockOf(objection)).ShouldBe(("2026-03-01", "2026-03-02"), "received on 1 February, local time");
        var erasure = await host.HandleAsync(DataSubjectRight.Erasure, cilla);
        (await host.FindAsync("crm.leads", "l1")).ShouldBeNull();
        erasure.Outcome.ShouldBe(RequestOutcome.Granted);

        // Bought again: not taken in.
        await host.PassAsync(Duration.FromDays(30));
        var again = await PersonAsync(host, TwoFirms.North, "cilla-2", SubjectIdentifier.OfEmail("cilla.åberg@exempel.se"));
        (await register.CollectAsync(new Collection("crm.leads", "register") { Controller = TwoFirms.North }, [again])).IsAllowed.ShouldBeFalse();
        await host.ShouldVerifyAsync();
    }

    /// <summary>Vector V10, and a breach of the same log.</summary>
    [Fact]
    public async Task Days_of_a_log_that_are_held_stay_until_the_hold_is_released_and_the_others_age_out()
    {
        await using var host = await OrganisationHost.StartAsync(TwoFirms.Policy, now: Instant.FromUtc(2026, 8, 10, 9, 0));
        var disa = await PersonAsync(host, TwoFirms.North, "disa");
        string[] days = ["2026-07-31", "2026-08-01", "2026-08-05", "2026-08-06"];
        foreach (var day in days)
        {
            await host.PutAsync("logs.accesses", day, "disa", $"logged={day}");
        }

        var hold = await host.Get<LegalHolds>().PlaceAsync(new HoldTerms("incident", "an intrusion", "legal-counsel", new LocalDate(2026, 8, 10), new LocalDate(2027, 2, 10),
            new HoldScope { DataSets = new HashSet<string> { "logs.accesses" }, Records = new HashSet<string> { "2026-08-01", "2026-08-05" } }));
        host.Clock.Set(Instant.FromUtc(2027, 8, 6, 9, 0));
        await host.SweepAsync();
        (await LeftAsync()).ShouldBe(["2026-08-01", "2026-08-05", "2026-08-06"]);
        host.Clock.Set(Instant.FromUtc(2027, 8, 7, 9, 0));
        await host.SweepAsync();
        (await LeftAsync()).ShouldBe(["2026-08-01", "2026-08-05"]);

        // Who is held is given the copy, and may not be used.
        var requests = host.Get<DataSubjectRequests>();
        var access = await requests.ComposeAccessAsync((await host.HandleAsync(DataSubjectRight.Access, disa)).Id);
        await requests.GiveAnswerAsync(access, Requests.Officer);
        access.Content.DataSets.Single(one => one.DataSet == "logs.accesses").Records.Count.ShouldBe(2);
        var erasure = await host.HandleAsync(DataSubjectRight.Erasure, disa);
        erasure.Results.Single(one => one.DataSet == "logs.accesses").Items.ShouldAllBe(item => item.Code == ResultCode.KeptRestricted);

        host.Clock.Set(Instant.FromUtc(2027, 11, 1, 9, 0));
        await host.Get<LegalHolds>().ReleaseAsync(hold.Id, "legal-counsel");
        await host.RunDueAsync();
        await host.SweepAsync();
        (await LeftAsync()).ShouldBeEmpty("released and gone on the same day");
        await host.ShouldVerifyAsync();

        async Task<string[]> LeftAsync()
        {
            var left = new List<string>();
            foreach (var day in days)
            {
                left.AddRange(await host.FindAsync("logs.accesses", day) is null ? [] : [day]);
            }

            return [.. left];
        }
    }

    /// <summary>Consents and withdrawals around the hour that does not exist, and a consent given on a leap day.</summary>
    [Fact]
    public async Task A_consent_given_before_the_clock_changes_and_withdrawn_after_it_held_for_two_seconds_and_one_of_a_leap_day_ends_with_february()
    {
        var before = new LocalDateTime(2026, 3, 29, 1, 59, 59).InZoneStrictly(DateTimeZoneProviders.Tzdb["Europe/Stockholm"]).ToInstant();
        await using var host = await OrganisationHost.StartAsync(TwoFirms.Policy, now: before);
        var eva = await PersonAsync(host, TwoFirms.North, "eva");
        var (consents, gate) = (host.Get<ConsentService>(), host.Get<IProcessingGate>());
        await host.PutAsync("crm.customers", "c1", "eva", "created=2026-01-01");
        var question = new ProcessingRequest(eva, "direct-marketing") { Actor = System, Data = ["crm.customers.email"] };

        await GiveAsync();
        (await gate.DecideAsync(question)).ToString().ShouldBe("Allowed");
        host.Clock.Advance(Duration.FromSeconds(2));
        await consents.WithdrawAsync(eva, "direct-marketing");
        (await gate.DecideAsync(question)).IsAllowed.ShouldBeFalse();

        // A leap day and two years: through 28 February 2030, local time.
        host.Clock.Set(new LocalDateTime(2028, 2, 29, 23, 59, 59).InZoneStrictly(DateTimeZoneProviders.Tzdb["Europe/Stockholm"]).ToInstant());
        await GiveAsync();
        host.Clock.Set(Instant.FromUtc(2030, 2, 28, 22, 59, 59));
        (await gate.DecideAsync(question)).ToString().ShouldBe("Allowed");
        host.Clock.Advance(Duration.FromSeconds(1));
        (await gate.DecideAsync(question)).IsAllowed.ShouldBeFalse();
        await host.RunDueAsync();
        (await host.Get<SubjectDirectory>().ReadStateAsync(eva)).ConsentTo("direct-marketing")!.Phase.ShouldBe(ConsentPhase.Expired);
        await host.ShouldVerifyAsync();

        Task GiveAsync() => consents.GiveAsync(new ConsentGrant(
            eva, "direct-marketing", new ShownText("news-text", "1", "sv"), new ConsentAct(ConsentActKind.TickedBox, "web")));
    }

    /// <summary>Asked a day before a leap day on which the contract ends: done by itself on that day, told to whoever had the data, and with a last backup.</summary>
    [Fact]
    public async Task Who_asks_for_erasure_under_a_contract_is_erased_when_it_has_ended_on_a_leap_day_without_asking_again()
    {
        await using var host = await OrganisationHost.StartAsync(TwoFirms.Policy, now: Instant.FromUtc(2028, 2, 28, 9, 0));
        var (gun, requests) = (await PersonAsync(host, TwoFirms.North, "gun"), host.Get<DataSubjectRequests>());
        await host.PutAsync("crm.customers", "c1", "gun", "created=2020-02-29");
        await host.Get<DisclosureService>().RecordMadeAsync(
            new DisclosureRequest("courier", "service-provision", "crm.customers.name") { Controller = TwoFirms.North }, [gun], host.Now - Duration.FromDays(1));
        await host.SweepAsync();

        var erasure = await host.HandleAsync(DataSubjectRight.Erasure, gun);
        LastDays(requests.ClockOf(erasure)).ShouldBe(("2028-03-28", "2028-03-28"));
        var answer = await requests.ComposeAnswerAsync(erasure.Id, "sv");
        answer.Content.Decisions.ShouldContain(line => line.Activity == "service" && line.Verdict == RightsVerdict.Deferred);
        await requests.GiveAnswerAsync(answer, Requests.Officer);
        await requests.CloseAsync(erasure.Id, Requests.Officer);
        await host.PassAsync(Duration.FromHours(1));
        (await host.FindAsync("crm.customers", "c1")).ShouldNotBeNull("the contract needs it");
        (await host.Get<RecipientNotifications>().ListOutstandingAsync()).ShouldBeEmpty();

        // The end is agreed on in advance; half an hour after midnight of that day, local time, it has come.
        await host.SetTriggerAsync("crm.customers", "c1", "ended", "2028-02-29");
        host.Clock.Set(Instant.FromUtc(2028, 2, 28, 22, 30));
        await host.RunDueAsync();
        (await host.FindAsync("crm.customers", "c1")).ShouldNotBeNull("the contract runs for another half hour");
        host.Clock.Set(Instant.FromUtc(2028, 2, 28, 23, 30));
        await host.RunDueAsync();
        (await host.FindAsync("crm.customers", "c1")).ShouldBeNull();
        var done = (await requests.FindAsync(erasure.Id))!.Results.Single(result => result.DataSet == "crm.customers");
        (done.Level, done.BackupUntil).ShouldBe((ReceiptLevel.Reread, new LocalDate(2028, 4, 4)));
        (await host.Get<RecipientNotifications>().ListOutstandingAsync()).ShouldHaveSingleItem().Recipient.ShouldBe("courier");
        await host.ShouldVerifyAsync();
    }

    /// <summary>A ticket's time ends while its accuracy is contested: the person is told, and has fourteen days, over the change to summer time.</summary>
    [Fact]
    public async Task What_is_contested_goes_fourteen_whole_days_after_the_person_was_told_over_the_change_of_the_clock()
    {
        await using var host = await OrganisationHost.StartAsync(TwoFirms.Policy, now: Instant.FromUtc(2026, 3, 1, 9, 0));
        var (hans, requests) = (await PersonAsync(host, TwoFirms.North, "hans"), host.Get<DataSubjectRequests>());
        await host.PutAsync("desk.tickets", "t1", "hans", "opened=2024-03-01;closed=2024-03-10");
        var request = await host.HandleAsync(DataSubjectRight.Restriction, hans, intake =>
            intake with { Ground = RestrictionGround.AccuracyContested, Scope = new RequestScope { DataSets = ["desk.tickets"] } });
        await requests.GiveAnswerAsync(await requests.ComposeAnswerAsync(request.Id), Requests.Officer);
        await requests.CloseAsync(request.Id, Requests.Officer);
        await host.SweepAsync();

        // The ticket's last day was 10 March; on the 16th, late in the evening, the person is told.
        host.Clock.Set(Instant.FromUtc(2026, 3, 16, 22, 30));
        await host.RunDueAsync();
        await requests.TellLiftingAsync(request.Id, Requests.Officer);
        (await host.FindAsync("desk.tickets", "t1")).ShouldNotBeNull();
        host.Clock.Set(Instant.FromUtc(2026, 3, 30, 21, 0));
        await host.RunDueAsync();
        await host.SweepAsync();
        (await host.FindAsync("desk.tickets", "t1")).ShouldNotBeNull("30 March is the fourteenth day, until midnight by the summer clock");
        host.Clock.Set(Instant.FromUtc(2026, 3, 31, 9, 0));
        await host.RunDueAsync();
        await host.SweepAsync();
        (await host.FindAsync("desk.tickets", "t1")).ShouldBeNull();
        await host.ShouldVerifyAsync();
    }

    /// <summary>One firm erases; the other's claim keeps, and what each tells its person is its own.</summary>
    [Fact]
    public async Task What_one_firm_lets_go_the_other_keeps_restricted_until_its_own_reason_ends()
    {
        await using var host = await OrganisationHost.StartAsync(TwoFirms.Policy, now: Instant.FromUtc(2026, 11, 30, 9, 0));
        var (north, south) = (await PersonAsync(host, TwoFirms.North, "fia"), await PersonAsync(host, TwoFirms.South, "fia"));
        var requests = host.Get<DataSubjectRequests>();
        await host.PutAsync("crm.customers", "c1", "fia", "created=2025-01-31;ended=2026-08-31");
        await host.PutAsync("erp.invoices", "i1", "fia", "booked=2026-06-30");

        // The contract's three months ended on 30 November, which is today: north still serves; south objects to itself.
        var objection = await host.ReceiveAsync(
            DataSubjectRight.Objection, south, intake => intake with { Scope = new RequestScope { Purposes = ["customer-relations"] } });
        (await host.Get<IProcessingGate>().DecideAsync(new ProcessingRequest(south, "customer-relations") { Actor = System, Data = ["crm.customers"] }))
            .IsAllowed.ShouldBeFalse();
        (await host.Get<IProcessingGate>().DecideAsync(new ProcessingRequest(north, "service-provision") { Actor = System, Data = ["crm.customers"] }))
            .ToString().ShouldBe("Allowed");

        var erasure = await host.HandleAsync(DataSubjectRight.Erasure, north);
        erasure.Outcome.ShouldBe(RequestOutcome.Partly);
        var kept = erasure.Results.Single(one => one.DataSet == "erp.invoices").Items.ShouldHaveSingleItem();
        (kept.Code, kept.Until).ShouldBe((ResultCode.KeptRestricted, new LocalDate(2033, 12, 31)));
        (await host.FindAsync("crm.customers", "c1")).ShouldNotBeNull("the other's objection is pending: what it weighs is kept, and not used");

        var weighed = await requests.AssessAsync(objection.Id);
        foreach (var line in weighed.Lines.Where(line => line is { Verdict: RightsVerdict.NeedsHuman, Activity.Length: > 0 }))
        {
            await requests.ResolveAsync(objection.Id, line.Id, isGranted: true, line.Reason, Requests.Officer);
        }

        await requests.DecideAsync(objection.Id, Requests.Officer);
        await requests.ExecuteAsync(objection.Id);
        await host.PassAsync(Duration.FromDays(1));
        await host.SweepAsync();
        (await host.FindAsync("crm.customers", "c1")).ShouldBeNull("nothing of either firm's is left that keeps it");
        (await host.FindAsync("erp.invoices", "i1")).ShouldNotBeNull();
        await host.ShouldVerifyAsync();
    }

    private static Task<DataSubject> PersonAsync(OrganisationHost host, string controller, string id, params IReadOnlyList<SubjectIdentifier> more) =>
        host.Get<SubjectDirectory>().RegisterAsync(new SubjectRegistration([SubjectIdentifier.OfHost(id), .. more]) { Controller = controller });

    private static (string Conservative, string LegalLatest) LastDays(RequestClock clock) => (Iso(clock.Conservative.LastDay), Iso(clock.LegalLatest.LastDay));

    private static string Iso(LocalDate date) => NodaTime.Text.LocalDatePattern.Iso.Format(date);
}
