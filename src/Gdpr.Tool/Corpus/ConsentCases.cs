using System.Text.Json.Nodes;
using Gdpr.Consents;
using Gdpr.Journals;
using Gdpr.Subjects;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using NodaTime.Text;

namespace Gdpr.Tool.Corpus;

/// <summary>Cases of whether what somebody did is a consent, and of who consents for a child.</summary>
internal static class ConsentCases
{
    /// <summary>Whether it is a valid consent, why not, and until when it holds.</summary>
    public static async ValueTask<JsonObject> DecideAsync(CorpusCase one)
    {
        var facts = CorpusFacts.Of(one, "policy", "purpose", "field", "at", "recordedAt", "shown", "act", "explicit", "age", "guardian", "validUntil");
        var at = facts.At("at") ?? throw one.Bad("'given.at' is missing: state it");
        var shown = facts.Part("shown", "document", "version", "language") ?? throw one.Bad("'given.shown' is missing: state it");
        var act = facts.Part("act", "kind", "alsoAnswered", "isConditional") ?? throw one.Bad("'given.act' is missing: state it");
        return await CorpusHost.RunAsync(RetentionCases.PolicyOf(one), facts.At("recordedAt") ?? at, async provider =>
        {
            var person = await provider.GetRequiredService<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("somebody"))).ConfigureAwait(false);
            var grant = new ConsentGrant(
                person, facts.Required("purpose"), new ShownText(shown.Required("document"), shown.Text("version") ?? "", shown.Text("language") ?? ""),
                new ConsentAct(act.Word<ConsentActKind>("kind") ?? ConsentActKind.Unstated, "web")
                {
                    AlsoAnswered = act.Texts("alsoAnswered"),
                    IsConditional = act.Flag("isConditional"),
                })
            {
                Field = facts.Text("field"),
                IsExplicit = facts.Flag("explicit"),
                Age = AgeOf(facts.Part("age", "country", "born", "stated")),
                Guardian = facts.Text("guardian") is { } verification ? new GuardianConsent(verification) : null,
                OccurredAt = at,
                ValidUntil = facts.At("validUntil"),
            };
            try
            {
                var state = (await provider.GetRequiredService<ConsentService>().GiveAsync(grant).ConfigureAwait(false)).State!;
                return Result([], state.ValidUntil);
            }
            catch (InvalidConsentException invalid)
            {
                return Result(invalid.Problems.Select(problem => problem.Code), null);
            }
        }).ConfigureAwait(false);
    }

    /// <summary>Who consents to a service that is offered to a child.</summary>
    public static JsonObject Child(CorpusCase one)
    {
        var facts = CorpusFacts.Of(one, "country", "born", "stated", "today");
        var decision = ChildConsent.Decide(AgeOf(facts), facts.Date("today") ?? throw one.Bad("'given.today' is missing: state it"), new ConsentOptions());
        return new JsonObject
        {
            ["consents"] = CorpusWords.Of(decision.Kind),
            ["limit"] = decision.Limit,
            ["ofAgeOn"] = decision.OfAgeOn is { } day ? LocalDatePattern.Iso.Format(day) : null,
        };
    }

    private static AgeFacts? AgeOf(CorpusFacts? age) =>
        age is null ? null : new AgeFacts { Country = age.Text("country"), BirthDate = age.Date("born"), StatedAge = age.Number("stated") };

    private static JsonObject Result(IEnumerable<string> reasons, Instant? until)
    {
        string[] codes = [.. reasons.Distinct().Order(StringComparer.Ordinal)];
        return new JsonObject
        {
            ["isValid"] = codes.Length == 0,
            ["reasons"] = CorpusWords.List(codes),
            ["validUntil"] = until is { } end ? InstantPattern.ExtendedIso.Format(end) : null,
        };
    }
}
