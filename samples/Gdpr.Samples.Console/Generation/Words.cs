namespace Gdpr.Samples.Generation;

/// <summary>What people at small Swedish companies write and do.</summary>
internal static class Words
{
    public static readonly string[] FirstNames =
    [
        "Anna", "Maria", "Eva", "Karin", "Kristina", "Lena", "Sara", "Emma", "Malin", "Jenny", "Ida", "Elin", "Hanna", "Linnea", "Amanda", "Ulla",
        "Gunilla", "Birgitta", "Åsa", "Frida", "Moa", "Ebba", "Saga", "Lars", "Mikael", "Anders", "Johan", "Erik", "Per", "Karl", "Peter", "Jan",
        "Fredrik", "Magnus", "Mattias", "Jonas", "Henrik", "Björn", "Göran", "Åke", "Sven", "Oskar", "Viktor", "Axel", "Emil", "Nils", "Hugo", "Olle",
    ];

    public static readonly string[] LastNames =
    [
        "Lindberg", "Lindström", "Bergström", "Lindqvist", "Holm", "Sandberg", "Nyström", "Forsberg", "Wallin", "Engström", "Lundin", "Björk",
        "Hedlund", "Åberg", "Sjögren", "Ekström", "Norberg", "Öberg", "Dahlgren", "Vikström",
    ];

    public static readonly string[] Trades = ["Bygg", "Måleri", "Redovisning", "Elektriska", "Konsult", "Reklam", "Transport", "Fastigheter", "Livs", "Design"];

    public static readonly string[] Roles = ["Inköpare", "Ekonomiansvarig", "IT-ansvarig", "Platschef", "Säljare", "Receptionist", "Projektledare", "Lagerchef", "VD"];

    public static readonly string[] Departments = ["Ekonomi", "Försäljning", "Lager", "Produktion", "Ledning", "Kundtjänst"];

    public static readonly string[] Messages =
    [
        "Skrivaren på plan 2 svarar inte.", "Jag kommer inte in i kundzonen.", "Kan ni återställa mitt lösenord?", "Fakturan är ställd till fel adress.",
        "Nätet går långsamt sedan i morse.", "Vi behöver tre konton till från måndag.", "Mejlen fastnar i skräpposten.", "Tack, nu fungerar det igen!",
        "Hur säger vi upp tjänsten?", "Kan ni ringa mig efter lunch?", "Filen som jag sparade i går är borta.", "Vi flyttar kontoret i höst.",
    ];

    public static readonly string[] Notes =
    [
        "Vill bli uppringd efter sommaren.", "Träffades på mässan i Kista.", "Byter leverantör kanske till våren.", "Nöjd med senaste leveransen.",
        "Föredrar mejl.", "Ny kontaktperson på väg.", "Frågade om pris på backup.", "Återkom om avtalet.",
    ];

    public static readonly string[] Resolutions = ["Omstart löste felet.", "Lösenord återställt.", "Router utbytt.", "Kunden visades rätt meny.", "Fakturan krediterad och gjord om."];

    public static readonly string[] Files = ["Budget.xlsx", "Protokoll.docx", "Offert.pdf", "Personalfest.jpg", "Kundlista.xlsx", "Ritning.dwg", "Avtal.pdf"];

    public static readonly string[] Services = ["Bredband 100", "Bredband 1000", "Webbhotell", "E-post", "Telefoni", "Säkerhetskopiering", "Serverdrift"];

    public static readonly string[] Orders = ["2 bildskärmar 27 tum", "1 bärbar dator", "Licens för e-post", "Bredband 1000", "4 trådlösa headset", "Webbhotell, ett år"];

    public static readonly string[] LogEvents = ["sign-in", "sign-out", "sign-in failed", "password changed", "role added", "role removed", "port scan blocked"];

    public static readonly string[] Pages = ["/ /priser /kontakt", "/ /tjanster/bredband", "/support /support/epost", "/ /om-oss /jobb", "/butik /butik/datorer /kassa"];

    public static readonly string[] Browsers = ["Firefox på Windows", "Chrome på Android", "Safari på iPhone", "Edge på Windows", "Firefox på Linux"];

    public static readonly string[] Rights = ["läsare", "skribent", "administratör", "ekonomi", "endast e-post"];

    public static readonly string[] Ratings = ["A", "B", "B", "C"];

    public static readonly string[] Settings = ["språk=sv; nyheter=nej", "språk=sv; nyheter=ja", "språk=en; tema=mörkt"];

    public static readonly string[] Suspicions = ["Utskick av skräppost från kundens server.", "Intrångsförsök mot annan kund."];

    public static readonly string[] Interests = ["nätverk, lagring", "bärbara datorer", "telefoni", "säkerhet"];
}
