namespace Gdpr.Tool;

/// <summary>What the command answers to the shell.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>Done, and validation found an error or a warning.</summary>
    public const int Findings = 1;

    /// <summary>The command line, a file or some of its lines cannot be used.</summary>
    public const int BadInput = 2;

    /// <summary>The command did not finish.</summary>
    public const int Failure = 3;
}
