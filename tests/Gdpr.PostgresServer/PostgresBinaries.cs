using System.Diagnostics;

namespace Gdpr.PostgresServer;

/// <summary>The programs of a PostgreSQL server that is installed on this machine.</summary>
/// <param name="Folder">Where <c>initdb</c> and <c>postgres</c> are.</param>
/// <param name="Prefix">The command that becomes an unprivileged user, where these tests run as root, whom PostgreSQL refuses; else empty.</param>
/// <param name="Owner">That user; empty where it is the one who runs the tests.</param>
internal sealed record PostgresBinaries(string Folder, IReadOnlyList<string> Prefix, string Owner)
{
    private static readonly string[] Users = ["postgres", "nobody"];

    private static readonly Lazy<PostgresBinaries?> Installed = new(FindInstalled);

    public static PostgresBinaries? Find() => Installed.Value;

    private static PostgresBinaries? FindInstalled()
    {
        if (OperatingSystem.IsWindows() || FolderOfServer() is not { } folder)
        {
            return null;
        }

        if (Environment.UserName != "root")
        {
            return new PostgresBinaries(folder, [], "");
        }

        return Users.FirstOrDefault(user => Output("id", "-u", user) is { Length: > 0 }) is { } owner && Output("setpriv", "--version") is not null
            ? new PostgresBinaries(folder, ["setpriv", $"--reuid={owner}", $"--regid={Output("id", "-g", owner)}", "--clear-groups"], owner)
            : null;
    }

    private static string? FolderOfServer()
    {
        var packaged = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(version => int.TryParse(Path.GetFileName(version), out var number) ? number : 0)
                .Select(version => Path.Combine(version, "bin"))
            : [];
        string?[] places = [Output("pg_config", "--bindir"), .. packaged, .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)];
        return places.FirstOrDefault(place => place is { Length: > 0 } && File.Exists(Path.Combine(place, "initdb")) && File.Exists(Path.Combine(place, "postgres")));
    }

    private static string? Output(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false });
            var output = process!.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // The program is not there.
            return null;
        }
    }
}
