using Gdpr.Policies;
using Gdpr.Retention;
using NodaTime;
using static Gdpr.Core.Tests.Retention.Example;

namespace Gdpr.Core.Tests.Retention;

/// <summary>The words of explanations, in both languages: each kind of rule and limb, each state, each reason.</summary>
public sealed class ExplanationWordsTests
{
    private static readonly Example Club = Example.Of(
        Purpose("member", """ "while": { "started": "start", "ended": "end", "keep": "P1Y6M" } """)
        + "," + Purpose("news", """ "while": "consent" """, basis: Consent, data: "sys.set.phone")
        + "," + Duty("books", KeepFromFiscalYearEnd("P7Y", "booked"), data: "sys.set.name")
        + "," + Purpose("case", KeepFromCalendarYearEnd("P1Y1M1D", "seen"), data: "sys.set.name", more: Limit("P3Y2D", "seen", "SFS 2000:1")),
        triggers: "start, end, seen?, booked",
        fields: RestrictedFirst + """, "phone": { "category": "contact.phone", "disposal": { "action": "anonymise", "strategy": "null" } } """,
        fiscalYears: """{ "from": "2020-01-01", "to": "2020-12-31" }, { "from": "2024-01-01" }""");

    private static readonly Example Shop = Example.Of(
        Purpose("service", Keep("P1Y", "end"), more: Limit("P1Y", "limited", "law")) + "," + Duty("books", Keep("P1Y", "booked")),
        triggers: "end, limited, booked",
        fields: RestrictedFirst);

    private static readonly Example Shelf = Example.Of(
        Purpose("member", """ "while": { "started": "start", "ended": "end" } """)
        + "," + Purpose("year", Keep("P1Y", "seen"), more: """, "limit": { "keep": "P1M", "after": "seen" } """)
        + "," + Purpose("days", Keep("P30D", "seen")),
        fields: """ "name": "identity.name", "phone": "contact.phone" """);

    [Theory]
    [InlineData("erasure-granted", "ended by a fact; by the calendar it would run through 2027-01-01. Facts: erasure-granted.", "avslutad av ett faktum; enligt kalendern skulle den löpa till och med den 2027-01-01. Fakta: erasure-granted.")]
    [InlineData("erasure-granted:year", "ended by a fact; by the calendar it would run through 2027-01-01. Facts: erasure-granted.", "avslutad av ett faktum; enligt kalendern skulle den löpa till och med den 2027-01-01. Fakta: erasure-granted.")]
    [InlineData("?erasure-granted", "unknown. Facts: ?erasure-granted.", "okänt. Fakta: ?erasure-granted.")]
    public void A_rule_that_a_fact_has_ended_says_so_and_names_the_fact(string facts, string words, string swedish)
    {
        var explanation = Shelf.Explain("2026-11-21", "seen=2026-01-01", facts);

        explanation.ToText("en").ShouldContain($"year (purpose year, may keep): {words}");
        explanation.ToText("sv").ShouldContain($"year (ändamålet year, får bevara): {swedish}");
    }

    [Fact]
    public void A_rule_that_was_over_before_a_fact_could_end_it_is_over() =>
        Shelf.Explain("2028-11-21", "seen=2026-01-01", "erasure-granted").ToText("en")
            .ShouldContain("year (purpose year, may keep): over; its last day by the calendar is 2027-01-01. Facts: erasure-granted.");

    [Fact]
    public void A_rule_that_nobody_knows_the_end_of_says_through_which_day_it_runs_at_least()
    {
        var example = Example.Of(Purpose("both", $$""" "allOf": [{ {{Keep("P1Y", "seen")}} }, { {{Keep("P1Y", "end")}} }] """), triggers: "seen?, end?");

        var explanation = example.Explain("2026-11-21", "seen=2026-01-01");

        var rule = explanation.Groups.Single().Rules.Single();
        (rule.LastDay, rule.AtLeastThrough, rule.IsEndedByFact).ShouldBe((null, new LocalDate(2027, 1, 1), false));
        rule.Limb.AtLeastThrough.ShouldBe(new LocalDate(2027, 1, 1));
        explanation.ToText("en").ShouldContain("both (purpose both, may keep): runs at least through 2027-01-01; nobody knows how long after that.");
        explanation.ToText("sv").ShouldContain("both (ändamålet both, får bevara): löper åtminstone till och med den 2027-01-01; ingen vet hur länge därefter.");
    }

