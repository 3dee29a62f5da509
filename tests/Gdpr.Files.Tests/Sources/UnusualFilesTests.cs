using System.Diagnostics;
using System.Net.Sockets;
using Gdpr.Files.Sources;
using Gdpr.Retention;
using Gdpr.Sources;
using NodaTime;

namespace Gdpr.Files.Tests.Sources;

/// <summary>What a folder may hold besides files: pipes and sockets, other names of a file, names that are no text.</summary>
public sealed class UnusualFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Pipes_and_sockets_are_no_records_and_hold_nothing_up()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var (pipe, socket, file) = (Logs.NameOf(Logs.Old), Logs.NameOf(Logs.Old.PlusDays(1)), Logs.NameOf(Logs.Old.PlusDays(2)));
        await RunAsync("mkfifo", _folder[pipe]);
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(_folder[socket]));
        _folder.Add(file);
        var source = await Source().PreparedAsync();

        (await source.SurveyAsync(Logs.Evaluator, "web.log", 0, CancellationToken.None)).Records.ShouldBe(1);
        (await source.ChangeFactsAsync([Hold(pipe, socket)], 1, CancellationToken.None)).ShouldBe([pipe, socket]);
        (await source.DisposeAsync(Logs.Batch(), CancellationToken.None)).NativeKeys.ShouldBe([file]);
        _folder.Files().ShouldBe([pipe, socket]);
    }

    [Fact]
    public async Task A_pipe_in_a_folder_that_is_a_record_holds_nothing_up()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        _folder.Add("backups/old/1.bak", Logs.Old);
        await RunAsync("mkfifo", _folder["backups/old/pipe"]);

        (await (await Source().PreparedAsync()).DisposeAsync(Logs.Batch(dataSet: "web.backups"), CancellationToken.None)).NativeKeys.ShouldBe(["backups/old"]);
    }

    [Fact]
    public async Task An_empty_file_is_a_record()
    {
        _folder.Add(Logs.NameOf(Logs.Old), content: "");

        (await (await Source().PreparedAsync()).DisposeAsync(Logs.Batch(), CancellationToken.None)).Rows.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_name_that_is_no_text_is_listed_and_refused()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        await RunAsync("/bin/sh", "-c", """touch "$1/$(printf '\377')access-2026-01-15.log" """, "sh", _folder.Path);
        var source = await Source().PreparedAsync();

        (await source.SurveyAsync(Logs.Evaluator, "web.log", 1, CancellationToken.None)).Records.ShouldBe(1);
        (await Should.ThrowAsync<SourceUnavailableException>(async () => await source.DisposeAsync(Logs.Batch(), CancellationToken.None)))
            .Message.ShouldContain("1 due files");
        await RunAsync("/bin/sh", "-c", """rm "$1/$(printf '\377')access-2026-01-15.log" """, "sh", _folder.Path);
    }

    [Fact]
    public async Task A_file_with_another_name_stays_and_is_told()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        await RunAsync("ln", _folder.Add(Logs.NameOf(Logs.Old)), _folder["other-name"]);
        var source = await Source().PreparedAsync();

        (await Should.ThrowAsync<SourceUnavailableException>(async () => await source.DisposeAsync(Logs.Batch(), CancellationToken.None)))
            .Message.ShouldContain("have other names (hard links)");

        _folder.Files().Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_date_from_the_future_or_from_before_there_were_files_is_not_due()
    {
        _folder.Add(Logs.NameOf(new LocalDate(1026, 1, 15)));
        _folder.Add(Logs.NameOf(new LocalDate(2062, 1, 15)));
        var source = await Source().PreparedAsync();

        var line = (await source.SurveyAsync(Logs.Evaluator, "web.log", 0, CancellationToken.None)).Lines.ShouldHaveSingleItem();

        (line.Fate, line.Records).ShouldBe((Fate.Undetermined, 2));
        (await source.DisposeAsync(Logs.Batch(), CancellationToken.None)).Rows.ShouldBeEmpty();
    }

    public void Dispose() => _folder.Dispose();

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0);
    }

    private static FactChange Hold(params string[] keys) => new("hold-1", "web.log", new FactTarget.Records(keys), RecordFact.Of(RecordFlags.Hold));

    private FileSource Source() => new("web", _folder.Path, Logs.ByName, Logs.Backups);
}
