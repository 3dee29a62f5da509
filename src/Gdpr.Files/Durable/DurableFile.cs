using System.Runtime.InteropServices;

namespace Gdpr.Files.Durable;

/// <summary>Writing so that what was written is there after the power failed.</summary>
internal static class DurableFile
{
    private const string Fresh = ".new";

    /// <summary>Puts a file in place of any before it: whoever reads it sees the old content or the new, and never a part.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">Its content.</param>
    /// <param name="mode">Who may do what with it, on Unix.</param>
    public static void Replace(string path, ReadOnlySpan<byte> content, UnixFileMode? mode = null)
    {
        var fresh = path + Fresh;
        File.Delete(fresh);
        using (var stream = new FileStream(fresh, Options(FileMode.CreateNew, mode)))
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }

        File.Move(fresh, path, overwrite: true);
        FlushFolderOf(path);
    }

    /// <summary>The file that a path leads to by links; the path itself where it is none. Replacing that file leaves the links as they are.</summary>
    public static string Real(string path) =>
        new FileInfo(path) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path : path;

    /// <summary>Removes a file, if it is there.</summary>
    public static void Delete(string path)
    {
        File.Delete(path);
        FlushFolderOf(path);
    }

    /// <summary>Makes what was created, renamed or removed in a file's folder durable.</summary>
    public static void FlushFolderOf(string path) => FlushFolder(Path.GetDirectoryName(path)!);

    /// <summary>Makes what was created, renamed or removed in a folder durable. Windows does so by itself.</summary>
    public static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        const int ReadOnly = 0;
        var descriptor = open([.. System.Text.Encoding.UTF8.GetBytes(folder), 0], ReadOnly);
        if (descriptor < 0)
        {
            throw new IOException($"The folder '{folder}' cannot be opened to make its changes durable (errno {Marshal.GetLastPInvokeError()}).");
        }

        var result = fsync(descriptor);
        var error = Marshal.GetLastPInvokeError();
        _ = close(descriptor);
        if (result != 0)
        {
            throw new IOException($"The changes in folder '{folder}' could not be made durable (errno {error}).");
        }
    }

    public static FileStreamOptions Options(FileMode mode, UnixFileMode? unixMode = null)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.Read };
        if (unixMode is { } stated && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = stated;
        }

        return options;
    }

    // .NET opens no folders, and so cannot flush one.
#pragma warning disable SYSLIB1054, IDE1006 // The generated alternative needs unsafe code; the names are the C library's.
    [DllImport("libc", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int open(byte[] path, int flags);

    [DllImport("libc", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int fsync(int descriptor);

    [DllImport("libc", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int close(int descriptor);
#pragma warning restore SYSLIB1054, IDE1006
}