    [Fact]
    public void A_rule_whose_last_day_hangs_on_what_nobody_knows_has_none()
    {
        var example = Example.Of(
            Purpose("both", $$""" "allOf": [{ {{Keep("P1Y", "seen")}} }, { "anyOf": [{ {{Keep("P10Y", "booked")}} }, { {{Keep("P1Y", "end")}} }] }] """),
            triggers: "seen?, booked?, end?");

        var rule = example.Explain("2026-11-21", "seen=2026-01-01, booked=2020-01-01").Groups.Single().Rules.Single();

        (rule.State, rule.LastDay, rule.AtLeastThrough).ShouldBe((LimbState.Alive, null, new LocalDate(2027, 1, 1)));
        rule.Limb.Limbs[1].LastDay.ShouldBeNull();
        rule.Limb.Limbs[1].AtLeastThrough.ShouldBeNull();
    }

    [Theory]
    [InlineData("erasure-granted")]
    [InlineData("?objection-upheld:both")]
    public void A_rule_that_does_not_certainly_run_runs_through_no_day(string facts)
    {
        var example = Example.Of(Purpose("both", $$""" "allOf": [{ {{Keep("P1Y", "seen")}} }, { {{Keep("P1Y", "end")}} }] """), triggers: "seen?, end?");

        example.Explain("2026-11-21", "seen=2026-01-01", facts).Groups.Single().Rules.Single().AtLeastThrough.ShouldBeNull();
    }

    [Fact]
    public void An_event_to_come_is_not_said_to_have_happened()
    {
        var text = Shelf.Explain("2026-11-21", "seen=2026-11-22");

        text.ToText("en").ShouldContain("1 year after seen: is to happen on 2026-11-22; ");
        text.ToText("sv").ShouldContain("1 år efter seen: ska inträffa den 2026-11-22; ");
    }

    [Fact]
    public void What_runs_on_and_what_facts_have_ended_is_said_of_each_rule_and_limb()
    {
        var explanation = Club.Explain("2026-11-21", "start=2020-01-01, end=2024-01-01, seen=2026-01-01, booked=2026-05-05", "consent-given:news;purpose-ended:case;?objection-pending:member");

        explanation.ToText("en").ShouldBe("""
        sys.set on 2026-11-21: keep
          A purpose still runs. (purpose-alive, rule news)
          Field name: restrict
            A legal obligation to keep still runs; nothing else may be done with it (Art. 17(3)(b)). (obligation-alive, rule books)
            member (purpose member, may keep): over; its last day by the calendar is 2025-07-01. Facts: ?objection-pending.
              ends with the first of:
                18 months after end: happened on 2024-01-01; over; its last day by the calendar is 2025-07-01
                from start on: happened on 2020-01-01; runs on
            books (obligation by SFS 1999:1078 7:2, must keep): runs on.
              7 years after booked: happened on 2026-05-05; its fiscal year is open; runs on
            case (purpose case, may keep): ended by a fact; by the calendar it would run through 2028-02-01. Facts: purpose-ended.
              13 months and 1 day after seen: happened on 2026-01-01; counted from 2026-12-31; runs through 2028-02-01
            case.limit (limit by SFS 2000:1, must not keep beyond): runs through 2029-01-03.
              3 years and 2 days after seen: happened on 2026-01-01; runs through 2029-01-03
          Field phone: keep
            A purpose still runs. (purpose-alive, rule news)
            member (purpose member, may keep): over; its last day by the calendar is 2025-07-01. Facts: ?objection-pending.
              ends with the first of:
                18 months after end: happened on 2024-01-01; over; its last day by the calendar is 2025-07-01
                from start on: happened on 2020-01-01; runs on
            news (purpose news, may keep): runs on. Facts: consent-given.
              while the consent is in force: runs on
        """);
        explanation.ToText("sv").ShouldBe("""
        sys.set den 2026-11-21: bevaras
          Ett ändamål löper ännu. (purpose-alive, regel news)
          Fältet name: begränsas
            En rättslig skyldighet att bevara löper ännu; inget annat får göras med uppgifterna (art. 17.3 b). (obligation-alive, regel books)
            member (ändamålet member, får bevara): slut; sista dag enligt kalendern är den 2025-07-01. Fakta: ?objection-pending.
              slutar med den första av:
                18 månader efter end: inträffade den 2024-01-01; slut; sista dag enligt kalendern är den 2025-07-01
                från och med start: inträffade den 2020-01-01; löper vidare
            books (skyldighet enligt SFS 1999:1078 7:2, ska bevara): löper vidare.
              7 år efter booked: inträffade den 2026-05-05; räkenskapsåret är öppet; löper vidare
            case (ändamålet case, får bevara): avslutad av ett faktum; enligt kalendern skulle den löpa till och med den 2028-02-01. Fakta: purpose-ended.
              13 månader och 1 dag efter seen: inträffade den 2026-01-01; räknas från den 2026-12-31; löper till och med den 2028-02-01
            case.limit (gräns enligt SFS 2000:1, får inte bevara längre): löper till och med den 2029-01-03.
              3 år och 2 dagar efter seen: inträffade den 2026-01-01; löper till och med den 2029-01-03
          Fältet phone: bevaras
            Ett ändamål löper ännu. (purpose-alive, regel news)
            member (ändamålet member, får bevara): slut; sista dag enligt kalendern är den 2025-07-01. Fakta: ?objection-pending.
              slutar med den första av:
                18 månader efter end: inträffade den 2024-01-01; slut; sista dag enligt kalendern är den 2025-07-01
                från och med start: inträffade den 2020-01-01; löper vidare
            news (ändamålet news, får bevara): löper vidare. Fakta: consent-given.
              medan samtycket gäller: löper vidare
        """);
    }

