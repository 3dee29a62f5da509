using System.Runtime.InteropServices;
using System.Text;

namespace Gdpr.Files.Durable;

/// <summary>Tells how many names a file has: what is erased under one of them lives on under the others.</summary>
internal static class HardLinks
{
    private const int CurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const uint LinkCountWanted = 0x4;
    private const int StatxSize = 256;
    private const int LinkCountAt = 16;
    private const int InformationSize = 52;
    private const int LinksOnWindowsAt = 40;

    /// <summary>The number of a file's names; <see langword="null"/> where the system does not tell.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="opened">The file, opened.</param>
    public static long? CountOf(string path, FileStream opened)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                var information = new byte[InformationSize];
                return GetFileInformationByHandle(opened.SafeFileHandle, information) ? BitConverter.ToUInt32(information, LinksOnWindowsAt) : null;
            }

            if (OperatingSystem.IsLinux())
            {
                var status = new byte[StatxSize];
                return statx(CurrentFolder, [.. Encoding.UTF8.GetBytes(path), 0], NoFollow, LinkCountWanted, status) == 0
                    && (BitConverter.ToUInt32(status, 0) & LinkCountWanted) != 0
                        ? BitConverter.ToUInt32(status, LinkCountAt) : null;
            }
        }
        catch (EntryPointNotFoundException)
        {
            // An old library of the system's.
        }

        return null;
    }

#pragma warning disable SYSLIB1054, IDE1006 // The generated alternative needs unsafe code; the names are the systems' own.
    [DllImport("libc", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int statx(int folder, byte[] path, int flags, uint mask, byte[] status);

    [DllImport("kernel32", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool GetFileInformationByHandle(Microsoft.Win32.SafeHandles.SafeFileHandle file, byte[] information);
#pragma warning restore SYSLIB1054, IDE1006
}
