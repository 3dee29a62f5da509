using Gdpr.Policies;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Tool.Corpus;

/// <summary>The library with nothing but memory, at an instant: for cases of what it decides as it takes something on record.</summary>
internal static class CorpusHost
{
    /// <summary>Does something with it.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="now">The instant.</param>
    /// <param name="work">What is done.</param>
    public static async ValueTask<T> RunAsync<T>(GdprPolicy policy, Instant now, Func<IServiceProvider, Task<T>> work)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(new StoppedTime(now));
        services.AddGdpr(gdpr => gdpr.UsePolicy(policy).UseInMemoryStores());
        var provider = services.BuildServiceProvider();
        await using (provider.ConfigureAwait(false))
        {
            return await work(provider).ConfigureAwait(false);
        }
    }

    private sealed class StoppedTime(Instant now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now.ToDateTimeOffset();
    }
}