    [Fact]
    public void What_is_unknown_and_why_is_said_of_each_rule_and_limb()
    {
        var explanation = Club.Explain("2026-11-21", "start=2020-01-01, end=no, seen=?, booked=2022-02-02", "consent-withdrawn:news;hold");

        explanation.ToText("en").ShouldBe("""
        sys.set on 2026-11-21: keep
          A purpose still runs. (purpose-alive, rule member)
          Facts: hold
          Field name: undetermined
            A trigger is unknown, and the fate depends on it: kept, not used, until somebody finds out. (trigger-unknown, rule case.limit)
            member (purpose member, may keep): runs on.
              ends with the first of:
                18 months after end: has not happened; runs on
                from start on: happened on 2020-01-01; runs on
            books (obligation by SFS 1999:1078 7:2, must keep): unknown.
              7 years after booked: happened on 2022-02-02; it lies outside every known fiscal year (E-BFL-01); unknown
            case (purpose case, may keep): unknown.
              13 months and 1 day after seen: nobody knows whether or when it happened; unknown
            case.limit (limit by SFS 2000:1, must not keep beyond): unknown.
              3 years and 2 days after seen: nobody knows whether or when it happened; unknown
          Field phone: keep
            A purpose still runs. (purpose-alive, rule member)
            member (purpose member, may keep): runs on.
              ends with the first of:
                18 months after end: has not happened; runs on
                from start on: happened on 2020-01-01; runs on
            news (purpose news, may keep): ended by a fact. Facts: consent-withdrawn.
              while the consent is in force: over
        """);
        explanation.ToText("sv").ShouldBe("""
        sys.set den 2026-11-21: bevaras
          Ett ändamål löper ännu. (purpose-alive, regel member)
          Fakta: hold
          Fältet name: obestämt
            En utlösande händelse är okänd, och utfallet beror på den: bevaras utan användning tills någon tar reda på det. (trigger-unknown, regel case.limit)
            member (ändamålet member, får bevara): löper vidare.
              slutar med den första av:
                18 månader efter end: har inte inträffat; löper vidare
                från och med start: inträffade den 2020-01-01; löper vidare
            books (skyldighet enligt SFS 1999:1078 7:2, ska bevara): okänt.
              7 år efter booked: inträffade den 2022-02-02; det ligger utanför varje känt räkenskapsår (E-BFL-01); okänt
            case (ändamålet case, får bevara): okänt.
              13 månader och 1 dag efter seen: ingen vet om eller när det inträffade; okänt
            case.limit (gräns enligt SFS 2000:1, får inte bevara längre): okänt.
              3 år och 2 dagar efter seen: ingen vet om eller när det inträffade; okänt
          Fältet phone: bevaras
            Ett ändamål löper ännu. (purpose-alive, regel member)
            member (ändamålet member, får bevara): löper vidare.
              slutar med den första av:
                18 månader efter end: har inte inträffat; löper vidare
                från och med start: inträffade den 2020-01-01; löper vidare
            news (ändamålet news, får bevara): avslutad av ett faktum. Fakta: consent-withdrawn.
              medan samtycket gäller: slut
        """);
    }

