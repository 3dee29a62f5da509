using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Model;

/// <summary>A person as one trader knows them. The other trader knows a person of the same name, and nothing of this one.</summary>
internal sealed class Individual(string controller, string name)
{
    public string Controller { get; } = controller;

    public string Name { get; } = name;

    /// <summary>The last word on the newsletter.</summary>
    public (bool IsGiven, Instant At)? Consent { get; set; }

    public List<Objection> Objections { get; } = [];

    public List<Restriction> Restrictions { get; } = [];

    public List<Grant> Grants { get; } = [];

    public override string ToString() => $"{Controller}/{Name}";
}

internal enum ObjectionState
{
    Pending,
    Upheld,
    Overruled,
    TakenBack,
}

internal sealed class Objection(Ask ask, bool isMarketing, Instant at)
{
    public Ask Ask { get; } = ask;

    public bool IsMarketing { get; } = isMarketing;

    public Instant At { get; } = at;

    public ObjectionState State { get; set; } = isMarketing ? ObjectionState.Upheld : ObjectionState.Pending;
}

internal sealed class Restriction(Ask ask)
{
    public Ask Ask { get; } = ask;

    public RestrictionGround Ground { get; } = ask.Ground!.Value;

    public string? Path { get; } = ask.Path;

    public Instant? ToldAt { get; set; }

    public bool Stands { get; set; } = true;
}

/// <summary>Erasure that was granted of a table for a purpose: it stands until everything that it was about has gone.</summary>
internal sealed class Grant(Ask ask, string path, string purpose, Instant at)
{
    public Ask Ask { get; } = ask;

    public string Path { get; } = path;

    public string Purpose { get; } = purpose;

    public Instant At { get; } = at;

    public Instant? DoneAt { get; set; }

    /// <summary>Whether something has come since, while it waited: the law leaves open to the library what of it is told apart.</summary>
    public bool IsInDoubt { get; set; }

    /// <summary>Whether a backup from before it was done has come back.</summary>
    public bool IsUndone { get; set; }

    public bool Stands => DoneAt is null || IsUndone;
}

internal sealed class Hold(string id, string path, string? person, string? key)
{
    public string Id { get; } = id;

    public string Path { get; } = path;

    public string? Person { get; } = person;

    public string? Key { get; } = key;

    public bool Stands { get; set; } = true;
}

/// <summary>A request, and how far it has come.</summary>
internal sealed class Ask(string id, Individual person, DataSubjectRight right, string? path, RestrictionGround? ground, bool isMarketing, Instant received)
{
    public string Id { get; } = id;

    public Individual Person { get; } = person;

    public DataSubjectRight Right { get; } = right;

    /// <summary>The table that it is about; <see langword="null"/> for all of the trader's.</summary>
    public string? Path { get; } = path;

    public RestrictionGround? Ground { get; } = ground;

    public bool IsMarketing { get; } = isMarketing;

    public Instant Received { get; } = received;

    /// <summary>When it was asked for last: whoever asks for the same again says so once more.</summary>
    public Instant LastWord { get; set; } = received;

    /// <summary>The verdicts, by table, field and purpose; of tables with rows of the person alone.</summary>
    public Dictionary<(string Path, int Field, string Purpose), RightsVerdict> Verdicts { get; set; } = [];

    /// <summary>What a human has found.</summary>
    public HashSet<(string Path, int Field, string Purpose)> Found { get; } = [];

    public bool IsAssessed { get; set; }

    public bool IsDecided { get; set; }

    public bool IsExecuted { get; set; }

    public bool IsAnswered { get; set; }

    public bool IsClosed { get; set; }

    public bool IsExtended { get; set; }

    /// <summary>Whether it keeps scheduled destruction waiting.</summary>
    public bool Freezes { get; set; } = right is DataSubjectRight.Access or DataSubjectRight.Restriction;

    /// <summary>Since when at the latest something that waits need wait no longer; <see langword="null"/> where all of it must.</summary>
    public Instant? GrantableSince { get; set; }

    /// <summary>Whether nothing was granted when it was decided.</summary>
    public bool IsRefused { get; set; }

    public Restriction? Restriction => Person.Restrictions.Find(one => one.Ask == this);

    public bool IsSame(Ask other) => Person == other.Person && Right == other.Right && Path == other.Path && Ground == other.Ground && IsMarketing == other.IsMarketing;
}
