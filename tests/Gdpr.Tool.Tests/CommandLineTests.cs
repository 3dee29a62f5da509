using System.Text.Json;
using Gdpr.Policies;
using Gdpr.Tool.Terminals;
using Gdpr.Tool.Tests.Support;

namespace Gdpr.Tool.Tests;

public sealed class CommandLineTests
{
    [Fact]
    public async Task The_schema_is_the_published_one()
    {
        var run = await ToolRun.OfAsync("schema");
        run.ExitCode.ShouldBe(ExitCode.Done);
        run.Output.ShouldBe(PolicySchema.Json.TrimEnd('\n') + "\n");
        (await ToolRun.OfAsync("schema", "--output", "json")).Output.ShouldBe(run.Output);
        JsonDocument.Parse(run.Output).RootElement.GetProperty("title").GetString().ShouldNotBeNull();
    }

    [Theory]
    [InlineData]
    [InlineData("lnt", "policy.json")]
    [InlineData("lint")]
    [InlineData("lint", "policy.json", "another.json")]
    [InlineData("lint", "policy.json", "--output", "xml")]
    [InlineData("evaluate", "policy.json", "records.csv")]
    [InlineData("evaluate", "policy.json", "--at", "2026-01-01T00:00:00Z")]
    [InlineData("evaluate", "policy.json", "records.csv", "--at", "2026-01-01T00:00:00Z", "--spreadsheet", "--output", "json")]
    [InlineData("evaluate", "@response", "records.csv", "--at", "2026-01-01T00:00:00Z")]
    public async Task A_command_line_that_cannot_be_understood_is_bad_input_with_a_hint(params string[] args)
    {
        var run = await ToolRun.OfAsync(args);
        run.ExitCode.ShouldBe(ExitCode.BadInput);
        run.Output.ShouldBeEmpty();
        run.Error.Trim().ShouldNotBeEmpty();
        run.Error.ShouldNotContain("   at ");
    }

    [Theory]
    [InlineData("gdpr", "--help")]
    [InlineData("--by-field", "evaluate", "--help")]
    [InlineData("--fiscal-year-end", "deadline", "-h")]
    public async Task Help_is_output_and_no_failure(string word, params string[] args)
    {
        var run = await ToolRun.OfAsync(args);
        run.ExitCode.ShouldBe(ExitCode.Done);
        run.Output.ShouldContain(word);
    }

    [Fact]
    public async Task A_failure_is_one_sentence()
    {
        await using var error = new StringWriter();
        var terminal = new Terminal(Stream.Null, new FailingStream(new InvalidOperationException("secret")), error, TerminalTraits.Redirected);
        (await GdprCommand.RunAsync(["schema"], terminal)).ShouldBe(ExitCode.Failure);
        error.ToString().Trim().ShouldBe("The command failed by a fault of its own (InvalidOperationException). Please report it with the command line.");
    }

    [Fact]
    public async Task A_full_disk_is_a_failure_that_says_so()
    {
        await using var error = new StringWriter();
        var terminal = new Terminal(Stream.Null, new FailingStream(new IOException("No space left on device")), error, TerminalTraits.Redirected);
        (await GdprCommand.RunAsync(["schema"], terminal)).ShouldBe(ExitCode.Failure);
        error.ToString().ShouldContain("No space left on device");
    }

    [Fact]
    public async Task A_reader_that_has_seen_enough_ends_the_command_quietly()
    {
        await using var error = new StringWriter();
        var closed = new ClosableOutput(new FailingStream(new IOException("Broken pipe", 32)));
        (await GdprCommand.RunAsync(["schema"], new Terminal(Stream.Null, closed, error, TerminalTraits.Redirected))).ShouldBe(ExitCode.Done);
        error.ToString().ShouldBeEmpty();
    }

    /// <summary>A stream that cannot be written.</summary>
    private sealed class FailingStream(Exception failure) : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) => throw failure;

        public override void Write(ReadOnlySpan<byte> buffer) => throw failure;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => throw failure;

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => throw failure;
    }
}
