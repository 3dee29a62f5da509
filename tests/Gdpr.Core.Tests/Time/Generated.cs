using FsCheck;
using FsCheck.Fluent;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Core.Tests.Time;

/// <summary>Generated dates, periods and instants of the years 1900 to 2200, with a liking for the ends of months.</summary>
internal static class Generated
{
    public static readonly string[] ZoneIds =
        ["Europe/Stockholm", "UTC", "America/Sao_Paulo", "America/St_Johns", "Pacific/Apia", "Asia/Kathmandu"];

    private static readonly LocalDate FirstDate = new(1900, 1, 1);
    private static readonly Instant FirstInstant = Instant.FromUtc(1900, 1, 1, 0, 0);
    private static readonly int DaysInAll = Period.DaysBetween(FirstDate, new LocalDate(2200, 12, 31));

    public static Gen<LocalDate> Date { get; } = Gen.OneOf(
        Gen.Choose(0, DaysInAll).Select(FirstDate.PlusDays),
        from month in Gen.Choose(0, (300 * 12) - 1)
        from days in Gen.Choose(-4, 3)
        select FirstDate.PlusMonths(month).PlusDays(28 + days));

    public static Gen<CalendarPeriod> CalendarPeriod { get; } = Gen.OneOf(
        Gen.Choose(1, 1200).Select(Gdpr.Time.CalendarPeriod.FromMonths),
        Gen.Choose(1, 24).Select(Gdpr.Time.CalendarPeriod.FromMonths),
        Gen.Choose(1, 100).Select(Gdpr.Time.CalendarPeriod.FromYears),
        Gen.Choose(1, 36_500).Select(Gdpr.Time.CalendarPeriod.FromDays),
        from months in Gen.Choose(1, 600)
        from days in Gen.Choose(1, 400)
        select Gdpr.Time.CalendarPeriod.FromMonths(months).Plus(Gdpr.Time.CalendarPeriod.FromDays(days)));

    public static Gen<Instant> Instants { get; } =
        from days in Gen.Choose(0, DaysInAll)
        from seconds in Gen.Choose(0, 86_399)
        select FirstInstant + Duration.FromDays(days) + Duration.FromSeconds(seconds);

    public static Gen<DateTimeZone> Zones { get; } = Gen.Elements(ZoneIds).Select(id => DateTimeZoneProviders.Tzdb[id]);

    public static void ShouldHoldFor<T>(this Func<T, bool> property, Gen<T> cases, int count = 20_000) =>
        Check.One(PropertyCases.Of(count), Prop.ForAll(cases.ToArbitrary(), property));
}
