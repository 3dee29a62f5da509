using System.Globalization;

namespace Gdpr.Journals;

/// <summary>The one place where the texts of callers are looked at before anything is written.</summary>
internal sealed class InputTexts(TextOptions limits)
{
    /// <summary>Refuses what is no text of several lines, where one is stated.</summary>
    /// <param name="text">The text.</param>
    /// <param name="where">Which it is, in words that stand in an error.</param>
    /// <param name="longest">How long it may be at most, where that is less than of others.</param>
    /// <exception cref="InvalidTextException">It is too long, or has signs that no text may have.</exception>
    public void CheckText(string? text, string where, int longest = int.MaxValue) => Check(text, where, Math.Min(longest, limits.LongestText), isLine: false);

    /// <summary>Refuses what is no text of one line, where one is stated.</summary>
    /// <inheritdoc cref="CheckText"/>
    public void CheckLine(string? text, string where, int longest = int.MaxValue) => Check(text, where, Math.Min(longest, limits.LongestLine), isLine: true);

    /// <summary>Refuses what cannot be an id in a source, where one is stated: taken as it is, an id has whatever signs the source gave it, but no half of a surrogate
    /// pair, which would be the same id as any other half.</summary>
    /// <inheritdoc cref="CheckText"/>
    public void CheckId(string? id, string where)
    {
        if (id is not null && (id.Length > limits.LongestLine || HostileSigns.HasLoneSurrogate(id)))
        {
            CheckLine(id, where);
        }
    }

    /// <summary>Refuses what cannot be an id in a source among several.</summary>
    /// <inheritdoc cref="CheckText"/>
    public void CheckIds(IEnumerable<string?> ids, string where)
    {
        foreach (var id in ids)
        {
            CheckId(id, where);
        }
    }

    /// <summary>Refuses what is no text of one line among several.</summary>
    /// <inheritdoc cref="CheckText"/>
    public void CheckLines(IEnumerable<string?> texts, string where)
    {
        foreach (var text in texts)
        {
            CheckLine(text, where);
        }
    }

    private static void Check(string? text, string where, int longest, bool isLine)
    {
        if (text is null)
        {
            return;
        }

        if (text.Length > longest)
        {
            throw new InvalidTextException("E-TEXT-01", where, string.Create(
                CultureInfo.InvariantCulture,
                $"What is given as {where} has {text.Length} characters, and at most {longest} are taken in: shorten it, or keep the whole elsewhere and say where."));
        }

        if (HostileSigns.FirstIn(text, isLine) is >= 0 and var at)
        {
            throw new InvalidTextException("E-TEXT-02", where, string.Create(
                CultureInfo.InvariantCulture,
                $"What is given as {where} has a sign that no text may have, U+{(int)text[at]:X4} at {at}: a control character, half of a surrogate pair, or one "
                + $"that changes the direction of writing. Take it out{(isLine ? ", line breaks too" : ", as TextOptions.Clean does")}."));
        }
    }
}
