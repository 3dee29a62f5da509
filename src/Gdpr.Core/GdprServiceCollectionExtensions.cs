using Gdpr;
using Gdpr.Policies;
using Gdpr.Retention;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using NodaTime;
using NodaTime.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds Gdpr.Core to a container.</summary>
public static class GdprServiceCollectionExtensions
{
    /// <summary>Adds the policy (<see cref="GdprPolicies"/>), its schedule (<see cref="RetentionSchedule"/>) and an evaluator for the present
    /// instant (<see cref="RetentionEvaluator"/>).</summary>
    /// <param name="services">The container's services.</param>
    /// <param name="configure">Says where the policy is, and more.</param>
    /// <returns>The same services.</returns>
    /// <remarks>
    /// <para>Safe to call several times: the calls add up, and naming the same policy again changes nothing. The policy is
    /// read and validated when the host starts, or when it is first resolved without one; a policy with errors stops the start with every
    /// finding at once (<see cref="GdprPolicyException"/>), and what does not stop it is logged: warnings with event id 1002, information with 1003.</para>
    /// <para>Policy and schedules are singletons behind <see cref="GdprPolicies"/>; schedule and evaluator are transient, so that what is
    /// resolved is of the version in force at that instant. The clock is the registered <see cref="TimeProvider"/>, or the system's.</para>
    /// </remarks>
    public static IServiceCollection AddGdpr(this IServiceCollection services, Action<GdprBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
#pragma warning disable RS0030 // The composition root is where the clock is chosen.
        services.TryAddSingleton(TimeProvider.System);
#pragma warning restore RS0030
        services.TryAddSingleton<IClock>(provider => provider.GetRequiredService<TimeProvider>().ToClock());
        services.TryAddSingleton(provider => new PolicyLog(provider.GetService<ILogger<GdprPolicies>>() ?? NullLogger<GdprPolicies>.Instance));
        services.TryAddSingleton(Create);
        services.TryAddTransient(provider => provider.GetRequiredService<GdprPolicies>().Schedule);
        services.TryAddTransient(provider => provider.GetRequiredService<GdprPolicies>().EvaluateNow());
        services.AddOptions<GdprOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<GdprOptions>, GdprOptionsValidator>());
        GdprWorkServices.Add(services);
        configure(new GdprBuilder(services));
        return services;
    }

    private static GdprPolicies Create(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<GdprOptions>>().Value;
        return new GdprPolicies(
            options.Sources.Values.Single(), [.. options.Earlier], provider.GetRequiredService<IClock>(), provider.GetRequiredService<PolicyLog>());
    }

    /// <summary>Reads the policy at start, so that every finding shows there and not at the first decision.</summary>
    private sealed class GdprOptionsValidator(PolicyLog log) : IValidateOptions<GdprOptions>
    {
        public ValidateOptionsResult Validate(string? name, GdprOptions options)
        {
            switch (options.Sources.Count)
            {
                case 0:
                    return ValidateOptionsResult.Fail("No policy is named. Call UsePolicyFile, UsePolicyJson or UsePolicy in AddGdpr.");
                case > 1:
                    return ValidateOptionsResult.Fail("Several policies are named. A host has one: keep a single UsePolicyFile, UsePolicyJson or UsePolicy.");
                default:
                    log.Findings(options.Sources.Values.Single()());
                    return ValidateOptionsResult.Success;
            }
        }
    }
}
