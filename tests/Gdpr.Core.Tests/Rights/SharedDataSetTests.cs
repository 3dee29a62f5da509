using Gdpr.Breaches;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Rights;
using Gdpr.Sources;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>A data set that two controllers hold belongs to each: nobody decides for the other, and nobody tells of the other.</summary>
public sealed class SharedDataSetTests
{
    [Fact]
    public async Task Erasure_asked_of_one_controller_leaves_what_the_other_has_consent_for()
    {
        var (world, customers) = Open();
        await using var closed = world;
        var (acme, beta) = (await OfAsync(world, "acme"), await OfAsync(world, "beta"));
        await world.ConsentAsync(acme, "direct-marketing");
        await world.ConsentAsync(beta, "personalisation");

        var request = await world.HandleAsync(DataSubjectRight.Erasure, acme);

        customers.Find("c1").ShouldNotBeNull();
        request.Lines.ShouldAllBe(line => line.Purpose == "direct-marketing" && line.Verdict == RightsVerdict.Granted);
        var kept = request.Results.ShouldHaveSingleItem().Items.ShouldHaveSingleItem();
        (kept.Code, kept.Reason, kept.Purpose, kept.Law).ShouldBe((ResultCode.Refused, RightsReasons.OtherController, null, null));
        (await world.StateAsync(acme)).ConsentTo("direct-marketing")!.Phase.ShouldBe(ConsentPhase.Withdrawn);
        (await world.StateAsync(beta)).ConsentTo("personalisation")!.Phase.ShouldBe(ConsentPhase.Given);
    }

    [Fact]
    public async Task What_both_have_let_go_is_erased_and_its_tombstone_is_each_ones()
    {
        var (world, customers) = Open();
        await using var closed = world;
        var (acme, beta) = (await OfAsync(world, "acme"), await OfAsync(world, "beta"));
        await world.ConsentAsync(acme, "direct-marketing");
        await world.ConsentAsync(beta, "personalisation");
        await world.HandleAsync(DataSubjectRight.Erasure, acme);

        await world.HandleAsync(DataSubjectRight.Erasure, beta);

        customers.Find("c1").ShouldBeNull();
        foreach (var controller in new[] { "acme", "beta" })
        {
            var tombstones = new List<Tombstone>();
            await foreach (var tombstone in world.Stores.Vault.ReadTombstonesAsync(controller, new LocalDate(2026, 2, 3), CancellationToken.None))
            {
                tombstones.Add(tombstone);
            }

            tombstones.ShouldHaveSingleItem();
        }
    }

    [Fact]
    public void One_purpose_id_of_two_controllers_in_one_data_set_is_refused_as_nobody_could_tell_whose_has_ended()
    {
        var finding = Read("direct-marketing").Findings.Single(one => one.Code == FindingCodes.PurposeOfSeveral);

        (finding.Severity, finding.Path, finding.Article).ShouldBe((FindingSeverity.Error, "/activities/service-b/purpose", "Art. 4(7), 5(1)(e)"));
        finding.Message.ShouldContain("\"news-a\"");
        Read("personalisation").Findings.ShouldNotContain(one => one.Code == FindingCodes.PurposeOfSeveral);
    }

    [Fact]
    public async Task A_restriction_asked_of_the_second_controller_keeps_the_record()
    {
        var (world, customers) = Open();
        await using var closed = world;
        var (acme, beta) = (await OfAsync(world, "acme"), await OfAsync(world, "beta"));
        await world.ReceiveAsync(
            DataSubjectRight.Restriction, beta, intake => intake with { Ground = RestrictionGround.Claims, ReviewBy = new LocalDate(2026, 12, 1) });
        await world.RecordAsync(acme, SubjectEntries.ConsentWithdrawn, """{"purpose":"direct-marketing"}""");
        await world.RecordAsync(beta, SubjectEntries.ConsentWithdrawn, """{"purpose":"personalisation"}""");
        await world.PumpAsync();

        customers.Find("c1").ShouldNotBeNull();
    }

