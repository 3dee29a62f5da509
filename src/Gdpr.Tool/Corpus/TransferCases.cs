using System.Text.Json.Nodes;
using Gdpr.Disclosures;
using Gdpr.Policies;

namespace Gdpr.Tool.Corpus;

/// <summary>Cases of whether data may go to a recipient in another country.</summary>
internal static class TransferCases
{
    /// <summary>Whether it may, and on which mechanism.</summary>
    public static JsonObject Decide(CorpusCase one)
    {
        const string Assessed = "assessed";
        var facts = CorpusFacts.Of(one, "country", "on", "mechanism", "reference", Assessed, "validUntil");
        var safeguard = facts.Word<TransferMechanism>("mechanism") is { } mechanism
            ? new TransferSafeguard
            {
                Mechanism = mechanism,
                Reference = facts.Text("reference"),
                Assessment = facts.Flag(Assessed) ? Assessed : null,
                ValidUntil = facts.Date("validUntil"),
            }
            : null;
        var assessments = new Dictionary<string, Assessment> { [Assessed] = new() { Kind = AssessmentKind.Transfer } };
        var on = facts.Date("on") ?? throw one.Bad("'given.on' is missing: state it");
        var decision = TransferJudge.Decide(facts.Required("country"), safeguard, assessments, AdequacyList.BuiltIn, on);
        return new JsonObject
        {
            ["decision"] = decision is null ? "no-transfer" : CorpusWords.Of(decision.Outcome),
            ["mechanism"] = decision?.Mechanism is { } carrying ? CorpusWords.Of(carrying) : null,
        };
    }
}
