using Gdpr.Policies;
using NodaTime;

namespace Gdpr.Disclosures;

/// <summary>What a transfer to a third country rests on, on a date (Art. 44–49).</summary>
/// <param name="Country">The country of the recipient, as a two-letter ISO 3166 code.</param>
/// <param name="Outcome">Whether the data may go there.</param>
/// <param name="Mechanism">The mechanism that it rests on; <see langword="null"/> where there is none.</param>
public sealed record TransferDecision(string Country, TransferOutcome Outcome, TransferMechanism? Mechanism)
{
    /// <summary>The decision, module or clause that it rests on, as the policy states it.</summary>
    public string? Reference { get; init; }

    /// <summary>The assessment of the transfer's impact.</summary>
    public string? Assessment { get; init; }

    /// <summary>The last local date, inclusive, on which it holds; <see langword="null"/> where it has no end.</summary>
    public LocalDate? Until { get; init; }

    /// <summary>The version of the list of decisions on adequacy that was asked.</summary>
    public string AdequacyVersion { get; init; } = AdequacyList.BuiltIn.Version;

    /// <summary>Whether it rests on a decision on adequacy that the policy does not state.</summary>
    public bool IsUnstated { get; init; }

    /// <summary>Whether it ends within some days after a date.</summary>
    /// <param name="on">The date.</param>
    /// <param name="days">How many days.</param>
    public bool EndsWithin(LocalDate on, int days) => Until is { } end && end >= on && Period.DaysBetween(on, end) <= days;
}

/// <summary>Whether data may go to a third country.</summary>
public enum TransferOutcome
{
    /// <summary>It may.</summary>
    Allowed,

    /// <summary>By derogation only: an occasional transfer, which a human decides on (Art. 49).</summary>
    OccasionalOnly,

    /// <summary>It may not: <c>E-TRF-01</c>.</summary>
    Forbidden,
}
