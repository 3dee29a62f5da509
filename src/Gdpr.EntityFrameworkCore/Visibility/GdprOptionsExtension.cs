using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata.Conventions.Infrastructure;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.Extensions.DependencyInjection;

namespace Gdpr.EntityFrameworkCore.Visibility;

/// <summary>That a context uses the library.</summary>
internal sealed class GdprOptionsExtension(ContextVisibility visibility) : IDbContextOptionsExtension
{
    public ContextVisibility Visibility => visibility;

    public DbContextOptionsExtensionInfo Info => field ??= new ExtensionInfo(this);

    public void ApplyServices(IServiceCollection services) => new EntityFrameworkRelationalServicesBuilder(services)
        .TryAdd<IConventionSetPlugin, VisibilityConventionPlugin>()
        .TryAdd<IMethodCallTranslatorPlugin, VisibilityTranslatorPlugin>()
        .TryAdd<IInterceptor, VisibilityInterceptor>();

    public void Validate(IDbContextOptions options)
    {
    }

    private sealed class ExtensionInfo(GdprOptionsExtension extension) : DbContextOptionsExtensionInfo(extension)
    {
        public override bool IsDatabaseProvider => false;

        public override string LogFragment => "using Gdpr ";

        private new GdprOptionsExtension Extension => (GdprOptionsExtension)base.Extension;

        // What belongs to one container stays with the options of its contexts: containers that say the same share EF Core's services and models.
        public override int GetServiceProviderHashCode() => StringComparer.Ordinal.GetHashCode(Extension.Visibility.Fingerprint);

        public override bool ShouldUseSameServiceProvider(DbContextOptionsExtensionInfo other) =>
            other is ExtensionInfo info && info.Extension.Visibility.Fingerprint == Extension.Visibility.Fingerprint;

        public override void PopulateDebugInfo(IDictionary<string, string> debugInfo) => debugInfo["Gdpr"] = "1";
    }
}
