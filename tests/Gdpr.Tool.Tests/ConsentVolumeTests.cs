using System.Diagnostics;
using System.Globalization;
using Gdpr.Tool.Tests.Support;

namespace Gdpr.Tool.Tests;

/// <summary>An import of many consents, in a process of its own whose memory is bounded: what grew with the number of people would end it.</summary>
public sealed class ConsentVolumeTests : IDisposable
{
    /// <summary>How many consents are imported, where not the few that an ordinary run takes: 200000 for the whole promise.</summary>
    private const string Volume = "GDPR_CONSENTS";

    /// <summary>The managed heap in bytes, in hexadecimal: 64 MB, of which the process needs two thirds for a single consent.</summary>
    private const string Heap = "4000000";

    private readonly Shop _shop = new Shop().WithCustomers().WithConsent();

    [Fact]
    public async Task The_memory_of_an_import_does_not_grow_with_the_number_of_consents_and_a_second_one_changes_nothing()
    {
        var people = int.TryParse(Environment.GetEnvironmentVariable(Volume), CultureInfo.InvariantCulture, out var many) ? many : 20_000;
        var file = _shop.Write("consents.csv", [ConsentPolicy.Header, .. Enumerable.Range(1, people).Select(ConsentPolicy.Line)]);

        (await ImportAsync(file)).ShouldBe($"{people} imported, 0 on record already, 0 refused, 0 not readable.");
        Count("SELECT count(DISTINCT subject) FROM gdpr_journal WHERE type = 'consent-given'").ShouldBe(people);
        (await ImportAsync(file)).ShouldBe($"0 imported, {people} on record already, 0 refused, 0 not readable.");
        Count("SELECT count(*) FROM gdpr_journal WHERE type = 'consent-given'").ShouldBe(people);
    }

    public void Dispose() => _shop.Dispose();

    private async Task<string> ImportAsync(string file)
    {
        var start = new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "gdpr.dll"), "consent", "import", _shop.Policy, "--database", _shop.Database, "--file", file])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_GCHeapHardLimit"] = Heap;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(ExitCode.Done, await error);
        return (await output).Split('\n')[0].TrimEnd();
    }

    private long Count(string sql) => long.Parse(Shop.Text(_shop.Database + ".gdpr.db", sql), CultureInfo.InvariantCulture);
}
