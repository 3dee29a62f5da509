using Gdpr.Retention;
using static Gdpr.Core.Tests.Retention.Example;

namespace Gdpr.Core.Tests.Retention;

/// <summary>Periods of other laws (semantics §5.2), as an organisation that is bound by them declares them: what must be kept, what may not be, and what merely may.</summary>
public sealed class OtherDutiesTests
{
    private const string Interest = """ "legitimateInterest": { "interest": "To defend claims", "assessment": "lia" } """;

    /// <summary>Whoever must keep does so whatever else has ended, and erases on the day after.</summary>
    [Theory]
    [InlineData("tax, SFS 2011:1261 9:1", "P7Y", "calendarYearEndOf", "2025-03-01", "2033-01-01")]
    [InlineData("VAT adjustment of property, ten years and seven", "P17Y", "calendarYearEndOf", "2009-03-01", "2027-01-01")]
    [InlineData("top-up tax", "P11Y", "calendarYearEndOf", "2025-03-01", "2037-01-01")]
    [InlineData("one stop shop, Reg. 282/2011 63c", "P10Y", "calendarYearEndOf", "2025-07-04", "2036-01-01")]
    [InlineData("money laundering, SFS 2017:630 5:3", "P5Y", "", "2026-03-31", "2031-04-01")]
    [InlineData("staff registers, SFS 2011:1261 9:5", "P2Y", "calendarYearEndOf", "2025-03-01", "2028-01-01")]
    [InlineData("exposure at work", "P40Y", "", "1990-05-05", "2030-05-06")]
    [InlineData("share register after the company's end", "P10Y", "", "2020-06-30", "2030-07-01")]
    public void What_a_law_commands_to_keep_is_kept_through_its_last_day_and_erased_on_the_next(string law, string period, string end, string at, string erasable)
    {
        var example = Example.Of(
            Purpose("work", Keep("P1M", "at"), more: $$""", "minimum": { "keep": "{{period}}", "after": {{Start(end)}}, "law": "{{law}}" }"""), triggers: "at");
        var last = NodaTime.Text.LocalDatePattern.Iso.Parse(erasable).Value.PlusDays(-1).ToString("uuuu-MM-dd", null);

        example.On(last, $"at={at}", "purpose-ended:work").ShouldBe(Fate.Restrict, "obligation-alive", erasable, "work.minimum");
        example.On(last, $"at={at}", "erasure-granted").Fate.ShouldBe(Fate.Restrict);
        example.On(erasable, $"at={at}", "purpose-ended:work").Fate.ShouldBe(Fate.Erase);
    }

    /// <summary>Whoever may not keep longer does not, whatever purpose there still is; a weekend moves nothing.</summary>
    [Theory]
    [InlineData("whistleblowing, SFS 2021:890 7:8", "P2Y", "2026-05-15", "2028-05-16")]
    [InlineData("money laundering at the most, SFS 2017:630 5:4", "P10Y", "2026-03-31", "2036-04-01")]
    [InlineData("traffic data of internet access, SFS 2022:482 9:19", "P10M", "2026-01-31", "2026-12-01")]
    [InlineData("traffic data of telephony", "P6M", "2026-01-31", "2026-08-01")]
    [InlineData("location of telephony", "P2M", "2025-12-31", "2026-03-01")]
    public void What_a_law_allows_at_the_most_is_erased_the_day_after_whatever_purpose_goes_on(string law, string period, string at, string erasable)
    {
        var example = Example.Of(Purpose("work", Keep("P50Y", "at"), more: Limit(period, "at", law)), triggers: "at");
        var last = NodaTime.Text.LocalDatePattern.Iso.Parse(erasable).Value.PlusDays(-1).ToString("uuuu-MM-dd", null);

        example.On(last, $"at={at}").ShouldBe(Fate.Keep, "purpose-alive", erasable, "work");
        example.On(erasable, $"at={at}").ShouldBe(Fate.Erase, "limit-passed", rule: "work.limit");
        example.On(erasable, $"at={at}", "hold").ShouldBe(Fate.Restrict, "limit-passed", rule: "work.limit");
    }

    /// <summary>A duty that is a maximum too: kept to its last day and not one more, for whoever asks and whoever would like to.</summary>
    [Fact]
    public void What_must_be_kept_for_exactly_so_long_is_neither_erased_before_nor_kept_after()
    {
        const string Law = "SFS 2022:482 9:19";
        var traffic = Example.Of(Purpose("work", Keep("P1D", "at"), more: Minimum("P10M", "at", Law) + Limit("P10M", "at", Law)), triggers: "at");

        traffic.On("2026-11-30", "at=2026-01-31", "erasure-granted").ShouldBe(Fate.Restrict, "obligation-alive", "2026-12-01", "work.minimum");
        traffic.On("2026-12-01", "at=2026-01-31").Fate.ShouldBe(Fate.Erase);
        traffic.On("2026-12-01", "at=2026-01-31", "restricted-claims").Fate.ShouldBe(Fate.Erase, "nor for the person's own claims");
    }

    /// <summary>A period of limitation justifies and commands nothing: it is an interest that ends when the person's objection is upheld, and no duty is left over.</summary>
    [Theory]
    [InlineData("claims, SFS 1981:130 2", "P10Y", "2024-02-29", "2034-03-01")]
    [InlineData("a trader's claim against a consumer", "P3Y", "2024-02-29", "2027-03-01")]
    [InlineData("faults of goods, SFS 2022:260 4:14", "P3Y", "2025-06-06", "2028-06-07")]
    [InlineData("recruitment, SFS 2008:567 6:4", "P2Y", "2026-02-10", "2028-02-11")]
    [InlineData("re-employment", "P9M", "2026-05-31", "2027-03-01")]
    [InlineData("proofs of consents, requests and breaches", "P5Y", "2025-11-21", "2030-11-22")]
    public void A_period_of_limitation_keeps_by_interest_and_never_against_an_upheld_objection(string what, string period, string at, string erasable)
    {
        var example = Example.Of(Purpose("claims", Keep(period, "at"), basis: Interest), triggers: "at");
        var last = NodaTime.Text.LocalDatePattern.Iso.Parse(erasable).Value.PlusDays(-1).ToString("uuuu-MM-dd", null);

        example.On(last, $"at={at}").ShouldBe(Fate.Keep, "purpose-alive", erasable, "claims");
        example.On(last, $"at={at}", "objection-upheld:claims").Fate.ShouldBe(Fate.Erase, what);
        example.On(erasable, $"at={at}").ShouldBe(Fate.Erase, "all-ended", rule: "claims");
    }

    private static string Start(string end) => end.Length > 0 ? $$"""{ "{{end}}": "at" }""" : "\"at\"";
}
