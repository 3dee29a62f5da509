using Gdpr.Retention;
using NodaTime;

namespace Gdpr.Core.Tests.Retention;

public class LegalHoldTests
{
    private static readonly LocalDate Placed = new(2026, 8, 10);
    private static readonly HoldTerms Incident = new(
        "INC-7", "Evidence of an intrusion", "Head of security", Placed, new LocalDate(2027, 2, 10),
        new HoldScope
        {
            DataSets = new HashSet<string>(["logs.access"]),
            EventsFrom = new LocalDate(2026, 8, 1),
            EventsTo = new LocalDate(2026, 8, 5),
        });

    [Theory]
    [InlineData("2026-07-31", false)]
    [InlineData("2026-08-01", true)]
    [InlineData("2026-08-05", true)]
    [InlineData("2026-08-06", false)]
    public void It_covers_the_events_from_its_first_to_its_last_date_both_included(string eventDate, bool held)
    {
        var record = new HeldRecord("logs.access", EventDate: NodaTime.Text.LocalDatePattern.Iso.Parse(eventDate).Value);

        LegalHold.Place(Incident).Apply(default, record, Placed).Flags.HasFlag(RecordFlags.Hold).ShouldBe(held);
    }

    [Fact]
    public void A_record_whose_event_date_is_unknown_may_be_held()
    {
        var facts = LegalHold.Place(Incident).Apply(default, new HeldRecord("logs.access"), Placed);

        facts.UnknownFlags.ShouldBe(RecordFlags.Hold);
        facts.Flags.ShouldBe(RecordFlags.None);
    }

    [Fact]
    public void Another_data_set_is_not_held_whatever_else_is_unknown() =>
        LegalHold.Place(Incident).Apply(default, new HeldRecord("crm.customers"), Placed).ShouldBe(default);

    [Fact]
    public void Person_and_record_narrow_the_scope()
    {
        var hold = LegalHold.Place(Incident with { Scope = new HoldScope { Subjects = new HashSet<string>(["s1"]), Records = new HashSet<string>(["r1", "r2"]) } });

        hold.Apply(default, new HeldRecord("a.b", "s1", "r2"), Placed).Flags.ShouldBe(RecordFlags.Hold);
        hold.Apply(default, new HeldRecord("a.b", "s1", "r3"), Placed).ShouldBe(default);
        hold.Apply(default, new HeldRecord("a.b", "s2", "r2"), Placed).ShouldBe(default);
        hold.Apply(default, new HeldRecord("a.b", null, "r2"), Placed).UnknownFlags.ShouldBe(RecordFlags.Hold);
    }

    [Fact]
    public void It_stands_from_its_first_date_to_the_day_before_its_release()
    {
        var hold = LegalHold.Place(Incident).Release(new LocalDate(2027, 11, 1));

        hold.StandsOn(Placed.PlusDays(-1)).ShouldBeFalse();
        hold.StandsOn(Placed).ShouldBeTrue();
        hold.StandsOn(new LocalDate(2027, 10, 31)).ShouldBeTrue();
        hold.StandsOn(new LocalDate(2027, 11, 1)).ShouldBeFalse();
    }

    [Fact]
    public void It_adds_nothing_to_the_facts_while_it_does_not_stand() =>
        LegalHold.Place(Incident with { Scope = new HoldScope() }).Apply(default, new HeldRecord("logs.access"), Placed.PlusDays(-1)).ShouldBe(default);

    [Fact]
    public void A_hold_released_on_its_first_date_never_stood()
    {
        var hold = LegalHold.Place(Incident).Release(Placed);

        hold.Released.ShouldBe(Placed);
        hold.StandsOn(Placed).ShouldBeFalse();
    }

