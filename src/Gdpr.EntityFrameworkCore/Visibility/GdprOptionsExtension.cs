using Gdpr.EntityFrameworkCore.Access;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata.Conventions.Infrastructure;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.EntityFrameworkCore.Update;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gdpr.EntityFrameworkCore.Visibility;

/// <summary>That a context uses the library.</summary>
internal sealed class GdprOptionsExtension(ContextVisibility visibility, GdprContextOptions options) : IDbContextOptionsExtension
{
    public ContextVisibility Visibility => visibility;

    public GdprContextOptions Options => options;

    public DbContextOptionsExtensionInfo Info => field ??= new ExtensionInfo(this);

    /// <summary>The extension of a context's options; <see langword="null"/> where the context does not use the library.</summary>
    public static GdprOptionsExtension? Of(DbContext context) => context.GetService<IDbContextOptions>().FindExtension<GdprOptionsExtension>();

    public void ApplyServices(IServiceCollection services)
    {
        // Whether the provider comes before or after: EF Core adds what runs batches only where nothing does.
        services.RemoveAll<IBatchExecutor>();
        services.AddScoped<IBatchExecutor, GuardedBatches>();
        var builder = new EntityFrameworkRelationalServicesBuilder(services)
            .TryAdd<IConventionSetPlugin, VisibilityConventionPlugin>()
            .TryAdd<IMethodCallTranslatorPlugin, VisibilityTranslatorPlugin>()
            .TryAdd<IInterceptor, VisibilityInterceptor>()
            .TryAdd<IInterceptor, SaveGuard>();
        if (options.Access is not null)
        {
            builder.TryAdd<ISingletonInterceptor, MaterialisedRecords>().TryAdd<IInterceptor, ReadRecorder>().TryAdd<IInterceptor, AccessTransactions>();
        }
    }

    public void Validate(IDbContextOptions options)
    {
    }

    private sealed class ExtensionInfo(GdprOptionsExtension extension) : DbContextOptionsExtensionInfo(extension)
    {
        public override bool IsDatabaseProvider => false;

        public override string LogFragment => "using Gdpr ";

        // A query is asked after once, when it is compiled: those who warn share no compiled queries with those who refuse.
        private string Fingerprint
        {
            get
            {
                var (chosen, seen) = (((GdprOptionsExtension)Extension).Options, ((GdprOptionsExtension)Extension).Visibility);
                return $"{chosen.Bypasses} {chosen.Access is not null} {seen.Fingerprint}";
            }
        }

        // What belongs to one container stays with the options of its contexts: containers that say the same share EF Core's services and models.
        public override int GetServiceProviderHashCode() => StringComparer.Ordinal.GetHashCode(Fingerprint);

        public override bool ShouldUseSameServiceProvider(DbContextOptionsExtensionInfo other) =>
            other is ExtensionInfo info && info.Fingerprint == Fingerprint;

        public override void PopulateDebugInfo(IDictionary<string, string> debugInfo) => debugInfo["Gdpr"] = "1";
    }
}
