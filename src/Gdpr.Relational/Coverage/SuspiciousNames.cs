using System.Collections.Frozen;

namespace Gdpr.Relational.Coverage;

/// <summary>What a name gives away: columns whose names, in English or Swedish, say that they hold personal data, and tables that hold people.</summary>
/// <remarks>A name is a hint and no proof. Names are read word by word, so that <c>shipping_address</c> is seen and <c>description</c> and <c>shipment</c> are
/// left alone.</remarks>
internal static class SuspiciousNames
{
    private static readonly FrozenDictionary<string, Suspicion> Words = Known();

    // Long enough that a compound written as one word, such as leveransadress, ends in them for no other reason.
    private static readonly string[] Endings =
    [
        "email", "epost", "telefon", "telefonnummer", "phone", "phonenumber", "mobilnummer", "adress", "address", "postnummer", "personnummer", "firstname", "lastname",
        "fornamn", "efternamn", "birthdate", "fodelsedatum", "password", "losenord", "addr",
    ];

    private static readonly FrozenSet<string> OtherThings = FrozenSet.Create(
        StringComparer.Ordinal,
        "microphone", "headphone", "earphone", "gramophone", "saxophone", "xylophone", "webaddress", "webadress", "webbadress", "webaddr", "healthcheck");

    // What is about a thing: how often, whether it counts, how it is written.
    private static readonly FrozenSet<string> LastWords = FrozenSet.Create(
        StringComparer.Ordinal, "confirmed", "verified", "enabled", "allowed", "required", "count", "template", "format", "bekraftad", "mall", "antal");

    // Whether there is one, and of which kind: not the thing itself, unless just that is what nobody may know of somebody (Art. 9).
    private static readonly FrozenSet<string> Whether = FrozenSet.Create(StringComparer.Ordinal, "is", "has", "can", "may", "ar", "har", "far");
    private static readonly FrozenSet<string> Kinds = FrozenSet.Create(StringComparer.Ordinal, "type", "kind", "typ");
    private const string Special = "special.";

    private static readonly FrozenSet<string> References = FrozenSet.Create(StringComparer.Ordinal, "id", "key", "ref", "uid", "guid");

    private static readonly FrozenSet<string> People = FrozenSet.Create(
        StringComparer.Ordinal,
        "person", "persons", "people", "user", "users", "customer", "customers", "client", "clients", "employee", "employees", "patient", "patients", "member", "members",
        "subscriber", "subscribers", "contact", "contacts", "student", "students", "pupil", "pupils", "teacher", "teachers", "applicant", "applicants",
        "candidate", "candidates", "guest", "guests", "passenger", "passengers",
        "kund", "kunder", "personer", "personal", "anstalld", "anstallda", "medarbetare", "medlem", "medlemmar", "elev", "elever",
        "patienter", "anvandare", "prenumerant",
        "prenumeranter", "kontakt", "kontakter", "sokande", "gast", "gaster");

    /// <summary>What a column holds by its name, or <see langword="null"/> where the name gives nothing away.</summary>
    public static Suspicion? OfColumn(string column)
    {
        var words = WithoutOtherThings(NameWords.Of(column));
        if (words.Count > 1 && LastWords.Contains(words[^1]))
        {
            return null;
        }

        var found = In(words);
        return words.Count > 1 && (Whether.Contains(words[0]) || Kinds.Contains(words[^1])) && found?.Category.StartsWith(Special, StringComparison.Ordinal) == false
            ? null
            : found;
    }

    private static Suspicion? In(IReadOnlyList<string> words)
    {
        // The longest first: ip_address is an IP address, and no postal one.
        for (var length = Math.Min(4, words.Count); length > 0; length--)
        {
            for (var start = 0; start + length <= words.Count; start++)
            {
                if (Find(string.Concat(words.Skip(start).Take(length))) is { } found)
                {
                    return found;
                }
            }
        }

        return words.Select(Compound).FirstOrDefault(found => found is not null);
    }

    /// <summary>Whether a table holds people by its name: the last word is what it is a table of.</summary>
    public static bool IsOfPeople(string table) => NameWords.Of(table) is [.., var last] && IsPeople(last);

    /// <summary>Whether a word is one for people, such as <c>customer</c>.</summary>
    public static bool IsPeople(string word) => People.Contains(word);

    /// <summary>What a name refers to that is one of a reference: <c>customer</c> of <c>main_customer_id</c>; <see langword="null"/> for any other name.</summary>
    public static string? ReferenceTo(string column) => IsReference(column) ? NameWords.Of(column)[^2] : null;

    /// <summary>Whether a name is that of a reference to a row elsewhere, such as <c>address_id</c>.</summary>
    public static bool IsReference(string column) => NameWords.Of(column) is [_, .., var last] && References.Contains(last);

