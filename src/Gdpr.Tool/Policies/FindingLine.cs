using System.Globalization;
using Gdpr.Policies;

namespace Gdpr.Tool.Policies;

/// <summary>Findings as lines of text, in the form in which compilers report and editors jump.</summary>
internal static class FindingLine
{
    /// <summary>A finding as one line.</summary>
    public static string Of(string path, PolicyFinding finding)
    {
        var place = finding.Line > 0 ? string.Create(CultureInfo.InvariantCulture, $"({finding.Line},{finding.Column})") : "";
        var article = finding.Article is null ? "" : $" [{finding.Article}]";
        return $"{path}{place}: {Word(finding.Severity)} {finding.Code}{At(finding)}: {finding.Message} {finding.Mend}{article}";
    }

    /// <summary>How many findings there are of each severity.</summary>
    public static string Count(IReadOnlyCollection<PolicyFinding> findings)
    {
        return findings.Count == 0 ? "no findings" : string.Join(", ", new[]
        {
            Number(FindingSeverity.Error, "error", "errors"),
            Number(FindingSeverity.Warning, "warning", "warnings"),
            Number(FindingSeverity.Information, "remark", "remarks"),
        }.OfType<string>());

        string? Number(FindingSeverity severity, string one, string many)
        {
            var number = findings.Count(finding => finding.Severity == severity);
            return number == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{number} {(number == 1 ? one : many)}");
        }
    }

    /// <summary>The word for a severity.</summary>
    public static string Word(FindingSeverity severity) => severity switch
    {
        FindingSeverity.Error => "error",
        FindingSeverity.Warning => "warning",
        _ => "information",
    };

    private static string At(PolicyFinding finding) => finding.Path.Length == 0 ? "" : $" at {finding.Path}";
}
