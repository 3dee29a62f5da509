using Gdpr.Breaches;
using Gdpr.Controls;
using Gdpr.Core.Tests.Disposal;
using Gdpr.Disclosures;
using Gdpr.Journals;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Breaches;

/// <summary>What a breach reaches is computed from policy, sources, disclosures and the log of access; what cannot be counted is said.</summary>
public sealed class ScopeTests
{
    [Fact]
    public async Task A_system_is_counted_with_its_data_sets_categories_and_people()
    {
        await using var shop = Shop.Open(sources: world => [world.Data.Crm, world.Data.Web]);
        await shop.Work.PrepareAsync(CancellationToken.None);

        var scope = await shop.Breaches().ScopeAsync(new BreachScopeQuery { Systems = ["crm"], RegisterUnknown = true });

        scope.DataSets.Select(set => (set.Path, set.Records, set.People)).ShouldBe(
        [
            ("crm.customers", new BreachCount(28, true), new BreachCount(28, true)),
            ("crm.orders", new BreachCount(14, true), new BreachCount(14, true)),
        ]);
        scope.People.ShouldBe(new BreachCount(28, true));
        scope.Subjects.Count.ShouldBe(28);
        scope.Records.ShouldBe(new BreachCount(42, true));
        scope.Categories.ShouldBe(["contact.email", "contact.postal-address", "identity.name"]);
        scope.SubjectCategories.ShouldBe(["customer"]);
        scope.NotCounted.ShouldBeEmpty();
        var notice = scope.ToNotice();
        (notice.People, notice.Records, notice.PeopleCategories).ShouldBe((28L, 42L, "customer"));
    }

    [Fact]
    public async Task People_whom_the_vault_does_not_know_are_counted_but_not_named()
    {
        await using var shop = Shop.Open(sources: world => [world.Data.Crm, world.Data.Web]);
        await shop.Work.PrepareAsync(CancellationToken.None);
        var known = await shop.PersonAsync("kept-1");

        var scope = await shop.Breaches().ScopeAsync(new BreachScopeQuery { Systems = ["crm"] });

        scope.Subjects.ShouldBe([known]);
        scope.People.ShouldBe(new BreachCount(28, false));
        scope.NotCounted.ShouldBe([new NotCounted("crm.customers", "people-not-known"), new NotCounted("crm.orders", "people-not-known")]);
        (await shop.Breaches().ScopeAsync(new BreachScopeQuery { DataSets = ["crm.customers"] })).People.ShouldBe(new BreachCount(28, true));
    }

    [Fact]
    public async Task Records_that_nobody_can_be_named_for_make_the_number_of_people_a_least_one()
    {
        await using var shop = Shop.Open(sources: world => [world.Data.Crm, world.Data.Web]);
        await shop.Work.PrepareAsync(CancellationToken.None);

        var scope = await shop.Breaches().ScopeAsync(new BreachScopeQuery { Systems = ["web", "crm"], RegisterUnknown = true });

        scope.People.ToString().ShouldBe("at least 28");
        scope.NotCounted.ShouldBe([new NotCounted("web.visits", NotCountedReasons.PeopleNotCounted)]);
        scope.DataSets.Single(set => set.Path == "web.visits").Records.ShouldBe(new BreachCount(7, true));
    }

    [Fact]
    public async Task A_source_that_is_down_is_named_and_nothing_is_exact()
    {
        await using var shop = Shop.Open(sources: world => [new DownSource(), world.Data.Web]);

        var scope = await shop.Breaches().ScopeAsync(new BreachScopeQuery { Systems = ["crm"] });

        scope.NotCounted.ShouldBe([new NotCounted("crm.customers", "not-reached"), new NotCounted("crm.orders", "not-reached")]);
        scope.People.ShouldBe(new BreachCount(0, false));
        scope.Records.ShouldBe(new BreachCount(0, false));
        scope.ToNotice().People.ShouldBeNull();
    }

    [Fact]
    public async Task A_data_set_without_source_is_named_for_people_to_count()
    {
        await using var shop = Shop.Open(sources: world => [world.Data.Crm]);

        var scope = await shop.Breaches().ScopeAsync(new BreachScopeQuery { Systems = ["web"] });

        scope.DataSets.ShouldHaveSingleItem().Categories.ShouldBe(["free-text"]);
        scope.People.ShouldBe(new BreachCount(0, false));
        scope.NotCounted.ShouldBe([new NotCounted("web.visits", NotCountedReasons.NoSource)]);
    }

