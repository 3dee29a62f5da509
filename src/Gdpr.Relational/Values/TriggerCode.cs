using Gdpr.Retention;
using NodaTime;

namespace Gdpr.Relational.Values;

/// <summary>The value of a trigger as one whole number, which any SQL compares: ticks since 1970 of an instant, or a local date far above all instants, or
/// unknown. NULL is a missing value.</summary>
internal static class TriggerCode
{
    /// <summary>Whether or when the event happened is unknown: below all instants.</summary>
    public const long Unknown = -9_000_000_000_000_000_000;

    /// <summary>Codes from here on are local dates, those below instants.</summary>
    public const long FirstDate = Epoch - MostDays;

    private const long Epoch = 8_000_000_000_000_000_000;
    private const long MostDays = 10_000_000;
    private const long FirstInstant = Unknown + 1;

    private static readonly LocalDate EpochDate = new(1970, 1, 1);

    public static long Of(LocalDate date) => Epoch + Period.DaysBetween(EpochDate, date);

    /// <summary>The code of an instant, or of a cutoff, whose ticks may lie beyond all instants.</summary>
    public static long OfTicks(long ticks) => Math.Clamp(ticks, FirstInstant, FirstDate - 1);

    public static TriggerValue ToValue(long? code) => code switch
    {
        null => TriggerValue.Missing,
        Unknown => TriggerValue.Unknown,
        >= FirstDate => TriggerValue.On(EpochDate.PlusDays((int)(code.Value - Epoch))),
        _ => TriggerValue.At(Instant.FromUnixTimeTicks(code.Value)),
    };

    /// <summary>The year of an event, in UTC.</summary>
    public static int YearOf(long code) =>
        code >= FirstDate ? EpochDate.PlusDays((int)(code - Epoch)).Year : Instant.FromUnixTimeTicks(code).InUtc().Year;
}
