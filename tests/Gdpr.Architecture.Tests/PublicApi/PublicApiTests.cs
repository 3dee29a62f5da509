using Gdpr.Architecture.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Gdpr.Architecture.Tests.PublicApi;

/// <summary>The public surface of each package is a reviewed text file.</summary>
public sealed class PublicApiTests
{
    private const string Folder = "tests/Gdpr.Architecture.Tests/PublicApi";
    private const string Accept = "GDPR_ACCEPT_PUBLIC_API";

    public static TheoryData<string> PackageNames => [.. Repository.Packages.Select(p => p.Name)];

    [Theory, MemberData(nameof(PackageNames))]
    public void The_public_surface_is_the_reviewed_one(string name)
    {
        var package = Repository.Packages.Single(p => p.Name == name);
        var file = $"{Folder}/{package.Name}.txt";
        var actual = PublicApiText.Of(Library.Assembly(package));
        if (Environment.GetEnvironmentVariable(Accept) == "1")
        {
            File.WriteAllText(Repository.Full(file), actual);
            return;
        }

        var reviewed = Repository.Files.Contains(file, StringComparer.Ordinal) ? Repository.Read(file) : string.Empty;
        if (reviewed != actual)
        {
            Assert.Fail($"The public surface of {name} is not that of {file}:\n\n{LineDiff.Of(reviewed, actual)}\n\n"
                + $"If this is meant: {Accept}=1 dotnet test tests/Gdpr.Architecture.Tests --filter PublicApiTests, and commit the file.");
        }
    }

    [Fact]
    public void No_snapshot_is_left_of_a_package_that_is_gone() =>
        Repository.Files.Where(f => f.StartsWith(Folder + "/", StringComparison.Ordinal) && f.EndsWith(".txt", StringComparison.Ordinal)
                && Repository.Packages.All(p => f != $"{Folder}/{p.Name}.txt"))
            .ShouldBeNone("Delete the file.");

    [Fact]
    public void The_text_shows_what_a_user_can_rely_on()
    {
        const string Source = """
            #nullable enable
            using System.Collections.Generic;
            using System.Diagnostics.CodeAnalysis;
            namespace Some.Place;
            public sealed class Reader<T> where T : class, new()
            {
                public const int Limit = 7;
                public required string Title { get; init; }
                public string? Note { get; private set; }
                internal int Hidden { get; }
                public static bool TryRead(string? text, [NotNullWhen(true)] out T? value, IReadOnlyList<string?>? at = null) { value = null; return false; }
                public override string ToString() => "";
            }
            public readonly record struct Pair(int First, string? Second);
            public abstract record Case { private Case() { } public sealed record One(int Number) : Case; }
            [System.Flags] public enum Kind : byte { None, Some = 4 }
            public delegate T? Choose<T>(ref int at, params string[] words) where T : notnull;
            public static class Extensions { [System.Obsolete("Use Best.")] public static int Good(this string text, char at = 'x') => 0; }
            """;
        var compilation = CSharpCompilation.Create(
            "some", [CSharpSyntaxTree.ParseText(Source, SourceCode.Options)], Library.References, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        using var built = new MemoryStream();
        compilation.Emit(built).Diagnostics.ShouldBeEmpty();
        var reference = MetadataReference.CreateFromImage(built.ToArray());
        var user = CSharpCompilation.Create("user", references: [.. Library.References, reference]);

        PublicApiText.Of((IAssemblySymbol)user.GetAssemblyOrModuleSymbol(reference)!).ShouldBe(
            """
            namespace Some.Place

            public abstract record Case : IEquatable<Case>

            public sealed record Case.One : Case, IEquatable<Case.One>
                public One(int Number)
                public int Number { get; init; }

            public delegate T? Choose<T>(ref int at, params string[] words) where T : notnull

            public static class Extensions
                [Obsolete("Use Best.")] public static int Good(this string text, char at = 'x')

            [Flags]
            public enum Kind : byte
                None = 0
                Some = 4

            public readonly record struct Pair : IEquatable<Pair>
                public Pair(int First, string? Second)
                public int First { get; init; }
                public string? Second { get; init; }

            public sealed class Reader<T> where T : class, new()
                public const int Limit = 7
                public Reader()
                public string? Note { get; }
                public required string Title { get; init; }
                public override string ToString()
                public static bool TryRead(string? text, out T? value, IReadOnlyList<string?>? at = null) // value: [NotNullWhen(true)]

            """,
            StringCompareShould.IgnoreLineEndings);
    }

    [Fact]
    public void A_difference_shows_the_lines_that_went_and_came_under_their_heading() =>
        LineDiff.Of("class A\n    a\n    b\n    c\n    d\n    e\nclass B\n    z", "class A\n    a\n    b\n    c\n    d\n    f\nclass B\n    z")
            .ShouldBe("  class A\n      c\n      d\n-     e\n+     f\n  class B\n      z");
}