    [Fact]
    public void What_is_over_is_said_with_its_last_day_where_it_has_one()
    {
        var explanation = Club.Explain("2026-11-21", "start=no, end=no, seen=2023-11-18, booked=2020-02-02");

        explanation.ToText("en").ShouldBe("""
        sys.set on 2026-11-21: undetermined
          A fact is unknown, and the fate depends on it: kept, not used, until somebody finds out. (fact-unknown, rule news)
          Field name: restrict; from 2028-01-01 erase
            A statutory maximum has passed, but a hold, an obligation or an open request forbids destruction: E-RET-02, a human must resolve it. (limit-passed, rule case.limit)
            member (purpose member, may keep): over.
              ends with the first of:
                18 months after end: has not happened; runs on
                from start on: has not happened; over
            books (obligation by SFS 1999:1078 7:2, must keep): runs through 2027-12-31.
              7 years after booked: happened on 2020-02-02; its fiscal year closed on 2020-12-31; counted from 2020-12-31; runs through 2027-12-31
            case (purpose case, may keep): over; its last day by the calendar is 2025-02-01.
              13 months and 1 day after seen: happened on 2023-11-18; counted from 2023-12-31; over; its last day by the calendar is 2025-02-01
            case.limit (limit by SFS 2000:1, must not keep beyond): over; its last day by the calendar is 2026-11-20.
              3 years and 2 days after seen: happened on 2023-11-18; over; its last day by the calendar is 2026-11-20
          Field phone: undetermined
            A fact is unknown, and the fate depends on it: kept, not used, until somebody finds out. (fact-unknown, rule news)
            member (purpose member, may keep): over.
              ends with the first of:
                18 months after end: has not happened; runs on
                from start on: has not happened; over
            news (purpose news, may keep): unknown.
              while the consent is in force: unknown
        """);
        explanation.ToText("sv").ShouldBe("""
        sys.set den 2026-11-21: obestämt
          Ett faktum är okänt, och utfallet beror på det: bevaras utan användning tills någon tar reda på det. (fact-unknown, regel news)
          Fältet name: begränsas; från den 2028-01-01 raderas
            En lagstadgad längsta tid har passerat, men ett bevarandekrav, en skyldighet eller en öppen begäran hindrar förstöring: E-RET-02, en människa måste avgöra. (limit-passed, regel case.limit)
            member (ändamålet member, får bevara): slut.
              slutar med den första av:
                18 månader efter end: har inte inträffat; löper vidare
                från och med start: har inte inträffat; slut
            books (skyldighet enligt SFS 1999:1078 7:2, ska bevara): löper till och med den 2027-12-31.
              7 år efter booked: inträffade den 2020-02-02; räkenskapsåret slutade den 2020-12-31; räknas från den 2020-12-31; löper till och med den 2027-12-31
            case (ändamålet case, får bevara): slut; sista dag enligt kalendern är den 2025-02-01.
              13 månader och 1 dag efter seen: inträffade den 2023-11-18; räknas från den 2023-12-31; slut; sista dag enligt kalendern är den 2025-02-01
            case.limit (gräns enligt SFS 2000:1, får inte bevara längre): slut; sista dag enligt kalendern är den 2026-11-20.
              3 år och 2 dagar efter seen: inträffade den 2023-11-18; slut; sista dag enligt kalendern är den 2026-11-20
          Fältet phone: obestämt
            Ett faktum är okänt, och utfallet beror på det: bevaras utan användning tills någon tar reda på det. (fact-unknown, regel news)
            member (ändamålet member, får bevara): slut.
              slutar med den första av:
                18 månader efter end: har inte inträffat; löper vidare
                från och med start: har inte inträffat; slut
            news (ändamålet news, får bevara): okänt.
              medan samtycket gäller: okänt
        """);
    }

