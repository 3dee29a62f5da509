using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Gdpr.Files.Sources;
using Gdpr.Journals;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Files.Tests.Sources;

/// <summary>Folders that are not the application's to read or to change: a backup made by rsync -a, cp -a or tar -p keeps the modes of what it copies, and beside logs
/// there is what only the superuser reads.</summary>
[Collection(nameof(FolderRightsTests)), UnsupportedOSPlatform("windows")]
public sealed class FolderRightsTests : IDisposable
{
    private const UnixFileMode ReadOnly = UnixFileMode.UserRead | UnixFileMode.UserExecute;
    private const UnixFileMode Own = ReadOnly | UnixFileMode.UserWrite;
    private const uint Nobody = 65534;
    private const int Most = 40;

    // No mode stops the superuser, whom an application does not run as.
    private readonly bool _isSuperuser = !OperatingSystem.IsWindows() && geteuid() == 0;
    private readonly List<TemporaryFolder> _folders = [];

    public FolderRightsTests()
    {
        if (_isSuperuser)
        {
            seteuid(Nobody).ShouldBe(0);
        }
    }

    [Fact]
    public async Task A_folder_that_cannot_be_emptied_stays_is_told_and_stops_nothing_else()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var folder = NewFolder();
        File.SetUnixFileMode(folder["backups/a/sub"], ReadOnly);
        var source = await Source(folder).PreparedAsync();

