using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;
using static Gdpr.Core.Tests.Model.TradersPolicy;

namespace Gdpr.Core.Tests.Model;

/// <summary>Whether a purpose still justifies keeping something.</summary>
internal enum Life
{
    /// <summary>It does.</summary>
    Runs,

    /// <summary>It does not any more.</summary>
    Over,

    /// <summary>Nobody knows: what is not known destroys nothing and permits nothing.</summary>
    Unknown,

    /// <summary>The law leaves it open: somebody consented anew between asking for erasure and being granted it.</summary>
    Either,
}

/// <summary>The law in plain words over plain sets and dates: what the traders may use, what they must not destroy, what must go. It asks the library nothing.</summary>
internal sealed partial class Law
{
    public List<Individual> People { get; } =
        [.. Controllers.SelectMany(controller => new[] { "p1", "p2", "p3" }.Select(name => new Individual(controller, name)))];

    public List<Ask> Asks { get; } = [];

    public List<Hold> Holds { get; } = [];

    /// <summary>The rows that ought to be there, by table and key.</summary>
    public Dictionary<string, SortedDictionary<string, Row>> Rows { get; set; } = Controllers.SelectMany(controller => Tables.Select(table => PathOf(controller, table)))
        .ToDictionary(path => path, _ => new SortedDictionary<string, Row>(StringComparer.Ordinal));

    /// <summary>The tables whose source was restored and which have not been swept since.</summary>
    public HashSet<string> Unreplayed { get; } = [];

    public Instant Now { get; set; }

    public static string TableAt(string path) => path[(path.IndexOf('.') + 1)..];

    public static string ControllerAt(string path) => path.StartsWith(Controllers[0], StringComparison.Ordinal) ? Controllers[0] : Controllers[1];

    /// <summary>What each of the two fields of a row is kept for.</summary>
    public static string[][] PurposesByFieldOf(string path) => TableAt(path) switch
    {
        Customers => [[Service], [Service, Newsletter]],
        Orders => [[Delivery]],
        Invoices => [[Books, Billing], [Billing]],
        _ => [[Improvement]],
    };

    public LocalDate TodayOf(string controller) => Now.InZone(ZoneOf(controller)).Date;

    public Individual OwnerOf(string path, Row row) => People.Single(person => person.Controller == ControllerAt(path) && person.Name == row.Person);

    public IEnumerable<Row> RowsOf(Individual person, string path) => Rows[path].Values.Where(row => row.Person == person.Name);

    /// <summary>A table has come back from a backup: what was done since counts again, and nothing is used until it has been done again.</summary>
    public void Restored(string path, Instant backup)
    {
        Unreplayed.Add(path);
        foreach (var grant in People.SelectMany(person => person.Grants).Where(grant => grant.Path == path && grant.DoneAt > backup))
        {
            grant.IsUndone = true;
        }

        foreach (var person in People)
        {
            Came(person, path);
        }
    }

    /// <summary>Something of a person's has come to a table: what was granted of it and waits was not granted of that.</summary>
    public static void Came(Individual person, string path)
    {
        foreach (var grant in person.Grants.Where(grant => grant.Stands && grant.Path == path))
        {
            grant.IsInDoubt = true;
        }
    }

    /// <summary>A table has been swept to its end: what a backup had undone is done again, now, unless something kept it. A backup made in between is from before
    /// that.</summary>
    public void Replayed(string path)
    {
        Unreplayed.Remove(path);
        foreach (var person in People.Where(person => !RowsOf(person, path).Any()))
        {
            foreach (var grant in person.Grants.Where(grant => grant.IsUndone && grant.Path == path))
            {
                (grant.IsUndone, grant.DoneAt) = (false, Now);
            }
        }
    }

    public static IEnumerable<string> PathsOf(Individual person) => Tables.Select(table => PathOf(person.Controller, table));

    /// <summary>The last day on which a purpose needs a row, whatever anybody said.</summary>
    public static LocalDate LastDayOf(string purpose, Row row) => purpose switch
    {
        Service => Earlier(row.First?.PlusMonths(2), row.Second!.Value.PlusYears(1)),
        Delivery => Earlier(row.First?.PlusMonths(1), row.Second!.Value.PlusYears(1)),
        Books => row.First!.Value.PlusMonths(6),
        Billing => row.First!.Value.PlusMonths(1),
        Improvement => row.First!.Value.PlusMonths(2),
        _ => LocalDate.MaxIsoValue,
    };

    public Life LifeOf(string purpose, string path, Row row)
    {
        var person = OwnerOf(path, row);
        if (purpose == Newsletter)
        {
            return NewsletterOf(person);
        }

        if (TodayOf(person.Controller) > LastDayOf(purpose, row))
        {
            return Life.Over;
        }

        var grants = person.Grants.Where(grant => grant.Stands && grant.Path == path && grant.Purpose == purpose).ToArray();
        var isEnded = Array.Exists(grants, grant => !grant.IsInDoubt)
            || (purpose == Improvement && person.Objections.Any(objection => objection is { IsMarketing: false, State: ObjectionState.Upheld }));
        return purpose == Books ? Life.Runs : isEnded ? Life.Over : grants.Length > 0 ? Life.Either : Life.Runs;
    }

