namespace Gdpr.Retention;

/// <summary>What is to become of a record, or of a group of its fields.</summary>
/// <remarks>The order is the order in which a record takes its fate from its field groups: the first that any group has.</remarks>
public enum Fate : byte
{
    /// <summary>A purpose carries it: it is kept and may be used for that purpose.</summary>
    Keep,

    /// <summary>Something that decides is unknown: it is kept, not used, and listed with what is missing.</summary>
    Undetermined,

    /// <summary>It is kept and not used, except as Art. 18(2) and the law that keeps it permit.</summary>
    Restrict,

    /// <summary>Nothing keeps it: it is changed so that it no longer relates to a person.</summary>
    Anonymise,

    /// <summary>Nothing keeps it: it is erased.</summary>
    Erase,
}
