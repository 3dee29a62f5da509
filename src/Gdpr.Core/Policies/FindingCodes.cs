using System.Collections.Frozen;

namespace Gdpr.Policies;

/// <summary>The codes of findings: what each means, how much it weighs, how it is mended, and which provision asks for it.</summary>
/// <remarks>A code is stable: it never changes its meaning. The letter says what it weighs: <c>E</c> an error, which stops the policy from
/// being used, <c>W</c> a warning, <c>I</c> information.</remarks>
public static partial class FindingCodes
{
    private static readonly FrozenDictionary<string, FindingCode> ByCode = Everything().ToFrozenDictionary(code => code.Code, StringComparer.Ordinal);

    /// <summary>Every code, by subject.</summary>
    public static IReadOnlyList<FindingCode> All { get; } = Everything();

    /// <summary>What is known of a code.</summary>
    /// <param name="code">The code, such as <c>E-RET-03</c>.</param>
    /// <returns>The entry, or <see langword="null"/> where there is no such code.</returns>
    public static FindingCode? Find(string code)
    {
        ArgumentNullException.ThrowIfNull(code);
        return ByCode.GetValueOrDefault(code);
    }

    // A method, because the order in which the fields of several partial files are initialised is not fixed.
    private static FindingCode[] Everything() =>
    [
        .. Shape(), .. Files(), .. Structure(), .. Declarations(), .. Retention(), .. Bases(), .. Conditions(), .. Disclosures(), .. Agreements(), .. Measures(),
    ];

    private static FindingCode Entry(string code, string subject, string title, string mend, string? article = null) =>
        new(code, SeverityOf(code), subject, title, mend, article);

    internal static FindingSeverity SeverityOf(string code) => code[0] switch
    {
        'E' => FindingSeverity.Error,
        'W' => FindingSeverity.Warning,
        _ => FindingSeverity.Information,
    };
}

/// <summary>What is known of the findings of one code.</summary>
/// <param name="Code">The stable code, such as <c>E-RET-03</c>.</param>
/// <param name="Severity">What a finding of this code means for the use of the policy.</param>
/// <param name="Subject">The part of a policy that the code is about.</param>
/// <param name="Title">What is wrong, in a few words.</param>
/// <param name="Mend">How it is mended; a finding may say it more exactly.</param>
/// <param name="Article">The article of the GDPR or the paragraph of law that asks for it, where one does.</param>
public sealed record FindingCode(string Code, FindingSeverity Severity, string Subject, string Title, string Mend, string? Article);
