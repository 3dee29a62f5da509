using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata.Conventions.Infrastructure;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.Extensions.DependencyInjection;

namespace Gdpr.EntityFrameworkCore.Visibility;

/// <summary>That a context uses the library.</summary>
internal sealed class GdprOptionsExtension(ContextVisibility visibility, GdprContextOptions options) : IDbContextOptionsExtension
{
    public ContextVisibility Visibility => visibility;

    public GdprContextOptions Options => options;

    public DbContextOptionsExtensionInfo Info => field ??= new ExtensionInfo(this);

    public void ApplyServices(IServiceCollection services) => new EntityFrameworkRelationalServicesBuilder(services)
        .TryAdd<IConventionSetPlugin, VisibilityConventionPlugin>()
        .TryAdd<IMethodCallTranslatorPlugin, VisibilityTranslatorPlugin>()
        .TryAdd<IInterceptor, VisibilityInterceptor>()
        .TryAdd<IInterceptor, QueryGuard>()
        .TryAdd<IInterceptor, DeleteGuard>();

    public void Validate(IDbContextOptions options)
    {
    }

    private sealed class ExtensionInfo(GdprOptionsExtension extension) : DbContextOptionsExtensionInfo(extension)
    {
        public override bool IsDatabaseProvider => false;

        public override string LogFragment => "using Gdpr ";

        // A query is asked after once, when it is compiled: those who warn share no compiled queries with those who refuse.
        private string Fingerprint => $"{((GdprOptionsExtension)Extension).Options.Bypasses} {((GdprOptionsExtension)Extension).Visibility.Fingerprint}";

        // What belongs to one container stays with the options of its contexts: containers that say the same share EF Core's services and models.
        public override int GetServiceProviderHashCode() => StringComparer.Ordinal.GetHashCode(Fingerprint);

        public override bool ShouldUseSameServiceProvider(DbContextOptionsExtensionInfo other) =>
            other is ExtensionInfo info && info.Fingerprint == Fingerprint;

        public override void PopulateDebugInfo(IDictionary<string, string> debugInfo) => debugInfo["Gdpr"] = "1";
    }
}
