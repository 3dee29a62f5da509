using Gdpr.Files.Sources;
using NodaTime;

namespace Gdpr.Files.Tests.Sources;

/// <summary>What is erased is what was judged, and evidence is of what was erased, whatever came under the same name.</summary>
public sealed class SecondLookTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("intent")]
    [InlineData("erase")]
    public async Task A_file_that_was_written_after_it_was_judged_stays_and_the_others_go(string step)
    {
        var (written, other) = (Logs.NameOf(Logs.Old), Logs.NameOf(Logs.Old.PlusDays(1)));
        _folder.Add(written);
        _folder.Add(other);
        var source = await Source(Once(step, () => File.AppendAllText(_folder[written], "one more event"))).PreparedAsync();

        (await source.DisposeAsync(Logs.Batch(), CancellationToken.None)).NativeKeys.ShouldBe([other]);

        _folder.Files().ShouldBe([written]);
        (await source.DisposeAsync(Logs.Batch(2), CancellationToken.None)).NativeKeys.ShouldBe([written]);
    }

    [Fact]
    public async Task A_file_that_got_the_same_length_at_another_time_has_changed()
    {
        _folder.Add("backups/old/1.bak", Logs.Old, "before");
        var source = await Source(Once("erase", () => _folder.Add("backups/old/1.bak", Logs.Fresh, "behind"))).PreparedAsync();

        (await source.DisposeAsync(Logs.Batch(dataSet: "web.backups"), CancellationToken.None)).Rows.ShouldBeEmpty();

        _folder.Files().ShouldBe(["backups/old/1.bak"]);
    }

    [Fact]
    public async Task A_file_put_into_a_folder_after_it_was_judged_keeps_the_folder()
    {
        _folder.Add("backups/old/1.bak", Logs.Old);
        var source = await Source(Once("intent", () => _folder.Add("backups/old/a/2.bak", Logs.Fresh))).PreparedAsync();

        (await source.DisposeAsync(Logs.Batch(dataSet: "web.backups"), CancellationToken.None)).Rows.ShouldBeEmpty();

        _folder.Files().ShouldBe(["backups/old/1.bak", "backups/old/a/2.bak"]);
    }

    [Fact]
    public async Task A_batch_in_which_everything_keeps_changing_does_not_say_that_nothing_is_due()
    {
        var name = Logs.NameOf(Logs.Old);
        _folder.Add(name);
        var source = await Source(step =>
        {
            if (step == "erase")
            {
                File.AppendAllText(_folder[name], "one more event");
            }
        }).PreparedAsync();

        (await Should.ThrowAsync<Gdpr.Sources.SourceUnavailableException>(async () => await source.DisposeAsync(Logs.Batch(), CancellationToken.None)))
            .Message.ShouldContain("being written");

        _folder.Files().ShouldBe([name]);
    }

    [Theory]
    [InlineData("taken")]
    [InlineData("removed")]
    [InlineData("evidence")]
    [InlineData("settled")]
    public async Task A_name_that_came_back_after_a_crash_does_not_hide_what_was_erased(string step)
    {
        LocalDate[] days = [Logs.Old, Logs.Old.PlusDays(1)];
        foreach (var day in days)
        {
            _folder.Add(Logs.NameOf(day));
        }

        var source = await Source(Once(step, () => throw new InvalidOperationException("The process ends here."))).PreparedAsync();
        await Should.ThrowAsync<InvalidOperationException>(async () => await source.DisposeAsync(Logs.Batch(), CancellationToken.None));
        foreach (var day in days)
        {
            _folder.Add(Logs.NameOf(day), content: "the log is written on");
        }

        var next = await Source(static _ => { }).PreparedAsync();
        var erased = (await next.EvidenceAsync()).Sum(batch => batch.Rows.Count);
        erased.ShouldBe(step is "evidence" or "settled" ? 2 : 0, "the others lie apart until the next batch");
        _folder.Files().ShouldBe(days.Select(Logs.NameOf));

        // Those that came back are due as well.
        for (var (number, rows) = (1, 1); rows > 0; number++)
        {
            rows = (await next.DisposeAsync(Logs.Batch(number, plan: "plan-2"), CancellationToken.None)).Rows.Count;
            erased += rows;
        }

        erased.ShouldBe(4);
        _folder.Files().ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_only_intended_before_a_crash_and_changed_since_has_no_evidence()
    {
        var name = Logs.NameOf(Logs.Old);
        _folder.Add(name);
        var source = await Source(Once("erase", () => throw new InvalidOperationException("The process ends here."))).PreparedAsync();
        await Should.ThrowAsync<InvalidOperationException>(async () => await source.DisposeAsync(Logs.Batch(), CancellationToken.None));
        await File.AppendAllTextAsync(_folder[name], "one more event");

        (await (await Source(static _ => { }).PreparedAsync()).EvidenceAsync()).ShouldBeEmpty();

        _folder.Files().ShouldBe([name]);
    }

    public void Dispose() => _folder.Dispose();

    private static Action<string> Once(string step, Action act)
    {
        var isDone = false;
        return taken =>
        {
            if (!isDone && taken == step)
            {
                isDone = true;
                act();
            }
        };
    }

    private FileSource Source(Action<string> step) => new("web", _folder.Path, [Logs.ByName, Logs.Backups], step);
}
