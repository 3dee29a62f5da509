using Gdpr.Policies;
using Gdpr.Retention;
using NodaTime;
using static Gdpr.Core.Tests.Retention.Example;

namespace Gdpr.Core.Tests.Retention;

public sealed class RecordFactsTextTests
{
    private static readonly DataSetSchedule DataSet = Example.Of(
        Purpose("service", Keep("P1Y", "end")) + "," + Purpose("news", Keep("P1Y", "end")),
        fields: """ "name": "identity.name" """).DataSet;

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData(";")]
    [InlineData(" ; ;")]
    public void Blank_states_nothing(string text) => DataSet.Facts(text).ShouldBe(default);

    [Theory]
    [InlineData("hold", RecordFlags.Hold)]
    [InlineData("restricted", RecordFlags.Restricted)]
    [InlineData("restricted-claims", RecordFlags.RestrictedForClaims)]
    [InlineData("request-open", RecordFlags.RequestOpen)]
    [InlineData("erasure-granted", RecordFlags.ErasureGranted)]
    public void A_fact_about_the_record_is_stated_or_unknown(string fact, RecordFlags flag)
    {
        DataSet.Facts(fact).ShouldBe(default(RecordFacts).With(flag));
        DataSet.Facts("?" + fact).ShouldBe(default(RecordFacts).WithUnknown(flag));
    }

    [Theory]
    [InlineData("consent-given", PurposeFact.ConsentGiven)]
    [InlineData("consent-withdrawn", PurposeFact.ConsentWithdrawn)]
    [InlineData("objection-pending", PurposeFact.ObjectionPending)]
    [InlineData("objection-upheld", PurposeFact.ObjectionUpheld)]
    [InlineData("erasure-granted", PurposeFact.ErasureGranted)]
    [InlineData("purpose-ended", PurposeFact.PurposeEnded)]
    public void A_fact_about_a_purpose_names_it(string fact, PurposeFact kind)
    {
        DataSet.Facts(fact + ":service").ShouldBe(default(RecordFacts).With(kind, 0));
        DataSet.Facts(fact + ":news").ShouldBe(default(RecordFacts).With(kind, 1));
        DataSet.Facts($"?{fact}:news").ShouldBe(default(RecordFacts).WithUnknown(kind, 1));
    }

    [Fact]
    public void Facts_are_separated_by_semicolons_with_or_without_blanks() =>
        DataSet.Facts("hold ; ?request-open;consent-given: news;").ShouldBe(
            default(RecordFacts).With(RecordFlags.Hold).WithUnknown(RecordFlags.RequestOpen).With(PurposeFact.ConsentGiven, 1));

    [Theory]
    [InlineData("held", 0)]
    [InlineData("Hold", 0)]
    [InlineData("hold;restricted-claim", 5)]
    [InlineData("hold,restricted", 0)]
    [InlineData("hold;?", 5)]
    [InlineData("consent-given", 0)]
    [InlineData("hold;consent-given:", 5)]
    [InlineData("consent-given:newsletter", 0)]
    [InlineData("hold:news", 0)]
    [InlineData("restricted:service", 0)]
    [InlineData("consent:news", 0)]
    [InlineData("hold;restricted;purpose-ended:new", 16)]
    [InlineData("??hold", 0)]
    public void A_fact_that_is_not_known_is_refused_with_its_place(string text, int at)
    {
        DataSet.TryReadFacts(text, out _, out var problem, out var position).ShouldBeFalse();

        problem.ShouldNotBeNullOrWhiteSpace();
        position.ShouldBe(at);
        Should.Throw<FormatException>(() => DataSet.Facts(text)).Message.ShouldBe(problem);
    }

    [Fact]
    public void A_purpose_that_the_policy_has_elsewhere_decides_nothing_here()
    {
        var policy = PolicyReader.Read("""
            { "policy": "example", "version": "1", "effective": "2020-01-01",
              "controllers": { "us": { "name": "Us", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@us.example" } },
              "systems": { "sys": { "dataSets": {
                "set": { "subject": "customer", "triggers": { "end": { "whenNull": "notHappened" } }, "fields": { "name": "identity.name" } },
                "other": { "subject": "customer", "triggers": { "end": { "whenNull": "notHappened" } }, "fields": { "email": "contact.email" } } } } },
              "activities": {
                "service": { "purpose": "service", "basis": { "contract": {} }, "data": ["sys.set"], "retention": { "keep": "P1Y", "after": "end" } },
                "news": { "purpose": "news", "basis": { "contract": {} }, "data": ["sys.other"], "retention": { "keep": "P1Y", "after": "end" } } } }
            """).Policy!;

        Example.Of(policy).DataSet.Facts("objection-upheld:news").ShouldBe(default);
    }

    [Theory]
    [InlineData("", Fate.Keep)]
    [InlineData("?consent-given:news", Fate.Undetermined)]
    [InlineData("consent-withdrawn:news", Fate.Erase)]
    [InlineData("?consent-withdrawn:news", Fate.Undetermined)]
    public void Assuming_consent_leaves_withdrawals_and_unknown_consents_as_they_are(string facts, Fate fate)
    {
        var schedule = RetentionSchedule.Compile(Example.Policy(Purpose("news", """ "while": "consent" """, basis: Consent)));
        var dataSet = schedule.DataSet("sys.set");
        var record = new RetentionRecord(dataSet, new TriggerValue[dataSet.Triggers.Count], dataSet.Facts(facts).AssumingConsent());

        schedule.At(Instant.FromUtc(2026, 11, 21, 12, 0)).FateOf(record).ShouldBe(fate);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(64)]
    public void A_purpose_has_an_index_from_0_to_63(int index)
    {
        Should.Throw<ArgumentOutOfRangeException>(() => default(RecordFacts).With(PurposeFact.PurposeEnded, index));
        Should.Throw<ArgumentOutOfRangeException>(() => default(RecordFacts).WithUnknown(PurposeFact.PurposeEnded, index));
    }
}
