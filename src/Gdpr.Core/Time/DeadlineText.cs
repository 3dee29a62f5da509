namespace Gdpr.Time;

/// <summary>A sentence or a name in the languages that deadlines are explained in.</summary>
/// <param name="En">In English.</param>
/// <param name="Sv">In Swedish.</param>
public sealed record DeadlineText(string En, string Sv)
{
    /// <summary>The text in one language.</summary>
    /// <param name="language">A two-letter code: <c>sv</c> for Swedish; anything else is taken as English.</param>
    public string In(string language) => string.Equals(language, "sv", StringComparison.OrdinalIgnoreCase) ? Sv : En;
}
