using System.Text;

namespace Gdpr.Relational.Coverage;

/// <summary>Takes the name of a table or a column apart: <c>shipping_address</c>, <c>ShippingAddress</c> and <c>shippingAddress2</c> have the words shipping
/// and address.</summary>
internal static class NameWords
{
    /// <summary>The words of a name in lower case, letters with marks as those without: <c>Lösenord</c> is losenord. Digits are no words.</summary>
    public static IReadOnlyList<string> Of(string name)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        for (var at = 0; at < name.Length; at++)
        {
            if (!char.IsLetter(name[at]) || StartsWord(name, at))
            {
                End();
            }

            if (char.IsLetter(name[at]))
            {
                word.Append(Plain(char.ToLowerInvariant(name[at])));
            }
        }

        End();
        return words;

        void End()
        {
            if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }
    }

    /// <summary>Whether a capital begins a word: after a small letter, or before one at the end of an abbreviation, as the A of <c>IPAddress</c>.</summary>
    private static bool StartsWord(string name, int at) =>
        at > 0 && char.IsUpper(name[at]) && (!char.IsUpper(name[at - 1]) || (at + 1 < name.Length && char.IsLower(name[at + 1])));

    private static char Plain(char letter) => letter switch
    {
        'å' or 'ä' or 'á' or 'à' or 'â' or 'æ' => 'a',
        'ö' or 'ø' or 'ó' or 'ô' => 'o',
        'é' or 'è' or 'ê' or 'ë' => 'e',
        'ü' or 'ú' => 'u',
        _ => letter,
    };
}
