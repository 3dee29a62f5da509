namespace Gdpr.Tool.Tests.Support;

/// <summary>Files that show what the command writes. To write them anew, run the tests with GDPR_UPDATE_GOLDEN=1 and read the difference.</summary>
internal static class Golden
{
    private static readonly string Folder = Find();

    /// <summary>The path of a file in the folder.</summary>
    public static string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>Holds output against a file.</summary>
    public static void Matches(string name, string output)
    {
        if (Environment.GetEnvironmentVariable("GDPR_UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(PathOf(name), output);
        }

        output.ShouldBe(File.ReadAllText(PathOf(name)));
    }

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Gdpr.Core.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not run from within the repository.");
        }

        return Path.Combine(folder.FullName, "tests", "Gdpr.Tool.Tests", "Golden");
    }
}
