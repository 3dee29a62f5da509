using System.Text.Json.Nodes;
using Gdpr.Disposal;
using Gdpr.Processing;
using Gdpr.Retention;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>Who was erased, or is to be, and concludes a contract anew: what was granted is about what was there, and what comes after stands by itself.</summary>
public sealed class ReturningPersonTests
{
    [Fact]
    public async Task A_new_contract_after_an_erasure_is_carried_out_and_without_a_sign_of_one_nothing_is()
    {
        var policy = RightsWorld.PolicyWith(json => json["roles"] = JsonNode.Parse(
            """{ "clerk": { "title": { "en": "Clerk" }, "may": [ { "purpose": "service-provision" }, { "purpose": "customer-support" } ] } }"""));
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), new RightsData().Customer("c1", new LocalDate(2025, 3, 31)), policy: policy);
        var subject = await world.PersonAsync();
        await world.HandleAsync(DataSubjectRight.Erasure, subject);
        (await world.StateAsync(subject)).Endings.ShouldContain(ending => ending.IsDone);
        world.Set(2026, 3, 1);
        world.Data.Customer("c1");
        var created = TriggerValue.On(new LocalDate(2026, 3, 1));

        (await AskAsync()).ShouldBe([ProcessingReasons.PurposeEnded]);
        (await AskAsync(TriggerValue.On(new LocalDate(2026, 2, 20)), created)).ShouldBe([ProcessingReasons.PurposeEnded], "a contract that has ended is none");
        (await AskAsync(TriggerValue.Unknown, created)).ShouldBe([ProcessingReasons.PurposeEnded], "nobody knows");
        (await AskAsync(TriggerValue.Missing, TriggerValue.On(new LocalDate(2026, 2, 1)))).ShouldBe(
            [ProcessingReasons.PurposeEnded], "a record that was there before the erasure, and has come back, shows no new contract");
        (await AskAsync(TriggerValue.Missing, TriggerValue.On(new LocalDate(2026, 3, 2)))).ShouldBe([ProcessingReasons.PurposeEnded], "what is to come has not");
        (await AskAsync(TriggerValue.Missing, created)).ShouldBeEmpty();

        // Of two records each must show it.
        foreach (var old in new[] { TriggerValue.On(new LocalDate(2025, 1, 1)), TriggerValue.Missing })
        {
            ProcessingRecord[] both = [new("crm.customers", [TriggerValue.Missing, created]), new("crm.customers", [TriggerValue.Missing, old])];
            foreach (var records in new[] { both, [.. both.Reverse()] })
            {
                (await world.Get<IProcessingGate>().DecideAsync(Request() with { Records = records })).Reasons.Select(reason => reason.Code)
                    .ShouldBe([ProcessingReasons.PurposeEnded]);
            }
        }

        // By itself as with the host's rules and the journal.
        var (gate, request) = (world.Get<IProcessingGate>(), Request());
        var question = new ProcessingQuestion(await gate.PrepareAsync(request));
        var evaluator = world.Get<GdprPolicies>().EvaluateNow();
        var standing = await gate.StandingAsync(subject);
        var record = new RetentionRecord(evaluator.Schedule.DataSet("crm.customers"), [TriggerValue.Missing, created]);
        ProcessingProgram.Decide(question, standing, evaluator, record).IsAllowed.ShouldBeTrue();
        gate.Decide(question, standing, world.Now).IsAllowed.ShouldBeFalse();

        ProcessingRequest Request(params TriggerValue[] triggers) => new(subject, "service-provision")
        {
            Data = ["crm.customers.name"],
            Actor = ProcessingActor.Person("clerk", "a1"),
            Records = triggers.Length == 0 ? [] : [new ProcessingRecord("crm.customers", triggers)],
        };

        async Task<IEnumerable<string>> AskAsync(params TriggerValue[] triggers) =>
            (await world.Get<IProcessingGate>().DecideAsync(Request(triggers))).Reasons.Select(reason => reason.Code);
    }

    [Theory]
    [InlineData("crm.customers")]
    [InlineData("crm.orders")]
    public async Task A_contract_concluded_while_an_erasure_waits_behind_a_hold_is_not_destroyed_when_the_hold_ends(string dataSet)
    {
        var (world, person, hold) = await HeldAsync(dataSet);
        await using var closed = world;
        world.Set(2026, 3, 1);
        Func<bool> isThere = dataSet == "crm.orders" ? () => world.Data.Orders.Find("o9") is not null : () => world.Data.Customers.Find("c1")?.Name is not null;
        if (dataSet == "crm.orders")
        {
            world.Data.Orders.Put(new Purchase("o9", "c1", "Marker-Street 9", null));
        }
        else
        {
            world.Data.Customer("c1");
        }

        await world.Get<LegalHolds>().ReleaseAsync(hold, RightsWorld.Officer);
        await world.PumpAsync();

        isThere().ShouldBeTrue();
        (await world.StateAsync(person)).Endings.ShouldContain(ending => ending.IsInDoubt && !ending.IsDone);
        var task = (await world.Tasks.ListOpenAsync()).Single(one => one.Kind == "tell-old-from-new");
        (task.Reason, task.Question!.Contains("new contract", StringComparison.Ordinal)).ShouldBe((RightsReasons.CameSince, true));
        (await world.Get<Sweep>().PreviewAsync([dataSet])).DataSets.Single().Survey!.Lines.ShouldContain(line => line.Fate == Fate.Undetermined);

        // A human has told them apart, and what came since is judged by itself.
        await world.CompleteAsync("tell-old-from-new", "done");
        world.Set(2026, 3, 3);
        await world.PumpAsync();
        (await world.StateAsync(person)).Endings.ShouldAllBe(ending => ending.IsDone && !ending.IsInDoubt);
        world.Set(2026, 3, 5);
        await world.PumpAsync();
        isThere().ShouldBeTrue();
        (await world.Tasks.ListOpenAsync()).ShouldNotContain(one => one.Kind == "tell-old-from-new");
    }

    [Fact]
    public async Task What_was_there_when_erasure_was_granted_goes_when_the_hold_ends_whatever_is_corrected_of_it()
    {
        var (world, _, hold) = await HeldAsync("crm.customers");
        await using var closed = world;
        world.Data.Customer("c1", new LocalDate(2025, 4, 30));

        await world.Get<LegalHolds>().ReleaseAsync(hold, RightsWorld.Officer);
        await world.PumpAsync();

        world.Data.Customers.Find("c1").ShouldBeNull();
        (await world.Tasks.ListOpenAsync()).ShouldNotContain(task => task.Kind == "tell-old-from-new");
    }

    private static async Task<(RightsWorld World, DataSubject Person, string Hold)> HeldAsync(string dataSet)
    {
        var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), ErasureTests.Past());
        var hold = await world.Get<LegalHolds>().PlaceAsync(
            Disposal.Shop.Terms(dataSet) with { From = new LocalDate(2026, 1, 1), ReviewBy = new LocalDate(2026, 6, 1) });
        var person = await world.PersonAsync();
        var request = await world.HandleAsync(DataSubjectRight.Erasure, person, intake => intake with { Scope = new RequestScope { DataSets = [dataSet] } });
        request.Results.ShouldHaveSingleItem().Items.ShouldAllBe(item => item.Code == ResultCode.KeptRestricted);
        return (world, person, hold.Id);
    }
}
