namespace Gdpr.Policies;

/// <summary>One thing that validation found: what is wrong, where, and how to mend it.</summary>
/// <param name="Code">The stable code, such as <c>E-RET-03</c>; see <see cref="FindingCodes"/>.</param>
/// <param name="Severity">Whether it stops the policy from being used.</param>
/// <param name="Path">The JSON pointer of the place, such as <c>/activities/books/retention</c>; empty for the whole document.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Mend">How to mend it.</param>
/// <param name="Article">The article or paragraph that asks for it, where one does.</param>
/// <param name="Line">The line in the JSON text, from 1; 0 where the policy was built in C#.</param>
/// <param name="Column">The column in the JSON text in UTF-16 units, as editors count, from 1; 0 where the policy was built in C#.</param>
public sealed record PolicyFinding(
    string Code, FindingSeverity Severity, string Path, string Message, string Mend, string? Article = null, int Line = 0, int Column = 0)
{
    /// <summary>The finding as one line of text.</summary>
    public override string ToString() =>
        $"{(Line > 0 ? $"({Line},{Column}) " : "")}{Severity.ToString().ToLowerInvariant()} {Code}{(Path.Length == 0 ? "" : $" at {Path}")}: {Message} {Mend}";
}

/// <summary>What a finding means for the use of the policy.</summary>
public enum FindingSeverity
{
    /// <summary>Worth knowing.</summary>
    Information,

    /// <summary>Probably wrong, or weaker than the law asks; the policy can be used.</summary>
    Warning,

    /// <summary>The policy is refused.</summary>
    Error,
}