    /// <summary>Consent alone carries the newsletter: the last word counts, and on equality the no.</summary>
    public Life NewsletterOf(Individual person)
    {
        var life = NewsletterOf(person, [.. person.Grants.Where(grant => grant is { Stands: true, IsInDoubt: false, Purpose: Newsletter })]);
        return life != Life.Over && person.Grants.Exists(grant => grant is { Stands: true, IsInDoubt: true, Purpose: Newsletter }) ? Life.Either : life;
    }

    private static Life NewsletterOf(Individual person, Grant[] grants)
    {
        var objections = person.Objections.Where(objection => objection is { IsMarketing: true, State: ObjectionState.Upheld }).ToArray();
        if (person.Consent is not { } consent)
        {
            return grants.Length + objections.Length > 0 ? Life.Over : Life.Unknown;
        }

        return !consent.IsGiven ? Life.Over
            : Array.Exists(objections, objection => objection.At >= consent.At) || Array.Exists(grants, grant => grant.Ask.Received >= consent.At) ? Life.Over
            : objections.Length > 0 || Array.Exists(grants, grant => grant.At >= consent.At) ? Life.Either
            : Life.Runs;
    }

    public bool IsHeld(string path, Row row) => Holds.Any(hold => hold.Stands && hold.Path == path
        && (hold.Person is null || hold.Person == row.Person) && (hold.Key is null || hold.Key == row.Key));

    public static bool IsRestricted(Individual person, string path, params RestrictionGround[] grounds) => person.Restrictions.Any(
        one => one.Stands && (one.Path is null || one.Path == path) && (grounds.Length == 0 || grounds.Contains(one.Ground)));

    public static bool IsKeptForThePerson(Individual person, string path) => IsRestricted(person, path, RestrictionGround.Unlawful, RestrictionGround.Claims);

    public bool IsFrozen(Individual person, string path) => Asks.Any(ask => ask.Freezes && ask.Person == person && (ask.Path is null || ask.Path == path));

    /// <summary>Why one field of a row must not be destroyed; <see langword="null"/> where it may be.</summary>
    public string? WhyKept(string path, Row row, int field)
    {
        var person = OwnerOf(path, row);
        return IsHeld(path, row) ? "it is under hold"
            : IsKeptForThePerson(person, path) ? "it is restricted under Art. 18(1)(b) or (c)"
            : IsFrozen(person, path) ? "a request keeps it"
            : PurposesByFieldOf(path)[field].Where(purpose => LifeOf(purpose, path, row) is Life.Runs).Select(purpose => $"{purpose} runs").FirstOrDefault()
            ?? PurposesByFieldOf(path)[field].Where(purpose => LifeOf(purpose, path, row) is Life.Unknown).Select(purpose => $"{purpose} is unknown").FirstOrDefault();
    }

    /// <summary>Whether the last justification of a field has ended, beyond doubt, and nothing forbids its destruction.</summary>
    public bool MustGo(string path, Row row, int field) =>
        WhyKept(path, row, field) is null && PurposesByFieldOf(path)[field].All(purpose => LifeOf(purpose, path, row) == Life.Over);

    /// <summary>Why a purpose must not be carried out with a person's data; <see langword="null"/> where it has a basis in force.</summary>
    public string? WhyNotUsed(Individual person, string purpose, Row? row)
    {
        var path = PathOf(person.Controller, TableOf(purpose));
        var objection = person.Objections.Find(one => one.IsMarketing == (purpose == Newsletter) && one.State is ObjectionState.Pending or ObjectionState.Upheld);
        return Unreplayed.Count > 0 ? "a restored backup has not been replayed"
            : IsRestricted(person, path) ? "it is restricted"
            : purpose == Newsletter ? person.Consent is { IsGiven: true } && NewsletterOf(person) is Life.Runs or Life.Either ? null : "there is no consent"
            : purpose == Improvement && objection is not null ? "there is an objection"
            : purpose != Books && person.Grants.Any(grant => grant.Stands && grant.Path == path && grant.Purpose == purpose) ? "it was erased"
            : row is not null && TodayOf(person.Controller) > LastDayOf(purpose, row) ? "its period is over"
            : null;
    }

    /// <summary>Whether a purpose has a basis beyond doubt. Who was erased and came back without a word is in doubt: using nothing is safe.</summary>
    public bool MustBeUsable(Individual person, string purpose, Row? row) => WhyNotUsed(person, purpose, row) is null
        && (purpose != Newsletter || NewsletterOf(person) == Life.Runs)
        && (purpose == Books || person.Grants.TrueForAll(grant => grant.Purpose != purpose || (purpose == Newsletter && person.Consent!.Value.At > grant.At)));

    private static LocalDate Earlier(LocalDate? first, LocalDate second) => first is { } known && known < second ? known : second;
}
