using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Gdpr.Architecture.Tests.Support;

/// <summary>The built assemblies as the compiler of a user sees them: public surface, nullable annotations, documentation.</summary>
internal static class Library
{
    private static readonly Lazy<CSharpCompilation> Compilation = new(() => CSharpCompilation.Create("user", references: References));

    /// <summary>Everything the tests run on: the framework, the packages and the library with its documentation.</summary>
    public static IReadOnlyList<PortableExecutableReference> References { get; } =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase))
            .Select(Reference),
    ];

    /// <summary>The assembly of a package.</summary>
    public static IAssemblySymbol Assembly(Project package)
    {
        var reference = References.SingleOrDefault(r => Path.GetFileNameWithoutExtension(r.FilePath) == package.AssemblyName);
        reference.ShouldNotBeNull($"Gdpr.Architecture.Tests has no reference to {package.Name}: add a ProjectReference, so that its rules are checked.");
        return (IAssemblySymbol)Compilation.Value.GetAssemblyOrModuleSymbol(reference)!;
    }

    /// <summary>Every type that users of any package see, nested ones included.</summary>
    public static IEnumerable<INamedTypeSymbol> PublicTypes() => Repository.Packages.SelectMany(p => PublicTypes(Assembly(p)));

    /// <summary>Every type that users of an assembly see, nested ones included, by name.</summary>
    public static IEnumerable<INamedTypeSymbol> PublicTypes(IAssemblySymbol assembly) =>
        Namespaces(assembly.GlobalNamespace).SelectMany(n => n.GetTypeMembers()).SelectMany(WithNested).Where(IsVisible)
            .OrderBy(t => t.ToDisplayString(), StringComparer.Ordinal);

    /// <summary>The members that users of a type see and that somebody wrote.</summary>
    public static IEnumerable<ISymbol> PublicMembers(INamedTypeSymbol type) =>
        type.GetMembers().Where(m => IsVisible(m) && !m.IsImplicitlyDeclared && !IsGenerated(m)
            && m is not INamedTypeSymbol and not IMethodSymbol { AssociatedSymbol: not null });

    /// <summary>Whether the compiler wrote it, as it does for records.</summary>
    public static bool IsGenerated(ISymbol symbol) =>
        symbol.Name.Contains('<', StringComparison.Ordinal)
        || symbol.GetAttributes().Any(a => a.AttributeClass?.Name is "CompilerGeneratedAttribute" or "GeneratedCodeAttribute")
        || (symbol is IFieldSymbol { Name: "value__" });

    public static bool IsVisible(ISymbol symbol) =>
        symbol.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal
        && (symbol.DeclaredAccessibility is Accessibility.Public || symbol.ContainingType is not { IsSealed: true })
        && (symbol.ContainingType is null || IsVisible(symbol.ContainingType));

    private static PortableExecutableReference Reference(string path) =>
        MetadataReference.CreateFromFile(
            path, documentation: Path.ChangeExtension(path, ".xml") is var xml && File.Exists(xml) ? new DocumentationFile(xml) : null);

    private static IEnumerable<INamespaceSymbol> Namespaces(INamespaceSymbol root) => root.GetNamespaceMembers().SelectMany(Namespaces).Prepend(root);

    private static IEnumerable<INamedTypeSymbol> WithNested(INamedTypeSymbol type) => type.GetTypeMembers().SelectMany(WithNested).Prepend(type);
}