    [Theory]
    [InlineData(
        "end=2026-06-01, limited=2026-06-01, booked=2024-06-01", "",
        "A purpose still runs. (purpose-alive, rule service)",
        "Ett ändamål löper ännu. (purpose-alive, regel service)")]
    [InlineData(
        "booked=2026-06-01, end=2024-06-01, limited=2026-06-01", "",
        "A legal obligation to keep still runs; nothing else may be done with it (Art. 17(3)(b)). (obligation-alive, rule books)",
        "En rättslig skyldighet att bevara löper ännu; inget annat får göras med uppgifterna (art. 17.3 b). (obligation-alive, regel books)")]
    [InlineData(
        "end=2024-06-01, limited=2026-06-01, booked=2024-01-01", "hold",
        "A legal hold stands; it forbids destruction and permits no use (Art. 17(3)(e)). (hold)",
        "Ett rättsligt bevarandekrav gäller; det hindrar förstöring och medger ingen användning (art. 17.3 e). (hold)")]
    [InlineData(
        "end=2026-06-01, limited=2026-06-01, booked=2024-06-01", "restricted",
        "The processing is restricted (Art. 18). (restricted)",
        "Behandlingen är begränsad (art. 18). (restricted)")]
    [InlineData(
        "end=2024-06-01, limited=2026-06-01, booked=2024-01-01", "request-open",
        "A request is open; disposal waits until it is answered. (request-open)",
        "En begäran är öppen; gallringen väntar tills den är besvarad. (request-open)")]
    [InlineData(
        "end=2026-06-01, limited=2026-06-01, booked=2024-06-01", "objection-pending:service",
        "An objection awaits its assessment; until then the purpose may not use it (Art. 21(1)). (objection-pending, rule service)",
        "En invändning väntar på prövning; till dess får ändamålet inte använda uppgifterna (art. 21.1). (objection-pending, regel service)")]
    [InlineData(
        "end=2026-06-01, limited=2024-06-01, booked=2024-06-01", "",
        "A statutory maximum has passed. (limit-passed, rule service.limit)",
        "En lagstadgad längsta tid har passerat. (limit-passed, regel service.limit)")]
    [InlineData(
        "end=2024-06-01, limited=2024-06-01, booked=2024-06-01", "hold",
        "A statutory maximum has passed, but a hold, an obligation or an open request forbids destruction: E-RET-02, a human must resolve it. (limit-passed, rule service.limit)",
        "En lagstadgad längsta tid har passerat, men ett bevarandekrav, en skyldighet eller en öppen begäran hindrar förstöring: E-RET-02, en människa måste avgöra. (limit-passed, regel service.limit)")]
    [InlineData(
        "end=?, limited=2026-06-01, booked=2024-06-01", "",
        "A trigger is unknown, and the fate depends on it: kept, not used, until somebody finds out. (trigger-unknown, rule service)",
        "En utlösande händelse är okänd, och utfallet beror på den: bevaras utan användning tills någon tar reda på det. (trigger-unknown, regel service)")]
    [InlineData(
        "end=2024-06-01, limited=2026-06-01, booked=2024-01-01", "?hold",
        "A fact is unknown, and the fate depends on it: kept, not used, until somebody finds out. (fact-unknown)",
        "Ett faktum är okänt, och utfallet beror på det: bevaras utan användning tills någon tar reda på det. (fact-unknown)")]
    [InlineData(
        "end=2025-11-01, limited=2026-06-01, booked=2024-06-01", "",
        "Everything that kept it has ended; it stays restricted before disposal. (all-ended, rule service)",
        "Allt som bevarade det har upphört; det hålls begränsat före gallring. (all-ended, regel service)")]
    [InlineData(
        "end=2024-06-01, limited=2026-06-01, booked=2024-01-01", "",
        "Everything that kept it has ended (Art. 5(1)(e)). (all-ended, rule service)",
        "Allt som bevarade det har upphört (art. 5.1 e). (all-ended, regel service)")]
    public void Each_reason_has_its_sentence_in_both_languages(string record, string facts, string english, string swedish)
    {
        var explanation = Shop.Explain("2026-11-21", record, facts);

        explanation.ToText("en").Split('\n')[1].Trim().ShouldBe(english);
        explanation.ToText("sv").Split('\n')[1].Trim().ShouldBe(swedish);
    }

