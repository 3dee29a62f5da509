using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Gdpr.Files.Durable;

/// <summary>Tells files from what only looks like one: named pipes, sockets and devices, whose opening may wait for ever.</summary>
internal static class RegularFile
{
    private const int NoSuchDevice = 6;

    // Reading, without waiting, without following a link, not inherited by a child process.
    private static readonly int Flags = OperatingSystem.IsLinux() ? 0x800 | LinuxNoFollow | 0x80000 : 0x4 | 0x100 | 0x1000000;

    // The one flag that processors do not agree on.
    private static int LinuxNoFollow => RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64 ? 0x8000 : 0x20000;

    /// <summary>Whether something that is neither a folder nor a link is a file. What may not be opened counts as one: nothing waits for it either.</summary>
    /// <remarks>.NET has no attribute for it. A file can be read from any place in it; a pipe, a socket or a terminal cannot.</remarks>
    public static bool Is(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return !File.GetAttributes(path).HasFlag(FileAttributes.Device);
        }

        using var handle = new SafeFileHandle(open([.. Encoding.UTF8.GetBytes(path), 0], Flags), ownsHandle: true);
        if (handle.IsInvalid)
        {
            return Marshal.GetLastPInvokeError() != NoSuchDevice;
        }

        using var stream = new FileStream(handle, FileAccess.Read, bufferSize: 0);
        return stream.CanSeek;
    }

#pragma warning disable SYSLIB1054, IDE1006 // The generated alternative needs unsafe code; the name is the C library's.
    [DllImport("libc", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int open(byte[] path, int flags);
#pragma warning restore SYSLIB1054, IDE1006
}
