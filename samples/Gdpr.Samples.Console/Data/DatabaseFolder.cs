namespace Gdpr.Samples.Data;

/// <summary>Where the databases lie: the folder that was named, or one of its own that is removed in the end.</summary>
internal sealed class DatabaseFolder : IDisposable
{
    private readonly string _path;
    private readonly bool _isTemporary;

    private DatabaseFolder(string path, bool isTemporary)
    {
        _path = path;
        _isTemporary = isTemporary;
    }

    /// <summary>Opens the folder, and makes it where it does not exist.</summary>
    /// <param name="named">The folder that was named, or <see langword="null"/> for a temporary one.</param>
    /// <exception cref="SampleException">The folder that was named cannot be made.</exception>
    public static DatabaseFolder Open(string? named)
    {
        if (named is null)
        {
            return new DatabaseFolder(Directory.CreateTempSubdirectory("gdpr-sample-").FullName, isTemporary: true);
        }

        try
        {
            return new DatabaseFolder(Directory.CreateDirectory(named).FullName, isTemporary: false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SampleException($"The folder '{named}' cannot be used: {exception.Message}", ExitCode.BadInput);
        }
    }

    /// <summary>The file of an organisation's database.</summary>
    public string FileOf(string organisation) => Path.Combine(_path, organisation + ".db");

    public void Dispose()
    {
        if (_isTemporary)
        {
            Directory.Delete(_path, recursive: true);
        }
    }
}
