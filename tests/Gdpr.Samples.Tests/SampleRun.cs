using Gdpr.Samples.Views;
using NodaTime;

namespace Gdpr.Samples.Tests;

/// <summary>A run of the sample as somebody starts it, with its plain text and the way it ended.</summary>
internal sealed record SampleRun(int ExitCode, string Output, string Errors)
{
    /// <summary>The instant at which runs take place where they name none.</summary>
    public static readonly Instant Now = Instant.FromUtc(2026, 10, 1, 12, 0);

    public static async Task<SampleRun> OfAsync(params string[] arguments)
    {
        var (output, errors) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        var exitCode = await Program.RunAsync(arguments, new StillClock(), options => Screen.Plain(output, options.Language), errors);
        return new SampleRun(exitCode, output.ToString(), errors.ToString());
    }

    private sealed class StillClock : IClock
    {
        public Instant GetCurrentInstant() => Now;
    }
}
