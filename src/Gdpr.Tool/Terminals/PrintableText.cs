namespace Gdpr.Tool.Terminals;

/// <summary>Text from a file, made safe to show on a terminal.</summary>
internal static class PrintableText
{
    /// <summary>The text, with a mark in place of each character that would move the cursor or change the terminal's state.</summary>
    public static string Of(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(character => char.IsControl(character) ? '\uFFFD' : character)) : text;
}
