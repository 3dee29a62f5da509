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

    /// <summary><c>null</c> stands where a member may be left out, and is taken for that.</summary>
    public const string NullMember = "W-JSON-08";

    /// <summary>The file of a policy cannot be read: found at start and at a reload.</summary>
    public const string UnreadableFile = "E-FILE-01";

    /// <summary>A policy comes under a version that said something else, under another policy's id or before its day, another version has decided after it, or
    /// one has decided since an instant that is still to come, because a clock was ahead or this one is behind: found at start, at a reload and before data is
    /// destroyed.</summary>
    public const string VersionOvertaken = "E-VERSION-01";

    private static FindingCode[] Shape() =>
    [
        Entry(Unreadable, "Shape", "The text cannot be read at all", "Write the policy as JSON in UTF-8."),
        Entry(UnknownMember, "Shape", "A member is not known", "Correct its name, or remove it."),
        Entry(DuplicateMember, "Shape", "A member or id is stated twice", "Keep one of the two."),
        Entry(WrongKind, "Shape", "A value is of the wrong kind", "Write the kind of value that the place asks for."),
        Entry(UnreadableValue, "Shape", "A value cannot be read", "Write it in the form that the place asks for."),
        Entry(MissingMember, "Shape", "A member that every policy states is missing", "State it."),
        Entry(IllFormedId, "Shape", "An id holds characters that no id may hold", "Use plain letters, digits, hyphens and underscores."),
        Entry(NullMember, "Shape", "A null, which says nothing", "Give the member a value, or leave it out where it is not needed."),
    ];

    private static FindingCode[] Files() =>
    [
        Entry(UnreadableFile, "Files and versions", "The policy's file cannot be read", "Check that the file is there and that the application may read it."),
        Entry(VersionOvertaken, "Files and versions",
            "A version that may not decide: its content has changed since it did, another policy's id stands in it, its day has not come, another has decided after it, "
            + "or one decides since an instant that lies ahead of this machine's clock",
            "Give what has changed a new version, keep the policy's id, and put it in force on its day. Set a clock right that is wrong; "
            + "if this one is right, the other was ahead: name the versions that decided by it, or before them, with AfterVersion, as the message says."),
    ];
}