    /// <summary>The words of a name but those that together say something else, such as the two of <c>web_address</c>.</summary>
    private static List<string> WithoutOtherThings(IReadOnlyList<string> words)
    {
        var left = new List<string>();
        for (var at = 0; at < words.Count; at++)
        {
            if (at + 1 < words.Count && OtherThings.Contains(words[at] + words[at + 1]))
            {
                at++;
            }
            else if (!OtherThings.Contains(words[at]))
            {
                left.Add(words[at]);
            }
        }

        return left;
    }

    private static Suspicion? Find(string word) =>
        Words.GetValueOrDefault(word)
        ?? (word.EndsWith("es", StringComparison.Ordinal) ? Words.GetValueOrDefault(word[..^2]) : null)
        ?? (word.EndsWith('s') ? Words.GetValueOrDefault(word[..^1]) : null);

    private static Suspicion? Compound(string word) =>
        !OtherThings.Contains(word) && Array.Find(Endings, ending => word.EndsWith(ending, StringComparison.Ordinal)) is { } found ? Words[found] : null;

    private static FrozenDictionary<string, Suspicion> Known()
    {
        (string Category, string What, string Words)[] kinds =
        [
            ("contact.email", "an e-mail address", "email emailaddress emailaddr mail mailaddress mailaddr epost epostadress mejl mejladress mailadress"),
            ("contact.phone", "a phone number",
                "phone phonenumber phoneno phonenum phonenbr telno telephone telephonenumber tel tfn mobile mobilephone mobilenumber mobileno cellphone fax faxnumber telefon telefonnummer telefonnr telnr mobil "
                + "mobilnr mobilnummer mobiltelefon hemtelefon"),
            ("contact.postal-address", "a postal address",
                "address addr street streetname streetaddress zip zipcode postcode postalcode adress adresser gatuadress gatuadr gata postadress postadr utdelningsadress postnummer postnr postort"),
            ("identity.name", "a name", "fullname personname contactname userdisplayname nickname maidenname recipientname namnteckning personnamn kontaktperson smeknamn"),
            ("identity.first-name", "a first name", "firstname fname givenname middlename forename fornamn fnamn tilltalsnamn mellannamn"),
            ("identity.last-name", "a last name", "lastname lname surname familyname efternamn enamn"),
            ("identity.national-number", "a national identity number",
                "personnummer personnr personno personnumber persnr pnr ssn socialsecuritynumber socialsecurity nationalid nationalidnumber nationalnumber personalid personalidentitynumber civicnumber "
                + "samordningsnummer passport passportnumber passportno passnummer passnr korkort korkortsnummer driverslicense driverlicense drivinglicense taxid"),
            ("identity.birth-date", "a date of birth",
                "birth birthdate birthday bday birthyear dateofbirth dob born fodd fodelsedatum fodelsedag fodelsear fodelsetid"),
            ("identity.picture", "a picture of a person", "avatar portrait profilepicture userpicture portratt profilbild passfoto"),
            ("account.username", "a user name", "username normalizedusername loginname anvandarnamn inloggningsnamn"),
            ("account.password", "a password", "password passwd pswd pwd passwordhash losenord losenordshash"),
            ("online.ip-address", "an IP address", "ip ipaddress ipaddr ipadress clientip remoteip ipnummer ipnr"),
            ("online.device-id", "an identifier of a device", "deviceid imei imsi advertisingid macaddress macaddr macadress enhetsid"),
            ("online.cookie-id", "an identifier of a browser", "cookie cookieid visitorid besokarid"),
            ("online.browser", "a browser", "useragent"),
            ("commerce.bank-account", "a bank account", "iban bankaccount bankaccountnumber accountno bban bankkonto kontonummer kontonr clearingnummer clearingnr bankgiro plusgiro"),
            ("commerce.payment-card", "a payment card", "creditcard creditcardnumber cardnumber cardno cvv cvc kortnummer kortnr"),
            ("work.salary", "a salary", "salary wage lon manadslon arslon"),
            ("special.health", "data about health", "health diagnosis diagnose illness medication bloodgroup bloodtype halsa diagnos sjukdom medicin blodgrupp blodtyp sjukfranvaro"),
            ("special.ethnicity", "an ethnic origin", "ethnicity race etnicitet"),
            ("special.religion", "a religion", "religion"),
            ("special.trade-union", "a trade union", "tradeunion unionmembership fackforbund facktillhorighet"),
            ("special.biometric", "biometric data", "fingerprint biometric fingeravtryck biometri"),
            ("identity.name", "who somebody is", "gender sex nationality maritalstatus nextofkin guardian kon nationalitet medborgarskap civilstand anhorig narstaende vardnadshavare"),
            ("online.visits", "where somebody is", "latitude longitude gps geolocation latitud longitud"),
        ];
        return kinds.SelectMany(kind => kind.Words.Split(' ').Select(word => KeyValuePair.Create(word, new Suspicion(kind.What, kind.Category))))
            .ToFrozenDictionary(StringComparer.Ordinal);
    }
}

/// <summary>What a name gives away.</summary>
/// <param name="What">What it seems to be, such as <c>an e-mail address</c>.</param>
/// <param name="Category">A category of the library's vocabulary that fits.</param>
internal sealed record Suspicion(string What, string Category);
