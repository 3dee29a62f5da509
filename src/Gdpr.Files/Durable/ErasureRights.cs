using System.Runtime.InteropServices;
using System.Text;

namespace Gdpr.Files.Durable;

/// <summary>Tells beforehand what the system would refuse to erase: a folder is moved as a whole whatever the rights in it, and what is in it then stays.</summary>
internal static class ErasureRights
{
    private const int CurrentFolder = -100;
    private const int ToWriteAndSearch = 2 | 1;

    // As who the application acts, and not as whom it was started. The systems do not agree on the number.
    private static readonly int AsEffective = OperatingSystem.IsLinux() ? 0x200 : OperatingSystem.IsFreeBSD() ? 0x100 : 0x10;

    /// <summary>Whether everything directly in a folder can be taken out of it, as far as the system tells.</summary>
    public static bool MayEmpty(DirectoryInfo folder)
    {
        var entries = folder.EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false });
        return OperatingSystem.IsWindows()
            ? entries.All(entry => !entry.Attributes.HasFlag(FileAttributes.ReadOnly))
            : !entries.Any() || faccessat(CurrentFolder, [.. Encoding.UTF8.GetBytes(folder.FullName), 0], ToWriteAndSearch, AsEffective) == 0;
    }

    /// <summary>Whether a file can be erased where its folder can be written: Windows keeps one that is marked as read-only.</summary>
    public static bool MayErase(string file) => !OperatingSystem.IsWindows() || !File.GetAttributes(file).HasFlag(FileAttributes.ReadOnly);

#pragma warning disable SYSLIB1054, IDE1006 // The generated alternative needs unsafe code; the name is the C library's.
    [DllImport("libc", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int faccessat(int folder, byte[] path, int mode, int flags);
#pragma warning restore SYSLIB1054, IDE1006
}