    [Fact]
    public async Task A_source_that_only_surveys_gives_records_and_says_that_it_did_not_count_people()
    {
        await using var shop = Shop.Open();
        await shop.Work.PrepareAsync(CancellationToken.None);

        var scope = await shop.Breaches().ScopeAsync(new BreachScopeQuery { DataSets = ["crm.customers"] });

        scope.Records.ShouldBe(new BreachCount(28, true));
        scope.People.ShouldBe(new BreachCount(0, false));
        scope.NotCounted.ShouldBe([new NotCounted("crm.customers", NotCountedReasons.PeopleNotCounted)]);
    }

    [Fact]
    public async Task Records_named_are_traced_to_their_people_and_those_not_found_are_said()
    {
        await using var shop = Shop.Open(sources: world => [world.Data.Crm, world.Data.Web]);
        await shop.Work.PrepareAsync(CancellationToken.None);

        var scope = await shop.Breaches().ScopeAsync(new BreachScopeQuery
        {
            Records = new Dictionary<string, IReadOnlyList<string>> { ["crm.orders"] = ["old-1", "open-2", "never-was"] },
            RegisterUnknown = true,
        });

        scope.People.ShouldBe(new BreachCount(2, true));
        scope.Subjects.ShouldBe([await shop.PersonAsync("gone-1"), await shop.PersonAsync("kept-2")], ignoreOrder: true);
        scope.NotCounted.ShouldBe([new NotCounted("crm.orders", NotCountedReasons.RecordsNotFound)]);
    }

    [Fact]
    public async Task A_stolen_account_reaches_whom_the_log_of_access_shows_within_the_window()
    {
        await using var shop = Shop.Open(sources: world => [world.Data.Crm, world.Data.Web]);
        var (one, two, three, four) = (await shop.PersonAsync("a"), await shop.PersonAsync("b"), await shop.PersonAsync("c"), await shop.PersonAsync("d"));
        var start = shop.Clock.GetCurrentInstant();
        await AccessAsync(shop, "mallory", "crm.customers", one);
        shop.Clock.Advance(Duration.FromHours(1));
        await AccessAsync(shop, "mallory", "crm.customers", two, three);
        await AccessAsync(shop, "mallory", "crm.orders", two);
        await AccessAsync(shop, "alice", "crm.customers", four);
        shop.Clock.Advance(Duration.FromHours(1));
        await AccessAsync(shop, "mallory", "crm.customers", four);

        var scope = await shop.Breaches().ScopeAsync(new BreachScopeQuery
        {
            Actors = ["mallory"],
            From = start + Duration.FromHours(1),
            Until = start + Duration.FromHours(2),
        });

        scope.Subjects.ShouldBe([two, three], ignoreOrder: true);
        scope.People.ShouldBe(new BreachCount(2, false));
        scope.DataSets.Select(set => (set.Path, set.People.AtLeast)).ShouldBe([("crm.customers", 2L), ("crm.orders", 1L)]);
        scope.NotCounted.ShouldBe([new NotCounted("access", NotCountedReasons.AccessLogOnly)]);
        (await shop.Breaches().ScopeAsync(new BreachScopeQuery { Actors = ["mallory"], DataSets = ["crm.orders"] })).Subjects.ShouldBe([two]);
    }

    [Fact]
    public async Task What_the_gate_let_an_account_or_a_service_use_is_access_too_and_what_it_denied_is_none()
    {
        await using var shop = Shop.Open();
        var (one, two, three) = (await shop.PersonAsync("a"), await shop.PersonAsync("b"), await shop.PersonAsync("c"));
        var mallory = await shop.PersonAsync("mallory");
        await UseAsync("processing-allowed", one, $$"""{"policy":"x","purpose":"service-provision","dataSet":"crm.customers","actor":"{{mallory.Key}}"}""");
        await UseAsync("processing-would-deny", two, $$"""{"policy":"x","dataSet":"crm.customers","actor":"{{mallory.Key}}"}""");
        await UseAsync("processing-denied", three, $$"""{"policy":"x","dataSet":"crm.customers","actor":"{{mallory.Key}}"}""");
        await UseAsync("processing-allowed", three, """{"policy":"x","dataSet":"crm.orders","actor":"billing-job"}""");
        await UseAsync("processing-summed", null, """{"policy":"x","day":"2026-11-22","count":9,"dataSet":"web.visits","actor":"billing-job"}""");

        var account = await shop.Breaches().ScopeAsync(new BreachScopeQuery { Actors = ["mallory"] });
        account.Subjects.ShouldBe([one, two], ignoreOrder: true);
        var service = await shop.Breaches().ScopeAsync(new BreachScopeQuery { Actors = ["billing-job", "nobody-knows"] });
        service.Subjects.ShouldBe([three]);
        service.DataSets.Select(set => (set.Path, set.Records)).ShouldBe(
            [("crm.orders", new BreachCount(1, false)), ("web.visits", new BreachCount(9, false))]);
        service.NotCounted.ShouldBe(
            [new NotCounted("access", NotCountedReasons.AccessLogOnly), new NotCounted("actor 2", NotCountedReasons.NoAccessRecorded)]);

        async Task UseAsync(string type, DataSubject? subject, string data) => await shop.Get<Journal>().RecordAsync(
            "processing/test", JournalStream.AnyVersion, new NewJournalEntry(type, shop.Clock.GetCurrentInstant(), data) { Controller = "shop", Subject = subject?.Key },
            CancellationToken.None);
    }

