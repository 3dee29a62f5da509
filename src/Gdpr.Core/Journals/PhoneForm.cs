using System.Text;

namespace Gdpr.Journals;

/// <summary>The normal form of telephone numbers: a plus, the country code, and the number without its trunk prefix (ITU-T E.164).</summary>
internal static class PhoneForm
{
    private const int FewestDigits = 7;
    private const int MostDigits = 15;

    // Country, country code, trunk prefix, international prefix: the EEA and Switzerland, the United Kingdom and North America.
    private static readonly Dictionary<string, Numbering> Countries = """
        AT 43 0 00, BE 32 0 00, BG 359 0 00, CH 41 0 00, CY 357 - 00, CZ 420 - 00, DE 49 0 00, DK 45 - 00,
        EE 372 - 00, ES 34 - 00, FI 358 0 00, FR 33 0 00, GB 44 0 00, GR 30 - 00, HR 385 0 00, HU 36 06 00,
        IE 353 0 00, IS 354 - 00, IT 39 - 00, LI 423 - 00, LT 370 0 00, LU 352 - 00, LV 371 - 00, MT 356 - 00,
        NL 31 0 00, NO 47 - 00, PL 48 - 00, PT 351 - 00, RO 40 0 00, SE 46 0 00, SI 386 0 00, SK 421 0 00,
        US 1 1 011, CA 1 1 011
        """.Split([',', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .ToDictionary(country => country[..2], country => Numbering.Read(country[3..]), StringComparer.Ordinal);

    public static string Normalise(string number, string country)
    {
        var (digits, isInternational) = Read(number);
        if (!isInternational)
        {
            if (!Countries.TryGetValue(country.ToUpperInvariant(), out var home))
            {
                throw Fault("it has no country code, and the numbering of the controller's country is not known: write it with a plus and the country code");
            }

            digits = digits.StartsWith(home.InternationalPrefix, StringComparison.Ordinal)
                ? digits[home.InternationalPrefix.Length..]
                : home.Code + WithoutTrunk(digits, home.Trunk);
        }

        // A trunk prefix after the country code, as in +46 (0)70, is dialled by nobody.
        foreach (var numbering in Countries.Values.Where(numbering => numbering.Trunk == "0" && digits.StartsWith(numbering.Code, StringComparison.Ordinal)))
        {
            digits = numbering.Code + WithoutTrunk(digits[numbering.Code.Length..], numbering.Trunk);
            break;
        }

        return digits.Length is >= FewestDigits and <= MostDigits && digits[0] != '0'
            ? $"+{digits}"
            : throw Fault($"with its country code it has between {FewestDigits} and {MostDigits} digits, of which the first is not 0");
    }

    private static (string Digits, bool IsInternational) Read(string number)
    {
        var digits = new StringBuilder(MostDigits);
        var isInternational = false;
        foreach (var c in number.Trim())
        {
            if (char.IsAsciiDigit(c))
            {
                digits.Append(c);
            }
            else if (c == '+' && digits.Length == 0 && !isInternational)
            {
                isInternational = true;
            }
            else if (c is not ('(' or ')' or '.' or '/') && !char.IsWhiteSpace(c) && !SwedishNumberForm.IsHyphen(c))
            {
                throw Fault("it has characters that no number has");
            }
        }

        return (digits.ToString(), isInternational);
    }

    private static string WithoutTrunk(string digits, string trunk) =>
        trunk.Length > 0 && digits.StartsWith(trunk, StringComparison.Ordinal) ? digits[trunk.Length..] : digits;

    private static IdentifierFormException Fault(string problem) => new(IdentifierKind.Phone, problem);

    private sealed record Numbering(string Code, string Trunk, string InternationalPrefix)
    {
        public static Numbering Read(string text) => text.Split(' ') is [var code, var trunk, var international]
            ? new Numbering(code, trunk == "-" ? "" : trunk, international)
            : throw new FormatException("A country's numbering has three parts.");
    }
}
