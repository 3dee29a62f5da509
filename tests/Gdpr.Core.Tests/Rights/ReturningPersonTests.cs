using System.Text.Json.Nodes;
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
        (await AskAsync(TriggerValue.Missing, created)).ShouldBeEmpty();

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
}
