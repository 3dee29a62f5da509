using Gdpr.Time;

namespace Gdpr.Policies;

/// <summary>What a password must be, for which systems, and how often it changes.</summary>
public sealed class PasswordRule
{
    /// <summary>The least number of characters, at least 1.</summary>
    [RequiredInPolicy]
    public int? MinimumLength { get; init; }

    /// <summary>Whether an upper-case letter is needed.</summary>
    public bool UpperCase { get; init; }

    /// <summary>Whether a lower-case letter is needed.</summary>
    public bool LowerCase { get; init; }

    /// <summary>Whether a digit is needed.</summary>
    public bool Digit { get; init; }

    /// <summary>Whether a symbol is needed.</summary>
    public bool Symbol { get; init; }

    /// <summary>After how long a password must be changed, where it must.</summary>
    public CalendarPeriod? ChangeAfter { get; init; }

    /// <summary>The systems that one and the same password opens under this rule.</summary>
    [RequiredInPolicy]
    [RefersTo(PolicySection.Systems)]
    public IReadOnlyList<string> Systems { get => field ?? []; init; }
}
