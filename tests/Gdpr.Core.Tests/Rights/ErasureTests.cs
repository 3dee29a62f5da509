using Gdpr.Consents;
using Gdpr.Journals;
using Gdpr.Processing.Tasks;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>Erasure from its receipt to its end (Art. 17): what goes, what stays and why, and what completes by itself.</summary>
public sealed class ErasureTests
{
    [Fact]
    public async Task Erasure_beside_books_erases_all_but_the_invoice_and_names_law_and_date()
    {
        // Vector V2 and the first interaction: the contract is over, the invoice of 2025 is kept through 2032.
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 1, 31, 10, 0), Past());
        var subject = await world.PersonAsync();

        var request = await world.HandleAsync(DataSubjectRight.Erasure, subject);

        var clock = world.Requests.ClockOf(request);
        (clock.LegalLatest.LastDay, clock.Conservative.LastDay).ShouldBe((new LocalDate(2026, 3, 2), new LocalDate(2026, 2, 28)));
        world.Data.Customers.Find("c1").ShouldBeNull();
        world.Data.Orders.Find("o1").ShouldBeNull();
        world.Data.Invoices.Find("i1")!.Payer.ShouldNotBeNull();
        request.Outcome.ShouldBe(RequestOutcome.Partly);
        var kept = request.Results.Single(result => result.DataSet == "erp.invoices").Items.ShouldHaveSingleItem();
        (kept.Code, kept.Law, kept.Until, kept.Reason).ShouldBe((ResultCode.KeptRestricted, "SFS 1999:1078 7:2", new LocalDate(2032, 12, 31), "obligation-alive"));
        var gone = request.Results.Single(result => result.DataSet == "crm.customers");
        gone.Level.ShouldBe(ReceiptLevel.Reread);
        gone.Items.ShouldAllBe(item => item.Code == ResultCode.Erased && item.Records == 1);
        gone.Plans.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_the_law_keeps_goes_by_itself_on_the_day_after_its_last_without_being_asked_again()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 1, 31, 10, 0), Past());
        var request = await world.HandleAsync(DataSubjectRight.Erasure, await world.PersonAsync());
        await FinishPaperAsync(world, request);

        world.Set(2032, 12, 31, 23);
        await world.PumpAsync(approve: false);
        world.Data.Invoices.Find("i1").ShouldNotBeNull();

        world.Set(2033, 1, 1, 1);
        await world.PumpAsync(approve: false);
        await world.PumpAsync(approve: false);
        world.Data.Invoices.Find("i1").ShouldBeNull();
    }

    [Fact]
    public async Task A_contract_in_force_keeps_what_it_needs_and_the_rest_goes_at_once()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), new RightsData().Customer());
        var subject = await world.PersonAsync();
        await world.ConsentAsync(subject, "personalisation");

        var request = await world.HandleAsync(DataSubjectRight.Erasure, subject);

        world.Data.Customers.Find("c1")!.Picture.ShouldBeNull();
        world.Data.Customers.Find("c1")!.Name.ShouldNotBeNull();
        request.Lines.Single(line => line.Activity == "service" && line.Fields.Contains("name")).Verdict.ShouldBe(RightsVerdict.Deferred);
        request.Lines.Single(line => line.Activity == "faces").Reason.ShouldBe(RightsReasons.ErasureWithdraws);
        (await world.StateAsync(subject)).ConsentTo("personalisation")!.Phase.ShouldBe(ConsentPhase.Withdrawn);
        request.IsStanding.ShouldBeTrue();

        // The agreement ends: not three months later, but that day, and nobody has to ask again.
        await FinishPaperAsync(world, request);
        world.Data.Customer("c1", new LocalDate(2026, 5, 4));
        world.Set(2026, 5, 4, 18);
        await world.PumpAsync(approve: false);
        world.Data.Customers.Find("c1").ShouldBeNull();
        (await world.Requests.FindAsync(request.Id))!.Results.Single(result => result.DataSet == "crm.customers").Items.ShouldAllBe(item =>
            item.Code == ResultCode.Erased);
    }

    [Fact]
    public async Task The_outcomes_of_every_item_add_up_to_what_there_was()
    {
        var data = Past();
        data.Orders.Put(new Purchase("o2", "c1", "Marker-Street 2", null));
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), data);

        var request = await world.HandleAsync(DataSubjectRight.Erasure, await world.PersonAsync());

        foreach (var dataSet in request.Lines.Where(line => line.Records > 0).GroupBy(line => line.DataSet))
        {
            var result = request.Results.Single(one => one.DataSet == dataSet.Key);
            foreach (var item in result.Items.GroupBy(item => string.Join(',', item.Fields)))
            {
                item.Sum(one => one.Records).ShouldBe(dataSet.First().Records, $"{dataSet.Key} {item.Key}");
            }
        }
    }

    [Fact]
    public async Task The_answer_tells_when_the_last_backup_is_gone()
    {
        // Vector V11.
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 11, 21, 10, 0), Past());
        var request = await world.HandleAsync(DataSubjectRight.Erasure, await world.PersonAsync());

        request.Results.Single(result => result.DataSet == "crm.customers").BackupUntil.ShouldBe(new LocalDate(2026, 12, 26));
        var answer = await world.Requests.ComposeAnswerAsync(request.Id);
        answer.Content.Results.Single(result => result.DataSet == "crm.customers").BackupUntil.ShouldBe(new LocalDate(2026, 12, 26));
        var tombstones = new List<Tombstone>();
        await foreach (var tombstone in world.Stores.Vault.ReadTombstonesAsync("acme", new LocalDate(2026, 12, 26), CancellationToken.None))
        {
            tombstones.Add(tombstone);
        }

        tombstones.ShouldContain(tombstone => tombstone.DataSet == "crm.customers");
    }

    [Fact]
    public async Task A_request_granted_needs_no_approval_of_the_rules_and_touches_nobody_elses_due_data()
    {
        var data = Past().Customer("c2", new LocalDate(2020, 1, 1));
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), data);

        await world.HandleAsync(DataSubjectRight.Erasure, await world.PersonAsync());

        data.Customers.Find("c1").ShouldBeNull();
        data.Customers.Find("c2").ShouldNotBeNull();
        (await world.Stores.EntriesAsync()).ShouldContain(entry => entry.Content.Type == "disposal-completed");
    }

    [Fact]
    public async Task One_of_two_systems_down_is_named_and_completed_later()
    {
        var data = Past();
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), data);
        var subject = await world.PersonAsync();
        data.ErpSwitch.IsDown = true;

        var request = await world.HandleAsync(DataSubjectRight.Erasure, subject);

        request.Phase.ShouldBe(RequestPhase.Decided);
        var answer = await world.Requests.ComposeAnswerAsync(request.Id);
        answer.Missing.ShouldBe(["erp.invoices", "paper.letters"]);
        await Should.ThrowAsync<RequestException>(() => world.AnswerAndCloseAsync(request));
        world.Data.Customers.Find("c1").ShouldBeNull();

        data.ErpSwitch.IsDown = false;
        await FinishPaperAsync(world, request);
        await world.PumpAsync(approve: false);
        var done = (await world.Requests.FindAsync(request.Id))!;
        (done.Phase >= RequestPhase.Executed).ShouldBeTrue();
        done.Results.Single(result => result.DataSet == "erp.invoices").Items.ShouldHaveSingleItem().Code.ShouldBe(ResultCode.KeptRestricted);
        (await world.AnswerAndCloseAsync(done)).Phase.ShouldBe(RequestPhase.Closed);
    }

    [Fact]
    public async Task Erasure_is_confirmed_after_it_is_done_and_never_before()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), Past());
        var request = await world.ReceiveAsync(DataSubjectRight.Erasure, await world.PersonAsync());
        await world.Requests.AssessAsync(request.Id);
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);

        (await Should.ThrowAsync<RequestException>(() => world.Requests.ComposeAnswerAsync(request.Id))).Code.ShouldBe("E-DSR-07");
    }

    [Fact]
    public async Task A_hold_keeps_it_restricted_and_its_release_erases_it()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), Past());
        var holds = world.Get<Gdpr.Disposal.LegalHolds>();
        var hold = await holds.PlaceAsync(Disposal.Shop.Terms("crm.customers") with
        {
            From = new LocalDate(2026, 1, 1),
            ReviewBy = new LocalDate(2026, 6, 1),
        });
        var request = await world.HandleAsync(DataSubjectRight.Erasure, await world.PersonAsync());

        world.Data.Customers.Find("c1").ShouldNotBeNull();
        request.Results.Single(result => result.DataSet == "crm.customers").Items.ShouldAllBe(
            item => item.Code == ResultCode.KeptRestricted && item.Reason == "hold" && item.Article == "Art. 17(3)(e)");

        await holds.ReleaseAsync(hold.Id, RightsWorld.Officer);
        await world.PumpAsync();

        world.Data.Customers.Find("c1").ShouldBeNull();
        (await world.Requests.FindAsync(request.Id))!.Results.Single(result => result.DataSet == "crm.customers").Items
            .ShouldAllBe(item => item.Code == ResultCode.Erased && item.Article == null);
    }

    [Fact]
    public async Task A_legitimate_interest_is_weighed_by_a_human_and_never_by_itself()
    {
        var data = Past();
        data.Tickets.Put(new Ticket("t1", "c1", "a1", "Marker-Text", "Marker-Agent", new LocalDate(2026, 1, 10)));
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), data);
        var request = await world.ReceiveAsync(DataSubjectRight.Erasure, await world.PersonAsync());
        var assessed = await world.Requests.AssessAsync(request.Id);

        var line = assessed.Lines.First(one => one.Activity == "support" && one.Fields.Contains("text"));
        (line.Verdict, line.Reason).ShouldBe((RightsVerdict.NeedsHuman, RightsReasons.WeighInterest));
        (await Should.ThrowAsync<RequestException>(() => world.Requests.DecideAsync(request.Id, RightsWorld.Officer))).Code.ShouldBe("E-DSR-10");
        var task = (await world.Tasks.ListOpenAsync()).Single(one => one.Id == line.Task);
        task.DueBy.ShouldBeLessThanOrEqualTo(world.Requests.ClockOf(request).Conservative.End);

        foreach (var open in assessed.Lines.Where(one => one is { Verdict: RightsVerdict.NeedsHuman, Activity.Length: > 0 }))
        {
            await world.Requests.ResolveAsync(request.Id, open.Id, isGranted: true, "no-overriding-grounds", RightsWorld.Officer);
        }

        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        await world.Requests.ExecuteAsync(request.Id);
        // A thread of several: the person's part goes; the record is nobody else's, so all of it does.
        (world.Data.Tickets.Find("t1")?.Text).ShouldBeNull();
    }

    [Fact]
    public async Task What_was_collected_unlawfully_goes_and_the_invoice_stays()
    {
        // The fifth interaction: a human has found it, and the duty to keep is the law's.
        var data = ErasureTests.Past().Customer("c1");
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), data);
        var request = await world.ReceiveAsync(DataSubjectRight.Erasure, await world.PersonAsync());
        var assessed = await world.Requests.AssessAsync(request.Id);
        foreach (var line in assessed.Lines.Where(line => line.Activity is "service" or "credit"))
        {
            await world.Requests.ResolveAsync(request.Id, line.Id, isGranted: true, RightsReasons.Unlawful, RightsWorld.Officer);
        }

        var books = assessed.Lines.First(line => line.Activity == "books");
        (await Should.ThrowAsync<RequestException>(() =>
            world.Requests.ResolveAsync(request.Id, books.Id, true, RightsReasons.Unlawful, RightsWorld.Officer))).Code.ShouldBe("E-DSR-12");
        await world.Requests.AssessAsync(request.Id);
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        await world.Requests.ExecuteAsync(request.Id);

        data.Customers.Find("c1").ShouldBeNull();
        data.Invoices.Find("i1").ShouldNotBeNull();
    }

    [Fact]
    public async Task An_exception_that_a_human_has_found_keeps_what_would_have_gone()
    {
        // Art. 17(3)(e) without a hold: refused with reasons, and it does not wake up by itself.
        var data = ErasureTests.Past();
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), data);
        var request = await world.ReceiveAsync(DataSubjectRight.Erasure, await world.PersonAsync(), intake =>
            intake with { Scope = new RequestScope { DataSets = ["crm.orders"] } });
        var line = (await world.Requests.AssessAsync(request.Id)).Lines.ShouldHaveSingleItem();
        await world.Requests.ResolveAsync(request.Id, line.Id, isGranted: false, RightsReasons.LegalClaims, RightsWorld.Officer);
        (await world.Requests.DecideAsync(request.Id, RightsWorld.Officer)).Outcome.ShouldBe(RequestOutcome.Refused);
        await world.Requests.ExecuteAsync(request.Id);

        data.Orders.Find("o1").ShouldNotBeNull();
    }

    [Fact]
    public async Task A_processors_confirmation_is_a_level_of_its_own_and_stays()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), Past());
        var request = await world.HandleAsync(DataSubjectRight.Erasure, await world.PersonAsync());
        await world.Requests.ConfirmByProcessorAsync(request.Id, "crm.customers");

        var again = await world.Requests.ExecuteAsync(request.Id);

        again.Results.Single(result => result.DataSet == "crm.customers").Level.ShouldBe(ReceiptLevel.ProcessorConfirmed);
        (await Should.ThrowAsync<RequestException>(() => world.Requests.ConfirmByProcessorAsync(request.Id, "web.nothing"))).Code.ShouldBe("E-DSR-11");
    }

    [Fact]
    public async Task Who_comes_back_after_an_erasure_does_not_lose_what_is_collected_anew()
    {
        var data = Past();
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), data);
        var subject = await world.PersonAsync();
        await world.HandleAsync(DataSubjectRight.Erasure, subject);
        data.Customers.Find("c1").ShouldBeNull();

        data.Customer("c1");
        data.Orders.Put(new Purchase("o9", "c1", "Marker-Street 9", null));
        world.Set(2026, 2, 10);
        await world.PumpAsync();

        data.Customers.Find("c1")!.Name.ShouldNotBeNull();
        data.Orders.Find("o9").ShouldNotBeNull();
        (await world.StateAsync(subject)).Endings.ShouldAllBe(ending => ending.IsDone);
    }

    internal static RightsData Past()
    {
        var data = new RightsData().Customer("c1", new LocalDate(2025, 3, 31));
        data.Orders.Put(new Purchase("o1", "c1", "Marker-Street 1", new LocalDate(2025, 3, 31)));
        data.Invoices.Put(new Invoice("i1", "c1", "Marker-Name", "100", new LocalDate(2025, 4, 2)));
        return data;
    }

    /// <summary>The archive has been looked through by hand.</summary>
    internal static async Task FinishPaperAsync(RightsWorld world, DataSubjectRequest request)
    {
        foreach (var task in (await world.Tasks.ListOpenAsync()).Where(task => task.Kind is "erase-by-hand" or "collect-by-hand"
            && task.About!.Contains(request.Id, StringComparison.Ordinal)))
        {
            await world.Tasks.CompleteAsync(task.Id, "nothing-held", "data-protection-coordinator");
        }
    }

    [Fact]
    public async Task A_consent_from_before_an_erasure_is_not_imported_under_another_identifier_of_the_person()
    {
        var data = new RightsData().Customer("c1", new LocalDate(2025, 3, 31));
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), data);
        var email = SubjectIdentifier.OfEmail("c1@marker.example");
        var person = await world.Directory.RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("c1"), email));
        await world.HandleAsync(DataSubjectRight.Erasure, person);
        data.Customers.Find("c1").ShouldBeNull();

        var report = await world.Get<ConsentImport>().ImportAsync(LinesAsync());

        report.Refused.ShouldHaveSingleItem().Reason.ShouldBe(ConsentImportReasons.Erased);

        async IAsyncEnumerable<ImportedConsent> LinesAsync()
        {
            await Task.CompletedTask;
            yield return new ImportedConsent([email], "personalisation", RightsWorld.At(2025, 6, 1), "bought-list", "line 1") { Text = "consent", TextVersion = "1" };
        }
    }
}
