using Gdpr.Core.Tests.Policies;
using Gdpr.Policies;
using Gdpr.Retention;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Gdpr.Core.Tests.Hosting;

public sealed class AddGdprTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.json");

    public void Dispose() => File.Delete(_file);

    private static string Usable { get; } = JsonSamples.Example.Replace(
        "\"contact\": \"privacy@example.se\"",
        "\"contact\": \"privacy@example.se\", \"fiscalYears\": [{ \"from\": \"2010-01-01\", \"yearly\": true }]",
        StringComparison.Ordinal);

    private static string Version(string version, string keep) =>
        Usable.Replace("\"version\": \"3\"", $"\"version\": \"{version}\"", StringComparison.Ordinal).Replace("P3M", keep, StringComparison.Ordinal);

    [Fact]
    public void It_registers_the_policy_its_schedule_and_an_evaluator_for_the_hosts_clock()
    {
        using var provider = Build(gdpr => gdpr.UsePolicyJson(Usable), new SettableTime(Instant.FromUtc(2026, 11, 21, 12, 0)));

        provider.GetRequiredService<GdprPolicies>().Current.Version.ShouldBe("3");
        provider.GetRequiredService<RetentionSchedule>().DataSets.Count.ShouldBe(2);
        provider.GetRequiredService<RetentionEvaluator>().Now.ShouldBe(Instant.FromUtc(2026, 11, 21, 12, 0));
    }

    [Fact]
    public void The_evaluator_follows_the_clock_and_not_the_moment_of_registration()
    {
        var time = new SettableTime(Instant.FromUtc(2026, 11, 21, 12, 0));
        using var provider = Build(gdpr => gdpr.UsePolicyJson(Usable), time);
        provider.GetRequiredService<RetentionEvaluator>();

        time.Now = Instant.FromUtc(2027, 1, 1, 0, 0);

        provider.GetRequiredService<RetentionEvaluator>().Now.ShouldBe(Instant.FromUtc(2027, 1, 1, 0, 0));
    }

    [Fact]
    public void Calling_it_twice_with_the_same_policy_registers_it_once()
    {
        var services = new ServiceCollection();
        services.AddGdpr(gdpr => gdpr.UsePolicyJson(Usable)).AddGdpr(gdpr => gdpr.UsePolicyJson(Usable));
        using var provider = services.BuildServiceProvider();

        provider.GetServices<GdprPolicies>().Count().ShouldBe(1);
        provider.GetServices<RetentionSchedule>().Count().ShouldBe(1);
        provider.GetRequiredService<IStartupValidator>().Validate();
    }

    [Fact]
    public void Two_different_policies_and_none_at_all_stop_the_start()
    {
        using var two = Build(gdpr => gdpr.UsePolicyJson(Usable).UsePolicyJson(Version("4", "P6M")));
        using var none = Build(_ => { });

        Should.Throw<OptionsValidationException>(() => two.GetRequiredService<IStartupValidator>().Validate()).Message.ShouldContain("Several policies");
        Should.Throw<OptionsValidationException>(() => none.GetRequiredService<IStartupValidator>().Validate()).Message.ShouldContain("UsePolicyFile");
    }

    [Fact]
    public void A_policy_with_errors_stops_the_start_with_every_finding_at_once()
    {
        using var provider = Build(gdpr => gdpr.UsePolicyJson(Usable
            .Replace("\"keep\": \"P3M\"", "\"keep\": \"P0D\"", StringComparison.Ordinal)
            .Replace("\"category\": \"free-text\"", "\"category\": \"free-tekst\"", StringComparison.Ordinal)));

        var refusal = Should.Throw<GdprPolicyException>(() => provider.GetRequiredService<IStartupValidator>().Validate());

        refusal.Findings.Select(finding => finding.Path).ShouldContain("/activities/service/retention/keep");
        refusal.Findings.Select(finding => finding.Path).ShouldContain("/systems/crm/dataSets/customers/fields/notes/category");
        refusal.Findings.ShouldAllBe(finding => finding.Line > 0 && finding.Mend.Length > 0);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named_with_its_mend()
    {
        using var provider = Build(gdpr => gdpr.UsePolicyFile(_file));

        var refusal = Should.Throw<GdprPolicyException>(() => provider.GetRequiredService<GdprPolicies>());

        refusal.Code.ShouldBe("E-FILE-01");
        refusal.Message.ShouldContain(_file);
    }

    [Fact]
    public void A_changed_file_is_taken_up_as_a_new_version_and_the_old_one_becomes_history()
    {
        File.WriteAllText(_file, Usable);
        var time = new SettableTime(Instant.FromUtc(2026, 11, 21, 12, 0));
        using var provider = Build(gdpr => gdpr.UsePolicyFile(_file), time);
        var policies = provider.GetRequiredService<GdprPolicies>();
        policies.Reload().ShouldBeFalse();

        File.WriteAllText(_file, Version("4", "P6M"));

        policies.Reload().ShouldBeTrue();
        policies.Current.Version.ShouldBe("4");
        policies.Earlier.ShouldHaveSingleItem().Policy.Version.ShouldBe("3");
        policies.Earlier[0].At.ShouldBe(time.Now);
    }

    [Fact]
    public void What_the_version_before_had_let_go_is_not_taken_up_again_by_a_longer_period()
    {
        File.WriteAllText(_file, Usable);
        using var provider = Build(gdpr => gdpr.UsePolicyFile(_file), new SettableTime(Instant.FromUtc(2026, 11, 21, 12, 0)));
        var policies = provider.GetRequiredService<GdprPolicies>();
        File.WriteAllText(_file, Version("4", "P9M"));
        policies.Reload().ShouldBeTrue();

        // Three months after 2026-08-20 were over on 2026-11-21; after 2026-08-21 they were not, and nine months run on.
        FateOfContractEnded(provider, new LocalDate(2026, 8, 20)).ShouldBe(Fate.Erase);
        FateOfContractEnded(provider, new LocalDate(2026, 8, 21)).ShouldBe(Fate.Keep);
    }

    [Fact]
    public void Other_content_under_the_same_version_is_refused_and_the_version_in_force_stays()
    {
        File.WriteAllText(_file, Usable);
        using var provider = Build(gdpr => gdpr.UsePolicyFile(_file));
        var policies = provider.GetRequiredService<GdprPolicies>();
        File.WriteAllText(_file, Version("3", "P6M"));

        Should.Throw<GdprPolicyException>(() => policies.Reload()).Code.ShouldBe("E-VERSION-01");

        policies.Current.Activities["service"].Retention!.Keep.ShouldBe(Gdpr.Time.CalendarPeriod.Parse("P3M"));
    }

    [Fact]
    public void A_version_is_not_taken_up_before_its_first_day_at_the_controller()
    {
        File.WriteAllText(_file, Usable);
        var time = new SettableTime(Instant.FromUtc(2026, 12, 31, 22, 59));
        using var provider = Build(gdpr => gdpr.UsePolicyFile(_file), time);
        var policies = provider.GetRequiredService<GdprPolicies>();
        File.WriteAllText(_file, Version("4", "P6M").Replace("2026-01-01", "2027-01-01", StringComparison.Ordinal));

        Should.Throw<GdprPolicyException>(() => policies.Reload()).Findings.ShouldHaveSingleItem().Path.ShouldBe("/effective");
        time.Now = Instant.FromUtc(2026, 12, 31, 23, 0);
        policies.Reload().ShouldBeTrue();
    }

    [Fact]
    public void A_host_does_not_start_with_a_version_before_its_first_day()
    {
        File.WriteAllText(_file, Version("4", "P6M").Replace("2026-01-01", "2027-01-01", StringComparison.Ordinal));
        using var provider = Build(gdpr => gdpr.UsePolicyFile(_file), new SettableTime(Instant.FromUtc(2026, 12, 31, 22, 59)));

        Should.Throw<GdprPolicyException>(() => provider.GetRequiredService<GdprPolicies>()).Findings.ShouldHaveSingleItem().Path.ShouldBe("/effective");
    }

    [Fact]
    public void A_file_with_errors_is_refused_and_the_version_in_force_stays()
    {
        File.WriteAllText(_file, Usable);
        using var provider = Build(gdpr => gdpr.UsePolicyFile(_file));
        var policies = provider.GetRequiredService<GdprPolicies>();
        File.WriteAllText(_file, "{");

        Should.Throw<GdprPolicyException>(() => policies.Reload());

        policies.Current.Version.ShouldBe("3");
    }

    private static Fate FateOfContractEnded(IServiceProvider provider, LocalDate date)
    {
        var evaluator = provider.GetRequiredService<RetentionEvaluator>();
        var customers = evaluator.Schedule.DataSet("crm.customers");
        return evaluator.FateOf(new RetentionRecord(
            customers, [TriggerValue.On(date), TriggerValue.On(date), TriggerValue.NotHappened], customers.Facts("consent-withdrawn:direct-marketing")));
    }

    private static ServiceProvider Build(Action<GdprBuilder> configure, TimeProvider? time = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton(time ?? new SettableTime(Instant.FromUtc(2026, 11, 21, 12, 0)));
        return services.AddGdpr(configure).BuildServiceProvider();
    }

    private sealed class SettableTime(Instant now) : TimeProvider
    {
        public Instant Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now.ToDateTimeOffset();
    }
}
