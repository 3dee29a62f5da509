using System.Text.Json.Nodes;
using Gdpr.Breaches;
using Gdpr.Core.Tests.Breaches;
using Gdpr.Core.Tests.Rights;
using Gdpr.Disclosures;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing;
using Gdpr.Processing.Tasks;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Subjects;

/// <content>Whoever is dealt with after the second look has asked everything, and before it is said that they were forgotten, is not.</content>
public sealed partial class ForgettingTests
{
    [Fact]
    public Task Whom_a_breach_is_found_to_affect_meanwhile_is_not_forgotten() => ShouldStayAsync(async (world, person) =>
    {
        var breach = await world.Get<BreachRegister>().RecordAsync(Reports.Lost(world.Now));
        await world.Get<BreachRegister>().AddAffectedAsync(breach.Id, [person], Reports.By);
    });

    [Fact]
    public Task About_whom_a_task_is_opened_meanwhile_is_not_forgotten() => ShouldStayAsync(async (world, person) =>
        await world.Tasks.OpenAsync(TaskAbout(world, person, "one"), CancellationToken.None));

    [Fact]
    public Task About_whom_a_task_is_kept_open_meanwhile_is_not_forgotten() => ShouldStayAsync(async (world, person) =>
        await world.Tasks.KeepOpenAsync(TaskAbout(world, person, "another"), CancellationToken.None));

    [Fact]
    public async Task Whose_data_the_gate_lets_be_used_meanwhile_is_not_forgotten()
    {
        var decision = default(ProcessingDecision);
        await ShouldStayAsync(
            async (world, person) => decision = await world.Get<IProcessingGate>().DecideAsync(
                new ProcessingRequest(person, "bookkeeping") { Actor = ProcessingActor.Person("clerk", "clerk-1") }),
            policy: WithClerk);
        decision!.Reasons.ShouldBeEmpty();
    }

    [Fact]
    public Task Whose_data_the_gate_denies_meanwhile_is_not_forgotten() => ShouldStayAsync(async (world, person) =>
        (await world.Get<IProcessingGate>().DecideAsync(person, Newsletter)).IsAllowed.ShouldBeFalse());

    [Fact]
    public Task Whose_account_is_used_meanwhile_is_not_forgotten() => ShouldStayAsync(
        async (world, _) => await world.Get<IProcessingGate>().DecideAsync(
            new ProcessingRequest(await world.PersonAsync("c9"), "bookkeeping") { Actor = ProcessingActor.Person("clerk", "c1") }),
        policy: WithClerk);

    [Fact]
    public Task Whose_account_is_used_meanwhile_is_not_forgotten_where_uses_are_summed() => ShouldStayAsync(
        async (world, _) =>
        {
            await world.Get<IProcessingGate>().DecideAsync(
                new ProcessingRequest(await world.PersonAsync("c9"), "bookkeeping") { Actor = ProcessingActor.Person("clerk", "c1") });
            (await world.Stores.EntriesAsync()).Select(entry => entry.Content.Type).ShouldContain(ProcessingEntries.Summed);
        },
        policy: PolicyOf(json =>
        {
            Clerk(json);
            json["activities"]!["books"]!["aggregateUses"] = true;
        }));

