using Gdpr.Retention;
using NodaTime;
using NodaTime.Text;

namespace Gdpr.Samples.Data;

/// <summary>Dates as the databases of this world hold them: local dates, instants, nothing, and what somebody once typed.</summary>
internal static class StoredDate
{
    /// <summary>What a stored text says of a trigger.</summary>
    /// <remarks>Nothing stored is <see cref="TriggerValue.Missing"/>: the policy says what that means. What cannot be read is unknown, never missing:
    /// something once stood there, so the event may well have happened.</remarks>
    public static TriggerValue Read(string? stored)
    {
        if (stored is null)
        {
            return TriggerValue.Missing;
        }

        if (LocalDatePattern.Iso.Parse(stored) is { Success: true, Value: var date })
        {
            return TriggerValue.On(date);
        }

        return InstantPattern.ExtendedIso.Parse(stored) is { Success: true, Value: var instant } ? TriggerValue.At(instant) : TriggerValue.Unknown;
    }

    public static string Write(LocalDate date) => LocalDatePattern.Iso.Format(date);

    public static string Write(Instant instant) => InstantPattern.ExtendedIso.Format(instant);
}
