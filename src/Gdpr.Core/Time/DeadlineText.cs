namespace Gdpr.Time;

/// <summary>A sentence or a name in the languages that deadlines are explained in.</summary>
/// <param name="En">In English.</param>
/// <param name="Sv">In Swedish.</param>
public sealed record DeadlineText(string En, string Sv)
{
    /// <summary>The text in one language.</summary>
    /// <param name="language"><c>en</c> or <c>sv</c>.</param>
    /// <exception cref="ArgumentException">The language is another one.</exception>
    public string In(string language) => language switch
    {
        "en" => En,
        "sv" => Sv,
        _ => throw new ArgumentException($"There is no text in the language '{language}': ask for en or sv.", nameof(language)),
    };
}
