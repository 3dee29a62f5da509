namespace Gdpr.Policies;

public static partial class FindingCodes
{
    /// <summary>The text is not JSON, not UTF-8, empty, too large or too deep: nothing could be read.</summary>
    public const string Unreadable = "E-JSON-01";

    /// <summary>A member is not known; the nearest known one is named where one is near.</summary>
    public const string UnknownMember = "E-JSON-02";

    /// <summary>A member or an id is stated twice in one object.</summary>
    public const string DuplicateMember = "E-JSON-03";

    /// <summary>A value is of another kind than its place asks for, such as a number for an object.</summary>
    public const string WrongKind = "E-JSON-04";

    /// <summary>A value is of the right kind, and not a period, date, word or number that is accepted.</summary>
    public const string UnreadableValue = "E-JSON-05";

    /// <summary>A member that every policy states is absent or blank.</summary>
    public const string MissingMember = "E-JSON-06";

    /// <summary>An id holds characters that no id may hold.</summary>
    public const string IllFormedId = "E-JSON-07";
}
