using System.Globalization;
using Gdpr.Architecture.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gdpr.Architecture.Tests.Snippets;

/// <summary>Compiles a block as a program of its own, against the library that was built.</summary>
internal static class SnippetCompiler
{
    private const string Given = "given:";

    private static readonly string[] SdkUsings =
        ["System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks"];

    /// <summary>What a block may use without saying so; CONTRIBUTING.md tells authors.</summary>
    private static readonly IReadOnlyList<string> Usings =
    [
        .. SdkUsings, "Microsoft.Extensions.DependencyInjection", "NodaTime",
        .. Library.PublicTypes().Select(t => t.ContainingNamespace.ToDisplayString()).Where(n => n.StartsWith("Gdpr", StringComparison.Ordinal)).Distinct(),
    ];

    /// <summary>What the compiler has against a block, at the lines of the document.</summary>
    public static IEnumerable<string> Complaints(Snippet snippet)
    {
        var root = CSharpSyntaxTree.ParseText($"#line {snippet.Line + 1} \"{snippet.File}\"\n{snippet.Text}", Sources.Options).GetCompilationUnitRoot();
        var given = CSharpSyntaxTree.ParseText(string.Concat(GivenTo(snippet)), Sources.Options).GetCompilationUnitRoot();
        var program = root.WithMembers(root.Members.InsertRange(0, given.Members)).WithUsings(root.Usings.AddRange(given.Usings));
        var usings = CSharpSyntaxTree.ParseText(string.Concat(Usings.Select(u => $"global using {u};\n")), Sources.Options);
        var kind = program.Members.Any(m => m is GlobalStatementSyntax) ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary;
        var options = new CSharpCompilationOptions(kind, nullableContextOptions: NullableContextOptions.Enable);

        // Printed and parsed again, so that the line directive stands before the first line that is the document's own.
        var tree = CSharpSyntaxTree.ParseText(program.ToFullString(), Sources.Options);
        return CSharpCompilation.Create("snippet", [tree, usings], Library.References, options).GetDiagnostics()
            .Where(d => d.Severity == DiagnosticSeverity.Error || (d.Severity == DiagnosticSeverity.Warning && IsAboutMeaning(d)))
            .Select(d => (At: d.Location.GetMappedLineSpan(), Text: $"{d.Id} {d.GetMessage(CultureInfo.InvariantCulture)}"))
            .Select(d => $"{d.At.Path}:{d.At.StartLinePosition.Line + 1}: {d.Text}");
    }

    private static IEnumerable<string> GivenTo(Snippet snippet) =>
        snippet.Words.Where(w => w.StartsWith(Given, StringComparison.Ordinal))
            .Select(w => Repository.Read($"tests/Gdpr.Architecture.Tests/Snippets/{w[Given.Length..]}.txt") + "\n");

    // Nullability, obsolete members, calls that are not awaited: wrong in a user's code too. Unused variables are not: a block shows one thing.
    private static bool IsAboutMeaning(Diagnostic diagnostic) =>
        diagnostic.Id is "CS0612" or "CS0618" or "CS4014" || diagnostic.Id.StartsWith("CS86", StringComparison.Ordinal);
}
