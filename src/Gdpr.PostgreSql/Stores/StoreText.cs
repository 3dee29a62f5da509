namespace Gdpr.PostgreSql.Stores;

/// <summary>Which texts PostgreSQL can keep.</summary>
internal static class StoreText
{
    /// <summary>Refuses a text that would not come back as it is.</summary>
    /// <exception cref="ArgumentException">The text has a NUL, or half of a surrogate pair.</exception>
    public static void Check(string? text)
    {
        for (var i = 0; i < text?.Length; i++)
        {
            if (text[i] == '\0')
            {
                throw new ArgumentException("A text has a NUL character, which PostgreSQL cannot keep: leave it out.", nameof(text));
            }

            if (char.IsSurrogate(text[i]) && !(char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[++i])))
            {
                throw new ArgumentException("A text is not Unicode: it has half of a surrogate pair.", nameof(text));
            }
        }
    }
}
