namespace Gdpr.Policies;

/// <summary>A text in the languages that notices are rendered in. JSON may write a bare string for the English text.</summary>
[Shorthand("en")]
public sealed class LocalizedText
{
    /// <summary>The English text, or <see langword="null"/> where none is given.</summary>
    public string? En { get; init; }

    /// <summary>The Swedish text, or <see langword="null"/> where none is given.</summary>
    public string? Sv { get; init; }

    /// <summary>The text in a language, or in the other one where it is missing; empty where there is neither.</summary>
    /// <param name="language">A two-letter code: <c>sv</c> for Swedish; anything else is taken as English.</param>
    public string In(string language) =>
        (string.Equals(language, "sv", StringComparison.OrdinalIgnoreCase) ? Sv ?? En : En ?? Sv) ?? "";

    /// <summary>The English text, or the Swedish where there is no English.</summary>
    public override string ToString() => In("en");
}