    [Fact]
    public async Task A_breached_recipient_holds_what_was_sent_to_it_before_however_long_ago()
    {
        await using var shop = Controls.Office.Open();
        foreach (var control in new[] { "encryption", "locks" })
        {
            await shop.Get<ControlEvidence>().RecordAsync(new Evidence(EvidenceTarget.OfRecipient(control, "carrier"), EvidenceOutcome.Passed, Reports.By));
        }

        var (one, two) = (await shop.PersonAsync("a"), await shop.PersonAsync("b"));
        var request = new DisclosureRequest("carrier", "delivery", "crm.orders.address");
        (await shop.Get<DisclosureService>().DiscloseAsync(request, one)).IsAllowed.ShouldBeTrue();
        shop.Clock.Advance(Duration.FromDays(30));
        var breached = shop.Clock.GetCurrentInstant();
        shop.Clock.Advance(Duration.FromDays(1));
        (await shop.Get<DisclosureService>().DiscloseAsync(request, two)).IsAllowed.ShouldBeTrue();

        var scope = await shop.Breaches().ScopeAsync(new BreachScopeQuery { Recipients = ["carrier"], From = breached - Duration.FromDays(1), Until = breached });

        scope.Subjects.ShouldBe([one]);
        scope.DataSets.ShouldHaveSingleItem().Path.ShouldBe("crm.orders");
        scope.People.ShouldBe(new BreachCount(1, false));
        scope.NotCounted.ShouldBe([new NotCounted("carrier", NotCountedReasons.DisclosureLogOnly)]);
        (await shop.Breaches().ScopeAsync(new BreachScopeQuery { Recipients = ["carrier"], DataSets = ["crm.customers"] })).Subjects.ShouldBeEmpty();
    }

    [Fact]
    public async Task Whom_a_disclosure_names_and_nobody_can_any_more_is_counted_and_not_named()
    {
        await using var shop = Controls.Office.Open();
        foreach (var control in new[] { "encryption", "locks" })
        {
            await shop.Get<ControlEvidence>().RecordAsync(new Evidence(EvidenceTarget.OfRecipient(control, "carrier"), EvidenceOutcome.Passed, Reports.By));
        }

        var (one, two) = (await shop.PersonAsync("a"), await shop.PersonAsync("b"));
        (await shop.Get<DisclosureService>().DiscloseAsync(new DisclosureRequest("carrier", "delivery", "crm.orders.address"), [one, two])).IsAllowed.ShouldBeTrue();
        var commands = shop.Get<SubjectCommands>();
        await commands.RecordAsync(one, _ => [new PersonalEntry(commands.EntryOf(one, SubjectEntries.Forgotten, "{}"))], null, CancellationToken.None);

        var scope = await shop.Breaches().ScopeAsync(new BreachScopeQuery { Recipients = ["carrier"] });

        scope.Subjects.ShouldBe([two]);
        scope.People.ShouldBe(new BreachCount(2, false));
        scope.NotCounted.ShouldContain(new NotCounted("crm.orders", NotCountedReasons.PeopleNotKnown));
        var breach = await shop.AssessedAsync(BreachRisk.High);
        await shop.Breaches().AddAffectedAsync(breach, scope.Subjects, Reports.By);
    }

    [Fact]
    public async Task Who_was_forgotten_counts_beside_those_of_other_data_sets()
    {
        await using var shop = Shop.Open(sources: world => [world.Data.Crm, world.Data.Web]);
        var (one, two) = (await shop.PersonAsync("a"), await shop.PersonAsync("b"));
        await AccessAsync(shop, "agent", "crm.customers", one);
        await AccessAsync(shop, "agent", "crm.orders", two);
        var query = new BreachScopeQuery { Actors = ["agent"] };
        var before = await shop.Breaches().ScopeAsync(query);
        var commands = shop.Get<SubjectCommands>();
        await commands.RecordAsync(one, _ => [new PersonalEntry(commands.EntryOf(one, SubjectEntries.Forgotten, "{}"))], null, CancellationToken.None);

        var scope = await shop.Breaches().ScopeAsync(query);

        before.People.AtLeast.ShouldBe(2);
        scope.Subjects.ShouldBe([two]);
        scope.People.AtLeast.ShouldBe(2);
    }

