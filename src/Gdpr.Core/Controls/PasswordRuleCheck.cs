using System.Globalization;
using System.Text;
using Gdpr.Policies;

namespace Gdpr.Controls;

/// <summary>Holds a candidate for a password against a rule of the policy, and names everything that it breaks. It is neither kept nor written anywhere.</summary>
/// <remarks>
/// <para>Length counts characters as a person sees them (text elements of Unicode): a letter with its accents is one, whatever it is made of. It is the strictest way
/// to count: whoever counts code points or UTF-16 units counts at least as many.</para>
/// <para>Upper-case and lower-case letters and digits are those of any script (general categories Lu, Ll and Nd), symbols are punctuation and symbols (P and S).
/// Space is allowed, and no symbol; a letter without case counts for the length only.</para>
/// <para>The codes are usable as errors of ASP.NET Core Identity's <c>IPasswordValidator&lt;TUser&gt;</c>: each broken rule is a code and a description.</para>
/// </remarks>
public static class PasswordRuleCheck
{
    /// <summary>What a candidate breaks of a rule, in the order of the rule; nothing where it will do.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="candidate">The candidate, as typed.</param>
    public static IReadOnlyList<BrokenPasswordRule> Check(PasswordRule rule, ReadOnlySpan<char> candidate)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var seen = Look(candidate);
        var broken = new List<BrokenPasswordRule>();
        if (!seen.IsText)
        {
            broken.Add(BrokenPasswordRule.NotText);
        }

        // Without a length of its own the rule still refuses an empty password.
        var least = Math.Max(rule.MinimumLength ?? 1, 1);
        if (seen.Length < least)
        {
            broken.Add(BrokenPasswordRule.TooShort(least));
        }

        Add(rule.UpperCase && !seen.Upper, BrokenPasswordRule.NoUpperCase);
        Add(rule.LowerCase && !seen.Lower, BrokenPasswordRule.NoLowerCase);
        Add(rule.Digit && !seen.Digit, BrokenPasswordRule.NoDigit);
        Add(rule.Symbol && !seen.Symbol, BrokenPasswordRule.NoSymbol);
        return broken;

        void Add(bool isBroken, BrokenPasswordRule what)
        {
            if (isBroken)
            {
                broken.Add(what);
            }
        }
    }

    private static Seen Look(ReadOnlySpan<char> candidate)
    {
        var seen = new Seen { IsText = true };
        for (var rest = candidate; !rest.IsEmpty; rest = rest[StringInfo.GetNextTextElementLength(rest)..])
        {
            seen.Length++;
        }

        while (!candidate.IsEmpty)
        {
            seen.IsText &= Rune.DecodeFromUtf16(candidate, out var rune, out var used) == System.Buffers.OperationStatus.Done;
            candidate = candidate[used..];
            switch (Rune.GetUnicodeCategory(rune))
            {
                case UnicodeCategory.UppercaseLetter:
                    seen.Upper = true;
                    break;
                case UnicodeCategory.LowercaseLetter:
                    seen.Lower = true;
                    break;
                case UnicodeCategory.DecimalDigitNumber:
                    seen.Digit = true;
                    break;
                case UnicodeCategory.ConnectorPunctuation or UnicodeCategory.DashPunctuation or UnicodeCategory.OpenPunctuation or UnicodeCategory.ClosePunctuation
                    or UnicodeCategory.InitialQuotePunctuation or UnicodeCategory.FinalQuotePunctuation or UnicodeCategory.OtherPunctuation
                    or UnicodeCategory.MathSymbol or UnicodeCategory.CurrencySymbol or UnicodeCategory.ModifierSymbol or UnicodeCategory.OtherSymbol:
                    seen.Symbol = true;
                    break;
            }
        }

        return seen;
    }

    private struct Seen
    {
        public int Length;
        public bool IsText;
        public bool Upper;
        public bool Lower;
        public bool Digit;
        public bool Symbol;
    }
}

/// <summary>A part of a password rule that a candidate breaks. It says nothing of the candidate itself.</summary>
/// <param name="Code">The stable code, such as <c>password-too-short</c>.</param>
/// <param name="Description">What is asked for, in English and Swedish.</param>
public sealed record BrokenPasswordRule(string Code, Time.DeadlineText Description)
{
    internal static BrokenPasswordRule NotText { get; } = new("password-not-text", new("It must be valid text.", "Det måste vara giltig text."));

    internal static BrokenPasswordRule NoUpperCase { get; } = new("password-no-upper-case", new("It needs an upper-case letter.", "En stor bokstav krävs."));

    internal static BrokenPasswordRule NoLowerCase { get; } = new("password-no-lower-case", new("It needs a lower-case letter.", "En liten bokstav krävs."));

    internal static BrokenPasswordRule NoDigit { get; } = new("password-no-digit", new("It needs a digit.", "En siffra krävs."));

    internal static BrokenPasswordRule NoSymbol { get; } = new("password-no-symbol", new("It needs a symbol.", "Ett specialtecken krävs."));

    internal static BrokenPasswordRule TooShort(int least) => new("password-too-short", new(
        string.Create(CultureInfo.InvariantCulture, $"It needs at least {least} characters."),
        string.Create(CultureInfo.InvariantCulture, $"Minst {least} tecken krävs.")));
}
