using Gdpr.Breaches;
using Gdpr.Consents;
using Gdpr.Disclosures;
using Gdpr.Processing;
using Gdpr.Rights;
using Gdpr.Time;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Gdpr.Core.Tests.Hosting;

/// <summary>A time that is none, or that never ends, is a mistake that shows when the host starts, and not when somebody waits for an answer.</summary>
public sealed class OptionTests
{
    private const int Most = 3660;

    public static IEnumerable<object[]> Times =>
        from type in new[] { typeof(ConsentOptions), typeof(DisclosureOptions), typeof(RightsOptions), typeof(BreachOptions), typeof(ProcessingOptions) }
        from property in type.GetProperties()
        where property.CanWrite
        let plain = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType
        where plain == typeof(Duration) || plain == typeof(TimeSpan) || plain == typeof(CalendarPeriod)
            || (plain == typeof(int) && (property.Name.EndsWith("Days", StringComparison.Ordinal) || property.Name.EndsWith("Hours", StringComparison.Ordinal)))
        select new object[] { type, property.Name };

    public static IEnumerable<object[]> Functions =>
        from type in new[] { typeof(ConsentOptions), typeof(DisclosureOptions), typeof(RightsOptions), typeof(BreachOptions), typeof(ProcessingOptions) }
        from property in type.GetProperties()
        where property.PropertyType == typeof(string)
        select new object[] { type, property.Name };

    [Theory]
    [MemberData(nameof(Times))]
    public void A_time_may_be_ten_years_long_and_no_longer_and_the_one_that_is_is_named(Type options, string name)
    {
        ProblemsWith(options, name, Of(options, name, Most)).ShouldBe("");

        foreach (var days in new[] { Most + 1, 300_000 })
        {
            var problems = ProblemsWith(options, name, Of(options, name, days));
            problems.ShouldContain(name);
            problems.ShouldContain("3,660 days");
        }
    }

    [Theory]
    [MemberData(nameof(Times))]
    public void A_time_below_zero_or_that_is_not_stated_is_none(Type options, string name)
    {
        var below = options.GetProperty(name)!.PropertyType == typeof(CalendarPeriod) ? default(CalendarPeriod) : Of(options, name, -1);

        ProblemsWith(options, name, below).ShouldContain(name);
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void Somebody_answers_for_what_waits_for_people(Type options, string name) => ProblemsWith(options, name, " ").ShouldContain(name);

    [Fact]
    public void The_longest_wait_between_attempts_is_no_shorter_than_the_first() =>
        Problems(services => services.Configure<DisclosureOptions>(options => options.RetryAtMost = TimeSpan.FromSeconds(1))).ShouldContain("RetryAtMost");

    [Fact]
    public void The_defaults_are_taken() => Problems(_ => { }).ShouldBe("");

    private static object Of(Type options, string name, int days)
    {
        var type = options.GetProperty(name)!.PropertyType;
        return (Nullable.GetUnderlyingType(type) ?? type) switch
        {
            var plain when plain == typeof(Duration) => Duration.FromDays(days),
            var plain when plain == typeof(TimeSpan) => TimeSpan.FromDays(days),
            var plain when plain == typeof(CalendarPeriod) => CalendarPeriod.FromDays(days),
            _ => name.EndsWith("Hours", StringComparison.Ordinal) ? days * 24 : days,
        };
    }

    private static string ProblemsWith(Type options, string name, object value) => (string)typeof(OptionTests)
        .GetMethod(nameof(ProblemsOf), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!
        .MakeGenericMethod(options).Invoke(null, [name, value])!;

    private static string ProblemsOf<T>(string name, object value)
        where T : class => Problems(services => services.Configure<T>(options =>
        {
            typeof(T).GetProperty(name)!.SetValue(options, value);
            if (options is DisclosureOptions { RetryAfter: var first } disclosures && name == nameof(DisclosureOptions.RetryAfter) && first > disclosures.RetryAtMost)
            {
                disclosures.RetryAtMost = first;
            }
        }));

    private static string Problems(Action<IServiceCollection> configure)
    {
        var services = new ServiceCollection();
        configure(services);
        using var provider = services.AddGdpr(gdpr => gdpr.UsePolicy(Disposal.Shop.Policy())).BuildServiceProvider();
        try
        {
            provider.GetRequiredService<IStartupValidator>().Validate();
            return "";
        }
        catch (OptionsValidationException exception)
        {
            return exception.Message;
        }
    }
}