    [Fact]
    public async Task An_actor_of_whom_nothing_is_recorded_is_said_to_be_unknown_and_not_harmless()
    {
        await using var shop = Shop.Open(sources: world => [world.Data.Crm, world.Data.Web]);

        var scope = await shop.Breaches().ScopeAsync(new BreachScopeQuery { Actors = ["nobody-knows"] });

        scope.People.ShouldBe(new BreachCount(0, false));
        scope.NotCounted.ShouldBe([new NotCounted("actor 1", NotCountedReasons.NoAccessRecorded)]);
        scope.ToNotice().People.ShouldBeNull();
    }

    [Fact]
    public async Task Records_disposed_of_since_make_the_counts_least_ones()
    {
        await using var shop = Shop.Open(sources: world => [world.Data.Crm, world.Data.Web]);
        var before = shop.Clock.GetCurrentInstant();
        shop.Clock.Advance(Duration.FromMinutes(1));
        (await shop.SweepAsync()).IsComplete.ShouldBeTrue();

        var scope = await shop.Breaches().ScopeAsync(new BreachScopeQuery { DataSets = ["crm.customers"], From = before, RegisterUnknown = true });

        scope.NotCounted.ShouldBe([new NotCounted("crm.customers", NotCountedReasons.DisposedSince)]);
        scope.Records.IsExact.ShouldBeFalse();
        scope.People.IsExact.ShouldBeFalse();
        var after = await shop.Breaches().ScopeAsync(
            new BreachScopeQuery { DataSets = ["crm.customers"], From = shop.Clock.GetCurrentInstant() + Duration.FromMinutes(1), RegisterUnknown = true });
        after.People.IsExact.ShouldBeTrue();
    }

    [Fact]
    public async Task A_question_about_nothing_or_about_what_the_policy_does_not_have_is_refused()
    {
        await using var shop = Shop.Open(sources: world => [world.Data.Crm, world.Data.Web]);

        await Should.ThrowAsync<InvalidBreachException>(() => shop.Breaches().ScopeAsync(new BreachScopeQuery()));
        (await Should.ThrowAsync<InvalidBreachException>(() => shop.Breaches().ScopeAsync(new BreachScopeQuery
        {
            Systems = ["erp"],
            DataSets = ["crm.none"],
            Recipients = ["nobody"],
        }))).Problems.Count.ShouldBe(3);
        await Should.ThrowAsync<UnknownControllerException>(() => shop.Breaches().ScopeAsync(new BreachScopeQuery { Systems = ["crm"], Controller = "other" }));
    }

    /// <summary>Writes what a package that records access writes.</summary>
    private static async Task AccessAsync(Shop shop, string actor, string dataSet, params DataSubject[] people)
    {
        var by = await shop.PersonAsync(actor);
        var entry = people.Length == 1
            ? new NewJournalEntry("personal-data-access", shop.Clock.GetCurrentInstant(),
                $$"""{"dataSet":"{{dataSet}}","action":"read","by":"{{by.Key}}","categories":["contact.email"],"records":1}""")
            { Subject = people[0].Key }
            : new NewJournalEntry("personal-data-access", shop.Clock.GetCurrentInstant(),
                $$"""{"dataSet":"{{dataSet}}","action":"read","by":"{{by.Key}}","categories":["contact.email"],"records":{{people.Length}},"subjects":["{{string.Join("\",\"", people.Select(person => person.Key))}}"]}""");
        await shop.Get<Journal>().RecordAsync("access/test", JournalStream.AnyVersion, entry with { Controller = "shop" }, CancellationToken.None);
    }

    /// <summary>A source that cannot be reached.</summary>
    private sealed class DownSource : ICountingSource
    {
        public string Name => "crm";

        public IReadOnlyList<string> DataSets => ["crm.customers", "crm.orders"];

        public SourceCapabilities Capabilities => SourceCapabilities.None;

        public ValueTask PrepareAsync(RetentionSchedule schedule, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask<DataSetCount> CountAsync(string dataSet, IReadOnlyCollection<string>? records, CancellationToken cancellationToken) =>
            throw new SourceUnavailableException(Name, "it is down.");

        public IAsyncEnumerable<string> ReadPeopleAsync(string dataSet, IReadOnlyCollection<string>? records, CancellationToken cancellationToken) =>
            throw new SourceUnavailableException(Name, "it is down.");
    }
}
