using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gdpr.Architecture.Tests.Support;

/// <summary>Source files as syntax.</summary>
internal static class SourceCode
{
    // The newest language that this parser knows: the tests read sources, the build judges them.
    public static readonly CSharpParseOptions Options = new(LanguageVersion.Preview);

    public static CompilationUnitSyntax Parse(string path) =>
        CSharpSyntaxTree.ParseText(Repository.Read(path), Options, path).GetCompilationUnitRoot();

    public static IEnumerable<BaseNamespaceDeclarationSyntax> Namespaces(string path) => Parse(path).DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>();
}