    [Fact]
    public async Task An_account_that_was_forgotten_and_is_used_again_is_somebody_new_also_to_a_process_that_knew_it()
    {
        await using var world = RightsWorld.Open(Start, policy: WithClerk);
        var person = await world.Directory.RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("clerk-1")));
        await UseAsync();
        await LookTwiceAsync(world);
        (await world.StateAsync(person)).IsForgotten.ShouldBeTrue();

        await UseAsync();

        (await world.Stores.EntriesAsync()).Where(entry => entry.Content.Type == ProcessingEntries.Allowed)
            .ShouldHaveSingleItem().Content.Data.ShouldNotContain(person.Key.ToString());

        async Task UseAsync() => (await world.Get<IProcessingGate>().DecideAsync(
            new ProcessingRequest(await PersonAsync(world), "bookkeeping") { Actor = ProcessingActor.Person("clerk", "clerk-1") })).IsAllowed.ShouldBeTrue();
    }

    [Fact]
    public async Task The_secrecy_of_whose_disclosure_ends_meanwhile_is_not_forgotten()
    {
        var policy = PolicyOf(json =>
        {
            json["recipients"]!["police"] = Node("""{ "name": { "en": "Police" }, "kind": "authority", "country": "SE", "law": "SFS 1942:740" }""");
            json["activities"]!["crime"] = Node("""
                { "purpose": "crime-reports", "basis": { "legalObligation": { "law": "SFS 1942:740" } }, "data": ["crm.customers.name"],
                  "retention": { "keep": "P3M", "after": "ended", "fallback": { "keep": "P20Y", "after": "created" } },
                  "recipients": [ { "recipient": "police", "data": ["crm.customers.name"] } ] }
                """);
        });
        await ShouldStayAsync(
            async (world, person) =>
            {
                var secret = (await world.Get<DisclosureLog>().ReadForAsync(person)).ShouldHaveSingleItem();
                (await world.Get<DisclosureLog>().EndSecrecyAsync(person, secret.Id, RightsWorld.Officer)).ShouldBeTrue();
            },
            async (world, person) => (await world.Get<DisclosureService>().DiscloseAsync(
                new DisclosureRequest("police", "crime-reports", "crm.customers.name")
                {
                    Authority = new AuthorityDecision("SFS 1942:740", "K 1-26") { IsSecret = true },
                },
                person)).IsAllowed.ShouldBeTrue(),
            policy);
    }

    [Fact]
    public async Task Who_complains_meanwhile_of_what_was_answered_long_ago_is_not_forgotten()
    {
        var id = "";
        await ShouldStayAsync(
            async (world, _) => await world.Requests.ComplainAsync(id, "customer-service"),
            async (world, person) =>
            {
                var request = await world.ReceiveAsync(DataSubjectRight.Access, person);
                id = request.Id;
                await world.Requests.RefuseAsync(id, RightsReasons.ManifestlyUnfounded, RightsWorld.Officer, "Asked for every day.");
                await world.Requests.ExecuteAsync(id);
                await world.AnswerAndCloseAsync(request);
            });
    }

    [Fact]
    public async Task Of_who_was_forgotten_no_breach_tells_and_no_task_asks()
    {
        await using var world = Open();
        var person = await PersonAsync(world);
        var other = await world.PersonAsync("c2");
        await LookTwiceAsync(world);
        (await world.StateAsync(person)).IsForgotten.ShouldBeTrue();

        var breach = await world.Get<BreachRegister>().RecordAsync(Reports.Lost(world.Now));
        await Should.ThrowAsync<ForgottenSubjectException>(() => world.Get<BreachRegister>().AddAffectedAsync(breach.Id, [other, person], Reports.By));
        await Should.ThrowAsync<ForgottenSubjectException>(() => world.Tasks.OpenAsync(TaskAbout(world, person, "one"), CancellationToken.None).AsTask());
        (await world.Get<IProcessingGate>().DecideAsync(person, "service-provision")).IsAllowed.ShouldBeFalse();

        // The denial is recorded, and not under the key.
        (await world.Stores.EntriesAsync()).Where(entry => entry.RecordedAt >= world.Now && !SubjectEntries.IsOf(entry.Stream))
            .ShouldAllBe(entry => entry.Content.Subject != person.Key && !entry.Stream.Contains(person.Key.ToString(), StringComparison.Ordinal));
        (await world.Stores.EntriesAsync()).Select(entry => entry.Stream).ShouldContain(ProcessingEntries.Nobody);
    }

    private static readonly GdprPolicy WithClerk = PolicyOf(Clerk);

    private static void Clerk(JsonNode json) => json["roles"] = Node("""{ "clerk": { "title": { "en": "Clerk" }, "may": [ { "purpose": "bookkeeping" } ] } }""");

    private static HumanTask TaskAbout(RightsWorld world, DataSubject person, string id) =>
        new(id, "assess-objection", RightsWorld.Officer, world.Now + Duration.FromDays(10), world.Now)
        {
            Controller = person.Controller,
            Subject = person.Key.ToString(),
        };

    private static JsonNode Node(string json) => JsonNode.Parse(json)!;

    private static GdprPolicy PolicyOf(Action<JsonNode> edit) => RightsWorld.PolicyWith(json =>
    {
        json["systems"]!.AsObject().Remove("paper");
        json["activities"]!.AsObject().Remove("archive");
        edit(json);
    });

    /// <summary>Lets somebody do something with a person who would otherwise have been forgotten, right before it is said.</summary>
    private static async Task ShouldStayAsync(
        Func<RightsWorld, DataSubject, Task> meanwhile, Func<RightsWorld, DataSubject, Task>? before = null, GdprPolicy? policy = null)
    {
        var stores = new RightsStores();
        var journal = new InterleavedJournal(stores.Journal);
        await using var world = RightsWorld.Open(Start, stores: stores, policy: policy ?? Policy, journal: journal);
        var person = await PersonAsync(world);
        await (before?.Invoke(world, person) ?? Task.CompletedTask);
        await world.PumpAsync();
        await LookAsync(world, 2031, 3, 10);
        (await world.StateAsync(person)).LeavingSince.ShouldNotBeNull();

        var (isAsked, from) = (false, 0L);
        journal.LetIn(SubjectEntries.Forgotten, async () =>
        {
            (isAsked, from) = (true, (await stores.EntriesAsync())[^1].Position);
            await meanwhile(world, person);
        });
        await LookAsync(world, 2031, 5, 10);

        isAsked.ShouldBeTrue();
        (await world.Directory.FindAsync(Host)).ShouldBe(person);
        (await world.StateAsync(person)).ShouldSatisfyAllConditions(state => state.IsForgotten.ShouldBeFalse(), state => state.LeavingSince.ShouldBeNull());
        (await stores.EntriesAsync()).ShouldContain(entry => entry.Position > from && entry.Content.Type == SubjectEntries.Present);
        await ShouldVerifyAsync(world);
    }
}
