namespace Gdpr.Samples;

/// <summary>How the sample ends.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int BadInput = 2;
    public const int Failure = 3;

    /// <summary>Ctrl-C, as shells know it.</summary>
    public const int Interrupted = 130;
}

/// <summary>Something that the sample can explain to whoever started it.</summary>
internal sealed class SampleException(string message, int exitCode) : Exception(message)
{
    /// <summary>How the sample ends on it.</summary>
    public int ExitCode { get; } = exitCode;
}