    [Theory]
    [InlineData(RestrictionGround.Claims, "restricted-claims")]
    [InlineData(RestrictionGround.AccuracyContested, "restricted")]
    public async Task What_is_asked_of_one_controller_is_told_in_its_own_copy_alone(RestrictionGround ground, string code)
    {
        var (world, _) = Open();
        await using var closed = world;
        var (acme, beta) = (await OfAsync(world, "acme"), await OfAsync(world, "beta"));
        await world.ConsentAsync(acme, "direct-marketing");
        await world.ConsentAsync(beta, "personalisation");
        await world.ReceiveAsync(DataSubjectRight.Restriction, beta, intake => intake with
        {
            Ground = ground,
            ReviewBy = ground == RestrictionGround.Claims ? new LocalDate(2026, 12, 1) : null,
            Scope = new RequestScope { DataSets = ["crm.customers"] },
        });
        await world.PumpAsync();

        (await RecordOfAsync(world, acme)).ShouldBe(("", false));
        (await RecordOfAsync(world, beta)).ShouldBe((code, true));
    }

    [Fact]
    public async Task What_both_restrict_is_told_by_both_and_what_only_the_others_purpose_keeps_is_not_in_use_here()
    {
        var (world, _) = Open();
        await using var closed = world;
        var (acme, beta) = (await OfAsync(world, "acme"), await OfAsync(world, "beta"));
        await world.ConsentAsync(beta, "personalisation");
        await world.ConsentAsync(acme, "direct-marketing");
        await world.ReceiveAsync(DataSubjectRight.Restriction, acme, Contested);
        await world.ReceiveAsync(DataSubjectRight.Restriction, beta, Contested);
        await world.RecordAsync(acme, SubjectEntries.ConsentWithdrawn, """{"purpose":"direct-marketing"}""");
        await world.PumpAsync();

        // While the answer is awaited nothing is destroyed: that alone keeps it.
        (await RecordOfAsync(world, acme)).ShouldBe(("restricted", true));
        (await RecordOfAsync(world, beta)).ShouldBe(("restricted", true));

        static RequestIntake Contested(RequestIntake intake) =>
            intake with { Ground = RestrictionGround.AccuracyContested, Scope = new RequestScope { DataSets = ["crm.customers"] } };
    }

    [Fact]
    public async Task That_a_restriction_asked_of_another_controller_keeps_a_record_is_not_told_by_an_erasure()
    {
        var (world, customers) = Open();
        await using var closed = world;
        var (acme, beta) = (await OfAsync(world, "acme"), await OfAsync(world, "beta"));
        await world.ConsentAsync(acme, "direct-marketing");
        await world.ConsentAsync(beta, "personalisation");
        await world.ReceiveAsync(
            DataSubjectRight.Restriction, beta, intake => intake with { Ground = RestrictionGround.Claims, ReviewBy = new LocalDate(2026, 12, 1) });

        var request = await world.HandleAsync(DataSubjectRight.Erasure, acme);

        customers.Find("c1").ShouldNotBeNull();
        var kept = request.Results.ShouldHaveSingleItem().Items.ShouldHaveSingleItem();
        (kept.Code, kept.Reason, kept.Article).ShouldBe((ResultCode.KeptRestricted, RightsReasons.OtherController, null));
    }

    [Theory]
    [InlineData("acme", "direct-marketing", "news-a", "email")]
    [InlineData("beta", "personalisation", "service-b", "email,name")]
    public async Task Each_answer_tells_what_its_own_controller_holds_and_why(string controller, string purpose, string activity, string fields)
    {
        var (world, _) = Open();
        await using var closed = world;
        var subject = await OfAsync(world, controller);
        await world.ConsentAsync(subject, purpose);
        var request = await world.ReceiveAsync(DataSubjectRight.Access, subject);

        var content = (await world.Requests.ComposeAccessAsync(request.Id)).Content;

        content.Purposes.Select(one => one.Activity).ShouldBe([activity]);
        string.Join(",", content.DataSets.Single(dataSet => dataSet.DataSet == "crm.customers").Records.ShouldHaveSingleItem().Fields.Keys).ShouldBe(fields);
        content.Missing.ShouldBe(controller == "beta" ? ["erp.invoices"] : []);
    }

