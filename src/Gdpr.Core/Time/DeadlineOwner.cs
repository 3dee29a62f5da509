namespace Gdpr.Time;

/// <summary>Who must meet a deadline.</summary>
public enum DeadlineOwner
{
    /// <summary>The controller (Art. 4(7)).</summary>
    Controller,

    /// <summary>The processor (Art. 4(8)).</summary>
    Processor,

    /// <summary>The supervisory authority (Art. 4(21)).</summary>
    Authority,

    /// <summary>An entity that the Swedish Cybersecurity Act (SFS 2025:1506) covers.</summary>
    CoveredEntity,
}