        (await source.DisposeAsync(Backups(1), CancellationToken.None)).NativeKeys.ShouldBe(["backups/b"]);
        (await Should.ThrowAsync<SourceUnavailableException>(async () => await source.DisposeAsync(Backups(2), CancellationToken.None)))
            .Message.ShouldContain("1 due files or folders of 'web.backups'");
        (await source.DisposeAsync(Logs.Batch(plan: "plan-2"), CancellationToken.None)).Rows.Count.ShouldBe(1);
        folder.Files().ShouldBe(["backups/a/1.bak", "backups/a/sub/1.bak"]);
        (await source.EvidenceAsync()).Sum(batch => batch.Rows.Count).ShouldBe(1);
    }

    // The rights change between the look and the erasure, as what no look finds does: a file that the file system itself keeps, a folder of somebody else's.
    [Fact]
    public async Task What_turns_out_not_to_be_erasable_goes_back_and_is_not_evident_whatever_step_the_process_ends_at()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var crashes = 0;
        for (var end = 1; end <= Most; end++)
        {
            var folder = NewFolder();
            var (taken, ended) = (0, "");
            var source = await Source(folder, step =>
            {
                Lock(folder, step);
                if (++taken == end)
                {
                    ended = step;
                    throw new CrashException();
                }
            }).PreparedAsync();
            try
            {
                await source.DisposeAsync(Backups(1), CancellationToken.None);
            }
            catch (CrashException)
            {
                crashes++;
            }

            var next = await Source(folder).PreparedAsync();
            await NoteAsync(async () => await next.DisposeAsync(Backups(1, "plan-2"), CancellationToken.None));
            var evident = (await next.EvidenceAsync()).Concat(await next.EvidenceAsync("plan-2")).SelectMany(batch => batch.Rows).Select(row => row.Record).ToArray();
            var left = folder.Files().Where(file => file.EndsWith(".bak", StringComparison.Ordinal)).Select(file => file.Split('/')[1]).Distinct().Count();

            // Taken, and nobody has seen yet that it is refused: it stays apart, is told, and is not evident.
            Removed(folder).Length.ShouldBe(ended is "removed" or "refused" ? 1 : 0, $"step {end}");
            (evident.Length + left + Removed(folder).Length).ShouldBe(2, $"step {end}");
            evident.Distinct().Count().ShouldBe(evident.Length, $"step {end}");
        }

        crashes.ShouldBeInRange(8, Most - 1, "every step was ended at, and the last one was none");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_an_interrupted_batch_took_and_cannot_be_erased_is_told_until_it_is_and_only_then_evident(bool isByHand)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var folder = NewFolder();
        var source = await Source(folder, step =>
        {
            if (step == "removed")
            {
                Lock(folder, step);
                throw new CrashException();
            }
        }).PreparedAsync();
        await Should.ThrowAsync<CrashException>(async () => await source.DisposeAsync(Backups(1), CancellationToken.None));
        folder.Add("backups/c/1.bak", Logs.Old);

        var next = await Source(folder).PreparedAsync();
        (await next.EvidenceAsync()).ShouldBeEmpty("nothing of it is erased yet");
        (await next.DisposeAsync(Logs.Batch(plan: "plan-2"), CancellationToken.None)).Rows.Count.ShouldBe(1);
        (await next.DisposeAsync(Backups(1, "plan-3"), CancellationToken.None)).Rows.ShouldHaveSingleItem().Record.ShouldBe(NameOf("backups/b"));
        (await next.DisposeAsync(Backups(2, "plan-3"), CancellationToken.None)).NativeKeys.ShouldBe(["backups/c"]);
        for (var run = 0; run < 2; run++)
        {
            (await Should.ThrowAsync<SourceUnavailableException>(async () => await next.DisposeAsync(Backups(3, "plan-3"), CancellationToken.None)))
                .Message.ShouldContain("1 files or folders that an interrupted batch of this source took out of the data cannot be erased.");
        }

        if (isByHand)
        {
            GiveBack(new DirectoryInfo(Removed(folder).ShouldHaveSingleItem()));
            Directory.Delete(Removed(folder).ShouldHaveSingleItem(), recursive: true);
        }
        else
        {
            File.SetUnixFileMode(Path.Combine(Removed(folder).ShouldHaveSingleItem(), "sub"), Own);
        }

        (await (await Source(folder).PreparedAsync()).DisposeAsync(Logs.Batch(2, plan: "plan-2"), CancellationToken.None)).Rows.ShouldBeEmpty("it is no log");
        (await next.DisposeAsync(Backups(3, "plan-3"), CancellationToken.None)).Rows.ShouldHaveSingleItem().Record.ShouldBe(NameOf("backups/a"));
        (await next.DisposeAsync(Backups(4, "plan-3"), CancellationToken.None)).Rows.ShouldBeEmpty();
        Removed(folder).ShouldBeEmpty();
    }

    [Fact]
    public async Task More_that_cannot_be_erased_than_a_batch_holds_hides_nothing_behind_it()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var folder = NewFolder();
        foreach (var name in new[] { "c", "d", "e" })
        {
            folder.Add($"backups/{name}/1.bak", Logs.Old);
        }

        // A folder itself read-only cannot be moved: that shows when it is.
        foreach (var name in new[] { "a", "b", "c", "e" })
        {
            File.SetUnixFileMode(folder["backups/" + name], ReadOnly);
        }

        File.SetUnixFileMode(folder["backups/a/sub"], ReadOnly);
        var source = await Source(folder).PreparedAsync();

        (await source.DisposeAsync(Logs.Batch(1, "web.backups", limit: 1), CancellationToken.None)).NativeKeys.ShouldBe(["backups/d"]);
        (await Should.ThrowAsync<SourceUnavailableException>(async () => await source.DisposeAsync(Logs.Batch(2, "web.backups", limit: 1), CancellationToken.None)))
            .Message.ShouldContain("4 due files or folders");
    }

    [Fact]
    public async Task A_backup_that_holds_what_cannot_be_read_is_undetermined_and_the_others_are_judged()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var folder = NewFolder();
        File.SetUnixFileMode(folder["backups/a/sub"], UnixFileMode.None);
        var source = await Source(folder).PreparedAsync();

        var lines = (await source.SurveyAsync(Logs.Evaluator, "web.backups", 0, CancellationToken.None)).Lines;
        lines.Select(line => (line.Fate, line.Records)).ShouldBe([(Fate.Undetermined, 1), (Fate.Erase, 1)], ignoreOrder: true);
        (await source.DisposeAsync(Backups(1), CancellationToken.None)).NativeKeys.ShouldBe(["backups/b"]);
    }

    // As /var/log has its /var/log/private, and a volume its lost+found.
    [Theory]
    [InlineData("nginx/*.log", true)]
    [InlineData("nginx/**", true)]
    [InlineData("*/n*/*.log", true)]
    [InlineData("*.log", true)]
    [InlineData("**/*.log", false)]
    [InlineData("*/*.log", false)]
    [InlineData("p*/**/*.log", false)]
    public async Task Only_folders_that_a_pattern_reaches_need_be_readable(string pattern, bool isEnough)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var folder = NewFolder();
        folder.Add("nginx/" + Logs.NameOf(Logs.Old));
        folder.Add("nginx/n/" + Logs.NameOf(Logs.Old));
        Directory.CreateDirectory(folder["private"]);
        if (pattern.StartsWith("*/n", StringComparison.Ordinal))
        {
            Directory.Move(folder["private"], folder["nginx/private"]);
            File.SetUnixFileMode(folder["nginx/private"], UnixFileMode.None);
        }
        else
        {
            File.SetUnixFileMode(folder["private"], UnixFileMode.None);
        }

        var mapping = new FileDataSetMapping { DataSet = "web.log", Pattern = pattern, Triggers = Logs.ByName.Triggers };
        var source = await new FileSource("web", folder.Path, mapping).PreparedAsync();

        var (done, said) = await NoteAsync(async () => (await source.DisposeAsync(Logs.Batch(), CancellationToken.None)).Rows.Count);
        (done > 0, said is null).ShouldBe((isEnough, isEnough), said);
    }

    public void Dispose()
    {
        foreach (var folder in _folders)
        {
            GiveBack(new DirectoryInfo(folder.Path));
            folder.Dispose();
        }

        if (_isSuperuser)
        {
            seteuid(0).ShouldBe(0);
        }
    }

    private static void GiveBack(DirectoryInfo folder)
    {
        folder.UnixFileMode = Own;
        foreach (var inner in folder.EnumerateDirectories())
        {
            GiveBack(inner);
        }
    }

    private static KeyedDigest NameOf(string key) => RecordNames.Of(Logs.Keys, "web.backups").Of(key);

    private static DisposalBatch Backups(int number, string plan = "plan-1") => Logs.Batch(number, "web.backups", plan: plan);

    private static FileSource Source(TemporaryFolder folder, Action<string>? step = null) =>
        new("web", folder.Path, [Logs.ByName, Logs.Backups], step ?? (static _ => { }));

    private static string[] Removed(TemporaryFolder folder) => Directory.GetFileSystemEntries(folder[".gdpr/web/removed"]);

    /// <summary>What was taken can no longer be emptied once it is about to be erased.</summary>
    private static void Lock(TemporaryFolder folder, string step)
    {
        if (step == "removed" && !OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.Combine(Removed(folder).Single(taken => Directory.Exists(Path.Combine(taken, "sub"))), "sub"), ReadOnly);
        }
    }

    private static async Task<(int Done, string? Said)> NoteAsync(Func<Task<int>> work)
    {
        try
        {
            return (await work(), null);
        }
        catch (SourceUnavailableException problem)
        {
            return (0, problem.Message);
        }
    }

    private static Task<(int Done, string? Said)> NoteAsync(Func<Task<BatchEvidence>> work) => NoteAsync(async () => (await work()).Rows.Count);

    private TemporaryFolder NewFolder()
    {
        var folder = new TemporaryFolder();
        _folders.Add(folder);
        folder.Add("backups/a/1.bak", Logs.Old);
        folder.Add("backups/a/sub/1.bak", Logs.Old);
        folder.Add("backups/b/1.bak", Logs.Old);
        folder.Add(Logs.NameOf(Logs.Old));
        return folder;
    }

#pragma warning disable SYSLIB1054, IDE1006 // The generated alternative needs unsafe code; the names are the C library's.
    [DllImport("libc"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint geteuid();

    [DllImport("libc"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int seteuid(uint id);
#pragma warning restore SYSLIB1054, IDE1006

    private sealed class CrashException() : Exception("The process ends here.");
}

/// <summary>Who the process acts as counts for all of it: nothing runs beside these tests.</summary>
[CollectionDefinition(nameof(FolderRightsTests), DisableParallelization = true)]
public sealed class FolderRightsCollection;
