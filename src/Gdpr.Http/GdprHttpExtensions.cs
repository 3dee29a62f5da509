using Gdpr;
using Gdpr.Disclosures;
using Gdpr.Http;
using Gdpr.Journals;
using Gdpr.Rights;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds what is sent over HTTPS to the library's configuration.</summary>
public static class GdprHttpExtensions
{
    /// <summary>Tells recipients that state an endpoint over HTTPS what has become of data (Art. 19), and takes their callbacks (<see cref="HttpCallbacks"/>).</summary>
    /// <param name="builder">The configuration.</param>
    /// <param name="configure">Changes the options.</param>
    /// <returns>The same configuration.</returns>
    public static GdprBuilder UseHttpNotifications(this GdprBuilder builder, Action<HttpNotificationOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddOptions<HttpNotificationOptions>()
            .Validate(options => !options.Problems().Any(), "The options of HTTP notifications are not usable: https, positive times, a relative path.").ValidateOnStart();
        services.Configure(configure ?? (_ => { }));
        services.TryAddSingleton(provider => new RecipientKeys(provider.GetRequiredService<IKeyRing>()));
        services.TryAddSingleton(provider => new HttpCallbacks(
            provider.GetRequiredService<RecipientNotifications>(), provider.GetRequiredService<RecipientKeys>(),
            provider.GetRequiredService<IOptions<HttpNotificationOptions>>().Value, provider.GetRequiredService<TimeProvider>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<INotificationChannel, HttpNotifications>(provider => new HttpNotifications(
            provider.GetRequiredService<IOptions<HttpNotificationOptions>>().Value, provider.GetRequiredService<RecipientKeys>(),
            provider.GetRequiredService<TimeProvider>())));
        return builder;
    }

    /// <summary>Hands people's data to other controllers over HTTPS (Art. 20(2)): <see cref="HttpPortabilityTransfer"/>.</summary>
    /// <param name="builder">The configuration.</param>
    /// <param name="configure">Changes the options.</param>
    /// <returns>The same configuration.</returns>
    public static GdprBuilder AddHttpTransfer(this GdprBuilder builder, Action<HttpTransferOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddOptions<HttpTransferOptions>()
            .Validate(options => !options.Problems().Any(), "The options of HTTP transfers are not usable: positive times, sizes and attempts.").ValidateOnStart();
        services.Configure(configure ?? (_ => { }));
        services.TryAddSingleton(provider => new HttpPortabilityTransfer(
            provider.GetRequiredService<IOptions<HttpTransferOptions>>().Value, provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<IPortabilityTransfer>(provider => provider.GetRequiredService<HttpPortabilityTransfer>());
        return builder;
    }
}
