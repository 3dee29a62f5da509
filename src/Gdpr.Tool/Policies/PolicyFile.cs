using Gdpr.Policies;
using Gdpr.Tool.Terminals;

namespace Gdpr.Tool.Policies;

/// <summary>A policy's file, read and validated.</summary>
/// <param name="Path">The path of the file, as the command line gives it.</param>
/// <param name="Result">The policy, and what validation found.</param>
internal sealed record PolicyFile(string Path, PolicyReadResult Result)
{
    // What the reader left out may be the very rule that keeps the data. Whether what it read can be computed is for the schedule to say.
    private const string LeftOut = "E-JSON-";

    /// <summary>Reads a file.</summary>
    /// <exception cref="BadInputException">The file cannot be read.</exception>
    public static PolicyFile Read(string path) => new(path, PolicyReader.Read(InputFiles.ReadAll(path)));

    /// <summary>The policy, if all of it could be read. Other findings do not matter here.</summary>
    /// <exception cref="BadInputException">Some of it could not.</exception>
    public GdprPolicy GetComplete()
    {
        var missing = Result.Findings.Where(finding =>
            finding.Severity == FindingSeverity.Error && finding.Code.StartsWith(LeftOut, StringComparison.Ordinal)).ToArray();
        return Result.Policy is { } policy && missing.Length == 0 ? policy : throw Refuse(missing);
    }

    /// <summary>The refusal of the policy for some findings.</summary>
    public BadInputException Refuse(IEnumerable<PolicyFinding> findings) => new(
        string.Join(Environment.NewLine, [.. findings.Select(finding => FindingLine.Of(Path, finding)), $"{Path}: the policy cannot be used. Mend what is listed."]));

    /// <summary>Says on the side that there are findings, where there are any.</summary>
    public void Mention(TextWriter writer)
    {
        if (Result.Findings.Count > 0)
        {
            writer.WriteLine($"{Path}: {FindingLine.Count(Result.Findings)}; see gdpr lint.");
        }
    }
}
