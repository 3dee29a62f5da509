namespace Gdpr.Breaches;

/// <summary>The items of a notification to the authority (Art. 33(3)), by their stable codes.</summary>
public static class NoticeItems
{
    /// <summary>(a): the nature of the breach.</summary>
    public const string Nature = "nature";

    /// <summary>(a), where possible: the categories of people concerned.</summary>
    public const string PeopleCategories = "people-categories";

    /// <summary>(a), where possible: about how many people.</summary>
    public const string People = "people";

    /// <summary>(a), where possible: the categories of records concerned.</summary>
    public const string RecordCategories = "record-categories";

    /// <summary>(a), where possible: about how many records.</summary>
    public const string Records = "records";

    /// <summary>(b): the data protection officer, or another contact.</summary>
    public const string Contact = "contact";

    /// <summary>(c): the likely consequences.</summary>
    public const string Consequences = "consequences";

    /// <summary>(d): the measures taken or proposed.</summary>
    public const string Measures = "measures";

    /// <summary>Every item, in the order of the article.</summary>
    public static IReadOnlyList<string> All { get; } = [Nature, PeopleCategories, People, RecordCategories, Records, Contact, Consequences, Measures];

    /// <summary>Those that are given where possible only: that they cannot be given is an answer.</summary>
    public static IReadOnlyList<string> WherePossible { get; } = [PeopleCategories, People, RecordCategories, Records];

    internal static IReadOnlyList<string> MissingFrom(IReadOnlyList<AuthorityNotice> notices) =>
        [.. All.Where(item => !notices.Any(notice => notice.Stated.Contains(item, StringComparer.Ordinal) || notice.NotPossible.Contains(item, StringComparer.Ordinal)))];
}
