using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Breaches;

/// <summary>What is known to have been reached by a breach.</summary>
/// <remarks>Systems and data sets alone mean all their records. With actors, they mean what the log of access shows of the actors there, and with recipients
/// what was sent to these of them; where no system and no data set is named, everywhere.</remarks>
public sealed record BreachScopeQuery
{
    /// <summary>The controller; with exactly one declared, it is the default. Nothing of another is looked at. Of a client, whom its processor tells (Art. 33(2)),
    /// recipients or actors are named: rows of a source are not told apart by client.</summary>
    public string? Controller { get; init; }

    /// <summary>Systems of the policy.</summary>
    public IReadOnlyList<string> Systems { get; init; } = [];

    /// <summary>Data sets, by path.</summary>
    public IReadOnlyList<string> DataSets { get; init; } = [];

    /// <summary>Records by their native keys, by the path of their data set.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Records { get; init; } = PolicyMap<IReadOnlyList<string>>.Empty;

    /// <summary>Users, jobs and services whose access was misused, as the host names them in the log of access.</summary>
    public IReadOnlyList<string> Actors { get; init; } = [];

    /// <summary>The recipients of the policy at whom it happened: what was disclosed to them.</summary>
    public IReadOnlyList<string> Recipients { get; init; } = [];

    /// <summary>The first instant, inclusive; <see langword="null"/> for as far back as is known.</summary>
    public Instant? From { get; init; }

    /// <summary>The last instant, exclusive; <see langword="null"/> for until now.</summary>
    public Instant? Until { get; init; }

    /// <summary>How a person is identified by an id that a source holds, given the data set and the id. The default takes it as an id of the host's.</summary>
    public Func<string, string, SubjectIdentifier> Identify { get; init; } = (_, id) => SubjectIdentifier.OfHost(id);

    /// <summary>Whether people whom the library does not know yet are made known, so that they can be told. Otherwise they are counted only.</summary>
    public bool RegisterUnknown { get; init; }

    /// <summary>That there is a question: nothing of whom it names.</summary>
    public override string ToString() => nameof(BreachScopeQuery);
}

/// <summary>What a breach reaches, as far as it can be told. What was not counted is named, and makes every sum that it belongs to a least number.</summary>
/// <param name="Controller">The controller.</param>
/// <param name="AsOf">When it was counted: records are counted as they were then.</param>
/// <param name="DataSets">The data sets reached, ordinally by path.</param>
/// <param name="People">How many people, each counted once.</param>
/// <param name="Subjects">The people who are known by name to the vault, ordinally by key.</param>
/// <param name="NotCounted">What could not be counted, and why.</param>
public sealed record BreachScope(
    string Controller, Instant AsOf, IReadOnlyList<BreachedDataSet> DataSets, BreachCount People, IReadOnlyList<DataSubject> Subjects,
    IReadOnlyList<NotCounted> NotCounted)
{
    /// <summary>How many records.</summary>
    public BreachCount Records => new(DataSets.Sum(set => set.Records.AtLeast), DataSets.All(set => set.Records.IsExact));

    /// <summary>The categories of data reached, ordinally.</summary>
    public IReadOnlyList<string> Categories => [.. DataSets.SelectMany(set => set.Categories).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Of these, the ones that raise the risk: special categories, offences, identity numbers, credentials.</summary>
    public IReadOnlyList<string> SensitiveCategories =>
        [.. DataSets.SelectMany(set => set.SensitiveCategories).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>The kinds of people concerned, ordinally.</summary>
    public IReadOnlyList<string> SubjectCategories =>
        [.. DataSets.SelectMany(set => set.SubjectCategories).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>The recipients to whom the policy discloses data of these data sets, ordinally: they may hold it too.</summary>
    public IReadOnlyList<string> Recipients => [.. DataSets.SelectMany(set => set.Recipients).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>A first draft of what the authority is told: what can be computed of Art. 33(3)(a). The rest is for people to write.</summary>
    public NoticeContent ToNotice() => new()
    {
        PeopleCategories = SubjectCategories.Count > 0 ? string.Join(", ", SubjectCategories) : null,
        People = People.AtLeast > 0 || People.IsExact ? People.AtLeast : null,
        RecordCategories = Categories.Count > 0 ? string.Join(", ", Categories) : null,
        Records = Records.AtLeast > 0 || Records.IsExact ? Records.AtLeast : null,
    };
}

/// <summary>A data set that a breach reaches.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Records">How many of its records.</param>
/// <param name="People">How many people.</param>
public sealed record BreachedDataSet(string Path, BreachCount Records, BreachCount People)
{
    /// <summary>The categories of its data, ordinally.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>Of these, the ones that raise the risk.</summary>
    public IReadOnlyList<string> SensitiveCategories { get; init; } = [];

    /// <summary>The kinds of people whom its records are about.</summary>
    public IReadOnlyList<string> SubjectCategories { get; init; } = [];

    /// <summary>The recipients to whom the policy discloses data of it.</summary>
    public IReadOnlyList<string> Recipients { get; init; } = [];
}

/// <summary>A number that may be a least one.</summary>
/// <param name="AtLeast">The number, or the least that it can be.</param>
/// <param name="IsExact">Whether it is the number.</param>
/// <remarks>The default value is at least none, which says nothing. Equality compares both members.</remarks>
public readonly record struct BreachCount(long AtLeast, bool IsExact)
{
    /// <summary>The number, with <c>at least</c> before it where it is one.</summary>
    public override string ToString() => IsExact ? $"{AtLeast}" : $"at least {AtLeast}";
}

/// <summary>Something that could not be counted.</summary>
/// <param name="What">The data set's path, the recipient's id, <c>access</c> for the log of access, or <c>actor</c> and the place in the question: never who.</param>
/// <param name="Reason">The stable code of the reason (<see cref="NotCountedReasons"/>).</param>
public sealed record NotCounted(string What, string Reason);

/// <summary>Why something could not be counted.</summary>
public static class NotCountedReasons
{
    /// <summary>No source holds the data set: people count there.</summary>
    public const string NoSource = "no-source";

    /// <summary>The source failed.</summary>
    public const string NotReached = "not-reached";

    /// <summary>The source counts records, and not the people whom they are about.</summary>
    public const string PeopleNotCounted = "people-not-counted";

    /// <summary>Some of the people are known by the source's id only, or were forgotten: they are counted, and not among those named.</summary>
    public const string PeopleNotKnown = "people-not-known";

    /// <summary>Some records name nobody.</summary>
    public const string RecordsOfNobody = "records-of-nobody";

    /// <summary>Some of the records named are not there, or no longer.</summary>
    public const string RecordsNotFound = "records-not-found";

    /// <summary>What an actor did is known as far as access was recorded.</summary>
    public const string AccessLogOnly = "access-log-only";

    /// <summary>Nothing that the actor did is recorded: whether it was nothing cannot be told.</summary>
    public const string NoAccessRecorded = "no-access-recorded";

    /// <summary>Records were disposed of since the first instant: how many people they were about is not known any more.</summary>
    public const string DisposedSince = "disposed-since";

    /// <summary>What the recipient got is known as far as disclosures were recorded.</summary>
    public const string DisclosureLogOnly = "disclosure-log-only";
}
