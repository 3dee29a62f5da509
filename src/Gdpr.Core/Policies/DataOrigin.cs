namespace Gdpr.Policies;

/// <summary>Where personal data comes from, and through which channel.</summary>
public sealed class DataOrigin
{
    /// <summary>What the origin is called in records and notices.</summary>
    [RequiredInPolicy]
    public LocalizedText? Title { get; init; }

    /// <summary>Who the data comes from. Anything but the person starts the duty of Art. 14.</summary>
    [RequiredInPolicy]
    public OriginKind? From { get; init; }

    /// <summary>Whether a member of staff registers the data by hand, and is recorded as having done so.</summary>
    public bool Manual { get; init; }
}

/// <summary>Who personal data comes from.</summary>
public enum OriginKind
{
    /// <summary>The person gave it (Art. 13).</summary>
    Person,

    /// <summary>It was observed as the person used something (Art. 13).</summary>
    Observed,

    /// <summary>Another party gave it, such as the person's employer (Art. 14).</summary>
    OtherParty,

    /// <summary>It was found in a publicly accessible source (Art. 14(2)(f)).</summary>
    PublicSource,

    /// <summary>It was bought from a register (Art. 14).</summary>
    PurchasedRegister,

    /// <summary>The controller derived it from other data.</summary>
    Inferred,
}
