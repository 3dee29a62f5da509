namespace Gdpr.Tool.Terminals;

/// <summary>Opens the files that a command line names.</summary>
internal static class InputFiles
{
    /// <summary>Reads a whole file.</summary>
    /// <exception cref="BadInputException">The file cannot be read.</exception>
    public static byte[] ReadAll(string path) => Try(path, File.ReadAllBytes);

    /// <summary>Opens a file for reading from start to end; a hyphen means standard input.</summary>
    /// <exception cref="BadInputException">The file cannot be read.</exception>
    public static Stream Open(string path, Terminal terminal) => path == "-"
        ? terminal.Input
        : Try(path, name => new FileStream(name, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0, FileOptions.SequentialScan));

    private static T Try<T>(string path, Func<string, T> open)
    {
        try
        {
            return open(path);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BadInputException($"{path}: there is no such file. Correct the path.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new BadInputException($"{path}: the file cannot be read ({failure.Message.TrimEnd('.')}).");
        }
    }
}
