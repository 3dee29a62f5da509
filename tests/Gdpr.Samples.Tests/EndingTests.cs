namespace Gdpr.Samples.Tests;

public sealed class EndingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gdpr-sample-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("--at 2026-10-01", "write date, time and offset")]
    [InlineData("--at 1999-12-31T12:00:00Z", "from the year 2000")]
    [InlineData("--rows many", "write one from 200")]
    [InlineData("--rows 199", "write one from 200")]
    [InlineData("--organisation nobody", "nobody")]
    [InlineData("--language fr", "fr")]
    [InlineData("--colour", "--colour")]
    [InlineData("--explore", "nobody to answer")]
    public async Task Bad_input_is_explained_and_ends_with_2(string arguments, string explanation)
    {
        var run = await SampleRun.OfAsync(arguments.Split(' '));

        run.ExitCode.ShouldBe(ExitCode.BadInput);
        run.Errors.ShouldContain(explanation);
        run.Errors.ShouldNotContain("   at ");
        run.Output.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_that_the_sample_did_not_make_is_left_alone()
    {
        var file = Path.Combine(_folder, "gignos.db");
        await File.WriteAllTextAsync(file, "somebody's");

        var run = await SampleRun.OfAsync("--organisation", "gignos", "--rows", "200", "--database-folder", _folder);

        run.ExitCode.ShouldBe(ExitCode.BadInput);
        run.Errors.ShouldContain("was not made by this sample");
        (await File.ReadAllTextAsync(file)).ShouldBe("somebody's");
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_explained()
    {
        var file = Path.Combine(_folder, "file");
        await File.WriteAllTextAsync(file, "");

        var run = await SampleRun.OfAsync("--rows", "200", "--database-folder", Path.Combine(file, "below"));

        run.ExitCode.ShouldBe(ExitCode.BadInput);
        run.Errors.ShouldContain("cannot be used");
    }

    [Fact]
    public async Task A_database_of_the_sample_is_made_anew_and_stays_in_the_folder_named()
    {
        string[] arguments = ["--organisation", "gignos", "--rows", "200", "--database-folder", _folder];

        (await SampleRun.OfAsync(arguments)).ExitCode.ShouldBe(ExitCode.Done);
        (await SampleRun.OfAsync(arguments)).ExitCode.ShouldBe(ExitCode.Done);

        Directory.GetFiles(_folder).Select(Path.GetFileName).Where(name => !name!.StartsWith("gignos.db.", StringComparison.Ordinal)).ShouldBe(["gignos.db"]);
    }
}
