using Gdpr.Processing;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Tool.Corpus;

/// <summary>What is known of a person, as a case states it.</summary>
internal static class PersonFacts
{
    /// <summary>What may be stated.</summary>
    public static IReadOnlyCollection<string> Members { get; } =
        ["consents", "objections", "restrictions", "ended", "unreadable", "erased", "controller"];

    /// <summary>Where the person stands. Nothing stated means that nothing is recorded.</summary>
    public static SubjectStanding StandingOf(CorpusFacts? person, ProcessingProgram program, DataSubject subject, Instant now)
    {
        if (person is null)
        {
            return program.StandingOf(subject, SubjectState.Empty, now);
        }

        var whose = subject with { Controller = person.Text("controller") ?? subject.Controller };
        return person.Flag("unreadable") ? SubjectStanding.Unreadable(program, whose) : program.StandingOf(whose, StateOf(person, now), now);
    }

    private static SubjectState StateOf(CorpusFacts person, Instant now) => new()
    {
        IsForgotten = person.Flag("erased"),
        Consents =
        [
            .. person.Parts("consents", "purpose", "state", "at", "field", "text", "explicit", "validUntil").Select(consent => new ConsentState(
                consent.Required("purpose"), consent.Word<ConsentPhase>("state") ?? ConsentPhase.Given, consent.At("at") ?? now, now)
            {
                Field = consent.Text("field"),
                Text = consent.Text("text"),
                IsExplicit = consent.Flag("explicit"),
                ValidUntil = consent.At("validUntil"),
            }),
        ],
        Objections =
        [
            .. person.Parts("objections", "purposes", "state", "at", "marketing", "channel", "until").Select((objection, i) => new ObjectionState(
                $"objection-{i}", objection.Texts("purposes"), objection.Word<ObjectionPhase>("state") ?? ObjectionPhase.Pending, objection.At("at") ?? now, now)
            {
                IsMarketing = objection.Flag("marketing"),
                Channel = objection.Text("channel"),
                Until = objection.At("until"),
            }),
        ],
        Restrictions =
        [
            .. person.Parts("restrictions", "ground", "dataSets", "at", "state").Select((restriction, i) => new RestrictionState(
                $"restriction-{i}", restriction.Word<RestrictionGround>("ground") ?? throw restriction.Bad("ground", "is missing: state one of Art. 18(1)"),
                restriction.Texts("dataSets"), restriction.Word<RestrictionPhase>("state") ?? RestrictionPhase.Placed, restriction.At("at") ?? now, now)),
        ],
        Endings =
        [
            .. person.Parts("ended", "purposes", "dataSets", "erasure", "at").Select((ending, i) => new EndingState(
                $"ending-{i}", ending.Texts("purposes"), ending.Texts("dataSets"), ending.Flag("erasure"), ending.At("at") ?? now)),
        ],
    };
}
