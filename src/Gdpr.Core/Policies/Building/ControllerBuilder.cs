using Gdpr.Time;

namespace Gdpr.Policies.Building;

/// <summary>Describes a controller (Art. 4(7)).</summary>
public sealed class ControllerBuilder
{
    private readonly BuildNotes _notes;
    private string? _name;
    private string? _registrationNumber;
    private string? _country;
    private string? _timeZone;
    private string? _authority;
    private string? _contact;
    private string? _address;
    private string? _dataProtectionOfficer;
    private string? _representative;
    private string? _holidays;
    private readonly List<FiscalYear> _fiscalYears = [];

    private ControllerBuilder(BuildNotes notes) => _notes = notes;

    /// <summary>The registered name, and the number in the national register.</summary>
    /// <param name="name">The name.</param>
    /// <param name="registrationNumber">The number, where it is stated.</param>
    public ControllerBuilder Named(string name, string? registrationNumber = null)
    {
        _notes.State("name", name, out _name);
        _registrationNumber = registrationNumber;
        return this;
    }

    /// <summary>Where the controller is established, and where its legal days are counted.</summary>
    /// <param name="country">A two-letter ISO 3166 code.</param>
    /// <param name="timeZone">An IANA time zone, such as <c>Europe/Stockholm</c>.</param>
    public ControllerBuilder In(string country, string timeZone)
    {
        _notes.State("country", country, out _country);
        _notes.State("timeZone", timeZone, out _timeZone);
        return this;
    }

    /// <summary>The supervisory authority with which a complaint may be lodged (Art. 77).</summary>
    /// <param name="authority">Its name, such as <c>IMY</c>.</param>
    public ControllerBuilder SupervisedBy(string authority)
    {
        _notes.State("authority", authority, out _authority);
        return this;
    }

    /// <summary>Where people reach the controller about their data (Art. 13(1)(a)).</summary>
    /// <param name="contact">The address for questions.</param>
    /// <param name="address">The postal address, where it is stated.</param>
    public ControllerBuilder ReachedAt(string contact, string? address = null)
    {
        _notes.State("contact", contact, out _contact);
        _address = address;
        return this;
    }

    /// <summary>The contact of the data protection officer (Art. 37–39).</summary>
    /// <param name="contact">The address.</param>
    public ControllerBuilder WithDataProtectionOfficer(string contact)
    {
        _notes.State("dataProtectionOfficer", contact, out _dataProtectionOfficer);
        return this;
    }

    /// <summary>The contact of the representative in the Union (Art. 27).</summary>
    /// <param name="contact">The address.</param>
    public ControllerBuilder WithRepresentative(string contact)
    {
        _notes.State("representative", contact, out _representative);
        return this;
    }

    /// <summary>The holiday calendar that deadlines are rolled by.</summary>
    /// <param name="holidays"><c>se-1182</c> (the default), <c>se-1930</c> or <c>weekends</c>.</param>
    public ControllerBuilder Observing(string holidays)
    {
        _notes.State("holidays", holidays, out _holidays);
        return this;
    }

    /// <summary>The fiscal years, oldest first. Repeated calls add up.</summary>
    /// <param name="years">The years.</param>
    public ControllerBuilder WithFiscalYears(params IEnumerable<FiscalYear> years)
    {
        _fiscalYears.AddRange(years);
        return this;
    }

    internal static Controller Make(BuildNotes notes, Action<ControllerBuilder> describe)
    {
        ArgumentNullException.ThrowIfNull(describe);
        var builder = new ControllerBuilder(notes);
        describe(builder);
        return new Controller
        {
            Name = builder._name!,
            RegistrationNumber = builder._registrationNumber,
            Country = builder._country!,
            TimeZone = builder._timeZone!,
            Authority = builder._authority!,
            Contact = builder._contact!,
            Address = builder._address,
            DataProtectionOfficer = builder._dataProtectionOfficer,
            Representative = builder._representative,
            Holidays = builder._holidays!,
            FiscalYears = builder._fiscalYears,
        };
    }
}