    [Fact]
    public async Task The_scope_of_one_controllers_breach_reaches_nothing_that_is_only_the_others()
    {
        var (world, _) = Open();
        await using var closed = world;
        var breaches = world.Get<BreachRegister>();

        var refused = await Should.ThrowAsync<InvalidBreachException>(
            () => breaches.ScopeAsync(new BreachScopeQuery { Controller = "acme", DataSets = ["crm.customers", "erp.invoices"] }));
        refused.Problems.ShouldHaveSingleItem().ShouldContain("erp.invoices");
        var scope = await breaches.ScopeAsync(new BreachScopeQuery { Controller = "acme", Systems = ["crm", "erp"] });
        scope.DataSets.ShouldHaveSingleItem().Path.ShouldBe("crm.customers");
        (await breaches.ScopeAsync(new BreachScopeQuery { Controller = "beta", Systems = ["crm", "erp"] })).DataSets.Count.ShouldBe(2);
    }

    private static async Task<(string Restrictions, bool IsKeptOnly)> RecordOfAsync(RightsWorld world, DataSubject subject)
    {
        var copy = await world.Requests.ComposeAccessAsync((await world.ReceiveAsync(DataSubjectRight.Access, subject)).Id);
        var record = copy.Content.DataSets.Single(dataSet => dataSet.DataSet == "crm.customers").Records.ShouldHaveSingleItem();
        return (string.Join(",", record.Restrictions), record.IsKeptOnly);
    }

    private static Task<DataSubject> OfAsync(RightsWorld world, string controller) =>
        world.Directory.RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("c1")) { Controller = controller });

    private static (RightsWorld World, InMemoryRecords<Shared> Customers) Open()
    {
        var crm = new InMemorySource("crm");
        var customers = crm.Add<Shared>("crm.customers", one => one.Id, set => set
            .Subject(one => one.Id)
            .Field("name", one => one with { Name = null }, one => one.Name)
            .Field("email", one => one with { Email = null }, one => one.Email));
        customers.Put(new Shared("c1", "Marker-Name", "c1@marker.example"));
        return (RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), new RightsData { Instead = [crm] }, policy: Read("personalisation").Policy), customers);
    }

    private static PolicyReadResult Read(string second) => PolicyReader.Read($$"""
        { "policy": "two", "version": "1", "effective": "2020-01-01",
          "controllers": {
            "acme": { "name": "Acme AB", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@acme.example" },
            "beta": { "name": "Beta AB", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@beta.example" } },
          "documents": { "consent": { "kind": "consentText", "title": { "en": "Consent" }, "version": "1" } },
          "systems": {
            "crm": { "backup": { "keep": "P35D" }, "dataSets": {
              "customers": { "subject": "customer", "fields": { "name": "identity.name", "email": "contact.email" } } } },
            "erp": { "dataSets": { "invoices": { "subject": "customer",
              "triggers": { "booked": { "whenNull": "unknown" } }, "fields": { "amount": "commerce.invoice" } } } } },
          "activities": {
            "news-a": { "controller": "acme", "purpose": "direct-marketing", "basis": { "consent": { "text": "consent" } }, "data": ["crm.customers.email"],
              "retention": { "while": "consent" } },
            "service-b": { "controller": "beta", "purpose": "{{second}}", "basis": { "consent": { "text": "consent" } }, "data": ["crm.customers"],
              "retention": { "while": "consent" } },
            "books-b": { "controller": "beta", "purpose": "bookkeeping", "basis": { "contract": {} }, "data": ["erp.invoices"],
              "retention": { "keep": "P7Y", "after": "booked" } } } }
        """);

    private sealed record Shared(string Id, string? Name, string? Email);
}
