using Gdpr.Time;

namespace Gdpr.Policies;

/// <summary>The organisation that decides why and how personal data is processed (Art. 4(7)).</summary>
public sealed class Controller
{
    /// <summary>The organisation's registered name.</summary>
    [RequiredInPolicy]
    public string Name { get => field ?? ""; init; }

    /// <summary>The registration number in the national register, such as a Swedish organisationsnummer.</summary>
    public string? RegistrationNumber { get; init; }

    /// <summary>The country of establishment, as a two-letter ISO 3166 code.</summary>
    [RequiredInPolicy]
    public string Country { get => field ?? ""; init; }

    /// <summary>The IANA time zone of the place of action, such as <c>Europe/Stockholm</c>: legal days are counted there.</summary>
    [RequiredInPolicy]
    public string TimeZone { get => field ?? ""; init; }

    /// <summary>The supervisory authority with which a complaint may be lodged (Art. 77), such as <c>IMY</c>.</summary>
    [RequiredInPolicy]
    public string Authority { get => field ?? ""; init; }

    /// <summary>The address at which people reach the controller about their data (Art. 13(1)(a)).</summary>
    [RequiredInPolicy]
    public string Contact { get => field ?? ""; init; }

    /// <summary>The postal address.</summary>
    public string? Address { get; init; }

    /// <summary>The contact of the data protection officer, where one is designated (Art. 37–39).</summary>
    public string? DataProtectionOfficer { get; init; }

    /// <summary>The contact of the representative in the Union, where the controller is established outside it (Art. 27).</summary>
    public string? Representative { get; init; }

    /// <summary>The holiday calendar that deadlines are rolled by: <c>se-1182</c> (the default), <c>se-1930</c> or <c>weekends</c>. Under the default the
    /// holidays of Sweden move the deadlines of a controller in Sweden alone; elsewhere Saturdays and Sundays do, so that none ends later than the law of the place
    /// lets it.</summary>
    public string Holidays { get => field ?? "se-1182"; init; }

    /// <summary>The fiscal years, with history: broken, shortened and extended years included (Swedish Accounting Act 3 kap.).</summary>
    public IReadOnlyList<FiscalYear> FiscalYears { get => field ?? []; init; }

    /// <summary>The calendar that the controller's deadlines are rolled by: the holidays are those of the place where action is taken (Regulation 1182/71, Art.
    /// 2(1)).</summary>
    internal IHolidayCalendar HolidayCalendar() =>
        Holidays == SwedishHolidays.Law1930.Id ? SwedishHolidays.Law1930
        : Holidays == SwedishHolidays.Regulation1182.Id && string.Equals(Country, "SE", StringComparison.OrdinalIgnoreCase) ? SwedishHolidays.Regulation1182
        : Weekends.Only;
}
