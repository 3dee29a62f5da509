using System.Text.Json.Nodes;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing;
using Gdpr.Retention;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Tool.Corpus;

/// <summary>Cases of whether personal data may be used.</summary>
internal static class ProcessingCases
{
    private static readonly SubjectKey Somebody = new("somebody");

    /// <summary>Whether a use is allowed, by what it is carried, or why not.</summary>
    public static JsonObject Decide(CorpusCase one)
    {
        var facts = CorpusFacts.Of(
            one, "policy", "at", "purpose", "activity", "data", "actor", "automation", "channel", "restrictedUse", "subjectOrganisation", "collectedFor", "assessed",
            "client", "controller", "person", "record");
        var policy = RetentionCases.PolicyOf(one);
        var now = facts.At("at") ?? throw one.Bad("'given.at' is missing: state it");
        var client = ClientOf(facts, policy);
        var controller = facts.Text("controller") ?? client?.Id ?? policy.Controllers.Keys.First();
        var request = new ProcessingRequest(new DataSubject(controller, Somebody), facts.Required("purpose"))
        {
            Activity = facts.Text("activity"),
            Data = facts.Texts("data"),
            Actor = facts.Part("actor", "role", "isService", "organisation") is { } actor
                ? new ProcessingActor(actor.Required("role"), "actor", actor.Flag("isService")) { Organisation = actor.Text("organisation") } : null,
            Automation = facts.Word<ProcessingAutomation>("automation") ?? ProcessingAutomation.None,
            CollectedFor = facts.Text("collectedFor"),
        };
        var program = ProcessingProgram.Compile(policy);
        var question = new ProcessingQuestion(program.Prepare(request, client, AssessedOf(facts, controller, request.Purpose, now)))
        {
            Channel = facts.Text("channel"),
            RestrictedUse = facts.Word<AllowedUse>("restrictedUse"),
            SubjectOrganisation = facts.Text("subjectOrganisation"),
        };
        var standing = PersonFacts.StandingOf(facts.Part("person", PersonFacts.Members), program, new DataSubject(controller, Somebody), now);
        var decision = one.Given["record"] is JsonObject record ? DecideWithRecord(one, record, question, standing, policy, now)
            : ProcessingProgram.Decide(question, standing, now);
        return new JsonObject
        {
            ["decision"] = CorpusWords.Of(decision.Outcome),
            ["reasons"] = CorpusWords.List(decision.Reasons.Select(reason => reason.Code).Distinct().Order(StringComparer.Ordinal)),
            ["articles"] = CorpusWords.List(decision.Reasons.Select(reason => reason.Article).Distinct().Order(StringComparer.Ordinal)),
            ["bases"] = CorpusWords.List(decision.Bases.Select(basis => basis.Basis is { } kind ? CorpusWords.Of(kind) : "instruction").Distinct().Order(StringComparer.Ordinal)),
            ["restrictedUse"] = decision.RestrictedUse is { } use ? CorpusWords.Of(use) : null,
            ["forwardTo"] = decision.ForwardToController,
        };
    }

    private static ProcessingDecision DecideWithRecord(
        CorpusCase one, JsonObject record, in ProcessingQuestion question, SubjectStanding standing, GdprPolicy policy, Instant now)
    {
        var schedule = RetentionSchedule.Compile(policy);
        var (dataSet, triggers, facts) = RetentionCases.RecordOf(one, record, schedule);
        return ProcessingProgram.Decide(question, standing, schedule.At(now), new RetentionRecord(dataSet, triggers, facts));
    }

    private static ProcessorClient? ClientOf(CorpusFacts facts, GdprPolicy policy)
    {
        if (facts.Part("client", "id", "agreementFrom", "agreementUntil", "instruction") is not { } client)
        {
            return null;
        }

        var from = client.Date("agreementFrom") ?? throw client.Bad("agreementFrom", "is missing: state it");
        var instruction = client.Part("instruction", "from", "until", "activities", "categories", "subjects") is { } stated
            ? new ClientInstruction("1", stated.Date("from") ?? from)
            {
                Until = stated.Date("until"),
                Activities = stated.Texts("activities"),
                Categories = stated.Texts("categories"),
                Subjects = stated.Texts("subjects"),
            }
            : null;
        return new ProcessorClient(client.Required("id"), "agreement", from, client.Date("agreementUntil"), policy.Controllers.Values.First().TimeZone, instruction);
    }

    private static CompatibilityState[] AssessedOf(CorpusFacts facts, string controller, string purpose, Instant now) =>
    [
        .. facts.Parts("assessed", "from", "decision", "noticeGiven").Select(state => new CompatibilityState(
            controller, state.Required("from"), purpose, state.Word<CompatibilityPhase>("decision") ?? throw state.Bad("decision", "is missing: state it"))
        {
            NoticeGivenAt = state.Flag("noticeGiven") ? now - Duration.FromDays(1) : null,
        }),
    ];
}
