namespace Gdpr.Policies;

/// <summary>A field that holds personal data. JSON may write a bare string for the category.</summary>
[Shorthand("category")]
public sealed class DataField
{
    /// <summary>The category of the data in the field.</summary>
    [RequiredInPolicy]
    [RefersTo(PolicySection.Categories)]
    public string Category { get => field ?? ""; init; }

    /// <summary>Whether the person decides to give it, and may take it back alone.</summary>
    public bool Optional { get; init; }

    /// <summary>How the field came to be known, which decides whether it is portable (Art. 20). The default is what the person gave.</summary>
    public FieldProvenance Provenance { get; init; }

    /// <summary>What happens to the field when nothing keeps it any more. The default is erasure.</summary>
    public Disposal Disposal { get => field ?? Disposal.Erase; init; }
}

/// <summary>How the content of a field came to be known.</summary>
public enum FieldProvenance
{
    /// <summary>The person gave it.</summary>
    Provided,

    /// <summary>It was observed as the person used something: portable too.</summary>
    Observed,

    /// <summary>The controller derived it: shown on access, not portable.</summary>
    Inferred,

    /// <summary>The controller assigned it, such as a customer number: shown on access, not portable.</summary>
    Assigned,
}
