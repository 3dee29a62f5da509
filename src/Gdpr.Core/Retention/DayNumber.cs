using NodaTime;

namespace Gdpr.Retention;

/// <summary>Local dates as whole numbers of days since 1970-01-01, which compare in one instruction.</summary>
internal static class DayNumber
{
    /// <summary>Stands for a day that never comes.</summary>
    public const int Never = int.MaxValue;

    /// <summary>Stands for a day before all others.</summary>
    public const int Always = int.MinValue;

    private static readonly LocalDate Epoch = new(1970, 1, 1);

    public static int Of(LocalDate date) => Period.DaysBetween(Epoch, date);

    public static LocalDate ToDate(int day) => Epoch.PlusDays(day);
}
