using System.Globalization;
using System.Reflection;
using Gdpr.Architecture.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gdpr.Architecture.Tests.Snippets;

/// <summary>Compiles a block as a program of its own, against the library that was built.</summary>
internal static class SnippetCompiler
{
    private const string Given = "given:";
    private const string Types = "types:";

    private static readonly string[] SdkUsings =
        ["System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks"];

    /// <summary>What a block may use without saying so; CONTRIBUTING.md tells authors.</summary>
    private static readonly IReadOnlyList<string> Usings =
    [
        .. SdkUsings, "Microsoft.Extensions.DependencyInjection", "NodaTime",
        .. Library.PublicTypes().Select(t => t.ContainingNamespace.ToDisplayString()).Where(n => n.StartsWith("Gdpr", StringComparison.Ordinal)).Distinct(),
    ];

    /// <summary>What the compiler has against a block, at the lines of the document.</summary>
    public static IEnumerable<string> Complaints(Snippet snippet) =>
        Compile(Program(snippet)).GetDiagnostics()
            .Where(d => d.Severity == DiagnosticSeverity.Error || (d.Severity == DiagnosticSeverity.Warning && IsAboutMeaning(d)))
            .Select(d => (At: d.Location.GetMappedLineSpan(), Text: $"{d.Id} {d.GetMessage(CultureInfo.InvariantCulture)}"))
            .Select(d => $"{d.At.Path}:{d.At.StartLinePosition.Line + 1}: {d.Text}");

    /// <summary>Runs a block, and tells the value of an expression after it.</summary>
    /// <param name="snippet">The block.</param>
    /// <param name="expression">The expression.</param>
    public static object? Run(Snippet snippet, string expression)
    {
        using var assembly = new MemoryStream();
        Compile($"{Program(snippet)}\nAppContext.SetData(\"{snippet}\", {expression});\n").Emit(assembly).Success.ShouldBeTrue(snippet.ToString());
        Assembly.Load(assembly.ToArray()).EntryPoint!.Invoke(null, [Array.Empty<string>()]);
        return AppContext.GetData(snippet.ToString());
    }

    private static CSharpCompilation Compile(string text)
    {
        var program = CSharpSyntaxTree.ParseText(text, SourceCode.Options);
        var usings = CSharpSyntaxTree.ParseText(string.Concat(Usings.Select(u => $"global using {u};\n")), SourceCode.Options);
        var hasStatements = program.GetCompilationUnitRoot().Members.Any(m => m is GlobalStatementSyntax);
        var options = new CSharpCompilationOptions(
            hasStatements ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable);
        return CSharpCompilation.Create("snippet", [program, usings], Library.References, options);
    }

    // The block's own usings come first, as the language wants it, then what is given, then the rest, then types that are given; each part keeps the lines of its file.
    private static string Program(Snippet snippet)
    {
        var usings = CSharpSyntaxTree.ParseText(snippet.Text, SourceCode.Options).GetCompilationUnitRoot().Usings;
        var split = usings.Count > 0 ? usings.FullSpan.End : 0;
        var rest = snippet.Line + 1 + snippet.Text[..split].Count(c => c == '\n');
        return $"#line {snippet.Line + 1} \"{snippet.File}\"\n{snippet.Text[..split]}\n{string.Concat(GivenTo(snippet, Given))}\n#line {rest} \"{snippet.File}\"\n{snippet.Text[split..]}\n{string.Concat(GivenTo(snippet, Types))}";
    }

    private static IEnumerable<string> GivenTo(Snippet snippet, string kind) =>
        from word in snippet.Words
        where word.StartsWith(kind, StringComparison.Ordinal)
        let file = $"tests/Gdpr.Architecture.Tests/Snippets/{word[kind.Length..]}.txt"
        select $"#line 1 \"{file}\"\n" + (Repository.Files.Contains(file, StringComparer.Ordinal) ? Repository.Read(file) : "#error There is no such file\n");

    // Nullability, obsolete members, calls that are not awaited: wrong in a user's code too. Unused variables are not: a block shows one thing.
    private static bool IsAboutMeaning(Diagnostic diagnostic) =>
        diagnostic.Id is "CS0612" or "CS0618" or "CS4014" || diagnostic.Id.StartsWith("CS86", StringComparison.Ordinal);
}
