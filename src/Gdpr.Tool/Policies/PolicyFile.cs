using Gdpr.Policies;
using Gdpr.Tool.Terminals;

namespace Gdpr.Tool.Policies;

/// <summary>A policy's file, read and validated.</summary>
/// <param name="Path">The path of the file, as the command line gives it.</param>
/// <param name="Result">The policy, and what validation found.</param>
internal sealed record PolicyFile(string Path, PolicyReadResult Result)
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="BadInputException">The file cannot be read.</exception>
    public static PolicyFile Read(string path) => new(path, PolicyReader.Read(InputFiles.ReadAll(path)));

    /// <summary>The policy, if what its rules decide is beyond doubt. Other findings do not matter here.</summary>
    /// <exception cref="BadInputException">It is not.</exception>
    public GdprPolicy GetDecisive()
    {
        var doubts = Result.Findings.Where(DecisiveParts.Concerns).ToArray();
        return Result.Policy is { } policy && doubts.Length == 0 ? policy : throw Refuse(doubts);
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