    [Fact]
    public void A_year_that_is_not_known_is_a_reason_of_its_own()
    {
        var explanation = Club.Explain("2026-11-21", "start=no, end=no, seen=2026-01-01, booked=2022-02-02", "purpose-ended:case;consent-withdrawn:news");

        explanation.ToText("en").Split('\n')[1].Trim().ShouldBe(
            "The event lies outside every known fiscal year: kept, not used, until the year is stated (E-BFL-01). (fiscal-year-unknown, rule books)");
        explanation.ToText("sv").Split('\n')[1].Trim().ShouldBe(
            "Händelsen ligger utanför varje känt räkenskapsår: bevaras utan användning tills året anges (E-BFL-01). (fiscal-year-unknown, regel books)");
    }

    [Theory]
    [InlineData("end=2026-06-01, limited=2026-06-01", "keep", "bevaras")]
    [InlineData("end=?, limited=2026-06-01, booked=2024-06-01", "undetermined", "obestämt")]
    [InlineData("end=2024-06-01, limited=2026-06-01, booked=2026-06-01", "restrict", "begränsas")]
    [InlineData("end=2024-06-01, limited=2026-06-01, booked=2024-06-01", "erase", "raderas")]
    public void Each_fate_has_its_word_in_both_languages(string record, string english, string swedish)
    {
        var explanation = Shop.Explain("2026-11-21", record);

        explanation.ToText("en").Split('\n')[0].ShouldStartWith($"sys.set on 2026-11-21: {english}");
        explanation.ToText("sv").Split('\n')[0].ShouldStartWith($"sys.set den 2026-11-21: {swedish}");
        explanation.ToString().ShouldBe($"sys.set: {english}");
    }

    [Fact]
    public void Fields_to_anonymise_say_so_and_of_several_fates_the_records_comes_first()
    {
        var explanation = Club.Explain("2026-11-21", "start=no, end=no, seen=2020-01-01, booked=2020-02-02", "consent-withdrawn:news");

        explanation.ToText("en").Split('\n').ShouldContain("  Field phone: anonymise");
        explanation.ToText("sv").Split('\n').ShouldContain("  Fältet phone: anonymiseras");
    }

    [Fact]
    public void Facts_fields_and_lengths_are_listed_in_words()
    {
        var explanation = Shelf.Explain("2026-11-21", "start=2020-01-01, end=?, seen=2026-11-01", "hold;?request-open;objection-pending:year;purpose-ended:year");

        explanation.ToText("en").ShouldBe("""
        sys.set on 2026-11-21: keep; from 2026-12-02 restrict
          A purpose still runs. (purpose-alive, rule days)
          Facts: hold, ?request-open
          Fields name, phone: keep; from 2026-12-02 restrict
            A purpose still runs. (purpose-alive, rule days)
            member (purpose member, may keep): unknown.
              ends with the first of:
                through the day of end: nobody knows whether or when it happened; unknown
                from start on: happened on 2020-01-01; runs on
            year (purpose year, may keep): ended by a fact; by the calendar it would run through 2027-11-01. Facts: objection-pending, purpose-ended.
              1 year after seen: happened on 2026-11-01; runs through 2027-11-01
            year.limit (limit, must not keep beyond): runs through 2026-12-01.
              1 month after seen: happened on 2026-11-01; runs through 2026-12-01
            days (purpose days, may keep): runs through 2026-12-01.
              30 days after seen: happened on 2026-11-01; runs through 2026-12-01
        """);
        explanation.ToText("sv").ShouldBe("""
        sys.set den 2026-11-21: bevaras; från den 2026-12-02 begränsas
          Ett ändamål löper ännu. (purpose-alive, regel days)
          Fakta: hold, ?request-open
          Fälten name, phone: bevaras; från den 2026-12-02 begränsas
            Ett ändamål löper ännu. (purpose-alive, regel days)
            member (ändamålet member, får bevara): okänt.
              slutar med den första av:
                till och med dagen för end: ingen vet om eller när det inträffade; okänt
                från och med start: inträffade den 2020-01-01; löper vidare
            year (ändamålet year, får bevara): avslutad av ett faktum; enligt kalendern skulle den löpa till och med den 2027-11-01. Fakta: objection-pending, purpose-ended.
              1 år efter seen: inträffade den 2026-11-01; löper till och med den 2027-11-01
            year.limit (gräns, får inte bevara längre): löper till och med den 2026-12-01.
              1 månad efter seen: inträffade den 2026-11-01; löper till och med den 2026-12-01
            days (ändamålet days, får bevara): löper till och med den 2026-12-01.
              30 dagar efter seen: inträffade den 2026-11-01; löper till och med den 2026-12-01
        """);
    }