    [Theory]
    [InlineData("2026-07-31", false, true)]
    [InlineData("2026-08-01", true, true)]
    [InlineData("2026-08-02", true, false)]
    public void It_may_have_a_first_or_a_last_date_of_events_alone(string eventDate, bool fromFirst, bool toFirst)
    {
        var (date, first) = (NodaTime.Text.LocalDatePattern.Iso.Parse(eventDate).Value, new LocalDate(2026, 8, 1));
        bool Holds(HoldScope scope) =>
            LegalHold.Place(Incident with { Scope = scope }).Apply(default, new HeldRecord("logs.access", EventDate: date), Placed).Flags == RecordFlags.Hold;

        Holds(new HoldScope { EventsFrom = first }).ShouldBe(fromFirst);
        Holds(new HoldScope { EventsTo = first }).ShouldBe(toFirst);
        Holds(new HoldScope { EventsFrom = first, EventsTo = first }).ShouldBe(fromFirst && toFirst);
    }

    [Fact]
    public void A_review_is_overdue_from_the_day_after_its_date_while_the_hold_stands()
    {
        var hold = LegalHold.Place(Incident);

        hold.IsOverdueForReviewOn(new LocalDate(2027, 2, 10)).ShouldBeFalse();
        hold.IsOverdueForReviewOn(new LocalDate(2027, 2, 11)).ShouldBeTrue();
        hold.Release(new LocalDate(2027, 2, 11)).IsOverdueForReviewOn(new LocalDate(2027, 2, 11)).ShouldBeFalse();
    }

    [Fact]
    public void A_hold_on_everything_needs_a_human()
    {
        LegalHold.Place(Incident with { Scope = new HoldScope() }).NeedsHuman.ShouldBeTrue();
        LegalHold.Place(Incident).NeedsHuman.ShouldBeFalse();
        HoldScope[] narrowed =
        [
            new() { DataSets = new HashSet<string>(["logs.access"]) },
            new() { Subjects = new HashSet<string>(["s1"]) },
            new() { Records = new HashSet<string>(["r1"]) },
            new() { EventsFrom = Placed },
            new() { EventsTo = Placed },
        ];
        narrowed.Select(scope => LegalHold.Place(Incident with { Scope = scope }).NeedsHuman).ShouldAllBe(needsHuman => !needsHuman);
    }

    [Fact]
    public void Everything_that_a_hold_lacks_is_named_at_once()
    {
        var terms = new HoldTerms(" ", "", "", Placed, Placed.PlusMonths(6).PlusDays(1), new HoldScope { EventsFrom = Placed, EventsTo = Placed.PlusDays(-1) });

        var refusal = Should.Throw<InvalidHoldException>(() => LegalHold.Place(terms));

        refusal.Code.ShouldBe("E-HOLD-01");
        refusal.Problems.ShouldBe(
        [
            "The hold states no matter: name it.",
            "The hold states no reason: name it.",
            "The hold states no approver: name it.",
            "The review comes later than 6 months after the hold's first date: give an earlier one; a review may prolong the hold.",
            "The scope's events end before they begin: exchange the two dates.",
        ]);
        refusal.Message.ShouldContain("name it. The review comes later");
    }

    [Fact]
    public void Null_is_no_hold() => Should.Throw<ArgumentNullException>(() => LegalHold.Place(null!)).ParamName.ShouldBe("terms");

    [Fact]
    public void A_review_six_months_ahead_is_accepted_and_one_before_the_start_is_not()
    {
        LegalHold.Place(Incident with { ReviewBy = Placed.PlusMonths(6) }).Terms.ReviewBy.ShouldBe(new LocalDate(2027, 2, 10));
        LegalHold.Place(Incident with { ReviewBy = Placed }).Terms.ReviewBy.ShouldBe(Placed);
        Should.Throw<InvalidHoldException>(() => LegalHold.Place(Incident with { ReviewBy = Placed.PlusDays(-1) }))
            .Problems.ShouldBe(["The review lies before the hold's first date: give a date on or after it."]);
    }

    [Fact]
    public void A_hold_is_released_once_and_not_before_it_began()
    {
        var hold = LegalHold.Place(Incident);

        Should.Throw<InvalidHoldException>(() => hold.Release(Placed.PlusDays(-1)))
            .Problems.ShouldBe(["The release lies before the hold's first date: give a date on or after it."]);
        Should.Throw<InvalidHoldException>(() => hold.Release(Placed).Release(Placed))
            .Problems.ShouldBe(["The hold is released already: place a new one instead."]);
    }
}
