using System.Xml.Linq;
using Gdpr.Architecture.Tests.Support;
using Microsoft.CodeAnalysis;

namespace Gdpr.Architecture.Tests;

/// <summary>What every public type and member keeps to.</summary>
public sealed class ConventionTests
{
    [Fact]
    public void Classes_are_sealed_abstract_or_static() =>
        Types().Where(t => t is { TypeKind: TypeKind.Class, IsSealed: false, IsAbstract: false, IsStatic: false })
            .Select(Name).ShouldBeNone("A class that nobody is meant to inherit from is sealed.");

    [Fact]
    public void Constructors_of_abstract_classes_are_out_of_reach_or_protected() =>
        Members().OfType<IMethodSymbol>()
            .Where(m => m is { MethodKind: MethodKind.Constructor, ContainingType.IsAbstract: true, DeclaredAccessibility: Accessibility.Public })
            .Select(Name).ShouldBeNone("An abstract class has no public constructor.");

    [Fact]
    public void Nothing_can_be_set_after_construction() =>
        Members().Where(m => !IsBoundByTheHost(m.ContainingType)
                && m is IFieldSymbol { IsConst: false, IsReadOnly: false } or IPropertySymbol { SetMethod.IsInitOnly: false })
            .Select(Name).ShouldBeNone("Public state is immutable: init, or a constructor. Only ...Options, which a host binds, have setters.");

    [Fact]
    public void Collections_cannot_be_changed_by_who_reads_them() =>
        Members().OfType<IPropertySymbol>().Where(p => !IsBoundByTheHost(p.ContainingType)
                && p.Type is IArrayTypeSymbol or { Name: "List" or "Dictionary" or "HashSet" or "IList" or "IDictionary" or "ICollection" or "ISet" })
            .Select(Name).ShouldBeNone("A public collection is read-only or immutable.");

    [Fact]
    public void DateTime_is_in_no_signature() =>
        Members().Where(m => TypesIn(m).Any(t => t is { Name: "DateTime", ContainingNamespace.Name: "System" }))
            .Select(Name).ShouldBeNone("Signatures use Instant, LocalDate and DateTimeZone.");

    [Fact]
    public void DateTimeOffset_is_only_an_alternative_to_an_Instant() =>
        Members().Where(m => !m.IsOverride && TypesIn(m).Any(IsDateTimeOffset) && !HasTwinWithInstant(m))
            .Select(Name).ShouldBeNone("A member that takes a DateTimeOffset stands beside one of the same name that takes an Instant; what overrides has no choice.");

    [Fact]
    public void Whatever_is_asynchronous_can_be_cancelled() =>
        Members().OfType<IMethodSymbol>().Where(m => IsAsynchronous(m.ReturnType) && m.Name != nameof(IAsyncDisposable.DisposeAsync)
                && m.Parameters.All(p => p.Type.Name != nameof(CancellationToken)))
            .Select(Name).ShouldBeNone("A method that returns a task or an asynchronous sequence takes a CancellationToken.");

    [Fact]
    public void Names_of_asynchronous_methods_say_so() =>
        Members().OfType<IMethodSymbol>().Where(m => m.MethodKind == MethodKind.Ordinary && m.ReturnType.Name != "IAsyncEnumerable"
                && IsAsynchronous(m.ReturnType) != m.Name.EndsWith("Async", StringComparison.Ordinal))
            .Select(Name).ShouldBeNone("...Async returns a task, and nothing else does.");

    [Fact]
    public void Everything_public_is_documented() =>
        Types().Cast<ISymbol>().Concat(Members()).Where(s => !IsDocumented(s) && !IsConstructorWithoutParameters(s))
            .Select(Name).ShouldBeNone("Meaning, units, bounds, errors, article: in the XML documentation.");

    [Fact]
    public void Documentation_of_value_types_says_what_the_default_is() =>
        Types().Where(t => t.TypeKind == TypeKind.Struct && !t.IsRefLikeType)
            .Where(t => !(Documentation(t)?.Element("remarks")?.Value.Contains("default", StringComparison.OrdinalIgnoreCase) ?? false))
            .Select(Name).ShouldBeNone("The remarks of a value type say what its default value means.");

    [Fact]
    public void The_tool_offers_no_types_to_compile_against() =>
        Library.PublicTypes(Library.Assembly(Repository.Packages.Single(p => p.Name == "Gdpr.Tool"))).Select(Name)
            .ShouldBeNone("The command is an application: everything in it is internal.");

    private static IEnumerable<INamedTypeSymbol> Types() => Library.PublicTypes().Where(t => !Library.IsGenerated(t));

    private static IEnumerable<ISymbol> Members() => Types().SelectMany(Library.PublicMembers);

    private static string Name(ISymbol symbol) => symbol.ToDisplayString();

    private static bool IsBoundByTheHost(INamedTypeSymbol type) => type.Name.EndsWith("Options", StringComparison.Ordinal);

    // Such a constructor creates what its type's documentation says, and most often the compiler wrote it.
    private static bool IsConstructorWithoutParameters(ISymbol symbol) => symbol is IMethodSymbol { MethodKind: MethodKind.Constructor, Parameters.IsEmpty: true };

    private static bool IsAsynchronous(ITypeSymbol type) => type.Name is "Task" or "ValueTask" or "IAsyncEnumerable";

    private static bool IsDateTimeOffset(ITypeSymbol type) => type is { Name: nameof(DateTimeOffset), ContainingNamespace.Name: "System" };

    private static bool HasTwinWithInstant(ISymbol member) =>
        member is IMethodSymbol method && !IsDateTimeOffset(method.ReturnType)
        && method.ContainingType.GetMembers(method.Name).OfType<IMethodSymbol>().Any(m => m.Parameters.Any(p => p.Type.Name == "Instant"));

    private static IEnumerable<ITypeSymbol> TypesIn(ISymbol member) => member switch
    {
        IFieldSymbol field => Parts(field.Type),
        IPropertySymbol property => Parts(property.Type).Concat(property.Parameters.SelectMany(p => Parts(p.Type))),
        IEventSymbol @event => Parts(@event.Type),
        IMethodSymbol method => method.Parameters.SelectMany(p => Parts(p.Type)).Concat(Parts(method.ReturnType)),
        _ => [],
    };

    private static IEnumerable<ITypeSymbol> Parts(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => Parts(array.ElementType),
        INamedTypeSymbol named => named.TypeArguments.SelectMany(Parts).Append(named),
        _ => [type],
    };

    private static bool IsDocumented(ISymbol symbol) =>
        Documentation(symbol) is { } xml
        && (xml.Element("inheritdoc") is not null || !string.IsNullOrWhiteSpace(string.Concat(xml.Element("summary")?.Nodes() ?? [])));

    private static XElement? Documentation(ISymbol symbol) => symbol.GetDocumentationCommentXml() is { Length: > 0 } xml ? XElement.Parse(xml) : null;
}
