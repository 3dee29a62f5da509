using Gdpr.Architecture.Tests.Support;

namespace Gdpr.Architecture.Tests.Publishing;

/// <summary>The core works in an application that is trimmed to what it uses.</summary>
[Collection(nameof(SpawnsBuilds))]
public sealed class TrimmedAppTests
{
    [Fact]
    public async Task A_trimmed_application_decides_like_any_other()
    {
        using var scratch = new ScratchFolder();
        var app = Path.Combine(scratch.Path, "app");

        // Warnings of the trimmer are errors, like all warnings; the core is kept whole, so that all of it is looked at.
        await DotNet.RunAsync(["publish", "tests/Gdpr.TrimmedApp", "--output", app, "--use-current-runtime", "--self-contained", .. DotNet.Apart(scratch.Path)]);
        var output = await DotNet.RunFileAsync(Path.Combine(app, OperatingSystem.IsWindows() ? "Gdpr.TrimmedApp.exe" : "Gdpr.TrimmedApp"));

        File.Exists(Path.Combine(app, "System.Xml.Linq.dll")).ShouldBeFalse("nothing was trimmed");
        output.Trim().Split('\n').Select(line => line.TrimEnd()).ShouldBe(
        [
            "P7Y after 2019-12-31 ends 2026-12-31",
            "example 3 is the same when it is written and read again",
            "Error at line 12: The activity has no member \"bases\".",
            "2026-12-31T22:59:59.999999999Z: restrict, obligation-alive, due 2027-01-01",
            "2026-12-31T23:00:00Z: erase, all-ended, due never",
        ]);
    }
}
