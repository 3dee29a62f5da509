using NodaTime;

namespace Gdpr.Rights;

/// <summary>A reasonable fee for a request that is manifestly unfounded or excessive (Art. 12(5)(a)).</summary>
/// <param name="Amount">The amount, above zero: what the answer costs to make, and no more.</param>
/// <param name="Currency">The currency, three letters of ISO 4217.</param>
/// <param name="AskedAt">When it was asked for.</param>
/// <param name="By">The function that decided.</param>
public sealed record RequestFee(decimal Amount, string Currency, Instant AskedAt, string By)
{
    /// <summary>When it was paid, or asked for no longer; <see langword="null"/> while it is awaited.</summary>
    public Instant? SettledAt { get; init; }
}