    [Fact]
    public void A_data_set_that_is_no_longer_used_says_since_when()
    {
        var policy = PolicyReader.Parse("""
            { "policy": "example", "version": "1", "effective": "2026-01-01",
              "controllers": { "us": { "name": "Us", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@us.example" } },
              "systems": { "sys": { "dataSets": {
                "set": { "subject": "customer", "retired": { "on": "2025-01-01", "reason": "replaced" }, "fields": { "name": "identity.name" } },
                "used": { "subject": "customer", "triggers": { "end": { "whenNull": "unknown" } }, "fields": { "name": "identity.name" } } } } },
              "activities": { "service": { "purpose": "service", "basis": { "contract": {} }, "data": ["sys.used"], "retention": { "keep": "P3M", "after": "end" } } } }
            """);

        var explanation = Example.Of(policy).Explain("2026-11-20T23:30:00Z");

        explanation.Today.ShouldBe(new LocalDate(2026, 11, 20), "no rule has a zone, so the day is that of UTC");
        explanation.ToText("en").ShouldBe("""
        sys.set on 2026-11-20: erase
          Everything that kept it has ended (Art. 5(1)(e)). (all-ended)
          The data set has not been used since 2025-01-01: it has no rules, and all its records are due.
          Field name: erase
            Everything that kept it has ended (Art. 5(1)(e)). (all-ended)
        """);
        explanation.ToText("sv").ShouldBe("""
        sys.set den 2026-11-20: raderas
          Allt som bevarade det har upphört (art. 5.1 e). (all-ended)
          Datamängden används inte sedan 2025-01-01: den saknar regler, och alla dess poster ska bort.
          Fältet name: raderas
            Allt som bevarade det har upphört (art. 5.1 e). (all-ended)
        """);
    }

    [Fact]
    public void What_is_unknown_today_is_unknown_on_the_day_of_the_change_too()
    {
        var policy = Example.Of(Purpose("first", Keep("P1Y", "end")) + "," + Purpose("second", Keep("P1Y", "seen")));

        policy.Explain("2026-11-21", "end=2026-01-01, seen=?").NextFate.ShouldBe(Fate.Undetermined);
        policy.Explain("2026-11-21", "end=2026-01-01, seen=2024-01-01").NextFate.ShouldBe(Fate.Erase);
    }

    [Fact]
    public void Today_is_the_day_in_the_controllers_zone() =>
        Shop.Explain("2026-11-20T23:30:00Z").Today.ShouldBe(new LocalDate(2026, 11, 21));

    [Theory]
    [InlineData("allOf", LimbKind.AllOf, LimbState.Alive, "2027-01-01")]
    [InlineData("anyOf", LimbKind.AnyOf, LimbState.Past, "2025-01-01")]
    public void A_combination_of_limbs_has_their_state_and_end_and_lists_them_side_by_side(string join, LimbKind kind, LimbState state, string lastDay)
    {
        var limbs = string.Join(", ", new[] { "P1Y", "P2Y", "P3Y" }.Select(period => $$"""{ "keep": "{{period}}", "after": "end" }"""));
        var policy = Example.Of(Purpose("service", $$""" "{{join}}": [{{limbs}}] """));

        var rule = policy.Explain("2026-11-21", "end=2024-01-01").Groups.Single().Rules.Single();

        (rule.Limb.Kind, rule.Limb.State, rule.State).ShouldBe((kind, state, state));
        $"{rule.Limb.LastDay:uuuu-MM-dd}".ShouldBe(lastDay);
        rule.Limb.Limbs.Select(limb => limb.State).ShouldBe([LimbState.Past, LimbState.Past, LimbState.Alive]);
        rule.Limb.Limbs.Select(limb => $"{limb.Cutoff:uuuu-MM-dd}").ShouldBe(["2025-11-21", "2024-11-21", "2023-11-21"]);
    }

    [Fact]
    public void A_relation_has_the_cutoff_of_its_end_and_its_start_has_none()
    {
        var limb = Club.Explain("2026-11-21", "start=2020-01-01, end=no").Groups[0].Rules[0].Limb;

        limb.Limbs.Select(inner => inner.Kind).ShouldBe([LimbKind.Period, LimbKind.Started]);
        limb.Limbs.Select(inner => inner.Cutoff).ShouldBe([new LocalDate(2025, 5, 21), null]);
    }
}
