using System.Text;
using NodaTime.Text;

namespace Gdpr.Disclosures;

/// <summary>An agreement on processing as text, with everything that Art. 28(3) asks it to say: to be sent on request.</summary>
public static class AgreementText
{
    private static readonly Dictionary<string, (string En, string Sv)> Words = new(StringComparer.Ordinal)
    {
        ["subject"] = ("Subject-matter, nature and purpose", "Föremål, art och ändamål"),
        ["duration"] = ("Duration", "Varaktighet"),
        ["categories"] = ("Categories of personal data", "Kategorier av personuppgifter"),
        ["subjects"] = ("Categories of data subjects", "Kategorier av registrerade"),
        ["instructions"] = ("Documented instructions", "Dokumenterade instruktioner"),
        ["confidentiality"] = ("Confidentiality", "Tystnadsplikt"),
        ["security"] = ("Security (Art. 32)", "Säkerhet (art. 32)"),
        ["subProcessors"] = ("Sub-processors", "Underbiträden"),
        ["requests"] = ("Help with requests from people", "Hjälp med begäranden från registrerade"),
        ["assistance"] = ("Help with Art. 32–36", "Hjälp med art. 32–36"),
        ["end"] = ("Deletion or return at the end", "Radering eller återlämnande när det upphör"),
        ["audits"] = ("Information and audits", "Information och granskningar"),
    };

    /// <summary>Renders an agreement as plain text: its title, when it is in force, and each item of Art. 28(3) with what it says, or the code of what is
    /// missing.</summary>
    /// <param name="agreement">The agreement.</param>
    /// <param name="language">A two-letter code: <c>sv</c> for Swedish; anything else is taken as English.</param>
    public static string Render(AgreementStatus agreement, string language)
    {
        ArgumentNullException.ThrowIfNull(agreement);
        ArgumentNullException.ThrowIfNull(language);
        var isSwedish = string.Equals(language, "sv", StringComparison.OrdinalIgnoreCase);
        var (text, said) = (new StringBuilder(), agreement.Agreement);
        Line(said.Title?.In(language) is { Length: > 0 } title ? title : agreement.Id);
        Line(isSwedish ? $"Gäller från {Date(said.From)} till {Date(said.Until)}" : $"In force from {Date(said.From)} until {Date(said.Until)}");
        foreach (var item in agreement.Items)
        {
            var (english, swedish) = Words[item.Member];
            var missing = isSwedish ? $"saknas ({item.Missing})" : $"missing ({item.Missing})";
            Line($"{item.Article} {(isSwedish ? swedish : english)}: {(item.Missing is not null ? missing : SaidOf(item))}");
        }

        return text.ToString();

        void Line(string line) => text.Append(line).Append('\n');

        string Date(NodaTime.LocalDate? date) => date is { } day ? LocalDatePattern.Iso.Format(day) : isSwedish ? "vidare" : "further notice";

        string SaidOf(AgreementItem item) => item.Member switch
        {
            "subject" => said.Terms!.Subject!.In(language),
            "duration" => said.Terms!.Duration!.In(language),
            "categories" or "subjects" => item.Clause!,
            _ => isSwedish ? $"avtalets punkt {item.Clause}" : $"clause {item.Clause}",
        };
    }
}
