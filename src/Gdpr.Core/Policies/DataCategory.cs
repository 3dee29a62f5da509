namespace Gdpr.Policies;

/// <summary>A category of personal data, to the field: what kind of fact it is, and what that kind requires.</summary>
public sealed class DataCategory
{
    /// <summary>What the category is called in records and notices.</summary>
    [RequiredInPolicy]
    public LocalizedText? Title { get; init; }

    /// <summary>The matching term of the W3C Data Privacy Vocabulary, such as <c>pd:EmailAddress</c>.</summary>
    public string? Dpv { get; init; }

    /// <summary>What the kind of data requires beyond the ordinary. The default is <see cref="DataCategoryKind.Ordinary"/>. A category of the
    /// built-in vocabulary that has a kind keeps it, whatever a policy that gives it another title says: ask <see cref="GdprPolicy.KindOf"/>.</summary>
    public DataCategoryKind? Kind { get; init; }
}

/// <summary>What a category of data is, where its kind brings requirements of its own.</summary>
public enum DataCategoryKind
{
    /// <summary>Personal data without requirements of its own.</summary>
    Ordinary,

    /// <summary>Points at one person by itself: a name, an address, a customer number. Anonymising must remove it.</summary>
    Identifier,

    /// <summary>An identifier of a device or session: IP address, cookie number, user name (rec. 30).</summary>
    OnlineIdentifier,

    /// <summary>A national identity number: needs a recorded justification and is masked when shown (Art. 87; Data Protection Act 3:10).</summary>
    NationalIdentityNumber,

    /// <summary>A password or other secret: its existence is stated, its value never leaves (Art. 32).</summary>
    Credential,

    /// <summary>Free text, in which anything may stand: needs a longest age, and can only be emptied or read by a human.</summary>
    FreeText,

    /// <summary>A special category: health, religion, union membership and the others of Art. 9(1). Needs a condition of Art. 9(2).</summary>
    SpecialCategory,

    /// <summary>Criminal convictions and offences, suspicion included (Art. 10).</summary>
    Offence,
}
