namespace Gdpr.Policies;

public static partial class FindingCodes
{
    /// <summary>A member names something that the policy does not declare.</summary>
    public const string UnknownReference = "E-REF-01";

    /// <summary>A map or a list holds nothing at a place where something is declared.</summary>
    public const string EmptyEntry = "E-REF-02";

    /// <summary>A value is not one of those that exist.</summary>
    public const string UnknownValue = "E-REF-03";

    /// <summary>Two rules of the policy would bear the same name.</summary>
    public const string RuleNameTaken = "E-ID-01";

    /// <summary>An id is taken: by a fixed column of a file of records, or by what the library itself keeps of people.</summary>
    public const string ReservedId = "E-ID-02";

    /// <summary>A list names the same thing twice.</summary>
    public const string RepeatedReference = "W-DUP-01";

    /// <summary>An activity covers a field twice: by itself and through its data set.</summary>
    public const string FieldCoveredTwice = "W-DUP-02";

    /// <summary>Something is declared, and nothing in the policy refers to it.</summary>
    public const string NeverUsed = "I-USE-01";

    /// <summary>An assumption points at nothing.</summary>
    public const string AssumptionWithoutPlace = "E-ASU-01";

    /// <summary>An assumption names a gap that is not the code of a finding.</summary>
    public const string AssumptionWithoutGap = "E-ASU-02";

    private static FindingCode[] Structure() =>
    [
        Entry(UnknownReference, "References", "A reference to something that is not declared", "Declare it, or correct the reference."),
        Entry(EmptyEntry, "References", "Nothing stands where something is declared", "Declare it, or remove the entry."),
        Entry(UnknownValue, "References", "A value that does not exist", "Use one of the values that the type lists."),
        Entry(RuleNameTaken, "References", "Two rules with one name", "Give one of the activities another id."),
        Entry(ReservedId, "References", "An id that is taken: a fixed column, or what the library itself keeps", "Give it another id."),
        Entry(RepeatedReference, "References", "The same thing is named twice", "Remove one of the two."),
        Entry(FieldCoveredTwice, "References", "A field is covered twice by one activity", "Name the data set or its fields, not both."),
        Entry(NeverUsed, "References", "Declared, and never used", "Refer to it, or remove it."),
        Entry(AssumptionWithoutPlace, "Assumptions", "An assumption about nothing", "Point at a value of the policy, such as /activities/service/retention/keep."),
        Entry(AssumptionWithoutGap, "Assumptions", "An assumption that closes no known gap", "Name the code of the finding that its absence gives."),
    ];
}
