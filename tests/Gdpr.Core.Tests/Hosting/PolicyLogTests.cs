using Gdpr.Core.Tests.Policies;
using Gdpr.Policies;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gdpr.Core.Tests.Hosting;

/// <summary>What does not stop the start is said there all the same.</summary>
public sealed class PolicyLogTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.json");
    private readonly Recorded _log = new();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Every_warning_and_remark_is_logged_once_at_the_start()
    {
        const string Edits = """
            - /systems/crm/location
            - /activities/books/routine
            """;
        using var provider = Build(gdpr => gdpr.UsePolicyJson(LintPolicy.Spoilt(Edits)));

        provider.GetRequiredService<IStartupValidator>().Validate();
        provider.GetRequiredService<GdprPolicies>();

        var findings = LintPolicy.Check(Edits);
        findings.Select(finding => finding.Code).ShouldBe([FindingCodes.NoLocation, FindingCodes.ActivityWithoutRoutine]);
        _log.Entries.Select(entry => (entry.Level, entry.Id)).ShouldBe(
            [(LogLevel.Warning, 1002), (LogLevel.Information, 1003), (LogLevel.Information, 1001)]);
        foreach (var (finding, entry) in findings.Zip(_log.Entries))
        {
            entry.Text.ShouldContain($"{finding.Code} at {finding.Path}: {finding.Message} {finding.Mend}");
        }
    }

    [Fact]
    public void A_policy_without_findings_says_only_that_it_is_in_force()
    {
        using var provider = Build(gdpr => gdpr.UsePolicy(PolicyReader.Parse(LintPolicy.Flawless)));

        provider.GetRequiredService<GdprPolicies>();

        _log.Entries.ShouldHaveSingleItem().Id.ShouldBe(1001);
    }

    [Fact]
    public void A_new_version_has_its_own_findings_logged()
    {
        File.WriteAllText(_file, LintPolicy.Flawless);
        using var provider = Build(gdpr => gdpr.UsePolicyFile(_file));
        var policies = provider.GetRequiredService<GdprPolicies>();
        _log.Entries.Clear();
        File.WriteAllText(_file, LintPolicy.Spoilt("""
            /version = "2"
            - /systems/crm/location
            """));

        policies.Reload().ShouldBeTrue();

        _log.Entries.Select(entry => entry.Id).ShouldBe([1002, 1001]);
        _log.Entries[0].Text.ShouldStartWith("Policy flawless, version 2: W-DECL-08 at /systems/crm: ");
    }

    private ServiceProvider Build(Action<GdprBuilder> configure)
    {
        var services = new ServiceCollection();
        services.AddSingleton<ILogger<GdprPolicies>>(_log);
        return services.AddGdpr(configure).BuildServiceProvider();
    }

    private sealed class Recorded : ILogger<GdprPolicies>
    {
        public List<(LogLevel Level, int Id, string Text)> Entries { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Entries.Add((logLevel, eventId.Id, formatter(state, exception)));
    }
}
