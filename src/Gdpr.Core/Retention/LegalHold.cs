using NodaTime;

namespace Gdpr.Retention;

/// <summary>A legal hold: data that must not be destroyed because it is needed to establish, exercise or defend legal claims (Art. 17(3)(e)).</summary>
/// <remarks>A hold blocks destruction. It permits no use, defeats no request for access, and does not put off the answer to a request for
/// erasure. Its review falls within six months, so that no hold goes on unseen.</remarks>
public sealed class LegalHold
{
    /// <summary>After how many months at most a hold is reviewed.</summary>
    public const int LongestMonthsToReview = 6;

    private LegalHold(HoldTerms terms, LocalDate? released)
    {
        Terms = terms;
        Released = released;
    }

    /// <summary>What the hold was placed for, and on what.</summary>
    public HoldTerms Terms { get; }

    /// <summary>The local date of the release: from this date on, inclusive, the hold no longer stands. <see langword="null"/> while it does.</summary>
    public LocalDate? Released { get; }

    /// <summary>Whether the scope names nothing in particular: such a hold needs a human's decision, never a routine.</summary>
    public bool NeedsHuman => Terms.Scope.IsEverything;

    /// <summary>Places a hold.</summary>
    /// <param name="terms">What it is for, and on what.</param>
    /// <exception cref="InvalidHoldException">Something that a hold must state is missing, or the review comes too late; all problems at once.</exception>
    public static LegalHold Place(HoldTerms terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        var problems = Problems(terms).ToArray();
        return problems.Length == 0 ? new LegalHold(terms, null) : throw new InvalidHoldException(problems);
    }

    /// <summary>Releases the hold.</summary>
    /// <param name="on">The local date of the release, not before the hold's first.</param>
    /// <exception cref="InvalidHoldException">The date lies before the hold's first, or the hold is released already.</exception>
    public LegalHold Release(LocalDate on)
    {
        if (Released is not null)
        {
            throw new InvalidHoldException(["The hold is released already: place a new one instead."]);
        }

        return on < Terms.From
            ? throw new InvalidHoldException(["The release lies before the hold's first date: give a date on or after it."])
            : new LegalHold(Terms, on);
    }

    /// <summary>Whether the hold stands on a date.</summary>
    /// <param name="date">The local date.</param>
    public bool StandsOn(LocalDate date) => date >= Terms.From && (Released is not { } released || date < released);

    /// <summary>Whether the hold stands on a date after the one by which it was to be reviewed.</summary>
    /// <param name="date">The local date.</param>
    public bool IsOverdueForReviewOn(LocalDate date) => StandsOn(date) && date > Terms.ReviewBy;

    /// <summary>What the hold adds to the facts of a record on a date: a hold, a hold that is unknown, or nothing.</summary>
    /// <param name="facts">The record's facts.</param>
    /// <param name="record">What is known of the record.</param>
    /// <param name="date">The local date.</param>
    public RecordFacts Apply(in RecordFacts facts, HeldRecord record, LocalDate date)
    {
        if (!StandsOn(date))
        {
            return facts;
        }

        return Terms.Scope.Covers(record) switch
        {
            true => facts.With(RecordFlags.Hold),
            null => facts.WithUnknown(RecordFlags.Hold),
            false => facts,
        };
    }

    private static IEnumerable<string> Problems(HoldTerms terms)
    {
        foreach (var (value, name) in new[] { (terms.Matter, "matter"), (terms.Reason, "reason"), (terms.Approver, "approver") })
        {
            if (string.IsNullOrWhiteSpace(value))
            {
                yield return $"The hold states no {name}: name it.";
            }
        }

        if (terms.ReviewBy < terms.From)
        {
            yield return "The review lies before the hold's first date: give a date on or after it.";
        }

        if (terms.ReviewBy > terms.From.PlusMonths(LongestMonthsToReview))
        {
            yield return $"The review comes later than {LongestMonthsToReview} months after the hold's first date: give an earlier one; a review may prolong the hold.";
        }

        if (terms.Scope.EventsFrom > terms.Scope.EventsTo)
        {
            yield return "The scope's events end before they begin: exchange the two dates.";
        }
    }
}

/// <summary>What a hold is for, and on what.</summary>
/// <param name="Matter">The matter, such as a case number.</param>
/// <param name="Reason">Why the data is needed.</param>
/// <param name="Approver">The function that decided it.</param>
/// <param name="From">The first local date, inclusive.</param>
/// <param name="ReviewBy">The last local date, inclusive, by which the hold is reviewed: at most six months after the first.</param>
/// <param name="Scope">What is held.</param>
public sealed record HoldTerms(string Matter, string Reason, string Approver, LocalDate From, LocalDate ReviewBy, HoldScope Scope);

/// <summary>A hold that cannot be placed or released as asked.</summary>
public sealed class InvalidHoldException : GdprException
{
    internal InvalidHoldException(IReadOnlyList<string> problems)
        : base("E-HOLD-01", string.Join(" ", problems)) => Problems = problems;

    /// <summary>Everything that is wrong, each with its mend.</summary>
    public IReadOnlyList<string> Problems { get; }
}
