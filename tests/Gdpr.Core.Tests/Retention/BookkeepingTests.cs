using Gdpr.Retention;
using NodaTime.Text;
using static Gdpr.Core.Tests.Retention.Example;

namespace Gdpr.Core.Tests.Retention;

/// <summary>Accounting material through a policy (Bokföringslagen 7:2, semantics §5.1): which day is the last, and what an unknown year does.</summary>
public sealed class BookkeepingTests
{
    private const string Calendar = """{ "from": "2015-01-01", "yearly": true }""";

    [Theory]
    [InlineData(Calendar, "2024-02-10", "2031-12-31")]
    [InlineData("""{ "from": "2023-07-01", "to": "2024-06-30" }""", "2023-08-01", "2031-12-31")]
    [InlineData("""{ "from": "2020-07-01", "yearly": true }""", "2023-08-01", "2031-12-31")]
    [InlineData("""{ "from": "2020-07-01", "yearly": true }""", "2024-09-15", "2032-12-31")]
    [InlineData("""{ "from": "2020-05-01", "yearly": true }""", "2025-04-30", "2032-12-31")]
    [InlineData("""{ "from": "2020-09-01", "yearly": true }""", "2024-09-01", "2032-12-31")]
    [InlineData("""{ "from": "2020-09-01", "yearly": true }""", "2025-08-31", "2032-12-31")]
    [InlineData("""{ "from": "2024-02-01", "to": "2025-01-31" }""", "2024-02-05", "2032-12-31")]
    [InlineData("""{ "from": "2023-11-15", "to": "2025-04-30" }, { "from": "2025-05-01", "yearly": true }""", "2023-11-20", "2032-12-31")]
    [InlineData("""{ "from": "2020-07-01", "yearly": true }, { "from": "2025-07-01", "to": "2025-12-31" }, { "from": "2026-01-01" }""", "2025-10-01", "2032-12-31")]
    [InlineData(Calendar + """, { "from": "2026-01-01", "to": "2026-03-31" }""", "2026-02-01", "2033-12-31")]
    [InlineData(Calendar, "2025-01-15", "2032-12-31")]
    [InlineData(Calendar, "2018-06-01", "2025-12-31")]
    [InlineData(Calendar, "2019-12-31", "2026-12-31")]
    [InlineData(Calendar, "2025-12-31", "2032-12-31")]
    public void It_is_kept_through_the_seventh_year_after_the_one_in_which_the_fiscal_year_closed(string fiscalYears, string booked, string lastDay)
    {
        var books = Books(fiscalYears);
        var after = LocalDatePattern.Iso.Format(LocalDatePattern.Iso.Parse(lastDay).Value.PlusDays(1));

        books.On(lastDay, $"booked={booked}").ShouldBe(Fate.Restrict, "obligation-alive", after, "books");
        books.On(after, $"booked={booked}").ShouldBe(Fate.Erase, "all-ended", rule: "books");
    }

    [Fact]
    public void What_is_booked_in_an_open_year_is_kept_without_a_due_date_whatever_its_planned_end()
    {
        var books = Books(Calendar + """, { "from": "2026-07-01", "plannedEnd": "2027-06-30" }""");

        books.On("2026-11-21", "booked=2026-07-01").ShouldBe(Fate.Restrict, "obligation-alive", rule: "books");
        books.On("2035-01-01", "booked=2026-07-01").ShouldBe(Fate.Restrict, "obligation-alive", rule: "books");
    }

    [Theory]
    [InlineData("2014-12-31")]
    [InlineData("2020-01-01")]
    [InlineData("2020-06-30")]
    [InlineData("2026-01-01")]
    public void An_event_outside_every_known_year_is_unknown_and_kept(string booked) =>
        Books("""{ "from": "2015-01-01", "to": "2015-12-31" }, { "from": "2016-01-01", "to": "2016-12-31" }, { "from": "2025-01-01", "to": "2025-12-31" }""")
            .On("2040-01-01", $"booked={booked}").ShouldBe(Fate.Undetermined, "fiscal-year-unknown", rule: "books");

    [Theory]
    [InlineData("2016-12-31", "2024-01-01")]
    [InlineData("2025-01-01", "2033-01-01")]
    public void Beside_a_gap_the_known_years_are_known(string booked, string due) =>
        Books("""{ "from": "2015-01-01", "to": "2015-12-31" }, { "from": "2016-01-01", "to": "2016-12-31" }, { "from": "2025-01-01", "to": "2025-12-31" }""")
            .On("2023-12-31", $"booked={booked}").ShouldBe(Fate.Restrict, "obligation-alive", due, "books");

    [Fact]
    public void An_erasure_granted_is_refused_for_accounting_material_until_its_day()
    {
        var books = Books(Calendar);

        books.On("2026-11-21", "booked=2019-05-05", "erasure-granted").ShouldBe(Fate.Restrict, "obligation-alive", "2027-01-01", "books");
        books.On("2027-01-01", "booked=2019-05-05", "erasure-granted").ShouldBe(Fate.Erase, "all-ended", rule: "books");
    }

    [Fact]
    public void A_contract_that_illustrates_several_years_counts_from_the_last_of_them() =>
        Books(Calendar).On("2026-11-21", "booked=2025-12-31").Due.ShouldBe(new NodaTime.LocalDate(2033, 1, 1));

    [Theory]
    [InlineData("2024-06-30T21:59:59.9999999Z", "2032-01-01")]
    [InlineData("2024-06-30T22:00:00Z", "2033-01-01")]
    public void An_instant_is_booked_on_its_local_date(string booked, string due) =>
        Books("""{ "from": "2020-07-01", "yearly": true }""").On("2026-11-21", $"booked={booked}").ShouldBe(Fate.Restrict, "obligation-alive", due, "books");

    [Theory]
    [InlineData("2023-12-31T22:59:59Z", "2031-01-01")]
    [InlineData("2023-12-31T23:00:00Z", "2032-01-01")]
    public void Tax_material_counts_from_the_end_of_its_calendar_year(string booked, string due) =>
        Example.Of(Duty("tax", KeepFromCalendarYearEnd("P7Y", "booked")), triggers: "booked")
            .On("2026-11-21", $"booked={booked}").ShouldBe(Fate.Restrict, "obligation-alive", due, "tax");

    [Fact]
    public void Of_the_bookkeeping_and_the_tax_period_the_later_one_holds()
    {
        var both = Example.Of(
            Duty("tax", KeepFromCalendarYearEnd("P7Y", "refers-to")) + "," + Duty("books", KeepFromFiscalYearEnd("P7Y", "booked")),
            triggers: "booked?, refers-to?",
            fiscalYears: """{ "from": "2020-07-01", "yearly": true }""");

        both.On("2026-11-21", "booked=2024-09-15, refers-to=2024-08-31").ShouldBe(Fate.Restrict, "obligation-alive", "2033-01-01", "books");
        both.On("2026-11-21", "booked=2024-03-15, refers-to=2025-08-31").ShouldBe(Fate.Restrict, "obligation-alive", "2033-01-01", "tax");
    }

    private static Example Books(string fiscalYears) => Example.Of(
        Duty("books", KeepFromFiscalYearEnd("P7Y", "booked")), triggers: "booked?", fiscalYears: fiscalYears);
}
