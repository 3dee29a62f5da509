using System.Text.Json;
using Gdpr.Tool.Tests.Support;

namespace Gdpr.Tool.Tests;

public sealed class HoldTests : IDisposable
{
    private readonly Shop _shop = new Shop().WithCustomers();

    [Fact]
    public async Task What_is_held_survives_the_sweep_and_goes_after_the_release()
    {
        var placed = await PlaceAsync("--data-set", "shop.customers", "--record", "2");
        placed.ExitCode.ShouldBe(ExitCode.Done, placed.Error);
        var id = placed.Lines[1].Split(' ')[0];

        (await _shop.RunAsync("sweep", "--approve", "--by", "dpo")).ExitCode.ShouldBe(ExitCode.Done);
        _shop.Customers.ShouldBe("1,2,3");

        var released = await _shop.RunAsync("hold release", id, "--by", "legal-counsel");
        released.ExitCode.ShouldBe(ExitCode.Done, released.Error);
        released.Lines[1].ShouldContain("released");
        (await _shop.RunAsync("sweep")).ExitCode.ShouldBe(ExitCode.Done);
        _shop.Customers.ShouldBe("1,3");
    }

    [Fact]
    public async Task A_list_shows_what_is_held_and_nothing_personal()
    {
        (await _shop.RunAsync("hold list")).Output.ShouldBe("No holds.\n");
        await PlaceAsync("--subject", "b");

        var list = await _shop.RunAsync("hold list", "--output", "json");

        list.Output.ShouldNotContain("case 17");
        list.Output.ShouldNotContain("claims by B");
        using var document = JsonDocument.Parse(list.Output);
        var hold = document.RootElement[0];
        hold.GetProperty("phase").GetString().ShouldBe("placed");
        hold.GetProperty("isOverdue").GetBoolean().ShouldBeFalse();
        (await _shop.RunAsync("hold list")).Lines[1].ShouldContain("all");
        (await File.ReadAllBytesAsync(_shop.PathOf("shop.db.gdpr.db"))).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Whoever_reviews_a_hold_reads_what_it_is_for_until_it_is_released()
    {
        var id = (await PlaceAsync("--data-set", "shop.customers", "--record", "2")).Lines[1].Split(' ')[0];

        var shown = await _shop.RunAsync("hold show", id);
        shown.ExitCode.ShouldBe(ExitCode.Done, shown.Error);
        shown.Lines.Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))).ShouldBe(
        [
            "MATTER case 17", "REASON claims by B", "APPROVER legal", "FROM 2026-11-01", "REVIEW BY 2027-04-30", "DATA SETS shop.customers", "SUBJECTS all", "RECORDS 2",
        ]);
        using var document = JsonDocument.Parse((await _shop.RunAsync("hold show", id, "--output", "json")).Output);
        document.RootElement.GetProperty("records").EnumerateArray().ShouldHaveSingleItem().GetString().ShouldBe("2");

        await _shop.RunAsync("hold release", id, "--by", "legal-counsel");
        var after = await _shop.RunAsync("hold show", id);
        (after.ExitCode, after.Output).ShouldBe((ExitCode.Findings, ""));
        (await _shop.RunAsync("hold show", "nothing")).ExitCode.ShouldBe(ExitCode.BadInput);
    }

    [Fact]
    public async Task A_release_says_that_it_waits_for_the_kill_switch()
    {
        var id = (await PlaceAsync("--data-set", "shop.customers", "--record", "2")).Lines[1].Split(' ')[0];
        (await _shop.RunAsync("kill-switch on", "--reason", "an incident", "--by", "operations")).ExitCode.ShouldBe(ExitCode.Done);

        var released = await _shop.RunAsync("hold release", id, "--by", "legal-counsel");
        released.ExitCode.ShouldBe(ExitCode.Failure);
        released.Error.ShouldContain("waits for the kill switch");

        (await _shop.RunAsync("kill-switch off", "--by", "operations")).ExitCode.ShouldBe(ExitCode.Done);
        await _shop.RunAsync("sweep", "--approve", "--by", "dpo");
        (await _shop.RunAsync("hold list")).Lines[1].ShouldContain("released");
    }

    [Fact]
    public async Task A_hold_on_a_record_that_is_gone_is_refused()
    {
        var run = await PlaceAsync("--data-set", "shop.customers", "--record", "99");

        run.ExitCode.ShouldBe(ExitCode.Findings);
        run.Error.ShouldContain("gone already");
        run.Lines[1].ShouldContain("refused");
    }

    [Fact]
    public async Task A_hold_on_everything_has_to_be_confirmed()
    {
        var run = await PlaceAsync();
        run.ExitCode.ShouldBe(ExitCode.BadInput);
        run.Error.ShouldContain("stops all destruction");

        (await PlaceAsync("--everything")).ExitCode.ShouldBe(ExitCode.Done);
        (await _shop.RunAsync("sweep", "--approve", "--by", "dpo")).ExitCode.ShouldBe(ExitCode.Done);
        _shop.Customers.ShouldBe("1,2,3,4");
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public async Task A_hold_without_an_id_cannot_be_released(string id)
    {
        var run = await _shop.RunAsync("hold release", id, "--by", "dpo");

        run.ExitCode.ShouldBe(ExitCode.BadInput);
        run.Error.ShouldContain("The hold's id is empty");
    }

    [Fact]
    public async Task A_hold_that_is_not_there_cannot_be_released()
    {
        var run = await _shop.RunAsync("hold release", "nothing", "--by", "dpo");
        run.ExitCode.ShouldBe(ExitCode.BadInput);
        run.Error.ShouldContain("There is no such hold");
    }

    [Fact]
    public async Task A_review_that_is_due_shows_in_the_status()
    {
        await _shop.RunAsync("hold place", "--matter", "case 17", "--reason", "claims", "--approver", "legal", "--from", "2024-01-01", "--review-by", "2024-05-01", "--subject", "b");

        (await _shop.RunAsync("hold list")).Lines[1].ShouldEndWith("yes");
        var status = await _shop.RunAsync("status");
        status.ExitCode.ShouldBe(ExitCode.Findings);
        status.Output.ShouldContain("review was due by 2024-05-01");
    }

    public void Dispose() => _shop.Dispose();

    private Task<ToolRun> PlaceAsync(params string[] args) => _shop.RunAsync(
        "hold place", [.. (string[])["--matter", "case 17", "--reason", "claims by B", "--approver", "legal", "--from", "2026-11-01", "--review-by", "2027-04-30"], .. args]);
}
